"""Interest on a price on deposit: whose it is, and how the buyer is given his."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.sales.commands.delivering import decide_delivery, deliver, put_on_deposit
from auction.sales.commands.ending import annul_result, return_money
from auction.sales.commands.interest import record_interest
from auction.sales.commands.paying import reverse_entry
from auction.sales.interest import split_interest
from auction.sales.queries import get_sale, money_of
from auction.sales.repeats import InterestTwice, OutsideDeposit, ReceiptTwice
from auction.sales.rules import AnnulmentGround, PaidTooMuch
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDelivery,
    NewInterest,
    NewReturn,
    NewReversal,
    NewTermDeposit,
)
from inventory.base.errors import Invalid
from tests.auction.sold import SOLD_AT
from tests.make.departures import let_through
from tests.make.money import lines_of, make_paid, make_sold, pay, propose

DUE = date(2026, 11, 13)
LATE = date(2026, 11, 18)
BUYERS = Decimal(500_000)


def earned(session, people, sale, since, until, amount=1_000_000, *, at):
    new = NewInterest(amount=Decimal(amount), from_on=since, to_on=until, document="TG-2")
    return record_interest(session, people.accountant, sale.id, new, at=at)


def give(session, people, sale, amount, *, at):
    new = NewReturn(amount=Decimal(amount), returned_on=at.date(), document="PC-1")
    return return_money(session, people.accountant, sale.id, new, at=at)


@pytest.mark.parametrize(
    ("since", "until", "delivered_on", "buyers"),
    [
        (date(2026, 11, 8), LATE, None, 5),
        (date(2026, 11, 8), LATE, date(2026, 11, 10), 0),
        (date(2026, 11, 8), LATE, date(2026, 11, 15), 2),
        (date(2026, 11, 16), LATE, date(2026, 11, 15), 0),
        (LATE, LATE, None, 10),
    ],
)
def test_it_is_the_buyers_for_the_days_he_waits_too_long(since, until, delivered_on, buyers):
    """D62 Art. 27(4); D152/26 Art. 30(7): once he has the asset, it is the debt's again."""
    parts = split_interest(Decimal(10), since, until, DUE, delivered_on)
    assert parts == (10 - buyers, buyers)


def test_the_buyer_who_was_delivered_late_is_given_his_interest_and_nothing_more(
    session, people, at
):
    sale = make_paid(session, people, at=SOLD_AT)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=DUE), at=at)
    earned(session, people, sale, date(2026, 11, 8), LATE, at=at)
    lot = get_sale(session, people.officer, sale.id, at.date()).sale.lot
    let_through(session, people, "delivery_due", lot, at=at)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=LATE), at=at)
    with pytest.raises(PaidTooMuch):
        give(session, people, sale, BUYERS + 1, at=at)
    back = give(session, people, sale, BUYERS, at=at)
    money = money_of(session, sale.id, sale.price)
    assert (money.to_return, money.returned) == (BUYERS, BUYERS)
    kept = lines_of(session, propose(session, people, sale, at=at))
    assert sum(amount for _kind, _payee, amount in kept) == 1_000_500_000
    entries = get_sale(session, people.officer, sale.id, DUE).entries
    (buyers,) = [one for one in entries if one.owner == "buyer"]
    undo = NewReversal(document="PC-2")
    with pytest.raises(PaidTooMuch, match="reverse what was given back first"):
        reverse_entry(session, people.accountant, sale.id, buyers.id, undo, at=at)
    reverse_entry(session, people.accountant, sale.id, back.id, undo, at=at)
    reverse_entry(session, people.accountant, sale.id, buyers.id, undo, at=at)
    assert money_of(session, sale.id, sale.price).to_return == 0


def test_a_receipt_number_stands_once_but_for_one_buyer_of_several_lots(session, people, at):
    sale, second = (make_sold(session, people, at=SOLD_AT) for _n in range(2))
    at, on = SOLD_AT, sale.sold_on
    first = pay(session, people, sale, 5, on, at=at, document="UNC-31")
    with pytest.raises(ReceiptTwice, match=r"UNC-31 is entered already: 5"):
        pay(session, people, sale, 7, on, at=at, document="unc-31")
    pay(session, people, second, 7, on, at=at, document="UNC-31")
    second.buyer = "Người khác"
    session.flush()
    with pytest.raises(ReceiptTwice):
        pay(session, people, sale, 7, on, at=at, document="UNC-31", is_deposit=True)
    second.buyer = sale.buyer
    reverse_entry(session, people.accountant, sale.id, first.id, NewReversal(document="x"), at=at)
    pay(session, people, sale, 7, on, at=at, document="UNC-31")
    with pytest.raises(Invalid):
        pay(session, people, sale, 7, date(1, 1, 1), at=at, is_deposit=True)


def test_interest_of_a_day_is_entered_once_and_from_the_deposit_on(session, people, at):
    """D152/26 Art. 30(7)."""
    sale = make_paid(session, people, at=SOLD_AT)
    kept = NewTermDeposit(deposited_on=date(2026, 11, 7), bank="Ngân hàng", document="TG-1")
    put_on_deposit(session, people.accountant, sale.id, kept, at=at)
    with pytest.raises(OutsideDeposit, match="2026-11-07"):
        earned(session, people, sale, date(2026, 11, 6), DUE, at=at)
    (first,) = earned(session, people, sale, date(2026, 11, 8), DUE, at=at)
    for since, until in ((DUE, DUE), (date(2026, 11, 12), LATE), (date(2026, 11, 7), LATE)):
        with pytest.raises(InterestTwice, match="from 2026-11-08 to 2026-11-13"):
            earned(session, people, sale, since, until, at=at)
    earned(session, people, sale, DUE, LATE, at=at)
    reverse_entry(session, people.accountant, sale.id, first.id, NewReversal(document="x"), at=at)
    earned(session, people, sale, date(2026, 11, 7), DUE, at=at)


def test_what_the_bank_credits_after_the_result_was_annulled_is_the_buyers(
    session, people, browse_as
):
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    sale = make_paid(session, people, at=SOLD_AT)
    earned(session, people, sale, date(2026, 11, 8), LATE, at=at)
    annulled = NewAnnulment(
        ground=AnnulmentGround.COLLUSION, cancelled_on=date(2026, 11, 20), document="05/QĐ-TA"
    )
    annul_result(session, people.officer, sale.id, annulled, at=at)
    page = browse_as("accountant")
    shown = page.get(f"/sales/{sale.id}").text
    assert f"/sales/{sale.id}/money/interest" in shown
    said = {"amount": "7", "from_on": "2026-11-01", "to_on": "2026-11-08", "document": "TG-3"}
    assert page.post(f"/sales/{sale.id}/money/interest", data=said).status_code == 303
    assert money_of(session, sale.id, sale.price).to_return == 1_001_000_007
    give(session, people, sale, 1_001_000_007, at=at)
    with pytest.raises(PaidTooMuch):
        give(session, people, sale, 1, at=at)
