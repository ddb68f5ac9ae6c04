"""What an outcome and a reduction decision must say; pure."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from auction.bidding.rules import RECORDABLE, Held, Outcome
from auction.life.rules import Step
from inventory.base.errors import Barred, Invalid, OutOfPlace, Param, Unlawful
from inventory.base.messages import _
from inventory.base.money import check_amount

Faults = dict[str, tuple[str, dict[str, Param]]]


class Winner(msgspec.Struct, frozen=True, kw_only=True):
    """The bidder who won, as he registered; his deposit is earnest money (PA16 Art. 39(5))."""

    bidder_id: int
    identity: str
    address: str | None
    deposit: Decimal | None
    deposit_on: date | None
    deposit_document: str | None


class LotSold(msgspec.Struct, frozen=True, kw_only=True):
    """A round ended with a sale: somebody owes the price."""

    office_id: int
    lot_id: int
    round_id: int
    sold_on: date
    price: Decimal
    buyer: str | None
    minutes: str | None
    staff_id: int | None
    at: datetime
    winner: Winner | None = None


DIAGNOSED = "outcomes.round.diagnosed"
"""The finding why nobody bought, as the audit ledger keeps it."""


WENT_ON = "outcomes.auction.went_on"
"""That a paused auction goes on, as the audit ledger keeps it."""


class NoSession(OutOfPlace):
    """The lot is offered alone, or nothing of its session waits any more."""

    code = "no_session"


class NotCovered(Unlawful):
    """What was sold does not reach what is owed; the session goes on."""

    code = "not_covered"


class OutOfOrder(Unlawful):
    """A lot of a higher price is offered first."""

    code = "out_of_order"


class EnoughSold(Unlawful):
    """What was sold covers what is owed; the lots that are left are not sold (L25 Art. 83(6))."""

    code = "enough_sold"


class DecisionInForce(Barred):
    """A price decision is in force: it is recalled before another one replaces it."""

    code = "decision_in_force"


class NotTheLastRound(Barred):
    """Only the last round of a lot is followed by a decision."""

    code = "not_the_last_round"


class GroundUnknown(Unlawful):
    """The law of the day knows no such ground to pause or stop an auction."""

    code = "ground_unknown"


class HaltedByAct(Unlawful):
    """The ground is a fact that an act of the program records, and that act stops the round."""

    code = "halted_by_act"


class OutcomeUnlawful(Unlawful):
    """The outcome is none that the law knows for what was said."""

    code = "outcome_unlawful"


class ReductionIncomplete(Invalid):
    """Something the decision must say does not fit."""

    code = "reduction_incomplete"


def needs_opening(code: Outcome) -> bool:
    """Whether an outcome can only follow the opening.

    A round may be stopped, paused or cancelled before it (L25 Art. 84).
    """
    return code not in {Outcome.STOPPED, Outcome.PAUSED, Outcome.CANCELLED}


def steps_of_outcome(code: Outcome, held: Held | None) -> tuple[Step, ...]:
    """The steps of an asset's life that an outcome means; a cancelled round means none."""
    if held is Held.SOLD:
        return (Step.AUCTION_OPENED, Step.SOLD)
    if held is Held.FAILED:
        return (Step.AUCTION_OPENED, Step.ROUND_FAILED)
    return _STEPS.get(code, ())


_STEPS = {Outcome.PAUSED: (Step.PAUSED,), Outcome.STOPPED: (Step.STOPPED,)}


def code_faults(code: Outcome) -> Faults:
    """An outcome that only imported history may have."""
    return {} if code in RECORDABLE else {"code": (_("Choose one of the given values."), {})}


def sale_faults(code: Outcome, price: Decimal | None, unit: Decimal) -> Faults:
    """A sale without a price, a price without a sale."""
    if code is not Outcome.SOLD:
        return {} if price is None else {"sale_price": (_("Only a sale has a price."), {})}
    if price is None:
        return {"sale_price": (_("This field is required."), {})}
    return amount_faults(price, unit, "sale_price")


def price_faults(code: Outcome, price: Decimal | None, starting_price: Decimal | None) -> Faults:
    """A sale below the starting price: bids only rise from it (PA16 Art. 58)."""
    if code is not Outcome.SOLD or not price or not starting_price or price >= starting_price:
        return {}
    text = _("The sale price must not be below the starting price, %(price)s.")
    return {"sale_price": (text, {"price": starting_price})}


def registration_faults(code: Outcome, registered: int | None) -> Faults:
    """A number of registered bidders that the outcome contradicts (PA16 Art. 52)."""
    if registered is None:
        return {}
    nobody = code is Outcome.FAILED_NO_REGISTRATION
    if nobody and registered > 0:
        return {"registered": (_("Somebody registered; choose another outcome."), {})}
    if registered == 0 and not nobody and needs_opening(code):
        return {"registered": (_("Nobody registered; choose another outcome."), {})}
    return {}


def missing_faults(
    code: Outcome, registered: int | None, reason: str | None, paper: str | None
) -> Faults:
    """What an outcome must say: a sale how many registered, a cancelled round its ground and paper.

    How many registered says whether one bidder was enough (PA16 Art. 49).
    """
    missing: list[str] = []
    if code is Outcome.SOLD and registered is None:
        missing = ["registered"]
    elif code is Outcome.CANCELLED:
        missing = [name for name, said in (("reason", reason), ("minutes", paper)) if said is None]
    return {name: (_("This field is required."), {}) for name in missing}


def notice_faults(code: Outcome, notified_on: date, held_on: date, today: date) -> Faults:
    """A day of notice before the round, or in the future."""
    if notified_on > today or (needs_opening(code) and notified_on < held_on):
        return {"notified_on": (_("The day must lie between the round and today."), {})}
    return {}


def decision_faults(decided_on: date, held_on: date | None, today: date) -> Faults:
    """A decision before the round it follows, or in the future."""
    if decided_on > today:
        return {"decided_on": (_("The day lies in the future."), {})}
    if held_on is not None and decided_on < held_on:
        return {"decided_on": (_("The decision lies before the round."), {})}
    return {}


def amount_faults(amount: Decimal, unit: Decimal, field: str) -> Faults:
    """An amount that is negative, nothing, or finer than the currency's smallest unit."""
    if amount == 0:
        return {field: (_("The amount must be more than nothing."), {})}
    try:
        check_amount(amount, unit, field=field)
    except Invalid as error:
        return error.fields
    return {}
