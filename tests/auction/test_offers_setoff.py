"""The creditor takes the asset: asked, answered, the debtor's time, paid, fallen back."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.claims.commands import record_claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.deadlines.queries import deadlines_of
from auction.legal_rules.rules import Confidence
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.taking import SetOffOpen
from auction.offers.commands.setoff import (
    answer_setoff,
    ask_creditor,
    lapse_setoff,
    pay_setoff,
    tell_debtor,
)
from auction.offers.models import SetOff
from auction.offers.outlook import between_file
from auction.offers.rules import (
    ClaimUnknown,
    CreditorNotAsked,
    NoRightYet,
    NotUnderWay,
    OthersMustAgree,
    OutOfTurn,
    SetOffAsked,
    SetOffEnd,
    SetOffStage,
    SumDiffers,
    TooEarly,
    TooLate,
)
from auction.offers.schemas import (
    NewAsk,
    NewDebtorNotice,
    NewLapse,
    NewSetOffAnswer,
    NewSetOffPayment,
)
from auction.payouts.commands.excess import correct_set_off
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.queries import get_payout
from auction.payouts.rules import LineKind, NothingTooMuch, VoucherWay
from auction.payouts.schemas import NewSetOffCorrection, NewVoucher
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.models import Sale
from auction.sales.queries import money_of
from auction.sales.schemas import NewDecision, NewDelivery
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.papers.models import Paper
from inventory.titles.commands import record_collateral
from inventory.titles.schemas import NewCollateral
from tests.make.between import Between, failed_lot, lot_of_the_old_law
from tests.make.money import case_of, make_claim, propose
from tests.make.organisation import People


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot whose third round failed after two reductions."""
    return failed_lot(session, people, 3, at=at)


def tell(way: Between) -> SetOff:
    new = NewDebtorNotice(told_on=way.today)
    return tell_debtor(way.session, way.people.officer, way.ref, new, at=way.now)


def pay(way: Between, amount: int | Decimal, **said: Any) -> SetOff:
    facts = {"paid_on": way.today, "document": "BL-9", **said}
    new = NewSetOffPayment(amount=Decimal(amount), **facts)
    return pay_setoff(way.session, way.people.officer, way.ref, new, at=way.now)


def state(way: Between) -> State:
    return standing_of(way.session, [way.asset_id])[way.asset_id].state


def setoff_of(way: Between) -> Any:
    return between_file(way.session, way.people.officer, way.ref, way.today).setoffs[0]


def test_the_creditor_is_asked_at_the_price_of_the_last_reduction_and_has_three_working_days(
    way: Between,
) -> None:
    """D152/26 Art. 65(6); the time is not fixed by law."""
    way.cost(40_000_000).ask()
    setoff = setoff_of(way)
    assert (setoff.price, setoff.reductions) == (810_000_000, 2)
    assert (setoff.costs, setoff.to_pay) == (40_000_000, 40_000_000)
    assert setoff.answer_by_on == date(2026, 11, 30)
    assert setoff.confidence is Confidence.UNCONFIRMED
    assert setoff.stage is SetOffStage.ANSWER
    paper = way.session.scalars(select(Paper).where(Paper.reference == setoff.notice)).one()
    assert paper.kind == "setoff_notice"
    due = deadlines_of(way.session, way.people.officer, "lot", way.ref)
    assert "setoff_creditor_answer" in {one.rule_key for one in due if one.met_on is None}


@pytest.mark.parametrize("failed", [1, 2])
def test_before_the_third_failure_he_has_no_right(
    session: Session, people: People, at: datetime, failed: int
) -> None:
    """L25 Art. 83(3): two reductions and a further failure."""
    way = failed_lot(session, people, failed, at=at)
    with pytest.raises(NoRightYet) as refusal:
        way.ask()
    assert refusal.value.article == "L25 Art. 83(3)"
    assert refusal.value.params["needed"] == 2


def test_he_is_asked_once_after_a_round_and_only_after_a_failed_one(way: Between) -> None:
    way.ask().answer(accepted=False)
    with pytest.raises(SetOffAsked):
        way.ask()
    way.reduce().announce(10)
    with pytest.raises(OutOfTurn):
        way.ask()


def test_the_third_reduction_needs_that_he_was_asked_in_writing(way: Between) -> None:
    """D152/26 Art. 65(6)."""
    with pytest.raises(CreditorNotAsked) as refusal:
        way.reduce()
    assert refusal.value.article == "D152/26 Art. 65(6)"
    way.ask()
    with pytest.raises(SetOffOpen):
        way.reduce()
    way.answer(accepted=False).reduce()
    assert way.price == 729_000_000


