"""Sales and what follows them, over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.sales import queries
from auction.sales.commands import delivering, ending, interest, keeping, paying, registering
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewExtension,
    NewInterest,
    NewKeptDecision,
    NewNote,
    NewReceipt,
    NewReturn,
    NewReversal,
    NewSale,
    NewSettlement,
    NewTermDeposit,
    SaleFile,
    SaleRow,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class SaleApi(Controller):
    """What is sold, paid, delivered."""

    path = "/api/v1/sales"
    tags = ("Sales",)

    @get("/undelivered", permission="sales.read", sync_to_thread=False)
    def undelivered(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[SaleRow]:
        """What is sold and not delivered, the oldest first."""
        today = local_day(at)
        return queries.list_undelivered(session, actor, today, cursor=cursor, size=size)

    @post("/", permission="sales.follow", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewSale],
    ) -> SaleFile:
        """Record that a lot, or an asset in none, was taken or bought without auction."""
        made = registering.register_sale(session, actor, data, at=at)
        return queries.get_sale(session, actor, made.id, local_day(at))

    @get("/{sale_id:int}", permission="sales.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
    ) -> SaleFile:
        """One sale with its money and everything since."""
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/extension", permission="sales.follow", sync_to_thread=False)
    def extension(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewExtension],
    ) -> SaleFile:
        """Record that parties and buyer agree on a longer time to pay."""
        paying.extend_payment(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/default", permission="sales.follow", sync_to_thread=False)
    def default(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewDefault],
    ) -> SaleFile:
        """Cancel the engagement with a buyer who did not pay."""
        paying.default_sale(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/kept-money", permission="sales.follow", sync_to_thread=False)
    def kept_money(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewKeptDecision],
    ) -> SaleFile:
        """Decide on what a defaulting buyer had paid beyond the deposit."""
        keeping.decide_kept(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/delivery-decision", permission="sales.follow", sync_to_thread=False)
    def delivery_decision(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewDecision],
    ) -> SaleFile:
        """Decide the delivery; issues the decision."""
        delivering.decide_delivery(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/delivery", permission="sales.follow", sync_to_thread=False)
    def delivery(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewDelivery],
    ) -> SaleFile:
        """Record the delivery; issues the minutes."""
        delivering.deliver(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/notes", permission="sales.follow", sync_to_thread=False)
    def notes(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewNote],
    ) -> SaleFile:
        """Note something that happened after the sale."""
        delivering.note_after_sale(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/annulment", permission="sales.follow", sync_to_thread=False)
    def annulment(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewAnnulment],
    ) -> SaleFile:
        """Annul the result on a ground of the law."""
        ending.annul_result(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/settlement", permission="sales.follow", sync_to_thread=False)
    def settlement(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewSettlement],
    ) -> SaleFile:
        """Record a settlement of the parties that the buyer consents to."""
        ending.settle(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/receipts", permission="sales.receive", sync_to_thread=False)
    def receipts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewReceipt],
    ) -> SaleFile:
        """Record money towards the price."""
        paying.receive(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/term-deposit", permission="sales.receive", sync_to_thread=False)
    def term_deposit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewTermDeposit],
    ) -> SaleFile:
        """Record that the price was put on a term deposit."""
        delivering.put_on_deposit(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/interest", permission="sales.receive", sync_to_thread=False)
    def interest(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewInterest],
    ) -> SaleFile:
        """Record interest; the program says whose it is."""
        interest.record_interest(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post("/{sale_id:int}/money-back", permission="sales.receive", sync_to_thread=False)
    def refunds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
        data: JSONBody[NewReturn],
    ) -> SaleFile:
        """Record money given back to the buyer."""
        ending.return_money(session, actor, sale_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))

    @post(
        "/{sale_id:int}/entries/{entry_id:int}/reversal",
        permission="sales.receive",
        sync_to_thread=False,
    )
    def reverse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        entry_id: FromPath[RowId],
        data: JSONBody[NewReversal],
    ) -> SaleFile:
        """Reverse an entry of money by a further one."""
        paying.reverse_entry(session, actor, sale_id, entry_id, data, at=at)
        return queries.get_sale(session, actor, sale_id, local_day(at))
