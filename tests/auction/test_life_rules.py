"""The steps of an asset's life as data: complete, each with its law, and a way between them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auction
from auction.legal_rules.shipped import shipped_rules
from auction.life.handbook import step_forms
from auction.life.rules import BY_ITSELF, ENDED, Regime, State, Step, next_steps, plan
from tests.auction.life_table import NUMBERS, TABLE, Row

FORMS = step_forms()
AUCTION = Path(auction.__file__).parent
SET_BY = {
    "annulment_agreement": "occurrences",
    "auction_contract_due": "valuations",
    "coowner_priority_first": "offers",
    "coowner_priority_next": "offers",
    "delivery_due": "sales",
    "delivery_due_non_auction": "sales",
    "fallback_auction_centre": "deadlines",
    "gold_bar_sale_due": "valuations",
    "non_auction_sale": "valuations",
    "parties_name_organisation": "valuations",
    "priority_notice_due": "offers",
    "priority_pay": "offers",
    "reduction_agreement_call": "outcomes",
    "reduction_decision_due_state_revenue": "outcomes",
    "revaluation_request_window": "valuations",
    "setoff_creditor_answer": "offers",
    "setoff_creditor_pay": "offers",
    "setoff_debtor_redeem": "offers",
    "verification_start": "deadlines",
}
"""Limits that steps meet and no step starts: an act of this room sets them."""

OLD_DAY, NEW_DAY = date(2026, 6, 30), date(2026, 7, 1)


def test_every_transition_of_the_law_is_there_by_its_number() -> None:
    assert [row.number for row in TABLE if row.number in NUMBERS] == NUMBERS
    assert [row.step for row in TABLE] == [form.code.value for form in FORMS.values()]
    assert set(FORMS) == set(Step)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.number} {row.step}")
def test_a_transition_is_as_the_law_has_it(row: Row) -> None:
    """From where to where, by whom, on which paper, with which limits, by which article."""
    form = FORMS[Step(row.step)]
    then = form.then
    found = Row(
        number=form.number,
        step=form.code.value,
        origins=frozenset(state.value for state in form.origins),
        to=form.to.value if form.to else "=",
        who=form.actor.value,
        paper=form.paper_vi.lower(),
        starts=frozenset((*form.starts, *form.from_day, *form.told, *then.values())),
        meets=frozenset((*form.meets, *then)),
        old=form.law_on(OLD_DAY).article,
        new=form.law_on(NEW_DAY).article,
    )
    assert found == row
    assert form.paper_en


def test_every_limit_that_a_step_meets_begins_with_a_step_or_an_act() -> None:
    """Nothing is met that never started: what no step starts is set by the act that is named."""
    started = {key.split("/")[0] for row in TABLE for key in row.starts}
    met = {key for row in TABLE for key in row.meets}
    assert met - started == set(SET_BY)
    for key, room in SET_BY.items():
        texts = (path.read_text("utf-8") for path in (AUCTION / room).rglob("*.py"))
        assert any(f'"{key}"' in text for text in texts), key


@pytest.mark.parametrize("step", Step)
def test_each_step_has_its_article_under_both_laws(step: Step) -> None:
    form = FORMS[step]
    assert form.law_on(OLD_DAY).regime is Regime.OLD
    assert form.law_on(NEW_DAY).regime is Regime.NEW
    assert all(law.article for law in form.laws)
    assert form.paper_vi


@pytest.mark.parametrize("step", Step)
def test_the_limits_of_a_step_are_parameters_of_the_law(step: Step) -> None:
    known = {rule.key for rule in shipped_rules()}
    assert set(FORMS[step].starts) <= known
    assert set(FORMS[step].meets) <= known


def test_every_state_is_reached_and_only_ended_ones_lead_nowhere() -> None:
    reached = {form.to for form in FORMS.values() if form.to} | {State.NONE}
    assert reached == set(State)
    ends = {state for state in State if not next_steps(FORMS, state)}
    assert ends <= ENDED


PLAIN_WAY = [
    (Step.IDENTIFIED, State.IDENTIFIED),
    (Step.SEIZED, State.SEIZED),
    (Step.VALUATION_CONTRACTED, State.PRICING),
    (Step.PRICED, State.PRICED),
    (Step.AUCTION_CONTRACTED, State.CONTRACTED),
    (Step.ANNOUNCED, State.ANNOUNCED),
    (Step.AUCTION_OPENED, State.AUCTION_DAY),
    (Step.ROUND_FAILED, State.FAILED),
    (Step.PRICE_REDUCED, State.REDUCED),
    (Step.OFFERED_AGAIN, State.ANNOUNCED),
    (Step.AUCTION_OPENED, State.AUCTION_DAY),
    (Step.SOLD, State.SOLD_UNPAID),
    (Step.PAID, State.SOLD_PAID),
    (Step.DELIVERED, State.DELIVERED),
    (Step.PAID_OUT, State.PAID_OUT),
]


def test_the_plain_way_passes_nothing_over() -> None:
    state = State.NONE
    for step, expected in PLAIN_WAY:
        planned = plan(FORMS, [step], state)
        assert planned is not None, step
        assert planned.unrecorded == ()
        assert planned.state is expected
        state = planned.state


JUMPS = [
    (State.NONE, Step.SEIZED, (Step.IDENTIFIED,)),
    (State.SEIZED, Step.PRICED, (Step.VALUATION_CONTRACTED,)),
    (State.PRICED, Step.ANNOUNCED, (Step.AUCTION_CONTRACTED,)),
    (State.CONTRACTED, Step.ROUND_FAILED, (Step.ANNOUNCED, Step.AUCTION_OPENED)),
    (State.SOLD_UNPAID, Step.DELIVERED, (Step.PAID,)),
]


@pytest.mark.parametrize(("state", "step", "passed"), JUMPS)
def test_what_a_step_passes_over_is_named(
    state: State, step: Step, passed: tuple[Step, ...]
) -> None:
    planned = plan(FORMS, [step], state)
    assert planned is not None
    assert planned.unrecorded == passed


BACKWARDS = [
    (State.PAID_OUT, Step.ANNOUNCED),
    (State.RELEASED, Step.SOLD),
    (State.SOLD_UNPAID, Step.PRICE_REDUCED),
    (State.DELIVERED, Step.PAID),
    (State.SOLD_PAID, Step.ROUND_FAILED),
    (State.SEIZED, Step.SETOFF_PAID),
    (State.SOLD_UNPAID, Step.ANNOUNCED),
]


@pytest.mark.parametrize(("state", "step"), BACKWARDS)
def test_no_way_leads_back(state: State, step: Step) -> None:
    assert plan(FORMS, [step], state) is None


def test_of_several_steps_the_first_that_fits_is_taken() -> None:
    offers = (Step.ANNOUNCED, Step.OFFERED_AGAIN)
    first = plan(FORMS, offers, State.CONTRACTED)
    again = plan(FORMS, offers, State.REDUCED)
    assert first is not None
    assert again is not None
    assert (first.step, again.step) == offers


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_a_life_never_has_a_step_from_where_it_does_not_start(steps: list[Step]) -> None:
    """Whatever is tried: a step taken starts where the asset stands, or names what lies between."""
    state = State.NONE
    for step in steps:
        planned = plan(FORMS, [step], state)
        if planned is None:
            continue
        here = State.NONE if planned.anew else state
        for passed in planned.unrecorded:
            assert here in FORMS[passed].origins
            assert not FORMS[passed].aside
            here = FORMS[passed].leads(here)
        assert here in FORMS[step].origins
        state = planned.state
    if state in {State.PAID_OUT, State.RELEASED}:
        after = {form.code for form in next_steps(FORMS, state)}
        assert not after & {Step.SOLD, Step.ROUND_FAILED, Step.PRICE_REDUCED}


def test_steps_recorded_by_themselves_are_steps() -> None:
    assert set(BY_ITSELF) <= set(FORMS)
