"""The steps of an asset's life as data: complete, each with its law, and a way between them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.legal_rules.shipped import shipped_rules
from auction.life.handbook import step_forms
from auction.life.rules import BY_ITSELF, ENDED, Regime, State, Step, next_steps, plan

FORMS = step_forms()
NUMBERS = {str(number) for number in range(1, 35)}
OLD_DAY, NEW_DAY = date(2026, 6, 30), date(2026, 7, 1)


def test_every_transition_of_the_law_is_there_by_its_number() -> None:
    assert {form.number for form in FORMS.values()} >= NUMBERS
    assert set(FORMS) == set(Step)


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
