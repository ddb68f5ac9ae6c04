"""Open dates after a change of the days off: shown first, moved by an act only."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from auction.deadlines.commands import extend_deadline, meet_by_act, set_deadline, void_deadlines
from auction.deadlines.jobs import due_recounts, recount
from auction.deadlines.queries import deadlines_of, get_deadline
from auction.deadlines.recounting import carry_out, find_last, order_recount, preview, recounter
from auction.deadlines.rules import MoveReason, NothingToMove, RecountRuns
from auction.deadlines.schemas import DaysOffChange, DeadlineSubject, NamedDay
from auction.deadlines.single_moves import Wanted, list_date_moves, list_moved
from auction.holds.rules import HoldKind
from auction.legal_rules.calendars import DaysOff, enter_calendar, proposed
from auction.legal_rules.queries import rule_on
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden, Invalid, NotFound
from tests.auction.limits import DUE_ON, STARTED_ON, a_limit, same
from tests.make.auction import make_asset
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

A_DAY_MORE = DaysOff(
    source="Thông báo 99/TB-BNV", off={date(2026, 11, 26): "Nghỉ bù"}, exchanged={}, back=()
)


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


def test_what_is_done_void_granted_or_stands_still_is_not_moved(
    session: Session, people: People, at: datetime
) -> None:
    done, void, granted = (a_limit(session, people, f"LO-{n}", at=at) for n in range(3))
    asset = make_asset(session, people.office)
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    still = set_deadline(
        session, people.officer, "valuation_contract_due", STARTED_ON, about, at=at
    )
    met, gone = (DeadlineSubject("lot", f"LO-{n}", people.office.id, lot_id=1) for n in range(2))
    meet_by_act(session, people.officer, done.rule_key, met, met_on=at.date(), at=at)
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
