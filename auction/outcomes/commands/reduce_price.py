"""Deciding the price of the round after a failed one, within the limit of the law."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.models import RoundOutcome
from auction.bidding.queries import collapsed, find_outcome, reducible
from auction.bidding.rules import AFTER_DEFAULT
from auction.deadlines.queries import deadlines_of
from auction.departures.commands import allow_departure
from auction.departures.schemas import Allowed
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.commands import await_step, lock_lot, note_breach
from auction.lots.models import AuctionRound, Lot, PriceReduction
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.rules import (
    Act,
    DecisionNumberTaken,
    LotIsClosed,
    LotStep,
    ReductionExists,
    ReductionLate,
    RoundDidNotFail,
    RoundStillOpen,
    check_reduced_price,
    reduced_by,
)
from auction.lots.subjects import due_subject
from auction.offers.commands.common import OpenLot, case_of
from auction.offers.commands.reductions import (
    Wanted,
    Weighed,
    answer_by,
    follow_reduction,
    state_revenue_due,
    weigh_reduction,
)
from auction.outcomes.commands.follow_up import (
    breach_of,
    get_round,
    subject_of,
)
from auction.outcomes.rules import (
    NotTheLastRound,
    ReductionIncomplete,
    amount_faults,
    decision_faults,
)
from auction.outcomes.schemas import NewReduction
from auction.papers.commands import issue_paper
from auction.papers.schemas import ReductionData
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued

LIMIT = "max_reduction_pct"
TAKEN = "uq_price_reduction_office_id_decision_number_decided_on"


class Missed(NamedTuple):
    """A limit that a decision misses."""

    rule: Rule
    due_on: date


class Late(NamedTuple):
    """That a decision misses its limit, and the departure that lets it through."""

    missed: Missed
    let: Allowed


def reduce_price(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewReduction, *, at: datetime
) -> PriceReduction:
    """Decide the price of the round after a failed one, within the limit (L25 Art. 83(3)).

    The floor is tested against the costs first, and the creditor was asked where he has the right.
    A decision after its time limit needs that a second person lets it through, and is noted as a
    breach. Without a number the program numbers and prints the decision.
    Raises NotFound, LotIsClosed, NotTheLastRound, RoundStillOpen, RoundDidNotFail,
    ReductionExists, ReductionIncomplete, PriceTooLow, PriceTooHigh, ReductionLate,
    DecisionNumberTaken, and what weigh_reduction raises.
    """
    actor.require("prices.reduce")
    lot = lock_lot(session, actor, lot_ref)
    failed_round = get_round(session, lot, number)
    outcome = failed_outcome(session, lot, failed_round, new.decided_on)
    _refuse_second(session, failed_round, new.decided_on)
    unit = smallest_unit(session, lot.currency, new.decided_on)
    faults = amount_faults(new.new_price, unit, "new_price")
    faults |= decision_faults(new.decided_on, _ended_on(failed_round, outcome), local_day(at))
    if faults:
        raise ReductionIncomplete.many(_("Some fields need another look."), faults)
    old = failed_round.starting_price or Decimal(0)
    limit = rule_on(session, LIMIT, new.decided_on)
    check_reduced_price(old, new.new_price, limit, unit)
    found = OpenLot(lot, assets_of_lot(session, lot.id), failed_round)
    wanted = Wanted(failed_round, new.new_price, new.decided_on, new.agreed)
    weighed = weigh_reduction(session, actor, found, wanted, unit, at=at)
    late = let_late(
        session, actor, lot, outcome, new.decided_on, revenue=weighed.state_revenue, at=at
    )
    paper = None
    if new.decision_number is None:
        paper = _issue(session, actor, found, outcome, weighed, new=new, at=at)
    reduction = _reduction(actor, lot, failed_round, new, limit, at=at)
    reduction.decision_number = new.decision_number or (paper.number if paper else "")
    _add_reduction(session, reduction)
    if late is not None:
        note_late(session, lot, reduction, late, at=at)
    await_step(lot, LotStep.ROUND, new.decided_on)
    _take_step(session, actor, found, reduction, at=at)
    reference = paper.reference if paper else None
    follow_reduction(
        session, actor, found, reduction, weighed, wanted=wanted, paper=reference, at=at
    )
    data = {"number": number, "from": str(old), "to": str(new.new_price), "rule_id": limit.id}
    data |= {"decision": reduction.decision_number, "late": late is not None}
    data |= {"considered": weighed.considered, "agreed": new.agreed}
    audit.record(session, actor, Act.PRICE_REDUCED, subject_of(lot), data, at=at)
    return reduction


def _reduction(
    actor: Actor,
    lot: Lot,
    failed_round: AuctionRound,
    new: NewReduction,
    limit: Rule,
    *,
    at: datetime,
) -> PriceReduction:
    old = failed_round.starting_price or Decimal(0)
    return PriceReduction(
        lot_id=lot.id,
        round_id=failed_round.id,
        office_id=lot.office_id,
        old_price=old,
        new_price=new.new_price,
        percent=reduced_by(old, new.new_price),
        decided_on=new.decided_on,
        rule_id=limit.id,
        article=limit.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )


def failed_outcome(
    session: Session, lot: Lot, failed_round: AuctionRound, on: date
) -> RoundOutcome:
    """The outcome of the last round of an open lot, after which a decision of a day may follow.

    It counts as failed, or its sale fell away and the rule of that day lets the price fall then.

    Raises LotIsClosed, NotTheLastRound, RoundStillOpen, RoundDidNotFail.
    """
    number, ref = failed_round.number, lot.reference
    if lot.closed_on is not None:
        raise LotIsClosed(
            _("The lot %(lot)s is closed; no round follows."),
            lot=ref,
            **basis_on(session, LIMIT, on),
        )
    last = last_round(session, lot.id)
    if last is not None and last.id != failed_round.id:
        raise NotTheLastRound(
            _(
                "Round %(number)s is not the last of lot %(lot)s. Lawful: a decision after the"
                " last."
            ),
            number=number,
            lot=ref,
            **basis_on(session, LIMIT, on),
        )
    outcome = find_outcome(session, failed_round.id)
    if outcome is None:
        raise RoundStillOpen(
            _("Round %(number)s of lot %(lot)s has no outcome yet."),
            number=number,
            lot=ref,
            **basis_on(session, LIMIT, on),
        )
    if not reducible(session, failed_round, on):
        raise _not_reducible(session, lot, failed_round, on)
    return outcome


def _not_reducible(
    session: Session, lot: Lot, held_round: AuctionRound, on: date
) -> RoundDidNotFail:
    number, ref = held_round.number, lot.reference
    if not collapsed(session, held_round):
        return RoundDidNotFail(
            _(
                "Round %(number)s of lot %(lot)s does not count as failed. Lawful: the next round"
                " at the same price."
            ),
            number=number,
            lot=ref,
            **basis_on(session, LIMIT, on),
        )
    rule = rule_on(session, AFTER_DEFAULT, on)
    text = _(
        "The sale of round %(number)s of lot %(lot)s fell away; its price is not reduced (rule"
        " %(rule)s). Lawful: the same starting price again, or a new valuation."
    )
    return RoundDidNotFail(text, article=rule.article, rule=rule.key, number=number, lot=ref)


def _ended_on(failed_round: AuctionRound, outcome: RoundOutcome) -> date | None:
    """The day of the round, or the earlier one on which it was stopped before it was held."""
    days = [day for day in (failed_round.held_on, outcome.notified_on) if day is not None]
    return min(days, default=None)


def _refuse_second(session: Session, failed_round: AuctionRound, on: date) -> None:
    exists = select(PriceReduction.id).where(PriceReduction.round_id == failed_round.id)
    if session.scalar(exists) is not None:
        raise ReductionExists(
            _(
                "The price was reduced after round %(number)s already. Lawful: the next round at"
                " that price."
            ),
            number=failed_round.number,
            **basis_on(session, LIMIT, on),
        )


def let_late(
    session: Session,
    actor: Actor,
    lot: Lot,
    outcome: RoundOutcome,
    decided_on: date,
    *,
    revenue: bool,
    at: datetime,
) -> Late | None:
    """The limit that a decision misses, if any, and who let it through.

    The limit is that of the last start, or the State's own. Raises ReductionLate.
    """
    due = _due_of(session, actor, lot, outcome, revenue=revenue)
    if due is None or decided_on <= due.due_on:
        return None
    refusal = ReductionLate(
        _(
            "The decision was due on %(day)s (rule %(rule)s). Lawful: the price of the last round,"
            " or a later decision that a second person lets through."
        ),
        field="decided_on",
        day=due.due_on,
        **due.rule.basis,
    )
    facts = {"due_on": due.due_on.isoformat(), "decided_on": decided_on.isoformat()}
    subject = due_subject(lot)
    let = allow_departure(session, actor, refusal, due.rule, subject, at=at, facts=facts)
    return Late(due, let)


def _due_of(
    session: Session, actor: Actor, lot: Lot, outcome: RoundOutcome, *, revenue: bool
) -> Missed | None:
    notified_on = outcome.notified_on
    if notified_on is None:
        return None
    limits = [
        one
        for one in deadlines_of(session, actor, "lot", lot.reference)
        if one.rule_key == "reduction_decision_due"
        and one.started_on >= notified_on
        and one.voided_why is None
    ]
    if limits:
        newest = max(limits, key=lambda one: one.started_on)
        return Missed(rule_on(session, newest.rule_key, newest.started_on), newest.due_on)
    own = state_revenue_due(session, notified_on) if revenue else None
    return Missed(*own) if own else None


def _add_reduction(session: Session, reduction: PriceReduction) -> None:
    taken = DecisionNumberTaken(
        _("There is another decision %(number)s of that day."),
        field="decision_number",
        number=reduction.decision_number,
    )
    with refused_by(session, TAKEN, taken):
        session.add(reduction)
        session.flush()


def note_late(
    session: Session, lot: Lot, reduction: PriceReduction, late: Late, *, at: datetime
) -> None:
    """Keep for ever that a decision came late, why, and who let it through."""
    facts = {
        "due_on": late.missed.due_on.isoformat(),
        "decided_on": reduction.decided_on.isoformat(),
        "decision": reduction.decision_number,
        "reason": late.let.reason,
        "approved_by": late.let.approved_by,
    }
    note_breach(session, breach_of(late.missed.rule, lot, reduction.round_id, facts), at=at)


def _take_step(
    session: Session, actor: Actor, found: OpenLot, reduction: PriceReduction, *, at: datetime
) -> None:
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.PRICE_REDUCED,
        reduction.decided_on,
        at=at,
        document=reduction.decision_number,
        subject=due_subject(found.lot),
        lot_id=found.lot.id,
        round_id=reduction.round_id,
        round_number=found.last.number if found.last else None,
    )


def _issue(
    session: Session,
    actor: Actor,
    found: OpenLot,
    outcome: RoundOutcome,
    weighed: Weighed,
    *,
    new: NewReduction,
    at: datetime,
) -> Issued:
    """Number and print the decision, with the creditor's right once it is there."""
    failed = session.get_one(AuctionRound, outcome.round_id)
    old = failed.starting_price or Decimal(0)
    enough = rule_on(session, "setoff_from_reduction", new.decided_on)
    data = ReductionData(
        index=weighed.reductions + 1,
        failed_round=failed.number,
        previous_price=old,
        percent=reduced_by(old, new.new_price),
        amount=old - new.new_price,
        new_price=new.new_price,
        next_round=failed.number + 1,
        failed_on=failed.held_on,
        notice_on=outcome.notified_on,
        agreed=new.agreed,
        creditor_right=weighed.reductions + 1 >= enough.number,
        creditor_until=answer_by(session, found.lot, new.decided_on),
    )
    case = case_of(session, found.lot)
    return issue_paper(
        session,
        actor,
        PaperKind.REDUCTION_DECISION,
        data,
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=new.decided_on,
        at=at,
    )
