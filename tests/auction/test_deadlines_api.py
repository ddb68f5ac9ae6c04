"""Deadlines over REST and in a browser."""

from datetime import date, datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.pages import on_desk
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from inventory.base.desk import Card, Panel
from tests.auction.browsing import browse
from tests.make.organisation import People, make_token


@pytest.fixture
def deadline(session: Session, people: People, at: datetime) -> DeadlineOut:
    lot = DeadlineSubject("lot", "LO-T01-1", people.office.id, lot_id=1)
    return set_deadline(session, people.officer, "resume_after_hold", date(2026, 8, 28), lot, at=at)


def as_(client: TestClient, session: Session, people: People, who: str, at: datetime) -> TestClient:
    client.headers["authorization"] = f"Bearer {make_token(session, people, who, at)}"
    return client


def test_the_open_deadlines_are_listed_with_their_article(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    answer = as_(client, session, people, "officer", at).get("/api/v1/deadlines")
    (row,) = answer.json()["items"]
    assert (row["due_on"], row["subject_ref"]) == ("2026-09-09", "LO-T01-1")
    assert row["citation"]["vi"].startswith("khoản 3 Điều 46")


def test_one_deadline_shows_the_days_that_moved_it(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    officer = as_(client, session, people, "officer", at)
    found = officer.get(f"/api/v1/deadlines/{deadline.id}").json()
    assert {"on": "2026-09-02", "kind": "holiday"}.items() <= found["skipped"][4].items()


def test_a_deadline_is_completed_once(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    officer = as_(client, session, people, "officer", at)
    path = f"/api/v1/deadlines/{deadline.id}/completion"
    done = officer.post(path, json={"met_on": "2026-09-08"})
    assert (done.status_code, done.json()["met_on"]) == (201, "2026-09-08")
    again = officer.post(path, json={})
    assert (again.status_code, again.json()["code"]) == (409, "deadline_already_met")
    assert officer.get("/api/v1/deadlines").json()["items"] == []


def test_a_keeper_reads_and_does_not_complete(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    keeper = as_(client, session, people, "keeper", at)
    assert keeper.get(f"/api/v1/deadlines/{deadline.id}").status_code == 200
    assert keeper.post(f"/api/v1/deadlines/{deadline.id}/completion", json={}).status_code == 403


def test_a_foreign_deadline_answers_exactly_as_an_unknown_one(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    foreign = as_(client, session, people, "foreign_officer", at)
    answers = [
        foreign.get(f"/api/v1/deadlines/{number}") for number in (deadline.id, deadline.id + 1)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert bodies[0] == bodies[1]


def test_a_number_no_row_can_have_is_refused_without_a_fault(
    client: TestClient, session: Session, people: People, at: datetime
):
    officer = as_(client, session, people, "officer", at)
    assert officer.get(f"/api/v1/deadlines/{2**63}").status_code in (400, 404, 422)


def test_the_page_lists_what_is_due_and_records_it_as_done(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    officer = browse(client, session, people, "officer", at)
    page = officer.get("/deadlines")
    assert page.status_code == 200
    assert "LO-T01-1" in page.text
    assert "09/09/2026" in page.text
    assert 'class="status bad"' in page.text
    one = officer.get(f"/deadlines/{deadline.id}")
    assert "Quốc khánh" in one.text
    done = officer.post(f"/deadlines/{deadline.id}/completion", follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/deadlines")
    assert "LO-T01-1" not in officer.get("/deadlines").text
    assert "LO-T01-1" in officer.get(f"/deadlines/{deadline.id}").text


def test_a_reader_without_the_permission_has_no_button(
    client: TestClient, session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    page = browse(client, session, people, "keeper", at).get("/deadlines").text
    assert "LO-T01-1" in page
    assert "/completion" not in page


def test_the_desk_says_what_is_overdue_and_what_comes_next(
    session: Session, people: People, deadline: DeadlineOut, at: datetime
):
    card, panel = on_desk(session, people.officer, at)
    assert isinstance(card, Card)
    assert (card.count, card.tone) == (1, "bad")
    assert isinstance(panel, Panel)
    assert [row.subject_ref for row in panel.data["rows"]] == ["LO-T01-1"]
    (quiet,) = on_desk(session, people.foreign_officer, at)
    assert isinstance(quiet, Card)
    assert (quiet.count, quiet.tone) == (0, "good")
    assert on_desk(session, people.administrator, at) == []
