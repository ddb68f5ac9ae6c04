"""A creditor takes the seized asset as the parties agree: who, at which price, when, on what."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome
from auction.bidding.rules import Outcome
from auction.claims.rules import ClaimKind, Precedence
from auction.life.queries import steps_of
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.rules import LotIsClosed, PriceTooLow
from auction.lots.taking import SetOffOpen
from auction.offers.rules import OthersMustAgree, SumDiffers, TooLate
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.models import Payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import CashNotThere, VoucherWay
from auction.payouts.schemas import NewVoucher
from auction.sales.commands.agreeing import NotACreditor
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.overdue import propose_default
from auction.sales.commands.paying import default_sale
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.queries import get_sale, money_of
from auction.sales.rules import ConsentMissing, PaymentNotDueYet, PaymentOverdue, Way
from auction.sales.schemas import NewDecision, NewDefault, NewDelivery, NewSale
from inventory.base.clock import local_day
from inventory.base.errors import DomainError, Invalid
from inventory.papers.queries import get_paper
from reports.documents.layouts import html_of
from tests.auction.sold import OLD_AT, SOLD_AT, SOLD_ON, due, standing
from tests.make.auction import make_formed_lot
from tests.make.between import Between, failed_lot, lot_of_the_old_law, lot_on_its_way
from tests.make.inventory import make_case
from tests.make.money import case_of, lines_of, make_claim, pay, propose
from tests.make.organisation import People

BILLION = 1_000_000_000
BANK = "Ngân hàng Thử"


@pytest.fixture
def way(session: Session, people: People) -> Between:
    """A lot worth a billion whose case owes the bank 600 million."""
    made = lot_on_its_way(session, people, at=SOLD_AT)
    owed(made)
    return made


def owed(way: Between, amount: int = 600_000_000, **said: Any) -> None:
    case = case_of(way.session, Sale(lot_id=way.lot.id))
    make_claim(way.session, way.people, case, amount, at=SOLD_AT, **said)


def take(way: Between, **said: Any) -> Sale:
    facts = {
        "lot": way.ref,
        "way": Way.AGREEMENT,
        "buyer": BANK,
        "price": Decimal(BILLION),
        "sold_on": way.today,
        "document": "04/TT",
        "debtor_agrees": True,
    }
    new = NewSale(**{**facts, **said})
    return register_sale(way.session, way.people.officer, new, at=way.now)


def test_what_one_asset_of_a_lot_secures_counts_against_its_part_only(
    session: Session, people: People
) -> None:
    """Of the fund's 900, 400 come from its asset; the rest is shared with the bank's billion."""
    case = make_case(session, people.officer, "31/QĐ-THADS", at=SOLD_AT)
    worth = (600_000_000, 400_000_000)
    lot = make_formed_lot(session, people, *worth, at=SOLD_AT, case=case)
    way = Between(session, people, lot, Decimal(BILLION), SOLD_AT)
    owed(way, BILLION)
    fund = {"creditor": "Quỹ Khác", "precedence": Precedence.MORTGAGEE_CREDITOR}
    fund["secured_on"] = assets_of_lot(session, lot.id)[1].reference
    owed(way, 900_000_000, **fund)
    sale = take(way, others_document="BB-TT")
    assert money_of(session, sale.id, sale.price).set_off == 400_000_000
    pay(session, people, sale, 600_000_000, SOLD_ON, at=SOLD_AT)
    assert lines_of(session, propose(session, people, sale, at=SOLD_AT)) == [
        ("collateral", "Quỹ Khác", 400_000_000),
        ("rank", BANK, 400_000_000),
        ("rank", "Quỹ Khác", 200_000_000),
    ]


def refused(way: Between, kind: type[DomainError], **said: Any) -> DomainError:
    with pytest.raises(kind) as refusal, way.session.begin_nested():
        take(way, **said)
    return refusal.value


def test_he_sets_off_his_claim_pays_the_rest_and_gets_it_in_five_working_days(
    way: Between,
) -> None:
    """L25 Art. 86(1); D152/26 Art. 66, 67(1)a: from the agreement to the table of payouts."""
    session, people = way.session, way.people
    sale = take(way)
    assert standing(session, sale) == "sold_unpaid"
    assert steps_of(session, way.asset_id)[-1].step == "taken_by_agreement"
    file = get_sale(session, people.officer, sale.id, SOLD_ON)
    assert (file.money.set_off, file.money.missing) == (600_000_000, 400_000_000)
    assert sale.due_on == date(2026, 9, 21)
    assert due(session, people, sale, "delivery_due_agreement") == date(2026, 9, 21)
    pay(session, people, sale, 400_000_000, SOLD_ON, at=SOLD_AT)
    assert (sale.paid_on, sale.delivery_due_on) == (SOLD_ON, date(2026, 9, 21))
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=SOLD_AT)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=SOLD_ON), at=SOLD_AT)
    payout = propose(session, people, sale, at=SOLD_AT)
    lines = lines_of(session, payout)
    assert lines == [("rank", BANK, 600_000_000), ("debtor", "Trần Văn Nợ", 400_000_000)]
    assert approve_payout(session, people.head, payout.id, at=SOLD_AT).gross == BILLION
    bank, debtor = (one.id for one in get_payout(session, people.head, payout.id).lines)
    for line, wrong in ((bank, VoucherWay.CASH), (debtor, VoucherWay.SET_OFF)):
        with pytest.raises(Invalid) as refusal:
            pay_line(session, people.accountant, line, voucher(wrong), at=SOLD_AT)
        assert list(refusal.value.fields) == ["way"]
        assert refusal.value.article == "D152/26 Art. 66"
    for line, way_paid in ((bank, VoucherWay.SET_OFF), (debtor, VoucherWay.TRANSFER)):
        pay_line(session, people.accountant, line, voucher(way_paid), at=SOLD_AT)
    assert payout.paid_at == SOLD_AT


def voucher(way: VoucherWay) -> NewVoucher:
    return NewVoucher(number=f"PC-{way}", way=way, paid_on=SOLD_ON)


def taken_for_all(way: Between) -> Payout:
    """Taken by the bank for claims as high as the price: no money came in; the table is approved.

    Before it, somebody else came whom the law pays before the bank.
    """
    session, people = way.session, way.people
    owed(way, 400_000_000)
    sale = take(way)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=SOLD_AT)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=SOLD_ON), at=SOLD_AT)
    owed(way, 150_000_000, kind=ClaimKind.WAGES, creditor="Chị Ba")
    payout = propose(session, people, sale, at=SOLD_AT)
    return approve_payout(session, people.head, payout.id, at=SOLD_AT)


def test_no_money_goes_out_that_was_only_set_off(way: Between) -> None:
    payout = taken_for_all(way)
    session, people = way.session, way.people
    lines = lines_of(session, payout)
    assert lines[0] == ("rank", "Chị Ba", 150_000_000)
    assert sum(amount for _kind, _payee, amount in lines) == BILLION
    wages = get_payout(session, people.head, payout.id).lines[0]
    with pytest.raises(CashNotThere) as refusal:
        pay_line(session, people.accountant, wages.id, voucher(VoucherWay.CASH), at=SOLD_AT)
    assert (refusal.value.article, refusal.value.params["left"]) == ("D152/26 Art. 66", 0)


def test_what_he_is_paid_beyond_what_he_set_off_is_a_line_of_its_own(way: Between) -> None:
    sale = take(way, set_off=Decimal(250_000_000))
    session, people = way.session, way.people
    pay(session, people, sale, 750_000_000, SOLD_ON, at=SOLD_AT)
    lines = get_payout(session, people.head, propose(session, people, sale, at=SOLD_AT).id).lines
    assert [(one.payee, one.owed, one.amount, one.set_off) for one in lines] == [
        (BANK, 250_000_000, 250_000_000, True),
        (BANK, 350_000_000, 350_000_000, False),
        ("Trần Văn Nợ", 400_000_000, 400_000_000, False),
    ]


def test_the_officer_draws_up_minutes_of_the_agreement(way: Between) -> None:
    sale = take(way)
    assert sale.minutes is not None
    minutes = html_of(get_paper(way.session, way.people.officer, sale.minutes))
    for said in ("Thỏa thuận giao tài sản để thi hành án", "04/TT", BANK, "400.000.000"):
        assert said in minutes


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        (ConsentMissing, "debtor_agrees", {"debtor_agrees": False}),
        (Invalid, "document", {"document": None}),
        (NotACreditor, "buyer", {"buyer": "Ông Người Ngoài"}),
        (SumDiffers, "set_off", {"set_off": Decimal(600_000_001)}),
        (PriceTooLow, "price", {"price": Decimal(BILLION - 1)}),
    ],
)
def test_an_agreement_the_law_does_not_know_is_refused_with_its_article(
    way: Between, kind: type[DomainError], field: str, said: dict[str, Any]
) -> None:
    refusal = refused(way, kind, **said)
    assert list(refusal.fields) == [field]
    assert "86(1)" in (refusal.article or "")
    assert str(refusal.params["rule"]).startswith("taken_by_agreement")


def test_less_than_the_price_in_force_is_refused_with_that_price(way: Between) -> None:
    assert refused(way, PriceTooLow, price=Decimal(1)).params["price"] == BILLION


def test_who_is_owed_something_is_named_where_a_stranger_would_take_it(way: Between) -> None:
    owed(way, 5_000_000, creditor="Bà Chủ Nợ")
    named = refused(way, NotACreditor, buyer="Ông Người Ngoài").params["creditors"]
    assert named == f"{BANK}, Bà Chủ Nợ"


def test_without_recorded_claims_nobody_takes_it(session: Session, people: People) -> None:
    bare = lot_on_its_way(session, people, at=SOLD_AT)
    assert "record the claims first" in str(refused(bare, NotACreditor))


def test_several_creditors_agree_in_writing_and_are_paid_their_share(way: Between) -> None:
    """The lot brings a billion, owed are 600 and 900 million: he pays what is the other's."""
    owed(way, 900_000_000, creditor="Bà Chủ Nợ")
    assert refused(way, OthersMustAgree).article == "L25 Art. 86(1)"
    sale = take(way, others_document="91/NHTN")
    file = get_sale(way.session, way.people.officer, sale.id, SOLD_ON)
    assert (file.money.set_off, file.money.missing) == (400_000_000, 600_000_000)


