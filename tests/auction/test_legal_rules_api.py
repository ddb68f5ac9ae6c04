"""Rules over REST."""

from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from tests.make.organisation import People, make_token


@pytest.fixture
def keeper(client: TestClient, session: Session, people: People, at: datetime) -> TestClient:
    client.headers["authorization"] = f"Bearer {make_token(session, people, 'keeper', at)}"
    return client


def test_a_rule_is_read_with_its_citation_in_both_languages(keeper: TestClient):
    answer = keeper.get(
        "/api/v1/rules", params={"key": "reduction_decision_due", "on": "2026-08-01"}
    )
    assert answer.status_code == 200
    (row,) = answer.json()["items"]
    assert (row["value"], row["unit"], row["confidence"]) == (5, "wd", "A")
    assert row["citation"]["vi"].startswith("khoản 3 Điều 83 Luật Thi hành án dân sự")
    assert row["anchor_name"]["en"] == "receipt of the notice of failure"


def test_the_rules_come_page_by_page(keeper: TestClient):
    first = keeper.get("/api/v1/rules", params={"size": 10}).json()
    second = keeper.get("/api/v1/rules", params={"size": 10, "cursor": first["next_cursor"]}).json()
    assert len(first["items"]) == len(second["items"]) == 10
    assert {row["id"] for row in first["items"]}.isdisjoint(row["id"] for row in second["items"])


@pytest.mark.parametrize(
    "params", [{"on": "yesterday"}, {"section": "nowhere"}, {"size": 0}, {"cursor": "!"}]
)
def test_a_wrong_question_names_its_field(keeper: TestClient, params: dict[str, object]):
    answer = keeper.get("/api/v1/rules", params=params)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert [fault["field"] for fault in answer.json()["errors"]] == list(params)


def test_the_calendar_in_use_says_through_which_year_it_is_announced(keeper: TestClient):
    found = keeper.get("/api/v1/rules/calendar").json()
    assert (found["country"], found["announced_through"]) == ("VN", 2026)


def test_without_a_log_in_no_rule_is_shown(client: TestClient):
    assert client.get("/api/v1/rules").status_code == 401
