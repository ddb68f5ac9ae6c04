"""Reading the rules and the calendar in use."""

from datetime import date, datetime
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import NullPool, create_engine, insert, select, update
from sqlalchemy.orm import Session

from auction.legal_rules import queries
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.queries import (
    calendar,
    calendar_in_use,
    list_rules,
    rule_on,
    rules_of_day,
    sale_parameters_on,
)
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown, ScopeNeeded, Section
from auction.legal_rules.shipped import shipped_calendar, shipped_rules
from inventory.base.errors import Invalid
from service.database import Database

TABLE = LegalRule.__table__
OLD = date(2026, 6, 30)
NEW = date(2026, 7, 1)


def test_the_row_of_a_step_comes_with_the_id_a_decision_keeps(session: Session):
    old = rule_on(session, "setoff_debtor_redeem", OLD)
    new = rule_on(session, "setoff_debtor_redeem", NEW)
    assert (old.value, old.unit, new.value, new.unit) == (30, "d", 5, "wd")
    assert old.id
    assert new.id
    assert old.id != new.id
    assert rule_on(session, "auction_hold_due", NEW, "movable").value == 30


def test_an_unknown_rule_and_a_missing_scope_are_refused(session: Session):
    with pytest.raises(RuleUnknown):
        rule_on(session, "no_such_rule", NEW)
    with pytest.raises(ScopeNeeded):
        rule_on(session, "auction_hold_due", NEW)


def test_sale_parameters_take_one_statement_and_name_their_rows(
    session: Session, statements: list[str]
):
    sale_parameters_on(session, NEW)
    statements.clear()
    found = sale_parameters_on(session, NEW)
    assert len(statements) == 1, "whether the law is still the one remembered"
    assert found.max_reduction.number == 10
    assert "failed_no_bid" in found.counted_outcomes
    assert all(rule.id for rule in found.rules)
    assert {rule.key for rule in found.rules} == set(queries.SALE_KEYS)


def test_the_stored_calendar_is_the_shipped_one_and_is_read_once(
    session: Session, statements: list[str]
):
    stored = calendar(session)
    shipped = shipped_calendar()
    assert (stored.off, stored.worked, stored.weekend) == (
        shipped.off,
        shipped.worked,
        shipped.weekend,
    )
    assert stored.id == calendar_in_use(session).id
    statements.clear()
    assert calendar(session) is stored
    assert len(statements) == 1, "whether the law is still the one remembered"


def test_without_a_calendar_nothing_is_counted(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "scalar", lambda *_args, **_options: None)
    monkeypatch.setattr(queries, "_remembered", WeakKeyDictionary())
    with pytest.raises(CalendarUnknown, match="No working calendar is loaded"):
        calendar(session)


def test_the_list_of_rules_goes_through_all_pages_without_gap_or_repeat(session: Session):
    seen: list[int] = []
    cursor = None
    while True:
        page = list_rules(session, cursor=cursor, size=100)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(shipped_rules())


def test_the_list_is_narrowed_by_day_rule_and_section(session: Session):
    assert [row.value for row in list_rules(session, key="destroy_act_due").items] == [10, 20]
    on_new = list_rules(session, key="destroy_act_due", on=NEW).items
    assert [row.value for row in on_new] == [20]
    assert on_new[0].citation.vi == "khoản 1 Điều 40 Nghị định số 152/2026/NĐ-CP"
    money = list_rules(session, section=Section.MONEY, size=200).items
    keys = {row.key for row in money}
    assert {"currency_smallest_unit", "payment_ranks", "payout_rounding"} <= keys
    assert "max_reduction_pct" not in keys


def test_the_rules_of_a_day_are_those_in_force_on_it(session: Session):
    shown = rules_of_day(session, NEW)
    assert len(shown) == sum(rule.serves(NEW) for rule in shipped_rules())
    assert {row.note.vi for row in shown if row.note and row.key == "floor_near_ratio"} == {
        "Bằng hoặc thấp hơn: sắp chạm mức sàn."
    }


def test_a_cursor_of_another_list_is_refused(session: Session):
    with pytest.raises(Invalid):
        list_rules(session, cursor="bm90IGEgY3Vyc29y")


def test_what_is_remembered_is_never_older_than_the_table(
    session: Session, at: datetime, statements: list[str]
):
    before = rule_on(session, "reduction_decision_due", NEW)
    made = RuleSet(digest="of the test", loaded_at=at)
    session.add(made)
    session.flush()
    assert rule_on(session, "reduction_decision_due", NEW) == before, "in the middle of a change"
    row = dict(session.execute(select(TABLE).where(TABLE.c.id == before.id)).mappings().one())
    old = update(LegalRule).where(LegalRule.id == row.pop("id"))
    session.execute(old.values(retired_set_id=made.id))
    other = {**row, "value": 3, "added_set_id": made.id}
    session.execute(insert(LegalRule).values(other))
    assert rule_on(session, "reduction_decision_due", NEW).value == 3
    statements.clear()
    assert rule_on(session, "reduction_decision_due", NEW).value == 3
    assert len(statements) == 1
    session.rollback()
    assert rule_on(session, "reduction_decision_due", NEW) == before


def test_what_one_database_holds_is_not_taken_for_what_another_of_the_same_name_does(
    session: Session, database: Database, statements: list[str]
):
    rule_on(session, "reduction_decision_due", NEW)
    other = create_engine(database.engine.url, poolclass=NullPool)
    with Session(other) as elsewhere:
        statements.clear()
        rule_on(elsewhere, "reduction_decision_due", NEW)
        assert [one for one in statements if "legal_rule.value" in one], "read from its own tables"
