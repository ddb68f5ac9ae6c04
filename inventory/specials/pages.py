"""Special kinds on an asset's page, their forms, and what spoils next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.custody.bounds import Bound, bounds_of
from inventory.specials import commands, queries
from inventory.specials.rules import BY_KIND, SpecialKind
from inventory.specials.schemas import NewCashCount, NewMark
from inventory.warehouses.rules import CustodyForm

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

LINES = 10
"""Lines for denominations in a form; over REST there may be more."""


class SpecialPages(Controller):
    """Marking special kinds, counting cash."""

    include_in_schema = False

    @get("/perishables", permission="assets.read", sync_to_thread=False)
    def perishables(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """What spoils, the next day first."""
        found = queries.list_perishables(session, actor, cursor=cursor)
        context = {"found": found, "cursor": cursor or "", "today": local_day(at)}
        return Template("specials/perishables.html", context=context)

    @get(
        "/assets/{reference:str}/special-kinds/new",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def mark_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The form for marking a thing."""
        asset = get_asset(session, actor, reference)
        return _form(request, asset, "specials/_mark.html", typed={})

    @post(
        "/assets/{reference:str}/special-kinds/new",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def mark(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Mark a thing as a special kind."""
        try:
            commands.mark_special(session, actor, reference, decode_form(NewMark, data), at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "specials/_mark.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The special kind was recorded."))

    @get(
        "/assets/{reference:str}/cash-counts/new",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def count_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for counting cash."""
        asset = get_asset(session, actor, reference)
        typed = {
            "currency": "VND",
            "counted_on": local_day(at).isoformat(),
            "counted_by": actor.name,
        }
        return _form(request, asset, "specials/_cash.html", typed=typed)

    @post(
        "/assets/{reference:str}/cash-counts/new",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def count(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record counted cash."""
        try:
            new = decode_form(NewCashCount, _gathered(data))
            commands.count_cash(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "specials/_cash.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The count was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The special kinds of an asset on its page, and where the law lets it be kept."""
    parts: list[Part] = []
    if actor.may("evidence.register"):
        href = f"/assets/{asset.reference}/special-kinds/new"
        parts.append(Act(_("Special kind"), href, panel=_("Special kind")))
    marks = queries.list_marks(session, actor, asset.reference)
    bounds = [
        (Bound(reason), [CustodyForm(form) for form in forms], article)
        for reason, forms, article in bounds_of(session, asset.id)
    ]
    own = BY_KIND.get(asset.kind)
    if not marks and not bounds and own is None:
        return parts
    cash = own is SpecialKind.CASH or any(mark.kind is SpecialKind.CASH for mark in marks)
    counts = queries.list_counts(session, actor, asset.reference) if cash else []
    data = {"marks": marks, "bounds": bounds, "counts": counts, "reference": asset.reference}
    data["wanted"] = None if asset.place_id else _wanted(session, asset, own)
    data["counting"] = cash and actor.may("evidence.register")
    parts.append(Panel(_("Special kind"), "specials/_panel.html", data))
    return parts


def _wanted(session: Session, asset: AssetOut, own: SpecialKind | None) -> str | None:
    """What has to be recorded before a thing of such a kind comes into a place."""
    if own is SpecialKind.CASH and not queries.is_counted(session, asset.id):
        return _("Count its notes by denomination and currency before it is taken in.")
    if own is SpecialKind.DRUGS and not queries.is_concluded(session, asset.id):
        return _("Seal it and record its expert conclusion before it is taken in.")
    return None


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What spoils soon, for the keeper and the officer."""
    if not actor.may("evidence.register") or actor.sees_all:
        return []
    until = local_day(at) + commands.alert_until(session, at)
    n = queries.count_perishables(session, actor, until)
    if not n:
        return []
    soon = queries.list_perishables(session, actor, until=until, size=8).items
    return [
        Card(_("Spoils soon"), n, "/perishables", _("sell, or destroy what cannot be sold"), "bad"),
        Panel(
            _("Spoils soon"),
            "specials/_perishables.html",
            {"rows": soon, "today": local_day(at)},
            "/perishables",
        ),
    ]


def _gathered(data: Mapping[str, str]) -> dict[str, Any]:
    """A form with its denominations as a list; empty lines count as not given."""
    rest = {name: value for name, value in data.items() if not name.startswith("lines.")}
    lines = []
    for n in range(LINES):
        line = {key: data.get(f"lines.{n}.{key}", "").strip() for key in _LINE}
        if line["denomination"] or line["pieces"]:
            lines.append({key: value for key, value in line.items() if value})
    return {**rest, "lines": lines} if lines else rest


_LINE = ("denomination", "pieces", "serials")


def _form(
    request: AnyRequest,
    asset: AssetOut,
    template: str,
    *,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    shown = {"kinds": list(SpecialKind), "lines": range(LINES)}
    return act_form(request, asset, template, typed, error, **shown)
