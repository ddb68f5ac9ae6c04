"""Open dates after a change of the days off or of a rule: shown first, moved by an act only."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from auction.deadlines.commands import extend_deadline, meet_deadline, set_deadline, void_deadlines
from auction.deadlines.jobs import due_recounts, recount
from auction.deadlines.models import Deadline
from auction.deadlines.queries import deadlines_of, get_deadline
from auction.deadlines.recounting import (
    carry_out,
    find_last,
    order_recount,
    preview,
    preview_draft,
    recounter,
)
from auction.deadlines.rules import (
    DeadlineState,
    MoveReason,
    NotATimeLimit,
    NothingToMove,
    NotOpen,
    RecountRuns,
    TooLong,
)
from auction.deadlines.schemas import DaysOffChange, DeadlineOut, DeadlineSubject, NamedDay
from auction.deadlines.single_moves import Wanted, list_date_moves, list_moved
from auction.holds.rules import HoldKind
from auction.legal_rules.calendars import DaysOff, enter_calendar, proposed
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.queries import rule_on
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.jobs import Transactions
from tests.make.auction import make_asset
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

STARTED_ON = date(2026, 11, 19)
DUE_ON = date(2026, 11, 27)
"""Five working days later: a weekend and the Cultural Day of the 24th do not count."""
A_DAY_MORE = DaysOff(
    source="Thông báo 99/TB-BNV", off={date(2026, 11, 26): "Nghỉ bù"}, exchanged={}, back=()
)


def a_limit(
    session: Session,
    people: People,
    ref: str,
    *,
    at: datetime,
    key: str = "reduction_decision_due",
    **said: Any,
) -> DeadlineOut:
    about = DeadlineSubject("lot", ref, people.office.id, lot_id=said.get("lot_id", 1))
    return set_deadline(session, people.officer, key, STARTED_ON, about, at=at)


def same(session: Session) -> Transactions:
    """Transactions that are parts of the test's own."""

    def open_one() -> AbstractContextManager[Session]:
        session.flush()
        return nullcontext(session)

    return open_one


def test_a_newer_list_of_days_off_shows_its_moves_and_moves_nothing_by_itself(
    session: Session, people: People, at: datetime
) -> None:
    for number in range(3):
        a_limit(session, people, f"LO-{number}", at=at)
    a_limit(session, people, "LO-9", at=at, key="pay_due")
    assert preview(session, people.head).offices == ()
    enter_calendar(session, people.administrator, A_DAY_MORE, at=at)
    shown = preview(session, people.head)
    (office,) = shown.offices
    assert (office.office, office.later, office.earlier, office.most_days) == (
        people.office.name,
        3,
        0,
        3,
    )
    assert (shown.later, shown.same, shown.source) == (3, 1, "Thông báo 99/TB-BNV")
    assert [(rule.key, rule.later) for rule in shown.rules] == [
        ("reduction_decision_due", 3),
        ("pay_due", 0),
    ]
    (row,) = deadlines_of(session, people.officer, "lot", "LO-1")
    assert (row.due_on, row.moves) == (DUE_ON, ())
    assert preview(session, people.foreign_officer).offices == ()


def test_a_list_somebody_proposes_is_shown_without_being_entered(
    session: Session, people: People, at: datetime
) -> None:
    a_limit(session, people, "LO-1", at=at)
    days = proposed(session, A_DAY_MORE)
    shown = preview(session, people.administrator, recounter(session, days))
    assert (shown.calendar_id, shown.later) == (None, 1)
    assert preview(session, people.administrator).later == 0


def test_an_ordered_move_writes_every_move_with_its_reason(
    session: Session, people: People, at: datetime
) -> None:
    limit = a_limit(session, people, "LO-1", at=at)
    unmoved = a_limit(session, people, "LO-2", at=at, key="pay_due")
    enter_calendar(session, people.administrator, A_DAY_MORE, at=at)
    order_recount(session, people.administrator, "Thông báo 99/TB-BNV", at=at)
    (key,) = due_recounts(session, at)
    with pytest.raises(RecountRuns):
        order_recount(session, people.administrator, "again", at=at)
    recount(same(session), key, at)
    assert due_recounts(session, at) == []
    session.expire_all()
    moved = get_deadline(session, people.officer, limit.id)
    assert moved.due_on == date(2026, 11, 30)
    (move,) = moved.moves
    assert (move.why, move.old_due_on, move.new_due_on) == (
        MoveReason.CALENDAR,
        DUE_ON,
        moved.due_on,
    )
    assert move.document == "Thông báo 99/TB-BNV"
    assert "26 Nov (Nghỉ bù)" in moved.why.en
    assert get_deadline(session, people.officer, unmoved.id).moves == ()
    done = find_last(session)
    assert done is not None
    assert (done.seen, done.moved) == (2, 1)
    with pytest.raises(NothingToMove):
        order_recount(session, people.administrator, "again", at=at)


