"""Seals, special kinds, outside custody and regimes by form, as people send them."""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.queries import get_holding
from inventory.seals.commands import seal
from inventory.seals.schemas import ReceivedSeal
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_evidence, standing_order
from tests.make.organisation import People
from tests.make.pictures import picture
from tests.make.seals import new_seal

Browse = Callable[[str], TestClient]
Bearer = Callable[[str], dict[str, str]]


@pytest.fixture
def asset(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, people.officer, case, at=at)


PRESENT = {
    "present.0.name": "Phạm Thị Chứng",
    "present.0.role": "witness",
    "present.1.name": "Trần Văn Nợ",
    "present.1.role": "person_concerned",
    "present.1.refusal": "Không đồng ý",
}
SEAL = {
    "number": "NP-1",
    "sealed_on": "2026-11-20",
    "sealed_by": "CHV",
    "state_before": "Hai máy",
    "state_after": "Dán kín",
}


def test_the_form_offers_the_pictures_of_the_thing_and_the_page_shows_the_chosen_one(
    browse: Browse, asset: Registered
) -> None:
    client = browse("keeper")
    files = {"files": ("niem-phong.jpg", picture(), "image/jpeg")}
    client.post(f"/assets/{asset.reference}/attachments/new", data={"purpose": "seal"}, files=files)
    client = browse("officer")
    way = f"/assets/{asset.reference}/seals"
    form = client.get(f"{way}/new").text
    digest = sha256(picture()).hexdigest()
    assert f'<option value="{digest}">niem-phong.jpg' in form
    said = {**SEAL, **PRESENT, "photo_sha256": digest}
    assert client.post(f"{way}/new", data=said, follow_redirects=False).status_code == 303
    shown = client.get(f"/assets/{asset.reference}").text
    assert re.search(r'<img src="/attachments/\d+/small" alt="[^"]*niem-phong.jpg"', shown)
    again = client.post(f"{way}/new", data={**said, "number": "NP-2", "photo_sha256": "0" * 64})
    assert again.status_code == 422


def test_sealing_opening_and_sealing_again_by_form(browse: Browse, asset: Registered) -> None:
    client = browse("officer")
    way = f"/assets/{asset.reference}/seals"
    alone = client.post(f"{way}/new", data=SEAL, follow_redirects=False)
    assert alone.status_code == 422
    made = client.post(f"{way}/new", data={**SEAL, **PRESENT}, follow_redirects=False)
    assert made.status_code == 303
    shown = client.get(f"/assets/{asset.reference}").text
    assert "NP-1" in shown
    assert "Không đồng ý" in shown
    assert "BBNP" in shown or "/documents/VB-" in shown
    opening = {
        "number": "NP-1",
        "opened_on": "2026-11-21",
        "opened_by": "CHV",
        "purpose": "examination",
        "reason": "Giám định",
        "state_found": "whole",
        "found": "Hai máy",
        **PRESENT,
    }
    assert client.get(f"{way}/openings?number=NP-1").status_code == 200
    opened = client.post(f"{way}/openings", data=opening, follow_redirects=False)
    assert opened.status_code == 303
    assert "opened_not_resealed" in client.get("/seals?standing=opened_not_resealed").text
    again = {**SEAL, **PRESENT, "number": "NP-2"}
    assert client.post(f"{way}/new", data=again).status_code == 422
    again["replaces"] = "NP-1"
    assert client.post(f"{way}/new", data=again, follow_redirects=False).status_code == 303


