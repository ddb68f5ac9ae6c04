"""Money that its payee did not fetch, over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.payouts import uncollected
from auction.payouts.commands import forfeiting, keeping
from auction.payouts.schemas import (
    NewFetching,
    NewRefund,
    NewRefundRequest,
    NewShareDeposit,
    NewShareForfeiture,
    NewShareInterest,
    NewShareNotice,
    NewShareRemittance,
    ShareFile,
    ShareRow,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class ShareApi(Controller):
    """Money that was not fetched: told, kept, fetched after all or the State's."""

    path = "/api/v1/shares"
    tags = ("Payouts",)

    @get("/", permission="payouts.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[ShareRow]:
        """Money whose payees were told and have not fetched it, the oldest first."""
        today = local_day(at)
        return uncollected.list_shares(session, actor, today, cursor=cursor, size=size)

    @get("/{line_id:int}", permission="payouts.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
    ) -> ShareFile:
        """One of them with all that happened."""
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/payee-notice", permission="payouts.propose", sync_to_thread=False)
    def payee_notice(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewShareNotice],
    ) -> ShareFile:
        """The payee is told to fetch his money."""
        keeping.tell_payee(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/keeping", permission="payouts.pay", sync_to_thread=False)
    def keep(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewShareDeposit],
    ) -> ShareFile:
        """Keep what was not fetched in its time."""
        keeping.deposit_share(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/kept-interest", permission="payouts.pay", sync_to_thread=False)
    def kept_interest(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewShareInterest],
    ) -> ShareFile:
        """Enter interest on what is kept."""
        keeping.add_interest(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/fetching", permission="payouts.pay", sync_to_thread=False)
    def fetching(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewFetching],
    ) -> ShareFile:
        """The payee fetches all that is kept."""
        keeping.fetch_share(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/forfeiture", permission="payouts.approve", sync_to_thread=False)
    def forfeiture(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewShareForfeiture],
    ) -> ShareFile:
        """Decide, after the term, that it is the State's."""
        forfeiting.forfeit_share(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/budget-payment", permission="payouts.pay", sync_to_thread=False)
    def budget_payment(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewShareRemittance],
    ) -> ShareFile:
        """Pay it into the State budget."""
        forfeiting.remit_share(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/refund-request", permission="payouts.propose", sync_to_thread=False)
    def refund_request(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewRefundRequest],
    ) -> ShareFile:
        """Ask the finance body for it."""
        forfeiting.ask_refund(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))

    @post("/{line_id:int}/refund-receipt", permission="payouts.pay", sync_to_thread=False)
    def refund_receipt(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
        data: JSONBody[NewRefund],
    ) -> ShareFile:
        """Enter what the finance body gave back."""
        forfeiting.receive_refund(session, actor, line_id, data, at=at)
        return uncollected.get_share(session, actor, line_id, local_day(at))