def test_without_an_answer_in_time_the_price_is_reduced_further(way: Between) -> None:
    way.ask().until(date(2026, 11, 30))
    with pytest.raises(SetOffOpen):
        way.reduce()
    way.until(date(2026, 12, 1)).reduce()
    assert setoff_of(way).ending is SetOffEnd.NO_ANSWER


def test_an_answer_after_a_time_that_no_law_fixes_still_counts(way: Between) -> None:
    way.ask().until(date(2026, 12, 4)).answer(accepted=True)
    assert setoff_of(way).stage is SetOffStage.TELL_DEBTOR


def test_the_whole_way_to_payment(way: Between) -> None:
    """D152/26 Art. 65(6), 66: 3 working days, 5 for the debtor, 5 for the creditor."""
    way.cost(40_000_000).ask().answer(accepted=True)
    assert state(way) is State.SETOFF_OFFERED
    with pytest.raises(SetOffOpen):
        way.reduce()
    setoff = tell(way)
    assert setoff.debtor_by_on == date(2026, 12, 2)
    assert setoff.pay_by_on == date(2026, 12, 9)
    with pytest.raises(TooEarly) as early:
        pay(way, 40_000_000)
    assert early.value.article == "D152/26 Art. 65(6)"
    way.until(date(2026, 12, 3))
    with pytest.raises(SumDiffers) as wrong:
        pay(way, 39_999_999)
    assert wrong.value.params["sum"] == 40_000_000
    paid = pay(way, 40_000_000)
    assert paid.ending == SetOffEnd.PAID
    assert state(way) is State.SOLD_PAID
    assert way.lot.closed_on == date(2026, 12, 3)
    with pytest.raises(Exception, match="closed"):
        pay(way, 40_000_000)
    due = deadlines_of(way.session, way.people.officer, "lot", way.ref)
    left = {one.rule_key for one in due if one.met_on is None and one.voided_why is None}
    assert left == {"delivery_due_non_auction", "failed_papers_back"}
    sale = way.session.scalars(select(Sale).where(Sale.lot_id == way.lot.id)).one()
    assert (sale.way, sale.paid_on) == ("setoff", date(2026, 12, 3))
    assert sale.delivery_due_on == date(2026, 12, 8), (
        "three working days, not the sixty of an auction"
    )
    money = money_of(way.session, sale.id, sale.price)
    assert (money.receipts, money.missing) == (40_000_000, 0)


def test_who_pays_too_late_falls_back_to_the_next_reduction(way: Between) -> None:
    """D152/26 Art. 65(6)."""
    way.ask().answer(accepted=True)
    tell(way)
    lapse = NewLapse(on=date(2026, 12, 9))
    way.until(date(2026, 12, 9))
    with pytest.raises(TooEarly):
        lapse_setoff(way.session, way.people.officer, way.ref, lapse, at=way.now)
    way.until(date(2026, 12, 10))
    with pytest.raises(TooLate) as late:
        pay(way, 0)
    assert late.value.article == "D152/26 Art. 65(6)"
    assert late.value.params["day"] == date(2026, 12, 9)
    again = NewLapse(on=way.today)
    lapse_setoff(way.session, way.people.officer, way.ref, again, at=way.now)
    assert state(way) is State.FAILED
    way.reduce(let=False)
    assert way.price == 729_000_000


def test_the_sum_comes_from_the_ledger_of_claims_and_others_agree_in_writing(
    way: Between,
) -> None:
    """D152/26 Art. 66; L25 Art. 86(1)."""
    case_id = way.lot.case_id
    assert case_id is not None
    for creditor, amount in (("Ngân hàng Thử", 300_000_000), ("Công ty Khác", 900_000_000)):
        new = NewClaim(
            kind=ClaimKind.OTHER,
            creditor=creditor,
            principal=Decimal(amount),
            granted_on=date(2026, 7, 6),
            asked_on=date(2026, 7, 6),
        )
        record_claim(way.session, way.people.officer, case_id, new, at=way.now)
    way.cost(10_000_000).ask(claim=None)
    setoff = setoff_of(way)
    assert setoff.claim == 300_000_000
    assert setoff.to_pay == 810_000_000 - 200_000_000
    with pytest.raises(OthersMustAgree):
        way.answer(accepted=True)
    way.answer(accepted=True, others_document="BB-TT 3")
    assert setoff_of(way).stage is SetOffStage.TELL_DEBTOR


