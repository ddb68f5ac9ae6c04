"""Between rounds two people act at once, with real commits; each race is shown to exist."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from auction.bidding.models import RoundOutcome
from auction.bidding.rules import OutcomeAlreadyRecorded
from auction.life.models import AssetStep
from auction.life.rules import Step
from auction.lots.models import PriceReduction
from auction.offers.commands import common, setoff
from auction.offers.commands import reductions as weighing
from auction.offers.commands.leaving import redeem
from auction.offers.commands.setoff import answer_setoff
from auction.offers.models import AssetExit, SetOff
from auction.offers.rules import NotUnderWay, SetOffOpen
from auction.offers.schemas import NewRedemption, NewSetOffAnswer
from auction.outcomes.commands import record_outcome as outcomes
from auction.outcomes.commands import reduce_price as reductions
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewOutcome, NewReduction
from inventory.base.actor import SYSTEM
from service.database import Database
from tests.concurrency.races import (
    Act,
    count,
    looked_at_without_lock,
    refusals,
    together,
    without_lock,
)
from tests.make.auction import FAILED
from tests.make.between import Between, failed_lot, lot_on_its_way
from tests.make.organisation import People


class Told:
    """What a test needs of a lot after its making."""

    def __init__(self, way: Between) -> None:
        self.ref, self.asset, self.now = way.ref, way.asset, way.now
        self.number, self.officer = way.rounds, way.people.officer


@pytest.fixture
def opening(kept: Database, people: People, at: datetime) -> Told:
    """A lot whose round opens today; the debtor paid the week before."""
    with kept.transaction(SYSTEM) as session:
        way = lot_on_its_way(session, people, at=at)
        way.announce(7)
        told = Told(way)
    told.now = at + timedelta(days=7, hours=1)
    return told


@pytest.fixture
def asked(kept: Database, people: People, at: datetime) -> Told:
    """A creditor who was asked after the third failure; his time is over today.

    The limit of the decision has passed too; the head let it come later.
    """
    with kept.transaction(SYSTEM) as session:
        way = failed_lot(session, people, 3, at=at)
        way.ask().wait(10).let_through("reduction_decision_due")
        return Told(way)


def redeeming(told: Told) -> Act:
    paid_on = (told.now - timedelta(days=5)).date()
    new = NewRedemption(paid_on=paid_on, debt=Decimal(1), costs=Decimal(0), document="BL")
    return lambda session: len(redeem(session, told.officer, told.asset, new, at=told.now))


def selling(told: Told) -> Act:
    new = NewOutcome(
        code=FAILED,
    )
    return lambda session: (
        record_outcome(session, told.officer, told.ref, told.number, new, at=told.now).code
    )


def accepting(told: Told) -> Act:
    on = told.now.date()
    new = NewSetOffAnswer(accepted=True, answered_on=on, document="CV 7")
    return lambda session: answer_setoff(session, told.officer, told.ref, new, at=told.now).accepted


def reducing(told: Told) -> Act:
    new = NewReduction(
        new_price=Decimal(729_000_000),
        decision_number="9/QĐ-GG",
        decided_on=told.now.date(),
    )
    return lambda session: (
        reduce_price(session, told.officer, told.ref, told.number, new, at=told.now).new_price
    )


def steps(kept: Database, *wanted: Step) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        codes = [step.value for step in wanted]
        return len(session.scalars(select(AssetStep.id).where(AssetStep.step.in_(codes))).all())


def test_the_debtor_redeems_while_the_round_is_closed_and_one_of_both_holds(
    kept: Database, opening: Told
) -> None:
    """L25 Art. 83(4): either the round has its outcome first, or it was stopped."""
    answers = together(kept, opening.officer, redeeming(opening), selling(opening))
    assert count(kept, RoundOutcome) == 1
    refused = refusals(answers)
    if refused:
        assert refused == [OutcomeAlreadyRecorded]
        assert steps(kept, Step.ROUND_FAILED) == 0
    assert count(kept, AssetExit) == 1


def meeting_first(*reals: Callable[..., Any]) -> list[Callable[..., Any]]:
    """Functions after whose first call everybody waits for the other."""
    barrier, mine = threading.Barrier(2), threading.local()

    def meeting(real: Callable[..., Any]) -> Callable[..., Any]:
        def met(*args: Any, **named: Any) -> Any:
            found = real(*args, **named)
            if not getattr(mine, "met", False):
                mine.met = True
                barrier.wait(10)
            return found

        return met

    return [meeting(real) for real in reals]


def lots_unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "lock_lot", without_lock)
    monkeypatch.setattr(outcomes, "look_at_locked", looked_at_without_lock)
    monkeypatch.setattr(common, "lock_assets", lambda _session, _lot_id: [])


def test_without_the_lock_the_key_of_the_outcome_still_lets_one_through(
    kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    lots_unlocked(monkeypatch)
    recording, redeemed = meeting_first(outcomes.round_now, common.find_outcome)
    monkeypatch.setattr(outcomes, "round_now", recording)
    monkeypatch.setattr(common, "find_outcome", redeemed)
    answers = together(kept, opening.officer, redeeming(opening), selling(opening))
    # the key refuses the second, or the database breaks the circle of those who wait
    assert refusals(answers) in ([IntegrityError], [OperationalError])
    assert count(kept, RoundOutcome) == 1


def test_the_creditor_accepts_while_the_price_is_reduced_and_one_of_both_holds(
    kept: Database, asked: Told
) -> None:
    """D152/26 Art. 65(6): no reduction beside an accepted set-off."""
    answers = together(kept, asked.officer, accepting(asked), reducing(asked))
    refused = refusals(answers)
    assert refused in ([SetOffOpen], [NotUnderWay])
    with kept.transaction(SYSTEM, read_only=True) as session:
        taken = session.scalars(select(SetOff.accepted).order_by(SetOff.id.desc())).first()
        reduced = session.scalars(
            select(PriceReduction.id).where(PriceReduction.new_price == 729_000_000)
        ).all()
        assert bool(taken) != bool(reduced)


def test_without_the_lock_the_creditor_would_take_what_was_reduced(
    kept: Database, asked: Told, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(common, "lock_lot", without_lock)
    monkeypatch.setattr(reductions, "lock_lot", without_lock)
    monkeypatch.setattr(common, "lock_assets", lambda _session, _lot_id: [])
    (met,) = meeting_first(weighing.open_setoff)
    monkeypatch.setattr(weighing, "open_setoff", met)
    monkeypatch.setattr(setoff, "open_setoff", met)
    answers = together(kept, asked.officer, accepting(asked), reducing(asked))
    both = [answer for answer in answers if not isinstance(answer, Exception)]
    refused = [type(answer).__name__ for answer in answers if isinstance(answer, Exception)]
    assert len(both) == 2 or refused == ["IntegrityError"], answers
