"""The steps of an asset's life, the states between them, and which may follow which.

A state is what the last step led to; it is never set on its own. Holds, custody and flags are no
states: they stand beside them.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auction.legal_rules.rules import Confidence
from inventory.base.actor import Actor
from inventory.base.errors import Barred, OutOfPlace, Overtaken
from inventory.base.messages import _, labels


class State(StrEnum):
    """Where an asset stands on its way."""

    NONE = "none"
    HELD = "held"
    IDENTIFIED = "identified"
    MEASURED = "measured"
    SEIZED = "seized"
    PRICING = "pricing"
    PRICED = "priced"
    PRIORITY_OFFERED = "priority_offered"
    CONTRACTED = "contracted"
    ANNOUNCED = "announced"
    AUCTION_DAY = "auction_day"
    FAILED = "failed"
    REDUCED = "reduced"
    SETOFF_OFFERED = "setoff_offered"
    SOLD_UNPAID = "sold_unpaid"
    SOLD_PAID = "sold_paid"
    DEFAULTED = "defaulted"
    RESULT_CANCELLED = "result_cancelled"
    DELIVERED = "delivered"
    PAID_OUT = "paid_out"
    RETURNED = "returned"
    UNSOLD = "unsold"
    REDEEMED = "redeemed"
    AGREED = "agreed"
    RELEASED = "released"


ENDED = frozenset({State.PAID_OUT, State.UNSOLD, State.RELEASED})
"""States after which nothing is awaited any more."""


UNDELIVERED = frozenset({State.SOLD_UNPAID, State.SOLD_PAID})
"""States in which a sale stands and the buyer does not have the asset yet."""

GONE = frozenset(
    {*UNDELIVERED, State.DELIVERED, State.PAID_OUT, State.RETURNED, State.UNSOLD}
    | {State.REDEEMED, State.AGREED, State.RELEASED}
)
"""States in which there is nothing to offer: sold with a sale that stands, or no longer seized."""


BEFORE_SEIZURE = frozenset({State.NONE, State.HELD, State.IDENTIFIED, State.MEASURED})
"""States in which a seizure is still to come."""


CLOSED = frozenset({State.PAID_OUT, State.UNSOLD, State.RETURNED, State.RELEASED})
"""States after which the same thing may come under a new ground: then another life begins."""


class Step(StrEnum):
    """What is done with an asset; ``steps.toml`` says from where, to where, by whom and by law."""

    HELD = "held"
    IDENTIFIED = "identified"
    PROVISIONAL_MEASURE = "provisional_measure"
    MEASURE_DECIDED = "measure_decided"
    SEIZED_AFTER_MEASURE = "seized_after_measure"
    SEIZED = "seized"
    SEIZED_BY_JUDGMENT = "seized_by_judgment"
    SEIZED_ON_THE_SPOT = "seized_on_the_spot"
    GIVEN_INTO_CUSTODY = "given_into_custody"
    PRICE_AGREED = "price_agreed"
    VALUATION_CONTRACTED = "valuation_contracted"
    PRICE_SET_BY_OFFICE = "price_set_by_office"
    PRICED = "priced"
    REVALUATION = "revaluation"
    REPRICING = "repricing"
    PRIORITY_OFFERED = "priority_offered"
    PRIORITY_OFFERED_NEXT = "priority_offered_next"
    BOUGHT_FIRST = "bought_first"
    AUCTION_CONTRACTED = "auction_contracted"
    SOLD_WITHOUT_AUCTION = "sold_without_auction"
    TAKEN_BY_AGREEMENT = "taken_by_agreement"
    ANNOUNCED = "announced"
    AUCTION_OPENED = "auction_opened"
    SOLD = "sold"
    ROUND_FAILED = "round_failed"
    FAILURE_WITHDRAWN = "failure_withdrawn"
    FAILURE_TOLD = "failure_told"
    PRICE_REDUCED = "price_reduced"
    OFFERED_AGAIN = "offered_again"
    SETOFF_ACCEPTED = "setoff_accepted"
    SETOFF_PAID = "setoff_paid"
    SETOFF_CORRECTED = "setoff_corrected"
    SETOFF_LAPSED = "setoff_lapsed"
    RETURNED_RESTRICTED = "returned_restricted"
    NOT_YET_ENFORCEABLE = "not_yet_enforceable"
    SEIZURE_RECALLED = "seizure_recalled"
    PAID = "paid"
    DEFAULTED = "defaulted"
    PUT_ON_DEPOSIT = "put_on_deposit"
    DELIVERED = "delivered"
    TITLE_FILE = "title_file"
    PAID_OUT = "paid_out"
    REDEEMED = "redeemed"
    AGREED = "agreed"
    RELEASED = "released"
    PAUSED = "paused"
    STOPPED = "stopped"
    RESULT_CANCELLED = "result_cancelled"


BY_ITSELF = (Step.GIVEN_INTO_CUSTODY,)
"""Steps that no other act of the program takes: they are recorded by themselves."""


class Doer(StrEnum):
    """Who takes a step."""

    OFFICER = "officer"
    HEAD = "head"
    OFFICE = "office"
    ACCOUNTANT = "accountant"
    PARTIES = "parties"
    PARTY = "party"
    CREDITOR = "creditor"
    DEBTOR = "debtor"
    BUYER = "buyer"
    COURT = "court"
    AUCTIONEER = "auctioneer"
    AUCTION_ORGANISATION = "auction_organisation"


class Regime(StrEnum):
    """The law a step was taken under."""

    OLD = "L08"
    NEW = "L25"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    STEP_RECORDED = "life.step.recorded"


class LifeBegan(NamedTuple):
    """Another life of some assets began, after one that has ended; for rooms above."""

    actor: Actor
    asset_ids: tuple[int, ...]
    at: datetime


class StepLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """The article of a step from one day to another."""

    start: date
    regime: Regime
    article: str
    confidence: Confidence
    to: date | None = None


class StepForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"origins": "from"}):
    """A step as it is written down: its number in the table of the law, where it leads, its law.

    ``coerces`` says that it is an act of force, which not every office may do. ``starts`` run from
    the day on which the office heard of it, ``from_day`` from the day of the step itself; ``told``
    run from that day and are fulfilled when the office hears. ``then`` begin where the limits they
    are named for were met by the step. ``begins`` that a life may begin with it, the first one
    or another after one that has ended.
    """

    code: Step
    number: str
    paper_vi: str
    paper_en: str
    actor: Doer
    origins: tuple[State, ...]
    to: State | None
    aside: bool
    starts: tuple[str, ...]
    meets: tuple[str, ...]
    laws: tuple[StepLaw, ...]
    coerces: bool = False
    from_day: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    then: dict[str, str] = {}
    begins: bool = False

    @property
    def limits(self) -> tuple[str, ...]:
        """Every limit that begins or is met with it."""
        then = (*self.then, *self.then.values())
        return (*self.starts, *self.from_day, *self.told, *self.meets, *then)

    def law_on(self, on: date) -> StepLaw:
        """The article that serves on a day; before the first, the first."""
        served = (law for law in self.laws if law.start <= on <= (law.to or date.max))
        return next(served, self.laws[0])

    def leads(self, state: State) -> State:
        """The state after this step; some steps leave it as it is."""
        return self.to or state


class Planned(msgspec.Struct, frozen=True):
    """What a step means for an asset: where it leads, and the steps that were passed over."""

    step: Step
    state: State
    unrecorded: tuple[Step, ...]
    anew: bool = False
    """Whether another life begins with it."""


class StepOutOfTurn(Barred):
    """The step does not follow from where the asset stands."""

    code = "step_out_of_turn"


class StepNotMissing(OutOfPlace):
    """A step that is recorded afterwards must be one that was passed over."""

    code = "step_not_missing"


class LifeMovedOn(Overtaken):
    """Somebody else recorded a step of the same asset at the same moment."""

    code = "life_moved_on"


def plan(forms: dict[Step, StepForm], steps: Sequence[Step], state: State) -> Planned | None:
    """What the first fitting of some steps means for an asset in a state.

    A step that starts further on is taken too: the steps of the plain way that lie between are
    named as not recorded. With a step that begins a life another one begins where this one has
    ended. None where no way leads there.
    """
    if state in CLOSED:
        beginning = [step for step in steps if forms[step].begins]
        again = plan(forms, beginning, State.NONE) if beginning else None
        if again is not None:
            return msgspec.structs.replace(again, anew=True)
    for step in steps:
        if state in forms[step].origins:
            return Planned(step, forms[step].leads(state), ())
    for step in steps:
        passed = _way(forms, state, forms[step].origins)
        if passed is not None:
            reached = forms[passed[-1]].leads(state)
            return Planned(step, forms[step].leads(reached), passed)
    return None


def next_steps(forms: dict[Step, StepForm], state: State) -> list[StepForm]:
    """The steps that may follow a state, those of the plain way first."""
    fitting = [form for form in forms.values() if state in form.origins]
    return sorted(fitting, key=lambda form: form.aside)


def lawful_after(forms: dict[Step, StepForm], state: State) -> tuple[Step, ...]:
    """The steps that may be taken in a state, those included that begin another life after it."""
    following = [form.code for form in next_steps(forms, state)]
    anew = [form.code for form in forms.values() if form.begins] if state in CLOSED else []
    return tuple(dict.fromkeys([*following, *anew]))


def _way(
    forms: dict[Step, StepForm], state: State, goals: Iterable[State]
) -> tuple[Step, ...] | None:
    """The shortest plain way from a state to one of some others."""
    wanted = set(goals)
    ways: deque[tuple[State, tuple[Step, ...]]] = deque([(state, ())])
    seen = {state}
    while ways:
        here, passed = ways.popleft()
        for form in forms.values():
            there = form.leads(here)
            if form.aside or here not in form.origins or there in seen:
                continue
            if there in wanted:
                return (*passed, form.code)
            seen.add(there)
            ways.append((there, (*passed, form.code)))
    return None


labels(
    {
        State.NONE: _("Not begun"),
        State.HELD: _("Held as evidence or for the time being"),
        State.IDENTIFIED: _("Identified"),
        State.MEASURED: _("Under a provisional measure"),
        State.SEIZED: _("Seized"),
        State.PRICING: _("Being valued"),
        State.PRICED: _("Valued"),
        State.PRIORITY_OFFERED: _("Offered to the co-owners"),
        State.CONTRACTED: _("Auction contracted"),
        State.ANNOUNCED: _("Announced"),
        State.AUCTION_DAY: _("On the day of the auction"),
        State.FAILED: _("Round failed"),
        State.REDUCED: _("Price reduced"),
        State.SETOFF_OFFERED: _("Creditor takes the asset"),
        State.SOLD_UNPAID: _("Sold, not paid"),
        State.SOLD_PAID: _("Sold and paid, not delivered"),
        State.DEFAULTED: _("Buyer defaulted"),
        State.RESULT_CANCELLED: _("Result annulled"),
        State.DELIVERED: _("Delivered"),
        State.PAID_OUT: _("Paid out, closed"),
        State.RETURNED: _("Given back to the debtor, not to be traded"),
        State.UNSOLD: _("Closed unsold"),
        State.REDEEMED: _("Redeemed by the debtor"),
        State.AGREED: _("Settled by the parties"),
        State.RELEASED: _("Seizure released"),
    }
)
labels(
    {
        Step.HELD: _("Received as evidence or held for the time being"),
        Step.IDENTIFIED: _("Asset identified"),
        Step.PROVISIONAL_MEASURE: _("Provisional measure"),
        Step.MEASURE_DECIDED: _("Decision on the provisional measure"),
        Step.SEIZED_AFTER_MEASURE: _("Seized after a provisional measure"),
        Step.SEIZED: _("Seized"),
        Step.SEIZED_BY_JUDGMENT: _("Seized by the judgment itself"),
        Step.SEIZED_ON_THE_SPOT: _("Seized in addition, on the spot"),
        Step.GIVEN_INTO_CUSTODY: _("Given into custody"),
        Step.PRICE_AGREED: _("Price agreed by the parties"),
        Step.VALUATION_CONTRACTED: _("Valuation contract"),
        Step.PRICE_SET_BY_OFFICE: _("Price set by officer or council"),
        Step.PRICED: _("Price known"),
        Step.REVALUATION: _("Valued again on request"),
        Step.REPRICING: _("Valued again: certificate lapsed or a breach"),
        Step.PRIORITY_OFFERED: _("Right of first refusal offered"),
        Step.PRIORITY_OFFERED_NEXT: _("Offered to the co-owners again"),
        Step.BOUGHT_FIRST: _("Bought by a co-owner who goes first"),
        Step.AUCTION_CONTRACTED: _("Auction contract"),
        Step.SOLD_WITHOUT_AUCTION: _("Sold without auction"),
        Step.TAKEN_BY_AGREEMENT: _("Taken by the creditor by agreement"),
        Step.ANNOUNCED: _("Posted and announced"),
        Step.AUCTION_OPENED: _("Auction opened"),
        Step.SOLD: _("Sold"),
        Step.ROUND_FAILED: _("Round failed"),
        Step.FAILURE_WITHDRAWN: _("Failure taken back by a ruling"),
        Step.FAILURE_TOLD: _("Failure told to the parties"),
        Step.PRICE_REDUCED: _("Price reduced"),
        Step.OFFERED_AGAIN: _("Offered again"),
        Step.SETOFF_ACCEPTED: _("Creditor takes the asset"),
        Step.SETOFF_PAID: _("Set-off paid"),
        Step.SETOFF_CORRECTED: _("Rest of a set-off claimed"),
        Step.SETOFF_LAPSED: _("Creditor did not pay: back to the next reduction"),
        Step.RETURNED_RESTRICTED: _("Given back to the debtor, not to be traded"),
        Step.NOT_YET_ENFORCEABLE: _("Not yet enforceable"),
        Step.SEIZURE_RECALLED: _("Seizure recalled"),
        Step.PAID: _("Paid in full"),
        Step.DEFAULTED: _("Buyer defaulted"),
        Step.PUT_ON_DEPOSIT: _("Price put on a term deposit"),
        Step.DELIVERED: _("Delivered"),
        Step.TITLE_FILE: _("File for the register"),
        Step.PAID_OUT: _("Paid out"),
        Step.REDEEMED: _("Redeemed by the debtor"),
        Step.AGREED: _("Settled by the parties"),
        Step.RELEASED: _("Seizure released"),
        Step.PAUSED: _("Auction paused"),
        Step.STOPPED: _("Auction stopped"),
        Step.RESULT_CANCELLED: _("Result annulled"),
        Doer.OFFICER: _("Enforcement officer"),
        Doer.HEAD: _("Head of the office"),
        Doer.OFFICE: _("Enforcement office"),
        Doer.ACCOUNTANT: _("Enforcement accountant"),
        Doer.PARTIES: _("Parties"),
        Doer.PARTY: _("A party"),
        Doer.CREDITOR: _("Creditor"),
        Doer.DEBTOR: _("Debtor"),
        Doer.BUYER: _("Buyer"),
        Doer.COURT: _("Court"),
        Doer.AUCTIONEER: _("Auctioneer"),
        Doer.AUCTION_ORGANISATION: _("Auction organisation"),
    }
)
labels({Regime.OLD: _("Law of 2008"), Regime.NEW: _("Law of 2025")})
labels({Act.STEP_RECORDED: _("Step recorded")})
