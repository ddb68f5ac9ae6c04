"""How an asset was sold, what has become of the sale, and whose money is whose; pure.

The times to pay and to deliver are dated rules, by the way the asset was sold.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Barred, Duplicate, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class Way(StrEnum):
    """How somebody came to the asset; decides when it is to be delivered."""

    AUCTION = "auction"
    SETOFF = "setoff"
    PRIORITY = "priority"
    DIRECT = "direct"
    AGREEMENT = "agreement"


DELIVERY_LIMIT = {
    Way.AUCTION: "delivery_due",
    Way.SETOFF: "delivery_due_non_auction",
    Way.PRIORITY: "delivery_due_non_auction",
    Way.DIRECT: "delivery_due_non_auction",
    Way.AGREEMENT: "delivery_due_agreement",
}
"""The rule of the time to deliver, by the way (D152/26 Art. 67(1)); else that of an auction."""


class SaleState(StrEnum):
    """Where a sale stands, read from its dated rows."""

    UNPAID = "unpaid"
    OVERDUE = "overdue"
    PAID = "paid"
    DECIDED = "decided"
    DELIVERED = "delivered"
    DEFAULTED = "defaulted"
    CANCELLED = "cancelled"


class EntryKind(StrEnum):
    """What happened after a sale; kinds with an amount are its ledger of money."""

    EXTENDED = "extended"
    DEPOSIT = "deposit"
    RECEIPT = "receipt"
    SET_OFF = "set_off"
    TERM_DEPOSIT = "term_deposit"
    INTEREST = "interest"
    FORFEITED = "forfeited"
    KEPT_APART = "kept_apart"
    KEPT_DECIDED = "kept_decided"
    DECISION = "decision"
    DELIVERED = "delivered"
    TITLE_FILE = "title_file"
    OLD_TITLE = "old_title"
    TITLE_NOT_COLLECTED = "title_not_collected"
    OBSTRUCTED = "obstructed"
    REOCCUPIED = "reoccupied"
    JUDGMENT_ANNULLED = "judgment_annulled"
    DEFAULT_PROPOSED = "default_proposed"
    DEFAULTED = "defaulted"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    TO_RETURN = "to_return"
    RETURNED = "returned"
    REVERSED = "reversed"


PAID_IN = frozenset({EntryKind.DEPOSIT, EntryKind.RECEIPT, EntryKind.SET_OFF})
"""Entries that count towards the price."""

NOTES = (
    EntryKind.OBSTRUCTED,
    EntryKind.REOCCUPIED,
    EntryKind.JUDGMENT_ANNULLED,
    EntryKind.TITLE_FILE,
    EntryKind.OLD_TITLE,
    EntryKind.TITLE_NOT_COLLECTED,
)
"""What is noted of a sale without changing whose the money is."""

AFTER_DELIVERY = frozenset(
    {
        EntryKind.REOCCUPIED,
        EntryKind.TITLE_FILE,
        EntryKind.OLD_TITLE,
        EntryKind.TITLE_NOT_COLLECTED,
    }
)


class InterestOwner(StrEnum):
    """To whom the interest on a deposited price belongs."""

    DEBT = "debt"
    BUYER = "buyer"


class AnnulmentGround(StrEnum):
    """Why the result of an auction is annulled (PA16 Art. 33(6), 72)."""

    AGREED = "agreed"
    VOID_BY_COURT = "void_by_court"
    SERVICE_CONTRACT_CANCELLED = "service_contract_cancelled"
    COLLUSION = "collusion"
    UNDELIVERABLE = "undeliverable"


class Act(StrEnum):
    """Codes of the acts after a sale, as the audit ledger keeps them."""

    OPENED = "sales.sale.opened"
    EXTENDED = "sales.payment.extended"
    LOTS_DRAWN = "sales.sale.lots_drawn"
    RECEIVED = "sales.payment.received"
    SETOFF_CORRECTED = "sales.setoff.corrected"
    REVERSED = "sales.entry.reversed"
    DEFAULT_PROPOSED = "sales.default.proposed"
    DEFAULTED = "sales.sale.defaulted"
    KEPT_DECIDED = "sales.kept.decided"
    DEPOSITED = "sales.price.deposited"
    INTEREST = "sales.interest.recorded"
    DECIDED = "sales.delivery.decided"
    DELIVERED = "sales.asset.delivered"
    NOTED = "sales.sale.noted"
    CANCELLED = "sales.result.cancelled"
    SETTLED = "sales.sale.settled"
    RETURNED = "sales.money.returned"


class SaleEnded(OutOfPlace):
    """The sale fell away: the buyer defaulted, the result was annulled or the parties settled."""

    code = "sale_ended"


class NotPaidInFull(Barred):
    """The price is not paid in full."""

    code = "not_paid_in_full"


class PaidInFull(Duplicate):
    """The price is paid in full already."""

    code = "paid_in_full"


class PaidTooMuch(OutOfPlace):
    """More than the price would be received."""

    code = "paid_too_much"


class DeliveredAlready(Duplicate):
    """The asset has been delivered."""

    code = "delivered_already"


class NotDelivered(Barred):
    """The asset has not been delivered yet."""

    code = "not_delivered"


class DeliveryNotDecided(Barred):
    """The delivery needs its decision first (L25 Art. 86(2))."""

    code = "delivery_not_decided"


class PaymentNotDueYet(Unlawful):
    """The buyer still has time to pay; he has not defaulted."""

    code = "payment_not_due_yet"


class PaymentOverdue(Unlawful):
    """The buyer's time to pay is over; it is decided first what follows."""

    code = "payment_overdue"


