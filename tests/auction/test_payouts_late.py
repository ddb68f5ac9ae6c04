"""Money paid out after its time limit: a second person lets it, once for a payout."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.deadlines.queries import deadlines_of
from auction.departures.queries import departures_of
from auction.departures.rules import DepartureState
from auction.payouts.commands.keeping import tell_payee
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout, give_longer_time, withdraw_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import PayoutLate, VoucherWay
from auction.payouts.schemas import NewLongerTime, NewShareNotice, NewVoucher, NewWithdrawal
from tests.auction.sold import lot_of
from tests.make.departures import let_through
from tests.make.money import case_of, make_claim, make_delivered, propose
from tests.make.shares import line_of, tell

SOLD_AT = datetime(2026, 11, 9, 3, tzinfo=UTC)
IN_TIME = datetime(2026, 11, 19, 3, tzinfo=UTC)
DUE_ON = date(2026, 11, 19)
LATE_ON = date(2026, 11, 23)


@pytest.fixture
def sale(session, people):
    """Delivered on 9 November: its money is to be paid out by the 19th."""
    return make_delivered(session, people, at=SOLD_AT)


@pytest.fixture
def payout(session, people, sale):
    make_claim(session, people, case_of(session, sale), 600_000_000, at=SOLD_AT)
    made = propose(session, people, sale, at=IN_TIME)
    return approve_payout(session, people.head, made.id, at=IN_TIME)


def voucher(number: str, on: date = LATE_ON) -> NewVoucher:
    return NewVoucher(number=number, way=VoucherWay.TRANSFER, paid_on=on)


def test_a_late_payout_asks_for_a_second_person_once_for_all_its_lines(
    session, people, sale, payout, at
):
    bank, debtor = (line_of(session, payout, kind) for kind in ("rank", "debtor"))
    with pytest.raises(PayoutLate, match="2026-11-19") as refusal:
        pay_line(session, people.accountant, bank, voucher("PC-1"), at=at)
    assert refusal.value.article == "L25 Art. 54(6)"
    assert refusal.value.departs is not None
    assert refusal.value.departs["who"] == (people.head.name,)
    lot = lot_of(session, sale).reference
    let_through(session, people, "payout_due", lot, at=at)
    for number, line in (("PC-1", bank), ("PC-2", debtor)):
        pay_line(session, people.accountant, line, voucher(number), at=at)
    (let,) = departures_of(session, people.officer, "lot", lot)
    assert let.state is DepartureState.USED
    found = deadlines_of(session, people.officer, "lot", lot)
    assert next(one for one in found if one.rule_key == "payout_due").met_on == LATE_ON


def test_another_version_of_a_late_payout_asks_again(session, people, sale, payout, at):
    lot = lot_of(session, sale).reference
    let_through(session, people, "payout_due", lot, at=at)
    first = pay_line(
        session, people.accountant, line_of(session, payout, "rank"), voucher("PC-1"), at=at
    )
    assert first.amount == Decimal(600_000_000)
    other = make_delivered(session, people, at=SOLD_AT)
    made = propose(session, people, other, at=at)
    approve_payout(session, people.head, made.id, at=at)
    withdraw_payout(session, people.head, made.id, NewWithdrawal(reason="Sai"), at=at)
    again = propose(session, people, other, at=at)
    approve_payout(session, people.head, again.id, at=at)
    with pytest.raises(PayoutLate):
        pay_line(
            session, people.accountant, line_of(session, again, "debtor"), voucher("PC-9"), at=at
        )


def test_on_the_last_day_and_in_the_longer_time_nobody_is_asked(session, people, sale, payout, at):
    bank, debtor = (line_of(session, payout, kind) for kind in ("rank", "debtor"))
    pay_line(session, people.accountant, bank, voucher("PC-1", DUE_ON), at=at)
    with pytest.raises(PayoutLate):
        pay_line(session, people.accountant, debtor, voucher("PC-2", date(2026, 11, 20)), at=at)
    until = NewLongerTime(until=date(2026, 12, 20), document="TB-1")
    give_longer_time(session, people.head, sale.id, until, at=at)
    pay_line(session, people.accountant, debtor, voucher("PC-2"), at=at)
    assert get_payout(session, people.accountant, payout.id).payout.paid_at is not None


def test_who_was_told_in_time_is_paid_when_he_comes_who_is_told_late_is_asked_for(
    session, people, payout, at
):
    bank, debtor = (line_of(session, payout, kind) for kind in ("rank", "debtor"))
    tell(session, people, debtor, at=IN_TIME)
    pay_line(session, people.accountant, debtor, voucher("PC-1"), at=at)
    with pytest.raises(PayoutLate) as refusal:
        tell_payee(
            session, people.officer, bank, NewShareNotice(told_on=LATE_ON, document="TB"), at=at
        )
    assert list(refusal.value.fields) == ["told_on"]


def test_the_page_leads_to_who_lets_it(browse_as, session, people, sale, payout):
    line = line_of(session, payout, "rank")
    said = {"number": "PC-1", "way": "transfer", "paid_on": "2026-11-23"}
    told = browse_as("accountant").post(f"/payout-lines/{line}/vouchers", data=said)
    assert told.status_code == 422
    lot = lot_of(session, sale).reference
    assert f"/departures/new?rule=payout_due&amp;kind=lot&amp;ref={lot}" in told.text
