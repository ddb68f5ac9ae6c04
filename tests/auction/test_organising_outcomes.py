"""The end of a round: missing notices as breaches, pauses and stops by either law."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.models import RoundOutcome
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import HaltNeeded, Outcome, OutcomeIncomplete, WinnerNamed
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.lots.models import Breach, Lot
from auction.lots.rules import breach_told
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.halt_round import halt_round
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.rules import GroundUnknown, HaltedByAct
from auction.outcomes.schemas import NewOutcome
from auction.valuations.models import Valuation
from inventory.base.errors import Invalid
from inventory.papers.models import Paper
from tests.make.auction import FAILED, close_round, fail_round, new_round
from tests.make.organisation import People

BILLION = 1_000_000_000
NOTICES = {
    "posting_movable",
    "announce_count",
    "announce_second_before",
    "announce_media",
    "viewing",
    "registration_close",
}


def test_a_round_held_without_notices_shows_each_broken_rule_with_its_article(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    fail_round(session, people, lot, BILLION, at=at)
    found = session.scalars(select(Breach).where(Breach.lot_id == lot.id)).all()
    noticed = {one.rule_key: one for one in found if one.rule_key in NOTICES}
    assert set(noticed) == NOTICES
    posting = noticed["posting_movable"]
    assert posting.article == "PA16 Art. 35(1)a"
    text, values = breach_told(posting.facts)
    assert values["notices_needed"] == 3
    assert "last lawful day" in text


GROUNDS = [
    (Halt.PAUSE, "postponed_or_suspended", "L25 Art. 84(1)a", "paused", "pause_request"),
    (Halt.PAUSE, "complaint_authority", "L25 Art. 84(1)b", "paused", "pause_request"),
    (Halt.PAUSE, "procuracy_protest", "L25 Art. 84(1)c", "paused", "pause_request"),
    (Halt.STOP, "terminated", "L25 Art. 84(2)a", "stopped", "stop_request"),
    (Halt.STOP, "serious_breach", "L25 Art. 84(2)b", "stopped", "stop_request"),
    (Halt.STOP, "asset_unfit", "L25 Art. 84(2)c", "stopped", "stop_request"),
    (Halt.STOP, "debt_covered", "L25 Art. 84(2)đ", "stopped", "stop_request"),
]


@pytest.mark.parametrize(("kind", "ground", "article", "code", "paper"), GROUNDS)
def test_each_ground_closes_the_round_with_a_paper_and_no_breach(
    session: Session, people: People, lot: Lot, at: datetime, kind, ground, article, code, paper
) -> None:
    opens = new_round(BILLION, at + timedelta(days=21))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    new = NewHalt(kind=kind, ground=ground, document="7/QĐ")
    made = halt_round(session, people.officer, lot.reference, 1, new, at=at)
    assert made.article == article
    assert session.scalars(select(RoundOutcome.code)).one() == code
    assert session.scalars(select(Paper.kind).order_by(Paper.id.desc())).first() == paper
    assert session.scalars(select(Breach)).all() == [], "it was not held"
    again = new_round(BILLION, at + timedelta(days=30))
    assert schedule_round(session, people.officer, lot.reference, again, at=at).number == 2


def test_a_stop_is_neither_ahead_nor_before_the_contract_nor_a_payment_nobody_recorded(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    opens = new_round(BILLION, at + timedelta(days=21))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    for when in (datetime(2019, 12, 31, tzinfo=UTC), at + timedelta(days=1)):
        new = NewHalt(kind=Halt.STOP, ground="terminated", document="7/QĐ", effective_at=when)
        with pytest.raises(Invalid) as refused:
            halt_round(session, people.officer, lot.reference, 1, new, at=at)
        assert set(refused.value.fields) == {"effective_at"}
    paid = NewHalt(kind=Halt.STOP, ground="debtor_paid_or_creditor_takes", document="7/QĐ")
    with pytest.raises(HaltedByAct) as by_act:
        halt_round(session, people.officer, lot.reference, 1, paid, at=at)
    assert by_act.value.article == "L25 Art. 84(2)"


def test_a_ground_of_the_other_act_is_unknown(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    opens = new_round(BILLION, at + timedelta(days=21))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    wrong = NewHalt(kind=Halt.PAUSE, ground="debt_covered", document="7/QĐ")
    with pytest.raises(GroundUnknown) as refused:
        halt_round(session, people.officer, lot.reference, 1, wrong, at=at)
    assert refused.value.params["rule"] == "pause_grounds"


def test_before_the_law_of_2025_only_the_auction_law_gives_a_ground(
    session: Session, people: People, lot: Lot
) -> None:
    old = datetime(2026, 6, 22, 2, tzinfo=UTC)
    for valuation in session.scalars(select(Valuation)):
        valuation.valued_on = date(2026, 6, 1)
    session.flush()
    opens = new_round(BILLION, old + timedelta(days=21))
    schedule_round(session, people.officer, lot.reference, opens, at=old)
    new = NewHalt(kind=Halt.STOP, ground="terminated", document="7/QĐ")
    with pytest.raises(GroundUnknown):
        halt_round(session, people.officer, lot.reference, 1, new, at=old)
    general = NewHalt(kind=Halt.STOP, ground="auction_law", document="7/QĐ")
    made = halt_round(session, people.officer, lot.reference, 1, general, at=old)
    assert made.article == "PA16 Art. 47"


@pytest.mark.parametrize("code", [Outcome.PAUSED, Outcome.STOPPED])
def test_a_pause_or_a_stop_is_no_outcome_to_be_entered(
    session: Session, people: People, lot: Lot, at: datetime, code: Outcome
) -> None:
    opens = new_round(BILLION, at + timedelta(days=21))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    said = NewOutcome(code=code, reason="Khiếu nại", minutes="7/QĐ")
    with pytest.raises(HaltNeeded) as refused:
        record_outcome(session, people.officer, lot.reference, 1, said, at=at)
    key = "pause_grounds" if code is Outcome.PAUSED else "stop_grounds"
    assert refused.value.params["rule"] == key
    assert refused.value.article.startswith("L25 Art. 84(")
    assert set(refused.value.fields) == {"code"}
    assert session.scalars(select(RoundOutcome)).all() == []


def test_a_cancelled_round_says_its_ground_and_paper_and_a_sale_how_many_registered(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    opens = new_round(BILLION, at - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    for said, fields in (
        ({"code": Outcome.CANCELLED}, {"reason", "minutes"}),
        ({"code": Outcome.SOLD, "sale_price": Decimal(BILLION)}, {"registered"}),
    ):
        new = NewOutcome(**said)
        with pytest.raises(OutcomeIncomplete) as refused:
            record_outcome(session, people.officer, lot.reference, 1, new, at=at)
        assert set(refused.value.fields) == fields
    new = NewOutcome(code=Outcome.CANCELLED, reason="Sai thông báo", minutes="9/TB")
    assert record_outcome(session, people.officer, lot.reference, 1, new, at=at).minutes == "9/TB"


@pytest.mark.parametrize("named", [BidKind.REFUSED, BidKind.REFUSED_TO_SIGN, None])
def test_once_the_session_has_a_winner_nothing_is_stopped_or_cancelled(
    session: Session, people: People, lot: Lot, at: datetime, named: BidKind | None
) -> None:
    """By what was said after the winner was named, or by the bids once the day is over."""
    opens = new_round(BILLION, at - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    deposit = NewDeposit(amount=Decimal(BILLION // 10), paid_at=at - timedelta(days=1))
    where = (session, people.officer, lot.reference, 1)
    for turn, name in enumerate(("Lê Văn Mua", "Trần Thị Bán"), 1):
        register_bidder(*where, NewBidder(name=name, identity_number=f"0{turn}"), at=at)
        note_deposit(*where, deposit, bidder=turn, at=at)
    say(*where, NewSaid(bidder=1, amount=Decimal(BILLION)), at=at)
    on = at if named else at + timedelta(days=1)
    if named is not None:
        say(*where, NewSaid(bidder=1, kind=named), at=at)
    stop = NewHalt(kind=Halt.STOP, ground="terminated", document="7/QĐ")
    with pytest.raises(WinnerNamed) as refused:
        halt_round(*where, stop, at=on)
    assert refused.value.article == "L25 Art. 84(3)"
    cancelled = NewOutcome(code=Outcome.CANCELLED, reason="Sai thông báo", minutes="9/TB")
    with pytest.raises(WinnerNamed) as refused:
        record_outcome(*where, cancelled, at=on)
    assert set(refused.value.fields) == {"code"}
    if named is None:
        halt_round(*where, stop, at=at)


def test_after_the_winner_is_named_nothing_is_stopped(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    opens = new_round(BILLION, at - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    close_round(session, people, lot, 1, FAILED, at=at)
    new = NewHalt(kind=Halt.STOP, ground="terminated", document="7/QĐ")
    with pytest.raises(WinnerNamed) as refused:
        halt_round(session, people.officer, lot.reference, 1, new, at=at)
    assert refused.value.article == "L25 Art. 84(3)"
