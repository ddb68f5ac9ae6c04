"""Holds: which acts they stop, how long each kind lasts, who opens and ends them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.holds.commands import end_overdue
from auction.holds.jobs import due_holds
from auction.holds.models import Hold
from auction.holds.queries import first_stopping, get_hold, list_holds, refuse_on_hold
from auction.holds.rules import (
    EndReason,
    HoldEnded,
    HoldEndUnfit,
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
from tests.auction.held import AFTER_LUNCH, a_limit
from tests.make.auction import make_asset, make_formed_lot, new_round
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People


@pytest.fixture
def asset(session: Session, people: People) -> Asset:
    return make_asset(session, people.office)


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
    with pytest.raises(RuleUnknown, match="harvest"):
        make_hold(
            session,
            people.officer,
            HoldKind.HARVEST,
            asset.reference,
            date(2026, 6, 30),
            until=date(2026, 12, 31),
            at=at,
        )


@pytest.mark.parametrize("kind", [HoldKind.COMPLAINT, HoldKind.PROCURACY_PROTEST])
@pytest.mark.parametrize("law", ["PA16 Art. 47", "L25 Art. 84(1)"])
def test_an_auction_is_paused_for_a_complaint_or_a_protest_under_either_law(
    session: Session, people: People, asset: Asset, at: datetime, kind: HoldKind, law: str
) -> None:
    since = date(2026, 6, 30) if law.startswith("PA16") else date(2026, 7, 1)
    hold = make_hold(session, people.officer, kind, asset.reference, since, at=at)
    assert hold.article.startswith(law)
    with pytest.raises(OnHold) as refusal:
        refuse_on_hold(session, [asset.id], Stopped.AUCTION)
    assert refusal.value.article == hold.article
    refuse_on_hold(session, [asset.id], Stopped.CONTRACT)


def test_a_hold_is_ended_once_and_not_before_it_began(
    session: Session, people: People, asset: Asset, at: datetime
) -> None:
    hold = make_hold(session, people.officer, HoldKind.SUSPENSION, asset.reference, at=at)
    with pytest.raises(HoldIncomplete):
        finish_hold(session, people.officer, hold, date(2026, 11, 1), at=at)
    finish_hold(session, people.officer, hold, date(2026, 11, 20), at=at)
    with pytest.raises(HoldEnded):
        finish_hold(session, people.officer, hold, date(2026, 11, 21), at=at)


@pytest.mark.parametrize(
    ("kind", "reason", "field"),
    [
        (HoldKind.DISPUTE, EndReason.NOBODY_ACTED, "ended_on"),
        (HoldKind.SHARE_UNKNOWN, EndReason.NOBODY_ACTED, "ended_on"),
        (HoldKind.SHAM_TRANSFER, EndReason.LONGEST_REACHED, "ended_on"),
        (HoldKind.COMPLAINT, EndReason.NOBODY_ACTED, "reason"),
        (HoldKind.PROCURACY_PROTEST, EndReason.LONGEST_REACHED, "reason"),
        (HoldKind.SUSPENSION, EndReason.COURT_ACCEPTED, "reason"),
        (HoldKind.FORCE_MAJEURE, EndReason.WITHDRAWN, "reason"),
    ],
)
def test_a_hold_ends_for_a_reason_that_fits_it_and_its_time_runs_to_its_end(
    session: Session,
    people: People,
    asset: Asset,
    at: datetime,
    kind: HoldKind,
    reason: EndReason,
    field: str,
) -> None:
    """Nobody sued in time only after that time (L25 Art. 39); before, that the ground is gone."""
    hold = make_hold(session, people.officer, kind, asset.reference, date(2026, 11, 20), at=at)
    with pytest.raises(HoldEndUnfit) as refused:
        finish_hold(session, people.officer, hold, at.date(), reason, at=at)
    assert set(refused.value.fields) == {field}
    assert refused.value.article == hold.article
    if hold.longest_until is not None:
        after = at + (hold.longest_until - at.date())
        with pytest.raises(HoldEndUnfit):
            finish_hold(session, people.officer, hold, hold.longest_until, reason, at=after)
        after += timedelta(days=1)
        finish_hold(session, people.officer, hold, hold.longest_until, reason, at=after)
    else:
        finish_hold(session, people.officer, hold, at.date(), at=at)


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