def test_a_claim_as_high_as_the_price_is_paid_at_once(way: Between) -> None:
    owed(way, 400_000_000)
    sale = take(way)
    assert (sale.paid_on, standing(way.session, sale)) == (SOLD_ON, "sold_paid")
    assert way.lot.closed_on == SOLD_ON
    refused(way, LotIsClosed)


def test_after_a_reduction_he_takes_it_at_the_reduced_price(
    session: Session, people: People
) -> None:
    way = failed_lot(session, people, 1, at=SOLD_AT)
    owed(way)
    refused(way, PriceTooLow, price=Decimal(900_000_000))
    way.reduce(Decimal(950_000_000))
    assert refused(way, PriceTooLow, price=Decimal(949_999_999)).params["price"] == 950_000_000
    assert standing(session, take(way, price=Decimal(950_000_000))) == "sold_unpaid"


def test_the_round_that_waits_is_stopped_until_a_working_day_before_it_opens(
    way: Between,
) -> None:
    """L25 Art. 84(2)d, 83(4)."""
    way.announce(10).wait(10)
    assert refused(way, TooLate).article == "L25 Art. 83(4)"
    way.wait(-1)
    sale = take(way)
    held = last_round(way.session, way.lot.id)
    assert held is not None
    stopped = find_outcome(way.session, held.id)
    assert stopped is not None
    assert (stopped.code, sale.round_id) == (Outcome.STOPPED.value, None)


