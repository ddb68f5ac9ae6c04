"""What is said when a round ends and when the price is reduced, and the whole file of a lot."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.bidding.causes import Cause, Weight
from auction.bidding.rules import Meaning, Outcome
from auction.bidding.schemas import RoundLine, RunRow
from auction.deadlines.schemas import DeadlineOut
from auction.legal_rules.rules import Confidence
from auction.lots.rules import LotStep, NextPrice
from auction.lots.schemas import LotOut
from auction.valuations.schemas import ValuationRow
from inventory.base.said import Line, Number, Said

Reason = Annotated[str, msgspec.Meta(max_length=4000)]


class NewOutcome(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened in a round; ``notified_on`` is when the office was told, else today.

    ``consent`` is the paper in which the seller agrees to sell to a single bidder, ``complaint``
    what was complained of in the procedure.
    """

    code: Outcome
    notified_on: date | None = None
    sale_price: Decimal | None = None
    buyer_name: Line | None = None
    registered: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    minutes: Line | None = None
    auctioneer: Line | None = None
    consent: Line | None = None
    complaint: Line | None = None
    reason: Reason | None = None


class NewReplacement(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The right price of a price decision that was recalled for its wrong one."""

    new_price: Decimal


class NewReduction(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that lowers the price after a failed round.

    Without a number the program numbers and prints it; ``agreed`` says that the parties agreed on
    the price (L08).
    """

    new_price: Decimal
    decision_number: Number | None = None
    decided_on: date
    agreed: bool = False


class NewCause(Said, frozen=True, kw_only=True):
    """One cause why nobody bought, and how much it weighed."""

    cause: Cause
    weight: Weight = Weight.SHARED
    note: Line | None = None


class NewDiagnosis(Said, frozen=True, kw_only=True):
    """Why nobody bought in a round; found today without a day."""

    causes: Annotated[list[NewCause], msgspec.Meta(min_length=1, max_length=9)]
    found_on: date | None = None
    note: Reason | None = None


class NewStop(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a session ends because enough was sold; what is owed, where the claims do not say it."""

    owed: Decimal | None = None
    document: Line | None = None


class NewRuling(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody rules that a round means, why and by which article; today without a day."""

    meaning: Meaning
    ground: Annotated[str, msgspec.Meta(min_length=3, max_length=4000)]
    article: Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
    document: Line | None = None
    ruled_on: date | None = None


class SetOff(msgspec.Struct, frozen=True):
    """That the creditor may take the asset at the reduced price, and by which article."""

    price: Decimal
    reductions: int
    article: str
    confidence: Confidence


class ClosedRound(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a round, as it was recorded."""

    lot: str
    number: int
    code: Outcome
    notified_on: date | None
    sale_price: Decimal | None
    buyer_name: str | None


class LotFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a lot, and what may be done next.

    ``may_reduce`` where the last round's sale fell away and the rule of the day lets the price
    fall.
    """

    lot: LotOut
    rounds: list[RoundLine]
    runs: list[RunRow]
    valuations: list[ValuationRow]
    value: Decimal | None
    step: LotStep | None
    next_price: NextPrice | None
    may_reduce: bool
    set_off: SetOff | None
    deadlines: list[DeadlineOut]
