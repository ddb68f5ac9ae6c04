"""Reading places."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    any_,
    cast,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import Around, PlaceChoice, PlaceOut, PlaceRow

holding = table(
    "holding",
    column("place_id", BigInteger),
    column("asset_id", BigInteger),
    column("home_place_id", BigInteger),
)
place_count = table("place_count", column("place_id", BigInteger), column("n", BigInteger))
"""Where assets are, and how many in each place; the tables belong to the room of custody, above."""


def visible_places(actor: Actor) -> Select[Place]:
    """Places of offices in the actor's sight."""
    return select(Place).where(in_sight(Place.office_id, actor))


def get_place(session: Session, actor: Actor, place_id: int) -> PlaceOut:
    """One place and those around it.

    Raises NotFound.
    """
    names = _names_around()
    held = [name for name in PlaceOut.__struct_fields__ if name != "around"]
    rows = session.execute(
        visible_places(actor)
        .with_only_columns(*(getattr(Place, name) for name in held), names.label("names"))
        .where(Place.id == place_id)
    )
    found = rows.mappings().first()
    if found is None:
        raise NotFound(_("There is no such place."))
    way = found["path"].strip("/").split("/")[:-1]
    around = [Around(int(i), name) for i, name in zip(way, found["names"], strict=False)]
    return PlaceOut(**_told({name: found[name] for name in held}), around=around)


def way_to_place() -> ColumnElement[str | None]:
    """The names from the outermost place to the one a statement selects, as one text."""
    return func.array_to_string(_names_around(), " / ")


def tree_of(session: Session, actor: Actor, office_id: int, *, within: str = "/") -> list[PlaceRow]:
    """The places of an office, each after the one it lies in, with how much lies in them.

    ``within`` is the path of a place: it and those inside it only.
    """
    chosen = (Place.office_id == office_id, Place.path.startswith(within, autoescape=True))
    here = select(Place.id).where(*chosen)
    held = (
        select(place_count.c.place_id, func.sum(place_count.c.n).label("n"))
        .where(place_count.c.place_id.in_(here))
        .group_by(place_count.c.place_id)
        .cte("held")
        .prefix_with("MATERIALIZED")  # summed once, however few rows the planner still knows of
    )
    said = [name for name in PlaceRow.__struct_fields__ if name not in ("held", "inside")]
    rows = session.execute(
        visible_places(actor)
        .with_only_columns(
            *(getattr(Place, name) for name in said),
            cast(func.coalesce(held.c.n, 0), BigInteger).label("held"),
        )
        .outerjoin(held, held.c.place_id == Place.id)
        .where(*chosen)
        .order_by(Place.code, Place.id)
    )
    told = [_told(row) for row in rows.mappings()]
    inside = _with_all_inside(told)
    return list(_depth_first([PlaceRow(**row, inside=inside[row["path"]]) for row in told]))


def list_choices(
    session: Session, actor: Actor, office_id: int, on: date, *, around: Sequence[int] = ()
) -> list[PlaceChoice]:
    """The open places of an office with the way to each, to choose from.

    Those of the warehouses ``around`` some places only, where any are named.
    """
    statement = visible_places(actor).where(
        Place.office_id == office_id, or_(Place.closed_on.is_(None), Place.closed_on > on)
    )
    if around:
        inside = aliased(Place)
        homes = select(func.split_part(inside.path, "/", 2)).where(inside.id.in_(around))
        statement = statement.where(func.split_part(Place.path, "/", 2).in_(homes))
    rows = session.execute(
        statement.with_only_columns(Place.id, Place.path, Place.code, Place.name).order_by(
            func.length(Place.path), Place.code
        )
    )
    ways: dict[str, str] = {}
    choices = []
    for place_id, path, code, name in rows:
        outer = ways.get(path[: path.rindex("/", 0, -1) + 1])
        ways[path] = f"{outer} / {name}" if outer else name
        choices.append(PlaceChoice(place_id, f"{ways[path]} ({code})"))
    return sorted(choices, key=lambda choice: choice.way)


def _with_all_inside(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How much lies in each place with all inside it, by its path."""
    sums = {row["path"]: row["held"] for row in rows}
    for path in sorted(sums, key=len, reverse=True):
        around = path[: path.rindex("/", 0, -1) + 1]
        if around in sums:
            sums[around] += sums[path]
    return sums


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row with its codes as members of their lists."""
    kept = {"kind": PlaceKind(row["kind"]), "custody_form": CustodyForm(row["custody_form"])}
    return {**row, **kept}


def _names_around() -> ScalarSelect[Sequence[str]]:
    """The names of the places around the one a statement selects, its own last."""
    outer = aliased(Place)
    ids = cast(func.string_to_array(func.btrim(Place.path, "/"), "/"), ARRAY(BigInteger))
    names = func.array_agg(aggregate_order_by(outer.name, func.length(outer.path)))
    return select(names).where(outer.id == any_(ids)).correlate(Place).scalar_subquery()


def _depth_first(rows: list[PlaceRow]) -> Iterator[PlaceRow]:
    inside: dict[int | None, list[PlaceRow]] = defaultdict(list)
    known = {row.id for row in rows}
    for row in rows:
        inside[row.parent_id if row.parent_id in known else None].append(row)
    left = inside[None][::-1]
    while left:
        row = left.pop()
        yield row
        left.extend(inside[row.id][::-1])