def test_a_move_that_was_interrupted_goes_on_where_it_was(
    session: Session, people: People, at: datetime
) -> None:
    for number in range(5):
        a_limit(session, people, f"LO-{number}", at=at)
    enter_calendar(session, people.administrator, A_DAY_MORE, at=at)
    order = order_recount(session, people.administrator, "99/TB-BNV", at=at)
    session.flush()

    class Stopped(Exception):
        """The machine."""

    turns = iter([1, 1])

    def two_batches() -> AbstractContextManager[Session]:
        if next(turns, None) is None:
            raise Stopped
        return nullcontext(session)

    with pytest.raises(Stopped):
        carry_out(two_batches, SYSTEM, order.id, at=at, size=2)
    session.refresh(order)
    assert (order.seen, order.finished_at) == (4, None)
    carry_out(same(session), SYSTEM, order.id, at=at, size=2)
    session.refresh(order)
    assert (order.seen, order.moved, order.finished_at) == (5, 5, at)


def test_a_changed_rule_moves_the_limits_that_began_while_it_is_in_force(
    session: Session, people: People, at: datetime
) -> None:
    limit = a_limit(session, people, "LO-1", at=at)
    old = rule_on(session, "reduction_decision_due", STARTED_ON)
    before = set_deadline(
        session,
        people.officer,
        "setoff_creditor_pay",
        STARTED_ON,
        DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1),
        at=at,
    )
    change_rule(session, old.id or 0, value=7, at=at)
    shown = preview(session, people.head)
    assert [(rule.key, rule.later, rule.most_days) for rule in shown.rules] == [
        ("reduction_decision_due", 1, 4)
    ]
    order = order_recount(session, people.administrator, "Luật mới", at=at)
    carry_out(same(session), SYSTEM, order.id, at=at)
    moved = get_deadline(session, people.officer, limit.id)
    assert (moved.due_on, moved.moves[0].why) == (date(2026, 12, 1), MoveReason.RULE)
    assert moved.why.en.startswith("7 working days after")
    assert get_deadline(session, people.officer, before.id).moves == ()


def change_rule(session: Session, rule_id: int, *, value: int, at: datetime) -> None:
    """Another value of the same row, as a newer set brings it."""
    made = RuleSet(digest=f"test {value}", loaded_at=at)
    session.add(made)
    session.flush()
    session.execute(update(LegalRule).where(LegalRule.id == rule_id).values(retired_set_id=made.id))
    row = session.execute(select(LegalRule.__table__).where(LegalRule.id == rule_id)).mappings()
    said = {**row.one(), "value": value, "added_set_id": made.id, "retired_set_id": None}
    del said["id"]
    session.execute(insert(LegalRule).values(said))


def test_a_draft_of_a_rule_shows_what_it_would_move_before_anybody_approves_it(
    session: Session, people: People, at: datetime
) -> None:
    limit = a_limit(session, people, "LO-1", at=at)
    a_limit(session, people, "LO-1", at=at, key="pay_due")
    old = rule_on(session, "reduction_decision_due", STARTED_ON)
    draft = replace(old, id=None, value=3, valid_from=date(2026, 11, 1))
    shown = preview_draft(session, people.head, draft)
    assert (shown.earlier, shown.later, shown.same) == (1, 0, 0)
    assert [rule.key for rule in shown.rules] == ["reduction_decision_due"]
    later = replace(draft, valid_from=date(2026, 12, 1))
    assert preview_draft(session, people.head, later).earlier == 0
    assert preview(session, people.head).offices == ()
    assert get_deadline(session, people.officer, limit.id).due_on == limit.due_on
    with pytest.raises(NotATimeLimit):
        preview_draft(session, people.head, rule_on(session, "floor_test", STARTED_ON))


def test_a_row_that_is_closed_and_says_the_same_moves_nothing(
    session: Session, people: People, at: datetime
) -> None:
    limit = a_limit(session, people, "LO-1", at=at)
    old = rule_on(session, "reduction_decision_due", STARTED_ON)
    change_rule(session, old.id or 0, value=5, at=at)
    order = order_recount(session, people.administrator, "Luật mới", at=at)
    carry_out(same(session), SYSTEM, order.id, at=at)
    session.expire_all()
    stored = session.get_one(Deadline, limit.id)
    assert stored.rule_id != old.id
    assert get_deadline(session, people.officer, limit.id).moves == ()


