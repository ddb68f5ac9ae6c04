"""Whatever drafts are approved: one row a day, key and scope, and nothing loses its row."""

from datetime import date, datetime, timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.drafting import DraftOverlaps, SameRule, change_of, laid_over
from auction.legal_rules.models import LegalRule
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Confidence, Rule, Unit
from tests.make.organisation import People
from tests.make.rules import make_approved, make_centre

FIRST = date(2026, 7, 1)
DAYS = st.integers(0, 1200).map(lambda n: FIRST + timedelta(days=n))
WATCHED = [FIRST + timedelta(days=n) for n in range(-40, 1300, 7)]


def row(value: int, start: date, length: int | None, scope: str | None = None) -> Rule:
    return Rule(
        key="k",
        scope=scope,
        value=value,
        unit=Unit.DAY,
        valid_from=start,
        valid_to=None if length is None else start + timedelta(days=length),
        article=f"Art. {value}",
        confidence=Confidence.READ,
    )


DRAFTS = st.lists(
    st.builds(
        row,
        st.integers(1, 50),
        DAYS,
        st.none() | st.integers(0, 400),
        st.sampled_from([None, "movable"]),
    ),
    max_size=12,
)


class Table:
    """Rows in use, and every row that ever was."""

    def __init__(self) -> None:
        self.everything: dict[int, Rule] = {}
        self.in_use: dict[int, Rule] = {}

    def add(self, rule: Rule) -> None:
        number = len(self.everything) + 1
        self.everything[number] = self.in_use[number] = msgspec.structs.replace(rule, id=number)

    def approve(self, draft: Rule) -> bool:
        try:
            change = change_of(draft, list(self.in_use.values()))
        except (DraftOverlaps, SameRule):
            return False
        if change.replaced is not None:
            del self.in_use[change.replaced.id or 0]
        for rule in change.added:
            self.add(rule)
        return True

    def serving(self, scope: str | None) -> dict[date, Rule | None]:
        return {day: _serving(self.in_use, scope, day) for day in WATCHED}


@given(DRAFTS)
def test_any_approved_drafts_leave_one_row_a_day_and_scope(drafts: list[Rule]) -> None:
    table = Table()
    table.add(row(10, FIRST, None))
    table.add(row(20, FIRST - timedelta(days=30), 400, "movable"))
    for draft in drafts:
        before = table.serving(draft.scope)
        approved = table.approve(draft)
        for day, now in table.serving(draft.scope).items():
            wanted = draft if approved and draft.serves(day) else before[day]
            assert _words(now) == _words(wanted), day
    assert set(table.in_use) <= set(table.everything)
    for scope in (None, "movable"):
        table.serving(scope)


def _serving(rows: dict[int, Rule], scope: str | None, day: date) -> Rule | None:
    found = [rule for rule in rows.values() if rule.scope == scope and rule.serves(day)]
    assert len(found) <= 1
    return found[0] if found else None


def _words(rule: Rule | None) -> tuple[object, ...] | None:
    return (rule.value, rule.article, rule.scope) if rule else None


@given(DRAFTS, DAYS, st.integers(0, 400))
def test_a_draft_laid_over_history_serves_its_days_and_no_other(
    rows: list[Rule], start: date, length: int
) -> None:
    in_use: list[Rule] = []
    for rule in rows:
        in_use = list(laid_over(rule, in_use))
    tried = row(99, start, length)
    after = laid_over(tried, in_use)
    for day in WATCHED:
        found = [rule.value for rule in after if rule.scope is None and rule.serves(day)]
        kept = [rule.value for rule in in_use if rule.scope is None and rule.serves(day)]
        assert found == ([99] if tried.serves(day) else kept)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(4, 30), DAYS, st.none() | st.integers(0, 300)), max_size=5))
def test_no_decision_loses_the_row_it_stood_on(
    session: Session, people: People, at: datetime, drafts: list[tuple[int, date, int | None]]
) -> None:
    key = "setoff_creditor_answer"
    with session.begin_nested() as here:
        centre = make_centre(session, people)
        stood = {day: rule_on(session, key, day) for day in WATCHED if day >= FIRST}
        for value, start, length in drafts:
            ends = None if length is None else start + timedelta(days=length)
            said = {"value": str(value), "valid_from": start, "valid_to": ends}
            try:
                make_approved(session, centre, key, at=at, retroactive=True, **said)
            except (DraftOverlaps, SameRule):
                continue
            for day in WATCHED:
                serving = [rule for rule in rules_in_use(session, key) if rule.serves(day)]
                assert len(serving) == (1 if day >= date(2015, 7, 1) else 0)
        for rule in stood.values():
            kept = session.scalars(select(LegalRule).where(LegalRule.id == rule.id)).one()
            assert (kept.value, kept.valid_from, kept.article) == (
                rule.value,
                rule.valid_from,
                rule.article,
            )
        here.rollback()
