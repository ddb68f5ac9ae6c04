"""Issuing and reading papers over REST and in a browser."""

import hashlib
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from tests.make.organisation import People, make_token
from tests.reports.histories import History, make_history


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    made = make_history(session, people, at=at)
    session.flush()
    return made


def log_in(client: TestClient, session: Session, people: People, who: str, at: datetime) -> None:
    client.headers["authorization"] = f"Bearer {make_token(session, people, who, at)}"


@pytest.fixture
def inspector(
    client: TestClient, session: Session, people: People, history: History, at: datetime
) -> TestClient:
    log_in(client, session, people, "inspector", at)
    return client


def test_a_flag_gives_its_dossier_as_a_pdf_that_stays(inspector: TestClient, history: History):
    issued = inspector.post(f"/api/v1/flags/{history.flag.id}/dossier")
    assert issued.status_code == 201
    assert issued.headers["content-type"] == "application/pdf"
    assert issued.content.startswith(b"%PDF-1.7")
    where = issued.headers["location"]

    told = inspector.get(where).json()
    assert told["number"] == "1/HSKT-THADS"
    assert told["kind"] == "review_dossier"
    assert told["subject_ref"] == history.asset.reference
    assert told["sha256"] == hashlib.sha256(issued.content).hexdigest()
    assert told["size"] == len(issued.content)
    assert issued.headers["etag"] == f'"{told["sha256"]}"'

    reprint = inspector.get(f"{where}/pdf")
    assert reprint.content == issued.content
    assert reprint.headers["etag"] == issued.headers["etag"]


def test_the_same_key_issues_one_paper_only(inspector: TestClient, history: History):
    path = f"/api/v1/flags/{history.flag.id}/dossier"
    first = inspector.post(path, headers={"idempotency-key": "press-1"})
    second = inspector.post(path, headers={"idempotency-key": "press-1"})
    assert first.status_code == second.status_code == 201
    assert second.headers["location"] == first.headers["location"]
    assert second.content == first.content


def test_an_unknown_flag_and_an_unknown_paper_are_not_found(inspector: TestClient):
    assert inspector.post("/api/v1/flags/999999999/dossier").status_code == 404
    unknown = inspector.get("/api/v1/documents/VB-0000000-0")
    assert unknown.status_code == 404
    assert unknown.json()["code"] == "document_unknown"


def test_a_foreign_office_gets_the_answer_of_an_unknown_number(
    client: TestClient,
    inspector: TestClient,
    session: Session,
    people: People,
    history: History,
    at: datetime,
):
    where = inspector.post(f"/api/v1/flags/{history.flag.id}/dossier").headers["location"]
    log_in(client, session, people, "foreign_officer", at)
    foreign, unknown = client.get(where), client.get("/api/v1/documents/VB-0000000-0")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["code"] == unknown.json()["code"]


def test_an_officer_may_not_issue_a_dossier(
    client: TestClient, session: Session, people: People, history: History, at: datetime
):
    log_in(client, session, people, "officer", at)
    assert client.post(f"/api/v1/flags/{history.flag.id}/dossier").status_code == 403
