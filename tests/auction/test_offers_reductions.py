"""What is tested before a reduction: costs, creditor, agreement, holds; what is forecast."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import lines_of_lot
from auction.costs.rules import CostKind
from auction.departures.commands import ask_departure, decide_departure
from auction.departures.schemas import Decision, NewDeparture
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import lowest_next_price
from auction.lots.rules import ReductionLate
from auction.offers.commands.leaving import redeem
from auction.offers.commands.setoff import lapse_setoff, pay_setoff, tell_debtor
from auction.offers.commands.telling import tell_failure
from auction.offers.models import ReductionCheck
from auction.offers.outlook import between_file
from auction.offers.rules import AgreementFirst, CreditorNotAsked, Floor, FloorReached
from auction.offers.schemas import (
    NewDebtorNotice,
    NewFailureNotice,
    NewLapse,
    NewRedemption,
    NewSetOffPayment,
)
from inventory.base.errors import DomainError
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseKind
from inventory.outside.commands import give_into_custody
from inventory.outside.schemas import NewContract
from inventory.papers.models import Paper
from inventory.warehouses.rules import CustodyForm
from tests.make.between import Between, failed_lot, lot_of_the_old_law, lot_on_its_way
from tests.make.organisation import People

OLD = datetime(2026, 4, 6, 2, tzinfo=UTC)


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot whose first round failed."""
    return failed_lot(session, people, 1, at=at)


def store(way: Between, monthly: int) -> None:
    new = NewContract(
        custody_form=CustodyForm.THIRD_PARTY,
        number="5/HĐ-BQ",
        custodian="Công ty Kho bãi Thử",
        from_on=way.today,
        monthly_cost=Decimal(monthly),
        conditions="Trông giữ",
    )
    give_into_custody(way.session, way.people.officer, way.asset, new, at=way.now)


def test_a_price_not_above_the_costs_is_refused_before_it_is_decided(way: Between) -> None:
    """L25 Art. 83(3): edge case 44."""
    way.cost(900_000_000)
    with pytest.raises(FloorReached) as refusal:
        way.reduce()
    assert refusal.value.article == "L25 Art. 83(3)"
    assert refusal.value.params["costs"] == 900_000_000
    assert lines_of_lot(way.session, way.lot.id)[-1].reduction is None
    assert refusal.value.departs is not None
    assert refusal.value.departs["who"] == (way.people.head.name,)
    way.let_through("floor_test").reduce()
    check = way.session.scalars(select(ReductionCheck)).one()
    assert (check.floor, check.costs) == (Floor.REACHED, 900_000_000)
    assert check.considered is not None
    assert way.people.head.name in check.considered, "the second person stays beside the price"


def test_near_the_costs_it_warns_and_goes_on(way: Between) -> None:
    way.cost(700_000_000)
    file = between_file(way.session, way.people.officer, way.ref, way.today)
    assert file.floor is not None
    assert file.floor.state is Floor.NEAR
    way.reduce()
    assert way.session.scalars(select(ReductionCheck.floor)).one() == Floor.NEAR


