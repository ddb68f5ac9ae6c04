"""What the program refuses over REST: named field by field, and nothing of it is written."""

from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.acts import (
    CAR,
    CASE,
    VALUE,
    a_round,
    cut,
    fail_round,
    open_office,
    seize_and_store,
    value_and_offer,
)
from tests.journeys.rest import Story, assert_problem, rows_of

LIMIT = "max_reduction_pct"
NEGATIVE = ("The amount must not be negative.", {})
FRACTION = ("The amount must be a whole number of đồng.", {})
NO_AMOUNT = ("Give an amount in digits.", {})
NO_DATE = ("Give a date, such as 2026-08-01.", {})
NO_MOMENT = ("Give a date and time, such as 2026-08-01T09:00.", {})
REQUIRED = ("This field is required.", {})
AHEAD = ("The day lies in the future.", {})
NO_PLACE = ("There is no such place.", {})
CHOOSE = ("Choose one of the given values.", {})
NO_FIELD = ("There is no such field.", {})

REFUSED: list[tuple[str, str, dict[str, Any], int, str, dict[str, Any]]] = [
    (
        "officer",
        "/seized-assets",
        CAR | {"decision_on": "2026-13-45"},
        422,
        "invalid",
        {"decision_on": NO_DATE},
    ),
    (
        "officer",
        "/seized-assets",
        CAR | {"decision_on": "2030-01-01"},
        422,
        "invalid",
        {"decision_on": AHEAD},
    ),
    (
        "officer",
        "/seized-assets",
        {"kind": "spaceship", "colour": "red", "decision_on": "soon", "case_number": CASE},
        422,
        "invalid",
        {
            "kind": CHOOSE,
            "colour": NO_FIELD,
            "decision_on": NO_DATE,
            "description": REQUIRED,
        },
    ),
    (
        "officer",
        "/seized-assets",
        CAR | {"case_number": "999/KHÔNG-CÓ"},
        404,
        "not_found",
        {"case_number": ("There is no case %(number)s.", {"number": "999/KHÔNG-CÓ"})},
    ),
    (
        "officer",
        "/seized-assets",
        CAR | {"take_in": {"place_id": 999999999, "giver": "A", "reason": "Kê biên"}},
        404,
        "not_found",
        {"take_in.place_id": NO_PLACE},
    ),
    (
        "keeper",
        "/places",
        {"code": "K2", "name": "Kho số 2", "kind": "castle", "custody_form": "moat", "capacity": 0},
        422,
        "invalid",
        {"kind": CHOOSE, "custody_form": CHOOSE, "capacity": ("Give a whole number.", {})},
    ),
    (
        "officer",
        "/assets/{ref}/valuations",
        {"method": "agreed", "amount": "-1", "valued_on": "2026-08-03"},
        422,
        "valuation_incomplete",
        {"amount": NEGATIVE},
    ),
    (
        "officer",
        "/assets/{ref}/valuations",
        {
            "method": "firm",
            "amount": "1000000000.5",
            "valued_on": "2026-12-31",
            "valid_until": "2026-01-01",
        },
        422,
        "valuation_incomplete",
        {
            "amount": FRACTION,
            "firm": REQUIRED,
            "certificate_number": REQUIRED,
            "valued_on": AHEAD,
            "valid_until": ("The expiry lies before the valuation.", {}),
        },
    ),
    (
        "officer",
        "/assets/{ref}/valuations",
        {"method": "agreed", "amount": "một tỷ", "valued_on": "hôm nay"},
        422,
        "invalid",
        {"amount": NO_AMOUNT, "valued_on": NO_DATE},
    ),
    (
        "keeper",
        "/assets/{ref}/custody/moves",
        {"place_id": 999999999, "from_place_id": "{b}", "reason": "x"},
        404,
        "not_found",
        {"place_id": NO_PLACE},
    ),
    (
        "keeper",
        "/assets/{ref}/custody/moves",
        {"place_id": "{b}", "from_place_id": "{b}", "reason": "x"},
        422,
        "already_there",
        {"place_id": ("It is there already.", {})},
    ),
    (
        "officer",
        "/lots/{lot}/rounds/1/outcome",
        {"code": "failed_no_bid", "registered": -1, "notified_on": "31/02/2026"},
        422,
        "invalid",
        {"registered": ("Give a whole number.", {}), "notified_on": NO_DATE},
    ),
]


@pytest.fixture
def at_work(story: Story) -> dict[str, Any]:
    """A car on the second shelf whose first round is to come; and one that was never taken in."""
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    waiting = story.done("officer", "/seized-assets", CAR | {"decision_number": "35/QĐ-KB"})
    lot = value_and_offer(story, ref)
    return {"ref": ref, "waiting": waiting["reference"], "lot": lot, "a": first, "b": second}


def filled(body: dict[str, Any], ids: dict[str, Any]) -> dict[str, Any]:
    """The body with the ids of the places in it."""
    return {
        name: ids[value[1:-1]] if isinstance(value, str) and value in ("{a}", "{b}") else value
        for name, value in body.items()
    }


