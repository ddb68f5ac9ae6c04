"""Open dates after a change of a rule, by a newer set or a draft; and what moves a single one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from auction.deadlines.commands import extend_deadline, meet_by_act, set_deadline, void_deadlines
from auction.deadlines.models import Deadline
from auction.deadlines.queries import get_deadline
from auction.deadlines.recounting import carry_out, order_recount, preview, preview_draft
from auction.deadlines.rules import DeadlineState, MoveReason, NotATimeLimit, NotOpen, TooLong
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from auction.deadlines.single_moves import Wanted, list_date_moves
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.queries import rule_on
from inventory.base.actor import SYSTEM
from tests.auction.limits import DUE_ON, STARTED_ON, a_limit, same
from tests.make.organisation import People


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
    meet_by_act(session, people.officer, "pay_due", about, met_on=at.date(), at=at)
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
    assert meet_by_act(session, people.officer, keys, about, met_on=at.date(), at=at) == 0


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
