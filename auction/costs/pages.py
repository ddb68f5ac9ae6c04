"""The costs of an asset: a part of its page, a page of their own, and the forms."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.costs import commands, queries
from auction.costs.rules import Bearer, CostKind
from auction.costs.schemas import NewCost, NewRepayment, NewReversal
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

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class CostPages(Controller):
    """Costs of an asset."""

    path = "/assets/{reference:str}/costs"
    include_in_schema = False

    @get("/", permission="costs.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The ledger of an asset."""
        costs = queries.asset_costs(session, actor, reference, local_day(at), cursor=cursor)
        asset = get_asset(session, actor, reference)
        context = {"asset": asset, "costs": costs, "cursor": cursor or ""}
        context["records"] = actor.may("costs.record")
        return Template("costs/ledger.html", context=context)

    @get("/new", permission="costs.record", sync_to_thread=False)
    def cost_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a cost."""
        typed = {"spent_on": local_day(at).isoformat(), "bearer": Bearer.DEBTOR.value}
        return _form(request, get_asset(session, actor, reference), "costs/_new.html", typed)

    @post("/new", permission="costs.record", sync_to_thread=False)
    def enter(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Enter a cost."""
        try:
            new = decode_form(NewCost, _plain(data))
            commands.enter_cost(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "costs/_new.html", data, error)
        return onward(request, f"/assets/{reference}/costs", _("The cost was entered."))

    @get("/reversal", permission="costs.record", sync_to_thread=False)
    def reversal_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        cost: FromQuery[int | None] = None,
    ) -> Template:
        """The form for taking an entry back."""
        typed = {"cost_id": str(cost or ""), "reversed_on": local_day(at).isoformat()}
        return _form(request, get_asset(session, actor, reference), "costs/_reverse.html", typed)

    @post("/reversal", permission="costs.record", sync_to_thread=False)
    def reverse(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take an entry back."""
        try:
            new = decode_form(NewReversal, data)
            commands.reverse_cost(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "costs/_reverse.html", data, error)
        return onward(request, f"/assets/{reference}/costs", _("The entry was taken back."))

    @get("/repayment", permission="costs.record", sync_to_thread=False)
    def repayment_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        cost: FromQuery[int | None] = None,
    ) -> Template:
        """The form for repaying an advance."""
        typed = {"cost_id": str(cost or ""), "repaid_on": local_day(at).isoformat()}
        return _form(request, get_asset(session, actor, reference), "costs/_repay.html", typed)

    @post("/repayment", permission="costs.record", sync_to_thread=False)
    def repay(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Repay an advance."""
        try:
            new = decode_form(NewRepayment, _plain(data))
            commands.repay_advance(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _form(request, asset, "costs/_repay.html", data, error)
        return onward(request, f"/assets/{reference}/costs", _("The repayment was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """What an asset cost so far, on its page."""
    parts: list[Part] = []
    if actor.may("costs.record"):
        href = f"/assets/{asset.reference}/costs/new"
        parts.append(Act(_("Enter a cost"), href, panel=_("Costs")))
    if actor.may("costs.read"):
        sums = queries.costs_of(session, [asset.id], local_day(at))
        if sums.total or sums.storage_running:
            data = {"sums": sums}
            href = f"/assets/{asset.reference}/costs"
            parts.append(Panel(_("Costs"), "costs/_panel.html", data, href))
    return parts


def _plain(data: Form) -> Form:
    return {name: typed_amount(text) if name == "amount" else text for name, text in data.items()}


def _form(
    request: AnyRequest,
    asset: AssetOut,
    template: str,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    lists = {"kinds": list(CostKind), "bearers": list(Bearer)}
    return act_form(request, asset, template, typed, error, **lists)