def test_worth_no_more_than_the_costs_he_pays_nothing_and_nothing_is_claimed_of_him(
    way: Between,
) -> None:
    """D152/26 Art. 66(2); before, what he did not pay was claimed from him by the payout."""
    session, people = way.session, way.people
    make_claim(session, people, case_of(session, Sale(lot_id=way.lot.id)), 10**9, at=way.now)
    way.cost(900_000_000).ask(claim=None).answer(accepted=True)
    tell(way)
    way.wait(8)
    assert pay(way, 0).to_pay == 0
    sale = session.scalars(select(Sale).where(Sale.lot_id == way.lot.id)).one()
    decided = NewDecision(decided_on=way.today)
    decide_delivery(session, people.officer, sale.id, decided, at=way.now)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=way.today), at=way.now)
    payout = propose(session, people, sale, at=way.now)
    approve_payout(session, people.head, payout.id, at=way.now)
    told = NewSetOffCorrection(told_on=way.today, document="77/TB")
    with pytest.raises(NothingTooMuch):
        correct_set_off(session, people.officer, sale.id, told, at=way.now)
    lines = get_payout(session, people.head, payout.id).lines
    (costs,) = (one for one in lines if one.amount)
    assert (costs.kind, costs.amount, costs.set_off) == (LineKind.COSTS, 810_000_000, True)
    paid = NewVoucher(number="PC-1", way=VoucherWay.SET_OFF, paid_on=way.today)
    pay_line(session, people.accountant, costs.id, paid, at=way.now)
    assert payout.paid_at is not None


def test_beside_others_recorded_claims_the_takers_is_recorded_first(way: Between) -> None:
    """What is said of it has no rank; before, it was set off as if nobody else were owed."""
    case = case_of(way.session, Sale(lot_id=way.lot.id))
    wages = {"kind": ClaimKind.WAGES, "creditor": "Chị Ba"}
    make_claim(way.session, way.people, case, 500_000_000, at=way.now, **wages)
    with pytest.raises(ClaimUnknown, match="record his claim") as refused:
        way.ask()
    assert refused.value.article == "D152/26 Art. 66"
    make_claim(way.session, way.people, case, 2_000_000_000, at=way.now)
    way.ask()
    assert setoff_of(way).to_pay == 500_000_000


def test_what_only_a_title_tells_of_goes_before_what_is_said(way: Between) -> None:
    mortgage = NewCollateral(
        holder="Quỹ Khác", secured_amount=Decimal(200_000_000), from_on=way.today, document="HĐ"
    )
    record_collateral(way.session, way.people.officer, way.asset, mortgage, at=way.now)
    way.ask(claim=Decimal(1_000_000_000), debt=Decimal(3_000_000_000))
    assert setoff_of(way).to_pay == 810_000_000 - 610_000_000 // 3
    way.answer(accepted=True, others_document="BB-TT")
    assert setoff_of(way).to_pay == 810_000_000 - 610_000_000 // 3, "as it was said"


def test_without_any_claim_the_sum_is_not_guessed(way: Between) -> None:
    with pytest.raises(ClaimUnknown):
        way.ask(claim=None)


def test_under_the_old_law_ten_days_then_thirty_for_the_debtor(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(2)."""
    start = datetime(2026, 4, 6, 2, tzinfo=UTC)
    way = lot_of_the_old_law(session, people, at=at, start=start)
    way.fail().reduce(agreed=True).wait(1).fail().reduce().wait(1).fail()
    way.ask()
    setoff = setoff_of(way)
    assert (setoff.answer_by_on, setoff.article) == (date(2026, 4, 20), "L08 Art. 104(2)")
    way.until(date(2026, 4, 21))
    with pytest.raises(TooLate):
        way.answer(accepted=True)
    way.until(date(2026, 4, 20)).answer(accepted=True)
    told = tell(way)
    assert told.debtor_by_on == date(2026, 5, 20)
    assert told.pay_by_on is None


def test_acts_out_of_turn_and_of_others_are_refused(
    way: Between, become: Callable[[Actor], Actor]
) -> None:
    with pytest.raises(NotUnderWay):
        tell(way)
    with pytest.raises(NotUnderWay):
        pay(way, 1)
    ask = NewAsk(asked_on=way.today, claim=Decimal(1))
    with pytest.raises(Forbidden):
        ask_creditor(way.session, way.people.keeper, way.ref, ask, at=way.now)
    ref, now, officer = way.ref, way.now, way.people.officer
    become(officer)
    ask_creditor(way.session, officer, ref, ask, at=now)
    foreign = become(way.people.foreign_officer)
    answer = NewSetOffAnswer(accepted=True, answered_on=ask.asked_on, document="1")
    with pytest.raises(NotFound):
        answer_setoff(way.session, foreign, ref, answer, at=now)
