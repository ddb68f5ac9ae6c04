"""Every transition is really taken, and by the command that the table of the walks names."""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import FrameType
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.life import ledger
from auction.life.handbook import step_forms
from auction.life.rules import Step
from tests.auction import walks
from tests.make.organisation import People

WALKS: dict[walks.Walk, dict[Step, str]] = {
    walks.verified_then_seized: {
        Step.IDENTIFIED: "measures.commands.register_measured",
        Step.SEIZED: "seizures.commands.seize_again",
        Step.GIVEN_INTO_CUSTODY: "seizures.drawing.assign_custody",
        Step.RELEASED: "seizures.commands.release_seizure",
    },
    walks.measured_then_seized: {
        Step.PROVISIONAL_MEASURE: "measures.commands.register_measured",
        Step.MEASURE_DECIDED: "measures.commands.decide_measure",
        Step.SEIZED_AFTER_MEASURE: "seizures.commands.seize_again",
    },
    walks.evidence_then_seized: {
        Step.HELD: "seizures.commands.seize_again",
        Step.SEIZED: "seizures.commands.seize_again",
    },
    walks.registered_as_seized: {
        Step.SEIZED: "life.jobs.begin_lives",
        Step.SEIZED_BY_JUDGMENT: "life.jobs.begin_lives",
        Step.SEIZED_ON_THE_SPOT: "life.jobs.begin_lives",
    },
    walks.priced_by_agreement: {
        Step.PRICE_AGREED: "valuations.commands.agreement.agree_price",
        Step.PRICED: "valuations.commands.agreement.agree_price",
    },
    walks.priced_by_the_officer: {
        Step.PRICE_SET_BY_OFFICE: "valuations.commands.office_price.set_officer_price",
    },
    walks.priced_again: {
        Step.VALUATION_CONTRACTED: "valuations.commands.contract.conclude_contract",
        Step.PRICED: "valuations.commands.contract.record_certificate",
        Step.REVALUATION: "valuations.commands.revaluation.request_revaluation",
    },
    walks.priced_anew: {Step.REPRICING: "valuations.commands.revaluation.reopen_price"},
    walks.bought_by_a_co_owner: {
        Step.PRIORITY_OFFERED: "offers.commands.priority.offer_priority",
        Step.BOUGHT_FIRST: "offers.commands.priority.pay_priority",
    },
    walks.offered_to_the_co_owner_again: {
        Step.PRIORITY_OFFERED_NEXT: "offers.commands.priority.offer_priority",
    },
    walks.contracted_paused_and_stopped: {
        Step.AUCTION_CONTRACTED: "auctioneers.commands.contracts.sign_contract",
        Step.ANNOUNCED: "bidding.commands.schedule_round",
        Step.PAUSED: "outcomes.commands.halt_round.halt_round",
        Step.STOPPED: "outcomes.commands.halt_round.halt_round",
    },
    walks.sold_without_auction: {
        Step.SOLD_WITHOUT_AUCTION: "sales.commands.registering.register_sale",
    },
    walks.taken_by_agreement: {Step.TAKEN_BY_AGREEMENT: "sales.commands.registering.register_sale"},
    walks.taken_for_more_than_his: {
        Step.SETOFF_CORRECTED: "payouts.commands.excess.correct_set_off",
        Step.PAID: "sales.commands.registering.register_sale",
    },
    walks.failed_told_and_reduced: {
        Step.AUCTION_OPENED: "outcomes.commands.record_outcome.record_outcome",
        Step.ROUND_FAILED: "outcomes.commands.record_outcome.record_outcome",
        Step.FAILURE_TOLD: "offers.commands.telling.tell_failure",
        Step.PRICE_REDUCED: "outcomes.commands.reduce_price.reduce_price",
        Step.OFFERED_AGAIN: "bidding.commands.schedule_round",
    },
    walks.failure_ruled_away: {Step.FAILURE_WITHDRAWN: "outcomes.commands.rule_round.give_ruling"},
    walks.taken_and_paid: {
        Step.SETOFF_ACCEPTED: "offers.commands.setoff.answer_setoff",
        Step.SETOFF_PAID: "offers.commands.setoff.pay_setoff",
    },
    walks.taken_and_not_paid: {Step.SETOFF_LAPSED: "offers.commands.setoff.lapse_setoff"},
    walks.given_back: {
        Step.RETURNED_RESTRICTED: "offers.commands.unsold.return_unsold",
        Step.NOT_YET_ENFORCEABLE: "offers.commands.enforceability.decide_not_enforceable",
    },
    walks.recalled: {Step.SEIZURE_RECALLED: "offers.commands.recalling.recall_seizure"},
    walks.redeemed: {Step.REDEEMED: "offers.commands.leaving.redeem"},
    walks.settled: {Step.AGREED: "offers.commands.leaving.settle"},
    walks.sold_and_defaulted: {Step.DEFAULTED: "sales.commands.paying.default_sale"},
    walks.sold_and_annulled: {Step.RESULT_CANCELLED: "sales.commands.ending.annul_result"},
    walks.sold_and_on_deposit: {
        Step.SOLD: "outcomes.commands.record_outcome.record_outcome",
        Step.PAID: "sales.commands.paying.receive",
        Step.PUT_ON_DEPOSIT: "sales.commands.delivering.put_on_deposit",
    },
    walks.sold_delivered_and_paid_out: {
        Step.DELIVERED: "sales.commands.delivering.deliver",
        Step.TITLE_FILE: "sales.commands.delivering.note_after_sale",
        Step.PAID_OUT: "payouts.commands.paying.pay_line",
    },
}
"""Which command takes which step, on which way; the acts before it are commands too."""

PACKAGES = ("auction.", "inventory.")
Taken = defaultdict[Step, set[str]]


def command_of(frame: FrameType | None) -> str:
    """The outermost function of the program that led here: the command that was called."""
    found = ""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(PACKAGES) and not frame.f_code.co_name.startswith("<"):
            found = f"{module.partition('.')[2]}.{frame.f_code.co_name}"
        frame = frame.f_back
    return found


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """Which steps are written from now on, and by which command."""
    seen: Taken = defaultdict(set)
    add = ledger.add

    def spy(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            seen[Step(row["step"])].add(command_of(sys._getframe(1)))
        add(session, model, rows)

    monkeypatch.setattr(ledger, "add", spy)
    return seen


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_the_command_takes_the_step(
    session: Session, people: People, at: datetime, taken: Taken, walk: walks.Walk
) -> None:
    walk(session, people, at)
    for step, command in WALKS[walk].items():
        assert command in taken[step], (step, taken[step])


def test_every_step_is_taken_by_some_command() -> None:
    assert {step for steps in WALKS.values() for step in steps} == set(step_forms())
