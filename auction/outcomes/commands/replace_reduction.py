"""Replacing a recalled price decision by one with the right price (C04/23 Art. 36(4))."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on, rule_on
from auction.lots.commands import lock_lot
from auction.lots.models import Lot, PriceReduction
from auction.lots.queries import assets_of_lot
from auction.lots.rules import Act, check_reduced_price, reduced_by
from auction.offers.commands.common import OpenLot, case_of
from auction.offers.commands.recalling import look_at_collateral
from auction.offers.commands.reductions import Wanted, answer_by, weigh_reduction
from auction.offers.models import ReductionCheck
from auction.outcomes.commands.follow_up import get_round, subject_of
from auction.outcomes.commands.reduce_price import failed_outcome, let_late, note_late
from auction.outcomes.rules import (
    DecisionInForce,
    ReductionIncomplete,
    amount_faults,
)
from auction.outcomes.schemas import NewReplacement
from auction.papers.commands import issue_paper
from auction.papers.schemas import ReductionData
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.papers.models import Paper
from inventory.papers.queries import get_paper, list_papers
from inventory.papers.rules import PaperKind, PaperState
from inventory.papers.schemas import Issued, PaperRow


def replace_reduction(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewReplacement, *, at: datetime
) -> Issued:
    """Issue the right price decision in place of a recalled one, while no round stands on it.

    It is tested as the first one was: limit, floor, creditor and order in time, by the law of the
    day it is decided on; what a second person let through for the wrong one does not serve it. The
    wrong price stays in the record beside the right one, and the
    recalled paper stays a paper.
    Raises NotFound, LotIsClosed, NotTheLastRound, RoundDidNotFail, DecisionInForce,
    ReductionIncomplete, PriceTooLow, PriceTooHigh, ReductionLate, and what weigh_reduction raises.
    """
    actor.require("prices.reduce")
    lot = lock_lot(session, actor, lot_ref)
    failed = get_round(session, lot, number)
    reduction = session.scalar(select(PriceReduction).where(PriceReduction.round_id == failed.id))
    if reduction is None:
        raise NotFound(_("No price was reduced after round %(number)s."), number=number)
    on = local_day(at)
    outcome = failed_outcome(session, lot, failed, on)
    found = OpenLot(lot, assets_of_lot(session, lot.id), failed)
    recalled = _recalled(session, actor, lot, reduction, on)
    unit = _check(session, lot, reduction, new.new_price, on)
    kept = session.get(ReductionCheck, reduction.id)
    wanted = Wanted(failed, new.new_price, on, kept is not None and kept.agreed)
    weighed = weigh_reduction(session, actor, found, wanted, unit, replacing=True, at=at)
    late = let_late(session, actor, lot, outcome, on, revenue=weighed.state_revenue, at=at)
    issued, data = _issue(session, actor, found, reduction, recalled, new=new, at=at)
    was = {"price": str(reduction.new_price), "decision": reduction.decision_number}
    reduction.new_price, reduction.percent = data.new_price, data.percent
    reduction.decision_number, reduction.decided_on = issued.number, on
    session.flush()
    if late is not None:
        note_late(session, lot, reduction, late, at=at)
    look_at_collateral(session, actor, found, reduction, on=on, at=at)
    facts = {"number": number, "to": str(new.new_price), "decision": issued.number, "was": was}
    facts |= {"late": late is not None, "considered": weighed.considered}
    audit.record(session, actor, Act.REDUCTION_REPLACED, subject_of(lot), facts, at=at)
    return issued


def _issue(
    session: Session,
    actor: Actor,
    found: OpenLot,
    reduction: PriceReduction,
    recalled: PaperRow,
    *,
    new: NewReplacement,
    at: datetime,
) -> tuple[Issued, ReductionData]:
    """The right decision: what the recalled one said, with the right price."""
    lot = found.lot
    data = msgspec.structs.replace(
        msgspec.convert(get_paper(session, actor, recalled.reference).data, ReductionData),
        new_price=new.new_price,
        percent=reduced_by(reduction.old_price, new.new_price),
        amount=reduction.old_price - new.new_price,
        creditor_until=answer_by(session, lot, local_day(at)),
        signatures=(),
    )
    case = case_of(session, lot)
    issued = issue_paper(
        session,
        actor,
        PaperKind.REDUCTION_DECISION,
        data,
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=lot.office_id,
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        replaces=recalled.reference,
        at=at,
    )
    return issued, data


def _recalled(
    session: Session, actor: Actor, lot: Lot, reduction: PriceReduction, on: date
) -> PaperRow:
    """The recalled paper of the decision.

    Raises DecisionInForce.
    """
    kind, number = PaperKind.REDUCTION_DECISION, reduction.decision_number
    year = reduction.decided_on.year
    for paper in list_papers(session, actor, kind=kind, number=number).items:
        known = session.get_one(Paper, paper.id)
        if known.subject_ref == lot.reference and known.year in (year, year + 1):
            if paper.state is PaperState.RECALLED:
                return paper
            break
    raise DecisionInForce(
        _("The decision %(number)s is in force; the head recalls it first, then it is replaced."),
        number=number,
        **basis_on(session, "paper_replaced", on),
    )


def _check(
    session: Session, lot: Lot, reduction: PriceReduction, price: Decimal, on: date
) -> Decimal:
    unit = smallest_unit(session, lot.currency, on)
    faults = amount_faults(price, unit, "new_price")
    if faults:
        raise ReductionIncomplete.many(_("Some fields need another look."), faults)
    limit = rule_on(session, "max_reduction_pct", on)
    check_reduced_price(reduction.old_price, price, limit, unit)
    return unit