def test_what_is_done_void_granted_or_stands_still_is_not_moved(
    session: Session, people: People, at: datetime
) -> None:
    done, void, granted = (a_limit(session, people, f"LO-{n}", at=at) for n in range(3))
    asset = make_asset(session, people.office)
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    still = set_deadline(
        session, people.officer, "valuation_contract_due", STARTED_ON, about, at=at
    )
    meet_deadline(session, people.officer, done.id, at.date(), at=at)
    gone = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    void_deadlines(
        session, people.officer, gone, "reduction_decision_due", at=at, why="Đã bán được"
    )
    longer = rule_on(session, "delivery_due", STARTED_ON)
    extend_deadline(
        session, people.officer, granted.id, date(2026, 12, 7), longer, document="5/QĐ", at=at
    )
    hold = make_hold(
        session,
        people.officer,
        HoldKind.SUSPENSION,
        asset.reference,
        date(2026, 11, 20),
        at=at,
    )
    enter_calendar(session, people.administrator, A_DAY_MORE, at=at)
    assert preview(session, people.head).later == 0
    finish_hold(session, people.officer, hold, date(2026, 11, 22), at=at)
    dates = {
        one.id: get_deadline(session, people.officer, one.id).due_on
        for one in (done, void, granted, still)
    }
    assert dates == {
        done.id: DUE_ON,
        void.id: DUE_ON,
        granted.id: date(2026, 12, 7),
        still.id: date(2026, 12, 1),
    }


def test_a_limit_is_extended_as_far_as_a_rule_allows_and_not_once_it_is_met(
    session: Session, people: People, at: datetime
) -> None:
    about = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    limit = set_deadline(session, people.officer, "pay_due", STARTED_ON, about, at=at)
    agreed = rule_on(session, "pay_due", STARTED_ON, "agreed")

    def extend(until: date) -> DeadlineOut:
        return extend_deadline(
            session, people.officer, limit.id, until, agreed, document="2/BB-TT", at=at
        )

    for until in (limit.due_on, date(2027, 1, 19)):
        with pytest.raises(TooLong, match="pay_due") as refusal:
            extend(until)
        assert refusal.value.article == "D152/26 Art. 65(1)"
    extended = extend(date(2027, 1, 15))
    assert (extended.due_on, extended.moves[0].why) == (date(2027, 1, 15), MoveReason.EXTENSION)
    assert "extended to 15 Jan 2027: 2/BB-TT (Decree 152/2026" in extended.why.en
    meet_deadline(session, people.officer, limit.id, at.date(), at=at)
    with pytest.raises(NotOpen):
        extend(date(2027, 1, 18))


def test_a_limit_whose_ground_fell_away_is_void_and_stays_so(
    session: Session, people: People, at: datetime
) -> None:
    limit = a_limit(session, people, "LO-1", at=at)
    about = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    gone: dict[str, Any] = {"at": at, "why": "Người phải thi hành án đã nộp đủ tiền"}
    keys = ["reduction_decision_due", "pay_due"]
    assert void_deadlines(session, people.foreign_officer, about, keys, **gone) == 0
    assert void_deadlines(session, people.officer, about, keys, **gone) == 1
    assert void_deadlines(session, people.officer, about, keys, **gone) == 0
    seen = get_deadline(session, people.officer, limit.id, today=date(2027, 1, 1))
    assert (seen.state, seen.voided_why) == (DeadlineState.VOID, gone["why"])
    with pytest.raises(NotOpen):
        meet_deadline(session, people.officer, limit.id, at=at)


