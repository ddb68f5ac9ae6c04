"""A taker who set off more than he is owed pays the rest in; who does not, gives the asset back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.claims.rules import ClaimKind
from auction.life.queries import steps_of
from auction.payouts.commands.excess import correct_set_off
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.models import Payout
from auction.payouts.queries import get_payout, proceeds_of_sale
from auction.payouts.rules import CashNotThere, NothingTooMuch, ProposalStale, VoucherWay
from auction.payouts.schemas import NewSetOffCorrection, NewVoucher
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.overdue import propose_default
from auction.sales.commands.paying import default_sale, extend_payment, receive, reverse_entry
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import money_of
from auction.sales.rules import (
    EntryReversed,
    NoExtension,
    NotPaidInFull,
    PaidInFull,
    PaymentNotDueYet,
    PaymentOverdue,
    Way,
)
from auction.sales.schemas import (
    NewDecision,
    NewDefault,
    NewDelivery,
    NewReceipt,
    NewReversal,
    NewSale,
)
from inventory.base.clock import local_day
from tests.auction.sold import SOLD_AT, SOLD_ON, agreed, due, standing
from tests.make.between import Between, lot_on_its_way
from tests.make.money import case_of, lines_of, make_claim, propose
from tests.make.organisation import People

BILLION = Decimal(1_000_000_000)
REST = Decimal(150_000_000)
REST_DUE = date(2026, 9, 21)
BANK = "Ngân hàng Thử"
ASKED = NewSetOffCorrection(told_on=SOLD_ON, document="77/TB")


@pytest.fixture
def way(session: Session, people: People) -> Between:
    """A lot worth a billion; the bank is owed as much."""
    made = lot_on_its_way(session, people, at=SOLD_AT)
    owed(made, 1_000_000_000)
    return made


def owed(way: Between, amount: int, **said: Any) -> None:
    case = case_of(way.session, Sale(lot_id=way.lot.id))
    make_claim(way.session, way.people, case, amount, at=SOLD_AT, **said)


@pytest.fixture
def sale(way: Between) -> Sale:
    """The bank took it for all that it is owed; then somebody came who is paid before the bank."""
    new = NewSale(
        lot=way.ref,
        way=Way.AGREEMENT,
        buyer=BANK,
        price=BILLION,
        sold_on=way.today,
        document="04/TT",
        debtor_agrees=True,
    )
    made = register_sale(way.session, way.people.officer, new, at=way.now)
    owed(way, int(REST), kind=ClaimKind.WAGES, creditor="Chị Ba")
    return made


def corrected(session: Session, people: People, sale: Sale) -> SaleEntry:
    propose(session, people, sale, at=SOLD_AT)
    return correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)


def delivered(session: Session, people: People, sale: Sale) -> None:
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=SOLD_AT)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=SOLD_ON), at=SOLD_AT)


def paid(amount: Decimal = REST, on: date = SOLD_ON) -> NewReceipt:
    return NewReceipt(amount=amount, received_on=on, document=f"BL-{on:%d}-{amount}")


def wages_paid(session: Session, people: People, payout: Payout) -> None:
    (wages,) = (
        one.id for one in get_payout(session, people.head, payout.id).lines if one.payee == "Chị Ba"
    )
    new = NewVoucher(number="PC-1", way=VoucherWay.CASH, paid_on=SOLD_ON)
    pay_line(session, people.accountant, wages, new, at=SOLD_AT)


def test_before_delivery_the_price_is_unpaid_by_what_is_not_his(
    session: Session, people: People, way: Between, sale: Sale
) -> None:
    assert sale.paid_on == SOLD_ON
    entry = corrected(session, people, sale)
    assert (entry.amount, entry.article) == (-REST, "D152/26 Art. 65(6), 66")
    assert (sale.paid_on, sale.due_on, standing(session, sale)) == (None, REST_DUE, "sold_unpaid")
    assert due(session, people, sale, "setoff_rest_pay") == REST_DUE
    assert steps_of(session, way.asset_id)[-1].step == "setoff_corrected"
    with pytest.raises(NotPaidInFull):
        decide_delivery(
            session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=SOLD_AT
        )
    with pytest.raises(NothingTooMuch) as again:
        correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)
    assert again.value.article == "D152/26 Art. 66"
    with pytest.raises(NoExtension):
        extend_payment(session, people.officer, sale.id, agreed(date(2026, 10, 1)), at=SOLD_AT)
    receive(session, people.accountant, sale.id, paid(), at=SOLD_AT)
    assert (sale.paid_on, standing(session, sale)) == (SOLD_ON, "sold_paid")
    delivered(session, people, sale)
    payout = propose(session, people, sale, at=SOLD_AT)
    assert lines_of(session, payout) == [
        ("rank", "Chị Ba", int(REST)),
        ("rank", BANK, int(BILLION - REST)),
    ]
    approve_payout(session, people.head, payout.id, at=SOLD_AT)
    wages_paid(session, people, payout)


def test_who_does_not_pay_the_rest_in_its_time_has_not_taken_it(
    session: Session, people: People, way: Between, sale: Sale
) -> None:
    corrected(session, people, sale)
    early = NewDefault(cancelled_on=REST_DUE, document="12/TB")
    week = SOLD_AT + timedelta(days=7)
    with pytest.raises(PaymentNotDueYet) as refusal:
        default_sale(session, people.officer, sale.id, early, at=week)
    assert refusal.value.params["rule"] == "setoff_rest_pay"
    late = SOLD_AT + timedelta(days=8)
    assert propose_default(session, people.officer, sale.id, at=late)
    with pytest.raises(PaymentOverdue):
        receive(session, people.accountant, sale.id, paid(on=local_day(late)), at=late)
    cancel = NewDefault(cancelled_on=local_day(late), document="13/TB")
    default_sale(session, people.officer, sale.id, cancel, at=late)
    assert (standing(session, sale), way.lot.closed_on) == ("defaulted", None)


def test_after_delivery_the_asset_stays_his_and_he_owes_the_rest(
    session: Session, people: People, sale: Sale
) -> None:
    delivered(session, people, sale)
    payout = propose(session, people, sale, at=SOLD_AT)
    approve_payout(session, people.head, payout.id, at=SOLD_AT)
    with pytest.raises(CashNotThere):
        wages_paid(session, people, payout)
    correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)
    assert (sale.paid_on, due(session, people, sale, "setoff_rest_pay")) == (SOLD_ON, REST_DUE)
    with pytest.raises(CashNotThere):
        wages_paid(session, people, payout)
    cancel = NewDefault(cancelled_on=SOLD_ON, document="1", refused_in_writing=True)
    with pytest.raises(PaidInFull):
        default_sale(session, people.officer, sale.id, cancel, at=SOLD_AT)
    receive(session, people.accountant, sale.id, paid(Decimal(50_000_000)), at=SOLD_AT)
    receive(session, people.accountant, sale.id, paid(Decimal(100_000_000)), at=SOLD_AT)
    with pytest.raises(PaidInFull):
        receive(session, people.accountant, sale.id, paid(Decimal(1)), at=SOLD_AT)
    wages_paid(session, people, payout)
    assert [line.left for line in proceeds_of_sale(session, sale.id)][-1] == BILLION - REST


def test_a_correction_is_reversed_while_nothing_of_it_came_in(
    session: Session, people: People, sale: Sale
) -> None:
    entry = corrected(session, people, sale)
    taken = session.query(SaleEntry).filter_by(sale_id=sale.id, amount=BILLION).one()
    back = NewReversal(document="PC-3")
    with pytest.raises(EntryReversed):
        reverse_entry(session, people.accountant, sale.id, taken.id, back, at=SOLD_AT)
    reverse_entry(session, people.accountant, sale.id, entry.id, back, at=SOLD_AT)
    assert (sale.paid_on, money_of(session, sale.id, sale.price).set_off) == (SOLD_ON, BILLION)
    second = correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)
    receive(session, people.accountant, sale.id, paid(Decimal(1)), at=SOLD_AT)
    with pytest.raises(EntryReversed):
        reverse_entry(session, people.accountant, sale.id, second.id, back, at=SOLD_AT)


def test_without_a_payout_and_by_a_stale_one_nothing_is_claimed(
    session: Session, people: People, way: Between, sale: Sale
) -> None:
    with pytest.raises(NothingTooMuch):
        correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)
    propose(session, people, sale, at=SOLD_AT)
    owed(way, 50_000_000, kind=ClaimKind.WAGES, creditor="Anh Tư")
    with pytest.raises(ProposalStale):
        correct_set_off(session, people.officer, sale.id, ASKED, at=SOLD_AT)


def test_the_page_of_the_payout_claims_it(browse_as, session, people, sale) -> None:
    propose(session, people, sale, at=SOLD_AT)
    page = browse_as("officer")
    path = f"/sales/{sale.id}/payouts"
    assert "150.000.000" in page.get(path).text
    assert page.post(f"{path}/rest", data={"told_on": "x"}).status_code == 422
    said = {"told_on": SOLD_ON.isoformat(), "document": "77/TB"}
    assert page.post(f"{path}/rest", data=said).headers["location"].startswith(f"/sales/{sale.id}")
    assert "-150.000.000" in page.get(f"/sales/{sale.id}").text.replace("−", "-")


def test_the_page_of_what_is_delivered_takes_the_rest(browse_as, session, people, sale) -> None:
    path = f"/sales/{sale.id}"
    delivered(session, people, sale)
    form = f'action="{path}/money/receipt"'
    page = browse_as("accountant")
    assert form not in page.get(path).text, "nothing is missing"
    corrected(session, people, sale)
    assert form in page.get(path).text
    said = {"amount": "150.000.000", "received_on": SOLD_ON.isoformat(), "document": "BL-9"}
    assert page.post(f"{path}/money/receipt", data=said).status_code == 303
    assert form not in page.get(path).text
