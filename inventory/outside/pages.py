"""Outside custody: running contracts, those of an asset on its page, and the forms of each act."""

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
from inventory.base.money import typed_amount
from inventory.base.web import decode_form
from inventory.outside import commands, queries
from inventory.outside.rules import KEEPS_OUTSIDE, FoundState
from inventory.outside.schemas import ContractEnd, NewContract, NewCustodyCheck

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
COST = "monthly_cost"


class OutsidePages(Controller):
    """Giving into custody outside, checking, ending."""

    include_in_schema = False

    @get("/custody/outside", permission="custody.read", sync_to_thread=False)
    def list_running(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Running contracts, the one to be checked next first."""
        found = queries.list_running(session, actor, cursor=cursor)
        context = {"found": found, "cursor": cursor or "", "today": local_day(at)}
        return Template("outside/list.html", context=context)

    @get("/assets/{reference:str}/outside/new", permission="custody.contract", sync_to_thread=False)
    def give_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a contract."""
        typed = {"from_on": local_day(at).isoformat()}
        return _form(request, get_asset(session, actor, reference), "outside/_give.html", typed)

    @post(
        "/assets/{reference:str}/outside/new", permission="custody.contract", sync_to_thread=False
    )
    def give(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a contract."""
        try:
            new = decode_form(NewContract, {**data, **_cost(data)})
            commands.give_into_custody(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "outside/_give.html", data, error)
        return onward(request, f"/assets/{reference}", _("The contract was recorded."))

    @get("/assets/{reference:str}/outside/checks", permission="custody.check", sync_to_thread=False)
    def check_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        contract: FromQuery[int | None] = None,
    ) -> Template:
        """The form for a check."""
        today = local_day(at).isoformat()
        typed = {"contract_id": str(contract or ""), "checked_on": today, "checked_by": actor.name}
        return _form(request, get_asset(session, actor, reference), "outside/_check.html", typed)

    @post(
        "/assets/{reference:str}/outside/checks", permission="custody.check", sync_to_thread=False
    )
    def check(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a check."""
        try:
            new = decode_form(NewCustodyCheck, data)
            commands.check_custody(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "outside/_check.html", data, error)
        return onward(
            request, f"/assets/{reference}", _("The check was recorded; the minutes are issued.")
        )

    @get("/assets/{reference:str}/outside/end", permission="custody.contract", sync_to_thread=False)
    def end_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        contract: FromQuery[int | None] = None,
    ) -> Template:
        """The form for ending a contract."""
        typed = {"contract_id": str(contract or ""), "ended_on": local_day(at).isoformat()}
        return _form(request, get_asset(session, actor, reference), "outside/_end.html", typed)

    @post(
        "/assets/{reference:str}/outside/end", permission="custody.contract", sync_to_thread=False
    )
    def end(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """End a contract."""
        try:
            new = decode_form(ContractEnd, data)
            commands.end_contract(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "outside/_end.html", data, error)
        return onward(request, f"/assets/{reference}", _("The end was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The contracts on an asset on its page."""
    if not actor.may("custody.read"):
        return []
    rows = queries.list_contracts(session, actor, asset.reference)
    running = any(row.ended_on is None for row in rows)
    parts: list[Part] = []
    if actor.may("custody.contract") and not running:
        href = f"/assets/{asset.reference}/outside/new"
        parts.append(Act(_("Custody outside"), href, panel=_("Custody outside")))
    if rows:
        data = {
            "rows": rows,
            "reference": asset.reference,
            "today": local_day(at),
            "contracts": actor.may("custody.contract"),
            "checks": actor.may("custody.check"),
        }
        parts.append(Panel(_("Custody outside"), "outside/_panel.html", data))
    return parts


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Monthly checks of outside custody that are overdue."""
    if not actor.may("custody.check") or actor.sees_all:
        return []
    n = queries.count_overdue(session, actor, local_day(at))
    if not n:
        return []
    hint = _("what others keep is looked at every month, with minutes")
    return [Card(_("Monthly checks overdue"), n, "/custody/outside", hint, "bad")]


def _cost(data: Form) -> Form:
    """The monthly cost without the marks between groups of digits."""
    return {COST: typed_amount(data[COST])} if COST in data else {}


def _form(
    request: AnyRequest,
    asset: AssetOut,
    template: str,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    lists = {"forms": list(KEEPS_OUTSIDE), "states": list(FoundState)}
    return act_form(request, asset, template, typed, error, **lists)
