"""The main job over REST alone, from the seizure to the printed dossier."""

import hashlib
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import text

from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.custody.verification import verify_chains
from tests.journeys.acts import (
    CAR,
    CASE,
    VALUE,
    a_round,
    cut,
    fail_round,
    open_office,
    order,
    seize_and_store,
    value_and_offer,
    warehouse,
)
from tests.journeys.rest import Story, assert_problem
from tests.reading import read_words

CONCLUSION = "Định giá lại trước khi tiếp tục đấu giá, thời hạn ba mươi ngày"


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
    words = read_words(printed.content)
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
    named = order(story, warehouse(story, first), ref)
    took = {"place_id": first, "giver": "Trần Văn Nợ", "reason": "Kê biên", "order": named}
    twice = [
        story.post("keeper", f"/assets/{ref}/custody/take-in", took, **key) for _time in range(2)
    ]
    assert [answer.status_code for answer in twice] == [201, 201]
    assert twice[0].content == twice[1].content
    assert len(story.read("keeper", f"/assets/{ref}/custody")) == 1
    count = text("SELECT count(*) FROM audit_entry WHERE subject_ref = :ref")
    assert story.session.scalar(count, {"ref": ref}) == 2
    assert second
