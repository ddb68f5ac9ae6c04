"""The debtor pays while the lot is sold or offered again, with real commits and its controls."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from auction.bidding import commands as bidding
from auction.bidding import ledger
from auction.bidding.commands import schedule_round
from auction.bidding.models import RoundOutcome
from auction.bidding.rules import Outcome, OutcomeAlreadyRecorded
from auction.life.models import AssetStep
from auction.life.rules import Step, StepOutOfTurn
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import LotIsClosed
from auction.offers.models import AssetExit
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.schemas import NewOutcome
from auction.sales.models import Sale
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings
from tests.concurrency.leaving import Told, lots_unlocked, redeeming
from tests.concurrency.races import Act, Overtaken, count, drop, refusals, together, without_lock
from tests.make.announcing import notice_was_given
from tests.make.auction import new_round
from tests.make.between import failed_lot
from tests.make.organisation import People

BILLION = 1_000_000_000


def buying(told: Told) -> Act:
    new = NewOutcome(
        code=Outcome.SOLD,
        sale_price=Decimal(BILLION),
        buyer_name="Bà Mua",
        registered=2,
        minutes="BB-16",
    )
    return lambda session: (
        record_outcome(session, told.officer, told.ref, told.number, new, at=told.now).code
    )


def codes(kept: Database) -> list[str]:
    """What the rounds came to."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        return sorted(session.scalars(select(RoundOutcome.code)))


def taken(kept: Database, step: Step) -> int:
    """How often a step was taken."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        found = session.scalars(select(AssetStep.id).where(AssetStep.step == step.value))
        return len(found.all())


def test_the_debtor_redeems_while_the_lot_is_sold_and_one_of_both_holds(
    kept: Database, opening: Told
) -> None:
    """L25 Art. 83(4): what was paid for in time is not sold, what was sold is not taken back."""
    answers = together(kept, opening.officer, redeeming(opening), buying(opening))
    (refused,) = refusals(answers)
    redeemed = refused is OutcomeAlreadyRecorded
    assert redeemed or refused in (LotIsClosed, StepOutOfTurn)
    assert codes(kept) == ["stopped" if redeemed else "sold"]
    assert (count(kept, AssetExit), count(kept, Sale)) == (redeemed, not redeemed)
    assert taken(kept, Step.REDEEMED) == redeemed


def selling_slowly(kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Without locks: the asset is looked at, the debtor takes it back, and it is sold."""
    lots_unlocked(monkeypatch)
    race = Overtaken()
    monkeypatch.setattr(ledger, "counted_before", race.after(ledger.counted_before))
    return race.run(kept, opening.officer, buying(opening), redeeming(opening))


def test_without_the_lock_the_key_of_the_outcome_keeps_it_from_being_sold(
    kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = selling_slowly(kept, opening, monkeypatch)
    assert refusals(answers) == [IntegrityError]
    assert (count(kept, AssetExit), count(kept, Sale)) == (1, 0)


def test_without_lock_and_keys_the_buyer_and_the_debtor_would_both_have_it(
    apart: Settings, kept: Database, opening: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(
        apart,
        "ALTER TABLE round_outcome DROP CONSTRAINT pk_round_outcome",
        "ALTER TABLE asset_step DROP CONSTRAINT uq_asset_step_asset_id_seq",
    )
    assert refusals(selling_slowly(kept, opening, monkeypatch)) == []
    assert codes(kept) == ["sold", "stopped"]
    assert (count(kept, AssetExit), count(kept, Sale)) == (1, 1)


@pytest.fixture
def reduced(kept: Database, people: People, at: datetime) -> Told:
    """A lot whose first round failed and whose price was reduced: another may be fixed."""
    with kept.transaction(SYSTEM) as session:
        way = failed_lot(session, people, 1, at=at).reduce().wait(1)
        notice_was_given(session, people, way.lot, way.now + timedelta(days=21), at=way.now)
        return Told(way)


def offering(told: Told) -> Act:
    new = new_round(BILLION * 9 // 10, told.now + timedelta(days=21))
    return lambda session: schedule_round(session, told.officer, told.ref, new, at=told.now).number


def waiting_rounds(kept: Database) -> list[bool]:
    """Of each round that waits for its outcome, whether its lot is closed."""
    closed = select(RoundOutcome.round_id)
    with kept.transaction(SYSTEM, read_only=True) as session:
        found = session.scalars(
            select(Lot.closed_on)
            .join(AuctionRound, AuctionRound.lot_id == Lot.id)
            .where(AuctionRound.id.not_in(closed))
        )
        return [day is not None for day in found]


def test_the_debtor_redeems_while_a_round_is_fixed_and_no_round_is_left_open(
    kept: Database, reduced: Told
) -> None:
    """L25 Art. 83(4), 84(2): the round is refused, or fixed first and stopped by the payment."""
    answers = together(kept, reduced.officer, redeeming(reduced), offering(reduced))
    assert refusals(answers) in ([LotIsClosed], [])
    assert count(kept, AssetExit) == 1
    assert waiting_rounds(kept) == []
    assert codes(kept).count("stopped") == (not refusals(answers))


def offering_slowly(kept: Database, reduced: Told, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Without its lock: the lot is found open, the debtor takes it back, and a round is fixed."""
    monkeypatch.setattr(bidding, "lock_lot", without_lock)
    race = Overtaken()
    monkeypatch.setattr(bidding, "last_round", race.after(bidding.last_round))
    return race.run(kept, reduced.officer, offering(reduced), redeeming(reduced))


def test_without_the_lock_the_way_of_the_asset_still_lets_no_round_follow(
    kept: Database, reduced: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusals(offering_slowly(kept, reduced, monkeypatch)) == [StepOutOfTurn]
    assert waiting_rounds(kept) == []


def test_without_lock_and_way_a_round_would_be_open_for_what_the_debtor_took_back(
    kept: Database, reduced: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bidding, "take_steps", lambda *_said, **_more: None)
    assert refusals(offering_slowly(kept, reduced, monkeypatch)) == []
    assert waiting_rounds(kept) == [True]
    assert count(kept, AssetExit) == 1
