"""Flags and reviews over REST and in a browser."""

from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.reviews.commands import sweep
from auction.reviews.pages import asset_parts, desk_parts
from inventory.assets.queries import get_asset
from inventory.base.actor import SYSTEM
from inventory.base.desk import Card, Panel
from tests.auction.browsing import browse
from tests.make.auction import Auctioned, make_auctioned
from tests.make.organisation import People, make_token

FINDING = {"code": "P02", "severity": "breach", "text": "Giảm 12 % trong một lần."}
CONCLUSION = {
    "conclusion": "b",
    "conclusion_text": "Thẩm định giá lại.",
    "responsible": "Chấp hành viên A",
    "due_on": "2026-12-31",
}


@pytest.fixture
def item(session: Session, people: People, at: datetime) -> Auctioned:
    """An asset with five failed rounds and its flags."""
    item = make_auctioned(session, people.office, 5)
    sweep(lambda: nullcontext(session), SYSTEM, date(2026, 11, 23), at=at)
    return item


def as_(client: TestClient, session: Session, people: People, who: str, at: datetime) -> TestClient:
    client.headers["authorization"] = f"Bearer {make_token(session, people, who, at)}"
    return client


@pytest.fixture
def inspector(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
) -> TestClient:
    """The inspector of the centre as a program."""
    return as_(client, session, people, "inspector", at)


def test_the_queue_answers_assets_with_their_facts(inspector: TestClient, item: Auctioned) -> None:
    (row,) = inspector.get("/api/v1/flags?order=worst").json()["items"]
    assert (row["asset"], row["tier"], row["failed_in_a_row"]) == (item.ref, 5, 5)
    assert row["facts"]["first_price"] == "1000000000.00"
    assert inspector.get(f"/api/v1/flags/{row['id']}").json() == row
    assert inspector.get("/api/v1/flags?tier=3").json()["items"] == []


