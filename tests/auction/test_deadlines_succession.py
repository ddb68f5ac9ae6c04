"""What begins by itself with the last day of another limit, and what is over with it."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineSubject
from auction.deadlines.succession import ended_limits, succeed
from inventory.base.actor import SYSTEM
from tests.make.organisation import People

BEGAN, AT = date(2026, 9, 7), datetime(2026, 9, 7, 3, tzinfo=UTC)
LATER = datetime(2026, 10, 20, 3, tzinfo=UTC)


def begin(session: Session, people: People, key: str, on: date = BEGAN) -> DeadlineSubject:
    about = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    set_limits(session, people.officer, [key], on, about, at=AT)
    return about


def follow(session: Session, at: datetime = LATER) -> int:
    found = ended_limits(session, at, 10)
    for deadline_id in found:
        succeed(session, SYSTEM, deadline_id, at=at)
    return len(found)


def known(session: Session, people: People) -> dict[str, tuple[date, date, date | None]]:
    rows = deadlines_of(session, people.officer, "lot", "LO-1")
    return {row.rule_key: (row.started_on, row.due_on, row.met_on) for row in rows}


def test_the_local_centre_takes_over_where_no_contract_was_signed(
    session: Session, people: People
) -> None:
    """L25 Art. 83(2)a: five working days, and five more; once only."""
    begin(session, people, "auction_contract_due")
    assert follow(session, AT) == 0
    assert follow(session) == 1
    due = known(session, people)
    assert due["auction_contract_due"] == (BEGAN, date(2026, 9, 14), None)
    assert due["fallback_auction_centre"] == (date(2026, 9, 14), date(2026, 9, 21), None)
    assert follow(session) == 0


def test_a_signed_contract_and_one_of_the_old_law_fall_to_nobody(
    session: Session, people: People
) -> None:
    about = begin(session, people, "auction_contract_due")
    begin(session, people, "auction_contract_due", date(2026, 6, 1))
    keys = ("auction_contract_due",)
    assert follow(session) == 1  # that of September
    meet_by_act(session, people.officer, keys, about, met_on=BEGAN, at=AT)
    assert follow(session) == 0


def test_verification_is_due_after_the_time_to_fulfil_by_oneself(
    session: Session, people: People
) -> None:
    """L25 Art. 36(1), 37(1): ten days, then nine; the debtor's own time is over with its day."""
    begin(session, people, "voluntary_period")
    assert follow(session) == 1
    assert known(session, people) == {
        "voluntary_period": (BEGAN, date(2026, 9, 17), date(2026, 9, 17)),
        "verification_start": (date(2026, 9, 17), date(2026, 9, 28), None),
    }
    assert follow(session) == 0


def test_who_fulfils_by_himself_is_not_verified(session: Session, people: People) -> None:
    about = begin(session, people, "voluntary_period")
    day = date(2026, 9, 10)
    meet_by_act(session, people.officer, "voluntary_period", about, met_on=day, at=AT)
    assert follow(session) == 0
