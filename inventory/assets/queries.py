"""Reading assets: lists are Core rows turned into structs, one statement a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Select,
    column,
    select,
    table,
    union,
)
from sqlalchemy.orm import Session, aliased

from inventory.assets.models import Asset
from inventory.assets.rules import SHORTEST_WORD, AssetKind
from inventory.assets.schemas import AssetOut, AssetRow
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.errors import Invalid, NotFound
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, encode_cursor, page_of
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.base.scope import in_sight, in_sight_of, sight_of
from inventory.cases.models import EnforcementCase
from inventory.custody.models import Holding
from inventory.papers.schemas import ItemLine, seals_as_seen
from inventory.warehouses.models import Place
from inventory.warehouses.queries import way_to_place

BEFORE_ALL = 2**63 - 1
EXACT, OTHER = "exact", "other"

_GROUNDS = [
    table(name, column("asset_id", BigInteger), column("case_id", BigInteger))
    for name in ("seizure", "evidence_hold", "measure")
]
"""The grounds on which assets are held; their tables belong to the rooms above."""

_ROW = (
    Asset.id,
    Asset.reference,
    Asset.kind,
    Asset.description,
    Asset.registered_at,
    Holding.place_id,
    Place.name,
)
_LISTED = "a.id, a.reference, a.kind, a.description, a.registered_at, h.place_id, p.name"
_FOUND = Direct(
    f"""SELECT {_LISTED}, found.exact
FROM kebien_find_assets(%(words)s, %(exact)s::bigint, %(other)s::bigint, %(n)s::int) found
  JOIN asset a ON a.id = found.id
  LEFT JOIN holding h ON h.asset_id = a.id LEFT JOIN place p ON p.id = h.place_id
WHERE {in_sight_of("a.office_id")}
ORDER BY found.exact DESC, a.id DESC"""  # noqa: S608 - our own names
)
_IN_PLACE = Direct(
    f"""SELECT {_LISTED}
FROM holding h JOIN asset a ON a.id = h.asset_id JOIN place p ON p.id = h.place_id
WHERE h.place_id = %(place)s AND h.asset_id < %(before)s AND {in_sight_of("a.office_id")}
ORDER BY h.asset_id DESC LIMIT %(n)s::int"""  # noqa: S608 - our own names
)
_SAID = [name for name in AssetOut.__struct_fields__ if hasattr(Asset, name)]


def visible_assets(actor: Actor) -> Select[Asset]:
    """Assets of offices in the actor's sight."""
    return select(Asset).where(in_sight(Asset.office_id, actor))


