"""What an asset secures is paid from its part of the price, and by rank for what that lacks."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.claims.rules import ClaimKind, Precedence
from auction.sales.queries import assets_of
from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.titles.commands import end_collateral, record_collateral
from inventory.titles.schemas import EndOfCollateral, NewCollateral
from tests.make.auction import make_valued_asset
from tests.make.money import case_of, lines_of, make_claim, make_delivered, propose

SOLD_AT = datetime(2026, 11, 9, 3, tzinfo=UTC)


@pytest.fixture
def sale(session, people):
    return make_delivered(session, people, at=SOLD_AT)


@pytest.fixture
def lot_of_two(session, people):
    """A lot sold for a billion: one asset brought 700 millions, the other 300."""
    return make_delivered(session, people, at=SOLD_AT, worth=(700_000_000, 300_000_000))


def refs_of(session, sale) -> list[str]:
    return [session.get_one(Asset, one).reference for one in assets_of(session, sale.lot_id)]


def first_case(session, sale) -> EnforcementCase:
    first = session.get_one(Asset, assets_of(session, sale.lot_id)[0])
    return session.get_one(EnforcementCase, first.case_id)


def test_what_its_asset_does_not_cover_is_paid_by_its_rank(session, people, lot_of_two, at):
    case = first_case(session, lot_of_two)
    _more, less = refs_of(session, lot_of_two)
    bank = {"precedence": Precedence.MORTGAGEE_CREDITOR, "creditor": "Ngân hàng"}
    make_claim(session, people, case, 500_000_000, **bank, secured_on=less, at=at)
    payout = propose(session, people, lot_of_two, at=at)
    assert lines_of(session, payout) == [
        ("collateral", "Ngân hàng", 300_000_000),
        ("rank", "Ngân hàng", 200_000_000),
        ("debtor", "Trần Văn Nợ", 500_000_000),
    ]
    wages = {"kind": ClaimKind.WAGES, "creditor": "Chị Ba"}
    make_claim(session, people, case, 600_000_000, **wages, at=at)
    payout = propose(session, people, lot_of_two, at=at)
    assert lines_of(session, payout) == [
        ("collateral", "Ngân hàng", 300_000_000),
        ("rank", "Chị Ba", 600_000_000),
        ("rank", "Ngân hàng", 100_000_000),
    ]


def test_a_mortgagee_who_is_no_creditor_has_his_collateral_only(session, people, lot_of_two, at):
    case = first_case(session, lot_of_two)
    said = {"precedence": Precedence.MORTGAGEE_NOT_CREDITOR, "creditor": "Quỹ"}
    secured_on = refs_of(session, lot_of_two)[1]
    make_claim(session, people, case, 500_000_000, **said, secured_on=secured_on, at=at)
    payout = propose(session, people, lot_of_two, at=at)
    assert lines_of(session, payout) == [
        ("mortgagee", "Quỹ", 300_000_000),
        ("debtor", "Trần Văn Nợ", 700_000_000),
    ]


def test_of_two_mortgagees_who_are_no_creditors_one_claim_stands_for_one(session, people, sale, at):
    """The other's debt, known from the title, was left out; a name in no title stands for all."""
    case, (asset,) = case_of(session, sale), refs_of(session, sale)
    for holder, amount in (("Quỹ", 300_000_000), ("Ngân hàng Xa", 200_000_000)):
        debt = NewCollateral(
            holder=holder,
            secured_amount=Decimal(amount),
            from_on=date(2025, 1, 1),
            document="HĐTC-1",
        )
        record_collateral(session, people.officer, asset, debt, at=at)
    said = {"precedence": Precedence.MORTGAGEE_NOT_CREDITOR, "secured_on": asset, "asked_on": None}
    make_claim(session, people, case, 250_000_000, **said, creditor="Quỹ", at=at)
    assert lines_of(session, propose(session, people, sale, at=at)) == [
        ("mortgagee", "Ngân hàng Xa", 200_000_000),
        ("mortgagee", "Quỹ", 250_000_000),
        ("debtor", "Trần Văn Nợ", 550_000_000),
    ]
    make_claim(session, people, case, 200_000_000, **said, creditor="NH Xa", at=at)
    assert lines_of(session, propose(session, people, sale, at=at))[:2] == [
        ("mortgagee", "Quỹ", 250_000_000),
        ("mortgagee", "NH Xa", 200_000_000),
    ]


def test_a_mortgage_struck_out_for_the_buyer_is_paid_from_the_price(session, people, sale, at):
    (asset,) = refs_of(session, sale)
    new = NewCollateral(
        holder="Quỹ", secured_amount=Decimal(300_000_000), from_on=date(2025, 1, 1), document="1"
    )
    debt = record_collateral(session, people.officer, asset, new, at=at)
    end = EndOfCollateral(collateral_id=debt.id, ended_on=date(2026, 11, 16), document="Xóa ĐK 5")
    end_collateral(session, people.officer, asset, end, at=at)
    paid = [("mortgagee", "Quỹ", 300_000_000), ("debtor", "Trần Văn Nợ", 700_000_000)]
    assert lines_of(session, propose(session, people, sale, at=at)) == paid


def test_the_judgments_fee_comes_from_the_asset_that_it_secures(session, people, lot_of_two, at):
    """The fee goes before the bank on the bank's asset, and its rest by its rank."""
    case, judgment = first_case(session, lot_of_two), {"judgment": "15/2025/DS-ST"}
    bank = {"precedence": Precedence.MORTGAGEE_CREDITOR, "creditor": "Ngân hàng"}
    secured_on = refs_of(session, lot_of_two)[1]
    make_claim(session, people, case, 400_000_000, **bank, **judgment, secured_on=secured_on, at=at)
    fee = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước", **judgment}
    make_claim(session, people, case, 40_000_000, **fee, at=at)
    wages = {"kind": ClaimKind.WAGES, "creditor": "Chị Ba"}
    make_claim(session, people, case, 650_000_000, **wages, at=at)
    payout = propose(session, people, lot_of_two, at=at)
    assert lines_of(session, payout) == [
        ("judgment_fee", "Nhà nước", 40_000_000),
        ("collateral", "Ngân hàng", 260_000_000),
        ("rank", "Chị Ba", 650_000_000),
        ("rank", "Ngân hàng", 50_000_000),
    ]


def test_collateral_that_is_not_in_the_sale_brings_no_fee_before_the_ranks(
    session, people, sale, at
):
    case = case_of(session, sale)
    judgment = {"judgment": "15/2025/DS-ST"}
    elsewhere = make_valued_asset(session, people, at=at)
    bank = {"precedence": Precedence.MORTGAGEE_CREDITOR, "secured_on": elsewhere}
    make_claim(session, people, case, 950_000_000, **bank, **judgment, at=at)
    fee = {"kind": ClaimKind.COURT_FEES, "creditor": "Nhà nước", **judgment}
    make_claim(session, people, case, 40_000_000, **fee, at=at)
    payout = propose(session, people, sale, at=at)
    assert lines_of(session, payout) == [
        ("rank", "Nhà nước", 40_000_000),
        ("rank", "Ngân hàng Thử", 950_000_000),
        ("debtor", "Trần Văn Nợ", 10_000_000),
    ]
