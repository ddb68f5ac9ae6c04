"""Between rounds two people act at once, with real commits; each race is shown to exist."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from auction.bidding import ledger
from auction.bidding.models import RoundOutcome
from auction.bidding.rules import OutcomeAlreadyRecorded
from auction.life.models import AssetStep
from auction.life.rules import Step
from auction.lots.models import PriceReduction
from auction.lots.taking import SetOffOpen
from auction.offers.commands import common, setoff
from auction.offers.commands.setoff import answer_setoff
from auction.offers.models import AssetExit, SetOff
from auction.offers.rules import NotUnderWay
from auction.offers.schemas import NewSetOffAnswer
from auction.outcomes.commands import reduce_price as reductions
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewOutcome, NewReduction
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings
from tests.concurrency.leaving import Told, lots_unlocked, redeeming
from tests.concurrency.races import (
    Act,
    Overtaken,
    count,
    drop,
    refusals,
    together,
    without_lock,
)
from tests.make.auction import FAILED
from tests.make.between import failed_lot
from tests.make.organisation import People


@pytest.fixture
def asked(kept: Database, people: People, at: datetime) -> Told:
    """A creditor who was asked after the third failure; his time is over today.

    The limit of the decision has passed too; the head let it come later.
    """
    with kept.transaction(SYSTEM) as session:
        way = failed_lot(session, people, 3, at=at)
        way.ask().wait(10).let_through("reduction_decision_due")
        return Told(way)


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


def outcomes_of(kept: Database) -> list[str]:
    """What the rounds came to."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        return sorted(session.scalars(select(RoundOutcome.code)))


def test_the_debtor_redeems_while_the_round_is_closed_and_one_of_both_holds(
    kept: Database, opening: Told
) -> None:
    """L25 Art. 83(4): either the round has its outcome first, or it was stopped."""
    answers = together(kept, opening.officer, redeeming(opening), selling(opening))
    stopped = refusals(answers) == [OutcomeAlreadyRecorded]
    assert stopped or refusals(answers) == []
    assert outcomes_of(kept) == ["stopped" if stopped else FAILED.value]
    assert steps(kept, Step.ROUND_FAILED) == (not stopped)
    assert count(kept, AssetExit) == 1


def selling_slowly(kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Without locks: the asset is looked at, the debtor redeems it, its round is closed."""
    lots_unlocked(monkeypatch)
    race = Overtaken()
    monkeypatch.setattr(ledger, "counted_before", race.after(ledger.counted_before))
    return race.run(kept, opening.officer, selling(opening), redeeming(opening))


def test_without_the_lock_the_key_of_the_outcome_still_lets_one_through(
    kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = selling_slowly(kept, opening, monkeypatch)
    assert refusals(answers) == [IntegrityError]
    assert outcomes_of(kept) == ["stopped"]


def test_without_lock_and_keys_the_round_would_fail_that_the_debtor_stopped(
    apart: Settings, kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(
        apart,
        "ALTER TABLE round_outcome DROP CONSTRAINT pk_round_outcome",
        "ALTER TABLE asset_step DROP CONSTRAINT uq_asset_step_asset_id_seq",
    )
    answers = selling_slowly(kept, opening, monkeypatch)
    assert refusals(answers) == []
    assert outcomes_of(kept) == [FAILED.value, "stopped"]
    assert count(kept, AssetExit) == 1


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
    """He answers what he was asked, while the price he was told falls."""
    monkeypatch.setattr(common, "lock_lot", without_lock)
    monkeypatch.setattr(reductions, "lock_lot", without_lock)
    monkeypatch.setattr(common, "lock_assets", lambda _session, _lot_id: [])
    race = Overtaken()
    monkeypatch.setattr(setoff, "open_setoff", race.after(setoff.open_setoff))
    answers = race.run(kept, asked.officer, accepting(asked), reducing(asked))
    assert answers == [True, Decimal(729_000_000)]
    with kept.transaction(SYSTEM, read_only=True) as session:
        taken = session.scalars(select(SetOff).order_by(SetOff.id.desc())).first()
        assert taken is not None
        assert (taken.accepted, taken.price) == (True, Decimal(810_000_000))
        prices = session.scalars(select(PriceReduction.new_price))
        assert Decimal(729_000_000) in set(prices)
