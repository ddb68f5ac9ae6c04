"""A limit is taken by the law of the day of its start event, whatever is done later (case 35)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline, set_limits
from auction.deadlines.queries import deadlines_of
from auction.deadlines.recounting import preview
from auction.deadlines.rules import DeadlineState
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.rules import RuleUnknown
from tests.make.organisation import People

AT = datetime(2026, 7, 3, 3, tzinfo=UTC)

BY_THE_DAY_OF_THE_EVENT = [
    # key, scope, event, due, article
    ("reduction_agreement_call", None, "2026-06-30", "2026-07-07", "L08 Art. 104(1)"),
    ("reduction_agreement_call", None, "2026-07-01", None, ""),
    ("reduction_decision_due", None, "2026-06-30", None, ""),
    ("reduction_decision_due", None, "2026-07-01", "2026-07-08", "L25 Art. 83(3)"),
    ("failure_notice_to_parties", None, "2026-06-30", None, ""),
    ("failure_notice_to_parties", None, "2026-07-01", "2026-07-03", "D152/26 Art. 65(6)"),
    ("reduction_decision_due_state_revenue", None, "2026-06-30", "2026-07-10", "L08 Art. 104(4)"),
    ("reduction_decision_due_state_revenue", None, "2026-07-01", None, ""),
    ("setoff_creditor_answer", None, "2026-06-30", "2026-07-10", "L08 Art. 104(2)"),
    ("setoff_creditor_answer", None, "2026-07-01", "2026-07-06", "D152/26 Art. 65(6)"),
    ("setoff_debtor_redeem", None, "2026-06-30", "2026-07-30", "L08 Art. 104(2)"),
    ("setoff_debtor_redeem", None, "2026-07-01", "2026-07-08", "D152/26 Art. 65(6)"),
    ("coowner_priority_first", "immovable", "2026-06-30", "2026-09-30", "L08 Art. 74(3)"),
    ("coowner_priority_first", "immovable", "2026-07-01", "2026-07-16", "L25 Art. 83(1)"),
    ("auction_contract_due", None, "2026-06-30", "2026-07-10", "L08 Art. 101(2)"),
    ("auction_contract_due", None, "2026-07-01", "2026-07-08", "L25 Art. 83(2)a"),
    ("resume_after_hold", None, "2026-06-30", None, ""),
    ("resume_after_hold", None, "2026-07-01", "2026-07-08", "L25 Art. 46(3), 47(3)"),
]


@pytest.mark.parametrize(("key", "scope", "event", "due", "article"), BY_THE_DAY_OF_THE_EVENT)
def test_the_law_of_the_day_of_the_event_gives_the_limit(
    session: Session,
    people: People,
    *,
    key: str,
    scope: str | None,
    event: str,
    due: str | None,
    article: str,
) -> None:
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    on = date.fromisoformat(event)
    if due is None:
        with pytest.raises(RuleUnknown, match=key):
            set_deadline(session, people.officer, key, on, lot, at=AT, scope=scope)
        return
    made = set_deadline(session, people.officer, key, on, lot, at=AT, scope=scope)
    assert (made.due_on, made.article) == (date.fromisoformat(due), article)


def test_an_old_call_already_sent_runs_on_beside_the_limits_of_the_new_law(
    session: Session, people: People
) -> None:
    """The round failed and the call went out in June; the notice came in July."""
    lot = DeadlineSubject("lot", "LO-1", people.office.id, lot_id=1)
    called_on, told_on = date(2026, 6, 25), date(2026, 7, 2)
    set_limits(session, people.officer, ["reduction_agreement_period"], called_on, lot, at=AT)
    new = ["reduction_agreement_period", "failure_notice_to_parties", "reduction_decision_due"]
    set_limits(session, people.officer, new, told_on, lot, at=AT)
    rows = deadlines_of(session, people.officer, "lot", "LO-1", today=told_on)
    assert [(row.rule_key, row.started_on, row.due_on, row.article) for row in rows] == [
        ("reduction_agreement_period", called_on, date(2026, 7, 6), "L08 Art. 104(1)"),
        ("failure_notice_to_parties", told_on, date(2026, 7, 6), "D152/26 Art. 65(6)"),
        ("reduction_decision_due", told_on, date(2026, 7, 9), "L25 Art. 83(3)"),
    ]
    assert rows[0].state in {DeadlineState.RUNNING, DeadlineState.WARN}
    assert preview(session, people.head).offices == ()
