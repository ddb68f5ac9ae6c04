"""Holds: what they stop, for how long, and how what they stopped goes on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.queries import count_overdue, deadlines_of, get_deadline
from auction.deadlines.rules import DeadlineState, MoveReason
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from auction.holds.commands import end_overdue
from auction.holds.jobs import due_holds
from auction.holds.models import Hold
from auction.holds.queries import (
    first_stopping,
    get_hold,
    list_holds,
    refuse_on_hold,
)
from auction.holds.rules import (
    EndReason,
    HoldEnded,
    HoldIncomplete,
    HoldIsOpen,
    HoldKind,
    HoldOnlyOnce,
    HoldSubject,
    HoldTooLong,
    OnHold,
    Stopped,
)
from auction.legal_rules.rules import RuleUnknown
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, NotFound
from service.database import act_as
from tests.make.auction import make_asset, make_formed_lot, make_lot, new_round
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

AFTER_LUNCH = datetime(2026, 9, 1, 8, tzinfo=UTC)
"""A hold of July is recorded, ended and looked at from here."""


@pytest.fixture
def asset(session: Session, people: People) -> Asset:
    return make_asset(session, people.office)


def a_limit(
    session: Session, people: People, asset: Asset, on: date, key: str = "valuation_contract_due"
) -> DeadlineOut:
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    return set_deadline(session, people.officer, key, on, about, at=AFTER_LUNCH)


STOOD_STILL = [
    # key, event, hold from, to, due before, due after
    (
        "valuation_contract_due",
        "2026-07-02",
        "2026-07-03",
        "2026-07-10",
        "2026-07-09",
        "2026-07-17",
    ),
    (
        "valuation_contract_due",
        "2026-07-02",
        "2026-07-09",
        "2026-07-31",
        "2026-07-09",
        "2026-08-03",
    ),
    (
        "valuation_contract_due",
        "2026-07-02",
        "2026-07-06",
        "2026-07-06",
        "2026-07-09",
        "2026-07-10",
    ),
    (
        "provisional_to_coercion",
        "2026-07-01",
        "2026-07-10",
        "2026-07-20",
        "2026-07-13",
        "2026-07-22",
    ),
    ("auction_hold_due", "2026-07-01", "2026-07-11", "2026-07-20", "2026-07-31", "2026-08-10"),
    ("reverify_not_enforceable", "2026-03-02", "2026-07-11", "2026-07-20", "", ""),
    (
        "reverify_not_enforceable",
        "2026-07-01",
        "2026-07-11",
        "2026-08-09",
        "2027-01-04",
        "2027-02-01",
    ),
    ("unclaimed_to_state", "2026-07-01", "2026-07-11", "2026-07-20", "2031-07-01", "2031-07-11"),
]


@pytest.mark.parametrize(("key", "event", "first", "last", "before", "after"), STOOD_STILL)
def test_what_was_left_of_a_limit_goes_on_after_the_hold(
    session: Session,
    people: People,
    asset: Asset,
    *,
    key: str,
    event: str,
    first: str,
    last: str,
    before: str,
    after: str,
) -> None:
    if not before:
        with pytest.raises(RuleUnknown):
            a_limit(session, people, asset, date.fromisoformat(event), key)
        return
    about = DeadlineSubject("asset", asset.reference, people.office.id, asset_id=asset.id)
    scope = "movable" if key == "auction_hold_due" else None
    limit = set_deadline(
        session,
        people.officer,
        key,
        date.fromisoformat(event),
        about,
        at=AFTER_LUNCH,
        scope=scope,
    )
    assert limit.due_on == date.fromisoformat(before)
    hold = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        date.fromisoformat(first),
        at=AFTER_LUNCH,
    )
    paused = get_deadline(session, people.officer, limit.id, today=date(2026, 8, 31))
    assert paused.state is DeadlineState.PAUSED
    finish_hold(session, people.officer, hold, date.fromisoformat(last), at=AFTER_LUNCH)
    moved = get_deadline(session, people.officer, limit.id)
    assert moved.due_on == date.fromisoformat(after)
    assert [(move.why, move.new_due_on) for move in moved.moves] == [
        (MoveReason.PAUSE, None),
        (MoveReason.RESUME, moved.due_on),
    ]
    assert moved.moves[1].document == "31/QĐ-CCTHADS"


def test_why_a_limit_ends_on_its_day_is_said_in_one_line(
    session: Session, people: People, asset: Asset
) -> None:
    limit = a_limit(session, people, asset, date(2026, 7, 2))
    hold = make_hold(
        session,
        people.officer,
        HoldKind.DISPUTE,
        asset.reference,
        date(2026, 7, 8),
        at=AFTER_LUNCH,
    )
    finish_hold(session, people.officer, hold, date(2026, 7, 20), at=AFTER_LUNCH)
    why = get_deadline(session, people.officer, limit.id).why
    assert why.en == (
        "5 working days after the seizure of 2 Jul 2026 (L25 Art. 82(1)a);"
        " skipped 4 Jul (Saturday), 5 Jul (Sunday);"
        " stood still 8–20 Jul 2026 (dispute over ownership)"
    )
    assert why.vi == (
        "5 ngày làm việc kể từ ngày kê biên 02/07/2026 (điểm a khoản 1 Điều 82 Luật Thi hành án"
        " dân sự số 106/2025/QH15); không tính 4/7 (Thứ Bảy), 5/7 (Chủ nhật);"
        " tạm dừng từ 08/07/2026 đến 20/07/2026 (tranh chấp quyền sở hữu)"
    )


def test_two_holds_at_once_let_the_limit_go_on_when_the_last_one_ends(
    session: Session, people: People, asset: Asset
) -> None:
    limit = a_limit(session, people, asset, date(2026, 7, 2))
    first = make_hold(
        session, people.officer, HoldKind.DISPUTE, asset.reference, date(2026, 7, 3), at=AFTER_LUNCH
    )
    second = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        date(2026, 7, 6),
        at=AFTER_LUNCH,
    )
    finish_hold(session, people.officer, first, date(2026, 7, 8), at=AFTER_LUNCH)
    still = get_deadline(session, people.officer, limit.id, today=date(2026, 8, 31))
    assert (still.state, still.paused_on) == (DeadlineState.PAUSED, date(2026, 7, 6))
    finish_hold(session, people.officer, second, date(2026, 7, 10), at=AFTER_LUNCH)
    assert get_deadline(session, people.officer, limit.id).due_on == date(2026, 7, 17)


def test_a_limit_broken_before_the_hold_stays_broken(
    session: Session, people: People, asset: Asset
) -> None:
    limit = a_limit(session, people, asset, date(2026, 7, 2))
    make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        date(2026, 7, 10),
        at=AFTER_LUNCH,
    )
    seen = get_deadline(session, people.officer, limit.id, today=date(2026, 7, 15))
    assert (seen.state, seen.moves) == (DeadlineState.BREACHED, ())


def test_a_limit_that_begins_during_a_hold_stands_still_from_its_first_day(
    session: Session, people: People, asset: Asset
) -> None:
    hold = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        date(2026, 7, 6),
        at=AFTER_LUNCH,
    )
    limit = a_limit(session, people, asset, date(2026, 7, 8))
    assert limit.paused_on == date(2026, 7, 6)
    finish_hold(session, people.officer, hold, date(2026, 7, 20), at=AFTER_LUNCH)
    assert get_deadline(session, people.officer, limit.id).due_on == date(2026, 7, 27)


def test_the_limits_of_a_sale_and_those_of_the_hold_itself_go_on(
    session: Session, people: People, asset: Asset
) -> None:
    sale = a_limit(session, people, asset, date(2026, 8, 3), "delivery_due")
    make_hold(
        session,
        people.officer,
        HoldKind.SUSPENSION,
        asset.reference,
        date(2026, 8, 6),
        at=AFTER_LUNCH,
        money_held=True,
    )
    rows = deadlines_of(session, people.officer, "asset", asset.reference, today=date(2026, 8, 10))
    states = {row.rule_key: row.state for row in rows}
    assert states == {
        "delivery_due": DeadlineState.RUNNING,
        "hold_decision_due": DeadlineState.MET_IN_TIME,
        "money_deposit_on_suspension": DeadlineState.RUNNING,
    }
    assert get_deadline(session, people.officer, sale.id).due_on == sale.due_on


def test_force_majeure_excuses_delivery_and_moves_nothing(
    session: Session, people: People, asset: Asset
) -> None:
    late = a_limit(session, people, asset, date(2026, 7, 3), "delivery_due_agreement")
    other = a_limit(session, people, asset, date(2026, 7, 3))
    assert (late.due_on, other.due_on) == (date(2026, 7, 10), date(2026, 7, 10))
    hold = make_hold(
        session,
        people.officer,
        HoldKind.FORCE_MAJEURE,
        asset.reference,
        date(2026, 7, 9),
        at=AFTER_LUNCH,
    )
    assert count_overdue(session, people.officer, date(2026, 7, 13)) == 1
    finish_hold(session, people.officer, hold, date(2026, 7, 15), at=AFTER_LUNCH)
    excused = [
        get_deadline(session, people.officer, late.id, today=date(2026, 7, day)).state
        for day in (10, 17, 20)
    ]
    assert excused == [DeadlineState.DUE, DeadlineState.EXCUSED, DeadlineState.BREACHED]
    seen = get_deadline(session, people.officer, late.id)
    assert (seen.due_on, seen.excused_until) == (late.due_on, date(2026, 7, 17))
    assert seen.excused_proof == "Xác nhận của UBND xã về lũ lụt"
    not_excused = get_deadline(session, people.officer, other.id, today=date(2026, 7, 13))
    assert not_excused.state is DeadlineState.BREACHED


def test_a_hold_of_a_lot_or_of_an_asset_in_it_stops_the_lot_s_limits(
    session: Session, people: People, asset: Asset
) -> None:
    lot = make_lot(session, people.office, asset)
    about = DeadlineSubject("lot", lot.reference, people.office.id, lot_id=lot.id)
    limit = set_deadline(
        session,
        people.officer,
        "reduction_decision_due",
        date(2026, 7, 2),
        about,
        at=AFTER_LUNCH,
    )
    on_asset = make_hold(
        session,
        people.officer,
        HoldKind.COURT_ACCEPTED,
        asset.reference,
        date(2026, 7, 3),
        at=AFTER_LUNCH,
    )
    assert get_deadline(session, people.officer, limit.id).paused_on == date(2026, 7, 3)
    finish_hold(session, people.officer, on_asset, date(2026, 7, 3), at=AFTER_LUNCH)
    on_lot = make_hold(
        session,
        people.officer,
        HoldKind.COMPLAINT,
        lot.reference,
        date(2026, 7, 6),
        at=AFTER_LUNCH,
        subject_kind=HoldSubject.LOT,
    )
    assert get_deadline(session, people.officer, limit.id).paused_on == date(2026, 7, 6)
    assert get_hold(session, people.officer, on_lot.id).assets == (asset.reference,)


def test_a_hold_stops_the_acts_of_its_kind_and_names_article_paper_and_day(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    hold = make_hold(
        session,
        people.officer,
        HoldKind.COMPLAINT,
        lot.reference,
        at=at,
        subject_kind=HoldSubject.LOT,
        until=date(2026, 12, 31),
    )
    new = new_round(1_000_000_000, at + timedelta(days=30))
    with pytest.raises(OnHold, match="until 2026-12-31 at the latest") as refusal:
        schedule_round(session, people.officer, lot.reference, new, at=at)
    assert refusal.value.article == "L25 Art. 84(1)b"
    (reference,) = get_hold(session, people.officer, hold.id).assets
    asset_id = session.scalars(select(Asset.id).where(Asset.reference == reference)).one()
    assert first_stopping(session, [asset_id], Stopped.VALUATION) is None
    assert first_stopping(session, [asset_id], Stopped.AUCTION, on=date(2027, 1, 1)) is None
    finish_hold(session, people.officer, hold, at.date(), at=at)
    refuse_on_hold(session, [asset_id], Stopped.AUCTION)


def test_a_request_to_postpone_lasts_three_months_and_comes_once(
    session: Session, people: People, asset: Asset
) -> None:
    said = {
        "requested_at": datetime(2026, 7, 6, 1, tzinfo=UTC),
        "coercion_at": datetime(2026, 7, 7, 1, tzinfo=UTC),
    }

    def ask(**more: Any) -> Hold:
        return make_hold(
            session,
            people.officer,
            HoldKind.PROTEST_AUTHORITY,
            asset.reference,
            date(2026, 7, 6),
            at=AFTER_LUNCH,
            **{**said, **more},
        )

    with pytest.raises(HoldTooLong, match="2026-10-06"):
        ask(until=date(2026, 10, 7))
    hold = ask()
    assert (hold.binding, hold.longest_until) == (True, date(2026, 10, 6))
    with pytest.raises(HoldIsOpen):
        ask()
    finish_hold(session, people.officer, hold, date(2026, 8, 3), at=AFTER_LUNCH)
    with pytest.raises(HoldOnlyOnce, match="allows this once") as refusal:
        ask()
    assert refusal.value.article == "L25 Art. 46(2)"


@pytest.mark.parametrize(("hours", "binding"), [(24, True), (23.99, False), (None, True)])
def test_a_request_within_a_day_of_the_coercion_need_not_be_followed(
    session: Session, people: People, asset: Asset, hours: float | None, *, binding: bool
) -> None:
    asked = datetime(2026, 7, 6, 1, tzinfo=UTC)
    hold = make_hold(
        session,
        people.officer,
        HoldKind.PROTEST_AUTHORITY,
        asset.reference,
        date(2026, 7, 6),
        at=AFTER_LUNCH,
        requested_at=asked,
        coercion_at=None if hours is None else asked + timedelta(hours=hours),
    )
    assert hold.binding is binding


WAITED = [
    # kind, first day, the day on which the time to sue is over
    (HoldKind.DISPUTE, "2026-07-02", "2026-08-03"),
    (HoldKind.SHARE_UNKNOWN, "2026-07-02", "2026-08-03"),
    (HoldKind.SHARE_UNKNOWN, "2026-03-02", "2026-04-16"),
    (HoldKind.SHAM_TRANSFER, "2026-07-02", "2026-07-17"),
]


@pytest.mark.parametrize(("kind", "first", "last"), WAITED)
def test_a_hold_that_waits_for_a_suit_ends_by_itself_when_nobody_sued(
    session: Session, people: People, asset: Asset, kind: HoldKind, first: str, last: str
) -> None:
    over = date.fromisoformat(last)
    begun = date.fromisoformat(first)
    hold = make_hold(session, people.officer, kind, asset.reference, begun, at=AFTER_LUNCH)
    assert hold.longest_until == over
    on_last_day = datetime(over.year, over.month, over.day, 3, tzinfo=UTC)
    assert due_holds(session, on_last_day) == []
    next_day = on_last_day + timedelta(days=1)
    assert due_holds(session, next_day) == [str(hold.id)]
    for _twice in range(2):
        end_overdue(session, SYSTEM, hold.id, at=next_day)
    assert due_holds(session, next_day) == []
    ended = get_hold(session, people.officer, hold.id)
    assert (ended.ended_on, ended.end_reason) == (over, EndReason.LONGEST_REACHED)
    rows = deadlines_of(session, people.officer, "asset", asset.reference, today=next_day.date())
    states = {row.rule_key: row.state for row in rows}
    if begun >= date(2026, 7, 1):
        assert states["resume_after_hold"] in {DeadlineState.RUNNING, DeadlineState.WARN}


INCOMPLETE = [
    (HoldKind.HARVEST, {}, "until"),
    (HoldKind.FORCE_MAJEURE, {"proof": None}, "proof"),
    (HoldKind.COMPLAINT, {"authority": None}, "authority"),
    (HoldKind.PROTEST_AUTHORITY, {}, "requested_at"),
    (HoldKind.DISPUTE, {"started_on": date(2026, 12, 1)}, "started_on"),
    (HoldKind.DISPUTE, {"ground_on": date(2026, 11, 3)}, "started_on"),
    (HoldKind.DISPUTE, {"until": date(2026, 11, 1)}, "until"),
]


@pytest.mark.parametrize(("kind", "said", "field"), INCOMPLETE)
def test_a_hold_that_does_not_say_enough_is_refused_by_field(
    session: Session,
    people: People,
    asset: Asset,
    at: datetime,
    *,
    kind: HoldKind,
    said: dict[str, Any],
    field: str,
) -> None:
    with pytest.raises(HoldIncomplete) as refusal:
        make_hold(session, people.officer, kind, asset.reference, at=at, **said)
    assert field in refusal.value.fields


def test_a_kind_of_hold_the_old_law_does_not_know_is_refused_with_its_dates(
    session: Session, people: People, asset: Asset, at: datetime
) -> None:
    with pytest.raises(RuleUnknown, match="complaint"):
        make_hold(
            session,
            people.officer,
            HoldKind.COMPLAINT,
            asset.reference,
            date(2026, 6, 30),
            at=at,
        )


def test_a_hold_is_ended_once_and_not_before_it_began(
    session: Session, people: People, asset: Asset, at: datetime
) -> None:
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    with pytest.raises(HoldIncomplete):
        finish_hold(session, people.officer, hold, date(2026, 11, 1), at=at)
    finish_hold(session, people.officer, hold, date(2026, 11, 20), at=at)
    with pytest.raises(HoldEnded):
        finish_hold(session, people.officer, hold, date(2026, 11, 21), at=at)


def test_only_who_may_opens_and_ends_a_hold_and_a_foreign_one_is_unknown(
    session: Session, people: People, asset: Asset, at: datetime
) -> None:
    with pytest.raises(Forbidden):
        make_hold(session, people.keeper, HoldKind.SUSPENSION, asset.reference, at=at)
    with pytest.raises(NotFound):
        make_hold(session, people.foreign_officer, HoldKind.SUSPENSION, asset.reference, at=at)
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    with pytest.raises(Forbidden):
        finish_hold(session, people.keeper, hold, date(2026, 11, 20), at=at)
    with pytest.raises(NotFound, match="no such hold"):
        finish_hold(session, people.foreign_officer, hold, date(2026, 11, 20), at=at)
    assert list_holds(session, people.foreign_officer).items == []
    assert len(list_holds(session, people.inspector).items) == 1


def test_a_hold_goes_with_its_asset_to_another_office(
    session: Session,
    people: People,
    asset: Asset,
    at: datetime,
    become: Callable[[Actor], Actor],
) -> None:
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    asset.office_id = people.foreign.id
    officer = become(people.foreign_officer)
    with pytest.raises(OnHold):
        refuse_on_hold(session, [asset.id], Stopped.AUCTION)
    finish_hold(session, officer, hold, date(2026, 11, 20), at=at)


def test_the_database_hides_foreign_holds_and_moves_and_keeps_both(
    session: Session, people: People, asset: Asset
) -> None:
    a_limit(session, people, asset, date(2026, 7, 2))
    hold = make_hold(
        session,
        people.officer,
        HoldKind.SUSPENSION,
        asset.reference,
        date(2026, 7, 6),
        at=AFTER_LUNCH,
    )
    session.flush()
    act_as(session, people.foreign_officer)
    for table in (Hold, DeadlineMove, Deadline):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    act_as(session, people.officer)
    assert session.scalar(select(func.count()).select_from(DeadlineMove)) == 1
    finish_hold(session, people.officer, hold, date(2026, 7, 10), at=AFTER_LUNCH)
    session.flush()


REFUSED = [
    ("UPDATE hold SET started_on = started_on - 1", "permission denied"),
    ("UPDATE hold SET ended_on = NULL, ended_at = NULL, end_reason = NULL", "only ended"),
    ("DELETE FROM hold", "permission denied"),
    ("UPDATE deadline_move SET new_due_on = NULL", "permission denied"),
    ("INSERT INTO deadline_move (deadline_id) VALUES (1)", "permission denied"),
    ("UPDATE deadline SET paused_on = NULL", "permission denied"),
    ("UPDATE deadline SET still = '[]'", "permission denied"),
]


@pytest.mark.parametrize(("statement", "reason"), REFUSED)
def test_the_database_refuses_to_change_a_hold_or_a_move(
    session: Session, people: People, asset: Asset, at: datetime, statement: str, reason: str
) -> None:
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    finish_hold(session, people.officer, hold, date(2026, 11, 20), at=at)
    with pytest.raises(ProgrammingError, match=reason):
        session.execute(text(statement))


def test_a_list_of_holds_and_one_hold_take_a_fixed_number_of_statements(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    counts = []
    for _more in range(2):
        for _n in range(3):
            one = make_asset(session, people.office)
            a_limit(session, people, one, date(2026, 11, 18))
            hold = make_hold(session, people.officer, HoldKind.DISPUTE, one.reference, at=at)
        del statements[:]
        assert list_holds(session, people.officer, size=2).next_cursor
        get_hold(session, people.officer, hold.id)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_case_is_resumed_only_when_its_last_hold_is_over(
    session: Session, people: People, asset: Asset
) -> None:
    def hold(kind: HoldKind, on: date) -> Hold:
        return make_hold(session, people.officer, kind, asset.reference, on, at=AFTER_LUNCH)

    def resumed() -> list[tuple[date, DeadlineState | None]]:
        rows = deadlines_of(
            session, people.officer, "asset", asset.reference, today=date(2026, 7, 20)
        )
        return [(row.started_on, row.state) for row in rows if row.rule_key == "resume_after_hold"]

    first = hold(HoldKind.DISPUTE, date(2026, 7, 6))
    second = hold(HoldKind.COURT_ACCEPTED, date(2026, 7, 7))
    finish_hold(session, people.officer, first, date(2026, 7, 8), at=AFTER_LUNCH)
    assert resumed() == []
    finish_hold(session, people.officer, second, date(2026, 7, 10), at=AFTER_LUNCH)
    assert resumed() == [(date(2026, 7, 10), DeadlineState.BREACHED)]
    hold(HoldKind.SUSPENSION, date(2026, 7, 15))
    assert resumed() == [(date(2026, 7, 10), DeadlineState.VOID)]
