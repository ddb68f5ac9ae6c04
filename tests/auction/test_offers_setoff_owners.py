"""What goes before a creditor who takes the asset he pays in money: others' parts, the rent."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.offers.commands.setoff import pay_setoff, tell_debtor
from auction.offers.outlook import between_file
from auction.offers.schemas import NewDebtorNotice, NewSetOffPayment
from auction.payouts.queries import get_payout
from auction.payouts.schemas import LineOut
from auction.sales.models import Sale
from auction.sales.queries import money_of
from inventory.papers.models import Paper
from inventory.titles.commands import record_title, set_region
from inventory.titles.rules import OwnerRole, Region
from inventory.titles.schemas import NewOwner, NewRegion, NewTitle
from reports.documents.layouts import html_of
from tests.make.between import Between, failed_lot
from tests.make.homes import only_home
from tests.make.money import case_of, make_claim, propose
from tests.make.organisation import People

PRICE, HALF, COSTS = 810_000_000, 405_000_000, 40_000_000
RENT = 12 * 5_310_000


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A dwelling that failed three times; half of it is a co-owner's, the debtor has no other."""
    made = failed_lot(session, people, 3, at=at)
    case = case_of(session, Sale(lot_id=made.lot.id))
    make_claim(session, people, case, 2_000_000_000, at=made.now)
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Bà Chung", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2020, 1, 1), document="GCN-1", owners=owners)
    record_title(session, people.officer, made.asset, title, at=made.now)
    region = NewRegion(region=Region.I, from_on=date(2026, 1, 1))
    set_region(session, people.officer, made.asset, region, at=made.now)
    only_home(session, people, made.asset, at=made.now)
    return made.cost(COSTS)


def paid_and_proposed(way: Between, to_pay: Decimal) -> list[LineOut]:
    """He takes it, the debtor's time passes, he pays; and how the money is divided then."""
    session, people = way.session, way.people
    way.answer(accepted=True)
    told = NewDebtorNotice(told_on=way.today)
    tell_debtor(session, people.officer, way.ref, told, at=way.now)
    way.wait(8)
    paid = NewSetOffPayment(amount=to_pay, paid_on=way.today, document="BL-9")
    pay_setoff(session, people.officer, way.ref, paid, at=way.now)
    sale = session.scalars(select(Sale).where(Sale.lot_id == way.lot.id)).one()
    assert money_of(session, sale.id, sale.price).set_off == PRICE - to_pay
    payout = propose(session, people, sale, at=way.now)
    return [one for one in get_payout(session, people.head, payout.id).lines if one.amount]


def test_he_pays_the_co_owners_part_the_costs_and_a_years_rent_in_money(way: Between) -> None:
    """D152/26 Art. 66(2): what is set off is his part, and the payout pays the others in money."""
    session, people = way.session, way.people
    way.ask(claim=None, creditor="Ngân hàng Thử")
    asked = between_file(session, people.officer, way.ref, way.today).setoffs[0]
    assert (asked.owners, asked.rent) == (HALF, RENT)
    assert asked.to_pay == HALF + COSTS + RENT
    notice = html_of(session.scalars(select(Paper).where(Paper.reference == asked.notice)).one())
    assert "Tiền thuê nhà một năm trích lại" in notice
    lines = paid_and_proposed(way, asked.to_pay)
    assert [(one.kind.value, one.amount, one.set_off) for one in lines] == [
        ("co_owner", HALF, False),
        ("costs", COSTS, False),
        ("rent", RENT, False),
        ("rank", PRICE - asked.to_pay, True),
    ]


def test_the_taker_who_is_a_co_owner_does_not_pay_his_own_part(way: Between) -> None:
    session, people = way.session, way.people
    owners = [
        NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=2),
        NewOwner(role=OwnerRole.CO_OWNER, name="Ngân hàng Thử", over=1, under=2),
    ]
    title = NewTitle(from_on=date(2021, 1, 1), document="GCN-2", owners=owners)
    record_title(session, people.officer, way.asset, title, at=way.now)
    way.ask(claim=None, creditor="Ngân hàng Thử")
    asked = between_file(session, people.officer, way.ref, way.today).setoffs[0]
    assert (asked.owners, asked.to_pay) == (0, COSTS + RENT)
    lines = paid_and_proposed(way, asked.to_pay)
    assert [(one.kind.value, one.amount, one.set_off) for one in lines] == [
        ("co_owner", HALF, True),
        ("costs", COSTS, False),
        ("rent", RENT, False),
        ("rank", PRICE - HALF - asked.to_pay, True),
    ]
