"""Registration, deposits and bids of a round through the commands."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import (
    BidderExcluded,
    BidderKnown,
    BidKind,
    BidTooLow,
    DepositKind,
    DepositMissing,
    DepositPaid,
    DepositTaken,
    Forfeit,
    RegistrationEnded,
    SingleBidder,
    Tie,
)
from auction.bidding.models import Bid, DepositEntry
from auction.bidding.registering import (
    forfeit_deposit,
    note_deposit,
    refund_deposits,
    register_bidder,
)
from auction.bidding.rules import Outcome, RoundNotOpenedYet
from auction.bidding.schemas import NewBidder, NewDeposit, NewForfeit, NewRefund, NewSaid
from auction.bidding.sessions import RoundSession, round_of_lot, session_of
from auction.lots.models import Breach, Lot
from auction.lots.rules import DepositOutOfRange
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from tests.make.announcing import notice_was_given
from tests.make.auction import close_round, fail_round, make_formed_lot, new_round
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
BILLION = 1_000_000_000
DEPOSIT = 100_000_000
DAY = timedelta(days=1)


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot whose first round opens in ten days, with a deposit and a step."""
    made = make_formed_lot(session, people, at=at)
    new = new_round(BILLION, at + 10 * DAY, deposit=DEPOSIT, bid_step=Decimal(10_000_000))
    notice_was_given(session, people, made, at + 10 * DAY, at=at)
    schedule_round(session, people.officer, made.reference, new, at=at)
    return made


class Room:
    """The officer at the list of round 1."""

    def __init__(self, session: Session, people: People, lot: Lot, at: datetime) -> None:
        self.session, self.people, self.lot, self.at = session, people, lot, at
        self.ref, self.number = lot.reference, 1

    def register(self, name: str, *, at: datetime | None = None, tie: Tie | None = None) -> int:
        new = NewBidder(
            name=name,
            identity_number=f"0790{hash(name) % 10**8:08d}",
            tie=tie,
            tie_source="Bản khai" if tie else None,
        )
        made = register_bidder(
            self.session, self.people.officer, self.ref, self.number, new, at=at or self.at
        )
        return made.number

    def pay(self, bidder: int, *, at: datetime | None = None, **said: object) -> DepositEntry:
        new = NewDeposit(**{"amount": Decimal(DEPOSIT), **said})
        moment = at or self.at + 8 * DAY
        return note_deposit(
            self.session,
            self.people.officer,
            self.ref,
            self.number,
            new,
            bidder=bidder,
            at=moment,
        )

    def say(self, bidder: int, amount: int | None = None, kind: BidKind = BidKind.BID) -> Bid:
        said = NewSaid(bidder=bidder, kind=kind, amount=Decimal(amount) if amount else None)
        return say(
            self.session, self.people.officer, self.ref, self.number, said, at=self.at + 10 * DAY
        )

    def now(self) -> RoundSession:
        held = round_of_lot(self.session, self.lot, self.number)
        assert held.held_on is not None
        return session_of(self.session, held, held.held_on)

    def breaches(self) -> dict[str, dict[str, object]]:
        found = self.session.scalars(select(Breach).where(Breach.lot_id == self.lot.id))
        return {one.rule_key: one.facts for one in found}


@pytest.fixture
def room(session: Session, people: People, lot: Lot, at: datetime) -> Room:
    return Room(session, people, lot, at)


def test_who_registers_and_pays_takes_part(room: Room) -> None:
    first, second = room.register("Lê Văn Mua"), room.register("Trần Thị Bán")
    assert (first, second) == (1, 2)
    room.pay(first)
    now = room.now()
    assert [one.qualified for one in now.bidders] == [True, False]
    assert now.bidders[0].deposit == DEPOSIT
    assert room.breaches() == {}


