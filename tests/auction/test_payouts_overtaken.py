"""An approved payout whose claims change before it is paid: nothing is paid by it any more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from auction.claims.commands import ask_enforcement, change_claim, reverse_change
from auction.claims.queries import debt_of
from auction.claims.rules import EntryKind
from auction.claims.schemas import NewAsking, NewEntry
from auction.claims.schemas import NewReversal as NewUndoing
from auction.payouts.commands import resting
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import approve_payout, withdraw_payout
from auction.payouts.commands.resting import changed_rights
from auction.payouts.models import Voucher
from auction.payouts.overtaken import count_overtaken
from auction.payouts.queries import get_payout, list_open_payouts, payouts_of_sale
from auction.payouts.rules import ClaimsChanged, PaidOutAlready, ProposalStale, RightsChanged
from auction.payouts.schemas import NewVoucherReversal, NewWithdrawal
from auction.sales.queries import assets_of
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Ground, Scope
from auction.terminations.schemas import NewTermination
from inventory.assets.models import Asset
from inventory.audit.models import AuditEntry
from inventory.titles.commands import record_collateral, record_title, set_region
from inventory.titles.rules import OwnerRole, Region
from inventory.titles.schemas import NewCollateral, NewOwner, NewRegion, NewTitle
from tests.auction.test_payouts_commands import SOLD_AT, approved, voucher
from tests.make.homes import only_home
from tests.make.money import case_of, make_claim, make_delivered, propose

TOLD = "đã được ghi nhận khác sau khi lập"
WHY = NewWithdrawal(reason="Đình chỉ một phần, 7/QĐ-ĐC")


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


@pytest.fixture
def two(session, people, sale, at):
    """Two claims of one rank that share what the sale brought, a billion, in halves."""
    case = case_of(session, sale)
    dead = make_claim(session, people, case, 800_000_000, creditor="Cụ Không Con", at=at)
    alive = make_claim(session, people, case, 800_000_000, creditor="Bà Sống", at=at)
    return dead, alive


def end_part(session, people, sale, claim, *, at, number="7/QĐ-ĐC"):
    on = at.date()
    new = NewTermination(
        scope=Scope.PART,
        ground=Ground.CREDITOR_WITHOUT_HEIRS,
        ground_on=on,
        document="Trích lục 5",
        decision_number=number,
        decided_on=on,
        claims=[claim.id],
    )
    return terminate_case(session, people.head, case_of(session, sale).id, new, at=at)


def lines_of(session, people, payout):
    return get_payout(session, people.accountant, payout.id).lines


def test_nobody_is_paid_by_it_until_it_is_withdrawn_and_proposed_anew(
    session, people, sale, two, at
):
    dead, alive = two
    payout = approved(session, people, sale, at=at)
    end_part(session, people, sale, dead, at=at)
    for line in lines_of(session, people, payout):
        with pytest.raises(ClaimsChanged, match="Lawful: the head withdraws it") as refused:
            pay_line(session, people.accountant, line.id, voucher(), at=at)
        assert refused.value.article == "L25 Art. 54(2)"
        assert refused.value.params["creditors"] == "Cụ Không Con"
    (row,) = list_open_payouts(session, people.accountant).items
    assert row.overtaken
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    noted = session.scalars(select(AuditEntry).where(AuditEntry.code == "payouts.payout.withdrawn"))
    assert [one.data["reason"] for one in noted] == [WHY.reason]
    again = approved(session, people, sale, at=at)
    paid = [(line.claim_id, line.amount) for line in lines_of(session, people, again)]
    assert paid == [(alive.id, 800_000_000), (None, 200_000_000)]
    for number, line in enumerate(lines_of(session, people, again)):
        pay_line(session, people.accountant, line.id, voucher(f"PC-{number}"), at=at)
    assert session.scalar(select(func.sum(Voucher.amount))) == again.gross
    assert debt_of(session, case_of(session, sale).id, at.date()) == 0


def test_what_is_paid_by_it_is_reversed_first(session, people, sale, two, at):
    dead, _alive = two
    payout = approved(session, people, sale, at=at)
    first, second = (line.id for line in lines_of(session, people, payout))
    paid = pay_line(session, people.accountant, second, voucher(), at=at)
    end_part(session, people, sale, dead, at=at)
    with pytest.raises(ClaimsChanged, match="reverse the vouchers"):
        pay_line(session, people.accountant, first, voucher("PC-02"), at=at)
    with pytest.raises(PaidOutAlready):
        withdraw_payout(session, people.head, payout.id, WHY, at=at)
    undo = NewVoucherReversal(number="PC-03")
    reverse_voucher(session, people.accountant, paid.id, undo, at=at)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    assert approved(session, people, sale, at=at).gross == payout.gross


def test_what_its_own_payments_change_and_what_was_taken_back_is_no_change(
    session, people, sale, two, at
):
    payout = approved(session, people, sale, at=at)
    first, second = lines_of(session, people, payout)
    new = NewEntry(kind=EntryKind.WAIVED, principal=Decimal(1), happened_on=at.date(), document="Đ")
    entry = change_claim(session, people.officer, two[1].id, new, at=at)
    with pytest.raises(ClaimsChanged):
        pay_line(session, people.accountant, first.id, voucher(), at=at)
    undo = NewUndoing(document="Đ-2")
    reverse_change(session, people.officer, two[1].id, entry.id, undo, at=at)
    pay_line(session, people.accountant, first.id, voucher(), at=at)
    change_claim(session, people.officer, first.claim_id, new, at=at)
    pay_line(session, people.accountant, second.id, voucher("PC-02"), at=at)
    assert payout.paid_at is not None


def test_a_change_after_the_day_of_the_proposal_stops_its_approval(session, people, sale, two, at):
    earlier = datetime(2026, 11, 20, 3, tzinfo=UTC)
    payout = propose(session, people, sale, at=earlier)
    end_part(session, people, sale, two[0], at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)


def test_the_page_and_the_desks_say_it_beforehand(browse_as, call_as, session, people, sale, two):
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    payout = approved(session, people, sale, at=at)
    line = lines_of(session, people, payout)[0].id
    home, pay = f"/sales/{sale.id}/payouts", f"/payout-lines/{line}/vouchers"
    accountant = browse_as("accountant")
    warning, card = "đã thay đổi sau khi lập", "Bảng phân chia phải thu hồi"
    assert pay in accountant.get(home).text
    assert card not in accountant.get("/desk").text
    end_part(session, people, sale, two[0], at=at)
    shown = accountant.get(home).text
    assert warning in shown
    assert "Cụ Không Con" in shown
    assert pay not in shown
    assert card in accountant.get("/desk").text
    said = {"number": "PC-01", "way": "transfer", "paid_on": "2026-11-23"}
    refused = accountant.post(pay, data=said)
    assert refused.status_code == 409
    assert "Điều 54" in refused.text
    api = call_as("officer").get(f"/payouts/{payout.id}").json()
    assert [one["changed"] for one in api["changed"]] == ["-800000000.00"]
    head = browse_as("head")
    assert card in head.get("/desk").text
    assert f"/payouts/{payout.id}/withdrawal" in head.get(home).text
    anew = head.post(f"/payouts/{payout.id}/withdrawal", data={"reason": WHY.reason})
    assert anew.status_code == 303
    assert warning not in head.get(home).text
    assert date(2026, 11, 23) == payouts_of_sale(session, people.head, sale.id)[0].payout.on_day


def test_who_comes_to_it_after_it_was_drawn_up_has_his_part(session, people, sale, two, at):
    payout = approved(session, people, sale, at=at)
    make_claim(session, people, case_of(session, sale), 400_000_000, creditor="Bà Mới", at=at)
    line = lines_of(session, people, payout)[0]
    with pytest.raises(ClaimsChanged) as refused:
        pay_line(session, people.accountant, line.id, voucher(), at=at)
    assert refused.value.params["creditors"] == "Bà Mới"
    (row,) = list_open_payouts(session, people.accountant).items
    assert row.overtaken
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    again = approved(session, people, sale, at=at)
    paid = [line.amount for line in lines_of(session, people, again)]
    assert paid == [400_000_000, 400_000_000, 200_000_000]
    for number, line in enumerate(lines_of(session, people, again)):
        pay_line(session, people.accountant, line.id, voucher(f"PC-{number}"), at=at)
    assert again.paid_at is not None


def test_a_creditor_who_asks_late_takes_only_what_was_left_to_the_debtor(session, people, sale, at):
    """Nothing is left by those who had asked in time: he changes nothing, and nothing waits."""
    case = case_of(session, sale)
    make_claim(session, people, case, 2_000_000_000, at=at)
    payout = approved(session, people, sale, at=at)
    late = {"creditor": "Bà Muộn", "asked_on": at.date()}
    make_claim(session, people, case, 100_000_000, at=at, **late)
    (line,) = lines_of(session, people, payout)
    pay_line(session, people.accountant, line.id, voucher(), at=at)
    assert payout.paid_at is not None


def test_a_proposal_is_made_anew_for_who_asks_on_a_later_day(session, people, sale, at):
    """He asked after the seizure: what was left to the debtor is his first."""
    earlier = datetime(2026, 11, 20, 3, tzinfo=UTC)
    case = case_of(session, sale)
    make_claim(session, people, case, 800_000_000, creditor="Bà Sống", at=earlier)
    silent = make_claim(session, people, case, 400_000_000, asked_on=None, at=earlier)
    payout = propose(session, people, sale, at=earlier)
    asks = NewAsking(asked_on=date(2026, 11, 23), document="Đơn")
    ask_enforcement(session, people.officer, silent.id, asks, at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)


def test_a_mortgagee_who_comes_to_light_after_the_approval_stops_it(
    browse_as, session, people, sale, two, at
):
    payout = approved(session, people, sale, at=at)
    line = lines_of(session, people, payout)[0].id
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    home, pay = f"/sales/{sale.id}/payouts", f"/payout-lines/{line}/vouchers"
    page = browse_as("accountant")
    assert pay in page.get(home).text
    debt = NewCollateral(
        holder="Quỹ Xa",
        secured_amount=Decimal(300_000_000),
        from_on=date(2025, 1, 1),
        document="HĐ",
    )
    record_collateral(session, people.officer, asset, debt, at=at)
    with pytest.raises(RightsChanged, match="Lawful: the head withdraws it") as refused:
        pay_line(session, people.accountant, line, voucher(), at=at)
    assert (refused.value.params["payees"], refused.value.article) == ("Quỹ Xa", "L25 Art. 54(2)")
    shown = page.get(home).text
    assert "Quỹ Xa" in shown
    assert pay not in shown
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    again = approved(session, people, sale, at=at)
    paid = [line.amount for line in lines_of(session, people, again)]
    assert paid == [300_000_000, 350_000_000, 350_000_000]


def test_the_buyers_title_changes_nothing_of_what_co_owners_are_due(session, people, sale, two, at):
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    half = {"over": 1, "under": 2}
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", **half),
        NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", **half),
    ]
    title = NewTitle(from_on=date(2020, 1, 1), document="GCN-1", owners=owners)
    record_title(session, people.officer, asset, title, at=at)
    bought = [NewOwner(role=OwnerRole.DEBTOR, name="Bà Mua", over=1, under=1)]
    anew = NewTitle(from_on=at.date(), document="GCN-2", owners=bought)
    record_title(session, people.officer, asset, anew, at=at)
    payout = approved(session, people, sale, at=at)
    first, second, third = lines_of(session, people, payout)
    assert (first.payee, first.amount) == ("Bà Chung", 500_000_000)
    pay_line(session, people.accountant, first.id, voucher(), at=at)
    assert second.amount + third.amount == 500_000_000


def co_owner(session, people, asset, at, on=date(2020, 1, 1)):
    half = {"over": 1, "under": 2}
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", **half),
        NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", **half),
    ]
    title = NewTitle(from_on=on, document=f"GCN {on}", owners=owners)
    record_title(session, people.officer, asset, title, at=at)


def mortgagee(session, people, asset, at):
    debt = NewCollateral(
        holder="Quỹ Xa",
        secured_amount=Decimal(300_000_000),
        from_on=date(2025, 1, 1),
        document="HĐ",
    )
    record_collateral(session, people.officer, asset, debt, at=at)


def dwelling(session, people, asset, at):
    set_region(
        session, people.officer, asset, NewRegion(region=Region.II, from_on=date(2026, 1, 5)), at=at
    )
    only_home(session, people, asset, at=at)


@pytest.mark.parametrize("record", [co_owner, mortgagee, dwelling])
def test_that_title_collateral_or_home_changed_is_told_by_all_and_nothing_is_paid(
    browse_as, session, people, sale, two, at, statements, monkeypatch, record
):
    """List, desks, page and the payout itself; in as many statements whether something changed."""
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    payout = approved(session, people, sale, at=at)

    def told():
        statements.clear()
        rows = list_open_payouts(session, people.head).items
        desks = count_overtaken(session, people.head)
        versions = payouts_of_sale(session, people.head, sale.id)
        overtaken = [(one.payout.overtaken, one.rights_changed) for one in versions]
        return ([row.overtaken for row in rows], desks, overtaken), len(statements)

    before, asked = told()
    assert before == ([False], (0, 0), [(False, False)])
    record(session, people, asset, at + timedelta(minutes=1))
    assert told() == (([True], (0, 1), [(True, True)]), asked)
    assert changed_rights(session, payout)
    head = browse_as("head")
    assert "Căn cứ lập đã thay đổi" in head.get("/payouts").text
    page = head.get(f"/sales/{sale.id}/payouts").text
    assert TOLD in page
    assert "Khoản phải thi hành hoặc chi phí đã thay đổi" not in page
    line, *_rest = lines_of(session, people, payout)
    monkeypatch.setattr(resting, "changed_rights", lambda *_said: [])
    with pytest.raises(RightsChanged):
        pay_line(session, people.accountant, line.id, voucher(), at=at)
    withdraw_payout(session, people.head, payout.id, WHY, at=at)
    anew = propose(session, people, sale, at=at + timedelta(minutes=2))
    assert told()[0] == ([False], (0, 0), [(False, False)] * 2)
    assert changed_rights(session, anew) == []


def test_the_buyers_title_and_his_dwelling_overtake_nothing(session, people, sale, two, at):
    asset = session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference
    co_owner(session, people, asset, at)
    payout = approved(session, people, sale, at=at)
    later = at + timedelta(days=1)
    bought = [NewOwner(role=OwnerRole.DEBTOR, name="Bà Mua", over=1, under=1)]
    anew = NewTitle(from_on=later.date(), document="GCN-2", owners=bought)
    record_title(session, people.officer, asset, anew, at=later)
    only_home(session, people, asset, at=later, from_on=later.date())
    assert [one.overtaken for one in list_open_payouts(session, people.head).items] == [False]
    assert changed_rights(session, payout) == []
