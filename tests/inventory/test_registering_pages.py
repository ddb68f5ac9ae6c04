"""Registering on either ground, adding and ending grounds, places, cases and offices by form."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape

from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.custody.models import Holding
from inventory.warehouses.models import Place
from tests.inventory.shown import faults, links, typed
from tests.make.inventory import make_asset, make_evidence
from tests.make.orders import standing_order
from tests.make.organisation import People

Browse = Callable[[str], TestClient]


def test_registering_by_form_on_either_ground(
    browse: Browse, session: Session, case: EnforcementCase, store: Place
) -> None:
    client = browse("keeper")
    asset = {"kind": "movable", "description": "Máy phát điện", "quantity": "2", "unit": "chiếc"}
    into = {
        "take_in.place_id": store.id,
        "take_in.giver": "A",
        "take_in.reason": "Giao nhận",
        "take_in.document": "",
        "take_in.order": standing_order(store),
    }
    seized = {
        "case_number": case.decision_number,
        "decision_number": "1",
        "decision_on": "2026-08-03",
    }
    held = {
        "hold": "evidence",
        "agency": "Công an",
        "received_on": "2026-06-01",
        "seal.number": "N1",
    }
    for path, ground in (("/assets/new", seized), ("/assets/new/evidence", held)):
        answer = client.post(path, data={**asset, **into, **ground}, follow_redirects=False)
        assert answer.status_code == 303, faults(answer.text)
        assert "Máy phát điện" in client.get(answer.headers["location"]).text
    assert session.scalar(select(func.count()).where(Holding.place_id == store.id)) == 2
    again = client.post("/assets/new/evidence", data={**asset, **held})
    assert (again.status_code, list(faults(again.text))) == (422, ["seal.number"])
    assert typed(again.text, "unit") == "chiếc"


def test_an_empty_registration_names_every_field(browse: Browse, session: Session) -> None:
    answer = browse("keeper").post("/assets/new", data={"take_in.giver": "A", "quantity": "x"})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {
        "case_number",
        "decision_number",
        "decision_on",
        "description",
        "kind",
        "quantity",
        "take_in.place_id",
        "take_in.reason",
    }
    assert session.scalar(select(func.count()).select_from(Asset)) == 0


def test_grounds_are_added_and_ended_by_form(
    browse: Browse, session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    made = make_evidence(session, people.keeper, at=at)
    own = f"/assets/{made.reference}"
    client = browse("officer")
    steps = [
        (
            "seizures/new",
            {
                "case_number": case.decision_number,
                "decision_number": "9",
                "decision_on": "2026-10-01",
            },
        ),
        (
            "holds/new",
            {"hold": "temporary_holding", "agency": "Tòa án", "received_on": "2026-10-02"},
        ),
        (
            "seizures/release",
            {
                "case_number": case.decision_number,
                "release_decision": "10",
                "released_on": "2026-10-03",
            },
        ),
    ]
    for path, said in steps:
        assert client.post(f"{own}/{path}", data={}).status_code == 422
        assert client.post(f"{own}/{path}", data=said, follow_redirects=False).status_code == 303
    page = client.get(own).text
    assert {"Vật chứng", "Tạm giữ"} <= set(re.findall(r">(Vật chứng|Tạm giữ)<", page))
    ends = sorted(link for link in links(page) if "holds/end" in link)
    assert len(ends) == 2
    hold = ends[0].rpartition("=")[2]
    end = {"hold_id": hold, "end_decision": "Trả lại", "ended_on": "2026-10-04"}
    assert client.get(unescape(ends[0])).status_code == 200
    assert client.post(f"{own}/holds/end", data=end, follow_redirects=False).status_code == 303
    assert sum("holds/end" in link for link in links(client.get(own).text)) == 1


def test_places_are_added_shown_and_closed_by_form(
    browse: Browse, session: Session, store: Place
) -> None:
    client = browse("keeper")
    said = {"code": "K1-Z", "name": "Kệ Z", "kind": "shelf", "parent_id": store.id, "capacity": "5"}
    made = client.post("/places/new", data=said, follow_redirects=False)
    assert made.status_code == 303
    path = made.headers["location"]
    assert "Kệ Z" in client.get("/warehouse").text
    again = client.post("/places/new", data=said)
    assert (again.status_code, list(faults(again.text))) == (422, ["code"])
    assert "Kệ Z" in client.get(f"/places/{store.id}").text
    assert f"{path}/closing" in client.get(path).text
    assert client.post(f"{path}/closing", follow_redirects=False).status_code == 303
    closed = client.get(path).text
    assert f"{path}/closing" not in closed
    assert client.post(f"{path}/closing", follow_redirects=False).status_code == 422


def test_cases_are_opened_by_form_and_list_their_assets(
    browse: Browse, session: Session, people: People, at: datetime
) -> None:
    client = browse("officer")
    said = {"kind": "on_request", "decision_number": "5/QĐ", "decision_on": "2026-07-06"}
    made = client.post("/cases/new", data=said, follow_redirects=False)
    assert made.status_code == 303
    asset = make_asset(session, people.keeper, "5/QĐ", at=at)
    assert f"/assets/{asset.reference}" in links(client.get(made.headers["location"]).text)
    assert "5/QĐ" in client.get("/cases").text
    again = client.post("/cases/new", data=said)
    assert (again.status_code, list(faults(again.text))) == (422, ["decision_number"])
    assert client.post("/cases/new", data={}).status_code == 422


def test_the_administrator_arranges_offices_by_form(browse: Browse, people: People) -> None:
    client = browse("administrator")
    said = {
        "code": "T01-1",
        "name": "Phòng khu vực 1",
        "kind": "division",
        "parent": "T01",
        "valid_from": "2026-07-01",
    }
    made = client.post("/offices/new", data=said, follow_redirects=False)
    assert made.status_code == 303
    path = made.headers["location"]
    person = {"staff": "NV-1", "name": "Lê Thị Mới", "role": "keeper", "valid_from": "2026-11-01"}
    assert client.post(f"{path}/staff", data=person, follow_redirects=False).status_code == 303
    assert "Lê Thị Mới" in client.get(path).text
    assert "Phòng khu vực 1" in client.get("/offices").text
    beside = client.post("/offices/new", data={**said, "code": "X", "parent": "T02"})
    assert beside.status_code == 422
    assert client.post(f"{path}/staff", data={"staff": "không ai"}).status_code == 422
