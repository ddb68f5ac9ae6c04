"""Warehouse orders (C04/23 Art. 11; C01/17 Art. 7-9): what they are for, and in which
order their papers follow each other."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from inventory.base.errors import (
    Barred,
    Basis,
    Duplicate,
    Invalid,
    NotEntitled,
    OutOfPlace,
    Unlawful,
)
from inventory.base.messages import _, labels

PREFIX = "LK"
"""First letters of an order's reference (lệnh kho)."""

MOST_LINES = 500
"""As many things as one order names."""

MOST = Decimal(10) ** 12
"""A quantity stays below this."""

BY_ORDER_ONLY, PAPERS_IN_ORDER = "stored_by_order", "papers_in_order"
HEAD_SIGNS = "order_signed_by"


class Direction(StrEnum):
    """Into the warehouse or out of it."""

    IN = "in"
    OUT = "out"


class Purpose(StrEnum):
    """Why something is to be stored or released."""

    SEIZED = "seized"
    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"
    BROUGHT_BACK = "brought_back"
    TRANSFERRED_IN = "transferred_in"
    RETURNED = "returned"
    SOLD = "sold"
    FORFEITED = "forfeited"
    DESTROYED = "destroyed"
    EXTRACTED = "extracted"
    EXAMINED = "examined"
    DEPOSITED = "deposited"
    TRANSFERRED_OUT = "transferred_out"


PURPOSES = {
    Direction.IN: (
        Purpose.SEIZED,
        Purpose.EVIDENCE,
        Purpose.TEMPORARY_HOLDING,
        Purpose.BROUGHT_BACK,
        Purpose.TRANSFERRED_IN,
    ),
    Direction.OUT: (
        Purpose.RETURNED,
        Purpose.SOLD,
        Purpose.FORFEITED,
        Purpose.DESTROYED,
        Purpose.EXTRACTED,
        Purpose.EXAMINED,
        Purpose.DEPOSITED,
        Purpose.TRANSFERRED_OUT,
    ),
}


FIRST_STORED = frozenset({Purpose.SEIZED, Purpose.EVIDENCE, Purpose.TEMPORARY_HOLDING})
"""Purposes of what comes into a warehouse for the first time."""

STORED_AGAIN = FIRST_STORED | {Purpose.BROUGHT_BACK}
"""Purposes of what comes in again after it was released."""

MOVED_IN = frozenset({Purpose.TRANSFERRED_IN})
"""The purpose of what arrives from another warehouse."""

COMES_BACK = MOVED_IN | {Purpose.BROUGHT_BACK}
"""Purposes of what the other warehouse did not take over."""

GIVEN_BACK = frozenset({Purpose.BROUGHT_BACK})
"""The purpose of what was given out for a time and comes in again."""

GIVEN_OUT = frozenset({Purpose.EXTRACTED, Purpose.EXAMINED})
"""Purposes of what is given out for a time."""

SENT_ON = frozenset({Purpose.TRANSFERRED_OUT})
"""The purpose of what goes to another warehouse."""

LET_GO = frozenset({Purpose.RETURNED, Purpose.SOLD, Purpose.FORFEITED, Purpose.DEPOSITED})
"""Purposes of what is handed over for good; what is destroyed goes by its council alone."""


class Step(StrEnum):
    """A step of an order, in the order of the law."""

    REQUEST = "request"
    ORDER = "order"
    CHECK = "check"
    MINUTES = "minutes"
    SLIP = "slip"
    CARD = "card"
    LABEL = "label"
    REGISTER = "register"


class Ending(StrEnum):
    """How an order ends that is not carried out."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class StepRule(NamedTuple):
    """A step in its turn and where the turn is written."""

    step: Step
    article: str


OBLIGATORY: dict[Direction, tuple[StepRule, ...]] = {
    Direction.IN: (
        StepRule(Step.REQUEST, "C01/17 Art. 7(2), 9(2)"),
        StepRule(Step.ORDER, "C04/23 Art. 11(2); C01/17 Art. 6, 7, 9"),
        StepRule(Step.MINUTES, "C04/23 Art. 10(2); D142/24 Art. 14"),
        StepRule(Step.SLIP, "C04/23 Art. 11(2); D142/24 Art. 14"),
        StepRule(Step.CARD, "C04/23 Art. 11(1); D142/24 Art. 14"),
        StepRule(Step.LABEL, "C04/23 Art. 11(1); D142/24 Art. 14"),
        StepRule(Step.REGISTER, "C04/23 Art. 30(1); D142/24 Art. 14"),
    ),
    Direction.OUT: (
        StepRule(Step.REQUEST, "C01/17 Art. 7(2)"),
        StepRule(Step.ORDER, "C04/23 Art. 11(2); C01/17 Art. 6, 7, 9"),
        StepRule(Step.CHECK, "C01/17 Art. 9(2); D152/26 Art. 41"),
        StepRule(Step.SLIP, "C04/23 Art. 11(2)"),
        StepRule(Step.MINUTES, "C04/23 Art. 10(2); D152/26 Art. 41"),
        StepRule(Step.CARD, "C04/23 Art. 11(1)"),
        StepRule(Step.REGISTER, "C04/23 Art. 30(1)"),
    ),
}
"""The order of the papers as data: the only place that knows which paper follows which."""

BY_THEMSELVES = frozenset({Step.CARD, Step.LABEL, Step.REGISTER})
"""What follows from the slip without another act: card and register line; labels are printed."""


class OrderSigned(msgspec.Struct, frozen=True):
    """An order may be carried out."""

    order_id: int
    reference: str
    office_id: int


class OrderFinished(msgspec.Struct, frozen=True):
    """The last paper of an order is written: stock card and register have their lines."""

    order_id: int
    reference: str
    office_id: int


class OutOfTurn(Barred):
    """A step was tried before the one that comes first, or twice; ``article`` says which order."""

    code = "out_of_turn"


class OrderNeeded(Unlawful):
    """Nothing enters or leaves a warehouse without the head's order."""

    code = "order_needed"


