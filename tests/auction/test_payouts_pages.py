"""The page of a payout: proposed by the officer, approved by the head, paid by the accountant."""

from datetime import UTC, datetime

import pytest

from auction.payouts.queries import payouts_of_sale
from inventory.titles.rules import Region
from tests.make.money import case_of, make_claim, make_delivered, propose
from tests.make.shares import approve_and_pay, deposit, forfeit, line_of, remit, tell

SOLD_AT = datetime(2026, 11, 13, 3, tzinfo=UTC)


@pytest.fixture
def sale(session, people, at):
    sale = make_delivered(session, people, at=SOLD_AT)
    make_claim(session, people, case_of(session, sale), 400_000_000, at=at)
    return sale


def newest(session, people, sale):
    return payouts_of_sale(session, people.head, sale.id)[0]


def test_the_officer_proposes_and_sees_the_table(browse_as, session, people, sale):
    page = browse_as("officer")
    path = f"/sales/{sale.id}/payouts"
    assert "1.000.000.000" in page.get(path).text
    assert page.post(path, data={"taxes": "x"}).status_code == 422
    assert page.post(path, data={"taxes": "20.000.000"}).status_code == 303
    shown = page.get(path).text
    assert "580.000.000" in shown
    payout = newest(session, people, sale).payout.id
    assert page.post(f"/payouts/{payout}/approval").status_code == 403
    assert page.post(path, data={}).status_code == 303
    assert page.get(path).text.count("<details") >= 1


def test_the_head_approves_from_his_desk_and_may_withdraw(browse_as, session, people, sale, at):
    payout = propose(session, people, sale, at=at).id
    page = browse_as("head")
    assert 'href="/payouts"' in page.get("/desk").text
    assert f"/sales/{sale.id}/payouts" in page.get("/payouts").text
    assert page.post(f"/payouts/{payout}/approval").status_code == 303
    told = page.get(f"/sales/{sale.id}/payouts").text
    assert "/documents/" in told
    time = {"until": "2026-12-31", "document": "TB"}
    assert page.post(f"/sales/{sale.id}/payouts/time", data=time).status_code == 422
    time["until"] = "2026-12-10"
    assert page.post(f"/sales/{sale.id}/payouts/time", data=time).status_code == 303
    reason = {"reason": "Sai người nhận"}
    assert page.post(f"/payouts/{payout}/withdrawal", data=reason).status_code == 303
    assert "Sai người nhận" in page.get(f"/sales/{sale.id}/payouts").text


def test_the_accountant_pays_and_reverses(browse_as, call_as, session, people, sale, at):
    payout = propose(session, people, sale, at=at).id
    assert call_as("head").post(f"/payouts/{payout}/approval").status_code == 201
    page = browse_as("accountant")
    assert 'href="/payouts"' in page.get("/desk").text
    line = newest(session, people, sale).lines[0]
    paid = {"number": "PC-01", "way": "transfer", "paid_on": "2026-11-23"}
    path = f"/payout-lines/{line.id}/vouchers"
    assert page.post(path, data={**paid, "paid_on": "2026-01-01"}).status_code == 422
    assert page.post(path, data=paid).status_code == 303
    assert page.post(path, data={**paid, "number": "PC-02"}).status_code == 409
    voucher = newest(session, people, sale).lines[0].vouchers[0]
    back = page.post(f"/vouchers/{voucher.id}/reversal", data={"number": "PC-03"})
    assert back.status_code == 303
    assert "PC-03" in page.get(f"/sales/{sale.id}/payouts").text