WRONG = [
    (DaysOff(source="x", off={}, exchanged={}, back=()), "off"),
    (DaysOff(source="x", off={date(2090, 1, 1): "?"}, exchanged={}, back=()), "off"),
    (
        DaysOff(source="x", off={}, exchanged={date(2026, 12, 4): date(2026, 12, 8)}, back=()),
        "exchanged",
    ),
    (DaysOff(source="x", off={}, exchanged={}, back=(date(2026, 12, 4),)), "back"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_list_of_days_off_that_cannot_be_is_refused(
    session: Session, people: People, at: datetime, change: DaysOff, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        enter_calendar(session, people.administrator, change, at=at)
    assert field in refusal.value.fields


def test_an_exchanged_day_is_off_and_its_saturday_worked(
    session: Session, people: People, at: datetime
) -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    change = DaysOff(source="x", off={}, exchanged={monday: saturday}, back=())
    days = proposed(session, change)
    assert days.why_off(saturday) is None
    assert days.why_off(monday) is not None
    back = DaysOff(source="x", off={}, exchanged={}, back=(date(2026, 11, 24),))
    assert proposed(session, back).why_off(date(2026, 11, 24)) is None


def test_only_the_administrator_enters_a_list_and_orders_the_move(
    session: Session, people: People, at: datetime
) -> None:
    for actor in (people.officer, people.head, people.inspector):
        with pytest.raises(Forbidden):
            enter_calendar(session, actor, A_DAY_MORE, at=at)
        with pytest.raises(Forbidden):
            order_recount(session, actor, "x", at=at)


def test_showing_the_moves_takes_a_fixed_number_of_statements(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    counts = []
    for turn in range(2):
        for number in range(4):
            a_limit(session, people, f"LO-{turn}{number}", at=at)
        newer = DaysOff(source=f"{turn}", off={DUE_ON: "Nghỉ"}, exchanged={}, back=())
        enter_calendar(session, people.administrator, newer, at=at)
        del statements[:]
        preview(session, people.inspector)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_warning_days_follow_the_unit_of_the_limit(
    session: Session, people: People, at: datetime
) -> None:
    limits = {
        "reduction_decision_due": (date(2026, 11, 26), DUE_ON),
        "pay_due": (date(2026, 12, 16), date(2026, 12, 21)),
        "reverify_not_enforceable": (date(2027, 5, 5), date(2027, 5, 19)),
    }
    for key, (warn_on, due_on) in limits.items():
        made = a_limit(session, people, "LO-1", at=at, key=key)
        assert (made.warn_on, made.due_on) == (warn_on, due_on), key
    stored = session.scalars(select(Deadline.warn_on)).all()
    assert len(stored) == len(limits)


def test_the_single_dates_a_list_would_move_are_named_with_their_new_day_page_after_page(
    session: Session, people: People, at: datetime
) -> None:
    for number in range(3):
        a_limit(session, people, f"LO-{number}", at=at)
    a_limit(session, people, "LO-9", at=at, key="pay_due")
    change = DaysOffChange(source=A_DAY_MORE.source, off=(NamedDay(date(2026, 11, 26), "Nghỉ bù"),))
    wanted = Wanted(change=change)
    first = list_date_moves(session, people.officer, wanted, size=2)
    second = list_date_moves(session, people.officer, wanted, size=2, cursor=first.next_cursor)
    rows = [*first.items, *second.items]
    assert [row.subject_ref for row in rows] == ["LO-0", "LO-1", "LO-2"]
    assert second.next_cursor is None
    row = rows[0]
    assert (row.old_due_on, row.new_due_on) == (DUE_ON, date(2026, 11, 30))
    assert "26 Nov (Nghỉ bù)" in row.why.en
    assert row.rule_key == "reduction_decision_due"
    assert list_date_moves(session, people.foreign_officer, wanted).items == []
    assert list_date_moves(session, people.administrator, wanted).items == []
    assert list_date_moves(session, people.officer).items == [], "nothing was entered"


def test_the_single_dates_a_draft_would_move_and_no_others(
    session: Session, people: People, at: datetime
) -> None:
    a_limit(session, people, "LO-1", at=at)
    a_limit(session, people, "LO-2", at=at, key="failure_notice_to_parties")
    rule = rule_on(session, "reduction_decision_due", STARTED_ON)
    draft = replace(rule, id=None, value=Decimal(7), article="L25 Art. 83(3) sửa đổi")
    (row,) = list_date_moves(session, people.officer, Wanted(draft=draft)).items
    assert (row.subject_ref, row.new_due_on) == ("LO-1", date(2026, 12, 1))
    assert "7 working days" in row.why.en
    share = rule_on(session, "max_reduction_pct", STARTED_ON)
    with pytest.raises(NotATimeLimit):
        list_date_moves(session, people.officer, Wanted(draft=share))


def test_after_the_move_the_order_says_what_it_moved(
    session: Session, people: People, at: datetime
) -> None:
    for number in range(3):
        a_limit(session, people, f"LO-{number}", at=at)
    a_limit(session, people, "LO-9", at=at, key="pay_due")
    enter_calendar(session, people.administrator, A_DAY_MORE, at=at)
    made = order_recount(session, people.administrator, "Thông báo 99/TB-BNV", at=at)
    would = list_date_moves(session, people.officer).items
    carry_out(same(session), SYSTEM, made.id, at=at)
    session.expire_all()
    first = list_moved(session, people.officer, made.id, size=2)
    rest = list_moved(session, people.officer, made.id, size=2, cursor=first.next_cursor)
    did = [*first.items, *rest.items]
    told, foretold = (
        {row.deadline_id: (row.old_due_on, row.new_due_on, row.why) for row in rows}
        for rows in (did, would)
    )
    assert told == foretold
    assert len(did) == 3
    assert list_moved(session, people.foreign_officer, made.id).items == []
    with pytest.raises(NotFound):
        list_moved(session, people.officer, made.id + 1)


def test_a_page_of_single_dates_takes_as_many_statements_for_few_as_for_many(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    days = DaysOffChange(source="99/TB", off=(NamedDay(date(2026, 11, 26), "Nghỉ bù"),))
    taken = []
    for count in (1, 12):
        for number in range(count):
            a_limit(session, people, f"LO-{count}-{number}", at=at)
        statements.clear()
        assert list_date_moves(session, people.officer, Wanted(change=days)).items
        taken.append(len(statements))
    assert taken[0] == taken[1]
