"""The buttons that issue a dossier lead to the paper."""

from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.papers.models import Paper
from service.auth.rules import COOKIE
from service.web.security import CSRF_COOKIE
from tests.make.organisation import People, make_token
from tests.reports.histories import History, make_history


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    return make_history(session, people, at=at)


def press(client: TestClient, path: str) -> Any:
    client.get("/desk")
    token = client.cookies.get(CSRF_COOKIE)
    return client.post(path, data={"_csrf_token": token}, follow_redirects=False)


@pytest.mark.parametrize("where", ["flags", "reviews"])
def test_the_button_issues_the_dossier_and_shows_it(
    client: TestClient, session: Session, people: People, history: History, at: datetime, where: str
):
    client.cookies.set(COOKIE, make_token(session, people, "inspector", at))
    thing = history.flag if where == "flags" else history.review
    answer = press(client, f"/{where}/{thing.id}/dossier")
    assert answer.status_code == 303
    paper = client.get(answer.headers["location"])
    reference = answer.headers["location"].rsplit("/", 1)[1]
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["content-disposition"] == f'inline; filename="{reference}"'
    assert paper.headers["cache-control"] == "no-store"
    assert paper.content.startswith(b"%PDF-1.7")


def test_without_the_forms_token_nothing_is_issued(
    client: TestClient, session: Session, people: People, history: History, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "inspector", at))
    refused = client.post(f"/flags/{history.flag.id}/dossier", follow_redirects=False)
    assert refused.status_code == 403
    assert session.scalar(select(func.count()).select_from(Paper)) == 0


def test_a_review_of_a_foreign_office_is_not_found(
    client: TestClient, session: Session, people: People, history: History, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "inspector", at))
    assert press(client, "/reviews/999999999/dossier").status_code == 404