def test_one_person_registers_once_and_not_after_the_outcome(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    room.register("Lê Văn Mua")
    with pytest.raises(BidderKnown):
        room.register("Lê Văn Mua")
    close_round(session, people, room.lot, 1, Outcome.CANCELLED, at=at)
    with pytest.raises(RegistrationEnded):
        room.register("Trần Thị Bán")


def test_whom_the_law_keeps_out_is_marked_with_the_article_and_does_not_bid(room: Room) -> None:
    kin = room.register("Người nhà đấu giá viên", tie=Tie.AUCTION_ORGANISATION)
    other = room.register("Lê Văn Mua")
    for bidder in (kin, other):
        room.pay(bidder)
    assert room.now().bidders[0].tie_article == "PA16 Art. 38(4)"
    assert room.now().qualified == [other]
    with pytest.raises(BidderExcluded) as refused:
        room.say(kin, BILLION)
    assert refused.value.article == "PA16 Art. 38(4)"


def test_a_deposit_is_what_the_round_asks_and_is_paid_once(room: Room) -> None:
    bidder = room.register("Lê Văn Mua")
    with pytest.raises(DepositOutOfRange) as refused:
        room.pay(bidder, amount=Decimal(DEPOSIT - 1))
    assert refused.value.article == "PA16 Art. 39(1)"
    room.pay(bidder)
    with pytest.raises(DepositTaken):
        room.pay(bidder)


def test_what_the_organisation_took_in_wrongly_is_kept_and_is_a_breach(
    room: Room, at: datetime
) -> None:
    late = room.register("Lê Văn Mua", at=at + 9 * DAY)
    room.pay(late, at=at + 2 * DAY, how=DepositPaid.CASH)
    found = room.breaches()
    assert set(found) == {"registration_close", "deposit_collect_window", "deposit_cash_direct_max"}
    assert found["registration_close"]["closes_on"] == "2026-12-01"
    assert found["deposit_collect_window"]["from_on"] == "2026-11-30"


def test_bids_rise_by_the_step_from_the_starting_price(room: Room) -> None:
    for name in ("Lê Văn Mua", "Trần Thị Bán"):
        room.pay(room.register(name))
    with pytest.raises(BidTooLow) as refused:
        room.say(1, BILLION - 1)
    assert (refused.value.params["least"], refused.value.article) == (BILLION, "PA16 Art. 58")
    room.say(1, BILLION)
    with pytest.raises(BidTooLow):
        room.say(2, BILLION + 1)
    room.say(2, BILLION + 10_000_000)
    now = room.now()
    assert [one.seq for one in now.said] == [1, 2]
    assert now.proposal is Outcome.SOLD
    assert now.course.winner is not None
    assert now.course.winner.bidder == 2
    assert all(one.present_at for one in now.bidders)


def test_who_has_not_paid_does_not_bid(room: Room) -> None:
    room.register("Lê Văn Mua")
    with pytest.raises(DepositMissing):
        room.say(1, BILLION)
    with pytest.raises(NotFound):
        room.say(7, BILLION)


def test_one_alone_does_not_bid_in_the_first_round_but_after_a_failed_one(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    room.pay(room.register("Lê Văn Mua"))
    with pytest.raises(SingleBidder) as refused:
        room.say(1, BILLION)
    assert refused.value.article == "PA16 Art. 49"
    assert room.now().proposal is Outcome.FAILED_SINGLE_REGISTRANT

    again = make_formed_lot(session, people, at=at)
    fail_round(session, people, again, BILLION, at=at)
    new = new_round(BILLION, at + 10 * DAY, deposit=DEPOSIT)
    notice_was_given(session, people, again, at + 10 * DAY, at=at)
    schedule_round(session, people.officer, again.reference, new, at=at)
    second = Room(session, people, again, at)
    second.number = 2
    second.pay(second.register("Lê Văn Mua"))
    second.say(1, BILLION)
    assert second.now().proposal is Outcome.SOLD


def test_who_withdraws_or_refuses_loses_his_deposit_and_it_is_said_where_it_goes(
    room: Room,
) -> None:
    for name in ("Lê Văn Mua", "Trần Thị Bán", "Phạm Văn Ba"):
        room.pay(room.register(name))
    room.say(1, BILLION)
    room.say(2, BILLION + 10_000_000)
    room.say(2, kind=BidKind.WITHDRAWN)
    room.say(3, BILLION + 10_000_000)
    room.say(3, kind=BidKind.REFUSED)
    now = room.now()
    assert [one.deposit_ground for one in now.bidders] == [None, Forfeit.WITHDREW, Forfeit.REFUSED]
    assert {one.deposit_destination for one in now.bidders[1:]} == {"state_budget_earmarked"}
    assert now.proposal is None, "the next bidder is asked"
    assert (now.course.next_bidder is not None, now.course.covered) == (True, True)
    room.say(1, kind=BidKind.ACCEPTED)
    assert room.now().proposal is Outcome.SOLD


def test_a_list_may_be_open_on_a_day_off(room: Room) -> None:
    """Two days before a Tuesday is a Sunday: who comes on the Saturday is in time (Art. 38(2))."""
    held = round_of_lot(room.session, room.lot, 1)
    held.held_on = date(2026, 12, 1)
    room.session.flush()
    room.register("Lê Văn Mua", at=room.at + 5 * DAY)
    assert room.breaches() == {}
    room.register("Trần Thị Bán", at=room.at + 7 * DAY)
    assert room.breaches()["registration_close"]["closes_on"] == "2026-11-29"


def test_who_withdrew_bids_no_more(room: Room) -> None:
    for name in ("Lê Văn Mua", "Trần Thị Bán"):
        room.pay(room.register(name))
    room.say(1, BILLION)
    room.say(1, kind=BidKind.WITHDRAWN)
    with pytest.raises(BidderExcluded) as refused:
        room.say(1, BILLION)
    assert (refused.value.article, refused.value.params["bidder"]) == ("PA16 Art. 50", 1)
    assert room.now().proposal is Outcome.FAILED_BID_WITHDRAWN
    room.say(2, BILLION)
    assert room.now().proposal is Outcome.SOLD


def test_what_was_bid_by_who_was_sent_out_counts_no_more(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    for name in ("Lê Văn Mua", "Trần Thị Bán"):
        room.pay(room.register(name))
    room.say(1, BILLION)
    room.say(2, BILLION + 10_000_000)
    for ground in (Forfeit.WITHDREW, Forfeit.REFUSED):
        with pytest.raises(Invalid) as refused:
            forfeit_deposit(
                session, people.officer, room.ref, 1, NewForfeit(ground=ground), bidder=2, at=at
            )
        assert set(refused.value.fields) == {"ground"}
    out = NewForfeit(ground=Forfeit.EXCLUDED)
    forfeit_deposit(session, people.officer, room.ref, 1, out, bidder=2, at=at)
    winner = room.now().course.winner
    assert winner is not None
    assert (winner.bidder, winner.amount) == (1, BILLION)


def test_who_does_not_come_loses_it_too_and_only_what_was_paid(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    room.pay(room.register("Lê Văn Mua"))
    room.register("Trần Thị Bán")
    new = NewForfeit(ground=Forfeit.ABSENT)
    forfeit_deposit(session, people.officer, room.ref, 1, new, bidder=1, at=at + 11 * DAY)
    assert room.now().bidders[0].deposit_ended is DepositKind.FORFEITED
    assert room.now().qualified == []
    for bidder, refusal in ((1, DepositTaken), (2, DepositMissing)):
        with pytest.raises(refusal):
            forfeit_deposit(
                session, people.officer, room.ref, 1, new, bidder=bidder, at=at + 11 * DAY
            )


def test_who_was_there_and_who_is_only_awaited_is_not_absent(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    """PA16 Art. 39(6)a; the bid of a winner does not fall away by calling him absent."""
    for name in ("Lê Văn Mua", "Trần Thị Bán"):
        room.pay(room.register(name))
    new = NewForfeit(ground=Forfeit.ABSENT)
    with pytest.raises(RoundNotOpenedYet) as early:
        forfeit_deposit(session, people.officer, room.ref, 1, new, bidder=1, at=at)
    assert early.value.article == "PA16 Art. 39(6)"
    room.say(1, BILLION)
    with pytest.raises(Invalid) as there:
        forfeit_deposit(session, people.officer, room.ref, 1, new, bidder=1, at=at + 11 * DAY)
    assert set(there.value.fields) == {"ground"}
    assert room.now().course.winner is not None


def test_the_others_have_their_deposits_back(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    for name in ("Lê Văn Mua", "Trần Thị Bán"):
        room.pay(room.register(name))
    forfeit_deposit(
        session,
        people.officer,
        room.ref,
        1,
        NewForfeit(ground=Forfeit.EXCLUDED),
        bidder=1,
        at=at + 10 * DAY,
    )
    done = at + 11 * DAY
    with pytest.raises(RegistrationEnded):
        refund_deposits(session, people.officer, room.ref, 1, NewRefund(), at=done)
    close_round(session, people, room.lot, 1, Outcome.CANCELLED, at=done)
    assert refund_deposits(session, people.officer, room.ref, 1, NewRefund(), at=done) == 1
    assert refund_deposits(session, people.officer, room.ref, 1, NewRefund(), at=done) == 0
    ended = [one.deposit_ended for one in room.now().bidders]
    assert ended == [DepositKind.FORFEITED, DepositKind.REFUNDED]


def test_only_officers_of_the_office_keep_the_list_and_nothing_of_it_is_edited(
    session: Session, people: People, room: Room, at: datetime, become: Become
) -> None:
    room.pay(room.register("Lê Văn Mua"))
    new, ref = NewBidder(name="Ai đó", identity_number="1"), room.ref
    for who in (people.head, people.inspector, people.keeper):
        with pytest.raises(Forbidden):
            register_bidder(session, become(who), ref, 1, new, at=at)
    with pytest.raises(NotFound):
        register_bidder(session, become(people.foreign_officer), ref, 1, new, at=at)
    become(people.officer)
    with pytest.raises(ProgrammingError):
        session.execute(text("UPDATE deposit_entry SET amount = 1"))
