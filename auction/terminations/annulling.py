"""A wrong termination is annulled by its author: the case is open again (L25 Art. 52).

What was terminated by it is owed again by further entries; what was stopped stays stopped, what was
released stays released.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from auction.claims.commands import lock_claims, undo_change
from auction.claims.models import ClaimEntry
from auction.claims.rules import EntryKind, PartOf
from auction.deadlines.commands import void_deadlines
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import basis_on, rule_on
from auction.terminations.commands import lock_case
from auction.terminations.drawing import annulment_numbered
from auction.terminations.models import CaseTermination, TerminationAnnulment
from auction.terminations.queries import payouts_since, released_since, to_release
from auction.terminations.rules import (
    ANNULLED_BY,
    ANNULLED_UNTIL,
    RELEASE_DUE,
    Act,
    AnnulledAlready,
    DecisionNumberTaken,
    NotAnnulled,
    Scope,
)
from auction.terminations.schemas import DecidedAnnulment, NewAnnulment
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Basis, DomainError, Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.organisation.powers import refuse_other_head

WHY = "Hủy quyết định đình chỉ thi hành án"


def annul_termination(
    session: Session,
    actor: Actor,
    case_id: int,
    termination_id: int,
    said: NewAnnulment,
    *,
    at: datetime,
) -> TerminationAnnulment:
    """Record the decision that annuls a termination; from its day the case is open again.

    Its claims are owed again, and what is not released yet need not be. Rounds, lots, holds and
    limits that ended with it do not come back. Without a number it is drawn up here. Locks what the
    case holds, the case, its claims.
    Raises NotFound, NotItsHead, AnnulledAlready, NotAnnulled, DecisionNumberTaken, Invalid.
    """
    actor.require("cases.terminate")
    not_ahead(said.decided_on, at, field="decided_on")
    case = lock_case(session, actor, case_id)
    ended = termination_of(session, actor, case_id, termination_id)
    if said.decided_on < ended.decided_on:
        raise Invalid(_("The day lies before the decision it annuls."), field="decided_on")
    by_head = basis_on(session, ANNULLED_BY, said.decided_on)
    refuse_other_head(session, actor, case.office_id, by_head)
    refusal = hindrance(session, case, ended, at=at)
    if refusal is not None:
        raise refusal
    new = annulment_numbered(session, actor, case, ended, said, at=at)
    revived = _revive(session, actor, ended, new, at=at)
    made = _write(session, actor, ended, new, revived, at=at)
    if ended.scope == Scope.WHOLE:
        case.closed_on = None
        _need_not_release(session, actor, case, ended, new, at=at)
    data = {"decision": new.decision_number, "annuls": ended.decision_number}
    data |= {"reason": new.reason, "revived": str(revived)}
    subject = audit.Subject("case", case.id, case.decision_number, case.office_id)
    audit.record(session, actor, Act.ANNULLED, subject, data, at=at)
    return made


def termination_of(
    session: Session, actor: Actor, case_id: int, termination_id: int
) -> CaseTermination:
    """One decision of termination of a case.

    Raises NotFound.
    """
    found = session.scalar(
        select(CaseTermination).where(
            CaseTermination.id == termination_id,
            CaseTermination.case_id == case_id,
            in_sight(CaseTermination.office_id, actor),
        )
    )
    if found is None:
        raise NotFound(_("There is no such termination."))
    return found


def barred(
    session: Session, actor: Actor, case_id: int, termination_id: int, *, at: datetime
) -> DomainError | None:
    """Why a termination cannot be annulled today, said before anybody tries.

    Raises NotFound.
    """
    ended = termination_of(session, actor, case_id, termination_id)
    return hindrance(session, session.get_one(EnforcementCase, case_id), ended, at=at)


def hindrance(
    session: Session, case: EnforcementCase, ended: CaseTermination, *, at: datetime
) -> DomainError | None:
    """Why a termination cannot be annulled any more, with what is lawful instead."""
    done = exists().where(TerminationAnnulment.termination_id == ended.id)
    if session.scalar(select(done)):
        return AnnulledAlready(_("This termination was annulled before."))
    basis = basis_on(session, ANNULLED_UNTIL, local_day(at))
    if ended.scope == Scope.PART and case.closed_on is not None:
        text = _(
            "The whole case was terminated after it (rule %(rule)s). Lawful: annul that decision"
            " first."
        )
        return NotAnnulled(text, **basis)
    if _given_back(session, ended):
        text = _(
            "What was held for the case was given back to the debtor after it (rule %(rule)s)."
            " Lawful: a new enforcement decision, and what is found then is seized anew."
        )
        return NotAnnulled(text, **basis)
    gone = released_since(session, case.id, ended.decided_on)
    if ended.scope == Scope.WHOLE and gone and not to_release(session, case.id):
        text = _(
            "All that the case held was released after it (rule %(rule)s). Lawful: a new"
            " enforcement decision, and what is found then is seized anew."
        )
        return NotAnnulled(text, **basis)
    return _divided(session, case, ended, basis)


def _divided(
    session: Session, case: EnforcementCase, ended: CaseTermination, basis: Basis
) -> NotAnnulled | None:
    """Money that was divided without the claims that ended, or is about to be."""
    entries = [one.id for one in _entries(session, ended)]
    since = payouts_since(session, case.id, min(entries)) if entries else []
    if any(one.paid_at is not None for one in since):
        text = _(
            "Money of the case was divided and paid without the claims that ended (rule %(rule)s)."
            " Lawful: reverse its vouchers and withdraw the payout first, or the creditors ask for"
            " enforcement anew."
        )
        return NotAnnulled(text, **basis)
    if since:
        text = _(
            "A payout was drawn up without the claims that ended (rule %(rule)s). Lawful: withdraw"
            " it first, and propose it anew after the annulment."
        )
        return NotAnnulled(text, **basis)
    return None


def _given_back(session: Session, ended: CaseTermination) -> bool:
    """Whether what was held for the case went back to the debtor after the decision."""
    back = select(ClaimEntry.id).where(
        ClaimEntry.case_id == ended.case_id,
        ClaimEntry.part_of == PartOf.GIVING_BACK.value,
        ClaimEntry.recorded_at >= ended.recorded_at,
    )
    return session.scalar(back.limit(1)) is not None


def _entries(session: Session, ended: CaseTermination) -> list[ClaimEntry]:
    """The changes by which claims ended with the decision, and that stand."""
    undone = aliased(ClaimEntry)
    found = (
        select(ClaimEntry)
        .outerjoin(undone, undone.reverses_id == ClaimEntry.id)
        .where(
            ClaimEntry.claim_id.in_(ended.claims),
            ClaimEntry.kind == EntryKind.TERMINATED.value,
            ClaimEntry.document == ended.decision_number,
            ClaimEntry.happened_on == ended.decided_on,
            undone.id.is_(None),
        )
        .order_by(ClaimEntry.claim_id)
    )
    return list(session.scalars(found))


def _revive(
    session: Session, actor: Actor, ended: CaseTermination, new: DecidedAnnulment, *, at: datetime
) -> Decimal:
    """Undo what ended the claims, by further entries; how much is owed again."""
    claims = {one.id: one for one in lock_claims(session, actor, ended.claims)}
    revived = Decimal(0)
    on, paper = new.decided_on, new.decision_number
    for entry in _entries(session, ended):
        claim = claims[entry.claim_id]
        back = undo_change(session, actor, claim, entry, paper, on=on, at=at)
        revived += back.principal + back.interest
    return revived


def _write(
    session: Session,
    actor: Actor,
    ended: CaseTermination,
    new: DecidedAnnulment,
    revived: Decimal,
    *,
    at: datetime,
) -> TerminationAnnulment:
    rule = rule_on(session, ANNULLED_BY, new.decided_on)
    made = TerminationAnnulment(
        office_id=ended.office_id,
        termination_id=ended.id,
        decision_number=new.decision_number,
        decided_on=new.decided_on,
        reason=new.reason,
        revived=revived,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        recorded_by=actor.name,
    )
    taken = DecisionNumberTaken(
        _("The office has a decision %(number)s already."),
        field="decision_number",
        number=new.decision_number,
    )
    with refused_by(session, "uq_termination_annulment_office_id_decision_number", taken):
        session.add(made)
        session.flush()
    return made


def _need_not_release(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    ended: CaseTermination,
    new: DecidedAnnulment,
    *,
    at: datetime,
) -> None:
    """The time to release what the case still holds falls away; what was released stays so."""
    why = f"{WHY} ({new.decision_number})"
    began = ended.decided_on
    for one in to_release(session, case.id):
        about = DeadlineSubject("asset", one.reference, one.office_id, asset_id=one.id)
        void_deadlines(session, actor, about, RELEASE_DUE, at=at, why=why, begun_on=began)
