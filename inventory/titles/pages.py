"""Owners, burdens and collateral on an asset's page, and their forms."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form
from inventory.titles import commands, queries
from inventory.titles.rules import Burden, BurdenEnd, OwnerRole, Region
from inventory.titles.schemas import (
    EndOfBurden,
    EndOfCollateral,
    NewBurden,
    NewCollateral,
    NewHome,
    NewRegion,
    NewTitle,
)

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

OWNERS = 8
"""Lines for owners in the form; over REST there may be more."""
AMOUNTS = frozenset({"value", "secured_amount", "year_rent"})
_OWNER = ("role", "name", "identity", "address", "over", "under")


class _Way(NamedTuple):
    """One form: its struct, its command, its template, what is said afterwards."""

    shape: type[msgspec.Struct]
    command: Callable[..., object]
    template: str
    done: str


WAYS: Mapping[str, _Way] = {
    "owners": _Way(
        NewTitle, commands.record_title, "titles/_owners.html", _("The owners were recorded.")
    ),
    "burden": _Way(
        NewBurden, commands.record_burden, "titles/_burden.html", _("The burden was recorded.")
    ),
    "burden-end": _Way(
        EndOfBurden, commands.end_burden, "titles/_burden_end.html", _("The end was recorded.")
    ),
    "collateral": _Way(
        NewCollateral,
        commands.record_collateral,
        "titles/_collateral.html",
        _("The collateral was recorded."),
    ),
    "collateral-end": _Way(
        EndOfCollateral,
        commands.end_collateral,
        "titles/_collateral_end.html",
        _("The end was recorded."),
    ),
    "home": _Way(
        NewHome, commands.record_home, "titles/_home.html", _("The dwelling was recorded.")
    ),
    "region": _Way(
        NewRegion, commands.set_region, "titles/_region.html", _("The region was recorded.")
    ),
}


class TitlePages(Controller):
    """Recording whose an asset is."""

    path = "/assets/{reference:str}/title"
    include_in_schema = False

    @get("/{what:str}", permission="titles.record", sync_to_thread=False)
    def title_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
        row: FromQuery[int | None] = None,
    ) -> Template:
        """One of the forms."""
        today = local_day(at).isoformat()
        typed = dict.fromkeys(("from_on", "since_on", "ended_on"), today)
        typed |= {"burden_id": str(row or ""), "collateral_id": str(row or "")}
        asset = get_asset(session, actor, reference)
        return _form(request, asset, _way(what), typed)

    @post("/{what:str}", permission="titles.record", sync_to_thread=False)
    def record(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        what: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record what one of the forms says."""
        way = _way(what)
        try:
            new = decode_form(way.shape, _gathered(data))
            way.command(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(request, get_asset(session, actor, reference), way, data, error)
        return onward(request, f"/assets/{reference}", way.done)


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """Whose an asset is, on its page."""
    parts: list[Part] = []
    records = actor.may("titles.record")
    way = f"/assets/{asset.reference}/title"
    if records:
        parts += [
            Act(_("Owners"), f"{way}/owners", panel=_("Title")),
            Act(_("Burden"), f"{way}/burden", panel=_("Title")),
            Act(_("Collateral"), f"{way}/collateral", panel=_("Title")),
            Act(_("Dwelling"), f"{way}/home", panel=_("Title")),
            Act(_("Region of the minimum wage"), f"{way}/region", panel=_("Title")),
        ]
    file = queries.title_file(session, actor, asset.reference, local_day(at))
    if file.title or file.burdens or file.collateral or file.region or file.home:
        data = {"file": file, "way": way, "records": records, "today": local_day(at)}
        parts.append(Panel(_("Title"), "titles/_panel.html", data))
    return parts


def _way(what: str) -> _Way:
    if what not in WAYS:
        raise NotFoundException
    return WAYS[what]


def _gathered(data: Mapping[str, str]) -> dict[str, Any]:
    """A form with its owners as a list, and amounts without marks between thousands."""
    plain: dict[str, Any] = {
        name: typed_amount(value) if name in AMOUNTS else value
        for name, value in data.items()
        if not name.startswith("owners.")
    }
    owners = []
    for n in range(OWNERS):
        line = {key: data.get(f"owners.{n}.{key}", "").strip() for key in _OWNER}
        if line["name"]:
            owners.append({key: value for key, value in line.items() if value})
    return {**plain, "owners": owners} if owners else plain


def _form(
    request: AnyRequest,
    asset: AssetOut,
    way: _Way,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    shown = {
        "roles": list(OwnerRole),
        "kinds": list(Burden),
        "ends": list(BurdenEnd),
        "regions": list(Region),
        "lines": range(OWNERS),
    }
    return act_form(request, asset, way.template, typed, error, **shown)