def test_a_review_from_its_opening_to_its_conclusion(
    inspector: TestClient, item: Auctioned
) -> None:
    opened = inspector.post("/api/v1/reviews", json={"asset": item.ref})
    assert opened.status_code == 201
    path = opened.headers["location"]
    assert opened.headers["etag"] == '"1"'
    written = inspector.post(f"{path}/findings", json=FINDING)
    assert (written.status_code, written.headers["etag"]) == (201, '"2"')
    assert written.json()["findings"][0]["code"] == "P02"
    unsaid = inspector.post(f"{path}/conclusion", json=CONCLUSION)
    assert unsaid.status_code == 428
    stale = inspector.post(f"{path}/conclusion", json=CONCLUSION, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    done = inspector.post(f"{path}/conclusion", json=CONCLUSION, headers={"if-match": '"2"'})
    assert (done.status_code, done.json()["conclusion"]) == (201, "b")
    assert [flag["closed_reason"] for flag in done.json()["flags"]] == ["concluded", "concluded"]
    again = inspector.post(f"{path}/conclusion", json=CONCLUSION, headers={"if-match": '"3"'})
    assert (again.status_code, again.json()["code"]) == (409, "review_is_concluded")
    late = inspector.post(f"{path}/findings", json=FINDING)
    assert (late.status_code, late.json()["code"]) == (409, "review_is_concluded")
    assert inspector.get("/api/v1/flags").json()["items"] == []
    listed = inspector.get("/api/v1/reviews?show=concluded&mine=true").json()["items"]
    assert [row["asset"] for row in listed] == [item.ref]


def test_every_faulty_field_is_named(inspector: TestClient, item: Auctioned) -> None:
    path = inspector.post("/api/v1/reviews", json={"asset": item.ref}).headers["location"]
    refused = inspector.post(f"{path}/findings", json={"code": "X99", "severity": "huge"})
    assert refused.status_code == 422
    assert {fault["field"] for fault in refused.json()["errors"]} == {"code", "severity", "text"}


def test_the_history_of_an_asset_holds_everything(inspector: TestClient, item: Auctioned) -> None:
    found = inspector.get(f"/api/v1/assets/{item.ref}/history").json()
    assert found["asset"]["failed_in_a_row"] == 5
    assert [line["round"]["number"] for line in found["rounds"]] == [1, 2, 3, 4, 5]
    assert [flag["tier"] for flag in found["flags"]] == [3, 5]
    assert found["reviews"] == []


def test_a_foreign_flag_review_or_history_answers_exactly_as_an_unknown_one(
    inspector: TestClient,
    client: TestClient,
    session: Session,
    people: People,
    item: Auctioned,
    at: datetime,
) -> None:
    review = inspector.post("/api/v1/reviews", json={"asset": item.ref}).json()
    flag = inspector.get("/api/v1/flags").json()["items"][0]
    foreign = as_(client, session, people, "foreign_officer", at)
    for known, unknown in (
        (f"/api/v1/flags/{flag['id']}", "/api/v1/flags/999999"),
        (f"/api/v1/reviews/{review['id']}", "/api/v1/reviews/999999"),
    ):
        answers = [foreign.get(path) for path in (known, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [{**answer.json(), "instance": ""} for answer in answers]
        assert bodies[0] == bodies[1]
    assert foreign.get(f"/api/v1/assets/{item.ref}/history").status_code == 404
    assert foreign.get("/api/v1/flags").json()["items"] == []
    assert foreign.get("/api/v1/reviews").json()["items"] == []


def test_an_officer_reads_and_does_not_review(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
) -> None:
    officer = as_(client, session, people, "officer", at)
    assert officer.get("/api/v1/flags").json()["items"][0]["asset"] == item.ref
    assert officer.post("/api/v1/reviews", json={"asset": item.ref}).status_code == 403


@pytest.fixture
def browser(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
) -> TestClient:
    """The inspector in front of a browser."""
    return browse(client, session, people, "inspector", at)


def text(answer: Any) -> str:
    assert answer.headers["content-type"].startswith("text/html"), answer.text
    return str(answer.text)


def test_the_queue_leads_to_the_history_of_the_asset(browser: TestClient, item: Auctioned) -> None:
    queue = text(browser.get("/flags"))
    assert f'href="/assets/{item.ref}/history"' in queue
    assert "−34,39 %" in queue
    assert "≥ 5" in queue
    history = text(browser.get(f"/assets/{item.ref}/history"))
    assert history.count("Không thành: không có người đăng ký") >= 5
    assert f"/assets/{item.ref}/reviews" in history


@pytest.mark.parametrize(
    "query", ["tier=5", "tier=3", "order=newest", "office=1", "order=sideways", "cursor="]
)
def test_the_queue_can_be_filtered(browser: TestClient, query: str) -> None:
    assert browser.get(f"/flags?{query}").status_code == 200


def test_a_number_that_is_none_is_refused(browser: TestClient) -> None:
    assert browser.get("/flags?tier=many").status_code == 422


def test_a_review_by_forms(browser: TestClient, item: Auctioned) -> None:
    opened = browser.post(f"/assets/{item.ref}/reviews", follow_redirects=False)
    assert opened.status_code == 303
    path = opened.headers["location"]
    empty = browser.post(f"{path}/findings", data={"text": "một điều gì đó"})
    assert empty.status_code == 422
    assert "một điều gì đó" in text(empty)
    assert empty.text.count('class="fault"') == 2
    written = browser.post(f"{path}/findings", data=FINDING, follow_redirects=False)
    assert written.status_code == 303
    page = text(browser.get(path))
    assert "Giảm 12 % trong một lần." in page
    assert 'name="version" value="2"' in page
    early = browser.post(f"{path}/conclusion", data={**CONCLUSION, "version": "2", "due_on": ""})
    assert early.status_code == 422
    stale = browser.post(f"{path}/conclusion", data={**CONCLUSION, "version": "1"})
    assert stale.status_code == 412
    done = browser.post(
        f"{path}/conclusion", data={**CONCLUSION, "version": "2"}, follow_redirects=False
    )
    assert done.status_code == 303
    page = text(browser.get(path))
    assert "Thẩm định giá lại." in page
    assert f"{path}/conclusion" not in page
    assert f"{path}/dossier" in page
    assert item.ref in text(browser.get("/reviews?show=concluded&mine=true"))


def test_the_desk_of_the_inspector_counts_what_waits(
    session: Session, people: People, item: Auctioned, browser: TestClient, at: datetime
) -> None:
    parts = desk_parts(session, people.inspector, at)
    cards = {part.title: part.count for part in parts if isinstance(part, Card)}
    assert cards["Assets with open flags"] == 1
    assert cards["My reviews in progress"] == 0
    browser.post(f"/assets/{item.ref}/reviews")
    cards = {
        part.title: part.count
        for part in desk_parts(session, people.inspector, at)
        if isinstance(part, Card)
    }
    assert cards["My reviews in progress"] == 1
    desk = text(browser.get("/desk"))
    assert item.ref in desk
    assert "≥ 5" in desk


def test_desks_show_reviews_only_to_those_who_may(
    session: Session, people: People, item: Auctioned, at: datetime
) -> None:
    shown = {
        who: [part.title for part in desk_parts(session, getattr(people, who), at)]
        for who in ("keeper", "officer", "head", "administrator", "foreign_officer")
    }
    assert shown["keeper"] == shown["administrator"] == []
    assert shown["officer"] == ["Assets with open flags"]
    assert shown["head"] == [
        "Assets with open flags",
        "Open flags by tier",
        "Most failed rounds",
    ]
    foreign = desk_parts(session, people.foreign_officer, at)
    assert [part.count for part in foreign if isinstance(part, Card)] == [0]


def test_the_page_of_an_asset_tells_its_flags(
    session: Session, people: People, item: Auctioned, browser: TestClient, at: datetime
) -> None:
    asset = get_asset(session, people.inspector, item.ref)
    (panel,) = asset_parts(session, people.inspector, asset, at)
    assert isinstance(panel, Panel)
    assert [flag.tier for flag in panel.data["flags"]] == [3, 5]
    assert asset_parts(session, people.keeper, asset, at) == []
    assert f'href="/assets/{item.ref}/history"' in text(browser.get(f"/assets/{item.ref}"))


@pytest.mark.parametrize("path", ["/flags", "/reviews", "/desk"])
def test_a_page_takes_the_same_statements_however_many_rows(
    session: Session,
    people: People,
    browser: TestClient,
    statements: list[str],
    at: datetime,
    path: str,
) -> None:
    def count() -> int:
        browser.get(path)
        statements.clear()
        assert browser.get(path).status_code == 200
        return len(statements)

    few = count()
    for _i in range(4):
        more = make_auctioned(session, people.office, 3)
        sweep(lambda: nullcontext(session), SYSTEM, date(2027, 1, 1), at=at)
        browser.post(f"/assets/{more.ref}/reviews")
    many = count()
    assert many == few
    another = make_auctioned(session, people.office, 4)
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 1, 1), at=at)
    browser.post(f"/assets/{another.ref}/reviews")
    assert count() == many
