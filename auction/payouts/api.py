"""Payouts over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.payouts import queries
from auction.payouts.commands import excess, paying, proposing
from auction.payouts.schemas import (
    LedgerLine,
    NewLongerTime,
    NewProposal,
    NewSetOffCorrection,
    NewVoucher,
    NewVoucherReversal,
    NewWithdrawal,
    PayoutOut,
    PayoutRow,
    VoucherOut,
)
from auction.sales.queries import get_sale
from auction.sales.schemas import SaleFile
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class PayoutApi(Controller):
    """How money is divided and paid."""

    path = "/api/v1"
    tags = ("Payouts",)

    @get("/payouts", permission="payouts.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[PayoutRow]:
        """Payouts to approve or to pay, the oldest first."""
        return queries.list_open_payouts(session, actor, cursor=cursor, size=size)

    @get("/payouts/{payout_id:int}", permission="payouts.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        payout_id: FromPath[RowId],
    ) -> PayoutOut:
        """One payout with its lines and vouchers."""
        return queries.get_payout(session, actor, payout_id)

    @get("/sales/{sale_id:int}/payouts", permission="payouts.read", sync_to_thread=False)
    def of_sale(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
    ) -> list[PayoutOut]:
        """Every version of a sale's payout, the newest first."""
        get_sale(session, actor, sale_id, local_day(at))
        return queries.payouts_of_sale(session, actor, sale_id)

    @get("/sales/{sale_id:int}/proceeds", permission="payouts.read", sync_to_thread=False)
    def proceeds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
    ) -> list[LedgerLine]:
        """The money of a sale, in and out."""
        get_sale(session, actor, sale_id, local_day(at))
        return queries.proceeds_of_sale(session, sale_id)

    @post("/sales/{sale_id:int}/payouts", permission="payouts.propose", sync_to_thread=False)
    def propose(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewProposal],
    ) -> PayoutOut:
        """Propose how the money is divided; a change is a new version."""
        made = proposing.propose_payout(session, actor, sale_id, data, at=at)
        return queries.get_payout(session, actor, made.id)

    @post("/sales/{sale_id:int}/payouts/time", permission="payouts.approve", sync_to_thread=False)
    def give_time(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewLongerTime],
    ) -> list[PayoutOut]:
        """Give a longer time to pay out."""
        proposing.give_longer_time(session, actor, sale_id, data, at=at)
        return queries.payouts_of_sale(session, actor, sale_id)

    @post("/sales/{sale_id:int}/payouts/rest", permission="payouts.propose", sync_to_thread=False)
    def claim_rest(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewSetOffCorrection],
    ) -> SaleFile:
        """Claim from the taker what he set off beyond his part."""
        excess.correct_set_off(session, actor, sale_id, data, at=at)
        return get_sale(session, actor, sale_id, local_day(at))

    @post("/payouts/{payout_id:int}/approval", permission="payouts.approve", sync_to_thread=False)
    def approve(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        payout_id: FromPath[RowId],
    ) -> PayoutOut:
        """Approve a payout; issues its table."""
        proposing.approve_payout(session, actor, payout_id, at=at)
        return queries.get_payout(session, actor, payout_id)

    @post("/payouts/{payout_id:int}/withdrawal", permission="payouts.approve", sync_to_thread=False)
    def withdraw(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        payout_id: FromPath[RowId],
        data: JSONBody[NewWithdrawal],
    ) -> PayoutOut:
        """Withdraw a payout of which nothing is paid."""
        proposing.withdraw_payout(session, actor, payout_id, data, at=at)
        return queries.get_payout(session, actor, payout_id)

    @post("/payout-lines/{line_id:int}/vouchers", permission="payouts.pay", sync_to_thread=False)
    def pay(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewVoucher],
    ) -> VoucherOut:
        """Pay a line by voucher."""
        made = paying.pay_line(session, actor, line_id, data, at=at)
        return queries.voucher_out(session, made.id)

    @post(
        "/vouchers/{voucher_id:int}/counter-voucher", permission="payouts.pay", sync_to_thread=False
    )
    def reverse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        voucher_id: FromPath[RowId],
        data: JSONBody[NewVoucherReversal],
    ) -> VoucherOut:
        """Reverse a voucher by another."""
        made = paying.reverse_voucher(session, actor, voucher_id, data, at=at)
        return queries.voucher_out(session, made.id)
