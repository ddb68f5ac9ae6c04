"""What is said of a sale and of what follows it, and how they are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.sales.rules import (
    AnnulmentGround,
    EntryKind,
    InterestOwner,
    Money,
    SaleState,
    Way,
)
from inventory.base.said import Line, Number, Said

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]


Drawn = Annotated[list[Number], msgspec.Meta(min_length=2, max_length=200)]
Declined = Annotated[list[Number], msgspec.Meta(max_length=200)]
Witnesses = Annotated[list[Number], msgspec.Meta(min_length=1, max_length=20)]


class NewDraw(Said, frozen=True, kw_only=True):
    """Lots drawn among several who want to buy at one price: who, in the order drawn, before whom.

    ``declined`` are those drawn before the buyer who did not want it any more.
    """

    drawn_on: date
    order: Drawn
    witnesses: Witnesses
    declined: Declined = msgspec.field(default_factory=list)


class DrawOut(msgspec.Struct, frozen=True, kw_only=True):
    """How lots were drawn."""

    drawn_on: date
    order: list[str]
    witnesses: list[str]
    declined: list[str]


class NewSale(Said, frozen=True, kw_only=True):
    """A lot, or an asset in none, that somebody took or bought without auction, on a paper.

    A creditor takes it by agreement: ``document`` is the parties' paper, ``others_document`` that
    of the other creditors, ``set_off`` what he need not pay (unsaid: as much as he may). What is
    sold directly is announced before, to the public and to the procuracy: on which day, and on
    which paper; without a ``document`` the program issues the minutes. Where ``several`` want it at
    the price, lots are drawn.
    """

    lot: Line | None = None
    asset: Line | None = None
    way: Way
    buyer: Number
    buyer_identity: Line | None = None
    buyer_address: Line | None = None
    price: Decimal
    set_off: Decimal | None = None
    sold_on: date
    document: Number | None = None
    debtor_agrees: bool = False
    others_document: Line | None = None
    announced_on: date | None = None
    announcement: Line | None = None
    procuracy_told_on: date | None = None
    procuracy_notice: Line | None = None
    several: bool = False
    draw: NewDraw | None = None


class NewExtension(Said, frozen=True, kw_only=True):
    """Parties and buyer agree on a longer time to pay; each of them has signed, today if no day."""

    until: date
    document: Number
    agreed_on: date | None = None
    parties_agree: bool = False
    buyer_agrees: bool = False


class NewReceipt(Said, frozen=True, kw_only=True):
    """Money that came in towards the price; the deposit comes from the auction organisation."""

    amount: Decimal
    received_on: date
    document: Number
    is_deposit: bool = False
    payer: Line | None = None


class NewDefault(Said, frozen=True, kw_only=True):
    """The engagement with a buyer who did not pay is cancelled; or he refused in writing."""

    cancelled_on: date
    document: Number
    refused_in_writing: bool = False


class NewTermDeposit(Said, frozen=True, kw_only=True):
    """The price is put on a term deposit because the asset is not delivered yet."""

    bank: Number
    deposited_on: date
    document: Number


class NewInterest(Said, frozen=True, kw_only=True):
    """Interest a bank paid for a span of days."""

    amount: Decimal
    from_on: date
    to_on: date
    document: Number


class NewDecision(Said, frozen=True, kw_only=True):
    """Delivery is decided: the program issues the decision."""

    decided_on: date
    handed_by: Line | None = None
    registers: Line | None = None


class NewDelivery(Said, frozen=True, kw_only=True):
    """The asset changes hands: who gave and took it, in which state, with which keys and papers.

    Where somebody is coerced, ``began_at`` says at which hour of that day.
    """

    delivered_on: date
    began_at: datetime | None = None
    place: Line | None = None
    giver: Line | None = None
    receiver_identity: Line | None = None
    state: Words | None = None
    papers: Line | None = None
    coercion: Line | None = None


class NewNote(Said, frozen=True, kw_only=True):
    """Something noted of a sale."""

    kind: EntryKind
    happened_on: date
    words: Words
    document: Line | None = None


class NewAnnulment(Said, frozen=True, kw_only=True):
    """The result is annulled on a ground of the law."""

    ground: AnnulmentGround
    cancelled_on: date
    document: Number
    words: Line | None = None


class NewSettlement(Said, frozen=True, kw_only=True):
    """The parties settle after the sale; the buyer must consent (D152/26 Art. 14(2))."""

    settled_on: date
    document: Number
    buyer_consent: Line | None = None


class NewReturn(Said, frozen=True, kw_only=True):
    """Money goes back to the buyer."""

    amount: Decimal
    returned_on: date
    document: Number


class NewKeptDecision(Said, frozen=True, kw_only=True):
    """What of the money kept apart goes back to the buyer, and on what ground the rest stays."""

    amount: Decimal
    decided_on: date
    document: Number
    words: Words


class NewReversal(Said, frozen=True, kw_only=True):
    """The paper on which an entry is reversed."""

    document: Number


class EntryOut(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened after a sale."""

    id: int
    kind: EntryKind
    happened_on: date
    amount: Decimal | None
    owner: InterestOwner | None
    document: str | None
    words: str | None
    article: str | None
    reverses_id: int | None
    reversed: bool
    recorded_at: datetime
    by: str | None

    @property
    def span(self) -> list[date]:
        """The days an entry of interest or of longer time speaks of."""
        return [date.fromisoformat(day) for day in (self.words or "").split("/")]

    @property
    def until(self) -> date:
        """The new last day of an entry of longer time."""
        return self.span[0]


class SaleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sale in a list."""

    id: int
    office_id: int
    office: str
    lot: str
    lot_id: int
    case_id: int | None
    description: str
    way: Way
    buyer: str
    price: Decimal
    sold_on: date
    due_on: date | None
    paid_on: date | None
    delivery_due_on: date | None
    decided_on: date | None
    delivered_on: date | None
    default_proposed_on: date | None
    defaulted_on: date | None
    cancelled_on: date | None
    pending_since: date | None
    paid: Decimal
    officer: str | None
    state: SaleState = SaleState.UNPAID
    age: int = 0


class SaleFile(msgspec.Struct, frozen=True, kw_only=True):
    """One sale with its money and everything that happened since."""

    sale: SaleRow
    buyer_identity: str | None
    buyer_address: str | None
    document: str | None
    minutes: str | None
    others_document: str | None
    announced_on: date | None
    announcement: str | None
    procuracy_told_on: date | None
    procuracy_notice: str | None
    draw: DrawOut | None
    money: Money
    entries: list[EntryOut]
    assets: list[str]