def test_what_cannot_be_is_refused_field_by_field_and_nothing_is_written(
    story: Story, at_work: dict[str, Any]
) -> None:
    before = rows_of(story.session)
    for who, path, body, status, code, fields in REFUSED:
        answer = story.post(who, path.format(**at_work), filled(body, at_work))
        assert_problem(answer, status, code, fields)
        assert rows_of(story.session) == before, path


def test_what_the_state_does_not_allow_is_a_conflict_and_nothing_is_written(
    story: Story, at_work: dict[str, Any]
) -> None:
    ref, lot = at_work["ref"], at_work["lot"]
    before = rows_of(story.session)
    away = {"place_id": at_work["a"], "from_place_id": at_work["a"], "reason": "x"}
    in_again = {"place_id": at_work["a"], "giver": "A", "reason": "x"}
    early = {"code": "failed_no_bid", "registered": 2}
    elsewhere = (
        "%(reference)s is not there but in %(place)s.",
        {"reference": ref, "place": "Kệ 2"},
    )
    wrong_place = {"from_place_id": elsewhere}
    custody, waiting = f"/assets/{ref}/custody", f"/assets/{at_work['waiting']}/custody"
    rounds, decision = f"/lots/{lot}/rounds", cut(story, "2200000000")
    offer = a_round(story, VALUE)
    for who, path, body, code, fields in [
        ("keeper", f"{custody}/moves", away, "not_held_here", wrong_place),
        ("keeper", f"{waiting}/moves", away, "not_in_custody", {}),
        ("keeper", f"{custody}/take-in", in_again, "already_taken_in", {}),
        ("officer", f"{rounds}/1/outcome", early, "round_not_opened_yet", {}),
        ("officer", rounds, offer, "round_still_open", {}),
        ("officer", f"{rounds}/1/reduction", decision, "round_still_open", {}),
    ]:
        assert_problem(story.post(who, path, body), 409, code, fields)
        assert rows_of(story.session) == before, path

    fail_round(story, lot, 1)
    before = rows_of(story.session)
    second = story.post("officer", f"/lots/{lot}/rounds/1/outcome", early)
    assert_problem(second, 409, "outcome_already_recorded")
    assert rows_of(story.session) == before


def test_a_price_beyond_the_limits_names_article_rule_and_the_lawful_price(
    story: Story, at_work: dict[str, Any]
) -> None:
    lot = at_work["lot"]
    fail_round(story, lot, 1)
    before = rows_of(story.session)
    lowest, last = Decimal("2111111017"), Decimal(f"{VALUE}.00")
    deep: Any = (
        "The lowest lawful price is %(lowest)s: rule %(rule)s allows at most %(percent)s %%.",
        {"lowest": lowest, "rule": LIMIT, "percent": Decimal(10)},
    )
    not_lower: Any = (
        "The new price must be lower than %(price)s, that of the round before.",
        {"price": last},
    )
    above: Any = ("The starting price must not be above %(price)s.", {"price": last})
    undecided: Any = (
        "The price is lowered by a reduction decision; there is none after the last round.",
        {},
    )
    path, rounds = f"/lots/{lot}/rounds/1/reduction", f"/lots/{lot}/rounds"
    for price, code, fault in [
        (str(lowest - 1), "price_too_low", deep),
        ("1", "price_too_low", deep),
        (VALUE, "price_too_high", not_lower),
        (str(int(VALUE) + 1), "price_too_high", not_lower),
    ]:
        answer = story.post("officer", path, cut(story, price))
        assert_problem(answer, 422, code, {"new_price": fault})
        assert answer.json()["article"] == "L25 Art. 83(3)"
    for price, code, fault in [
        (str(int(VALUE) + 1), "price_too_high", above),
        (str(lowest - 1), "price_too_low", deep),
        (str(lowest), "reduction_missing", undecided),
    ]:
        answer = story.post("officer", rounds, a_round(story, price))
        assert_problem(answer, 422, code, {"starting_price": fault})
        assert answer.json()["article"] == "L25 Art. 83(3)"
    for price, fault in [("-5", NEGATIVE), ("2111111017.5", FRACTION)]:
        answer = story.post("officer", path, cut(story, price, decided_on=story.day(1)))
        assert_problem(
            answer, 422, "reduction_incomplete", {"new_price": fault, "decided_on": AHEAD}
        )
    assert rows_of(story.session) == before
    assert story.done("officer", path, cut(story, str(lowest)))["step"] == "round"


def test_a_list_of_an_unknown_office_or_place_is_empty(
    story: Story, at_work: dict[str, Any]
) -> None:
    assert story.read("keeper", "/places?office=987654321") == []
    for who, path in (
        ("keeper", "/assets?place=987654321"),
        ("keeper", "/assets?case=987654321"),
        ("inspector", "/flags?office=987654321"),
    ):
        assert story.read(who, path)["items"] == [], path
    assert len(story.read("keeper", f"/assets?place={at_work['b']}")["items"]) == 1
    assert_problem(story.get("keeper", "/places/987654321"), 404, "not_found")
    unreadable = story.get("keeper", "/places?office=kho")
    assert_problem(unreadable, 422, "invalid", {"office": ("The value is not valid.", {})})
