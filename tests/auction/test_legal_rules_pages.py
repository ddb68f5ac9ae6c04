"""The page of the legal rules."""

from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from tests.auction.browsing import browse
from tests.make.organisation import People


@pytest.fixture
def keeper(client: TestClient, session: Session, people: People, at: datetime) -> TestClient:
    return browse(client, session, people, "keeper", at)


def test_the_page_shows_the_law_of_the_day_asked_for(keeper: TestClient):
    new = keeper.get("/rules", params={"on": "2026-07-01"}, headers={"accept-language": "en"})
    old = keeper.get("/rules", params={"on": "2026-06-30"})
    assert new.status_code == old.status_code == 200
    assert "khoản 3 Điều 83 Luật Thi hành án dân sự số 106/2025/QH15" in new.text
    assert "khoản 5 Điều 104 Luật Thi hành án dân sự số 26/2008/QH12" in old.text
    assert "khoản 3 Điều 83" not in old.text


def test_what_is_not_confirmed_is_marked_and_counted(keeper: TestClient):
    page = keeper.get("/rules", params={"on": "2026-08-01"}).text
    assert page.count("cần xác nhận") > 20


def test_a_day_that_is_none_is_refused_on_the_page(keeper: TestClient):
    answer = keeper.get("/rules", params={"on": "01/08/2026"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_the_page_takes_the_same_few_statements_whatever_it_shows(
    keeper: TestClient, statements: list[str]
):
    keeper.get("/rules")
    statements.clear()
    keeper.get("/rules")
    assert sum("legal_rule" in statement for statement in statements) == 1
    assert len(statements) <= 6
