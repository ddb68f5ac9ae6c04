"""Delivery of what was sold: the deposit at the bank, the decision, the day and the hour."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from auction.deadlines.queries import deadlines_of
from auction.holds.rules import HoldKind, OnHold
from auction.sales.commands.delivering import (
    DecisionStands,
    decide_delivery,
    deliver,
    note_after_sale,
    put_on_deposit,
)
from auction.sales.commands.interest import record_interest
from auction.sales.interest import split_interest
from auction.sales.queries import count_undelivered, get_sale, list_undelivered, money_of
from auction.sales.recalled import CARRIED_OUT
from auction.sales.rules import (
    DeliveredAlready,
    DeliveryLate,
    DeliveryNotDecided,
    EntryKind,
    NotDelivered,
    NotPaidInFull,
    SaleState,
)
from auction.sales.schemas import NewDecision, NewDelivery, NewInterest, NewNote, NewTermDeposit
from inventory.base.clock import TZ
from inventory.base.errors import Invalid
from inventory.papers.commands import recall
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper
from inventory.papers.rules import NotTheSigner
from inventory.papers.schemas import NewRecall
from inventory.seizures.rules import HourForbidden
from tests.auction.sold import DUE_ON, SOLD_AT, SOLD_ON, due, lot_of, standing
from tests.make.departures import let_through
from tests.make.holds import make_hold
from tests.make.money import make_delivered, make_paid, make_sold


@pytest.fixture
def sale(session, people):
    return make_sold(session, people, at=SOLD_AT)


def kinds(session, people, sale) -> list[str]:
    told = get_sale(session, people.officer, sale.id, DUE_ON)
    return [entry.kind.value for entry in told.entries]


def test_the_price_lies_on_deposit_and_interest_goes_by_the_day_of_delivery(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    assert sale.delivery_due_on == date(2026, 11, 13)
    deposit = NewTermDeposit(bank="BIDV", deposited_on=date(2026, 9, 25), document="TG-1")
    put_on_deposit(session, people.accountant, sale.id, deposit, at=at)
    interest = NewInterest(
        amount=Decimal(7_000_001),
        from_on=date(2026, 9, 25),
        to_on=date(2026, 11, 20),
        document="TG-2",
    )
    entries = record_interest(session, people.accountant, sale.id, interest, at=at)
    assert sum(entry.amount for entry in entries) == 7_000_001
    money = money_of(session, sale.id, sale.price)
    assert money.interest_to_debt == 6_125_001
    assert money.interest_to_buyer == 875_000
    assert money.proceeds == 1_006_125_001


@given(
    st.integers(0, 10**15),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
    st.integers(-500, 500),
)
def test_interest_is_split_without_losing_a_dong(amount, start, days, due):
    debt, buyer = split_interest(
        Decimal(amount), start, start + timedelta(days=days), start + timedelta(days=due)
    )
    assert debt + buyer == amount
    assert min(debt, buyer) >= 0
    if due >= days:
        assert buyer == 0


def test_the_asset_is_delivered_on_a_decision_with_minutes(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    new = NewDelivery(delivered_on=date(2026, 10, 1))
    with pytest.raises(DeliveryNotDecided):
        deliver(session, people.officer, sale.id, new, at=at)
    decision = NewDecision(decided_on=date(2026, 9, 20))
    paper = decide_delivery(session, people.officer, sale.id, decision, at=at)
    assert paper.kind == "delivery_decision"
    with pytest.raises(DecisionStands) as second:
        decide_delivery(session, people.officer, sale.id, decision, at=at)
    assert second.value.article == "L25 Art. 86(2)"
    wrong = NewRecall(reason="Ghi sai người nhận")
    recall(session, people.officer, paper.reference, wrong, at=at)
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    assert deliver(session, people.officer, sale.id, new, at=at).kind == "delivery_minutes"
    assert standing(session, sale) == "delivered"
    assert due(session, people, sale, "payout_due") == date(2026, 10, 12)
    assert kinds(session, people, sale)[-3:] == ["decision", "decision", "delivered"]
    with pytest.raises(DeliveredAlready):
        deliver(session, people.officer, sale.id, new, at=at)


def test_what_was_delivered_is_recalled_by_the_head_alone(session, people, at):
    sale = make_delivered(session, people, at=SOLD_AT)
    papers = session.scalars(select(Paper).where(Paper.kind.in_(CARRIED_OUT))).all()
    assert {one.kind for one in papers} == set(CARRIED_OUT), sale
    for paper in papers:
        with pytest.raises(NotTheSigner, match="was delivered on") as refused:
            recall(session, people.officer, paper.reference, NewRecall(reason="Nhầm"), at=at)
        assert refused.value.article == "L25 Art. 52"
        recall(session, people.head, paper.reference, NewRecall(reason="Nhầm"), at=at)


def test_a_second_person_lets_a_late_delivery_through(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    late = NewDelivery(delivered_on=date(2026, 11, 20))
    with pytest.raises(DeliveryLate, match="2026-11-13") as refusal:
        deliver(session, people.officer, sale.id, late, at=at)
    assert refusal.value.article == "D152/26 Art. 67(1)c"
    assert refusal.value.departs is not None
    assert refusal.value.departs["who"] == (people.head.name,)
    why = "Bão số 12, có xác nhận của xã"
    let_through(session, people, "delivery_due", lot_of(session, sale).reference, at=at, reason=why)
    deliver(session, people.officer, sale.id, late, at=at)
    assert sale.delivered_on == date(2026, 11, 20)
    told = get_sale(session, people.officer, sale.id, DUE_ON).entries[-1]
    assert told.words is not None
    assert why in told.words
    assert people.head.name in told.words


def test_nobody_is_made_to_deliver_around_the_lunar_new_year(session, people, at):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    later = at + timedelta(days=90)
    let_through(session, people, "delivery_due", lot_of(session, sale).reference, at=later)
    new = NewDelivery(delivered_on=date(2027, 1, 25), coercion="Buộc chuyển ra")
    with pytest.raises(HourForbidden) as refused:
        deliver(session, people.officer, sale.id, new, at=later)
    assert refused.value.article == "D152/26 Art. 42(2)"
    willing = msgspec.structs.replace(new, coercion=None)
    deliver(session, people.officer, sale.id, willing, at=later)


@pytest.mark.parametrize(
    ("hour", "day", "refusal"),
    [
        (None, 19, Invalid),
        ("22:01", 19, HourForbidden),
        ("05:59", 19, HourForbidden),
        ("10:00", 18, Invalid),
        ("09:30", 23, Invalid),
        ("22:00", 19, None),
        ("06:00", 19, None),
    ],
)
def test_nobody_is_made_to_deliver_by_night_l25_72_5(session, people, at, hour, day, refusal):
    sale = make_paid(session, people, at=SOLD_AT)
    decision = NewDecision(decided_on=date(2026, 11, 16))
    decide_delivery(session, people.officer, sale.id, decision, at=at)
    on = date(2026, 11, 23 if day == 23 else 19)
    new = NewDelivery(
        delivered_on=on,
        began_at=datetime.fromisoformat(f"2026-11-{day}T{hour}:00") if hour else None,
        coercion="Buộc chuyển ra",
    )
    let_through(session, people, "delivery_due", lot_of(session, sale).reference, at=at)
    if refusal is None:
        issued = deliver(session, people.officer, sale.id, new, at=at)
        minutes = get_paper(session, people.officer, issued.reference).data
        assert datetime.fromisoformat(minutes["at"]).astimezone(TZ).strftime("%H:%M") == hour
        return
    with pytest.raises(refusal) as refused:
        deliver(session, people.officer, sale.id, new, at=at)
    assert list(refused.value.fields) == ["began_at"]
    if hour != "10:00" and day != 23:
        assert refused.value.article == "L25 Art. 72(5)"
        assert refused.value.params["rule"] == "no_coercion_hours"
    willing = msgspec.structs.replace(new, coercion=None, began_at=None)
    deliver(session, people.officer, sale.id, willing, at=at)


def test_nothing_is_delivered_or_deposited_before_it_is_paid(session, people, sale, at):
    with pytest.raises(NotPaidInFull):
        decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=at)
    deposit = NewTermDeposit(bank="BIDV", deposited_on=SOLD_ON, document="x")
    with pytest.raises(NotPaidInFull):
        put_on_deposit(session, people.accountant, sale.id, deposit, at=at)
    note = NewNote(kind=EntryKind.REOCCUPIED, happened_on=SOLD_ON, words="Vào ở lại")
    with pytest.raises(NotDelivered):
        note_after_sale(session, people.officer, sale.id, note, at=at)
    note = NewNote(kind=EntryKind.RECEIPT, happened_on=SOLD_ON, words="không phải")
    with pytest.raises(Invalid):
        note_after_sale(session, people.officer, sale.id, note, at=at)


def test_after_delivery_the_file_goes_to_the_register_and_the_old_title_is_cancelled(
    session, people, at
):
    sale = make_delivered(session, people, at=SOLD_AT)
    for kind, on in (
        (EntryKind.TITLE_FILE, date(2026, 9, 20)),
        (EntryKind.TITLE_NOT_COLLECTED, date(2026, 9, 21)),
        (EntryKind.OLD_TITLE, date(2026, 10, 1)),
    ):
        note = NewNote(kind=kind, happened_on=on, words="Văn phòng đăng ký đất đai")
        note_after_sale(session, people.officer, sale.id, note, at=at)
    lot = lot_of(session, sale).reference
    rows = {one.rule_key: one for one in deadlines_of(session, people.officer, "lot", lot)}
    assert rows["registration_file_due"].met_on == date(2026, 9, 20)
    assert rows["old_title_cancelled"].due_on == date(2026, 10, 5)
    assert rows["old_title_cancelled"].met_on == date(2026, 10, 1)
    assert standing(session, sale) == "delivered"


def test_the_board_shows_what_is_sold_and_not_delivered_oldest_first(
    session, people, at, statements
):
    made = [make_sold(session, people, at=SOLD_AT + timedelta(days=n)) for n in (3, 0, 7)]
    make_delivered(session, people, at=SOLD_AT)
    statements.clear()
    first = list_undelivered(session, people.officer, at.date(), size=2)
    assert len(statements) == 1
    rest = list_undelivered(session, people.officer, at.date(), cursor=first.next_cursor)
    found = [row.id for row in (*first.items, *rest.items)]
    assert found == [made[1].id, made[0].id, made[2].id]
    assert {row.state for row in first.items} == {SaleState.OVERDUE}
    assert first.items[0].age == (at.date() - SOLD_ON).days
    assert count_undelivered(session, people.officer, at.date()) == (3, 3)
    assert list_undelivered(session, people.foreign_officer, at.date()).items == []


def test_a_hold_after_the_decision_stops_the_delivery_and_a_suspension_does_not(
    session, people, at
):
    sale = make_paid(session, people, at=SOLD_AT)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=SOLD_ON), at=at)
    (asset,) = get_sale(session, people.officer, sale.id, DUE_ON).assets
    later = SOLD_ON + timedelta(days=5)
    make_hold(session, people.officer, HoldKind.OTHER_AUTHORITY, asset, later, at=at)
    handed = NewDelivery(delivered_on=later + timedelta(days=1))
    with pytest.raises(OnHold) as refused:
        deliver(session, people.officer, sale.id, handed, at=at)
    assert refused.value.article == "HOUSE"
    bought = make_paid(session, people, at=SOLD_AT)
    decide_delivery(session, people.officer, bought.id, NewDecision(decided_on=SOLD_ON), at=at)
    (asset,) = get_sale(session, people.officer, bought.id, DUE_ON).assets
    make_hold(session, people.officer, HoldKind.SUSPENSION, asset, later, at=at)
    deliver(session, people.officer, bought.id, handed, at=at)
    assert bought.delivered_on == handed.delivered_on, "a completed sale is carried out"
