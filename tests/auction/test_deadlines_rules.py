"""How time limits are counted: golden cases, own cases worked by hand, and what always holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.deadlines.rules import NotATimeLimit, due_date, is_time_limit
from auction.legal_rules.rules import (
    CalendarUnknown,
    Confidence,
    DayKind,
    Direction,
    Rule,
    Unit,
    choose_rule,
)
from auction.legal_rules.shipped import shipped_calendar, shipped_rules
from tests.auction.shared_files import golden

RULES = shipped_rules()
CALENDAR = shipped_calendar()

BY_HAND = [
    # key, scope, event, due, why it is not trivial
    ("valuation_contract_due", None, "2026-02-11", "2026-02-25", "over the Lunar New Year"),
    ("valuation_contract_due", None, "2025-04-24", "2025-05-05", "Saturday 26 April worked"),
    ("valuation_contract_due", None, "2024-04-25", "2024-05-06", "29 April off, 4 May worked"),
    ("revaluation_start", None, "2026-08-26", "2026-09-07", "31 August off, 1 and 2 September"),
    ("failure_notice_to_parties", None, "2026-08-20", "2026-08-22", "ends on a worked Saturday"),
    ("failure_notice_to_parties", None, "2026-11-20", "2026-11-25", "Cultural Day on the Tuesday"),
    ("reduction_decision_due", None, "2026-07-02", "2026-07-09", "notice under the new law"),
    ("auction_contract_due", None, "2026-06-30", "2026-07-10", "ten days of the old law"),
    ("auction_contract_due", None, "2026-07-01", "2026-07-08", "five working days of the new"),
    ("delivery_due", None, "2024-12-31", "2025-02-03", "thirty days, then Tết and a weekend"),
    ("delivery_due", "complex", "2024-12-31", "2025-03-03", "sixty days, then a weekend"),
    ("delivery_due", None, "2025-01-01", "2025-03-03", "sixty days since 2025"),
    ("return_wait_goods", None, "2025-11-30", "2026-03-02", "three months: 28 February, Saturday"),
    ("return_wait_goods", None, "2026-07-01", "2026-07-31", "thirty days"),
    ("return_wait_papers", None, "2024-02-29", "2025-02-28", "a year from a leap day"),
    ("return_wait_papers", None, "2026-11-30", "2027-03-01", "three months: 28 February, Sunday"),
    ("coowner_priority_first", "immovable", "2026-03-31", "2026-06-30", "three months: 30 June"),
    ("coowner_priority_first", "movable", "2026-01-31", "2026-03-02", "one month: 28 February"),
    ("coowner_priority_first", "immovable", "2026-08-18", "2026-09-03", "over National Day"),
    ("coowner_priority_first", "movable", "2026-08-18", "2026-08-24", "the Saturday counts"),
    ("setoff_creditor_pay", None, "2026-12-28", "2027-01-05", "over New Year's Day"),
    ("priority_pay", None, "2028-01-20", "2028-02-03", "over the Lunar New Year of 2028"),
    ("provisional_to_coercion", None, "2026-08-21", "2026-09-03", "31 August to 2 September off"),
    ("unclaimed_to_state", None, "2024-05-06", "2029-05-07", "five years, a Sunday"),
    ("auction_hold_due", "immovable", "2024-01-15", "2024-02-29", "past the Lunar New Year"),
    ("destroy_council_due", None, "2028-01-31", "2028-02-29", "a leap year"),
    ("pay_due", "agreed", "2026-07-03", "2026-09-03", "sixty days by agreement, 1 September off"),
    ("pay_due", "immovable", "2026-07-10", "2026-08-10", "the general row serves a scope"),
    ("seizure_notice_immovable", None, "2026-08-25", "2026-08-21", "back over a worked Saturday"),
    ("seizure_notice_immovable", None, "2026-09-03", "2026-08-26", "back over National Day"),
    ("redeem_before_opening", None, "2026-02-23", "2026-02-13", "back over the Lunar New Year"),
    ("posting_immovable", None, "2026-09-15", "2026-08-28", "back from 31 August, a day off"),
    ("posting_immovable", None, "2026-10-15", "2026-09-30", "fifteen days before"),
    ("coowner_priority_next", None, "2026-07-15", "2026-07-10", "until 3 working days before"),
]


@pytest.mark.parametrize(("key", "scope", "event", "due", "why"), BY_HAND)
def test_a_limit_ends_on_the_day_worked_out_by_hand(key, scope, event, due, why):
    start = date.fromisoformat(event)
    found = due_date(start, choose_rule(RULES, key, start, scope), CALENDAR)
    assert found.due_on == date.fromisoformat(due), why


@pytest.mark.shared
@pytest.mark.parametrize(
    "case", golden("deadlines"), ids=lambda case: f"{case['key']}-{case['from']}"
)
def test_a_limit_ends_on_the_golden_day(case):
    start = date.fromisoformat(case["from"])
    rule = choose_rule(RULES, case["key"], start, case["scope"])
    assert (rule.value, rule.unit) == (case["n"], case["unit"])
    assert due_date(start, rule, CALENDAR).due_on.isoformat() == case["due"]


def test_every_skipped_day_is_named_with_its_reason():
    start = date(2026, 8, 27)
    due = due_date(start, choose_rule(RULES, "setoff_notify_debtor", start), CALENDAR)
    assert due.due_on == date(2026, 9, 4)
    assert [(day.on.isoformat(), day.kind, day.name_en) for day in due.skipped] == [
        ("2026-08-29", DayKind.WEEKEND, "Saturday"),
        ("2026-08-30", DayKind.WEEKEND, "Sunday"),
        ("2026-08-31", DayKind.SUBSTITUTE_DAY_OFF, "Day off (substituted from 08/22/2026)"),
        ("2026-09-01", DayKind.HOLIDAY, "National Day"),
        ("2026-09-02", DayKind.HOLIDAY, "National Day"),
    ]
    assert due.skipped[0].name_vi == "Thứ Bảy"


def test_days_off_inside_a_limit_of_calendar_days_do_count():
    start = date(2026, 2, 10)
    due = due_date(start, choose_rule(RULES, "payout_due", start), CALENDAR)
    assert due.due_on == date(2026, 2, 23)
    assert [day.on.isoformat() for day in due.skipped] == ["2026-02-20", "2026-02-21", "2026-02-22"]


@pytest.mark.parametrize(
    "key", ["floor_test", "max_reduction_pct", "stat_periods", "warehouse_transfer_deadline"]
)
def test_what_is_no_number_of_days_has_no_due_date(key):
    on = date(2026, 8, 1)
    with pytest.raises(NotATimeLimit, match=key):
        due_date(on, choose_rule(RULES, key, on), CALENDAR)


@pytest.mark.parametrize("start", [date(2008, 12, 31), date(2041, 1, 1), date.max])
def test_a_day_beyond_the_calendar_is_refused(start):
    with pytest.raises(CalendarUnknown, match="2009 to 2040"):
        due_date(start, a_limit(), CALENDAR)


def test_a_limit_that_would_end_beyond_the_calendar_is_refused():
    with pytest.raises(CalendarUnknown):
        due_date(date(2040, 12, 20), a_limit(value=30), CALENDAR)


def test_every_shipped_time_limit_can_be_counted_on_every_day_from_2024_to_2028():
    limits = [rule for rule in RULES if is_time_limit(rule)]
    assert len(limits) > 150
    for rule in limits:
        day = max(rule.valid_from, date(2024, 1, 1))
        last = min(rule.valid_to or date.max, date(2028, 12, 31))
        while day <= last:
            due = due_date(day, rule, CALENDAR).due_on
            hours = rule.unit is Unit.HOUR  # they run on over days off
            assert hours or CALENDAR.why_off(due) is None
            day += timedelta(days=61)


def test_a_limit_of_hours_ends_on_the_day_of_its_last_hour_a_day_off_or_not():
    friday = date(2026, 11, 20)
    found = due_date(friday, a_limit(unit=Unit.HOUR, value=24), CALENDAR)
    assert found.due_on == date(2026, 11, 21)
    longer = due_date(friday, a_limit(unit=Unit.HOUR, value=36), CALENDAR)
    assert longer.due_on == date(2026, 11, 22)


days = st.dates(date(2015, 1, 1), date(2034, 12, 31))
limits = st.builds(
    lambda unit, value, direction: a_limit(unit=unit, value=value, direction=direction),
    st.sampled_from([Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR]),
    st.integers(1, 5),
    st.sampled_from(Direction),
)


@given(days, limits)
def test_a_limit_ends_on_a_working_day_on_the_right_side_of_its_event(start, limit):
    due = due_date(start, limit, CALENDAR).due_on
    assert CALENDAR.why_off(due) is None
    if limit.direction is Direction.AFTER:
        assert due > start
    else:
        assert due < start


@given(days, st.integers(0, 400), limits)
def test_a_later_event_never_makes_an_earlier_due_date(start, later, limit):
    first = due_date(start, limit, CALENDAR).due_on
    second = due_date(start + timedelta(days=later), limit, CALENDAR).due_on
    assert first <= second


@given(days, st.integers(1, 60))
def test_working_days_are_exactly_so_many(start, count):
    found = due_date(start, a_limit(unit=Unit.WORKING_DAY, value=count), CALENDAR)
    between = [start + timedelta(days=n) for n in range(1, (found.due_on - start).days + 1)]
    assert sum(CALENDAR.why_off(day) is None for day in between) == count
    assert [day.on for day in found.skipped] == [day for day in between if CALENDAR.why_off(day)]


@given(days, st.integers(1, 20))
@settings(max_examples=50)
def test_the_latest_day_before_an_event_leaves_the_limit_between(event, count):
    backward = a_limit(unit=Unit.WORKING_DAY, value=count, direction=Direction.BEFORE)
    latest = due_date(event, backward, CALENDAR).due_on
    forward = due_date(latest, a_limit(unit=Unit.WORKING_DAY, value=count), CALENDAR).due_on
    assert forward >= event


def a_limit(**over) -> Rule:
    values = {
        "key": "made_up",
        "value": 1,
        "unit": Unit.DAY,
        "valid_from": date(2000, 1, 1),
        "article": "HOUSE",
        "confidence": Confidence.UNCONFIRMED,
    }
    return Rule(**{**values, **over})