def test_a_payout_over_rest(call_as, session, people, sale):
    officer, head, accountant = call_as("officer"), call_as("head"), call_as("accountant")
    path = f"/sales/{sale.id}"
    made = officer.post(f"{path}/payouts", note="Lần 1").json()
    assert [line["amount"] for line in made["lines"]] == ["400000000.00", "600000000.00"]
    payout = made["payout"]["id"]
    assert head.get("/payouts").json()["items"][0]["id"] == payout
    assert head.post(f"/payouts/{payout}/withdrawal", reason="Nhầm").json()["state"] == "withdrawn"
    payout = officer.post(f"{path}/payouts").json()["payout"]["id"]
    approved = head.post(f"/payouts/{payout}/approval").json()
    assert (approved["state"], approved["payout"]["version"]) == ("approved", 2)
    time = {"until": "2026-12-10", "document": "TB-9"}
    assert head.post(f"{path}/payouts/time", **time).status_code == 201
    paid = {"way": "transfer", "paid_on": "2026-11-23"}
    first, rest = (line["id"] for line in approved["lines"])
    voucher = accountant.post(f"/payout-lines/{first}/vouchers", number="1", **paid).json()
    undone = accountant.post(f"/vouchers/{voucher['id']}/counter-voucher", number="2").json()
    assert undone["amount"] == "-400000000.00"
    for line, number in ((first, "3"), (rest, "4")):
        accountant.post(f"/payout-lines/{line}/vouchers", number=number, **paid)
    assert officer.get(f"/payouts/{payout}").json()["state"] == "paid"
    assert len(officer.get(f"{path}/payouts").json()) == 2
    assert officer.get(f"{path}/proceeds").json()[-1]["left"] == "0.00"


def test_money_not_fetched_goes_its_way_on_pages(browse_as, session, people, sale):
    """Told three weeks ago and not fetched: deposited by the limit, as the refusal says."""
    payout = propose(session, people, sale, at=SOLD_AT)
    approve_and_pay(session, people, payout, at=SOLD_AT)
    line = line_of(session, payout, "debtor")
    page = browse_as("officer")
    assert f'href="/shares/{line}"' in page.get(f"/sales/{sale.id}/payouts").text
    told = {"told_on": "2026-11-13", "document": "TB-1"}
    assert page.post(f"/shares/{line}/money/notice", data=told).status_code == 403
    assert page.post(f"/shares/{line}/acts/notice", data={}).status_code == 422
    early = page.post(f"/shares/{line}/acts/notice", data={**told, "told_on": "2026-11-06"})
    assert early.status_code == 422
    tell(session, people, line, at=SOLD_AT)
    case = case_of(session, sale)
    assert f'href="/shares/{line}"' in page.get(f"/cases/{case.id}").text
    assert f'href="/shares/{line}"' in page.get("/shares").text
    page = browse_as("accountant")
    kept = {"number": "GTK-1", "kept_as": "office_account", "deposited_on": "2026-11-23"}
    wait = page.post(f"/shares/{line}/money/deposit", data={**kept, "region": Region.I.value})
    assert wait.status_code == 422
    for said in ("30/11/2026", "return_wait_money", "khoản 1 Điều 59"):
        assert said in wait.text


def test_what_was_paid_in_of_it_is_asked_back_and_refunded_on_pages(
    browse_as, session, people, sale, time
):
    """L25 Art. 57(2): the forfeiture was annulled five years later."""
    payout = propose(session, people, sale, at=SOLD_AT)
    approve_and_pay(session, people, payout, at=SOLD_AT)
    line = line_of(session, payout, "debtor")
    tell(session, people, line, at=SOLD_AT)
    deposit(session, people, line, at=datetime(2026, 12, 9, 2, tzinfo=UTC))
    time.at = datetime(2031, 12, 9, 2, tzinfo=UTC)
    forfeit(session, people, line, at=time.at)
    remit(session, people, line, at=time.at)
    home = f"/shares/{line}"
    asked = {"asked_on": "2031-12-09", "annulled_by": "9/QĐ-GQKN", "document": "CV-1"}
    page = browse_as("officer")
    assert f'action="{home}/acts/refund-request"' in page.get(home).text
    missing = page.post(f"{home}/acts/refund-request", data=asked)
    assert missing.status_code == 422
    assert "9/QĐ-GQKN" in missing.text
    asked["finance_body"] = "Sở Tài chính"
    assert page.post(f"{home}/money/refund-request", data=asked).status_code == 403
    assert page.post(f"{home}/acts/refund-request", data=asked).status_code == 303
    got = {"refunded_on": "2031-12-09", "document": "BC-1"}
    page = browse_as("accountant")
    assert f'action="{home}/money/refund"' in page.get(home).text
    early = page.post(f"{home}/money/refund", data={**got, "refunded_on": "2031-12-08"})
    assert early.status_code == 422
    assert page.post(f"{home}/money/refund", data=got).status_code == 303
    shown = page.get(home).text
    assert "600.000.000" in shown
    assert f'action="{home}/money/fetching"' in shown
