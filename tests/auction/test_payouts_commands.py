"""Payouts: reckoned by the law of the day, approved by a second person, paid by voucher."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from auction.claims.queries import debt_of
from auction.claims.rules import ClaimKind, Precedence
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.lots.models import Lot
from auction.payouts.commands.paying import pay_line, reverse_voucher
from auction.payouts.commands.proposing import (
    approve_payout,
    give_longer_time,
    withdraw_payout,
)
from auction.payouts.commands.things import others_things as reckon_things
from auction.payouts.models import Payout
from auction.payouts.planning import Due, owners_parts, plan
from auction.payouts.queries import (
    count_open,
    get_payout,
    list_open_payouts,
    payouts_of_sale,
    proceeds_of_sale,
)
from auction.payouts.rules import (
    LineKind,
    NotDeductible,
    OwnProposal,
    PaidAlready,
    PaidOutAlready,
    PayoutFrozen,
    PayoutNotApproved,
    PayoutNotOpen,
    ProposalStale,
    RentUnknown,
    ThingsWorthMore,
    VoucherNumberTaken,
    VoucherReversed,
    VoucherWay,
)
from auction.payouts.schemas import (
    NewLongerTime,
    NewVoucher,
    NewVoucherReversal,
    NewWithdrawal,
)
from auction.sales.commands.ending import annul_result
from auction.sales.queries import assets_of
from auction.sales.rules import AnnulmentGround, NotDelivered, NotPaidInFull
from auction.sales.schemas import NewAnnulment
from inventory.assets.models import Asset
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.titles.commands import (
    end_burden,
    record_burden,
    record_collateral,
    record_title,
    set_region,
)
from inventory.titles.rules import Burden, BurdenEnd, OwnerRole, Region
from inventory.titles.schemas import (
    EndOfBurden,
    NewBurden,
    NewCollateral,
    NewOwner,
    NewRegion,
    NewTitle,
)
from tests.make.money import (
    case_of,
    lines_of,
    make_claim,
    make_delivered,
    make_old_sale,
    make_paid,
    make_sold,
    pay,
    propose,
)

SOLD_AT = datetime(2026, 11, 9, 3, tzinfo=UTC)
ON = date(2026, 11, 9)


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


def asset_of(session, sale) -> str:
    return session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference


def approved(session, people, sale, *, at, **said) -> Payout:
    payout = propose(session, people, sale, at=at, **said)
    return approve_payout(session, people.head, payout.id, at=at)


def voucher(number: str = "PC-01", way: VoucherWay = VoucherWay.TRANSFER) -> NewVoucher:
    return NewVoucher(number=number, way=way, paid_on=date(2026, 11, 23))


def lines(session, people, payout):
    return get_payout(session, people.accountant, payout.id).lines


amounts = st.integers(0, 10**15).map(Decimal)
dues = st.lists(
    st.builds(
        Due,
        kind=st.sampled_from([kind for kind in LineKind if kind is not LineKind.DEBTOR]),
        payee=st.none(),
        amount=amounts,
        article=st.just("L25 Art. 54(1)"),
        confidence=st.just("A"),
        rank=st.integers(1, 5),
        asset_id=st.integers(1, 3),
    ),
    max_size=12,
)


@given(amounts, dues, st.dictionaries(st.integers(1, 3), amounts, min_size=1))
def test_whatever_is_due_the_sums_agree_to_the_dong(gross, due, worth):
    found = plan(gross, due, worth)
    assert sum((line.paid for line in found.lines), found.left_for_debtor) == gross
    assert all(0 <= line.paid <= line.due.amount for line in found.lines)
    assert found.net >= 0
    assert found.left_for_debtor >= 0
    ranked = [line for line in found.lines if line.due.kind is LineKind.RANK]
    for line in ranked:
        for other in ranked:
            if other.due.rank < line.due.rank and line.paid:
                assert other.paid == other.due.amount


@given(amounts, st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_owners_parts_are_their_shares_and_sum_to_the_price(price, parts):
    whole = sum(parts)
    found = owners_parts(price, [Fraction(part, whole) for part in parts])
    assert sum(found) == price
    half = owners_parts(price, [Fraction(1, 3), Fraction(1, 6)])
    assert abs(sum(half) - price / 2) <= 1


def test_costs_come_first_then_the_ranks_and_the_rest_is_the_debtors(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, kind=ClaimKind.OTHER, at=at)
    make_claim(session, people, case, 25_000_000, kind=ClaimKind.WAGES, creditor="Chị Ba", at=at)
    cost = NewCost(
        kind=CostKind.VALUATION, amount=Decimal(12_000_000), spent_on=ON, document="HĐ-1"
    )
    enter_cost(session, people.officer, asset_of(session, sale), cost, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("costs", None, 12_000_000),
        ("rank", "Chị Ba", 25_000_000),
        ("rank", "Ngân hàng Thử", 300_000_000),
        ("debtor", "Trần Văn Nợ", 663_000_000),
    ]
    assert (payout.gross, payout.net) == (1_000_000_000, 988_000_000)


def test_too_little_money_goes_rank_by_rank_and_pro_rata(session, people, sale, at):
    case = case_of(session, sale)
    for kind, amount in (
        (ClaimKind.WAGES, 400_000_000),
        (ClaimKind.OTHER, 900_000_001),
        (ClaimKind.OTHER, 900_000_001),
        (ClaimKind.INSURANCE, 100_000_000),
    ):
        make_claim(session, people, case, amount, kind=kind, creditor=kind.value, at=at)
    paid = [
        amount for _kind, _payee, amount in lines_of(session, propose(session, people, sale, at=at))
    ]
    assert paid == [400_000_000, 100_000_000, 250_000_000, 250_000_000]


def test_who_asked_after_the_coercion_decision_is_paid_after_who_had_asked(
    session, people, sale, at
):
    case = case_of(session, sale)
    make_claim(session, people, case, 900_000_000, creditor="Sớm", at=at)
    late = {"kind": ClaimKind.WAGES, "creditor": "Muộn", "asked_on": date(2026, 10, 1)}
    make_claim(session, people, case, 300_000_000, **late, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("rank", "Sớm", 900_000_000),
        ("later", "Muộn", 100_000_000),
    ]


def test_a_joint_creditor_who_has_not_asked_has_his_share_on_a_term_deposit(
    session, people, sale, at
):
    case = case_of(session, sale)
    joint = {"joint_with": "Ông A, bà B"}
    make_claim(session, people, case, 100_000_000, creditor="Ông A", **joint, at=at)
    make_claim(session, people, case, 100_000_000, creditor="Bà B", asked_on=None, **joint, at=at)
    payout = approved(session, people, sale, at=at)
    asked, silent, _debtor = lines(session, people, payout)
    assert (asked.held, silent.held) == (False, True)
    with pytest.raises(Invalid) as refusal:
        pay_line(session, people.accountant, silent.id, voucher(), at=at)
    assert refusal.value.article == "D152/26 Art. 30(2)"
    deposit = voucher(way=VoucherWay.TERM_DEPOSIT)
    assert pay_line(session, people.accountant, silent.id, deposit, at=at).amount == 100_000_000


def test_collateral_goes_before_the_ranks_after_its_own_court_fee(session, people, sale, at):
    case = case_of(session, sale)
    secured = {"secured_on": asset_of(session, sale), "judgment": "15/2025/DS-ST"}
    bank = {"precedence": Precedence.MORTGAGEE_CREDITOR, "creditor": "Ngân hàng"}
    make_claim(session, people, case, 950_000_000, **bank, **secured, at=at)
    fee = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước", "judgment": "15/2025/DS-ST"}
    make_claim(session, people, case, 40_000_000, **fee, at=at)
    make_claim(session, people, case, 50_000_000, kind=ClaimKind.WAGES, creditor="Chị Ba", at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("judgment_fee", "Nhà nước", 40_000_000),
        ("collateral", "Ngân hàng", 950_000_000),
        ("rank", "Chị Ba", 10_000_000),
    ]


def test_a_mortgagee_of_the_title_who_is_no_creditor_is_paid_before_all(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 900_000_000, at=at)
    debt = NewCollateral(
        holder="Quỹ tín dụng",
        secured_amount=Decimal(300_000_000),
        from_on=date(2025, 1, 1),
        document="HĐTC-1",
    )
    record_collateral(session, people.officer, asset_of(session, sale), debt, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("mortgagee", "Quỹ tín dụng", 300_000_000),
        ("rank", "Ngân hàng Thử", 700_000_000),
    ]


def test_co_owners_get_their_shares_of_the_price_first(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 900_000_000, at=at)
    title = NewTitle(
        from_on=date(2020, 1, 1),
        document="GCN-1",
        indivisible=True,
        owners=[
            NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=3),
            NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", over=1, under=3),
            NewOwner(role=OwnerRole.CO_OWNER, name="Ông Riêng", over=1, under=3),
        ],
    )
    record_title(session, people.officer, asset_of(session, sale), title, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("co_owner", "Bà Chung", 333_333_334),
        ("co_owner", "Ông Riêng", 333_333_333),
        ("rank", "Ngân hàng Thử", 333_333_333),
    ]


def others_things(session, people, sale, at, holder, value):
    """Things of somebody else that were priced and sold with the land."""
    asset = asset_of(session, sale)
    new = NewBurden(
        kind=Burden.OTHERS_THINGS,
        holder=holder,
        since_on=date(2026, 8, 1),
        told_on=date(2026, 8, 3),
        value=Decimal(value),
        note="Nhà xưởng trên đất",
    )
    made = record_burden(session, people.officer, asset, new, at=at)
    how = {"ended_on": date(2026, 9, 1), "how": BurdenEnd.SOLD_WITH}
    end_burden(session, people.officer, asset, EndOfBurden(burden_id=made.id, **how), at=at)


def test_owners_of_things_sold_with_the_land_come_before_co_owners_and_costs(
    session, people, sale, at
):
    """L25 Art. 81(2): the land of a billion, half of it a co-owner's, with two sheds of 150."""
    make_claim(session, people, case_of(session, sale), 900_000_000, at=at)
    for holder, value in (("Lê Văn Khác", 100_000_000), ("Bà Khác", 50_000_001)):
        others_things(session, people, sale, at, holder, value)
    title = NewTitle(
        from_on=date(2020, 1, 1),
        document="GCN-1",
        owners=[
            NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
            NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", over=1, under=2),
        ],
    )
    record_title(session, people.officer, asset_of(session, sale), title, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("others_things", "Lê Văn Khác", 100_000_000),
        ("others_things", "Bà Khác", 50_000_001),
        ("co_owner", "Bà Chung", 425_000_000),
        ("rank", "Ngân hàng Thử", 424_999_999),
    ]