def test_the_old_law_compared_with_the_costs_of_coercion_only(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(3)."""
    way = lot_of_the_old_law(session, people, at=at, start=OLD)
    way.fail().cost(950_000_000, CostKind.VERIFICATION)
    way.reduce(agreed=True)
    assert session.scalars(select(ReductionCheck.floor)).one() == Floor.ABOVE


def test_after_the_first_failure_the_old_law_gives_ten_days_to_agree(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(1)."""
    way = lot_of_the_old_law(session, people, at=at, start=OLD)
    way.fail()
    with pytest.raises(AgreementFirst) as refusal:
        way.reduce()
    assert refusal.value.article == "L08 Art. 104(1)"
    told = NewFailureNotice(told_on=way.today, document="TB 4")
    tell_failure(session, people.officer, way.ref, told, at=at)
    way.until(date(2026, 4, 16))
    with pytest.raises(AgreementFirst) as waiting:
        way.reduce()
    assert waiting.value.params["day"] == date(2026, 4, 16)
    way.until(date(2026, 4, 17)).reduce()
    way.wait(1).fail().reduce()


def test_for_the_revenue_of_the_state_ten_days_without_an_agreement(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(4)."""
    way = lot_of_the_old_law(session, people, at=at, start=OLD)
    session.get_one(EnforcementCase, way.lot.case_id).kind = CaseKind.OWN_MOTION.value
    way.fail()
    way.until(date(2026, 4, 17))
    with pytest.raises(ReductionLate) as late:
        way.reduce(let=False)
    assert late.value.article == "L08 Art. 104(4)"
    assert late.value.params["day"] == date(2026, 4, 16)
    way.until(date(2026, 4, 16)).reduce(let=False)


def test_a_second_person_may_let_a_reduction_pass_without_the_creditor_asked(
    session: Session, people: People, at: datetime
) -> None:
    """D152/26 Art. 65(6); the breach stays in the record."""
    way = failed_lot(session, people, 3, at=at)
    with pytest.raises(CreditorNotAsked) as refusal:
        way.reduce()
    assert refusal.value.departs is not None
    wish = NewDeparture(
        rule_key="setoff_creditor_asked",
        subject_kind="lot",
        subject_ref=way.ref,
        reason="Người được thi hành án đã có văn bản từ chối từ trước",
    )
    asked = ask_departure(session, people.officer, wish, at=way.now)
    decide_departure(session, people.head, asked.id, Decision(approved=True), at=way.now)
    way.reduce()
    assert way.price == 729_000_000
    way.wait(1).fail()
    with pytest.raises(CreditorNotAsked):
        way.reduce()


def test_without_a_number_the_program_numbers_and_prints_the_decision(way: Between) -> None:
    """The decision: quyết định giảm giá tài sản."""
    way.reduce(number=None)
    (line,) = lines_of_lot(way.session, way.lot.id)
    assert line.reduction is not None
    paper = way.session.scalars(select(Paper).where(Paper.kind == "reduction_decision")).one()
    assert line.reduction.decision_number == paper.number
    assert way.session.scalars(select(ReductionCheck.paper)).one() == paper.reference


def test_the_forecast_counts_rounds_to_the_floor_with_the_storage_that_runs(way: Between) -> None:
    way.cost(500_000_000)
    store(way, 30_000_000)
    file = between_file(way.session, way.people.officer, way.ref, way.today)
    ahead = file.forecast
    assert ahead is not None
    assert ahead.monthly_storage == 30_000_000
    assert ahead.break_even_on == date(2028, 4, 6)
    assert ahead.reductions == len(ahead.rows)
    last = ahead.rows[-1]
    assert last.price <= last.costs
    assert all(row.price > row.costs for row in ahead.rows[:-1])
    assert [row.price for row in ahead.rows[:2]] == [900_000_000, 810_000_000]


@pytest.mark.parametrize("failed", [1, 4])
def test_the_page_between_rounds_takes_as_many_statements_for_few_rounds_as_for_many(
    session: Session, people: People, at: datetime, failed: int, statements: list[str]
) -> None:
    way = failed_lot(session, people, failed, at=at)
    session.expire_all()
    statements.clear()
    between_file(session, people.officer, way.ref, way.today)
    assert len(statements) <= 24


ACTS = (
    "fail",
    "fail",
    "reduce",
    "reduce",
    "reduce_deep",
    "ask",
    "accept",
    "refuse",
    "tell",
    "pay",
    "lapse",
    "cost",
    "redeem",
    "wait",
)


class Tries:
    """One who tries everything between rounds; a refusal changes nothing."""

    def __init__(self, way: Between) -> None:
        self.way = way
        self.done = 0

    def does(self, act: str) -> None:
        way = self.way
        way.wait(1)
        point = way.session.begin_nested()
        price = way.price
        try:
            getattr(self, act)()
            point.commit()
            self.done += 1
        except DomainError:
            point.rollback()
            way.session.expire_all()
            way.price = price

    def fail(self) -> None:
        self.way.fail()

    def reduce(self) -> None:
        self.way.reduce()

    def reduce_deep(self) -> None:
        self.way.reduce(self.way.lowest() - 1)

    def ask(self) -> None:
        self.way.ask()

    def accept(self) -> None:
        self.way.answer(accepted=True)

    def refuse(self) -> None:
        self.way.answer(accepted=False)

    def tell(self) -> None:
        new = NewDebtorNotice(told_on=self.way.today)
        tell_debtor(self.way.session, self.way.people.officer, self.way.ref, new, at=self.way.now)

    def pay(self) -> None:
        self.way.wait(7)
        file = between_file(self.way.session, self.way.people.officer, self.way.ref, self.way.today)
        due = file.setoffs[0].to_pay if file.setoffs else Decimal(1)
        new = NewSetOffPayment(paid_on=self.way.today, amount=due, document="BL")
        pay_setoff(self.way.session, self.way.people.officer, self.way.ref, new, at=self.way.now)

    def lapse(self) -> None:
        self.way.wait(20)
        new = NewLapse(on=self.way.today)
        lapse_setoff(self.way.session, self.way.people.officer, self.way.ref, new, at=self.way.now)

    def cost(self) -> None:
        self.way.cost(120_000_000)

    def redeem(self) -> None:
        new = NewRedemption(
            paid_on=self.way.today,
            debt=Decimal(1),
            costs=Decimal(2_000_000_000),
            document="BL",
        )
        redeem(self.way.session, self.way.people.officer, self.way.asset, new, at=self.way.now)

    def wait(self) -> None:
        self.way.wait(10)


def test_no_sequence_of_acts_between_rounds_yields_a_price_below_the_lawful_one(
    session: Session, people: People, at: datetime
) -> None:
    accepted: list[int] = []

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=st.lists(st.sampled_from(ACTS), min_size=6, max_size=14))
    def run(acts: list[str]) -> None:
        with session.begin_nested() as point:
            way = failed_lot(session, people, 3, at=at)
            tries = Tries(way)
            for act in acts:
                tries.does(act)
                check(way)
            accepted.append(tries.done)
            point.rollback()

    run()
    assert sum(accepted) > 15, "the tries must not all be refused"


def check(way: Between) -> None:
    """Every price is lawful, and reductions over the floor alone went without a reason."""
    limit = rule_on(way.session, "max_reduction_pct", way.today)
    lines = lines_of_lot(way.session, way.lot.id)
    for before, after in pairwise(lines):
        price, next_price = before.round.starting_price, after.round.starting_price
        assert price is not None
        assert next_price is not None
        assert lowest_next_price(price, limit, Decimal(1)) <= next_price <= price
        assert next_price == price or before.reduction is not None
    checks = way.session.scalars(
        select(ReductionCheck).where(ReductionCheck.lot_id == way.lot.id)
    ).all()
    assert all(one.floor != Floor.REACHED or one.considered for one in checks)


def test_a_lot_before_its_first_round_has_no_floor_and_no_forecast(
    session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at)
    file = between_file(session, people.officer, way.ref, way.today)
    assert (file.floor, file.forecast, file.setoffs) == (None, None, [])
