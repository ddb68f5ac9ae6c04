"""The board, the page of a sale and its REST resource: every act of a sale is reached from them."""

from datetime import UTC, date, datetime

import pytest

from auction.lots.models import Lot
from auction.sales.commands.paying import default_sale
from auction.sales.queries import get_sale
from auction.sales.schemas import NewDefault
from tests.make.auction import make_formed_lot
from tests.make.money import make_paid, make_small_lot, make_sold, pay

SOLD_AT = datetime(2026, 10, 26, 3, tzinfo=UTC)


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


def act(page, sale_id: int, name: str, *, money: bool = False, **said: str):
    return page.post(f"/sales/{sale_id}/{'money' if money else 'acts'}/{name}", data=said)


def test_the_desk_and_the_board_lead_to_the_sale(browse_as, session, sale):
    page = browse_as("officer")
    assert 'href="/sales"' in page.get("/desk").text
    assert f"/sales/{sale.id}" in page.get("/sales").text
    lot = session.get_one(Lot, sale.lot_id)
    assert f"/sales/{sale.id}" in page.get(f"/lots/{lot.reference}").text
    assert "1.000.000.000" in page.get(f"/sales/{sale.id}").text


def test_a_sale_goes_its_way_on_its_page(browse_as, session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    page = browse_as("officer")
    wrong = act(page, sale.id, "decision", decided_on="2030-01-01")
    assert wrong.status_code == 422
    assert act(page, sale.id, "decision", decided_on="2026-10-27").status_code == 303
    assert act(page, sale.id, "delivery", delivered_on="2026-11-02").status_code == 303
    words = "Người phải thi hành án vào ở lại"
    said = {"kind": "reoccupied", "happened_on": "2026-11-10", "words": words}
    assert act(page, sale.id, "note", **said).status_code == 303
    shown = page.get(f"/sales/{sale.id}").text
    assert words in shown
    assert act(page, sale.id, "nothing").status_code == 404
    assert act(page, sale.id, "receipt", money=True, amount="5").status_code == 422


def test_money_comes_in_and_a_mistake_is_reversed_on_the_page(browse_as, session, people, sale, at):
    page = browse_as("accountant")
    assert act(page, sale.id, "default", cancelled_on="2026-11-20").status_code == 403
    paid = {"amount": "300.000.000", "received_on": "2026-11-02", "document": "PT-7"}
    assert act(page, sale.id, "receipt", money=True, **paid).status_code == 303
    too_much = {**paid, "amount": "900.000.000"}
    assert act(page, sale.id, "receipt", money=True, **too_much).status_code == 422
    entry = get_sale(session, people.officer, sale.id, at.date()).entries[-1]
    path = f"/sales/{sale.id}/entries/{entry.id}/reversal"
    assert page.post(path, data={"document": "PC-1"}).status_code == 303
    assert get_sale(session, people.officer, sale.id, at.date()).money.paid == 0


def test_what_is_taken_without_auction_is_registered_on_a_page(browse_as, session, people, at):
    lot = make_small_lot(session, people, at=SOLD_AT)
    page = browse_as("officer")
    assert lot.reference in page.get(f"/sales/new?lot={lot.reference}").text
    said = {"lot": lot.reference, "way": "direct", "buyer": "Ông Nhận", "document": "BB-1"}
    said |= {"price": "8.000.000", "sold_on": "2026-11-02"}
    assert page.post("/sales/new", data={**said, "price": ""}).status_code == 422
    late = page.post("/sales/new", data=said)
    assert late.status_code == 422
    assert "30/10/2026" in late.text
    assert "non_auction_sale_notice" in late.text
    assert "Điều 64 Nghị định số 152/2026/NĐ-CP" in late.text
    said |= {"announced_on": "2026-10-30", "announcement": "TB-64"}
    untold = page.post("/sales/new", data=said)
    assert untold.status_code == 422
    assert "non_auction_sale_procuracy" in untold.text
    assert "khoản 2 Điều 64 Nghị định số 152/2026/NĐ-CP" in untold.text
    said |= {"procuracy_told_on": "2026-10-30", "procuracy_notice": "TB-VKS-64"}
    made = page.post("/sales/new", data=said)
    assert made.status_code == 303
    shown = page.get(made.headers["location"]).text
    assert "TB-64" in shown
    assert "TB-VKS-64" in shown


def test_a_sale_over_rest(call_as, sale):
    officer, accountant = call_as("officer"), call_as("accountant")
    path = f"/sales/{sale.id}"
    deposit = {"amount": "100000000", "received_on": "2026-10-26", "document": "PT-1"}
    accountant.post(f"{path}/receipts", **deposit, is_deposit=True)
    until = {"until": "2026-12-10", "document": "BB", "parties_agree": True}
    assert officer.post(f"{path}/extension", **until, buyer_agrees=True).status_code == 201
    rest = {"amount": "900000000", "received_on": "2026-11-02", "document": "PT-2"}
    told = accountant.post(f"{path}/receipts", **rest).json()
    assert (told["sale"]["state"], told["money"]["receipts"]) == ("paid", "900000000.00")
    assert [row["id"] for row in officer.get("/sales/undelivered").json()["items"]] == [sale.id]
    deposited = {"bank": "BIDV", "deposited_on": "2026-11-12", "document": "TG"}
    assert accountant.post(f"{path}/term-deposit", **deposited).status_code == 201
    interest = {"amount": "5", "from_on": "2026-11-12", "to_on": "2026-11-20", "document": "TG"}
    assert accountant.post(f"{path}/interest", **interest).status_code == 201
    assert officer.post(f"{path}/delivery-decision", decided_on="2026-11-20").status_code == 201
    delivered = officer.post(f"{path}/delivery", delivered_on="2026-11-20").json()
    assert delivered["sale"]["delivered_on"] == "2026-11-20"
    note = {"kind": "title_file", "happened_on": "2026-11-21", "words": "Văn phòng đăng ký"}
    assert officer.post(f"{path}/notes", **note).status_code == 201
    assert officer.get(path).json()["entries"][-1]["kind"] == "title_file"


def test_a_price_on_a_term_deposit_is_not_what_comes_next_again(browse_as, session, people):
    sale = make_paid(session, people, at=SOLD_AT)
    page = browse_as("accountant")
    path = f"/sales/{sale.id}"
    titled = '<h2 id="act-title">{}</h2>'
    assert titled.format("Gửi tiết kiệm tiền bán tài sản") in page.get(path).text
    deposited = {"bank": "BIDV", "deposited_on": "2026-11-12", "document": "TG"}
    assert act(page, sale.id, "term-deposit", money=True, **deposited).status_code == 303
    shown = page.get(path).text
    assert titled.format("Ghi tiền lãi") in shown
    assert "<summary>Gửi tiết kiệm tiền bán tài sản</summary>" in shown


def test_a_result_is_annulled_and_the_money_given_back_over_rest(call_as, session, people):
    sale = make_paid(session, people, at=SOLD_AT)
    officer, accountant = call_as("officer"), call_as("accountant")
    path = f"/sales/{sale.id}"
    no = officer.post(f"{path}/settlement", settled_on="2026-11-02", document="BB")
    assert (no.status_code, no.json()["code"]) == (422, "consent_missing")
    late = officer.post(f"{path}/default", cancelled_on="2026-11-02", document="BB")
    assert late.json()["code"] == "paid_in_full"
    said = {"ground": "collusion", "cancelled_on": "2026-11-02", "document": "05/QĐ"}
    assert officer.post(f"{path}/annulment", **said).json()["sale"]["state"] == "cancelled"
    back = {"amount": "1000000000", "returned_on": "2026-11-03", "document": "PC"}
    told = accountant.post(f"{path}/money-back", **back).json()
    entry = told["entries"][-1]["id"]
    undone = accountant.post(f"{path}/entries/{entry}/reversal", document="PC-2").json()
    assert float(undone["money"]["returned"]) == 0


def test_what_is_offered_to_somebody_is_no_sale_of_its_own_over_rest(call_as, session, people):
    lot = make_formed_lot(session, people, at=SOLD_AT)
    said = {"lot": lot.reference, "way": "setoff", "buyer": "Ngân hàng", "document": "BB-1"}
    said |= {"price": "1000000000", "set_off": "1000000000", "sold_on": "2026-11-02"}
    answer = call_as("officer").post("/sales", **said)
    assert (answer.status_code, answer.json()["code"]) == (422, "follows_its_offer")


KEPT = {"decided_on": "2026-11-04", "document": "02/QĐ", "words": "Theo hợp đồng"}


def defaulted(session, people, at) -> int:
    sale = make_sold(session, people, at=SOLD_AT)
    pay(session, people, sale, 300_000_000, date(2026, 11, 2), at=at)
    gone = NewDefault(cancelled_on=date(2026, 11, 3), document="12/TB", refused_in_writing=True)
    return default_sale(session, people.officer, sale.id, gone, at=at).id


def test_money_kept_apart_is_decided_on_on_the_page(browse_as, session, people, at):
    sale = defaulted(session, people, at)
    page = browse_as("officer")
    assert "/acts/kept" in page.get(f"/sales/{sale}").text
    assert act(page, sale, "kept", amount="400.000.000", **KEPT).status_code == 422
    assert act(page, sale, "kept", amount="100.000.000", **KEPT).status_code == 303
    assert "/acts/kept" not in page.get(f"/sales/{sale}").text


def test_money_kept_apart_is_decided_on_over_rest(call_as, session, people, at):
    path = f"/sales/{defaulted(session, people, at)}/kept-money"
    officer = call_as("officer")
    told = officer.post(path, amount="0", **KEPT)
    assert told.json()["sale"]["pending_since"] is None
    again = officer.post(path, amount="0", **KEPT)
    assert again.json()["code"] == "nothing_kept"