def test_where_the_price_fell_their_part_fell_with_it_to_the_dong(session, people, at):
    sale = make_old_sale(session, people, at=SOLD_AT)
    sale.price = Decimal(1_000_000_000)
    assets = assets_of(session, sale.lot_id)
    whole = dict.fromkeys(assets, Decimal(1_300_000_000))
    others_things(session, people, sale, at, "Lê Văn Khác", 100_000_000)
    (due,) = reckon_things(session, sale, whole, date(2026, 11, 23))
    assert (due.payee, due.amount) == ("Lê Văn Khác", 76_923_077)


def test_things_worth_more_than_the_whole_are_told_apart_before_anything_is_proposed(
    session, people, sale, at
):
    others_things(session, people, sale, at, "Lê Văn Khác", 1_000_000_001)
    with pytest.raises(ThingsWorthMore) as refusal:
        propose(session, people, sale, at=at)
    assert refusal.value.article == "L25 Art. 81(2)"


def test_a_year_of_minimum_wages_is_kept_back_for_rent_l25_89_2(session, people, sale, at):
    with pytest.raises(RentUnknown) as refusal:
        propose(session, people, sale, at=at, only_home=True)
    assert list(refusal.value.fields) == ["region"]
    region = NewRegion(region=Region.II, from_on=date(2026, 1, 1))
    set_region(session, people.officer, asset_of(session, sale), region, at=at)
    payout = propose(session, people, sale, at=at, only_home=True, taxes=Decimal(20_000_000))
    assert lines_of(session, payout)[:2] == [
        ("rent", "Trần Văn Nợ", 12 * 4_730_000),
        ("taxes", None, 20_000_000),
    ]


