"""A sale after the hammer: opened, paid or defaulted, and who acts on it."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Outcome
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.deadlines.rules import TooLong
from auction.outcomes.queries import lot_file
from auction.sales.commands.delivering import decide_delivery
from auction.sales.commands.ending import return_money
from auction.sales.commands.keeping import decide_kept
from auction.sales.commands.paying import default_sale, extend_payment, receive, reverse_entry
from auction.sales.jobs import due_defaults, propose
from auction.sales.models import Sale
from auction.sales.queries import count_proposed, get_sale, money_of
from auction.sales.rules import (
    ConsentMissing,
    DepositCarried,
    EntryKind,
    EntryReversed,
    NoExtension,
    NothingKept,
    PaidInFull,
    PaidTooMuch,
    PaymentNotDueYet,
    PaymentOverdue,
    SaleEnded,
    SaleState,
)
from auction.sales.schemas import (
    NewDecision,
    NewDefault,
    NewExtension,
    NewKeptDecision,
    NewReceipt,
    NewReturn,
    NewReversal,
)
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from tests.auction.sold import DUE_ON, OLD_AT, SOLD_AT, SOLD_ON, agreed, due, lot_of, standing
from tests.make.auction import close_round, make_formed_lot, new_round
from tests.make.money import make_old_sale, make_sold, pay


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


BACK = NewReversal(document="BB-9")


def test_a_round_that_is_sold_opens_a_sale_with_the_day_of_payment(session, people, sale):
    assert (sale.buyer, sale.price, sale.sold_on) == ("Bà Mua", 1_000_000_000, SOLD_ON)
    assert sale.due_on == DUE_ON == due(session, people, sale, "pay_due")
    told = get_sale(session, people.officer, sale.id, SOLD_ON)
    assert told.sale.state is SaleState.UNPAID
    assert told.money.missing == 1_000_000_000
    assert get_sale(session, people.officer, sale.id, date(2026, 10, 15)).sale.state == "overdue"


def test_the_last_payment_makes_the_sale_paid_and_starts_the_time_to_deliver(
    session, people, sale, at
):
    pay(session, people, sale, 100_000_000, SOLD_ON, at=SOLD_AT, is_deposit=True)
    assert sale.paid_on is None
    pay(session, people, sale, 900_000_000, date(2026, 10, 1), at=at)
    assert (sale.paid_on, sale.due_on) == (date(2026, 10, 1), date(2026, 11, 30))
    assert standing(session, sale) == "sold_paid"
    assert due(session, people, sale, "delivery_due") == date(2026, 11, 30)
    with pytest.raises(PaidInFull):
        pay(session, people, sale, 1, date(2026, 10, 1), at=at)


def test_no_more_than_the_price_is_received_and_a_mistake_is_reversed(session, people, sale, at):
    with pytest.raises(PaidTooMuch):
        pay(session, people, sale, 1_000_000_001, SOLD_ON, at=at)
    with pytest.raises(Invalid):
        pay(session, people, sale, 0, SOLD_ON, at=at)
    with pytest.raises(Invalid):
        pay(session, people, sale, 5, date(2030, 1, 1), at=at)
    entry = pay(session, people, sale, 5, SOLD_ON, at=at)
    reverse_entry(session, people.accountant, sale.id, entry.id, BACK, at=at)
    assert money_of(session, sale.id, sale.price).paid == 0
    with pytest.raises(EntryReversed):
        reverse_entry(session, people.accountant, sale.id, entry.id, BACK, at=at)
    with pytest.raises(NotFound):
        reverse_entry(session, people.accountant, sale.id, 99_999, BACK, at=at)


def test_parties_and_buyer_may_agree_on_sixty_days_d152_65_1(session, people, sale):
    wrong = agreed(date(2026, 11, 12), buyer_agrees=False)
    with pytest.raises(ConsentMissing) as refusal:
        extend_payment(session, people.officer, sale.id, wrong, at=SOLD_AT)
    assert refusal.value.article == "D152/26 Art. 65(1)"
    with pytest.raises((Invalid, TooLong)):
        extend_payment(session, people.officer, sale.id, agreed(date(2026, 11, 17)), at=SOLD_AT)
    extend_payment(session, people.officer, sale.id, agreed(date(2026, 11, 13)), at=SOLD_AT)
    assert sale.due_on == date(2026, 11, 13) == due(session, people, sale, "pay_due")


def test_the_law_of_2008_knows_no_longer_time_d62_27_3(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    with pytest.raises(NoExtension) as refusal:
        extend_payment(session, people.officer, sale.id, agreed(date(2026, 5, 1)), at=OLD_AT)
    assert refusal.value.article == "D62 Art. 27(3)"


DEFAULT = NewDefault(cancelled_on=date(2026, 10, 16), document="12/TB-HGK")


def test_who_does_not_pay_loses_the_deposit_and_the_lot_is_offered_at_the_same_price(
    session, people, sale, at
):
    pay(session, people, sale, 100_000_000, SOLD_ON, at=SOLD_AT, is_deposit=True)
    pay(session, people, sale, 300_000_000, date(2026, 10, 1), at=at)
    early = NewDefault(cancelled_on=DUE_ON, document="x")
    with pytest.raises(PaymentNotDueYet) as refusal:
        default_sale(session, people.officer, sale.id, early, at=at)
    assert refusal.value.article == "D152/26 Art. 65(1)"
    default_sale(session, people.officer, sale.id, DEFAULT, at=at)
    told = get_sale(session, people.officer, sale.id, at.date())
    forfeited = next(one for one in told.entries if one.kind is EntryKind.FORFEITED)
    assert (forfeited.amount, forfeited.words) == (100_000_000, "enforcement_office")
    assert forfeited.article == "D152/26 Art. 65(5)"
    apart = next(one for one in told.entries if one.kind is EntryKind.KEPT_APART)
    assert apart.amount == 300_000_000
    assert told.sale.state is SaleState.DEFAULTED
    assert told.sale.pending_since == date(2026, 10, 16)
    assert standing(session, sale) == "defaulted"
    lot = lot_of(session, sale)
    assert lot.closed_on is None
    price = lot_file(session, people.officer, lot.reference, at.date()).next_price
    assert (price.lowest, price.highest) == (1_000_000_000, 1_000_000_000)
    for act in (
        lambda: pay(session, people, sale, 5, SOLD_ON, at=at),
        lambda: default_sale(session, people.officer, sale.id, DEFAULT, at=at),
    ):
        with pytest.raises(SaleEnded):
            act()


def test_after_a_default_what_came_in_stays_as_it_was_divided(session, people, sale, at):
    came = [
        pay(session, people, sale, 100_000_000, SOLD_ON, at=SOLD_AT, is_deposit=True),
        pay(session, people, sale, 300_000_000, date(2026, 10, 1), at=at),
    ]
    default_sale(session, people.officer, sale.id, DEFAULT, at=at)
    for entry in came:
        with pytest.raises(SaleEnded, match="Lawful") as refused:
            reverse_entry(session, people.accountant, sale.id, entry.id, UNDONE, at=at)
        assert refused.value.article == "D152/26 Art. 65(5)"
    money = money_of(session, sale.id, sale.price)
    assert (money.deposit, money.receipts, money.to_return) == (100_000_000, 300_000_000, 0)


UNDONE = NewReversal(document="PC-2")


def test_money_kept_apart_is_decided_on_once_and_the_decision_is_reversed(
    session, people, sale, at
):
    def kept(amount: int) -> NewKeptDecision:
        said = {"document": "3/QĐ", "words": "Bồi thường theo hợp đồng"}
        return NewKeptDecision(amount=Decimal(amount), decided_on=at.date(), **said)

    pay(session, people, sale, 300_000_000, date(2026, 10, 1), at=at)
    where = (session, people.officer, sale.id)
    with pytest.raises(NothingKept) as refused:
        decide_kept(*where, kept(0), at=at)
    assert refused.value.article == "D152/26 Art. 65(5)"
    default_sale(*where, DEFAULT, at=at)
    with pytest.raises(PaidTooMuch):
        decide_kept(*where, kept(300_000_001), at=at)
    entry = decide_kept(*where, kept(200_000_000), at=at)
    assert sale.pending_since is None
    with pytest.raises(NothingKept):
        decide_kept(*where, kept(0), at=at)
    back = NewReturn(amount=Decimal(200_000_000), returned_on=at.date(), document="PC-1")
    given = return_money(session, people.accountant, sale.id, back, at=at)
    with pytest.raises(PaidTooMuch, match="Lawful"):
        reverse_entry(session, people.accountant, sale.id, entry.id, UNDONE, at=at)
    for undone in (given, entry):
        reverse_entry(session, people.accountant, sale.id, undone.id, UNDONE, at=at)
    money = money_of(session, sale.id, sale.price)
    assert (money.to_return, money.returned) == (0, 0)
    assert sale.pending_since == sale.defaulted_on
    decide_kept(*where, kept(0), at=at)
    assert sale.pending_since is None


def test_until_june_2026_the_deposit_goes_to_the_state_d62_27_5(session, people):
    sale = make_old_sale(session, people, at=OLD_AT)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=OLD_AT, is_deposit=True)
    new = NewDefault(cancelled_on=date(2026, 3, 20), document="x", refused_in_writing=True)
    later = datetime(2026, 4, 1, 3, tzinfo=UTC)
    default_sale(session, people.officer, sale.id, new, at=later)
    told = get_sale(session, people.officer, sale.id, date(2026, 4, 1))
    forfeited = next(one for one in told.entries if one.kind is EntryKind.FORFEITED)
    assert (forfeited.words, forfeited.article) == ("state_budget", "D62 Art. 27(5)")


def test_the_winner_is_carried_into_the_sale_with_identity_address_and_deposit(session, people):
    lot = make_formed_lot(session, people, at=SOLD_AT)
    opens = SOLD_AT + timedelta(days=21)
    new = new_round(1_000_000_000, opens, deposit=100_000_000)
    schedule_round(session, people.officer, lot.reference, new, at=SOLD_AT)
    where = (session, people.officer, lot.reference, 1)
    for name, number in (("Bà Lê Mua", "001090000001"), ("Ông Đỗ Mua", "001090000002")):
        said = NewBidder(name=name, identity_number=number, address=f"Nhà của {name}")
        bidder = register_bidder(*where, said, at=SOLD_AT).number
        paid = NewDeposit(amount=Decimal(100_000_000), document=f"UNC-{bidder}")
        note_deposit(*where, paid, bidder=bidder, at=opens - timedelta(days=1))
    for bidder, amount in ((1, 1_000_000_000), (2, 1_100_000_000)):
        say(*where, NewSaid(bidder=bidder, kind=BidKind.BID, amount=Decimal(amount)), at=opens)
    close_round(session, people, lot, 1, Outcome.SOLD, at=opens + timedelta(hours=1))
    sale = session.scalars(select(Sale).where(Sale.lot_id == lot.id)).one()
    told = get_sale(session, people.officer, sale.id, local_day(opens))
    assert (told.sale.buyer, told.buyer_identity) == ("Ông Đỗ Mua", "001090000002")
    assert told.buyer_address == "Nhà của Ông Đỗ Mua"
    assert (told.money.deposit, told.money.missing) == (100_000_000, 1_000_000_000)
    assert (told.entries[0].kind, told.entries[0].document) == ("deposit", "UNC-2")
    later = opens + timedelta(days=2)
    with pytest.raises(DepositCarried):
        pay(session, people, sale, 100_000_000, local_day(later), at=later, is_deposit=True)
    pay(session, people, sale, 1_000_000_000, local_day(later), at=later)
    assert sale.paid_on == local_day(later)


def test_the_officer_of_a_sale_follows_the_case_until_it_ends(session, people, sale, at):
    lot = lot_of(session, sale)
    case = session.get_one(EnforcementCase, lot.case_id)
    lot.case_id = None
    other = people.head.staff_id

    def officer() -> str | None:
        return get_sale(session, people.officer, sale.id, at.date()).sale.officer

    case.officer_id = people.officer.staff_id
    session.flush()
    assert officer() == people.officer.name
    case.officer_id = other
    session.flush()
    assert officer() == people.head.name
    default_sale(session, people.officer, sale.id, DEFAULT, at=at)
    case.officer_id = people.officer.staff_id
    session.flush()
    assert officer() == people.head.name


def test_a_foreign_office_sees_no_sale_and_only_its_people_act(session, people, sale, become, at):
    sale_id = sale.id
    with pytest.raises(Forbidden):
        default_sale(session, people.accountant, sale_id, DEFAULT, at=at)
    new = NewReceipt(amount=Decimal(5), received_on=SOLD_ON, document="x")
    with pytest.raises(Forbidden):
        receive(session, people.head, sale_id, new, at=at)
    become(people.foreign_officer)
    assert session.scalars(select(Sale)).all() == []
    with pytest.raises(NotFound):
        get_sale(session, people.foreign_officer, sale_id, SOLD_ON)
    with pytest.raises(NotFound):
        default_sale(session, people.foreign_officer, sale_id, DEFAULT, at=at)


def test_a_buyer_who_did_not_pay_in_time_is_proposed_as_defaulted_once(session, people):
    sale = make_sold(session, people, at=SOLD_AT)
    last = datetime(2026, 10, 14, 3, tzinfo=UTC)
    assert due_defaults(session, last) == [], "he may pay on the last day"
    after = last + timedelta(days=1)
    assert due_defaults(session, after) == [str(sale.id)]
    propose(lambda: nullcontext(session), str(sale.id), after)
    propose(lambda: nullcontext(session), str(sale.id), after)
    assert (sale.default_proposed_on, sale.defaulted_on) == (date(2026, 10, 15), None)
    told = get_sale(session, people.officer, sale.id, after.date())
    (entry,) = [one for one in told.entries if one.kind is EntryKind.DEFAULT_PROPOSED]
    assert (entry.article, entry.words) == ("D152/26 Art. 65(1)", "2026-10-14")
    assert count_proposed(session, people.officer) == 1
    assert count_proposed(session, people.foreign_officer) == 0
    assert due_defaults(session, after) == []
    with pytest.raises(PaymentOverdue) as refused:
        decide_delivery(
            session, people.officer, sale.id, NewDecision(decided_on=after.date()), at=after
        )
    assert refused.value.article == "D152/26 Art. 65(1)"
    assert refused.value.params["rule"] == "pay_due"


def test_after_the_proposal_late_money_waits_for_the_officer_and_time_agreed_ends_it(
    session, people
):
    sale = make_sold(session, people, at=SOLD_AT)
    after = datetime(2026, 10, 15, 3, tzinfo=UTC)
    propose(lambda: nullcontext(session), str(sale.id), after)
    with pytest.raises(PaymentOverdue, match="Lawful"):
        pay(session, people, sale, 500_000_000, after.date(), at=after)
    pay(session, people, sale, 500_000_000, date(2026, 10, 13), at=after)
    longer = NewExtension(
        until=date(2026, 11, 13), document="BB-7", parties_agree=True, buyer_agrees=True
    )
    with pytest.raises(PaymentOverdue) as late:
        extend_payment(session, people.officer, sale.id, longer, at=after)
    assert late.value.article == "D152/26 Art. 65(1)"
    in_time = msgspec.structs.replace(longer, agreed_on=date(2026, 10, 12))
    extend_payment(session, people.officer, sale.id, in_time, at=after)
    assert (sale.default_proposed_on, sale.due_on) == (None, date(2026, 11, 13))
    missing = get_sale(session, people.officer, sale.id, after.date()).money.missing
    pay(session, people, sale, int(missing), after.date(), at=after)
    assert sale.paid_on == after.date()
    assert count_proposed(session, people.officer) == 0
    assert due_defaults(session, after + timedelta(days=90)) == []


def test_the_officer_turns_the_proposal_into_a_default(session, people):
    sale = make_sold(session, people, at=SOLD_AT)
    after = datetime(2026, 10, 15, 3, tzinfo=UTC)
    propose(lambda: nullcontext(session), str(sale.id), after)
    new = NewDefault(cancelled_on=after.date(), document="VB-25")
    default_sale(session, people.officer, sale.id, new, at=after)
    assert sale.defaulted_on == after.date()
    assert count_proposed(session, people.officer) == 0
