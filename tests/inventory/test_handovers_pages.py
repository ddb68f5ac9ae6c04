"""Hand-overs, transfers, loans and disposals as pages: forms, their answers, and the desk."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.cases.models import EnforcementCase
from inventory.orders.rules import Purpose
from inventory.warehouses.models import Place
from service.auth.rules import COOKIE
from tests.make.handovers import make_away
from tests.make.inventory import make_asset
from tests.make.orders import arrival_order, order_in, order_to_lend, order_to_send
from tests.make.organisation import People

Browse = Callable[[str], TestClient]


@pytest.fixture
def away(session: Session, people: People, store: Place, at: datetime) -> dict[str, str]:
    """One of each."""
    return make_away(session, people.keeper, people.officer, store, "T-keeper", at=at)


@pytest.mark.parametrize(
    ("who", "path", "said"),
    [
        ("keeper", "/handovers", "Bàn giao vật chứng"),
        ("keeper", "/handovers/{offer}", "Điện thoại di động"),
        ("officer", "/handovers/{signed}", "Công ty Giữ Hộ"),
        ("keeper", "/transfers", "Phạm Văn Chở"),
        ("keeper", "/transfers/{transfer}", "Không có trên xe"),
        ("keeper", "/loans?show=overdue", "Tòa án nhân dân tỉnh"),
        ("keeper", "/loans/{loan}", "Hẹn trả"),
        ("officer", "/disposals", "88/QĐ-XLVC"),
        ("officer", "/disposals/{destroyed}", "Ngô Thị Chuyên"),
        ("keeper", "/disposals/{returned}", "Trần Văn Chủ"),
    ],
)
def test_each_page_says_what_it_is_about(
    browse: Browse, away: dict[str, str], who: str, path: str, said: str
) -> None:
    shown = browse(who).get(path.format(**away))
    assert (shown.status_code, said in shown.text) == (200, True)


def test_the_desk_counts_what_waits(browse: Browse, away: dict[str, str]) -> None:
    text = browse("keeper").get("/desk").text
    for word in ("Bàn giao chờ tôi trả lời", "Đang vận chuyển", "Quá hạn trả"):
        assert word in text


def test_a_receiver_answers_item_by_item_and_is_told_what_is_missing(
    browse: Browse, away: dict[str, str]
) -> None:
    client, path = browse("keeper"), f"/handovers/{away['offer']}"
    empty = client.post(f"{path}/answers", data={})
    assert (empty.status_code, 'class="fault"' in empty.text) == (422, True)
    asset = re.findall(r"answer\.(TS-[0-9-]+)", empty.text)[0]
    unreasoned = client.post(f"{path}/answers", data={f"answer.{asset}": "no"})
    assert (unreasoned.status_code, asset in unreasoned.text) == (422, True)
    said = {f"answer.{asset}": "no", f"reason.{asset}": "Vỏ hộp rách"}
    done = client.post(f"{path}/answers", data=said, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert "Vỏ hộp rách" in client.get(path).text


def test_a_thing_given_out_says_where_it_is_and_where_its_place_is(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    browse: Browse,
    at: datetime,
) -> None:
    thing = make_asset(session, people.keeper, case, place=store, at=at).reference
    form = {
        "assets": thing,
        "borrower": "Viện khoa học hình sự",
        "purpose": "examination",
        "request_number": "7/GĐ",
        "requested_on": "2026-11-20",
        "order": order_to_lend(session, store, thing, party="Viện khoa học hình sự"),
        "working_days": "3",
        "taker.name": "Bùi Văn Giám",
        "taker.post": "Giám định viên",
        "taker.proof": "service_card",
    }
    client = browse("keeper")
    assert client.post("/loans/new", data={**form, "taker.name": ""}).status_code == 422
    done = client.post("/loans/new", data=form, follow_redirects=False)
    assert done.status_code == 303
    shown = client.get(f"/assets/{thing}").text
    assert "Chỗ trong kho: Kho số 1" in shown
    assert "Viện khoa học hình sự" in shown
    assert "/custody/take-in" not in shown


def test_giving_out_offers_the_signed_orders_that_fit(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    browse: Browse,
    at: datetime,
) -> None:
    thing, other = (
        make_asset(session, people.keeper, case, place=store, at=at).reference for _i in range(2)
    )
    fits, elsewhere = (order_to_lend(session, store, one) for one in (thing, other))
    client = browse("keeper")
    every = client.get("/loans/new").text
    assert all(f'<option value="{order}">' in every for order in (fits, elsewhere))
    fitting = client.get(f"/loans/new?assets={thing}").text
    assert f'<option value="{fits}" selected>' in fitting
    assert elsewhere not in fitting


BY_LORRY = {
    "reason": "Ủy thác xử lý tài sản",
    "expected_on": "2026-12-01",
    "carrier_name": "Phạm Văn Chở",
    "carrier_post": "Lái xe",
    "carrier_proof": "citizen_card",
}


def test_a_transfer_to_another_office_is_received_there_and_read_here(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    foreign_store: Place,
    browse: Browse,
    at: datetime,
) -> None:
    things = [
        make_asset(session, people.keeper, case, place=store, at=at).reference for _i in range(2)
    ]
    client = browse("keeper")
    form = {
        "assets": " ".join(things),
        "to_office": "T02",
        "order": order_to_send(session, store, *things),
        **BY_LORRY,
    }
    nowhere = client.post("/transfers/new", data={**form, "to_office": ""})
    assert (nowhere.status_code, 'id="to_place_id-fault"' in nowhere.text) == (422, True)
    path = client.post("/transfers/new", data=form, follow_redirects=False).headers["location"]
    sender = client.cookies[COOKIE]
    assert "THADS tỉnh Khác" in client.get(path).text
    client = browse("foreign_keeper")
    assert "Đang đến" in client.get("/desk").text
    shown = client.get(path).text
    assert (things[0] in shown, f'href="/assets/{things[0]}"' in shown) == (True, False)
    said = {
        "order": arrival_order(foreign_store),
        "place_id": str(foreign_store.id),
        f"arrival.{things[0]}": "received",
        f"arrival.{things[1]}": "refused",
        f"note.{things[1]}": "Sai số khung",
    }
    assert client.post(f"{path}/arrivals", data=said, follow_redirects=False).status_code == 303
    assert f'href="/assets/{things[0]}"' in client.get(path).text
    client.cookies.set(COOKIE, sender)
    shown = client.get(path).text
    assert ("Sai số khung" in shown, f'name="back.{things[1]}"' in shown) == (True, True)
    assert f'name="back.{things[0]}"' not in shown
    assert client.get(f"/assets/{things[0]}").status_code == 404
    assert things[0] in client.get(f"{path}/past?asset={things[0]}").text
    back = {
        f"back.{things[1]}": "true",
        "order": order_in(session, store, things[1], purpose=Purpose.BROUGHT_BACK),
    }
    assert client.post(f"{path}/comebacks", data=back, follow_redirects=False).status_code == 303
    assert client.get(f"/assets/{things[1]}").status_code == 200


@pytest.mark.parametrize("place", ["²", "9" * 30, "-1", "x"])
def test_a_place_that_is_no_number_is_a_fault_of_the_form(
    browse: Browse, away: dict[str, str], place: str
) -> None:
    client = browse("keeper")
    for path, word in (
        (f"/transfers/{away['transfer']}/arrivals", "arrival"),
        (f"/loans/{away['loan']}/returns", "back"),
    ):
        said = {
            f"{word}.TS-0000001-5": "received" if word == "arrival" else "none",
            "place.TS-0000001-5": place,
        }
        assert client.post(path, data=said).status_code == 422


def test_the_receiver_gets_his_receipt_as_pdf(browse: Browse, away: dict[str, str]) -> None:
    client, path = browse("keeper"), f"/handovers/{away['offer']}"
    asset = re.findall(r"answer\.(TS-[0-9-]+)", client.get(path).text)[0]
    client.post(f"{path}/answers", data={f"answer.{asset}": "yes"})
    receipt = re.findall(r"/documents/(VB-[0-9-]+)", client.get(path).text)[0]
    printed = client.get(f"/documents/{receipt}.pdf")
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
