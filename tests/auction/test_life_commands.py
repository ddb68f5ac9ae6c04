"""Lives of assets: begun by a seizure, moved by the acts of the rooms, never backwards."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.deadlines.commands import set_limits
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineSubject
from auction.life.commands import record_step
from auction.life.jobs import LIVES
from auction.life.ledger import take_step
from auction.life.models import AssetStep
from auction.life.queries import life_of, standing_of
from auction.life.rules import Regime, State, Step, StepNotMissing, StepOutOfTurn
from auction.life.schemas import NewStep
from auction.lots.models import Lot
from auction.outcomes.commands.reduce_price import reduce_price
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.seizures.commands import release_seizure
from inventory.seizures.models import Seizure
from inventory.seizures.schemas import SeizureRelease
from tests.conftest import AT
from tests.make import inventory
from tests.make.auction import (
    close_round,
    fail_round,
    make_formed_lot,
    new_reduction,
    new_round,
)
from tests.make.organisation import People

TODAY = local_day(AT)


def seized(session: Session, people: People, at: datetime) -> int:
    case = inventory.make_case(session, people.officer, at=at)
    return inventory.make_asset(session, people.keeper, case, at=at).id


def reference_of(session: Session, asset_id: int) -> str:
    return str(session.execute(text(f"SELECT reference FROM asset WHERE id = {asset_id}")).scalar())


def asset_of(session: Session, lot: Lot) -> tuple[int, str]:
    found = text(
        "SELECT a.id, a.reference FROM asset a JOIN lot_asset l ON l.asset_id = a.id"
        " WHERE l.lot_id = :lot"
    )
    row = session.execute(found, {"lot": lot.id}).one()
    return row.id, row.reference


def steps(session: Session, asset_id: int) -> list[str]:
    rows = select(AssetStep.step).where(AssetStep.asset_id == asset_id).order_by(AssetStep.seq)
    return list(session.scalars(rows))


@pytest.fixture
def schedule(session: Session, people: People, at: datetime) -> Callable[[Lot, int], int]:
    """Offers a lot at a price an hour ago; answers the number of the round."""

    def schedule(lot: Lot, price: int) -> int:
        new = new_round(price, at - timedelta(hours=1))
        return schedule_round(session, people.officer, lot.reference, new, at=at).number

    return schedule


def test_a_seizure_begins_a_life_and_the_time_for_the_valuation_contract(
    session: Session, people: People, at: datetime
) -> None:
    asset_id = seized(session, people, at)
    take_step(
        session, people.officer, [asset_id], Step.VALUATION_CONTRACTED, TODAY, at=at, document="9"
    )
    life = life_of(session, people.officer, reference_of(session, asset_id), TODAY)
    assert [(one.step, one.on) for one in life.steps] == [
        (Step.SEIZED, inventory.SEIZED_ON),
        (Step.VALUATION_CONTRACTED, TODAY),
    ]
    assert life.state is State.PRICING
    assert life.since_on == TODAY
    assert life.unrecorded == [Step.IDENTIFIED]
    (due,) = [one for one in life.due if one.rule_key == "valuation_contract_due"]
    assert due.started_on == inventory.SEIZED_ON
    assert due.met_on == TODAY


def test_the_scheduler_begins_lives_that_no_act_has_begun(
    session: Session, people: People, at: datetime
) -> None:
    session.execute(update(Seizure).values(followed_at=at))
    asset_id = seized(session, people, at)
    assert LIVES.due(session, at) == ["new"]
    LIVES.act(lambda: nullcontext(session), "new", at)
    assert steps(session, asset_id) == ["seized"]
    assert LIVES.due(session, at) == []
    LIVES.act(lambda: nullcontext(session), "new", at)
    assert steps(session, asset_id) == ["seized"]


def test_the_acts_of_an_auction_move_the_life(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    asset_id, reference = asset_of(session, lot)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    reduce_price(
        session, people.officer, lot.reference, 1, new_reduction(900_000_000, TODAY), at=at
    )
    fail_round(session, people, lot, 900_000_000, at=at + timedelta(days=25))
    taken = steps(session, asset_id)
    assert taken[-7:] == [
        "announced",
        "auction_opened",
        "round_failed",
        "price_reduced",
        "offered_again",
        "auction_opened",
        "round_failed",
    ]
    life = life_of(session, people.officer, reference, TODAY)
    assert life.state is State.FAILED
    assert (life.steps[-1].lot, life.steps[-1].round_number) == (lot.reference, 2)
    assert life.steps[-1].regime is Regime.NEW
    coming = {one.step: one for one in life.next}
    assert coming[Step.PRICE_REDUCED].due is not None
    assert coming[Step.PRICE_REDUCED].article == "L25 Art. 83(3)"


def test_a_sold_asset_is_not_offered_again(session: Session, people: People, at: datetime) -> None:
    lot = make_formed_lot(session, people, at=at)
    asset_id, _reference = asset_of(session, lot)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    take_step(session, people.officer, [asset_id], Step.REDEEMED, TODAY, at=at)
    before = steps(session, asset_id)
    with pytest.raises(StepOutOfTurn) as refused:
        take_step(session, people.officer, [asset_id], Step.PRICE_REDUCED, TODAY, at=at)
    assert refused.value.article == "L25 Art. 83(3)"
    assert Step.RELEASED in refused.value.params["lawful"]
    assert steps(session, asset_id) == before


def test_a_paused_round_moves_no_state_and_a_stopped_one_ends_the_offer(
    session: Session, people: People, at: datetime, schedule: Callable[[Lot, int], int]
) -> None:
    lot = make_formed_lot(session, people, at=at)
    asset_id, _reference = asset_of(session, lot)
    close_round(session, people, lot, schedule(lot, 1_000_000_000), Outcome.PAUSED, at=at)
    assert standing_of(session, [asset_id])[asset_id].state is State.ANNOUNCED
    close_round(session, people, lot, schedule(lot, 1_000_000_000), Outcome.STOPPED, at=at)
    assert standing_of(session, [asset_id])[asset_id].state is State.CONTRACTED


def test_a_step_passed_over_is_recorded_afterwards_once(
    session: Session, people: People, at: datetime
) -> None:
    asset_id = seized(session, people, at)
    take_step(session, people.officer, [asset_id], Step.PRICED, TODAY, at=at)
    reference = reference_of(session, asset_id)
    said = NewStep(step=Step.VALUATION_CONTRACTED, on=date(2026, 8, 10), document="3/HĐ")
    record_step(session, people.officer, reference, said, at=at)
    life = life_of(session, people.officer, reference, TODAY)
    assert life.state is State.PRICED
    assert life.steps[-1].afterwards
    assert life.unrecorded == [Step.IDENTIFIED]
    with pytest.raises(StepNotMissing):
        record_step(session, people.officer, reference, said, at=at)


@pytest.mark.parametrize(
    ("begun", "met"),
    [
        (date(2026, 8, 10), date(2026, 8, 14)),
        (date(2026, 8, 14), date(2026, 8, 14)),
        (date(2026, 8, 17), None),
    ],
)
def test_a_step_recorded_afterwards_meets_what_had_begun_by_its_own_day(
    session: Session, people: People, at: datetime, begun: date, met: date | None
) -> None:
    asset_id = seized(session, people, at)
    reference = reference_of(session, asset_id)
    take_step(session, people.officer, [asset_id], Step.PRICED, date(2026, 8, 10), at=at)
    about = DeadlineSubject("asset", reference, people.office.id, asset_id=asset_id)
    set_limits(session, people.officer, ["auction_contract_due"], begun, about, at=at)
    take_step(session, people.officer, [asset_id], Step.ANNOUNCED, date(2026, 9, 1), at=at)
    said = NewStep(step=Step.AUCTION_CONTRACTED, on=date(2026, 8, 14), document="4/HĐ")
    record_step(session, people.officer, reference, said, at=at)
    due = life_of(session, people.officer, reference, TODAY).due
    assert [one.met_on for one in due if one.rule_key == "auction_contract_due"] == [met]


def test_a_verification_recorded_afterwards_meets_the_limit_of_its_case(
    session: Session, people: People, at: datetime
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    take_step(session, people.officer, [made.id], Step.PRICED, TODAY, at=at)
    about = DeadlineSubject("case", case.decision_number, case.office_id)
    set_limits(session, people.officer, ["verification_start"], date(2026, 7, 20), about, at=at)
    said = NewStep(step=Step.IDENTIFIED, on=date(2026, 7, 24), document="3/BB-XM")
    record_step(session, people.officer, made.reference, said, at=at)
    due = deadlines_of(session, people.officer, "case", case.decision_number)
    assert [(one.rule_key, one.met_on) for one in due] == [("verification_start", said.on)]


def test_a_step_recorded_afterwards_lies_before_the_one_that_passed_it_over(
    session: Session, people: People, at: datetime
) -> None:
    asset_id = seized(session, people, at)
    take_step(session, people.officer, [asset_id], Step.PRICED, date(2026, 9, 1), at=at)
    said = NewStep(step=Step.VALUATION_CONTRACTED, on=date(2026, 9, 2))
    with pytest.raises(Invalid):
        record_step(session, people.officer, reference_of(session, asset_id), said, at=at)


def test_only_an_officer_records_and_a_foreign_one_sees_nothing(
    session: Session, people: People, at: datetime
) -> None:
    reference = reference_of(session, seized(session, people, at))
    said = NewStep(step=Step.IDENTIFIED, on=TODAY)
    with pytest.raises(Forbidden):
        record_step(session, people.keeper, reference, said, at=at)
    with pytest.raises(NotFound):
        record_step(session, people.foreign_officer, reference, said, at=at)
    with pytest.raises(NotFound):
        life_of(session, people.foreign_officer, reference, TODAY)


def test_a_release_ends_the_life_where_no_other_seizure_holds_the_asset(
    session: Session, people: People, at: datetime
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    said = SeizureRelease(case_number="12/QĐ-THADS", release_decision="7/QĐ-GT", released_on=TODAY)
    release_seizure(session, people.officer, made.reference, said, at=at)
    assert standing_of(session, [made.id])[made.id].state is State.RELEASED


def test_the_database_refuses_to_change_a_step(
    session: Session, people: People, at: datetime
) -> None:
    asset_id = seized(session, people, at)
    take_step(session, people.officer, [asset_id], Step.PRICED, TODAY, at=at)
    with pytest.raises(DBAPIError):
        session.execute(update(AssetStep).values(document="x"))


def test_the_timeline_of_a_long_life_costs_as_many_statements_as_a_short_one(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    asset_id = seized(session, people, at)
    take_step(session, people.officer, [asset_id], Step.ANNOUNCED, TODAY, at=at)
    reference = reference_of(session, asset_id)
    statements.clear()
    life_of(session, people.officer, reference, TODAY)
    short = len(statements)
    for _again in range(40):
        for step in (Step.ROUND_FAILED, Step.PRICE_REDUCED, Step.OFFERED_AGAIN):
            take_step(session, people.officer, [asset_id], step, TODAY, at=at)
    statements.clear()
    life = life_of(session, people.officer, reference, TODAY)
    assert len(life.steps) == 122
    assert len(statements) == short