def test_the_state_of_seals_is_asked_by_the_form_of_custody(
    browse: Browse, session: Session, people: People, store: Place, at: datetime
) -> None:
    made = make_evidence(session, people.keeper, at=at, seal=ReceivedSeal(number="NP 7/a"))
    client = browse("keeper")
    way = f"/assets/{made.reference}"
    form = client.get(f"{way}/custody/take-in").text
    assert 'name="seal:NP 7/a"' in form
    said = {
        "place_id": store.id,
        "giver": "A",
        "reason": "Nhập",
        "order": standing_order(store),
    }
    assert client.post(f"{way}/custody/take-in", data=said).status_code == 422
    torn = client.post(f"{way}/custody/take-in", data={**said, "seal:NP 7/a": "torn"})
    assert torn.status_code == 422
    assert f"{way}/seals/checks" in torn.text
    note = {"number": "NP 7/a", "state": "torn", "occasion": "receipt"}
    assert client.post(f"{way}/seals/checks", data=note, follow_redirects=False).status_code == 303
    assert "/seals?standing=damaged" in client.get("/desk").text
    conclusion = {
        "number": "NP 7/a",
        "conclusion_body": "PC09",
        "conclusion_number": "44/KL",
        "concluded_on": "2026-11-23",
        "conclusion": "Đủ",
    }
    officer = browse("officer")
    concluded = officer.post(f"{way}/seals/conclusions", data=conclusion, follow_redirects=False)
    assert concluded.status_code in (303, 422)


def test_cash_and_contracts_by_form(browse: Browse, asset: Registered) -> None:
    client = browse("officer")
    way = f"/assets/{asset.reference}"
    mark = client.post(f"{way}/special-kinds/new", data={"kind": "cash"}, follow_redirects=False)
    assert mark.status_code == 303
    cash = {
        "currency": "VND",
        "total": "700000",
        "counted_on": "2026-11-20",
        "counted_by": "KT",
        "lines.0.denomination": "500000",
        "lines.0.pieces": "1",
        "lines.1.denomination": "200000",
        "lines.1.pieces": "2",
    }
    assert client.post(f"{way}/cash-counts/new", data=cash).status_code == 422
    cash["total"] = "900000"
    counted = client.post(f"{way}/cash-counts/new", data=cash, follow_redirects=False)
    assert counted.status_code == 303
    contract = {
        "custody_form": "third",
        "number": "7/HĐ",
        "custodian": "Công ty Thử",
        "from_on": "2026-09-15",
        "monthly_cost": "1.500.000",
        "conditions": "Trông giữ",
    }
    kept = client.post(f"{way}/outside/new", data=contract, follow_redirects=False)
    assert kept.status_code == 303
    shown = client.get(way).text
    assert "7/HĐ" in shown
    assert "900" in shown
    assert "7/HĐ" not in client.get("/custody/outside").text
    assert "Công ty Thử" in client.get("/custody/outside").text
    assert "/custody/outside" in client.get("/desk").text


@pytest.mark.parametrize("path", ["/seals", "/perishables", "/custody/outside"])
def test_lists_have_an_empty_state(browse: Browse, path: str) -> None:
    assert browse("keeper").get(path).status_code == 200


def test_seals_over_rest(
    client: TestClient,
    bearer: Bearer,
    session: Session,
    people: People,
    asset: Registered,
    at: datetime,
) -> None:
    seal(session, people.officer, asset.reference, new_seal(), at=at)
    headers = bearer("officer")
    way = f"/api/v1/assets/{asset.reference}"
    (shown,) = client.get(f"{way}/seals", headers=headers).json()
    assert (shown["number"], shown["standing"]) == ("NP-1", "in_force")
    bad = {"number": "NP-1", "state": "broken"}
    assert client.post(f"{way}/seals/checks", json=bad, headers=headers).status_code == 422
    good = {"number": "NP-1", "state": "missing"}
    answer = client.post(f"{way}/seals/checks", json=good, headers=headers)
    assert answer.status_code == 201
    assert answer.json()[0]["damages"][0]["article"] == "D152/26 Art. 37(2)c"
    rows = client.get("/api/v1/seals?standing=damaged", headers=headers).json()["items"]
    assert [row["number"] for row in rows] == ["NP-1"]


def test_a_new_regime_item_by_rest_is_refused_with_the_article_and_what_is_lawful(
    client: TestClient, bearer: Bearer, session: Session, people: People, store: Place, at: datetime
) -> None:
    made = make_evidence(session, people.keeper, at=at, received_on=at.date())
    said = {
        "place_id": store.id,
        "giver": "CA",
        "reason": "Nhập kho",
        "order": standing_order(store),
    }
    way = f"/api/v1/assets/{made.reference}/custody/take-in"
    answer = client.post(way, json=said, headers=bearer("keeper"))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "kept_elsewhere"
    assert "114" in str(problem)
    assert get_holding(session, people.keeper, made.reference).place_id is None
