"""The ways of disposal, their steps in turn and the limits that run between them.

Which law serves a step is chosen by the day of the event its limit runs from, so a disposal that
began under the earlier law goes on under the later one.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from inventory.base.errors import Barred, Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels

PREFIX = "XL"
"""First letters of a disposal's reference (xử lý)."""

MOST_AT_ONCE = 100
"""As many things as one order to release names."""


class Way(StrEnum):
    """What the judgment decides of things."""

    DESTROY = "destroy"
    RETURN = "return"
    FORFEIT = "forfeit"
    SELL = "sell"


class Thing(StrEnum):
    """What is returned or forfeited, as far as the limits differ."""

    GOODS = "goods"
    PERISHABLE = "perishable"
    PAPERS = "papers"
    MONEY = "money"


class Step(StrEnum):
    """A step of a disposal."""

    DECIDED = "decided"
    COUNCIL = "council"
    NOTICED = "noticed"
    REFUSED = "refused"
    CARRIED_OUT = "carried_out"
    REMITTED = "remitted"
    UNCLAIMED = "unclaimed"
    REFUND_ASKED = "refund_asked"
    REFUNDED = "refunded"


class Ending(StrEnum):
    """What became of a thing."""

    DESTROYED = "destroyed"
    RETURNED = "returned"
    HANDED_OVER = "handed_over"
    FOR_SALE = "for_sale"
    UNCLAIMED = "unclaimed"


ENDINGS = {
    Way.DESTROY: Ending.DESTROYED,
    Way.RETURN: Ending.RETURNED,
    Way.FORFEIT: Ending.HANDED_OVER,
    Way.SELL: Ending.FOR_SALE,
}

STEPS = {
    Way.DESTROY: (Step.DECIDED, Step.COUNCIL, Step.CARRIED_OUT),
    Way.RETURN: (Step.DECIDED, Step.NOTICED, Step.CARRIED_OUT),
    Way.FORFEIT: (Step.DECIDED, Step.NOTICED, Step.CARRIED_OUT),
    Way.SELL: (Step.DECIDED, Step.CARRIED_OUT),
}
"""The steps of each way in their turn; forfeited money is paid in after it was handed over."""


FORFEITURE_ANNULLED = "forfeiture_annulled"
"""The dated rule on what follows when a forfeiture is annulled after it was carried out."""


class Limit(NamedTuple):
    """The dated rule that says when a step is due, and the step its limit runs from."""

    key: str
    after: Step


WAITS = {
    Thing.MONEY: "return_wait_money",
    Thing.GOODS: "return_wait_goods",
    Thing.PERISHABLE: "return_wait_perishable",
    Thing.PAPERS: "return_wait_papers",
}


def limit_of(way: Way, thing: Thing, step: Step) -> Limit | None:
    """The limit of a step; None where the law sets none."""
    if way is Way.RETURN and step is Step.CARRIED_OUT:
        return Limit(WAITS[thing], Step.NOTICED)
    return _LIMITS.get((way, step))


_LIMITS = {
    (Way.DESTROY, Step.COUNCIL): Limit("destroy_council_due", Step.DECIDED),
    (Way.DESTROY, Step.CARRIED_OUT): Limit("destroy_act_due", Step.COUNCIL),
    (Way.RETURN, Step.NOTICED): Limit("return_notice_due", Step.DECIDED),
    (Way.FORFEIT, Step.NOTICED): Limit("forfeit_notify", Step.DECIDED),
    (Way.FORFEIT, Step.REMITTED): Limit("forfeit_cash_remit", Step.CARRIED_OUT),
}


def next_step(way: Way, thing: Thing, done: Iterable[Step], *, all_gone: bool) -> Step | None:
    """The step whose turn it is; None where nothing is left to do."""
    have = frozenset(done)
    for step in STEPS[way]:
        if step is Step.CARRIED_OUT:
            if not all_gone:
                return step
        elif step not in have:
            return step
    pays_in = way is Way.FORFEIT and thing is Thing.MONEY
    return Step.REMITTED if pays_in and Step.REMITTED not in have else None


def council_faults(
    bodies: Sequence[str], chairs: Sequence[str], needed: frozenset[str], chair: str, least: int
) -> list[str]:
    """What is wrong with a council: too few members, no chair, several or a wrong one, a body
    missing; ``chairs`` are the bodies of those who chair, ``chair`` is the one that has to."""
    faults = []
    if len(bodies) < least:
        faults.append(_("The council has too few members."))
    if len(chairs) != 1:
        faults.append(_("One member chairs the council."))
    elif chairs[0] != chair:
        faults.append(_("The enforcement officer chairs the council."))
    if not needed <= frozenset(bodies):
        faults.append(_("A body that must sit in the council is missing."))
    return faults


class Disposable(NamedTuple):
    """A limit that was counted: the day it ends and the article."""

    due_on: date
    article: str


class WrongWay(OutOfPlace):
    """The step belongs to another way of disposal."""

    code = "wrong_way"


class FirstByLaw(Barred):
    """The law wants the council or the notice before it."""

    code = "first_by_law"


class OutOfTurn(OutOfPlace):
    """Another step comes first, or this one was taken."""

    code = "disposal_out_of_turn"


class DecidedAlready(Duplicate):
    """The thing is being disposed of by another decision."""

    code = "disposal_decided_already"


class CouncilIncomplete(Unlawful):
    """The council lacks a member or a body that the law asks for."""

    code = "council_incomplete"


class StillWaiting(Unlawful):
    """The owner's time to collect has not passed."""

    code = "still_waiting"


class WitnessMissing(Invalid):
    """Minutes of destruction name their witnesses."""

    code = "witness_missing"


labels(
    {
        Way.DESTROY: _("Destroy"),
        Way.RETURN: _("Return to the owner"),
        Way.FORFEIT: _("Forfeit to the State"),
        Way.SELL: _("Sell"),
    }
)
labels(
    {
        Thing.GOODS: _("Goods"),
        Thing.PERISHABLE: _("Perishable goods"),
        Thing.PAPERS: _("Papers"),
        Thing.MONEY: _("Money"),
    }
)
labels(
    {
        Step.DECIDED: _("Decision"),
        Step.COUNCIL: _("Council set up"),
        Step.NOTICED: _("Notice"),
        Step.REFUSED: _("Refused by the owner"),
        Step.CARRIED_OUT: _("Carried out"),
        Step.REFUND_ASKED: _("Asked back of the finance body"),
        Step.REFUNDED: _("Refunded and given back"),
        Step.REMITTED: _("Paid into the budget"),
        Step.UNCLAIMED: _("Not collected"),
    }
)
labels(
    {
        Ending.DESTROYED: _("Destroyed"),
        Ending.RETURNED: _("Returned"),
        Ending.HANDED_OVER: _("Handed over to the State"),
        Ending.FOR_SALE: _("To be sold"),
        Ending.UNCLAIMED: _("Not collected"),
    }
)
