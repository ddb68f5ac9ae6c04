"""One thing seized again after the end of its first seizure: another life, counted from its start.

And what was held as evidence, released for one case of two, or found on the spot.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.failures import failed_before
from auction.bidding.queries import asset_history, check_runs, runs_of
from auction.deadlines.commands import set_limits
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineSubject
from auction.life.jobs import LIVES
from auction.life.ledger import take_step
from auction.life.queries import life_of, standing_of
from auction.life.rules import LifeBegan, Regime, State, Step, StepOutOfTurn
from auction.life.schemas import LifeOut
from auction.lots.anew import leave_lots_behind
from auction.lots.commands import form_lot
from auction.lots.models import Lot, LotAsset
from auction.lots.schemas import NewLot
from auction.offers.commands.leaving import redeem
from auction.offers.queries import reductions_of
from auction.offers.schemas import NewRedemption
from auction.outcomes.commands.reduce_price import reduce_price
from auction.valuations.commands.record import record_valuation
from auction.valuations.pricing_file import pricing_page_of
from auction.valuations.rules import ValuationMissing
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.seizures.commands import register_seized_asset, release_seizure, seize_again
from inventory.seizures.rules import AlreadySeizedForCase, SeizureWay
from inventory.seizures.schemas import NewSeizure, SeizureRelease
from tests.conftest import AT
from tests.make import inventory
from tests.make.auction import (
    fail_round,
    make_formed_lot,
    new_reduction,
    new_valuation,
    under_contract,
)
from tests.make.organisation import People

TODAY = local_day(AT)
LATER = AT + timedelta(days=40)
SECOND, THIRD = "99/QĐ-THADS", "101/QĐ-THADS"

Seize = Callable[..., None]


@pytest.fixture
def seize(session: Session, people: People) -> Seize:
    """Seizes a thing for a case, opened where it is not there yet."""

    def seize(reference: str, case: str, at: datetime, **said: Any) -> None:
        known = text("SELECT 1 FROM enforcement_case WHERE decision_number = :number")
        if session.execute(known, {"number": case}).one_or_none() is None:
            inventory.make_case(session, people.officer, case, at=at)
        facts = {"decision_number": f"KB-{case}", "decision_on": local_day(at), **said}
        seize_again(
            session, people.officer, reference, NewSeizure(case_number=case, **facts), at=at
        )

    return seize


@pytest.fixture
def release(session: Session, people: People) -> Callable[..., None]:
    """Releases the seizure for a case."""

    def release(reference: str, case: str, at: datetime) -> None:
        said = SeizureRelease(
            case_number=case, release_decision="7/QĐ-GT", released_on=local_day(at)
        )
        release_seizure(session, people.officer, reference, said, at=at)

    return release


@pytest.fixture
def life(session: Session, people: People) -> Callable[[str], LifeOut]:
    """The life of an asset as its page shows it."""
    return lambda reference: life_of(session, people.officer, reference, TODAY)


def redeemed(session: Session, people: People, *, at: datetime) -> tuple[int, str, str]:
    """A thing offered twice in vain and then redeemed: its id, its number, its case."""
    lot = make_formed_lot(session, people, at=at)
    row = session.execute(
        text(
            "SELECT a.id, a.reference, c.decision_number FROM asset a"
            " JOIN lot_asset l ON l.asset_id = a.id JOIN enforcement_case c ON c.id = a.case_id"
            " WHERE l.lot_id = :lot"
        ),
        {"lot": lot.id},
    ).one()
    fail_round(session, people, lot, 1_000_000_000, at=at)
    said = new_reduction(900_000_000, TODAY)
    reduce_price(session, people.officer, lot.reference, 1, said, at=at)
    fail_round(session, people, lot, 900_000_000, at=at + timedelta(days=25))
    paid = NewRedemption(
        paid_on=local_day(at + timedelta(days=25)),
        debt=Decimal(2_000_000_000),
        costs=Decimal(10_000_000),
        document="BL-1",
    )
    redeem(session, people.officer, row[1], paid, at=at + timedelta(days=25))
    return row[0], row[1], row[2]


def test_what_was_released_and_is_seized_anew_begins_another_life(
    session: Session,
    people: People,
    at: datetime,
    seize: Seize,
    release: Callable[..., None],
    life: Callable[[str], LifeOut],
) -> None:
    _id, reference, case = redeemed(session, people, at=at)
    ended = at + timedelta(days=26)
    release(reference, case, ended)
    first = life(reference)
    assert (first.life, first.state, first.ended) == (1, State.RELEASED, True)
    seize(reference, SECOND, LATER)
    second = life(reference)
    assert (second.life, second.state, second.ended) == (2, State.SEIZED, False)
    assert [one.step for one in second.steps if one.life == 2] == [Step.SEIZED]
    assert [one.step for one in second.steps if one.life == 1] == [one.step for one in first.steps]
    assert second.since_on == local_day(LATER)
    assert second.unrecorded == [Step.IDENTIFIED]
    assert {one.step for one in second.next} >= {Step.VALUATION_CONTRACTED, Step.GIVEN_INTO_CUSTODY}
    open_ones = [one for one in second.due if one.met_on is None and one.voided_on is None]
    assert [(one.rule_key, one.started_on) for one in open_ones if one.subject_kind == "asset"] == [
        ("valuation_contract_due", local_day(LATER))
    ]


def test_what_was_still_due_for_its_old_lot_falls_away(
    session: Session, people: People, at: datetime, seize: Seize, release: Callable[..., None]
) -> None:
    """Not while another asset of that lot is on its way, and never a buyer's title."""
    asset_id, reference, case = redeemed(session, people, at=at)
    lot = session.get_one(Lot, session.query(LotAsset.lot_id).filter_by(asset_id=asset_id).scalar())
    about = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    keys = ("failed_papers_back", "old_title_cancelled")
    set_limits(session, people.officer, keys, local_day(at), about, at=at)

    def open_ones() -> set[str]:
        found = deadlines_of(session, people.officer, "lot", lot.reference)
        return {one.rule_key for one in found if one.met_on is None and one.voided_on is None}

    other = make_formed_lot(session, people, at=at)
    moved = session.query(LotAsset).filter_by(lot_id=other.id).one()
    session.add(LotAsset(lot_id=lot.id, asset_id=moved.asset_id, position=2))
    session.flush()
    release(reference, case, at + timedelta(days=26))
    before = open_ones()
    assert before >= set(keys)
    seize(reference, SECOND, LATER)
    assert open_ones() == before
    both = (asset_id, moved.asset_id)
    leave_lots_behind(session, LifeBegan(people.officer, both, LATER))
    assert open_ones() == {"old_title_cancelled"}


