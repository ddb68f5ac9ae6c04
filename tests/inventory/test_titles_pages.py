"""Whose an asset is, by form and over REST."""

from collections.abc import Callable
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.cases.models import EnforcementCase
from tests.make.inventory import make_asset
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
Bearer = Callable[[str], dict[str, str]]


@pytest.fixture
def asset(session: Session, people: People, case: EnforcementCase, at: datetime) -> str:
    return make_asset(session, people.officer, case, at=at).reference


OWNERS = {
    "from_on": "2026-09-01",
    "document": "GCN 12",
    "owners.0.name": "Trần Văn Nợ",
    "owners.0.role": "debtor",
    "owners.0.over": "1",
    "owners.0.under": "2",
    "owners.1.name": "Trần Thị Chung",
    "owners.1.role": "co_owner",
    "owners.1.over": "1",
    "owners.1.under": "2",
}


def test_owners_burdens_and_collateral_are_recorded_and_shown(browse: Browse, asset: str) -> None:
    client = browse("officer")
    way = f"/assets/{asset}/title"
    said = [
        ("owners", OWNERS),
        ("burden", {"kind": "tenant", "since_on": "2026-09-01", "note": "Thuê đến 2028"}),
        ("region", {"region": "region_2", "from_on": "2026-09-01"}),
        (
            "collateral",
            {
                "holder": "Ngân hàng Khác",
                "secured_amount": "1.250.000.000",
                "from_on": "2026-09-01",
                "document": "HĐTC 7",
            },
        ),
    ]
    for what, form in said:
        assert client.get(f"{way}/{what}").status_code == 200
        answer = client.post(f"{way}/{what}", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text
    page = client.get(f"/assets/{asset}").text
    for words in ("Trần Thị Chung", "1/2", "Thuê đến 2028", "Ngân hàng Khác", "1.250.000.000"):
        assert words in page


def test_shares_that_do_not_give_the_whole_come_back_with_what_was_typed(
    browse: Browse, asset: str
) -> None:
    client = browse("officer")
    wrong = {**OWNERS, "owners.1.under": "3"}
    answer = client.post(f"/assets/{asset}/title/owners", data=wrong)
    assert answer.status_code == 422
    assert "5/6" in answer.text
    assert "Trần Thị Chung" in answer.text
    assert client.get(f"/assets/{asset}/title/nothing").status_code == 404


def test_over_rest_a_title_is_recorded_and_read(
    client: TestClient, bearer: Bearer, asset: str
) -> None:
    way = f"/api/v1/assets/{asset}"
    new = {
        "from_on": "2026-09-01",
        "document": "GCN 12",
        "owners": [{"role": "debtor", "name": "Trần Văn Nợ"}],
    }
    headers = bearer("officer")
    made = client.post(f"{way}/titles", json=new, headers=headers)
    assert made.status_code == 201, made.text
    assert client.get(f"{way}/title", headers=headers).json()["title"]["owners"][0]["under"] == 1
    keeper = bearer("keeper")
    assert client.post(f"{way}/titles", json=new, headers=keeper).status_code == 403
