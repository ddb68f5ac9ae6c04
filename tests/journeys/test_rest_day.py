"""The main job over REST alone, from the seizure to the dossier; and all that is refused."""

import hashlib
import io
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.custody.queries import verify_chains
from tests.journeys.rest import Story, assert_problem, rows_of

CASE = "214/QĐ-THADS"
VALUE = "2345678907"
CAR = {
    "case_number": CASE,
    "decision_number": "34/QĐ-KB",
    "decision_on": "2026-08-03",
    "kind": "vehicle",
    "description": "Xe ô tô tải Thaco Ollin, biển số 43C-118.27",
}
CONCLUSION = "Định giá lại trước khi tiếp tục đấu giá, thời hạn ba mươi ngày"
LIMIT = "max_reduction_pct"


def open_office(story: Story) -> tuple[int, int]:
    """A case and two shelves; the ids of the shelves."""
    story.done(
        "officer",
        "/cases",
        {"kind": "on_request", "decision_number": CASE, "decision_on": "2026-07-06"},
    )
    store = story.done(
        "keeper",
        "/places",
        {"code": "K1", "name": "Kho số 1", "kind": "warehouse", "custody_form": "thads_store"},
    )
    shelves = [
        story.done(
            "keeper",
            "/places",
            {"code": f"K1-{n}", "name": f"Kệ {n}", "kind": "shelf", "parent_id": store["id"]},
        )["id"]
        for n in (1, 2)
    ]
    return shelves[0], shelves[1]


def seize_and_store(story: Story, first: int, second: int) -> str:
    """A seized car on the second shelf; its number."""
    ref = str(story.done("officer", "/seized-assets", CAR)["reference"])
    took = {"place_id": first, "giver": "Trần Văn Nợ", "reason": "Kê biên", "document": "BB-07"}
    story.done("keeper", f"/assets/{ref}/custody/take-in", took)
    move = {"place_id": second, "from_place_id": first, "reason": "Sắp xếp lại"}
    story.done("keeper", f"/assets/{ref}/custody/moves", move)
    return ref


def value_and_offer(story: Story, ref: str) -> str:
    """A lot of the valued car with its first round in ten days; the lot's number."""
    valuation = {
        "method": "firm",
        "amount": VALUE,
        "valued_on": story.day(),
        "valid_until": story.day(180),
        "firm": "Công ty Thẩm định giá Truyện",
        "certificate_number": "01/CT",
    }
    story.done("officer", f"/assets/{ref}/valuations", valuation)
    lot = story.done("officer", "/lots", {"assets": [ref], "description": CAR["description"]})
    number = str(lot["reference"])
    story.done("officer", f"/lots/{number}/rounds", a_round(story, VALUE))
    return number


def a_round(story: Story, price: str, **said: Any) -> dict[str, Any]:
    return {"starting_price": price, "opens_at": story.moment(days=10)} | said


def fail_round(story: Story, lot: str, number: int) -> dict[str, Any]:
    """The round has opened and nobody came; the file of the lot after it."""
    story.wait(11)
    said = {"code": "failed_no_registration", "registered": 0}
    return dict(story.done("officer", f"/lots/{lot}/rounds/{number}/outcome", said))


def cut(story: Story, price: str, number: int = 1, **said: Any) -> dict[str, Any]:
    decision = {"decision_number": f"{number}/QĐ-GG", "decided_on": story.day()}
    return {"new_price": price} | decision | said


def raise_flags(story: Story) -> Any:
    """What a sweep of the day finds."""
    database = story.client.app.state["database"]
    return sweep(lambda: database.transaction(SYSTEM), SYSTEM, story.today, at=story.at)


def test_from_the_seizure_to_the_dossier(story: Story) -> None:
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    (found,) = story.read("keeper", "/assets?q=thaco ollin")["items"]
    chain = story.read("keeper", f"/assets/{ref}/custody")
    assert (found["reference"], found["place_id"]) == (ref, second)
    assert [(e["kind"], e["to_place_id"]) for e in chain] == [
        ("taken_in", first),
        ("moved", second),
    ]

    lot = value_and_offer(story, ref)
    prices = [Decimal(VALUE)]
    for number in (1, 2, 3):
        file = fail_round(story, lot, number)
        lowest = file["next_price"]["lowest"]
        assert file["next_price"]["article"] == "L25 Art. 83(3)"
        assert lowest == str((prices[-1] * 9 / 10).to_integral_value(ROUND_CEILING))
        reduced = story.done(
            "officer", f"/lots/{lot}/rounds/{number}/reduction", cut(story, lowest, number)
        )
        assert reduced["rounds"][-1]["reduction"]["new_price"] == f"{lowest}.00"
        assert reduced["runs"][0]["failed_in_a_row"] == number
        story.done("officer", f"/lots/{lot}/rounds", a_round(story, lowest))
        prices.append(Decimal(lowest))

    assert raise_flags(story).by_tier == {3: 1}
    assert raise_flags(story).raised == 0
    review_and_print(story, ref, lot, prices)
    assert verify_chains(story.session).first_fault is None


