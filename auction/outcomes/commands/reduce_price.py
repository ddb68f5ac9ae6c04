"""Deciding the price of the round after a failed one, within the limit of the law."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.models import RoundOutcome
from auction.bidding.queries import find_outcome, meaning_of
from auction.bidding.rules import Held
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineOut
from auction.legal_rules.queries import rule_on
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
from auction.outcomes.commands.follow_up import (
    breach_of,
    due_subject,
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
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.orm import refused_by

TAKEN = "uq_price_reduction_office_id_decision_number_decided_on"


def reduce_price(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewReduction, *, at: datetime
) -> PriceReduction:
    """Decide the price of the round after a failed one, within the limit (L25 Art. 83(3)).

    A decision after its time limit needs its reason and is noted as a breach.
    Raises NotFound, LotIsClosed, NotTheLastRound, RoundStillOpen, RoundDidNotFail,
    ReductionExists, ReductionIncomplete, PriceTooLow, PriceTooHigh, ReductionLate,
    DecisionNumberTaken.
    """
    actor.require("prices.reduce")
    lot = lock_lot(session, actor, lot_ref)
    failed_round = get_round(session, lot, number)
    outcome = _failed_outcome(session, lot, failed_round)
    unit = smallest_unit(session, lot.currency, new.decided_on)
    faults = amount_faults(new.new_price, unit, "new_price")
    faults |= decision_faults(new.decided_on, failed_round.held_on, local_day(at))
    if faults:
        raise ReductionIncomplete.many(_("Some fields need another look."), faults)
    old = failed_round.starting_price or Decimal(0)
    limit = rule_on(session, "max_reduction_pct", new.decided_on)
    check_reduced_price(old, new.new_price, limit, unit)
    missed = _missed_limit(session, actor, lot, outcome, new)
    reduction = PriceReduction(
        lot_id=lot.id,
        round_id=failed_round.id,
        office_id=lot.office_id,
        old_price=old,
        new_price=new.new_price,
        percent=reduced_by(old, new.new_price),
        decision_number=new.decision_number,
        decided_on=new.decided_on,
        rule_id=limit.id,
        article=limit.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    _add_reduction(session, reduction)
    if missed is not None:
        _note_late(session, lot, reduction, missed, new, at=at)
    await_step(lot, LotStep.ROUND, new.decided_on)
    _after_reduction(session, actor, lot, failed_round, new, at=at)
    data = {"number": number, "from": str(old), "to": str(new.new_price), "rule_id": limit.id}
    data |= {"decision": new.decision_number, "late": missed is not None}
    audit.record(session, actor, Act.PRICE_REDUCED, subject_of(lot), data, at=at)
    return reduction


def _failed_outcome(session: Session, lot: Lot, failed_round: AuctionRound) -> RoundOutcome:
    """The outcome of the last round of an open lot, if it counts as failed and is unanswered."""
    number, ref = failed_round.number, lot.reference
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=ref)
    last = last_round(session, lot.id)
    if last is not None and last.id != failed_round.id:
        raise NotTheLastRound(
            _("Round %(number)s is not the last of lot %(lot)s."), number=number, lot=ref
        )
    outcome = find_outcome(session, failed_round.id)
    if outcome is None:
        raise RoundStillOpen(
            _("Round %(number)s of lot %(lot)s has no outcome yet."), number=number, lot=ref
        )
    if meaning_of(session, failed_round) is not Held.FAILED:
        raise RoundDidNotFail(
            _("Round %(number)s of lot %(lot)s does not count as failed."), number=number, lot=ref
        )
    exists = select(PriceReduction.id).where(PriceReduction.round_id == failed_round.id)
    if session.scalar(exists) is not None:
        raise ReductionExists(
            _("The price was reduced after round %(number)s already."), number=number
        )
    return outcome


def _missed_limit(
    session: Session, actor: Actor, lot: Lot, outcome: RoundOutcome, new: NewReduction
) -> DeadlineOut | None:
    """The limit that the decision misses, if any.

    Raises ReductionLate where no reason is given.
    """
    limits = [
        one
        for one in deadlines_of(session, actor, "lot", lot.reference)
        if one.rule_key == "reduction_decision_due" and one.started_on == outcome.notified_on
    ]
    missed = next((one for one in limits if one.due_on < new.decided_on), None)
    if missed is not None and new.late_reason is None:
        raise ReductionLate(
            _("The decision was due on %(day)s; say why it is late."),
            field="late_reason",
            article=missed.article,
            day=missed.due_on,
        )
    return missed


def _add_reduction(session: Session, reduction: PriceReduction) -> None:
    taken = DecisionNumberTaken(
        _("There is another decision %(number)s of that day."),
        field="decision_number",
        number=reduction.decision_number,
    )
    with refused_by(session, TAKEN, taken):
        session.add(reduction)
        session.flush()


def _note_late(
    session: Session,
    lot: Lot,
    reduction: PriceReduction,
    missed: DeadlineOut,
    new: NewReduction,
    *,
    at: datetime,
) -> None:
    rule = rule_on(session, missed.rule_key, missed.started_on)
    facts = {
        "due_on": missed.due_on.isoformat(),
        "decided_on": new.decided_on.isoformat(),
        "decision": new.decision_number,
        "reason": new.late_reason or "",
    }
    note_breach(session, breach_of(rule, lot, reduction.round_id, facts), at=at)


def _after_reduction(
    session: Session,
    actor: Actor,
    lot: Lot,
    failed_round: AuctionRound,
    new: NewReduction,
    *,
    at: datetime,
) -> None:
    take_step(
        session,
        actor,
        [asset.id for asset in assets_of_lot(session, lot.id)],
        Step.PRICE_REDUCED,
        new.decided_on,
        at=at,
        document=new.decision_number,
        subject=due_subject(lot),
        lot_id=lot.id,
        round_id=failed_round.id,
        round_number=failed_round.number,
    )
