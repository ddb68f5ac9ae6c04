"""What happens between rounds, by form and over REST."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.registering import register_bidder
from auction.bidding.schemas import NewBidder
from inventory.titles.commands import record_collateral, record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewCollateral, NewOwner, NewTitle
from tests.auction.rest import Caller, Time
from tests.make.between import Between, failed_lot, lot_on_its_way
from tests.make.organisation import People

Browse = Callable[[str], TestClient]


@pytest.fixture
def way(session: Session, people: People, at: datetime, time: Time) -> Between:
    """A lot whose third round failed after two reductions."""
    way = failed_lot(session, people, 3, at=at)
    time.at = way.now
    return way


def test_the_creditor_is_asked_answers_and_the_debtor_is_told_by_form(
    browse_as: Browse, way: Between
) -> None:
    client = browse_as("officer")
    page = f"/lots/{way.ref}/between"
    assert "Hỏi người được thi hành án" in client.get(page).text
    today = way.today.isoformat()
    said = [
        ("setoff", {"asked_on": today, "claim": "2.000.000.000"}),
        ("answer", {"accepted": "true", "answered_on": today, "document": "CV 7"}),
        ("debtor", {"told_on": today}),
    ]
    for what, form in said:
        assert client.get(f"{page}/{what}").status_code == 200
        answer = client.post(f"{page}/{what}", data=form)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == page
    shown = client.get(page).text
    for words in ("810.000.000", "Ngân hàng Thử", "02/12/2026", "09/12/2026"):
        assert words in shown
    early = client.post(
        f"{page}/payment", data={"amount": "0", "paid_on": today, "document": "BL 1"}
    )
    assert early.status_code == 422
    assert "khoản 6 Điều 65" in early.text
    assert "BL 1" in early.text


def test_a_refusal_of_no_field_keeps_what_was_typed_and_names_the_article(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    way = failed_lot(session, people, 1, at=at)
    client = browse_as("officer")
    form = {"asked_on": way.today.isoformat(), "creditor": "Ngân hàng Gõ Tay", "claim": "5"}
    answer = client.post(f"/lots/{way.ref}/between/setoff", data=form)
    assert answer.status_code == 422
    assert "Ngân hàng Gõ Tay" in answer.text
    assert "khoản 3 Điều 83" in answer.text
    assert client.get(f"/lots/{way.ref}/between/nothing").status_code == 404


def test_the_floor_and_the_forecast_are_shown_on_the_lots_page(
    browse_as: Browse, way: Between
) -> None:
    way.cost(750_000_000)
    client = browse_as("officer")
    assert "Không cao hơn chi phí" in client.get(f"/lots/{way.ref}").text
    shown = client.get(f"/lots/{way.ref}/between").text
    assert "729.000.000" in shown
    assert "Giao lại tài sản không bán được" in shown
    assert "Các giả định" in shown
    assert "cách nhau 1 ngày như từ trước đến nay" in shown


def test_a_forecast_says_which_of_its_rules_are_still_to_be_confirmed(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    way = failed_lot(session, people, 1, at=at)
    shown = browse_as("officer").get(f"/lots/{way.ref}/between").text
    assumed = shown.partition("Các giả định")[2]
    assert "cách nhau 30 ngày, theo mục tiêu của quy định" in assumed
    assert "cần xác nhận" in assumed


def test_the_debtor_s_form_says_until_when_how_much_and_whose_expenses(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at).cost(30_000_000).announce(7)
    bidder = NewBidder(name="Nguyễn Văn Mua", identity_number="079123")
    register_bidder(session, people.officer, way.ref, 1, bidder, at=way.now)
    client = browse_as("officer")
    page = f"/assets/{way.asset}/between/redemption"
    shown = client.get(page).text
    for words in ("27/11/2026", "30.000.000", 'value="Nguyễn Văn Mua"', "khoản 4 Điều 83"):
        assert words in shown
    assert "Chỉ tài sản này" not in shown, "there is no other in the lot"
    said = {
        "debt": "700.000.000",
        "costs": "30.000.000",
        "paid_on": way.today.isoformat(),
        "document": "BL 16",
        "expenses.0.bidder": "Nguyễn Văn Mua",
    }
    unsaid = client.post(page, data={**said, "expenses.0.amount": ""})
    assert unsaid.status_code == 422
    assert "Nguyễn Văn Mua" in unsaid.text
    assert client.post(page, data={**said, "expenses.0.amount": "500.000"}).status_code == 303
    assert "500.000" in client.get(f"/assets/{way.asset}").text


def test_a_seizure_to_recall_stands_on_the_desk_of_the_head_who_decides(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at)
    new = NewCollateral(
        holder="Ngân hàng Khác",
        secured_amount=Decimal(950_000_000),
        from_on=date(2026, 8, 3),
        document="HĐTC 5",
    )
    record_collateral(session, people.officer, way.asset, new, at=at)
    way.fail().reduce()
    client = browse_as("head")
    assert "/seizure-recalls" in client.get("/desk").text
    assert way.ref in client.get("/seizure-recalls").text
    form = {
        "decision_number": "5/QĐ-THKB",
        "recalled_on": way.today.isoformat(),
        "holder_told": "CV 9",
    }
    page = f"/lots/{way.ref}/between/recall"
    assert client.get(page).status_code == 200
    assert client.post(page, data=form).status_code == 303
    assert way.ref not in client.get("/seizure-recalls").text
    assert client.get(f"/lots/{way.ref}/between/setoff").status_code == 403


def test_co_owners_and_debtor_act_by_form(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at)
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Trần Thị Chung", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2026, 8, 3), document="GCN", owners=owners)
    record_title(session, people.officer, way.asset, title, at=at)
    client = browse_as("officer")
    page = f"/assets/{way.asset}/between"
    today = way.today.isoformat()
    answer = {"owner": "Trần Thị Chung", "accepted": "false", "document": "Đơn"}
    said = [
        ("priority", {"told_on": today}),
        ("priority-answer", {**answer, "answered_on": today}),
        ("priority-end", {"on": today}),
        (
            "redemption",
            {
                "debt": "700.000.000",
                "costs": "0",
                "paid_on": today,
                "document": "BL",
                "expenses.0.bidder": "Nguyễn Văn Mua",
                "expenses.0.amount": "500.000",
            },
        ),
    ]
    for what, form in said:
        assert client.get(f"{page}/{what}").status_code == 200
        done = client.post(f"{page}/{what}", data=form)
        assert done.status_code == 303, done.text
    shown = client.get(f"/assets/{way.asset}").text
    assert "700.500.000" in shown
    assert "không mua" in shown


def test_over_rest_too(call_as: Callable[[str], Caller], way: Between) -> None:
    officer = call_as("officer")
    page = f"/lots/{way.ref}/between"
    new = {"asked_on": way.today.isoformat(), "claim": "2000000000"}
    made = officer.post(f"{page}/setoff", **new)
    assert made.status_code == 201, made.text
    assert made.json()["setoffs"][0]["price"] == "810000000.00"
    assert officer.get(f"/assets/{way.asset}/between").json()["priorities"] == []
    assert officer.get("/seizure-recalls").json()["items"] == []
    keeper = call_as("keeper")
    assert keeper.post(f"{page}/setoff", **new).status_code == 403
