"""Orders and keepers on pages: a whole order by form, faults that come back, desks, parts."""

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release
from inventory.custody.schemas import Release
from inventory.orders.commands.requesting import request_order
from inventory.orders.queries import get_order
from inventory.organisation.rules import Role
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People, make_staff
from tests.make.requests import new_order, new_release, signed

Browse = Callable[[str], TestClient]


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    return make_asset(session, people.keeper, case, at=at, place=store)


def links(page: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page))


def faults(page: str) -> set[str]:
    return set(re.findall(r'class="fault" id="([^"]+)-fault"', page))


def typed(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', page)
    return unescape(found.group(1)) if found else ""


def asked(store: Place, **said: str) -> dict[str, str]:
    facts = {
        "direction": "in",
        "purpose": "seized",
        "place_id": str(store.id),
        "reason": "Nhập kho",
        "legal_basis": "34/QĐ-KB",
        "party_name": "Trần Văn Nợ",
        "new.1.description": "Điện thoại",
        "new.1.quantity": "3",
        "new.2.description": "",
    }
    return {**facts, **said}


def test_an_order_is_asked_for_by_form(
    browse: Browse, session: Session, people: People, store: Place
) -> None:
    client = browse("officer")
    assert client.get("/orders/new?rows=12").text.count(".description") >= 12
    faulty = client.post("/orders/new", data=asked(store, **{"new.1.quantity": "ba"}))
    assert (faulty.status_code, faults(faulty.text)) == (422, {"new.1.quantity"})
    assert typed(faulty.text, "party_name") == "Trần Văn Nợ"
    unknown = client.post("/orders/new", data=asked(store, assets="TS-9999999-9"))
    assert (unknown.status_code, faults(unknown.text)) == (422, {"assets"})
    nothing = client.post("/orders/new", data=asked(store, **{"new.1.quantity": "0"}))
    assert faults(nothing.text) == {"new.1.quantity"}
    empty = client.post("/orders/new", data={"direction": "in"})
    assert {"purpose", "place_id", "reason"} <= faults(empty.text)
    made = client.post("/orders/new", data=asked(store), follow_redirects=False)
    assert made.status_code == 303
    ref = made.headers["location"].rpartition("/")[2]
    (line,) = get_order(session, people.officer, ref).lines
    assert (line.description, line.quantity) == ("Điện thoại", 3)
    page = client.get(f"/orders/{ref}").text
    assert f"/orders/{ref}/withdrawal" in page
    assert f"/orders/{ref}/signature" not in page
    assert ref in client.get("/orders").text


def test_the_head_s_desk_leads_to_the_signature(
    browse: Browse, session: Session, people: People, store: Place, at: datetime
) -> None:
    ref = request_order(session, people.keeper, new_order(store), at=at).reference
    client = browse("head")
    assert f"/orders/{ref}" in links(client.get("/desk").text)
    assert f"/orders/{ref}/signature" in client.get(f"/orders/{ref}").text
    assert client.post(f"/orders/{ref}/refusal", data={"reason": ""}).status_code == 422
    done = client.post(f"/orders/{ref}/signature", follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/orders/{ref}")
    assert client.post(f"/orders/{ref}/signature").status_code == 409
    assert client.post(f"/orders/{ref}/dance").status_code == 404


def test_the_keeper_s_desk_leads_through_a_release(
    browse: Browse, session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    ref = signed(session, people, new_release(store, held.reference), at=at)
    client = browse("keeper")
    assert f"/orders/{ref}" in links(client.get("/desk").text)
    form = client.get(f"/orders/{ref}").text
    assert typed(form, "lines.1.quantity") == "1"
    said = {"lines.1.quantity": "1", "lines.1.state": "Nguyên vẹn", "lines.1.seal_number": ""}
    blank = client.post(f"/orders/{ref}/check", data={"lines.1.quantity": "", "identity": "x"})
    assert faults(blank.text) == {"lines.1.quantity"}
    faulty = client.post(f"/orders/{ref}/check", data=said)
    assert (faulty.status_code, faults(faulty.text)) == (422, {"identity"})
    assert typed(faulty.text, "lines.1.state") == "Nguyên vẹn"
    seen = {**said, "identity": "CCCD 1", "authority": "Giấy giới thiệu 2"}
    assert client.post(f"/orders/{ref}/check", data=seen, follow_redirects=False).status_code == 303
    assert client.post(f"/orders/{ref}/slip").status_code == 409
    leaving = Release(store.id, "Nguyễn Thị Mua", "Bán", order=ref)
    release(session, people.keeper, held.reference, leaving, at=at)
    for step in ("slip", "minutes"):
        done = client.post(f"/orders/{ref}/{step}", data={}, follow_redirects=False)
        assert done.status_code == 303, done.text
    assert get_order(session, people.keeper, ref).finished_at
    assert f"/orders/{ref}" in links(client.get(f"/assets/{held.reference}").text)


def test_keepers_are_appointed_counted_and_signed_for_by_form(
    session: Session, browse: Browse, people: People, store: Place
) -> None:
    client = browse("head")
    path = f"/places/{store.id}/keeper"
    assert path in links(client.get("/keepers").text)
    said = {
        "staff": "T-officer",
        "decision_number": "7/QĐ-TK",
        "decided_on": "2026-11-02",
        "valid_from": "2026-11-02",
    }
    faulty = client.post(path, data=said)
    assert (faulty.status_code, faults(faulty.text)) == (422, {"staff"})
    renewed = client.post(path, data={**said, "staff": "T-keeper"}, follow_redirects=False)
    assert renewed.status_code == 303
    relief = client.post(f"{path}/relief", data={"reason": "Nghỉ hưu"}, follow_redirects=False)
    assert relief.status_code == 303
    assert "Nghỉ hưu" in client.get(path).text
    count = {"reference": "KK-1", "reason": "Kho mất điện"}
    assert client.post(f"{path}/count", data=count).status_code == 409
    assert client.post(f"{path}/signature", data={}).status_code == 409
    make_staff(session, people.office, Role.KEEPER, "T-next", "Người kế nhiệm")
    assert client.post(path, data={**said, "staff": "T-next"}).status_code == 200
    assert f'action="/places/{store.id}/joint-count"' in client.get(path).text
    counted = client.post(f"/places/{store.id}/joint-count", follow_redirects=False)
    assert (counted.status_code, "/stocktakes/KK-" in counted.headers["location"]) == (303, True)
    bare = client.post(f"{path}/count", data={"reference": "KK-1"})
    assert (bare.status_code, faults(bare.text)) == (422, {"reason"})
    assert "Kho mất điện" in client.post(f"{path}/count", data=count).text


def test_signing_is_delegated_and_taken_back_by_form(
    browse: Browse, people: People, today: date
) -> None:
    client = browse("head")
    said = {
        "staff": "T-officer",
        "decision_number": "5/QĐ-UQ",
        "valid_from": today.isoformat(),
        "valid_to": today.isoformat(),
    }
    assert client.post("/delegations", data={}).status_code == 422
    assert client.post("/delegations", data=said, follow_redirects=False).status_code == 303
    page = client.get("/delegations").text
    (end,) = set(re.findall(r'action="(/delegations/\d+/end)"', page))
    assert client.post(end, follow_redirects=False).status_code == 303
    assert "5/QĐ-UQ" not in client.get("/delegations").text


def test_impediments_are_raised_and_lifted_by_form(browse: Browse, held: Registered) -> None:
    client = browse("officer")
    own = f"/assets/{held.reference}"
    assert client.get(f"{own}/impediments/new").status_code == 200
    assert client.post(f"{own}/impediments/new", data={}).status_code == 422
    said = {"code": "disputed", "reason": "Khởi kiện"}
    assert (
        client.post(f"{own}/impediments/new", data=said, follow_redirects=False).status_code == 303
    )
    page = client.get(own).text
    assert "Khởi kiện" in page
    assert f"{own}/impediments/lifting" not in page


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/orders", "administrator"),
        ("/orders/new", "head"),
        ("/delegations", "keeper"),
        ("/keepers", "administrator"),
    ],
)
def test_pages_are_closed_to_those_without_the_permission(
    browse: Browse, path: str, who: str
) -> None:
    assert browse(who).get(path).status_code == 403
