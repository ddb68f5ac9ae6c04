"""Who may take an asset between rounds, at what sum and until when; the floor; pure."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from auction.legal_rules.rules import Confidence, Rule, lowest_next_price
from inventory.base.actor import Actor
from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels
from inventory.base.money import round_to


class SetOffEnd(StrEnum):
    """How the creditor's right after a failed round came to its end."""

    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    REDEEMED = "redeemed"
    PAID = "paid"
    FELL_BACK = "fell_back"
    TERMINATED = "terminated"


class SetOffStage(StrEnum):
    """What a set-off waits for."""

    ANSWER = "answer"
    TELL_DEBTOR = "tell_debtor"
    DEBTOR = "debtor"
    PAYMENT = "payment"
    ENDED = "ended"


class PriorityEnd(StrEnum):
    """How a co-owner's right to buy first came to its end."""

    PAID = "paid"
    NOBODY = "nobody"
    UNPAID = "unpaid"


class ChosenBy(StrEnum):
    """How one of several co-owners was found (D152/26 Art. 63(1))."""

    ALONE = "alone"
    AGREED = "agreed"
    DRAWN = "drawn"


class ExitGround(StrEnum):
    """Why an asset leaves the auction without a buyer."""

    PAID = "paid"
    SETTLED = "settled"


class Floor(StrEnum):
    """How a price stands to what must be covered."""

    ABOVE = "above"
    NEAR = "near"
    REACHED = "reached"


class Act(StrEnum):
    """Codes of the acts between rounds, as the audit ledger keeps them."""

    FAILURE_TOLD = "offers.failure.told"
    NOT_ENFORCEABLE = "offers.case.not_enforceable"
    CREDITOR_ASKED = "offers.setoff.asked"
    CREDITOR_ANSWERED = "offers.setoff.answered"
    DEBTOR_TOLD = "offers.setoff.debtor_told"
    SETOFF_PAID = "offers.setoff.paid"
    SETOFF_ENDED = "offers.setoff.ended"
    PRIORITY_OFFERED = "offers.priority.offered"
    PRIORITY_ANSWERED = "offers.priority.answered"
    PRIORITY_CHOSEN = "offers.priority.chosen"
    PRIORITY_PAID = "offers.priority.paid"
    PRIORITY_ENDED = "offers.priority.ended"
    REDEEMED = "offers.asset.redeemed"
    SETTLED = "offers.asset.settled"
    RETURNED = "offers.asset.returned"
    RECALL_NEEDED = "offers.recall.needed"
    SEIZURE_RECALLED = "offers.recall.decided"


class LotTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A creditor or a co-owner has paid what he owes and takes a lot: it is to be delivered."""

    setoff: bool
    lot_id: int
    office_id: int
    taker: str
    price: Decimal
    paid: Decimal
    on: date
    document: str
    actor: Actor
    at: datetime


RIGHT = "setoff_from_reduction"
"""The rule by which the creditor may take the asset."""


class NoRightYet(Unlawful):
    """The creditor may take the asset only after the reductions that the law names."""

    code = "no_right_yet"


class SetOffAsked(Duplicate):
    """The creditor was asked after that round already."""

    code = "setoff_asked"


class CreditorNotAsked(Unlawful):
    """The next reduction needs that the creditor was asked in writing first."""

    code = "creditor_not_asked"


class OutOfTurn(Barred):
    """That is not what is awaited now."""

    code = "offer_out_of_turn"


class NotUnderWay(OutOfPlace):
    """Nothing of the kind is under way, or waits for that now."""

    code = "not_under_way"


class AnsweredBefore(Duplicate):
    """That was answered or found before."""

    code = "answered_before"


class TooLate(Unlawful):
    """The time that the law gives is over."""

    code = "too_late"


class TooEarly(Unlawful):
    """Somebody else's time is not over yet."""

    code = "too_early"


class SumDiffers(Unlawful):
    """What was paid is not what is due."""

    code = "sum_differs"


class NotAlone(Unlawful):
    """One asset of a lot is taken back alone only where nothing else is owed for the others."""

    code = "not_alone"


class ExpensesUnsaid(Unlawful):
    """Who takes part in the round that is cut off is paid back what he reasonably spent."""

    code = "expenses_unsaid"


class ClaimUnknown(Invalid):
    """The sum needs the creditor's claim, which no ledger holds."""

    code = "claim_unknown"


class OthersMustAgree(Unlawful):
    """With several creditors the others agree in writing that one takes it, or that it goes."""

    code = "others_must_agree"


class NoCoOwners(OutOfPlace):
    """No title with co-owners is recorded."""

    code = "no_co_owners"


class PriorityOpen(Duplicate):
    """The co-owners were asked and their time runs."""

    code = "priority_open"


class DrawNeeded(Unlawful):
    """Several co-owners want it: they agree, or lots are drawn, with minutes."""

    code = "draw_needed"


class FloorReached(Unlawful):
    """The reduced price is not above the costs; the asset is not reduced blindly."""

    code = "floor_reached"


