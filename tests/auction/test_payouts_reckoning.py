"""How the money of a sale is divided by the law of the day: who comes before whom, to the dong."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from auction.claims.rules import ClaimKind, Precedence
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.offers.commands.owners import ThingsWorthMore, parts_of_things
from auction.payouts.planning import Due, plan
from auction.payouts.rules import LineKind, NotDeductible
from auction.sales.queries import assets_of
from inventory.assets.models import Asset
from inventory.seizures.models import Seizure
from inventory.seizures.rules import SeizureWay
from inventory.titles.commands import (
    end_burden,
    record_burden,
    record_collateral,
    record_title,
)
from inventory.titles.rules import Burden, BurdenEnd, OwnerRole, owners_parts
from inventory.titles.schemas import (
    EndOfBurden,
    NewBurden,
    NewCollateral,
    NewOwner,
    NewTitle,
)
from tests.make.inventory import make_case
from tests.make.money import (
    case_of,
    lines_of,
    make_claim,
    make_delivered,
    make_old_sale,
    pay,
    propose,
)

SOLD_AT = datetime(2026, 11, 9, 3, tzinfo=UTC)


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


ON = date(2026, 11, 9)


def asset_of(session, sale) -> str:
    return session.get_one(Asset, assets_of(session, sale.lot_id)[0]).reference


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
    price, on = sale.price, date(2026, 11, 23)
    (due,) = parts_of_things(session, sale.lot_id, price, whole, on)
    assert (due.payee, due.amount) == ("Lê Văn Khác", 76_923_077)


def test_things_worth_more_than_the_whole_are_told_apart_before_anything_is_proposed(
    session, people, sale, at
):
    others_things(session, people, sale, at, "Lê Văn Khác", 1_000_000_001)
    with pytest.raises(ThingsWorthMore) as refusal:
        propose(session, people, sale, at=at)
    assert refusal.value.article == "L25 Art. 81(2)"


OLD_AT = datetime(2026, 3, 16, 3, tzinfo=UTC)


def old_sale(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    pay(session, people, sale, 1_000_000_000, sale.sold_on, at=OLD_AT)
    return sale


def test_the_law_of_2008_deducts_no_taxes(session, people):
    sale = old_sale(session, people)
    with pytest.raises(NotDeductible):
        propose(session, people, sale, at=OLD_AT, taxes=Decimal(5))


def test_what_was_found_on_the_spot_ranks_from_the_first_decision_d152_54_6(session, people, sale):
    """L25 Art. 80(3): who asked after the first decision comes later, though before the second."""
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, asked_on=date(2026, 8, 1), at=SOLD_AT)
    seized = session.scalars(select(Seizure).where(Seizure.case_id == case.id)).one()
    assert seized.decision_on == date(2026, 8, 3)
    before = propose(session, people, sale, at=SOLD_AT)
    assert [kind for kind, _who, _sum in lines_of(session, before)] == ["rank", "debtor"]
    seized.way, seized.supplements = SeizureWay.ON_THE_SPOT.value, "30/QĐ-KB"
    seized.supplements_on = date(2026, 7, 20)
    session.flush()
    after = propose(session, people, sale, at=SOLD_AT)
    assert [kind for kind, _who, _sum in lines_of(session, after)] == ["later", "debtor"]


def test_a_seizure_released_before_the_sale_gives_no_rank(session, people, sale):
    case = case_of(session, sale)
    make_claim(session, people, case, 300_000_000, asked_on=date(2026, 8, 1), at=SOLD_AT)
    other = make_case(session, people.officer, "7/QĐ-CŨ", at=SOLD_AT)
    make_claim(session, people, other, 500_000_000, asked_on=date(2026, 5, 4), at=SOLD_AT)
    (asset,) = assets_of(session, sale.lot_id)
    said = {"decision_on": date(2026, 5, 4), "released_on": date(2026, 6, 1)}
    session.add(
        Seizure(
            asset_id=asset,
            office_id=sale.office_id,
            case_id=other.id,
            decision_number="1/QĐ-KB-CŨ",
            release_decision="2/QĐ-GT",
            recorded_at=SOLD_AT,
            **said,
        )
    )
    session.flush()
    found = propose(session, people, sale, at=SOLD_AT)
    assert lines_of(session, found)[0] == ("rank", "Ngân hàng Thử", 300_000_000)
    assert len(lines_of(session, found)) == 2