def test_while_a_creditors_right_runs_no_other_agreement_is_made(
    session: Session, people: People
) -> None:
    way = failed_lot(session, people, 3, at=SOLD_AT).ask()
    owed(way)
    assert refused(way, SetOffOpen, price=way.price).article


def test_what_is_not_paid_by_the_day_of_delivery_falls_back(way: Between) -> None:
    session, people, sale = way.session, way.people, take(way)
    cancel = NewDefault(cancelled_on=date(2026, 9, 21), document="12/TB")
    early = SOLD_AT + timedelta(days=7)
    with pytest.raises(PaymentNotDueYet) as refusal:
        default_sale(session, people.officer, sale.id, cancel, at=early)
    assert (refusal.value.params["rule"], refusal.value.article) == (
        "delivery_due_agreement",
        "D152/26 Art. 67(1)a",
    )
    late = SOLD_AT + timedelta(days=8)
    assert propose_default(session, people.officer, sale.id, at=late)
    with pytest.raises(PaymentOverdue):
        pay(session, people, sale, 400_000_000, local_day(late), at=late)
    given_up = NewDefault(cancelled_on=local_day(late), document="13/TB")
    default_sale(session, people.officer, sale.id, given_up, at=late)
    assert (standing(session, sale), way.lot.closed_on) == ("defaulted", None)


def test_under_the_law_of_2008_the_same_stands_on_its_own_articles(
    session: Session, people: People, at: Any
) -> None:
    old = lot_of_the_old_law(session, people, at=at, start=OLD_AT)
    case = case_of(session, Sale(lot_id=old.lot.id))
    make_claim(session, people, case, at=at, granted_on=date(2026, 1, 5), asked_on=date(2026, 1, 5))
    old.lot.formed_on = old.today
    assert refused(old, NotACreditor, buyer="Ông Khác").article == "L08 Art. 100(1)"
    sale = take(old)
    assert due(session, people, sale, "delivery_due_agreement") == date(2026, 3, 23)
