"""Whose history a trial reads, who sees it, what it cannot try; and history stays as it was."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.deadlines.models import Deadline
from auction.legal_rules.entering import approve_draft
from auction.simulations.commands import simulate
from auction.simulations.queries import get_simulation, list_cases, simulations_of
from auction.simulations.rules import (
    CannotTry,
    Change,
    NotTried,
    PeriodWrong,
    SimulationUnknown,
    told,
)
from auction.simulations.schemas import NewSimulation, SimulationOut
from inventory.base.errors import Forbidden, Invalid
from tests.auction.trials import picture, runner
from tests.make.auction import make_auctioned
from tests.make.organisation import People
from tests.make.rules import WHY, Centre, make_centre, new_untried_draft
from tests.make.simulations import make_deadline, make_valuation


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


@pytest.fixture
def run(session: Session, centre: Centre, at: datetime) -> Callable[..., SimulationOut]:
    return runner(session, centre, at)


def test_an_office_tries_a_value_on_its_own_history_only(
    session: Session, people: People, become, run
) -> None:
    make_auctioned(session, people.office, 2)
    make_auctioned(session, people.foreign, 3)
    found = run("max_reduction_pct", "8", become(people.head))
    assert {figure.office_id for figure in found.figures} == {people.office.id}
    assert found.judged == 1


def test_a_reader_sees_the_figures_and_cases_of_his_offices_only(
    session: Session, people: People, centre: Centre, become, run
) -> None:
    make_auctioned(session, people.office, 2)
    make_auctioned(session, people.foreign, 3)
    found = run("max_reduction_pct", "8")
    become(people.head)
    page = list_cases(session, people.head, found.id)
    assert {case.office_id for case in page.items} == {people.office.id}


def test_cases_are_read_page_by_page(session: Session, people: People, centre: Centre, run) -> None:
    make_auctioned(session, people.office, 6)
    found = run("max_reduction_pct", "8")
    seen, cursor = [], None
    while True:
        page = list_cases(session, centre.head, found.id, cursor=cursor, size=2)
        seen += [case.position for case in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5]
    only = list_cases(session, centre.head, found.id, change=Change.RAISED)
    assert only.items == []


def test_a_case_is_told_in_a_sentence(session: Session, people: People, centre: Centre, run):
    make_auctioned(session, people.office, 2)
    (case,) = list_cases(session, centre.head, run("max_reduction_pct", "8").id).items
    sentence, values = told(case.change, case.facts)
    assert sentence % values == (
        "Round 2: from 1000000000.00 to 900000000.00, 10.0000 % less; limit now 10 %,"
        " with the draft 8 %."
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_reduction_pct", "8"),
        ("floor_near_ratio", "2"),
        ("redeem_before_opening", "3"),
        ("announce_media", "press"),
    ],
)
def test_a_trial_takes_a_fixed_number_of_statements(
    session: Session, people: People, run, statements: list[str], key: str, value: str
) -> None:
    make_auctioned(session, people.office, 2)
    run(key, value)
    statements.clear()
    run(key, value)
    few = len(statements)
    for _n in range(5):
        make_auctioned(session, people.office, 6)
    statements.clear()
    run(key, value)
    assert len(statements) == few <= 12


def test_what_no_record_is_judged_by_cannot_be_tried(run) -> None:
    with pytest.raises(CannotTry):
        run("method", "ascending_public_start")


WRONG = [
    ({"key": None, "value": "8"}, Invalid),
    ({"key": "max_reduction_pct", "value": None}, Invalid),
    (
        {"key": "max_reduction_pct", "value": "8", "until": date(2030, 1, 1)},
        PeriodWrong,
    ),
    (
        {
            "key": "max_reduction_pct",
            "value": "8",
            "since": date(2026, 5, 1),
            "until": date(2026, 4, 1),
        },
        PeriodWrong,
    ),
]


@pytest.mark.parametrize(("said", "refusal"), WRONG)
def test_a_trial_that_says_too_little_is_refused(
    session: Session, centre: Centre, at: datetime, said, refusal
) -> None:
    with pytest.raises(refusal):
        simulate(session, centre.head, NewSimulation(**said), at=at)


def test_who_may_not_try_is_refused(session: Session, people: People, at: datetime) -> None:
    new = NewSimulation(key="max_reduction_pct", value="8")
    for nobody in (people.keeper, people.officer, people.administrator):
        with pytest.raises(Forbidden):
            simulate(session, nobody, new, at=at)


def test_a_draft_is_not_approved_before_it_was_tried_and_the_approver_sees_the_same_figures(
    session: Session, people: People, centre: Centre, at: datetime
) -> None:
    make_auctioned(session, people.office, 3)
    draft = new_untried_draft(session, centre, at=at)
    with pytest.raises(NotTried):
        approve_draft(session, centre.head, draft.id, WHY, at=at)
    found = simulate(session, centre.inspector, NewSimulation(draft_id=draft.id), at=at)
    make_auctioned(session, people.office, 9)
    (kept,) = simulations_of(session, centre.head, draft.id)
    assert kept == found
    assert (kept.judged, kept.draft_id, kept.ran_by_name) == (2, draft.id, centre.inspector.name)
    approve_draft(session, centre.head, draft.id, WHY, at=at)


@pytest.mark.parametrize(
    ("key", "value"), [("floor_test", "coercion_costs"), ("floor_near_ratio", "1.4")]
)
def test_a_draft_of_the_floor_is_approved_once_it_was_tried(
    session: Session, centre: Centre, at: datetime, key: str, value: str
) -> None:
    draft = new_untried_draft(session, centre, key, value=value, at=at)
    with pytest.raises(NotTried):
        approve_draft(session, centre.head, draft.id, WHY, at=at)
    simulate(session, centre.inspector, NewSimulation(draft_id=draft.id), at=at)
    assert approve_draft(session, centre.head, draft.id, WHY, at=at).act is not None


def test_a_rule_that_no_record_is_judged_by_is_approved_without_a_trial(
    session: Session, centre: Centre, at: datetime
) -> None:
    draft = new_untried_draft(session, centre, "announce_count", value="3", at=at)
    approve_draft(session, centre.head, draft.id, WHY, at=at)


def test_an_unknown_simulation_is_not_found(session: Session, centre: Centre) -> None:
    with pytest.raises(SimulationUnknown):
        get_simulation(session, centre.head, 10**9)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_simulation_figure SET number = 0",
        "DELETE FROM rule_simulation_case",
        "DELETE FROM rule_simulation",
    ],
)
def test_what_was_found_is_never_changed(session: Session, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


def test_a_trial_leaves_all_of_history_as_it_was(
    session: Session, people: People, centre: Centre, at: datetime, run
) -> None:
    item = make_auctioned(session, people.office, 4)
    make_deadline(session, item, date(2026, 8, 3), None)
    make_valuation(session, people.office, 1, at)
    before = picture(session)
    for key, value, said in (
        ("max_reduction_pct", "5", {}),
        ("failed_rounds_flag", "1", {"scope": "attention"}),
        ("counted_outcomes", "failed_no_bid", {}),
        ("pay_due", "5", {}),
        ("posting_movable", "9", {}),
        ("deposit_pct", "9", {"scope": "least"}),
        ("setoff_from_reduction", "1", {}),
        ("floor_cost_kinds", "cost_coercion", {"scope": "enforcement_costs"}),
        ("floor_test", "coercion_costs", {}),
        ("floor_near_ratio", "2", {}),
        ("min_bidders", "3", {}),
        ("handover_answer", "9", {}),
        ("dossier_fee_most", "9", {}),
        ("auction_forms", "online", {}),
        ("small_value_threshold", "9", {"region": "region_2"}),
    ):
        run(key, value, **said)
    assert picture(session) == before
    assert session.scalar(select(func.count()).select_from(Deadline)) == 1