def test_the_second_life_has_its_own_price_and_its_own_counter(
    session: Session, people: People, at: datetime, seize: Seize, release: Callable[..., None]
) -> None:
    asset_id, reference, case = redeemed(session, people, at=at)
    assert runs_of(session, [asset_id])[asset_id].failed_in_a_row == 2
    before = runs_of(session, [asset_id])[asset_id].run_number
    release(reference, case, at + timedelta(days=26))
    seize(reference, SECOND, LATER)
    run = runs_of(session, [asset_id])[asset_id]
    assert (run.failed_in_a_row, run.held_rounds) == (0, 2)
    assert run.run_number > before
    assert reductions_of(session, [asset_id]) == 0
    known = pricing_page_of(session, people.officer, reference, local_day(LATER)).known
    assert known.newest is None
    assert len(known.valuations) == 1
    new = NewLot(assets=[reference], description="Bán lại")
    with pytest.raises(ValuationMissing):
        form_lot(session, people.officer, new, at=LATER)
    own = {"valued_on": local_day(LATER), "certificate_number": "88/CT-2027"}
    cheap = new_valuation(400_000_000, **own)
    record_valuation(session, people.officer, reference, cheap, at=LATER)
    lot = form_lot(session, people.officer, new, at=LATER)
    under_contract(session, lot)
    assert failed_before(session, lot.id) == 0
    fail_round(session, people, lot, 400_000_000, at=LATER + timedelta(days=30))
    assert failed_before(session, lot.id) == 1
    assert [one.failed_in_a_row for one in asset_history(session, [asset_id])] == [1, 2, 1]
    assert check_runs(session) == []


def test_the_same_case_may_seize_again_after_its_release(
    session: Session, people: People, at: datetime, seize: Seize, release: Callable[..., None]
) -> None:
    asset_id, reference, case = redeemed(session, people, at=at)
    with pytest.raises(AlreadySeizedForCase):
        seize(reference, case, LATER)
    release(reference, case, LATER)
    seize(reference, case, LATER)
    assert standing_of(session, [asset_id])[asset_id].state is State.SEIZED


