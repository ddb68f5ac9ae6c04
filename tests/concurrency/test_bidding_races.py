"""Two winners, two bids, two rulings at once, with real commits and without the belts."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from auction.bidding import calling, ledger
from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidTooLow
from auction.bidding.models import Bid, RoundOutcome, RoundRuling
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Meaning, Outcome, OutcomeAlreadyRecorded, RuledSo
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.outcomes.commands import record_outcome as outcomes
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.schemas import NewOutcome, NewRuling
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings
from tests.concurrency.leaving import assets_unlocked
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
from tests.make.auction import make_formed_lot, new_round
from tests.make.organisation import People

BILLION = 1_000_000_000


def buying(people: People, lot: str, buyer: str, at: datetime) -> Act:
    new = NewOutcome(code=Outcome.SOLD, sale_price=Decimal(BILLION), buyer_name=buyer, registered=2)
    return lambda session: record_outcome(session, people.officer, lot, 1, new, at=at).buyer_name


def test_two_winners_at_once_make_one(
    kept: Database, people: People, lot: str, at: datetime
) -> None:
    acts = [buying(people, lot, name, at) for name in ("Lê Văn Mua", "Trần Thị Bán")]
    assert refusals(together(kept, people.officer, *acts)) == [OutcomeAlreadyRecorded]
    assert count(kept, RoundOutcome) == 1


def test_without_the_lock_the_key_still_knows_one_winner(
    kept: Database, people: People, lot: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "look_at_locked", looked_at_without_lock)
    monkeypatch.setattr(ledger, "lock_assets", assets_unlocked)
    monkeypatch.setattr(ledger, "counted_before", meeting(ledger.counted_before))
    acts = [buying(people, lot, name, at) for name in ("Lê Văn Mua", "Trần Thị Bán")]
    assert refusals(together(kept, people.officer, *acts)) == [IntegrityError]
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert len(session.scalars(select(RoundOutcome.buyer_name)).all()) == 1


@pytest.fixture
def bidders(kept: Database, people: People, at: datetime) -> str:
    """A lot whose round opened, with two bidders who paid."""
    with kept.transaction(SYSTEM) as session:
        made = make_formed_lot(session, people, at=at)
        new = new_round(BILLION, at - timedelta(hours=1), deposit=100_000_000)
        schedule_round(session, people.officer, made.reference, new, at=at)
        for n in (1, 2):
            who = NewBidder(name=f"Người {n}", identity_number=str(n))
            register_bidder(session, people.officer, made.reference, 1, who, at=at)
            paid = NewDeposit(amount=Decimal(100_000_000), paid_at=at - timedelta(days=1))
            note_deposit(session, people.officer, made.reference, 1, paid, bidder=n, at=at)
        return made.reference


def bidding(people: People, lot: str, bidder: int, at: datetime) -> Act:
    new = NewSaid(bidder=bidder, amount=Decimal(BILLION))
    return lambda session: say(session, people.officer, lot, 1, new, at=at).seq


def test_of_two_equal_bids_at_once_one_is_too_low(
    kept: Database, people: People, bidders: str, at: datetime
) -> None:
    answers = together(kept, people.officer, *[bidding(people, bidders, n, at) for n in (1, 2)])
    assert refusals(answers) == [BidTooLow]
    assert count(kept, Bid) == 1


def test_without_the_lock_the_order_of_bids_still_knows_one_place(
    kept: Database, people: People, bidders: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "lock_lot", without_lock)
    monkeypatch.setattr(calling, "session_of", meeting(calling.session_of))
    answers = together(kept, people.officer, *[bidding(people, bidders, n, at) for n in (1, 2)])
    assert refusals(answers) == [IntegrityError]
    assert count(kept, Bid) == 1


def test_without_lock_and_key_two_would_lead_with_one_bid(
    apart: Settings,
    kept: Database,
    people: People,
    bidders: str,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "ALTER TABLE bid DROP CONSTRAINT uq_bid_round_id_seq")
    monkeypatch.setattr(calling, "lock_lot", without_lock)
    monkeypatch.setattr(calling, "session_of", meeting(calling.session_of))
    answers = together(kept, people.officer, *[bidding(people, bidders, n, at) for n in (1, 2)])
    assert answers == [1, 1]


def test_two_rulings_at_once_make_one(
    kept: Database, people: People, lot: str, at: datetime
) -> None:
    with kept.transaction(people.officer) as session:
        closing(people, lot, at)(session)
    new = NewRuling(meaning=Meaning.NEITHER, ground="Niêm yết sai", article="PA16 Art. 35")
    acts: list[Act] = [
        lambda session: give_ruling(session, people.head, lot, 1, new, at=at).meaning
    ] * 2
    assert refusals(together(kept, people.head, *acts)) == [RuledSo]
    assert count(kept, RoundRuling) == 1
    assert counters(kept) == [0]
