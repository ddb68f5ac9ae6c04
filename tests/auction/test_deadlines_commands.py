"""Setting and meeting deadlines, and who sees them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, meet_deadline, set_deadline
from auction.deadlines.models import Deadline
from auction.deadlines.queries import (
    count_overdue,
    deadlines_of,
    get_deadline,
    list_open_deadlines,
)
from auction.deadlines.rules import AlreadyMet
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import RuleUnknown
from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.errors import Conflict, Forbidden, Invalid, NotFound
from service.database import act_as
from tests.make.organisation import People

FAILED_ON = date(2026, 8, 28)

BY_HAND = "resume_after_hold"
"""A limit that no act of the program meets."""


def the_lot(people: People, ref: str = "LO-1") -> DeadlineSubject:
    return DeadlineSubject("lot", ref, people.office.id, lot_id=1)


def a_deadline(
    session: Session,
    people: People,
    ref: str = "LO-1",
    *,
    at: datetime,
    on: date = FAILED_ON,
    key: str = "reduction_decision_due",
) -> DeadlineOut:
    return set_deadline(session, people.officer, key, on, the_lot(people, ref), at=at)


def test_a_deadline_keeps_the_rule_the_calendar_and_the_days_skipped(
    session: Session, people: People, at: datetime
):
    set_one = a_deadline(session, people, at=at)
    assert set_one.due_on == date(2026, 9, 9)
    assert set_one.citation.en.endswith("Art. 83(3)")
    assert [day.on.isoformat() for day in set_one.skipped][:3] == [
        "2026-08-29",
        "2026-08-30",
        "2026-08-31",
    ]
    stored = session.get_one(Deadline, set_one.id)
    assert stored.rule_id == rule_on(session, "reduction_decision_due", FAILED_ON).id
    assert (stored.event, stored.set_by_id) == ("failure_notice", people.officer.staff_id)
    assert stored.calendar_id


def test_the_law_of_the_day_of_the_step_decides_and_not_that_of_the_asset(
    session: Session, people: People, at: datetime
):
    received_on = date(2026, 7, 2)
    assert a_deadline(session, people, on=received_on, at=at).due_on == date(2026, 7, 9)
    with pytest.raises(RuleUnknown):
        a_deadline(session, people, on=date(2026, 6, 30), at=at)


def test_the_same_event_again_sets_nothing_new(session: Session, people: People, at: datetime):
    first = a_deadline(session, people, at=at)
    second = a_deadline(session, people, at=at)
    assert second == first
    assert session.scalar(select(func.count()).select_from(Deadline)) == 1
    assert audited(session, "deadlines.deadline.set") == 1


def test_a_longer_limit_of_another_scope_stands_beside_the_general_one(
    session: Session, people: People, at: datetime
):
    lot = the_lot(people)
    for scope, due in ((None, date(2026, 9, 28)), ("agreed", date(2026, 10, 27))):
        found = set_deadline(session, people.officer, "pay_due", FAILED_ON, lot, scope=scope, at=at)
        assert found.due_on == due
    assert len(deadlines_of(session, people.officer, "lot", "LO-1")) == 2


def test_a_deadline_is_met_once_and_recorded(session: Session, people: People, at: datetime):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    met = meet_deadline(session, people.officer, set_one.id, date(2026, 9, 10), at=at)
    assert met.met_on == date(2026, 9, 10)
    with pytest.raises(AlreadyMet):
        meet_deadline(session, people.officer, set_one.id, at=at)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "deadlines.deadline.met")
    ).one()
    assert entry.data["late"] is True
    assert entry.office_id == people.office.id


def test_without_a_day_a_deadline_is_met_today(
    session: Session, people: People, at: datetime, today: date
):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    assert meet_deadline(session, people.officer, set_one.id, at=at).met_on == today


def test_a_deadline_is_not_met_in_the_future(
    session: Session, people: People, at: datetime, today: date
):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    with pytest.raises(Invalid) as refusal:
        meet_deadline(session, people.officer, set_one.id, today + timedelta(days=1), at=at)
    assert "met_on" in refusal.value.fields


def test_only_who_may_meets_a_deadline(session: Session, people: People, at: datetime):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    with pytest.raises(Forbidden):
        meet_deadline(session, people.keeper, set_one.id, at=at)


def test_a_foreign_office_s_deadline_answers_as_an_unknown_one(
    session: Session, people: People, at: datetime
):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    for deadline_id in (set_one.id, 999_999_999):
        with pytest.raises(NotFound, match="There is no such deadline"):
            meet_deadline(session, people.foreign_officer, deadline_id, at=at)
        with pytest.raises(NotFound, match="There is no such deadline"):
            get_deadline(session, people.foreign_officer, deadline_id)
    with pytest.raises(NotFound):
        set_deadline(session, people.foreign_officer, "pay_due", FAILED_ON, the_lot(people), at=at)


def test_a_deadline_another_office_set_is_not_taken_over(
    session: Session, people: People, at: datetime, become: Callable[[Actor], Actor]
):
    a_deadline(session, people, at=at)
    theirs = DeadlineSubject("lot", "LO-1", people.foreign.id, lot_id=1)
    become(people.foreign_officer)
    with pytest.raises(Conflict, match="Another office"):
        set_deadline(
            session, people.foreign_officer, "reduction_decision_due", FAILED_ON, theirs, at=at
        )


def test_the_database_hides_a_foreign_office_s_deadline_too(
    session: Session, people: People, at: datetime
):
    a_deadline(session, people, at=at)
    act_as(session, people.foreign_officer)
    assert session.scalar(select(func.count()).select_from(Deadline)) == 0
    act_as(session, people.officer)
    assert session.scalar(select(func.count()).select_from(Deadline)) == 1


def test_an_act_meets_the_open_deadlines_of_its_subject(
    session: Session, people: People, at: datetime
):
    a_deadline(session, people, at=at)
    a_deadline(session, people, "LO-2", at=at)
    lot = the_lot(people)
    done = {"met_on": FAILED_ON, "at": at}
    key = "reduction_decision_due"
    assert meet_by_act(session, people.foreign_officer, key, lot, **done) == 0
    assert meet_by_act(session, people.officer, key, lot, **done) == 1
    assert meet_by_act(session, people.officer, key, lot, **done) == 0
    left = list_open_deadlines(session, people.officer).items
    assert [row.subject_ref for row in left] == ["LO-2"]
    assert [row.met_on for row in deadlines_of(session, people.officer, "lot", "LO-1")] == [
        FAILED_ON
    ]


def test_open_deadlines_come_most_urgent_first_and_page_by_page(
    session: Session, people: People, at: datetime
):
    for number in range(7):
        on = FAILED_ON - timedelta(days=number % 3)
        a_deadline(session, people, f"LO-{number}", on=on, at=at)
    whole = list_open_deadlines(session, people.officer).items
    assert [row.due_on for row in whole] == sorted(row.due_on for row in whole)
    paged, cursor = [], None
    while True:
        page = list_open_deadlines(session, people.officer, cursor=cursor, size=2)
        paged += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert len(whole) == 7
    assert list_open_deadlines(session, people.foreign_officer).items == []
    assert len(list_open_deadlines(session, people.inspector).items) == 7


def test_a_list_can_end_with_a_day_and_overdue_ones_are_counted(
    session: Session, people: People, at: datetime
):
    a_deadline(session, people, at=at)
    a_deadline(session, people, "LO-2", on=date(2026, 11, 19), at=at)
    until = list_open_deadlines(session, people.officer, until=date(2026, 9, 9)).items
    assert [row.subject_ref for row in until] == ["LO-1"]
    assert count_overdue(session, people.officer, date(2026, 9, 9)) == 0
    assert count_overdue(session, people.officer, date(2026, 9, 10)) == 1
    assert count_overdue(session, people.foreign_officer, date(2026, 9, 10)) == 0


def test_a_list_link_that_was_tampered_with_is_refused(session: Session, people: People):
    with pytest.raises(Invalid):
        list_open_deadlines(session, people.officer, cursor="WyJub3QgYSBkYXkiLDFd")


REFUSED = [
    ("UPDATE deadline SET due_on = due_on + 30", "permission denied"),
    ("DELETE FROM deadline", "permission denied"),
    ("UPDATE deadline SET met_on = NULL, met_at = NULL", "only met"),
]


@pytest.mark.parametrize(("statement", "reason"), REFUSED)
def test_the_database_refuses_to_move_or_remove_a_deadline(
    session: Session, people: People, at: datetime, statement: str, reason: str
):
    set_one = a_deadline(session, people, at=at, key=BY_HAND)
    meet_deadline(session, people.officer, set_one.id, at=at)
    with pytest.raises(ProgrammingError, match=reason):
        session.execute(text(statement))


def audited(session: Session, code: str) -> int:
    statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.code == code)
    return session.scalar(statement) or 0
