"""Hand-overs, transfers and loans over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.handovers.commands import (
    answers,
    arrivals,
    loans,
    offers,
    returns,
    transfers,
)
from inventory.handovers.queries.loans import get_loan, list_loans
from inventory.handovers.queries.offers import get_offer, list_offers
from inventory.handovers.queries.transfers import get_transfer, list_past, list_transfers
from inventory.handovers.schemas import (
    Answered,
    Arrived,
    CameBack,
    Lent,
    NewAnswers,
    NewArrivals,
    NewComeback,
    NewContact,
    NewExtension,
    NewLoan,
    NewOffer,
    NewReturns,
    NewStoring,
    NewTransfer,
)
from inventory.handovers.shown import (
    LoanOut,
    LoanRow,
    OfferOut,
    OfferRow,
    PastEntry,
    TransferOut,
    TransferRow,
)
from inventory.orders.queries import get_order
from inventory.orders.schemas import OrderOut

Size = Annotated[int, QueryParameter(ge=1, le=200)]


class HandoverApi(Controller):
    """Things offered to somebody, who answers for each of them."""

    path = "/api/v1/handovers"
    tags = ("Hand-overs",)

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_offers(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        waiting_for_me: FromQuery[bool] = False,
        open_only: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[OfferRow]:
        """Offers, the newest first; those that wait for the reader's own answer if asked."""
        return list_offers(
            session,
            actor,
            waiting_for_me=waiting_for_me,
            open_only=open_only,
            cursor=cursor,
            size=size,
        )

    @post("/", permission="handovers.offer", sync_to_thread=False)
    def offer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewOffer],
    ) -> Response[OfferOut]:
        """Offer things to somebody, or take things over from somebody without an account."""
        made = offers.offer(session, actor, data, at=at)
        return Response(
            get_offer(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"/api/v1/handovers/{made.reference}"},
        )

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def get_offer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> OfferOut:
        """One offer with its things and what was said of each."""
        return get_offer(session, actor, reference)

    @post("/{reference:str}/answers", permission="handovers.answer", sync_to_thread=False)
    def answer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewAnswers],
    ) -> Answered:
        """Take over or refuse things, one by one."""
        return answers.answer(session, actor, reference, data, at=at)

    @post("/{reference:str}/withdrawal", permission="handovers.offer", sync_to_thread=False)
    def withdraw(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> OfferOut:
        """Take an offer back; what was answered stays answered."""
        offers.withdraw(session, actor, reference, at=at)
        return get_offer(session, actor, reference)


class TransferApi(Controller):
    """Things sent from one warehouse to another with a carrier."""

    path = "/api/v1/transfers"
    tags = ("Transfers",)

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_transfers(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        open_only: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[TransferRow]:
        """Transfers, the newest first; those not received in full if asked."""
        return list_transfers(session, actor, open_only=open_only, cursor=cursor, size=size)

    @post("/", permission="transfers.send", sync_to_thread=False)
    def send(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewTransfer],
    ) -> Response[TransferOut]:
        """Send things to another warehouse."""
        made = transfers.send(session, actor, data, at=at)
        return Response(
            get_transfer(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"/api/v1/transfers/{made.reference}"},
        )

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def get_transfer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> TransferOut:
        """One transfer with its things."""
        return get_transfer(session, actor, reference)

    @post("/{reference:str}/arrivals", permission="transfers.receive", sync_to_thread=False)
    def receive(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewArrivals],
    ) -> Arrived:
        """Say what arrived, item by item."""
        return arrivals.receive(session, actor, reference, data, at=at)

    @post("/{reference:str}/order", permission="orders.request", sync_to_thread=False)
    def ask_for_order(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewStoring],
    ) -> Response[OrderOut]:
        """Ask for the order on which what is on its way is stored in."""
        made = arrivals.ask_for_order(session, actor, reference, data, at=at)
        return Response(
            get_order(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"/api/v1/orders/{made.reference}"},
        )

    @post("/{reference:str}/comebacks", permission="transfers.receive", sync_to_thread=False)
    def take_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewComeback],
    ) -> Arrived:
        """Take back what the receiver did not take over."""
        return arrivals.take_back(session, actor, reference, data, at=at)

    @get("/{reference:str}/past", permission="handovers.read", sync_to_thread=False)
    def past(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        asset: FromQuery[str | None] = None,
    ) -> list[PastEntry]:
        """What the reader's office wrote of the things, also after they went to another one."""
        get_transfer(session, actor, reference)
        return list_past(session, actor, reference, asset)


class LoanApi(Controller):
    """Things given out for a time to a court, a laboratory or an investigator."""

    path = "/api/v1/loans"
    tags = ("Loans",)

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_loans(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        open_only: FromQuery[bool] = True,
        overdue: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[LoanRow]:
        """Loans, the one that is due first at the top."""
        late = local_day(at) if overdue else None
        return list_loans(
            session, actor, open_only=open_only, overdue_on=late, cursor=cursor, size=size
        )

    @post("/", permission="loans.lend", sync_to_thread=False)
    def lend(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewLoan],
    ) -> Response[Lent]:
        """Give things out for a time."""
        made = loans.lend(session, actor, data, at=at)
        location = {"Location": f"/api/v1/loans/{made.reference}"}
        return Response(made, status_code=201, headers=location)

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def get_loan(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> LoanOut:
        """One loan with its things and its log."""
        return get_loan(session, actor, reference)

    @post("/{reference:str}/contacts", permission="loans.follow", sync_to_thread=False)
    def contact(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewContact],
    ) -> LoanOut:
        """Note a contact with the borrower."""
        loans.contact(session, actor, reference, data, at=at)
        return get_loan(session, actor, reference)

    @post("/{reference:str}/extensions", permission="loans.follow", sync_to_thread=False)
    def extend(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewExtension],
    ) -> LoanOut:
        """Let a loan end later."""
        loans.extend(session, actor, reference, data, at=at)
        return get_loan(session, actor, reference)

    @post("/{reference:str}/returns", permission="loans.lend", sync_to_thread=False)
    def bring_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewReturns],
    ) -> CameBack:
        """Take things back, each with the state of its seal."""
        return returns.bring_back(session, actor, reference, data, at=at)
