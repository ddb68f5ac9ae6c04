"""The periods of notice: a row for every period, by law, kind of thing and procedure."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.legal_rules.shipped import shipped_calendar, shipped_rules
from auction.notices.periods import (
    earliest_opening,
    latest_announcements,
    law_of,
    places_of,
    requirements,
)
from auction.notices.rules import Done, NoticeKind, NoticeLaw, Place, Standing

DAY = timedelta(days=1)
CALENDAR = shipped_calendar()
RULES = shipped_rules()
OLD, NEW = date(2024, 8, 5), date(2026, 9, 7)
USUAL, SMALL = Decimal(1_000_000_000), Decimal(49_999_999)
MOVABLE, IMMOVABLE = frozenset({"movable"}), frozenset({"immovable"})


def law(scopes=MOVABLE, *, price=USUAL, failed=0, gold=False, on=NEW, simplified=True) -> NoticeLaw:
    found = law_of(
        RULES,
        scopes=scopes,
        price=price,
        failed=failed,
        other_gold=gold,
        on=on,
        simplified=simplified,
    )
    assert found is not None
    return found


def posted(day: date, *places: Place) -> list[Done]:
    return [Done(NoticeKind.POSTING, place, day) for place in places]


def announced(*days: date) -> list[Done]:
    media = (Place.PRESS, Place.PORTAL)
    return [Done(NoticeKind.ANNOUNCEMENT, media[n % 2], day) for n, day in enumerate(days)]


def standing_of(one: NoticeLaw, opening: date, done: list[Done], key: str) -> set[Standing]:
    found = requirements(one, opening, done, OLD - 400 * DAY, CALENDAR)
    return {need.standing for need in found if need.rule.key == key}


# opening Monday 21 September 2026, or Monday 19 August 2024; no holiday in between
POSTING = [
    ("movable", NEW, 0, USUAL, "posting_movable", date(2026, 9, 21), date(2026, 9, 10)),
    ("immovable", NEW, 0, USUAL, "posting_immovable", date(2026, 9, 28), date(2026, 9, 11)),
    ("movable", OLD, 0, USUAL, "posting_movable", date(2024, 8, 19), date(2024, 8, 8)),
    ("immovable", OLD, 0, USUAL, "posting_immovable", date(2024, 8, 26), date(2024, 8, 9)),
    ("movable", NEW, 2, USUAL, "simplified_posting", date(2026, 9, 21), date(2026, 9, 16)),
    ("immovable", NEW, 2, USUAL, "simplified_posting", date(2026, 9, 21), date(2026, 9, 14)),
    ("movable", OLD, 2, USUAL, "simplified_posting", date(2024, 8, 19), date(2024, 8, 14)),
    ("movable", NEW, 0, SMALL, "simplified_posting", date(2026, 9, 21), date(2026, 9, 16)),
]
ARTICLES = {
    "posting_movable": "PA16 Art. 35(1)a",
    "posting_immovable": "PA16 Art. 35(1)b",
    "simplified_posting": "PA16 Art. 53(2)",
}


@pytest.mark.parametrize(("kind", "on", "failed", "price", "key", "opening", "latest"), POSTING)
def test_the_last_lawful_day_of_a_posting(kind, on, failed, price, key, opening, latest):
    one = law(frozenset({kind}), failed=failed, price=price, on=on)
    assert (one.posting.key, one.posting.article) == (key, ARTICLES[key])
    places = places_of(one)
    assert standing_of(one, opening, posted(latest, *places), key) == {Standing.MET}
    assert standing_of(one, opening, posted(latest + DAY, *places), key) == {Standing.SHORT}
    assert standing_of(one, opening, posted(latest, *places[1:]), key) == {
        Standing.MET,
        Standing.OPEN,
    }


ANNOUNCING = [
    ("movable", NEW, 0, date(2026, 9, 21), [date(2026, 9, 8), date(2026, 9, 10)]),
    ("immovable", NEW, 0, date(2026, 9, 28), [date(2026, 9, 9), date(2026, 9, 11)]),
    ("movable", OLD, 0, date(2024, 8, 19), [date(2024, 8, 6), date(2024, 8, 8)]),
    ("immovable", OLD, 0, date(2024, 8, 26), [date(2024, 8, 7), date(2024, 8, 9)]),
    ("movable", NEW, 2, date(2026, 9, 21), [date(2026, 9, 16)]),
    ("immovable", NEW, 2, date(2026, 9, 21), [date(2026, 9, 14)]),
]


@pytest.mark.parametrize(("kind", "on", "failed", "opening", "latest"), ANNOUNCING)
def test_the_last_lawful_days_of_announcements(kind, on, failed, opening, latest):
    one = law(frozenset({kind}), failed=failed, on=on)
    assert latest_announcements(one, opening, CALENDAR) == latest
    days = latest if len(latest) > 1 else latest * 2
    assert standing_of(one, opening, announced(*days), one.before.key) == {Standing.MET}
    late = [*latest[:-1], latest[-1] + DAY]
    assert Standing.SHORT in standing_of(one, opening, announced(*late), one.before.key)


def test_two_announcements_lie_two_working_days_apart():
    one = law()
    opening = date(2026, 9, 28)
    close = announced(date(2026, 9, 8), date(2026, 9, 9))
    assert standing_of(one, opening, close, "announce_spacing") == {Standing.OPEN}
    apart = announced(date(2026, 9, 8), date(2026, 9, 10))
    assert standing_of(one, opening, apart, "announce_spacing") == set()


SCOPE = [
    (MOVABLE, 50_000_000, True),
    (MOVABLE, 49_999_999, False),
    (IMMOVABLE, 1, True),
    (MOVABLE | IMMOVABLE, 1, True),
]


@pytest.mark.parametrize(("scopes", "price", "needed"), SCOPE)
def test_what_is_publicly_announced(scopes, price, needed):
    assert law(scopes, price=Decimal(price)).announced is needed


SIMPLIFIED = [
    (0, 50_000_000, False, False),
    (1, 50_000_000, False, False),
    (2, 50_000_000, False, True),
    (0, 49_999_999, False, True),
    (0, 50_000_000, True, True),
]


@pytest.mark.parametrize(("failed", "price", "gold", "short"), SIMPLIFIED)
def test_when_the_simplified_procedure_may_be_used(failed, price, gold, short):
    one = law(price=Decimal(price), failed=failed, gold=gold)
    assert (one.simplified is not None) is short
    asked = law(price=Decimal(price), failed=failed, gold=gold, simplified=False)
    assert asked.simplified is None


def test_gold_has_no_simplified_procedure_of_its_own_before_the_new_law():
    assert law(gold=True, on=date(2026, 6, 30)).simplified is None
    assert law(gold=True, on=date(2026, 7, 1)).simplified is not None


def test_before_the_auction_law_of_2016_no_period_is_known():
    none = law_of(
        RULES,
        scopes=MOVABLE,
        price=USUAL,
        failed=0,
        other_gold=False,
        on=date(2017, 6, 30),
    )
    assert none is None


def test_a_lot_with_house_and_things_is_posted_at_the_places_of_both():
    one = law(MOVABLE | IMMOVABLE)
    assert one.posting.key == "posting_immovable"
    assert set(places_of(one)) == {
        Place.ORGANISATION_OFFICE,
        Place.AUCTION_VENUE,
        Place.DISPLAY_PLACE,
        Place.COMMUNE,
    }


VIEWING = [
    (date(2026, 9, 10), date(2026, 9, 11), Standing.MET),
    (date(2026, 9, 19), date(2026, 9, 20), Standing.MET),
    (date(2026, 9, 10), date(2026, 9, 10), Standing.OPEN),
    (date(2026, 9, 20), date(2026, 9, 21), Standing.OPEN),
    (date(2026, 9, 7), date(2026, 9, 10), Standing.OPEN),
]


@pytest.mark.parametrize(("begins", "until", "standing"), VIEWING)
def test_viewing_lasts_two_days_between_posting_and_opening(begins, until, standing):
    one = law()
    done = [
        *posted(date(2026, 9, 10), *places_of(one)),
        Done(NoticeKind.VIEWING, None, begins, until),
    ]
    assert standing_of(one, date(2026, 9, 21), done, "viewing") == {standing}


CLOSING = [
    (0, date(2026, 9, 23), date(2026, 9, 21), Standing.MET),
    (0, date(2026, 9, 23), date(2026, 9, 22), Standing.SHORT),
    (0, date(2026, 9, 23), date(2026, 9, 18), Standing.SHORT),
    (0, date(2026, 9, 21), date(2026, 9, 19), Standing.MET),
    (0, date(2026, 9, 21), date(2026, 9, 18), Standing.MET),
    (0, date(2026, 9, 21), date(2026, 9, 17), Standing.SHORT),
    (2, date(2026, 9, 23), date(2026, 9, 22), Standing.MET),
    (2, date(2026, 9, 23), date(2026, 9, 23), Standing.SHORT),
]


@pytest.mark.parametrize(("failed", "opening", "closed", "standing"), CLOSING)
def test_registration_closes_so_many_days_before_and_not_earlier(failed, opening, closed, standing):
    one = law(failed=failed)
    done = [Done(NoticeKind.REGISTRATION, None, date(2026, 9, 1), closed)]
    assert standing_of(one, opening, done, one.closing.key) == {standing}


def test_the_first_lawful_day_of_a_round_posted_and_announced_today():
    monday = date(2026, 9, 7)
    assert earliest_opening(law(), [], monday, CALENDAR) == date(2026, 9, 18)
    assert earliest_opening(law(IMMOVABLE), [], monday, CALENDAR) == date(2026, 9, 24)
    assert earliest_opening(law(failed=2), [], monday, CALENDAR) == date(2026, 9, 10)


days = st.integers(min_value=0, max_value=700).map(lambda n: date(2025, 1, 6) + n * DAY)
kinds = st.sampled_from([MOVABLE, IMMOVABLE, MOVABLE | IMMOVABLE])


def working_days_between(first: date, last: date) -> int:
    """Working days after one day up to another, counted one by one."""
    return sum(CALENDAR.why_off(first + n * DAY) is None for n in range(1, (last - first).days + 1))


@settings(max_examples=150, deadline=None)
@given(
    kinds,
    st.integers(min_value=0, max_value=3),
    days,
    st.lists(st.integers(min_value=0, max_value=30), min_size=2, max_size=5),
    st.integers(min_value=1, max_value=45),
)
def test_no_day_is_accepted_with_a_period_shorter_than_the_law(scopes, failed, start, gaps, ahead):
    """The day that the function calls lawful is lawful when counted by hand, day by day."""
    one = law(scopes, failed=failed, on=start)
    places = places_of(one)
    done = [
        Done(NoticeKind.POSTING, place, start + gaps[n % len(gaps)] * DAY)
        for n, place in enumerate(places)
    ]
    told = sorted(start + gap * DAY for gap in gaps)
    done += announced(*told)
    opening = start + ahead * DAY
    found = requirements(one, opening, done, start, CALENDAR)
    _check_posting(one, opening, done, found)
    met = {need.turn: need for need in found if need.turn and need.standing is Standing.MET}
    if len(met) == int(one.count.number):
        _check_announcements(one, opening, [met[turn].done_on for turn in sorted(met)])


def _check_posting(one: NoticeLaw, opening: date, done: list[Done], found) -> None:
    wanted = int(one.posting.number)
    count: Callable[[date, date], int] = (
        working_days_between if one.posting.unit.value == "wd" else lambda a, b: (b - a).days
    )
    for need in found:
        if need.kind is NoticeKind.POSTING and need.standing is Standing.MET:
            on = next(d.from_on for d in done if d.place is need.place)
            assert count(on, opening) >= wanted or CALENDAR.why_off(opening) is not None
            assert on < opening


def _check_announcements(one: NoticeLaw, opening: date, told: list[date]) -> None:
    for first, second in pairwise(told):
        assert working_days_between(first, second) >= int(one.spacing.number)
    last = told[-1]
    if one.before.unit.value == "wd":
        off = CALENDAR.why_off(opening) is not None
        assert working_days_between(last, opening) + off >= int(one.before.number)
    else:
        assert (opening - last).days >= int(one.before.number)


@settings(max_examples=60, deadline=None)
@given(kinds, st.integers(min_value=0, max_value=3), days)
def test_the_first_lawful_day_is_lawful_and_the_day_before_is_not(scopes, failed, start):
    one = law(scopes, failed=failed, on=start)
    day = earliest_opening(one, [], start, CALENDAR)
    assert day is not None
    latest = latest_announcements(one, day, CALENDAR)
    assert latest[0] >= start
    before = requirements(one, day - DAY, [], start, CALENDAR)
    needs = [need for need in before if need.kind is not NoticeKind.REGISTRATION]
    assert any(need.latest_on < start for need in needs)