@pytest.mark.parametrize(
    "way",
    [
        (Step.ROUND_FAILED, Step.RETURNED_RESTRICTED),
        (Step.ROUND_FAILED, Step.RETURNED_RESTRICTED, Step.NOT_YET_ENFORCEABLE),
        (Step.SEIZURE_RECALLED,),
        (Step.SOLD, Step.PAID, Step.DELIVERED, Step.PAID_OUT),
    ],
)
def test_after_every_end_another_seizure_begins_anew(
    session: Session,
    people: People,
    at: datetime,
    seize: Seize,
    life: Callable[[str], LifeOut],
    way: tuple[Step, ...],
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    for step in way:
        take_step(session, people.officer, [made.id], step, TODAY, at=at)
    seize(made.reference, SECOND, LATER)
    found = life(made.reference)
    assert (found.life, found.state) == (2, State.SEIZED)


def test_who_buys_and_is_debtor_of_another_case_before_the_payout_begins_with_it(
    session: Session, people: People, at: datetime, seize: Seize, life: Callable[[str], LifeOut]
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    for step in (Step.SOLD, Step.PAID, Step.DELIVERED):
        take_step(session, people.officer, [made.id], step, TODAY, at=at)
    seize(made.reference, SECOND, at)
    assert (life(made.reference).life, life(made.reference).state) == (1, State.DELIVERED)
    take_step(session, people.officer, [made.id], Step.PAID_OUT, TODAY, at=at)
    assert (life(made.reference).life, life(made.reference).state) == (2, State.SEIZED)


def test_what_is_seized_for_a_second_case_meanwhile_joins_the_life(
    session: Session, people: People, at: datetime, seize: Seize, life: Callable[[str], LifeOut]
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    take_step(session, people.officer, [made.id], Step.PRICED, TODAY, at=at)
    seize(made.reference, SECOND, at)
    found = life(made.reference)
    assert (found.life, found.state, len(found.steps)) == (1, State.PRICED, 2)
    assert not LIVES.due(session, at)


def test_redeemed_from_one_case_and_seized_for_another_it_goes_on_for_that_one(
    session: Session,
    people: People,
    at: datetime,
    seize: Seize,
    release: Callable[..., None],
    life: Callable[[str], LifeOut],
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    seize(made.reference, SECOND, at)
    take_step(session, people.officer, [made.id], Step.REDEEMED, TODAY, at=at)
    release(made.reference, case.decision_number, at)
    found = life(made.reference)
    assert (found.life, found.state, found.since_on) == (2, State.SEIZED, TODAY)
    assert found.steps[-1].document == f"KB-{SECOND}"


def test_an_ended_life_takes_no_other_step_and_says_what_would_be_lawful(
    session: Session, people: People, at: datetime
) -> None:
    case = inventory.make_case(session, people.officer, at=at)
    made = inventory.make_asset(session, people.keeper, case, at=at)
    take_step(session, people.officer, [made.id], Step.SEIZURE_RECALLED, TODAY, at=at)
    with pytest.raises(StepOutOfTurn) as refused:
        take_step(session, people.officer, [made.id], Step.PRICED, TODAY, at=at)
    assert Step.SEIZED in refused.value.params["lawful"]


def test_evidence_that_is_seized_takes_the_step_at_once_and_keeps_its_receipt(
    session: Session, people: People, at: datetime, seize: Seize, life: Callable[[str], LifeOut]
) -> None:
    made = inventory.make_evidence(session, people.keeper, at=at)
    seize(made.reference, SECOND, at)
    found = life(made.reference)
    assert [(one.step, one.on, one.document) for one in found.steps] == [
        (Step.HELD, date(2026, 6, 1), "BB-01"),
        (Step.SEIZED, TODAY, f"KB-{SECOND}"),
    ]
    assert [one.regime for one in found.steps] == [Regime.OLD, Regime.NEW]
    assert found.unrecorded == []
    assert [one.rule_key for one in found.due] == ["valuation_contract_due"]


def test_what_the_judgment_seizes_needs_no_decision_and_goes_to_pricing(
    session: Session, people: People, at: datetime, life: Callable[[str], LifeOut]
) -> None:
    inventory.make_case(session, people.officer, SECOND, at=at)
    said = {"way": SeizureWay.JUDGMENT, "decision_number": None}
    new = inventory.new_seized_asset(SECOND, **said)
    with pytest.raises(Invalid) as refused:
        register_seized_asset(session, people.officer, new, at=at)
    assert "decision_number" in refused.value.fields
    new = inventory.new_seized_asset(SECOND, way=SeizureWay.JUDGMENT, decision_number="5/2026/DS")
    made = register_seized_asset(session, people.officer, new, at=at)
    LIVES.act(lambda: nullcontext(session), "new", at)
    (step,) = life(made.reference).steps
    assert (step.step, step.number, step.article) == (
        Step.SEIZED_BY_JUDGMENT,
        "4b",
        "L25 Art. 60, 78(2)",
    )
    assert life(made.reference).unrecorded == []


def test_what_is_found_on_the_spot_names_the_first_decision(
    session: Session, people: People, at: datetime, life: Callable[[str], LifeOut]
) -> None:
    case = inventory.make_case(session, people.officer, SECOND, at=at)
    inventory.make_asset(session, people.keeper, case, at=at)
    spot = {"way": SeizureWay.ON_THE_SPOT, "decision_number": "35/QĐ-KB"}
    new = inventory.new_seized_asset(case, **spot)
    with pytest.raises(Invalid) as refused:
        register_seized_asset(session, people.officer, new, at=at)
    assert refused.value.article == "L25 Art. 80(3); D152/26 Art. 54(6)"
    new = inventory.new_seized_asset(case, **spot, supplements="1/XX")
    with pytest.raises(NotFound):
        register_seized_asset(session, people.officer, new, at=at)
    new = inventory.new_seized_asset(case, **spot, supplements="34/QĐ-KB", decision_on=TODAY)
    made = register_seized_asset(session, people.officer, new, at=at)
    LIVES.act(lambda: nullcontext(session), "new", at)
    assert [one.number for one in life(made.reference).steps] == ["4c"]
    kept = text("SELECT supplements_on FROM seizure WHERE asset_id = :asset")
    assert session.execute(kept, {"asset": made.id}).scalar() == inventory.SEIZED_ON
    new = inventory.new_seized_asset(case, supplements="34/QĐ-KB")
    with pytest.raises(Invalid):
        register_seized_asset(session, people.officer, new, at=at)
