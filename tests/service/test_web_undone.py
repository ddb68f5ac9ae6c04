"""The list of due things that failed is there for who runs the program; it names no case."""

from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.base.models import JobFailure
from service.auth.rules import COOKIE
from tests.make.organisation import People, make_token

FAILED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def failures(session: Session) -> None:
    for resolved_at in (None, FAILED_AT):
        session.add(
            JobFailure(
                job_id="reviews.sweep",
                key="TS-0000001-9",
                attempts=3,
                last_error="OperationalError: the case of Nguyễn Văn A",
                first_failed_at=FAILED_AT,
                last_failed_at=FAILED_AT,
                next_try_at=None,
                resolved_at=resolved_at,
            )
        )
    session.flush()


def look(client: TestClient[Any], session: Session, people: People, who: str, path: str) -> Any:
    client.cookies.set(COOKIE, make_token(session, people, who, datetime.now(UTC)))
    return client.get(path, headers={"accept-language": "en"}, follow_redirects=False)


@pytest.mark.usefixtures("failures")
def test_the_administrator_sees_what_failed_but_not_of_whom(
    client: TestClient[Any], session: Session, people: People
) -> None:
    page = look(client, session, people, "administrator", "/undone")
    assert page.status_code == 200
    assert page.text.count("reviews.sweep") == 1
    assert "OperationalError" in page.text
    assert "TS-0000001-9" not in page.text
    assert "Nguyễn" not in page.text


@pytest.mark.usefixtures("failures")
def test_the_desk_of_the_administrator_counts_what_failed(
    client: TestClient[Any], session: Session, people: People
) -> None:
    desk = look(client, session, people, "administrator", "/desk")
    assert 'href="/undone"' in desk.text


def test_nobody_else_may_look(client: TestClient[Any], session: Session, people: People) -> None:
    assert look(client, session, people, "inspector", "/undone").status_code == 403


def test_the_name_of_an_office_that_came_later_is_on_the_page(
    client: TestClient[Any], session: Session, people: People
) -> None:
    assert people.office.name in look(client, session, people, "keeper", "/desk").text
