"""Lots, rounds and the lawful price of the next round; pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from auction.legal_rules.rules import Confidence, Rule, lowest_next_price
from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Param, Unlawful
from inventory.base.messages import _, labels

PREFIX = "DG"
"""First letters of a lot's reference (đấu giá)."""


class LotStep(StrEnum):
    """What a lot waits for."""

    ROUND = "round"
    OUTCOME = "outcome"
    REDUCTION = "reduction"


class Relot(StrEnum):
    """How lots came out of others."""

    SPLIT = "split"
    MERGED = "merged"
    ANEW = "anew"
    WITHDRAWN = "withdrawn"


class SessionForm(StrEnum):
    """How bids are made (PA16 Art. 40)."""

    ORAL = "oral"
    DIRECT_BALLOT = "direct_ballot"
    INDIRECT_BALLOT = "indirect_ballot"
    ONLINE = "online"


class Act(StrEnum):
    """Codes of the acts on a lot, as the audit ledger keeps them."""

    LOT_FORMED = "lots.lot.formed"
    RELOTTED = "lots.lot.relotted"
    ROUND_SCHEDULED = "lots.round.scheduled"
    ROUND_CLOSED = "lots.round.closed"
    PRICE_REDUCED = "lots.price.reduced"
    REDUCTION_REPLACED = "lots.price.replaced"


class AssetInOpenLot(Duplicate):
    """The asset is in another lot that is still open."""

    code = "asset_in_open_lot"


class AssetGone(OutOfPlace):
    """The asset is sold, taken back, released or given back: there is nothing to offer."""

    code = "asset_gone"


class AssetAway(OutOfPlace):
    """The asset is on its way to another office, or taken out for proceedings."""

    code = "asset_away"


class NotOfThese(Invalid):
    """A new lot is formed of the assets of the lots that are closed."""

    code = "not_of_these"


class RoundNumberTaken(Duplicate):
    """The lot has a round with that number already."""

    code = "round_number_taken"


class RoundStillOpen(Barred):
    """The round before has no outcome yet."""

    code = "round_still_open"


class RoundDidNotFail(Barred):
    """Only a round that counts as failed is followed by a reduction."""

    code = "round_did_not_fail"


class ReductionExists(Barred):
    """The price was reduced after that round already."""

    code = "reduction_exists"


class DecisionNumberTaken(Duplicate):
    """The office has issued another decision with that number on that day."""

    code = "decision_number_taken"


class LotIsClosed(OutOfPlace):
    """The lot was sold or withdrawn; no round follows."""

    code = "lot_is_closed"


class PriceTooLow(Unlawful):
    """The price is further under the last round's than the law allows."""

    code = "price_too_low"


class PriceTooHigh(Unlawful):
    """The price is above that of the round before."""

    code = "price_too_high"


class ReductionMissing(Unlawful):
    """The price is lower than the round's before and no decision reduced it."""

    code = "reduction_missing"


class ReductionLate(Unlawful):
    """The decision comes after its time limit and gives no reason."""

    code = "reduction_late"


class RecallPending(Barred):
    """The seizure is to be recalled first: the price sank to what the asset secures."""

    code = "recall_pending"


class DepositOutOfRange(Unlawful):
    """The deposit is smaller or greater than the law allows."""

    code = "deposit_out_of_range"


class RoundDatesWrong(Invalid):
    """The days of a round do not follow each other."""

    code = "round_dates_wrong"


class FoundBreach(msgspec.Struct, frozen=True, kw_only=True):
    """A step that does not fit a rule, with the facts that show it."""

    rule_key: str
    rule_id: int | None
    article: str
    confidence: str
    lot_id: int
    round_id: int
    office_id: int
    facts: dict[str, str | int]


class NextPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What the next round may start at: its highest and lowest lawful price, and by which row.

    A lot that came out of another has no highest at first; ``decided`` says that a reduction
    decision set the price.
    """

    highest: Decimal | None
    lowest: Decimal
    decided: bool
    rule_key: str
    rule_id: int | None
    article: str
    confidence: Confidence


def first_price(value: Decimal, rule: Rule, *, brought: bool) -> NextPrice:
    """The lawful price of the first round: the value found or the price agreed (L25 Art. 82(4)).

    What is ``brought`` along from another lot is the least: its base is not regulated.
    """
    return _lawful(None if brought else value, value, rule, decided=False)


def next_price(
    last: Decimal, decided: Decimal | None, limit: Rule, unit: Decimal, *, failed: bool
) -> NextPrice:
    """The lawful prices of the round after one that was held at a price.

    After a failed round a decision may reduce the price; once it has, the decided price is the
    only one. After a round that did not fail the price stays.
    """
    if decided is not None:
        return _lawful(decided, decided, limit, decided=True)
    lowest = lowest_next_price(last, limit, unit) if failed else last
    return _lawful(last, lowest, limit, decided=False)


def _lawful(highest: Decimal | None, lowest: Decimal, rule: Rule, *, decided: bool) -> NextPrice:
    return NextPrice(
        highest=highest,
        lowest=lowest,
        decided=decided,
        rule_key=rule.key,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence,
    )


def check_reduced_price(old: Decimal, new: Decimal, limit: Rule, unit: Decimal) -> None:
    """Refuse a decision that does not lower the price, or lowers it by more than the limit.

    Raises PriceTooHigh, PriceTooLow.
    """
    lowest = lowest_next_price(old, limit, unit)
    if new >= old:
        raise PriceTooHigh(
            _("The new price must be lower than %(price)s, that of the round before."),
            field="new_price",
            price=old,
            **limit.basis,
        )
    if new < lowest:
        raise _too_low("new_price", lowest, limit)


def check_round_price(
    price: Decimal, last: Decimal, decided: Decimal | None, limit: Rule, unit: Decimal
) -> None:
    """Refuse a starting price that the round before and the decision after it do not allow.

    Raises PriceTooHigh, PriceTooLow, ReductionMissing.
    """
    highest = last if decided is None else decided
    if price > highest:
        raise PriceTooHigh(
            _("The starting price must not be above %(price)s."),
            field="starting_price",
            price=highest,
            **limit.basis,
        )
    if decided is not None and price < decided:
        raise PriceTooLow(
            _("The reduction decision sets the price at %(price)s."),
            field="starting_price",
            price=decided,
            **limit.basis,
        )
    if decided is None and price < last:
        lowest = lowest_next_price(last, limit, unit)
        if price < lowest:
            raise _too_low("starting_price", lowest, limit)
        raise ReductionMissing(
            _("The price is lowered by a reduction decision; there is none after the last round."),
            field="starting_price",
            **limit.basis,
        )


def breach_told(facts: Mapping[str, str | int]) -> tuple[str, dict[str, Param]]:
    """What a breach was seen from: a sentence and its values, told at the edge."""
    known = {name: _value(name, fact) for name, fact in facts.items()}
    for needed, text in _TOLD:
        if needed <= known.keys():
            return text, known
    return _("The facts are in the record."), {}


def _value(name: str, fact: str | int) -> Param:
    if name.startswith(("price_", "lowest_")) or name == "reduced_by":
        return Decimal(fact)
    return date.fromisoformat(str(fact)) if name.endswith("_on") else fact


_TOLD: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"notices_needed", "notices_in_time", "latest_on", "given_on"}),
        _(
            "%(notices_in_time)s of %(notices_needed)s in time; the last lawful day was"
            " %(latest_on)s, it was done on %(given_on)s."
        ),
    ),
    (
        frozenset({"notices_needed", "notices_in_time", "latest_on"}),
        _(
            "%(notices_in_time)s of %(notices_needed)s in time; the last lawful day was"
            " %(latest_on)s."
        ),
    ),
    (
        frozenset({"price_before", "price_after", "lowest_price"}),
        _("From %(price_before)s to %(price_after)s; the lowest lawful price: %(lowest_price)s."),
    ),
    (
        frozenset({"due_on", "decided_on", "decision", "reason", "approved_by"}),
        _(
            "Due on %(due_on)s, decided on %(decided_on)s (%(decision)s). Reason: %(reason)s. Let"
            " through by %(approved_by)s."
        ),
    ),
    (
        frozenset({"bidder", "registered_on", "closes_on"}),
        _("Bidder %(bidder)s registered on %(registered_on)s; the list closed on %(closes_on)s."),
    ),
    (
        frozenset({"bidder", "paid_on", "from_on", "opens_on"}),
        _(
            "Bidder %(bidder)s paid the deposit on %(paid_on)s; it is taken in from %(from_on)s"
            " on, before %(opens_on)s."
        ),
    ),
    (
        frozenset({"bidder", "price_paid", "price_most"}),
        _("Bidder %(bidder)s paid %(price_paid)s in cash; directly only under %(price_most)s."),
    ),
    (
        frozenset({"unlisted"}),
        _("Sold to %(unlisted)s without a list of bidders: nobody saw whether he may bid."),
    ),
    (
        frozenset({"price_deposit", "price_start", "least", "most"}),
        _(
            "Deposit %(price_deposit)s for a starting price of %(price_start)s; lawful are from"
            " %(least)s to %(most)s %%."
        ),
    ),
    (
        frozenset({"published_on", "latest_on", "opens_on"}),
        _("Published on %(published_on)s for %(opens_on)s; the last day was %(latest_on)s."),
    ),
    (
        frozenset({"closed_on", "latest_on", "opens_on"}),
        _("Registration open to %(closed_on)s for %(opens_on)s; it ends on %(latest_on)s."),
    ),
    (
        frozenset({"price_sold", "price_owed"}),
        _("Sold although %(price_sold)s already covered what was owed, %(price_owed)s."),
    ),
    (
        frozenset({"registered", "least"}),
        _("%(registered)s registered; the law wants at least %(least)s."),
    ),
)


def reduced_by(old: Decimal, new: Decimal) -> Decimal:
    """By how many per cent a price fell, to four decimals."""
    return ((old - new) * 100 / old).quantize(Decimal("0.0001")) if old else Decimal(0)


def step_day(today: date, held_on: date) -> date:
    """The day whose law serves the scheduling of a round: today, or the round's own day if earlier.

    A round that is recorded afterwards is judged by the law of its time (L25 Art. 116(3)).
    """
    return min(today, held_on)


def _too_low(field: str, lowest: Decimal, limit: Rule) -> PriceTooLow:
    return PriceTooLow(
        _("The lowest lawful price is %(lowest)s: rule %(rule)s allows at most %(percent)s %%."),
        field=field,
        article=limit.article,
        lowest=lowest,
        rule=limit.key,
        percent=limit.number,
    )


labels(
    {
        SessionForm.ORAL: _("By word of mouth at the session"),
        SessionForm.DIRECT_BALLOT: _("By ballot at the session"),
        SessionForm.INDIRECT_BALLOT: _("By ballot sent in"),
        SessionForm.ONLINE: _("Online"),
        Act.LOT_FORMED: _("Lot formed"),
        Act.RELOTTED: _("Lot closed, its assets offered in others"),
        Relot.SPLIT: _("Offered apart"),
        Relot.MERGED: _("Offered together"),
        Relot.ANEW: _("Offered anew"),
        Relot.WITHDRAWN: _("Lot withdrawn"),
        Act.ROUND_SCHEDULED: _("Round scheduled"),
        Act.ROUND_CLOSED: _("Outcome recorded"),
        Act.PRICE_REDUCED: _("Price reduced"),
        Act.REDUCTION_REPLACED: _("Price decision replaced"),
        LotStep.ROUND: _("Round to be scheduled"),
        LotStep.OUTCOME: _("Result of the round"),
        LotStep.REDUCTION: _("Decision on the price"),
    }
)