class AgreementFirst(Unlawful):
    """After the first failure the parties are called to agree on the reduction (L08 Art. 104)."""

    code = "agreement_first"


class AboveFloor(Unlawful):
    """An asset goes back unsold only when its reduced value is not above the costs."""

    code = "above_floor"


class NoRecall(OutOfPlace):
    """Nothing says that the seizure is to be recalled."""

    code = "no_recall"


class HolderUntold(Unlawful):
    """Whoever holds the collateral is told that its seizure is recalled."""

    code = "holder_untold"


class FloorTest(msgspec.Struct, frozen=True, kw_only=True):
    """A price against what it must cover, on the rows of the law it stands on."""

    price: Decimal
    costs: Decimal
    state: Floor
    rule_key: str
    rule_id: int | None
    article: str
    confidence: Confidence


def floor_test(price: Decimal, costs: Decimal, law: Sequence[Rule], unit: Decimal) -> FloorTest:
    """Whether a price covers the costs: the test, the near ratio and the limit are dated rows."""
    test, near, limit = law
    state = Floor.ABOVE
    if costs > 0 and price <= costs:
        state = Floor.REACHED
    elif costs > 0 and lowest_next_price(price, limit, unit) <= costs * near.number:
        state = Floor.NEAR
    return FloorTest(
        price=price,
        costs=costs,
        state=state,
        rule_key=test.key,
        rule_id=test.id,
        article=test.article,
        confidence=test.confidence,
    )


def part_of(price: Decimal, share: Fraction) -> Decimal:
    """The price of a share, to the whole đồng and never under it."""
    exact = price * share.numerator / share.denominator
    return round_to(exact, up=True)


def stage_of(
    answered: date | None,
    told: date | None,
    debtor_by: date | None,
    ended: date | None,
    today: date,
) -> SetOffStage:
    """What a set-off waits for on a day."""
    if ended is not None:
        return SetOffStage.ENDED
    if answered is None:
        return SetOffStage.ANSWER
    if told is None or debtor_by is None:
        return SetOffStage.TELL_DEBTOR
    return SetOffStage.DEBTOR if today <= debtor_by else SetOffStage.PAYMENT


labels(
    {
        SetOffEnd.REFUSED: _("The creditor does not take it"),
        SetOffEnd.NO_ANSWER: _("The creditor did not answer in time"),
        SetOffEnd.REDEEMED: _("The debtor paid and takes it back"),
        SetOffEnd.PAID: _("The creditor paid and takes it"),
        SetOffEnd.FELL_BACK: _("The creditor did not pay in time"),
        SetOffEnd.TERMINATED: _("Enforcement was terminated"),
    }
)
labels(
    {
        SetOffStage.ANSWER: _("Waits for the creditor’s answer"),
        SetOffStage.TELL_DEBTOR: _("The debtor is to be told"),
        SetOffStage.DEBTOR: _("The debtor may pay and take it back"),
        SetOffStage.PAYMENT: _("The creditor is to pay the difference"),
        SetOffStage.ENDED: _("Ended"),
    }
)
labels(
    {
        PriorityEnd.PAID: _("A co-owner bought it"),
        PriorityEnd.NOBODY: _("No co-owner wants it"),
        PriorityEnd.UNPAID: _("The co-owner did not pay in time"),
    }
)
labels(
    {
        ChosenBy.ALONE: _("The only one who wants it"),
        ChosenBy.AGREED: _("The co-owners agreed"),
        ChosenBy.DRAWN: _("Lots were drawn"),
        ExitGround.PAID: _("The debtor paid"),
        ExitGround.SETTLED: _("The parties settled"),
        Floor.ABOVE: _("Above the costs"),
        Floor.NEAR: _("Near the costs"),
        Floor.REACHED: _("Not above the costs"),
        Act.FAILURE_TOLD: _("Failure told to the parties"),
        Act.NOT_ENFORCEABLE: _("Case classified as not yet enforceable"),
        Act.CREDITOR_ASKED: _("Creditor asked whether he takes the asset"),
        Act.CREDITOR_ANSWERED: _("Creditor answered"),
        Act.DEBTOR_TOLD: _("Debtor told that the creditor takes the asset"),
        Act.SETOFF_PAID: _("Creditor paid and takes the asset"),
        Act.SETOFF_ENDED: _("Creditor’s right ended"),
        Act.PRIORITY_OFFERED: _("Co-owners told of their right"),
        Act.PRIORITY_ANSWERED: _("Co-owner answered"),
        Act.PRIORITY_CHOSEN: _("Buying co-owner found"),
        Act.PRIORITY_PAID: _("Co-owner paid"),
        Act.PRIORITY_ENDED: _("Co-owners’ right ended"),
        Act.REDEEMED: _("Redeemed by the debtor"),
        Act.SETTLED: _("Settled by the parties"),
        Act.RETURNED: _("Given back unsold"),
        Act.RECALL_NEEDED: _("Seizure to be recalled"),
        Act.SEIZURE_RECALLED: _("Seizure recalled"),
    }
)
