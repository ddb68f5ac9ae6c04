"""An outcome is what the list and the session say, and nothing else."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.bidding.course import BidKind, DepositKind, Forfeit
from auction.bidding.registering import forfeit_deposit
from auction.bidding.rules import Outcome, OutcomeIncomplete
from auction.bidding.schemas import NewForfeit
from auction.deadlines.queries import deadlines_of
from auction.outcomes.rules import OutcomeUnlawful
from tests.auction.test_bidding_sessions import BILLION, DAY, Room, lot, room
from tests.make.auction import close_round
from tests.make.organisation import People

__all__ = ["lot", "room"]


@pytest.fixture
def held(at: datetime) -> datetime:
    """The hour after the session."""
    return at + 10 * DAY + DAY / 24


def bidders(room: Room, *names: str) -> None:
    for name in names:
        room.pay(room.register(name))


def test_the_winner_his_price_and_the_number_of_bidders_come_from_the_session(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    room.say(1, BILLION)
    room.say(2, BILLION + 10_000_000)

    outcome = close_round(
        session, people, room.lot, 1, Outcome.SOLD, at=held, auctioneer="Đấu giá viên A"
    )

    assert (outcome.sale_price, outcome.buyer_name) == (BILLION + 10_000_000, "Trần Thị Bán")
    assert (outcome.registered, outcome.auctioneer) == (2, "Đấu giá viên A")
    now = room.now()
    assert outcome.winner_id == now.bidders[1].id
    assert [one.deposit_ended for one in now.bidders] == [None, DepositKind.EARNEST]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"code": Outcome.FAILED_NO_BID}, {"code"}),
        ({"code": Outcome.SOLD, "sale_price": BILLION + 5}, {"sale_price"}),
        ({"code": Outcome.SOLD, "buyer_name": "Ai đó"}, {"buyer_name"}),
        ({"code": Outcome.SOLD, "registered": 5}, {"registered"}),
        ({"code": Outcome.FAILED_NO_REGISTRATION, "registered": 0}, {"code", "registered"}),
    ],
)
def test_what_contradicts_the_session_is_refused(
    session: Session,
    people: People,
    room: Room,
    held: datetime,
    said: dict[str, object],
    fields: set[str],
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    room.say(1, BILLION)
    with pytest.raises(OutcomeIncomplete) as refused:
        close_round(session, people, room.lot, 1, at=held, **said)  # type: ignore[arg-type]
    assert set(refused.value.fields) == fields


def test_nothing_is_recorded_while_the_next_bidder_has_not_answered(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    room.say(1, BILLION)
    room.say(2, BILLION + 10_000_000)
    room.say(2, kind=BidKind.REFUSED)
    for code in (Outcome.SOLD, Outcome.FAILED_WINNER_REFUSED):
        with pytest.raises(OutcomeIncomplete):
            close_round(session, people, room.lot, 1, code, at=held)
    room.say(1, kind=BidKind.ACCEPTED)
    outcome = close_round(session, people, room.lot, 1, Outcome.SOLD, at=held)
    assert (outcome.sale_price, outcome.buyer_name) == (Decimal(BILLION), "Lê Văn Mua")


def test_a_session_may_be_stopped_whatever_was_said(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    room.say(1, BILLION)
    outcome = close_round(session, people, room.lot, 1, Outcome.STOPPED, at=held)
    assert (outcome.winner_id, outcome.sale_price) == (None, None)


def test_a_registration_without_its_deposit_is_none_and_the_round_fails(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    room.register("Lê Văn Mua")
    outcome = close_round(session, people, room.lot, 1, Outcome.FAILED_NO_REGISTRATION, at=held)
    assert outcome.registered == 0


def test_nobody_bids_where_all_who_registered_stay_away(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    for number in (1, 2):
        absent = NewForfeit(ground=Forfeit.ABSENT)
        ref = room.lot.reference
        forfeit_deposit(session, people.officer, ref, 1, absent, bidder=number, at=held)
    outcome = close_round(session, people, room.lot, 1, Outcome.FAILED_NO_BID, at=held)
    assert outcome.registered == 2


def test_the_deposits_of_the_others_are_due_back(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    bidders(room, "Lê Văn Mua", "Trần Thị Bán")
    close_round(session, people, room.lot, 1, Outcome.FAILED_NO_BID, at=held)
    due = {
        one.rule_key: one.due_on
        for one in deadlines_of(session, people.officer, "lot", room.lot.reference)
    }
    assert due["deposit_refund_losers"].isoformat() == "2026-12-08"


def test_a_round_that_was_fixed_ahead_sells_to_a_winner_of_its_list_alone(
    session: Session, people: People, room: Room, held: datetime
) -> None:
    said = {"sale_price": BILLION, "buyer_name": "Lê Văn Mua", "registered": 2}
    with pytest.raises(OutcomeUnlawful) as refused:
        close_round(session, people, room.lot, 1, Outcome.SOLD, at=held, **said)
    assert (refused.value.article, set(refused.value.fields)) == ("PA16 Art. 38(4)", {"code"})