def get_asset(session: Session, actor: Actor, reference: str) -> AssetOut:
    """One asset with its case and where it is now.

    Raises NotFound.
    """
    home = aliased(Place)
    rows = session.execute(
        visible_assets(actor)
        .with_only_columns(
            *(getattr(Asset, name) for name in _SAID),
            EnforcementCase.decision_number.label("case_number"),
            Holding.place_id,
            Place.name.label("place"),
            way_to_place().label("way"),
            Holding.receiver.label("holder"),
            Holding.since,
            select(home.name)
            .where(home.id == Holding.home_place_id)
            .correlate(Holding)
            .scalar_subquery()
            .label("home"),
        )
        .outerjoin(EnforcementCase, EnforcementCase.id == Asset.case_id)
        .outerjoin(Holding, Holding.asset_id == Asset.id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .where(Asset.reference == tidy(reference))
    )
    found = rows.mappings().first()
    if found is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return AssetOut(**{**found, "kind": AssetKind(found["kind"])})


def lock_asset(session: Session, actor: Actor, reference: str) -> Asset:
    """One asset, locked until the transaction ends: its grounds are changed one after another.

    Raises NotFound.
    """
    asset = session.scalar(
        visible_assets(actor)
        .where(Asset.reference == tidy(reference))
        .with_for_update(of=Asset, key_share=True)
    )
    if asset is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return asset


def items_of(
    session: Session,
    references: Sequence[str],
    *,
    notes: Mapping[str, str | None] | None = None,
    seals: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[ItemLine, ...]:
    """Things as a paper names them, in the order asked for.

    ``notes`` and ``seals`` are what was said of each: a remark, the state of each of its seals.
    """
    if not references:
        return ()
    a = Asset
    rows = session.execute(
        select(
            a.reference,
            a.description,
            a.unit,
            a.quantity,
            a.identification,
            a.condition,
            way_to_place(),
        )
        .join(Holding, Holding.asset_id == a.id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .where(a.reference.in_(references))
    )
    said, seen = notes or {}, seals or {}
    found = {
        row[0]: ItemLine(
            code=row[0],
            name=row[1],
            unit=row[2],
            quantity=row[3],
            real=row[3],
            features=row[4],
            state=row[5],
            place=row[6] or None,
            note=said.get(row[0]),
            seals=seals_as_seen(seen.get(row[0], {})),
        )
        for row in rows
    }
    return tuple(found[name] for name in references if name in found)


def ids_of(session: Session, actor: Actor, references: Sequence[str]) -> Sequence[int]:
    """The ids of things in sight by their numbers; unknown ones are passed over."""
    if not references:
        return []
    wanted = (
        visible_assets(actor).with_only_columns(Asset.id).where(Asset.reference.in_(references))
    )
    return session.scalars(wanted.order_by(Asset.id)).all()


def find_reference(session: Session, actor: Actor, words: str) -> str | None:
    """The reference that somebody typed or scanned in full, None where there is none."""
    wanted = tidy(words).upper()
    return session.scalar(
        visible_assets(actor).with_only_columns(Asset.reference).where(Asset.reference == wanted)
    )


def list_assets(
    session: Session, actor: Actor, *, case_id: int | None = None, cursor: str | None = None
) -> Page[AssetRow]:
    """Assets, the newest first; those held on any ground for one case if it is named."""
    statement = _with_place(visible_assets(actor))
    if case_id is not None:
        statement = statement.where(Asset.id.in_(_ids_of_case(case_id)))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(Asset.id < after[0])
    return _page(session, statement.order_by(Asset.id.desc()))


def list_assets_of_place(
    session: Session, actor: Actor, place_id: int, *, cursor: str | None = None
) -> Page[AssetRow]:
    """What lies in a place, not below it, the newest first."""
    (before,) = decode_cursor(cursor, int) or (BEFORE_ALL,)
    asked = {"place": place_id, "before": before, "n": PAGE_SIZE + 1, **sight_of(actor)}
    rows = _IN_PLACE.ask_all(session.connection(), asked)
    return page_of([_row(row) for row in rows], PAGE_SIZE, key=lambda asset: (asset.id,))


def search_assets(
    session: Session, actor: Actor, words: str, *, cursor: str | None = None
) -> Page[AssetRow]:
    """Assets whose number, description or identification holds the words.

    With or without marks; those written with the same marks come first, the newest first.
    Raises Invalid where too little is asked for.
    """
    wanted = tidy(words)
    if len(wanted) < SHORTEST_WORD:
        raise Invalid(_("Type at least %(n)s letters or digits."), field="q", n=SHORTEST_WORD)
    phase, before = decode_cursor(cursor, str, int) or (EXACT, BEFORE_ALL)
    asked = {
        "words": wanted,
        "exact": before if phase == EXACT else None,
        "other": before if phase == OTHER else BEFORE_ALL,
        "n": PAGE_SIZE + 1,
        **sight_of(actor),
    }
    rows = _FOUND.ask_all(session.connection(), asked)
    items = [_row(row) for row in rows[:PAGE_SIZE]]
    if len(rows) <= PAGE_SIZE:
        return Page(items)
    last = rows[PAGE_SIZE - 1]
    return Page(items, encode_cursor(EXACT if last[7] else OTHER, last[0]))


def _ids_of_case(case_id: int) -> CompoundSelect[int]:
    """Assets that came with a case, and those seized or held for it later."""
    return union(
        select(Asset.id).where(Asset.case_id == case_id),
        *(select(ground.c.asset_id).where(ground.c.case_id == case_id) for ground in _GROUNDS),
    )


def _with_place(statement: Select[Asset]) -> Select[*tuple[Any, ...]]:
    return (
        statement.with_only_columns(*_ROW)
        .outerjoin(Holding, Holding.asset_id == Asset.id)
        .outerjoin(Place, Place.id == Holding.place_id)
    )


def _page(session: Session, statement: Select[*tuple[Any, ...]]) -> Page[AssetRow]:
    rows = session.execute(statement.limit(PAGE_SIZE + 1))
    return page_of([_row(row) for row in rows], PAGE_SIZE, key=lambda asset: (asset.id,))


def _row(row: Sequence[Any]) -> AssetRow:
    return AssetRow(row[0], row[1], AssetKind(row[2]), *row[3:7])
