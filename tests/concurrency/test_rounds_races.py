"""Two officers at once, with real commits; each race is shown to exist without its belts."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auction.bidding import commands as bidding
from auction.bidding import ledger
from auction.bidding.commands import schedule_round
from auction.bidding.models import AssetRound, RoundOutcome
from auction.bidding.rules import OutcomeAlreadyRecorded
from auction.lots import commands as lots
from auction.lots.commands import form_lot
from auction.lots.models import AuctionRound, LotAsset
from auction.lots.rules import AssetInOpenLot, RoundStillOpen
from auction.lots.schemas import NewLot
from auction.notices.commands import neighbours, opening
from auction.notices.rules import NoticeTooShort, Place
from auction.outcomes.commands import record_outcome as outcomes
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import (
    Act,
    closing,
    count,
    counters,
    drop,
    looked_at_without_lock,
    meeting,
    refusals,
    together,
    without_lock,
)
from tests.make.announcing import post
from tests.make.auction import (
    make_asset,
    make_formed_lot,
    make_lot,
    make_round,
    make_valued_asset,
    new_round,
)
from tests.make.organisation import People

BILLION = 1_000_000_000


def test_two_outcomes_at_once_make_one(
    kept: Database, people: People, lot: str, at: datetime
) -> None:
    answers = together(kept, people.officer, *[closing(people, lot, at)] * 2)
    assert refusals(answers) == [OutcomeAlreadyRecorded]
    assert count(kept, RoundOutcome) == 1
    assert counters(kept) == [1]


def test_without_the_lock_the_key_of_the_outcome_still_holds(
    kept: Database, people: People, lot: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "look_at_locked", looked_at_without_lock)
    monkeypatch.setattr(outcomes, "round_now", meeting(outcomes.round_now))
    answers = together(kept, people.officer, *[closing(people, lot, at)] * 2)
    assert refusals(answers) == [IntegrityError]
    assert count(kept, RoundOutcome) == 1
    assert counters(kept) == [1]


def test_without_lock_and_key_one_round_would_fail_twice(
    apart: Settings,
    kept: Database,
    people: People,
    lot: str,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "ALTER TABLE round_outcome DROP CONSTRAINT pk_round_outcome")
    monkeypatch.setattr(outcomes, "look_at_locked", looked_at_without_lock)
    monkeypatch.setattr(outcomes, "round_now", meeting(outcomes.round_now))
    answers = together(kept, people.officer, *[closing(people, lot, at)] * 2)
    assert refusals(answers) == []
    assert count(kept, RoundOutcome) == 2
    assert counters(kept) == [2]


@pytest.fixture
def waiting(kept: Database, people: People, at: datetime) -> str:
    """A lot that waits for its first round."""
    with kept.transaction(SYSTEM) as session:
        return make_formed_lot(session, people, at=at).reference


def scheduling(people: People, lot: str, at: datetime, price: int = BILLION) -> Act:
    new = new_round(price, at + timedelta(days=21))
    return lambda session: schedule_round(session, people.officer, lot, new, at=at).number


def test_two_officers_schedule_one_round(
    kept: Database, people: People, waiting: str, at: datetime
) -> None:
    answers = together(kept, people.officer, *[scheduling(people, waiting, at)] * 2)
    assert refusals(answers) == [RoundStillOpen]
    assert count(kept, AuctionRound) == 1


def test_without_the_lock_the_number_of_a_round_is_still_unique(
    kept: Database, people: People, waiting: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bidding, "lock_lot", without_lock)
    monkeypatch.setattr(bidding, "last_round", meeting(bidding.last_round))
    answers = together(kept, people.officer, *[scheduling(people, waiting, at)] * 2)
    assert refusals(answers) == [IntegrityError]
    assert count(kept, AuctionRound) == 1


def test_without_lock_and_key_two_rounds_would_bear_one_number(
    apart: Settings,
    kept: Database,
    people: People,
    waiting: str,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "ALTER TABLE auction_round DROP CONSTRAINT uq_auction_round_lot_id_number")
    monkeypatch.setattr(bidding, "lock_lot", without_lock)
    monkeypatch.setattr(bidding, "last_round", meeting(bidding.last_round))
    answers = together(kept, people.officer, *[scheduling(people, waiting, at)] * 2)
    assert answers == [1, 1]


@pytest.fixture
def session_of_two(kept: Database, people: People, at: datetime) -> list[Act]:
    """Two small lots of a case that together are worth too much for the short periods."""
    prices = (40_000_000, 10_000_000)
    with kept.transaction(SYSTEM) as session:
        lots_of = [make_formed_lot(session, people, price, at=at) for price in prices]
        for lot in lots_of:
            lot.case_id = lots_of[0].case_id
            for place in (Place.ORGANISATION_OFFICE, Place.DISPLAY_PLACE, Place.AUCTION_VENUE):
                post(session, people, lot, place, date(2026, 12, 7), at=at)
        found = zip([lot.reference for lot in lots_of], prices, strict=True)
    return [scheduling(people, ref, at, price) for ref, price in found]


def test_of_two_lots_of_a_session_fixed_at_once_one_sees_the_other(
    kept: Database, people: People, session_of_two: list[Act]
) -> None:
    """PA16 Art. 53(1)a: the whole session is worth too much for the simplified procedure."""
    assert refusals(together(kept, people.officer, *session_of_two)) == [NoticeTooShort]
    assert count(kept, AuctionRound) == 1


def test_without_the_lock_of_the_session_both_would_be_fixed_with_the_short_periods(
    kept: Database, people: People, session_of_two: list[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "lock_session", lambda *_args: None)
    monkeypatch.setattr(neighbours, "_fixed_beside", meeting(neighbours._fixed_beside))
    assert refusals(together(kept, people.officer, *session_of_two)) == []
    assert count(kept, AuctionRound) == 2


@pytest.fixture
def valued(kept: Database, people: People, at: datetime) -> str:
    """An asset with a price, in no lot."""
    with kept.transaction(SYSTEM) as session:
        return make_valued_asset(session, people, at=at)


def forming(people: People, asset: str, at: datetime) -> Act:
    new = NewLot(assets=[asset], description="Xe ô tô tải")
    return lambda session: form_lot(session, people.officer, new, at=at).reference


def test_an_asset_gets_into_one_of_two_lots_formed_at_once(
    kept: Database, people: People, valued: str, at: datetime
) -> None:
    answers = together(kept, people.officer, *[forming(people, valued, at)] * 2)
    assert refusals(answers) == [AssetInOpenLot]
    assert count(kept, LotAsset) == 1


def test_without_the_lock_an_asset_would_be_in_two_open_lots(
    kept: Database, people: People, valued: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(session: Session, _actor: Actor, references: list[str]) -> list[Asset]:
        return list(session.scalars(select(Asset).where(Asset.reference.in_(references))))

    monkeypatch.setattr(lots, "_lock_assets", unlocked)
    monkeypatch.setattr(lots, "_refuse_open_elsewhere", meeting(lots._refuse_open_elsewhere))
    answers = together(kept, people.officer, *[forming(people, valued, at)] * 2)
    assert refusals(answers) == []
    assert count(kept, LotAsset) == 2


@pytest.fixture
def shared_asset(kept: Database, people: People, at: datetime) -> tuple[str, str]:
    """Two lots of imported history with the same asset, each with a round to close."""
    with kept.transaction(SYSTEM) as session:
        asset = make_asset(session, people.office)
        made = [make_lot(session, people.office, asset) for _i in range(2)]
        for lot in made:
            make_round(session, lot, 1, at.date() - timedelta(days=1), None)
        first, second = made
        return first.reference, second.reference


def test_rounds_of_two_lots_count_one_after_another_for_an_asset_in_both(
    kept: Database, people: People, shared_asset: tuple[str, str], at: datetime
) -> None:
    acts = [closing(people, lot, at) for lot in shared_asset]
    assert refusals(together(kept, people.officer, *acts)) == []
    assert counters(kept) == [2]
    assert count(kept, AssetRound) == 2


def test_without_the_lock_of_the_assets_one_of_the_rounds_would_be_lost(
    kept: Database,
    people: People,
    shared_asset: tuple[str, str],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unlocked(session: Session, lot_id: int) -> list[int]:
        statement = select(LotAsset.asset_id).where(LotAsset.lot_id == lot_id)
        return list(session.scalars(statement))

    monkeypatch.setattr(ledger, "lock_assets", unlocked)
    monkeypatch.setattr(ledger, "first_tier", meeting(ledger.first_tier))
    acts = [closing(people, lot, at) for lot in shared_asset]
    assert refusals(together(kept, people.officer, *acts)) == [IntegrityError]
    assert counters(kept) == [1]
