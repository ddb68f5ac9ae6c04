"""What a hold does to the limits of the law: they stand still, and go on with what was left."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.queries import count_overdue, deadlines_of, get_deadline
from auction.deadlines.rules import DeadlineState, MoveReason
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import get_hold
from auction.holds.rules import HoldKind, HoldSubject
from auction.legal_rules.rules import RuleUnknown
from inventory.assets.models import Asset
from tests.auction.held import AFTER_LUNCH, a_limit
from tests.make.auction import make_asset, make_lot
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People


@pytest.fixture
def asset(session: Session, people: People) -> Asset:
    return make_asset(session, people.office)


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