OLD_AT = datetime(2026, 3, 16, 3, tzinfo=UTC)


def old_sale(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    pay(session, people, sale, 1_000_000_000, sale.sold_on, at=OLD_AT)
    return sale


def test_the_law_of_2008_takes_the_average_rent_and_no_taxes(session, people):
    sale = old_sale(session, people)
    with pytest.raises(RentUnknown) as refusal:
        propose(session, people, sale, at=OLD_AT, only_home=True)
    assert refusal.value.article == "L08 Art. 115(5)"
    with pytest.raises(NotDeductible):
        propose(session, people, sale, at=OLD_AT, taxes=Decimal(5))
    rent = Decimal(36_000_000)
    payout = propose(session, people, sale, at=OLD_AT, only_home=True, average_rent=rent)
    assert lines_of(session, payout)[0] == ("rent", None, 36_000_000)


def test_a_payout_is_approved_after_delivery_by_somebody_else(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    payout = propose(session, people, sale, at=at)
    with pytest.raises(NotDelivered):
        approve_payout(session, people.head, payout.id, at=at)
    with pytest.raises(Forbidden):
        approve_payout(session, people.officer, payout.id, at=at)
    unpaid = make_sold(session, people, at=SOLD_AT)
    with pytest.raises(NotPaidInFull):
        propose(session, people, unpaid, at=at)


def test_who_proposed_does_not_approve(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    payout.proposed_by_id = people.head.staff_id
    session.flush()
    with pytest.raises(OwnProposal):
        approve_payout(session, people.head, payout.id, at=at)


def test_an_approved_payout_is_frozen_and_a_change_is_a_new_version(session, people, sale, at):
    first = propose(session, people, sale, at=at)
    second = propose(session, people, sale, at=at)
    assert (first.withdrawn_because, second.version) == ("newer_version", 2)
    with pytest.raises(PayoutNotOpen):
        approve_payout(session, people.head, first.id, at=at)
    approve_payout(session, people.head, second.id, at=at)
    assert second.paper is not None
    with pytest.raises(PayoutNotOpen):
        approve_payout(session, people.head, second.id, at=at)
    with pytest.raises(PayoutFrozen):
        propose(session, people, sale, at=at)
    why = NewWithdrawal(reason="Sai người nhận")
    withdraw_payout(session, people.head, second.id, why, at=at)
    with pytest.raises(PayoutNotOpen):
        withdraw_payout(session, people.head, second.id, why, at=at)
    third = approved(session, people, sale, at=at)
    found = payouts_of_sale(session, people.head, sale.id)
    assert [one.payout.id for one in found] == [third.id, second.id, first.id]


def test_a_claim_recorded_after_the_proposal_makes_it_stale(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    make_claim(session, people, case_of(session, sale), 5_000_000, at=at)
    with pytest.raises(ProposalStale):
        approve_payout(session, people.head, payout.id, at=at)


def test_the_last_voucher_ends_the_way_of_the_asset(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, interest=Decimal(50_000_000), at=at)
    payout = propose(session, people, sale, at=at)
    bank, debtor = lines(session, people, payout)
    with pytest.raises(PayoutNotApproved):
        pay_line(session, people.accountant, bank.id, voucher(), at=at)
    approve_payout(session, people.head, payout.id, at=at)
    assert debt_of(session, case.id, at.date()) == 350_000_000
    pay_line(session, people.accountant, bank.id, voucher(), at=at)
    assert debt_of(session, case.id, at.date()) == 0
    with pytest.raises(PaidAlready):
        pay_line(session, people.accountant, bank.id, voucher("PC-02"), at=at)
    with pytest.raises(VoucherNumberTaken):
        pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    pay_line(session, people.accountant, debtor.id, voucher("PC-02"), at=at)
    assets = assets_of(session, sale.lot_id)
    assert standing_of(session, assets)[assets[0]].state == "paid_out"
    ledger = proceeds_of_sale(session, sale.id)
    assert ledger[-1].left == 0
    assert sum(line.amount for line in ledger) == 0
    lot = session.get_one(Lot, sale.lot_id).reference
    due = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert due["payout_due"].met_on == at.date()


def test_a_voucher_is_reversed_by_another_and_the_line_is_paid_anew(session, people, sale, at):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, at=at)
    payout = approved(session, people, sale, at=at)
    bank = lines(session, people, payout)[0]
    paid = pay_line(session, people.accountant, bank.id, voucher(), at=at)
    back = NewVoucherReversal(number="PC-02")
    undone = reverse_voucher(session, people.accountant, paid.id, back, at=at)
    assert debt_of(session, case.id, at.date()) == 300_000_000
    for wrong in (paid.id, undone.id):
        again = NewVoucherReversal(number="PC-03")
        with pytest.raises(VoucherReversed):
            reverse_voucher(session, people.accountant, wrong, again, at=at)
    second = pay_line(session, people.accountant, bank.id, voucher("PC-04"), at=at)
    assert second.attempt == 2
    assert debt_of(session, case.id, at.date()) == 0
    with pytest.raises(PaidOutAlready):
        withdraw_payout(session, people.head, payout.id, NewWithdrawal(reason="x"), at=at)


def test_a_sale_whose_money_is_paid_out_falls_away_only_after_the_vouchers(
    session, people, sale, at
):
    payout = approved(session, people, sale, at=at)
    (debtor,) = lines(session, people, payout)
    paid = pay_line(session, people.accountant, debtor.id, voucher(), at=at)
    annulment = NewAnnulment(
        ground=AnnulmentGround.VOID_BY_COURT, cancelled_on=at.date(), document="05/QĐ"
    )
    with pytest.raises(PaidOutAlready):
        annul_result(session, people.officer, sale.id, annulment, at=at)
    reverse_voucher(session, people.accountant, paid.id, NewVoucherReversal(number="P-2"), at=at)
    annul_result(session, people.officer, sale.id, annulment, at=at)
    assert payout.withdrawn_because == "sale_fell_away"


def test_many_creditors_are_paid_within_forty_five_days_d152_30_3a(session, people, sale, at):
    lot = session.get_one(Lot, sale.lot_id).reference
    until = NewLongerTime(until=date(2026, 12, 20), document="TB-1")
    give_longer_time(session, people.head, sale.id, until, at=at)
    due = [
        one
        for one in deadlines_of(session, people.officer, "lot", lot)
        if one.rule_key == "payout_due"
    ]
    assert due[-1].due_on == date(2026, 12, 20)
    too_long = NewLongerTime(until=date(2026, 12, 31), document="TB-1")
    with pytest.raises(Invalid):
        give_longer_time(session, people.head, sale.id, too_long, at=at)


def test_the_database_refuses_sums_that_do_not_agree(session, people, sale, at):
    payout = propose(session, people, sale, at=at)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError, match="do not sum"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO payout (office_id, sale_id, version, on_day, gross, net,"
                " left_for_debtor, only_home, taxes, proposed_at) SELECT office_id, sale_id, 9,"
                " on_day, gross + 1, net, left_for_debtor, only_home, taxes, proposed_at"
                " FROM payout"
            )
        )
    for change in ("gross = gross + 1", "left_for_debtor = 0", "version = 7"):
        with pytest.raises(DBAPIError, match=r"frozen|permission"), session.begin_nested():
            session.execute(text(f"UPDATE payout SET {change}"))
    approve_payout(session, people.head, payout.id, at=at)
    with pytest.raises(DBAPIError, match="frozen"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO payout_line (payout_id, office_id, position, kind, owed, amount, held,"
                " article, confidence) SELECT payout_id, office_id, 99, kind, 1, 1, held, article,"
                " confidence FROM payout_line"
            )
        )
    with pytest.raises(DBAPIError, match="does not fit"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO voucher (line_id, office_id, attempt, number, way, amount, paid_on,"
                " recorded_at) SELECT id, office_id, 1, 'x', 'cash', amount + 1, '2026-11-23',"
                " now() FROM payout_line"
            )
        )


@pytest.mark.parametrize("table", ["payout_line", "voucher"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET office_id = 1"])
def test_lines_and_vouchers_stay_as_written(session, people, sale, at, table, act):
    propose(session, people, sale, at=at)
    with pytest.raises((DBAPIError, IntegrityError), match=r"append-only|permission"):
        session.execute(text(act.format(table)))


def test_open_payouts_are_a_list_of_one_statement(session, people, sale, at, statements):
    propose(session, people, sale, at=at)
    for days in (1, 2):
        other = make_delivered(session, people, at=SOLD_AT + timedelta(days=days))
        propose(session, people, other, at=at)
    statements.clear()
    page = list_open_payouts(session, people.head, size=2)
    assert len(statements) == 1
    rest = list_open_payouts(session, people.head, cursor=page.next_cursor)
    assert len(page.items) + len(rest.items) == 3
    assert count_open(session, people.head) == (3, 0)
    statements.clear()
    payouts_of_sale(session, people.head, sale.id)
    assert len(statements) == 3
    assert list_open_payouts(session, people.foreign_officer).items == []


def test_a_foreign_office_sees_no_payout(session, people, sale, become, at):
    payout = propose(session, people, sale, at=at)
    payout_id, line_id = payout.id, lines(session, people, payout)[0].id
    become(people.foreign_officer)
    with pytest.raises(NotFound):
        get_payout(session, people.foreign_officer, payout_id)
    with pytest.raises(Forbidden):
        approve_payout(session, people.foreign_officer, payout_id, at=at)
    with pytest.raises(Forbidden):
        pay_line(session, people.foreign_officer, line_id, voucher(), at=at)
