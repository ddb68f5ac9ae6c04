"""A draft of who may take the asset, of the floor and of the bidders needed, tried on history."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.bidding.models import AssetRound, RoundOutcome
from auction.costs.rules import CostKind
from auction.simulations.queries import list_cases
from auction.simulations.rules import Change, told
from auction.simulations.schemas import SimulationOut
from inventory.base.actor import Actor
from tests.auction.sold import OLD_AT
from tests.auction.trials import picture, runner
from tests.make.auction import make_round
from tests.make.between import case_was_decided, failed_lot, lot_of_the_old_law, lot_on_its_way
from tests.make.organisation import People
from tests.make.rules import Centre, make_centre
from tests.make.simulations import make_reduction

DAY = timedelta(days=1)
Run = Callable[..., SimulationOut]


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


@pytest.fixture
def run(session: Session, centre: Centre, at: datetime) -> Run:
    return runner(session, centre, at + 90 * DAY)


def sentences(session: Session, actor: Actor, found: SimulationOut) -> list[tuple[Change, str]]:
    said = []
    for case in list_cases(session, actor, found.id).items:
        sentence, values = told(case.change, case.facts)
        said.append((case.change, sentence % values))
    return said


def test_a_right_that_opens_a_reduction_earlier(
    session: Session, people: People, centre: Centre, at: datetime, run: Run
) -> None:
    """Three failed rounds, two reductions: today the right opens after the third."""
    failed_lot(session, people, 3, at=at)
    before = picture(session)
    found = run("setoff_from_reduction", "1")
    assert (found.judged, found.totals[Change.RIGHT_OPENS]) == (3, 1)
    assert sentences(session, centre.head, found) == [
        (
            Change.RIGHT_OPENS,
            "After round 2, reduced 1 times before; the creditor's right needs now 2, with the"
            " draft 1.",
        )
    ]
    assert picture(session) == before


def test_a_right_that_opens_later_and_one_that_stays(
    session: Session, people: People, at: datetime, run: Run
) -> None:
    failed_lot(session, people, 3, at=at)
    assert run("setoff_from_reduction", "3").totals[Change.RIGHT_CLOSES] == 1
    assert run("setoff_from_reduction", "2").changed == 0


def test_costs_that_a_draft_does_not_count_leave_the_floor_lower(
    session: Session, people: People, centre: Centre, at: datetime, run: Run
) -> None:
    """Reduced to 900 against 950 of costs, 400 of them of coercion: a second person let it."""
    way = lot_on_its_way(session, people, at=at).fail()
    way.cost(400_000_000).cost(550_000_000, CostKind.TRANSPORT).let_through("floor_test")
    way.reduce()
    found = run("floor_cost_kinds", "cost_coercion", scope="enforcement_costs")
    assert (found.judged, found.totals) == (1, {Change.ABOVE_FLOOR: 1})
    assert sentences(session, centre.head, found) == [
        (
            Change.ABOVE_FLOOR,
            "Reduced after round 1 to 900000000.00; costs counted now 950000000.00, with the draft"
            " 400000000.00.",
        )
    ]


def test_costs_that_a_draft_counts_too_bring_it_to_the_floor(
    session: Session, people: People, at: datetime, run: Run
) -> None:
    """The law of 2008 counted no verification."""
    way = lot_of_the_old_law(session, people, at=at, start=OLD_AT)
    way.fail().cost(950_000_000, CostKind.VERIFICATION).reduce(agreed=True)
    found = run("floor_cost_kinds", "cost_verification", scope="coercion_costs")
    assert found.totals == {Change.AT_FLOOR: 1}
    assert run("floor_cost_kinds", "cost_coercion", scope="coercion_costs").changed == 0
    assert run("floor_cost_bearers", "borne_by_debtor").changed == 0


def test_a_floor_that_names_the_narrower_costs_again(
    session: Session, people: People, centre: Centre, at: datetime, run: Run
) -> None:
    """Coercion costs mean what they meant: verification is none of them."""
    way = lot_on_its_way(session, people, at=at).fail()
    way.cost(950_000_000, CostKind.VERIFICATION).let_through("floor_test").reduce()
    before = picture(session)
    assert run("floor_test", "enforcement_costs").totals == {Change.SAME: 1}
    found = run("floor_test", "coercion_costs")
    assert sentences(session, centre.head, found) == [
        (
            Change.ABOVE_FLOOR,
            "Reduced after round 1 to 900000000.00; costs counted now 950000000.00, with the draft"
            " 0.00.",
        )
    ]
    assert picture(session) == before


def test_a_floor_where_the_law_knew_none(
    session: Session, people: People, centre: Centre, at: datetime, run: Run
) -> None:
    """A reduction of 2014 was not compared with anything."""
    way = lot_on_its_way(session, people, at=at)
    on = date(2014, 6, 2)
    held = make_round(session, way.lot, 1, on, None, Decimal(1_000_000_000))
    case_was_decided(way, on)
    way.cost(950_000_000, spent_on=on)
    make_reduction(session, held, on, Decimal(900_000_000), at=at)
    found = run("floor_test", "coercion_costs")
    assert sentences(session, centre.head, found) == [
        (
            Change.AT_FLOOR,
            "Reduced after round 1 to 900000000.00; not compared with costs now, with the draft"
            " with 950000000.00.",
        )
    ]


@pytest.mark.parametrize(
    ("cost", "value", "change"),
    [
        (600_000_000, "1.4", Change.NEAR_FLOOR),
        (700_000_000, "1.1", Change.NOT_NEAR),
        (700_000_000, "1.5", Change.SAME),
        (950_000_000, "1", Change.SAME),
    ],
)
def test_a_ratio_that_warns_of_the_floor_at_another_price(
    session: Session,
    people: People,
    centre: Centre,
    at: datetime,
    run: Run,
    cost: int,
    value: str,
    change: Change,
) -> None:
    """Reduced to 900, next time to 810: near up to 1.2 times the costs now."""
    way = lot_on_its_way(session, people, at=at).fail().cost(cost)
    (way.let_through("floor_test") if cost > 900_000_000 else way).reduce()
    found = run("floor_near_ratio", value)
    assert found.totals == {change: 1}
    if change is Change.NEAR_FLOOR:
        ((_change, said),) = sentences(session, centre.head, found)
        assert said == (
            "Reduced after round 1 to 900000000.00, to 810000000 next time; near the costs now up"
            " to 720000000.000, with the draft up to 840000000.000."
        )


@pytest.mark.parametrize(
    ("registered", "value", "change"),
    [
        (2, "3", Change.BECOMES_BREACH),
        (1, "1", Change.STOPS_BREACH),
        (3, "3", Change.SAME),
    ],
)
def test_how_many_bidders_a_sale_needed(
    session: Session,
    people: People,
    centre: Centre,
    at: datetime,
    run: Run,
    registered: int,
    value: str,
    change: Change,
) -> None:
    way = lot_on_its_way(session, people, at=at)
    held = make_round(session, way.lot, 1, way.today, None, Decimal(1_000_000_000))
    sold = {"sale_price": Decimal(1_000_000_000), "buyer_name": "Bà Mua"}
    of = {"round_id": held.id, "lot_id": way.lot.id, "office_id": way.lot.office_id}
    session.add(RoundOutcome(**of, **sold, code="sold", registered=registered, recorded_at=at))
    one = {"asset_id": way.asset_id, "seq": 1, "result": "sold", "held_on": way.today}
    session.add(AssetRound(**one, round_id=held.id))
    session.flush()
    found = run("min_bidders", value)
    assert found.totals == {change: 1}
    assert run("min_bidders", "2", scope="after_failed_first").judged == 0
    if change is Change.BECOMES_BREACH:
        ((_change, said),) = sentences(session, centre.head, found)
        assert said == "Round 1: sold with 2 registered; needed now 2, with the draft 3."