class NoExtension(Unlawful):
    """The law of that day knows no longer time to pay."""

    code = "no_extension"


class ConsentMissing(Unlawful):
    """Somebody whose consent the law wants has not given it."""

    code = "consent_missing"


class ResultStands(Unlawful):
    """The law keeps the result: the ground is none that annuls it."""

    code = "result_stands"


class NothingKept(OutOfPlace):
    """No money of the sale is kept apart and waits for a decision."""

    code = "nothing_kept"


class EntryReversed(Duplicate):
    """The entry was reversed before, or is of a kind that is not reversed."""

    code = "entry_reversed"


class DeliveryLate(Unlawful):
    """The delivery comes after its time limit and gives no reason."""

    code = "delivery_late"


class NotDeliverable(Barred):
    """The day of delivery has not passed; the buyer cannot give the asset up yet."""

    code = "not_deliverable_yet"


class NotWithoutAuction(Unlawful):
    """What is neither of small value nor perishable is sold by auction (L25 Art. 83(2)b)."""

    code = "not_without_auction"


class DepositCarried(Duplicate):
    """The deposit the winner paid for the round counts already."""

    code = "deposit_carried"


class SaleExists(Duplicate):
    """The round has its sale already."""

    code = "sale_exists"


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """The money of a sale: what came in and whose it is."""

    price: Decimal
    deposit: Decimal = Decimal(0)
    receipts: Decimal = Decimal(0)
    set_off: Decimal = Decimal(0)
    interest_to_debt: Decimal = Decimal(0)
    interest_to_buyer: Decimal = Decimal(0)
    to_return: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)

    @property
    def paid(self) -> Decimal:
        """What was paid towards the price, the deposit and what was set off among it."""
        return self.deposit + self.receipts + self.set_off

    @property
    def cash(self) -> Decimal:
        """What came in as money, interest among it."""
        return self.deposit + self.receipts + self.interest_to_debt + self.interest_to_buyer

    @property
    def missing(self) -> Decimal:
        """What is still to be paid."""
        return self.price - self.paid

    @property
    def proceeds(self) -> Decimal:
        """What is there to be divided: the price and the interest that goes to the debt."""
        return self.paid + self.interest_to_debt


class SaleFellAway(msgspec.Struct, frozen=True):
    """A result was annulled or the parties settled: what was to be paid out is not."""

    actor: Actor
    sale_id: int
    at: datetime


class ProceedsChange(msgspec.Struct, frozen=True):
    """The money to be divided is about to change; a payout that stands refuses it."""

    sale_id: int
    on: date


def state_of(
    *,
    today: date,
    due_on: date | None,
    paid_on: date | None,
    decided_on: date | None,
    delivered_on: date | None,
    defaulted_on: date | None,
    cancelled_on: date | None,
) -> SaleState:
    """Where a sale stands, by its dated rows."""
    said = (
        (cancelled_on, SaleState.CANCELLED),
        (defaulted_on, SaleState.DEFAULTED),
        (delivered_on, SaleState.DELIVERED),
        (decided_on if paid_on is not None else None, SaleState.DECIDED),
        (paid_on, SaleState.PAID),
    )
    for day, state in said:
        if day is not None:
            return state
    return SaleState.OVERDUE if due_on is not None and due_on < today else SaleState.UNPAID