def review_and_print(story: Story, ref: str, lot: str, prices: list[Decimal]) -> None:
    """The inspector takes up the flag, writes what he found, concludes and prints."""
    (flag,) = story.read("inspector", "/flags")["items"]
    assert (flag["asset"], flag["tier"], flag["failed_in_a_row"]) == (ref, 3, 3)
    assert flag["facts"]["lots"] == [lot]
    opened = story.post("inspector", "/reviews", {"asset": ref})
    path = f"/reviews/{opened.json()['id']}"
    assert opened.headers["location"] == f"/api/v1{path}"
    finding = {"code": "P01", "severity": "defect", "text": "Giá khởi điểm cao hơn giá thị trường"}
    story.done("inspector", f"{path}/findings", finding)
    said = {
        "conclusion": "b",
        "conclusion_text": CONCLUSION,
        "responsible": "Người truyện officer",
        "due_on": story.day(30),
    }
    etag = story.get("inspector", path).headers["etag"]
    assert_problem(
        story.post("inspector", f"{path}/conclusion", said), 428, "precondition_required"
    )
    stale = story.post("inspector", f"{path}/conclusion", said, if_match='"1"')
    assert_problem(stale, 412, "precondition_failed")
    done = story.done("inspector", f"{path}/conclusion", said, if_match=etag)
    assert [f["closed_reason"] for f in done["flags"]] == ["concluded"]
    assert story.read("inspector", "/flags")["items"] == []
    again = story.post("inspector", f"{path}/findings", finding)
    assert_problem(again, 409, "review_is_concluded")

    printed = story.post("inspector", f"/flags/{flag['id']}/dossier")
    pages = PdfReader(io.BytesIO(printed.content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for part in (ref, lot, CASE, CONCLUSION, "Công ty Thẩm định giá Truyện"):
        assert part in words, part
    for price in prices[:3]:
        assert f"{price:,}".replace(",", ".") in words, price
    kept = story.read("inspector", printed.headers["location"].removeprefix("/api/v1"))
    assert kept["sha256"] == hashlib.sha256(printed.content).hexdigest()


def test_the_administrator_reads_none_of_it(story: Story) -> None:
    ref = seize_and_store(story, *open_office(story))
    lot = value_and_offer(story, ref)
    paths = ["/assets", "/cases", "/places", "/lots", "/rounds", "/flags", "/reviews", "/deadlines"]
    paths += [f"/assets/{ref}", f"/assets/{ref}/history", f"/lots/{lot}", "/breaches"]
    for path in paths:
        assert_problem(story.get("administrator", path), 403, "forbidden")


@pytest.fixture
def at_work(story: Story) -> dict[str, Any]:
    """A car on the second shelf whose first round is to come; and one that was never taken in."""
    first, second = open_office(story)
    ref = seize_and_store(story, first, second)
    waiting = story.done("officer", "/seized-assets", CAR | {"decision_number": "35/QĐ-KB"})
    lot = value_and_offer(story, ref)
    return {"ref": ref, "waiting": waiting["reference"], "lot": lot, "a": first, "b": second}


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
            "decision_number": REQUIRED,
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


def test_a_key_makes_a_repeated_post_give_the_first_answer_and_act_once(story: Story) -> None:
    first, second = open_office(story)
    key = {"idempotency_key": "phiếu-1".encode().hex()}
    answers = [story.post("officer", "/seized-assets", CAR, **key) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert [answer.headers.get("idempotent-replay") for answer in answers] == [None, "true", "true"]
    assert len(story.read("keeper", "/assets")["items"]) == 1
    other = story.post("officer", "/seized-assets", CAR | {"decision_number": "36/QĐ"}, **key)
    assert_problem(other, 409, "idempotency_key_reused")

    ref = answers[0].json()["reference"]
    took = {"place_id": first, "giver": "Trần Văn Nợ", "reason": "Kê biên"}
    twice = [
        story.post("keeper", f"/assets/{ref}/custody/take-in", took, **key) for _time in range(2)
    ]
    assert [answer.status_code for answer in twice] == [201, 201]
    assert twice[0].content == twice[1].content
    assert len(story.read("keeper", f"/assets/{ref}/custody")) == 1
    count = text("SELECT count(*) FROM audit_entry WHERE subject_ref = :ref")
    assert story.session.scalar(count, {"ref": ref}) == 2
    assert second
