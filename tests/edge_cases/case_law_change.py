"""Case 35 between two rounds: what was begun by the old law, what goes on by the new one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.deadlines.schemas import DeadlineOut
from auction.life.queries import life_of
from auction.life.rules import Regime, Step
from auction.lots.models import Breach, Lot, PriceReduction
from auction.lots.rules import ReductionLate
from auction.offers.commands.telling import tell_failure
from auction.offers.rules import AgreementFirst
from auction.offers.schemas import NewFailureNotice
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import NewReduction
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import FAILED, close_round, make_asset, make_lot, make_round
from tests.make.departures import let_through

FAILED_ON, HEARD_ON, CALLED_ON = date(2026, 6, 24), date(2026, 6, 25), date(2026, 6, 26)
LAST_OLD, FIRST_NEW, RUNS_UNTIL = date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 6)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


def failed(office: Office, heard_on: date) -> tuple[Lot, str]:
    """A lot whose first round failed in June; the office heard of it on a day."""
    session, people = office
    asset = make_asset(session, people.office)
    lot = make_lot(session, people.office, asset)
    make_round(session, lot, 1, FAILED_ON, None, Decimal(1_000_000_000))
    close_round(session, people, lot, 1, FAILED, at=noon(heard_on), notified_on=heard_on)
    return lot, asset.reference


def called(office: Office) -> tuple[Lot, str]:
    """One whose parties were called in June to agree on the reduction."""
    lot, asset = failed(office, HEARD_ON)
    told = NewFailureNotice(told_on=CALLED_ON, document="TB 12")
    officer = office.people.officer
    tell_failure(office.session, officer, lot.reference, told, at=noon(CALLED_ON))
    return lot, asset


def limits(office: Office, lot: Lot, today: date) -> dict[str, DeadlineOut]:
    officer = office.people.officer
    found = deadlines_of(office.session, officer, "lot", lot.reference, today=today)
    return {one.rule_key: one for one in found}


def decide(office: Office, lot: Lot, on: date, **said: str) -> PriceReduction:
    new = NewReduction(
        new_price=Decimal(900_000_000), decision_number="1/QĐ-GG", decided_on=on, **said
    )
    return reduce_price(office.session, office.people.officer, lot.reference, 1, new, at=noon(on))


def late_decisions(office: Office, lot: Lot) -> list[Breach]:
    found = office.session.query(Breach).filter_by(lot_id=lot.id, rule_key="reduction_decision_due")
    return found.all()


@edge_case(35, "L25 Art. 116(3), 116(4)")
def an_old_call_that_was_sent_runs_on_and_no_step_of_the_new_law_waits_for_it(
    office: Office,
) -> None:
    lot, asset = called(office)
    with pytest.raises(AgreementFirst) as early:
        decide(office, lot, LAST_OLD)
    assert early.value.article == "L08 Art. 104(1)"
    due = limits(office, lot, FIRST_NEW)
    assert due["reduction_agreement_call"].met_on == CALLED_ON
    running = due["reduction_agreement_period"]
    assert (running.started_on, running.due_on) == (CALLED_ON, RUNS_UNTIL)
    assert (running.article, running.met_on) == ("L08 Art. 104(1)", None)
    assert running.state in {DeadlineState.RUNNING, DeadlineState.WARN}
    assert decide(office, lot, FIRST_NEW).article == "L25 Art. 83(3)"
    assert limits(office, lot, FIRST_NEW)["reduction_agreement_period"].met_on == FIRST_NEW
    life = life_of(office.session, office.people.officer, asset, FIRST_NEW)
    regimes = {one.step: one.regime for one in life.steps}
    assert regimes[Step.ROUND_FAILED] is regimes[Step.FAILURE_TOLD] is Regime.OLD
    assert regimes[Step.PRICE_REDUCED] is Regime.NEW


@edge_case(35, "L25 Art. 116(3), 116(4)")
def an_old_call_may_be_left_to_run_to_its_end(office: Office) -> None:
    lot, _asset = called(office)
    after = date(2026, 7, 7)
    assert limits(office, lot, after)["reduction_agreement_period"].state is DeadlineState.BREACHED
    assert decide(office, lot, after).article == "L25 Art. 83(3)"
    assert late_decisions(office, lot) == []


@edge_case(35, "L25 Art. 83(3), 116(3), 116(4)")
def a_notice_that_came_in_july_has_the_limits_of_july_unless_a_reason_is_given(
    office: Office,
) -> None:
    heard_on, late_on = date(2026, 7, 2), date(2026, 7, 10)
    lot, _asset = failed(office, heard_on)
    due = limits(office, lot, heard_on)
    assert "reduction_agreement_call" not in due
    told = NewFailureNotice(told_on=date(2026, 7, 3), document="TB 13")
    officer = office.people.officer
    tell_failure(office.session, officer, lot.reference, told, at=noon(date(2026, 7, 3)))
    due = limits(office, lot, late_on)
    assert due["failure_notice_to_parties"].state is DeadlineState.MET_IN_TIME
    assert "reduction_agreement_period" not in due
    assert due["reduction_decision_due"].state is DeadlineState.BREACHED
    with pytest.raises(ReductionLate) as late:
        decide(office, lot, late_on)
    assert late.value.article == "L25 Art. 83(3)"
    why = "Để đương sự thỏa thuận theo thông báo cũ"
    rule, at = "reduction_decision_due", noon(late_on)
    let_through(office.session, office.people, rule, lot.reference, at=at, reason=why)
    decide(office, lot, late_on)
    (kept,) = late_decisions(office, lot)
    assert kept.article == "L25 Art. 83(3)"
    assert kept.facts["reason"].startswith("Để đương sự")