class OrderNotSigned(Unlawful):
    """An order that nobody signed orders nothing."""

    code = "order_not_signed"


class OrderIsClosed(OutOfPlace):
    """The order was refused, withdrawn or finished."""

    code = "order_is_closed"


class WrongOrder(Invalid):
    """The order is for something else: another direction, warehouse or thing."""

    code = "wrong_order"


class OrderForSomethingElse(Unlawful):
    """The order is for another purpose: what it does not order does not happen on it."""

    code = "order_for_something_else"


class OrderForSomebodyElse(Unlawful):
    """The order names somebody else as the one who takes the things."""

    code = "order_for_somebody_else"


class OrderUsedUp(Barred):
    """As many pieces as the line says went through already."""

    code = "order_used_up"


class NotYoursToSign(NotEntitled):
    """Only the head or his delegate signs, never the keeper nor who drafted the order."""

    code = "not_yours_to_sign"


class NotTheCounted(OutOfPlace):
    """What was counted is not what goes or went through the warehouse's door."""

    code = "not_the_counted"


class OrderInUse(OutOfPlace):
    """Something went in or out on the order already."""

    code = "order_in_use"


class DelegationStands(Duplicate):
    """The delegation has ended already."""

    code = "delegation_ended"


class LineRef(NamedTuple):
    """An order, and one of its lines where it must be said which."""

    order: str
    line: int | None


def line_ref(text: str) -> LineRef:
    """What ``LK-0000012-3`` or ``LK-0000012-3/2`` names: an order, or its second line."""
    order, slash, number = text.strip().upper().partition("/")
    if not slash:
        return LineRef(order, None)
    short = number.isascii() and number.isdigit() and len(number) <= 3
    return LineRef(order, int(number) if short else -1)


def next_step(direction: Direction, done: Iterable[Step]) -> Step | None:
    """The step whose turn it is; None where the rest follows by itself."""
    have = frozenset(done)
    for rule in OBLIGATORY[direction]:
        if rule.step not in have and rule.step not in BY_THEMSELVES:
            return rule.step
    return None


def check_turn(direction: Direction, done: Iterable[Step], wanted: Step) -> None:
    """Refuse a step out of its turn.

    Raises OutOfTurn with the article.
    """
    due = next_step(direction, done)
    if wanted is due:
        return
    articles = {rule.step: rule.article for rule in OBLIGATORY[direction]}
    by = Basis(article=articles.get(due or wanted, ""), rule=PAPERS_IN_ORDER)
    if due is None:
        raise OutOfTurn(_("All papers of the order are written."), **by)
    if wanted in frozenset(done):
        raise OutOfTurn(_("This paper of the order is written already."), **by)
    raise OutOfTurn(_MISSING[due], **by)


def unchecked() -> OutOfTurn:
    """The refusal of a release before its check."""
    articles = {rule.step: rule.article for rule in OBLIGATORY[Direction.OUT]}
    by = Basis(article=articles[Step.CHECK], rule=PAPERS_IN_ORDER)
    return OutOfTurn(_MISSING[Step.CHECK], **by)


def countable(quantity: Decimal) -> bool:
    """Whether a quantity can be kept: a number, neither too large nor too fine."""
    return quantity.is_finite() and abs(quantity) < MOST and quantity == round(quantity, 3)


def taken_by(party: str, taker: str) -> bool:
    """Whether a taker is the one whom an order names; who comes for him stands after his name."""
    named, told = (" ".join(one.casefold().split()) for one in (party, taker))
    return told.startswith(named) and not told[len(named) : len(named) + 1].isalnum()


def fits(left: Decimal, quantity: Decimal) -> bool:
    """Whether so many pieces are still in the order."""
    return quantity <= left


_MISSING = {
    Step.REQUEST: _("First comes the request."),
    Step.ORDER: _("First the head signs the order."),
    Step.CHECK: _("First comes the check of the taker, the state and the seals."),
    Step.MINUTES: _("First come the hand-over minutes."),
    Step.SLIP: _("First comes the slip."),
}

labels(
    {
        Direction.IN: _("Order to store in"),
        Direction.OUT: _("Order to release"),
        Purpose.SEIZED: _("Seized for enforcement"),
        Purpose.EVIDENCE: _("Received as evidence"),
        Purpose.TEMPORARY_HOLDING: _("Held for the time being"),
        Purpose.BROUGHT_BACK: _("Brought back after a temporary release"),
        Purpose.TRANSFERRED_IN: _("Transferred from another warehouse"),
        Purpose.RETURNED: _("Returned to its owner"),
        Purpose.SOLD: _("Handed to the buyer"),
        Purpose.FORFEITED: _("Handed over as forfeited to the State"),
        Purpose.DESTROYED: _("To be destroyed"),
        Purpose.EXTRACTED: _("Extracted for proceedings"),
        Purpose.EXAMINED: _("Sent to be examined"),
        Purpose.DEPOSITED: _("Deposited with another custodian"),
        Purpose.TRANSFERRED_OUT: _("Transferred to another warehouse"),
        Step.REQUEST: _("Request"),
        Step.ORDER: _("Signed order"),
        Step.CHECK: _("Check of taker, state and seals"),
        Step.MINUTES: _("Hand-over minutes"),
        Step.SLIP: _("Slip"),
        Step.CARD: _("Stock card"),
        Step.LABEL: _("Label"),
        Step.REGISTER: _("Register line"),
        Ending.REFUSED: _("Refused"),
        Ending.WITHDRAWN: _("Withdrawn"),
    }
)