labels(
    {
        Way.AUCTION: _("By auction"),
        Way.SETOFF: _("Taken by the creditor"),
        Way.PRIORITY: _("Bought by a co-owner first"),
        Way.DIRECT: _("Sold without auction"),
        Way.AGREEMENT: _("By agreement of the parties"),
    }
)
labels(
    {
        SaleState.UNPAID: _("Waits for the price"),
        SaleState.OVERDUE: _("Price overdue"),
        SaleState.PAID: _("Paid, to be delivered"),
        SaleState.DECIDED: _("Delivery decided"),
        SaleState.DELIVERED: _("Delivered"),
        SaleState.DEFAULTED: _("Buyer defaulted"),
        SaleState.CANCELLED: _("Result annulled"),
    }
)
labels(
    {
        EntryKind.EXTENDED: _("Longer time to pay agreed"),
        EntryKind.DEPOSIT: _("Deposit received"),
        EntryKind.RECEIPT: _("Payment received"),
        EntryKind.SET_OFF: _("Set off against the claim"),
        EntryKind.TERM_DEPOSIT: _("Price put on a term deposit"),
        EntryKind.INTEREST: _("Interest"),
        EntryKind.FORFEITED: _("Deposit forfeited"),
        EntryKind.KEPT_APART: _("Part payment kept apart, legal treatment pending"),
        EntryKind.KEPT_DECIDED: _("Decided on the money kept apart: so much goes back"),
        EntryKind.DECISION: _("Delivery decision"),
        EntryKind.DELIVERED: _("Delivered"),
        EntryKind.TITLE_FILE: _("File for the register sent"),
        EntryKind.OLD_TITLE: _("Old title cancelled"),
        EntryKind.TITLE_NOT_COLLECTED: _("Title book not collected: the register is asked"),
        EntryKind.OBSTRUCTED: _("Delivery obstructed"),
        EntryKind.REOCCUPIED: _("Re-occupied after delivery: the buyer turns to commune or police"),
        EntryKind.JUDGMENT_ANNULLED: _("Judgment annulled or amended: still delivered"),
        EntryKind.DEFAULT_PROPOSED: _("The time to pay is over: a default is proposed"),
        EntryKind.DEFAULTED: _("Engagement cancelled: the buyer did not pay"),
        EntryKind.CANCELLED: _("Result annulled"),
        EntryKind.SETTLED: _("Settled by the parties with the buyer's consent"),
        EntryKind.TO_RETURN: _("To be given back to the buyer"),
        EntryKind.RETURNED: _("Given back to the buyer"),
        EntryKind.REVERSED: _("Reversed"),
    }
)
labels({InterestOwner.DEBT: _("to the debt"), InterestOwner.BUYER: _("to the buyer")})
labels(
    {
        AnnulmentGround.AGREED: _("Agreement of the parties to the sale"),
        AnnulmentGround.VOID_BY_COURT: _("Contract declared void by a court"),
        AnnulmentGround.SERVICE_CONTRACT_CANCELLED: _("Service contract cancelled for breaches"),
        AnnulmentGround.COLLUSION: _("Collusion found"),
        AnnulmentGround.UNDELIVERABLE: _("Delivery impossible at the day; the buyer asks"),
        Act.OPENED: _("Sale opened"),
        Act.EXTENDED: _("Time to pay extended"),
        Act.SETOFF_CORRECTED: _("Rest of a set-off claimed"),
        Act.LOTS_DRAWN: _("Lots drawn among several buyers"),
        Act.RECEIVED: _("Payment received"),
        Act.REVERSED: _("Entry reversed"),
        Act.DEFAULT_PROPOSED: _("Default proposed"),
        Act.DEFAULTED: _("Default recorded"),
        Act.KEPT_DECIDED: _("Decided on money kept apart"),
        Act.DEPOSITED: _("Price put on a term deposit"),
        Act.INTEREST: _("Interest recorded"),
        Act.DECIDED: _("Delivery decided"),
        Act.DELIVERED: _("Asset delivered"),
        Act.NOTED: _("Noted after a sale"),
        Act.CANCELLED: _("Result annulled"),
        Act.SETTLED: _("Settled after a sale"),
        Act.RETURNED: _("Money given back"),
    }
)
