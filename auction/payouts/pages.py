"""The payout of a sale in its versions with the acts that follow; payouts to approve and to pay."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.papers.queries import unsure_of
from auction.payouts import queries, uncollected
from auction.payouts.commands import excess, paying, proposing
from auction.payouts.commands.resting import rights_changed
from auction.payouts.overtaken import count_overtaken
from auction.payouts.rules import BEFORE_RANKS, KEPT, VoucherWay
from auction.payouts.schemas import (
    NewLongerTime,
    NewProposal,
    NewSetOffCorrection,
    NewVoucher,
    NewVoucherReversal,
    NewWithdrawal,
)
from auction.sales.queries import get_sale
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
AMOUNTS = frozenset({"taxes"})


class PayoutPages(Controller):
    """Payouts."""

    include_in_schema = False

    @get("/payouts", permission="payouts.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Payouts to approve or to pay."""
        found = queries.list_open_payouts(session, actor, cursor=cursor)
        return Template("payouts/list.html", context={"found": found, "cursor": cursor or ""})

    @get("/sales/{sale_id:int}/payouts", permission="payouts.read", sync_to_thread=False)
    def of_sale(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
    ) -> Template:
        """The payout of a sale."""
        return _show(session, actor, sale_id, at=at)

    @post("/sales/{sale_id:int}/payouts", permission="payouts.propose", sync_to_thread=False)
    def propose(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Propose a payout."""
        try:
            new = decode_form(NewProposal, _plain(data))
            proposing.propose_payout(session, actor, sale_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, sale_id, at=at, typed=data, error=error)
        return onward(request, f"/sales/{sale_id}/payouts", _("The payout was proposed."))

    @post("/sales/{sale_id:int}/payouts/time", permission="payouts.approve", sync_to_thread=False)
    def give_time(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give a longer time."""
        try:
            new = decode_form(NewLongerTime, data)
            proposing.give_longer_time(session, actor, sale_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, sale_id, at=at, typed=data, error=error)
        return onward(request, f"/sales/{sale_id}/payouts", _("The time was extended."))

    @post("/sales/{sale_id:int}/payouts/rest", permission="payouts.propose", sync_to_thread=False)
    def claim_rest(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Claim from the taker what he set off beyond his part."""
        try:
            new = decode_form(NewSetOffCorrection, data)
            excess.correct_set_off(session, actor, sale_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, sale_id, at=at, typed=data, error=error)
        return onward(request, f"/sales/{sale_id}", _("The taker was told to pay the rest."))

    @post("/payouts/{payout_id:int}/approval", permission="payouts.approve", sync_to_thread=False)
    def approve(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        payout_id: FromPath[RowId],
    ) -> Response[Any]:
        """Approve a payout."""
        made = proposing.approve_payout(session, actor, payout_id, at=at)
        return onward(request, f"/sales/{made.sale_id}/payouts", _("The payout was approved."))

    @post("/payouts/{payout_id:int}/withdrawal", permission="payouts.approve", sync_to_thread=False)
    def withdraw(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        payout_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Withdraw a payout."""
        new = decode_form(NewWithdrawal, data)
        made = proposing.withdraw_payout(session, actor, payout_id, new, at=at)
        return onward(request, f"/sales/{made.sale_id}/payouts", _("The payout was withdrawn."))

    @post("/payout-lines/{line_id:int}/vouchers", permission="payouts.pay", sync_to_thread=False)
    def pay(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        line_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Pay a line."""
        sale_id = queries.sale_of_line(session, actor, line_id)
        try:
            paying.pay_line(session, actor, line_id, decode_form(NewVoucher, data), at=at)
        except DomainError as error:
            return _show(session, actor, sale_id, at=at, typed=data, error=error, line=line_id)
        return onward(request, f"/sales/{sale_id}/payouts", _("The payment was recorded."))

    @post("/vouchers/{voucher_id:int}/reversal", permission="payouts.pay", sync_to_thread=False)
    def reverse(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        voucher_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Reverse a voucher."""
        new = decode_form(NewVoucherReversal, data)
        made = paying.reverse_voucher(session, actor, voucher_id, new, at=at)
        sale_id = queries.sale_of_line(session, actor, made.line_id)
        return onward(request, f"/sales/{sale_id}/payouts", _("The voucher was reversed."))


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Payouts to approve for the head, to pay for the accountant, and what was overtaken."""
    approves, pays = actor.may("payouts.approve"), actor.may("payouts.pay")
    proposes = actor.may("payouts.propose")
    if actor.channel == "system" or not (approves or pays or proposes):
        return []
    proposed, approved = queries.count_open(session, actor)
    anew, overtaken = count_overtaken(session, actor)
    parts: list[Part] = []
    if approves:
        tone = "warn" if proposed - anew else "good"
        parts.append(Card(_("Payouts to approve"), proposed - anew, "/payouts", tone=tone))
    if pays:
        tone = "warn" if approved - overtaken else "good"
        parts.append(Card(_("Payouts to pay"), approved - overtaken, "/payouts", tone=tone))
    if overtaken:
        title = _("Payouts to withdraw: what they rest on changed")
        parts.append(Card(title, overtaken, "/payouts", tone="bad"))
    if anew and proposes:
        title = _("Payouts to propose anew: what they rest on changed")
        parts.append(Card(title, anew, "/payouts", tone="bad"))
    return parts


def _plain(data: Form) -> Form:
    return {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}


def _show(
    session: Session,
    actor: Actor,
    sale_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
    line: int | None = None,
) -> Template:
    today = local_day(at)
    file = get_sale(session, actor, sale_id, today)
    payouts = queries.payouts_of_sale(session, actor, sale_id)
    lines = [line.id for one in payouts for line in one.lines]
    return Template(
        "payouts/of_sale.html",
        context={
            "file": file,
            "payouts_of": payouts,
            "rights_changed": rights_changed(session, payouts[0]) if payouts else [],
            "proceeds": queries.proceeds_of_sale(session, sale_id),
            "standings": uncollected.standings_of(session, lines, today),
            "kept": KEPT,
            "before": BEFORE_RANKS,
            "methods": list(VoucherWay),
            "typed": typed or {"paid_on": today.isoformat()},
            "errors": faults_of(error) if error else {},
            "faulty_line": line,
            "today": today,
            "unsure": unsure_of(session, PaperKind.PAYOUT_TABLE, today),
        },
        status_code=422 if error else 200,
    )
