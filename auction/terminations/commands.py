"""The head terminates the enforcement of a case: what is under way for it ends with it.

L25 Art. 48, L08 Art. 50: rounds are stopped (L25 Art. 84(2)a), limits fall away, claims end, and
what is seized is to be released within three working days (L25 Art. 95(3)).
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.claims.commands import LIMITATION, append_change, lock_claims, owed_on
from auction.claims.models import Claim
from auction.claims.queries import visible_claims
from auction.claims.rules import EntryKind, Owed, PartOf
from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.commands import end_hold
from auction.holds.models import Hold
from auction.holds.rules import EndReason
from auction.holds.schemas import HoldEnd
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule
from auction.life.handbook import limits_of_life
from auction.life.ledger import LASTING
from auction.offers.commands.common import OpenLot, close, open_lot
from auction.offers.commands.leaving import end_rights
from auction.offers.commands.stopping import stop_terminated
from auction.offers.rules import SetOffEnd
from auction.terminations.drawing import numbered
from auction.terminations.models import CaseTermination
from auction.terminations.queries import (
    holds_of,
    lots_on_offer,
    seized_elsewhere,
    sold_of,
    to_release,
)
from auction.terminations.rules import (
    AFTER_SALE,
    DECISION_DUE,
    GROUNDS,
    RELEASE_DUE,
    Act,
    DecisionNumberTaken,
    Ground,
    NotInPart,
    SaleUnderWay,
    Scope,
    TerminatedAlready,
    TerminationIncomplete,
)
from auction.terminations.schemas import DecidedTermination, NewTermination
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import visible_cases
from inventory.organisation.powers import refuse_other_head

WHY = "Đình chỉ thi hành án"


def terminate_case(
    session: Session, actor: Actor, case_id: int, said: NewTermination, *, at: datetime
) -> CaseTermination:
    """Record the head's decision and what follows from it (L25 Art. 48; L08 Art. 50).

    The whole case: its rounds are stopped, its lots, limits and holds end, it is closed, and what
    it holds seized is to be released. A part: its claims end, the rest goes on. Locks the lots and
    their assets as an outcome does, then all the case holds, then the case. A decision without a
    number is drawn up here.
    Raises NotFound, NotItsHead, TerminatedAlready, DecisionNumberTaken, RuleUnknown where the law
    of the day knows no such ground, NotInPart, SaleUnderWay, WinnerNamed,
    TerminationIncomplete, Invalid.
    """
    actor.require("cases.terminate")
    _check_said(said, at)
    whole = said.scope is Scope.WHOLE
    references = session.scalars(lots_on_offer(actor, case_id)).all() if whole else []
    lots = [open_lot(session, actor, reference) for reference in references]
    case = lock_case(session, actor, case_id)
    if case.closed_on is not None:
        raise TerminatedAlready(_("The case was closed on %(day)s."), day=case.closed_on)
    if case.decision_on is not None and said.decided_on < case.decision_on:
        raise Invalid(_("The day lies before the decision of the case."), field="decided_on")
    rule = rule_on(session, GROUNDS, said.decided_on, said.ground.value)
    refuse_other_head(session, actor, case.office_id, rule.basis)
    _refuse_part(rule, said)
    if whole:
        _refuse_sold(session, case, said.decided_on)
    claims = _claims(session, actor, case, said)
    new = numbered(session, actor, case, said, rule=rule, claims=claims, at=at)
    ended = [_end_claim(session, actor, claim, new, at=at) for claim in claims]
    total = sum(ended, Decimal(0))
    made = _write(session, actor, case, new, rule, claims=claims, ended=total, at=at)
    if whole:
        for lot in lots:
            _stop(session, actor, lot, new, rule, at=at)
        _end_holds(session, actor, case, lots, new, at=at)
        _end_limits(session, actor, case, new, at=at)
        case.closed_on = new.decided_on
        session.flush()
    about = subject_of(case)
    set_limits(session, actor, [DECISION_DUE], new.ground_on, about, at=at)
    meet_by_act(session, actor, DECISION_DUE, about, met_on=new.decided_on, at=at)
    data = {"decision": made.decision_number, "ground": made.ground, "scope": made.scope}
    data |= {"ended": str(made.ended), "lots": ", ".join(references)}
    subject = audit.Subject("case", case.id, case.decision_number, case.office_id)
    audit.record(session, actor, Act.TERMINATED, subject, data, at=at)
    return made


def _check_said(new: NewTermination, at: datetime) -> None:
    not_ahead(new.decided_on, at, field="decided_on")
    if new.ground_on > new.decided_on:
        raise Invalid(_("The decision lies before its ground."), field="decided_on")
    if new.scope is Scope.PART and not new.claims:
        raise TerminationIncomplete(_("Say which claims end with it."), field="claims")
    if new.scope is Scope.WHOLE and new.claims:
        raise TerminationIncomplete(
            _("With the whole case all its claims end: name none."), field="claims"
        )


def lock_case(session: Session, actor: Actor, case_id: int) -> EnforcementCase:
    """What the case holds, so that nobody puts it into a lot meanwhile, then the case.

    Raises NotFound.
    """
    held = [one.id for one in to_release(session, case_id)]
    session.execute(select(Asset.id).where(Asset.id.in_(held)).order_by(Asset.id).with_for_update())
    case = session.scalar(
        visible_cases(actor)
        .where(EnforcementCase.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound(_("There is no such case."))
    return case


def _refuse_part(rule: Rule, new: NewTermination) -> None:
    if new.scope.value not in rule.codes:
        raise NotInPart(
            _(
                "On this ground the whole case is terminated, not a part (rule %(rule)s). Lawful:"
                " the whole case."
            ),
            field="scope",
            article=rule.article,
            rule=rule.key,
        )


def _refuse_sold(session: Session, case: EnforcementCase, on: date) -> None:
    sold = sold_of(session, case.id)
    if sold:
        raise SaleUnderWay(
            _(
                "%(assets)s of the case is sold: the sale is carried out before the case ends (rule"
                " %(rule)s). Lawful: deliver it and divide the money, or cancel the result, then"
                " terminate; single claims are terminated now."
            ),
            field="scope",
            assets=", ".join(one.reference for one in sold),
            **basis_on(session, AFTER_SALE, on),
        )


def _claims(
    session: Session, actor: Actor, case: EnforcementCase, new: NewTermination
) -> list[Claim]:
    """The claims that end: those that are named, else all that enforcement was asked for.

    Where the judgment itself is annulled, those of creditors who have not asked too.
    """
    wanted = visible_claims(actor).where(Claim.case_id == case.id)
    if new.scope is Scope.WHOLE and new.ground is not Ground.JUDGMENT_ANNULLED:
        wanted = wanted.where(Claim.asked_on.is_not(None))
    ids = set(session.scalars(wanted.with_only_columns(Claim.id)))
    named = set(new.claims) if new.claims is not None else ids
    claims = lock_claims(session, actor, sorted(named & ids))
    owed = [claim for claim in claims if owed_on(session, claim).total > 0]
    if new.claims is not None and len(owed) < len(named):
        raise TerminationIncomplete(
            _("Name claims of this case on which something is still owed."), field="claims"
        )
    return owed


def _end_claim(
    session: Session, actor: Actor, claim: Claim, new: DecidedTermination, *, at: datetime
) -> Decimal:
    left = owed_on(session, claim)
    gone = Owed(-left.principal, -left.interest)
    on, paper = new.decided_on, new.decision_number
    kind, part = EntryKind.TERMINATED, PartOf.TERMINATION
    append_change(session, actor, claim, kind, gone, on=on, document=paper, part_of=part, at=at)
    if claim.asked_on is None:
        about = DeadlineSubject("claim", str(claim.id), claim.office_id)
        void_deadlines(session, actor, about, (LIMITATION,), at=at, why=_why(new))
    return left.total


def _write(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    new: DecidedTermination,
    rule: Rule,
    *,
    claims: Sequence[Claim],
    ended: Decimal,
    at: datetime,
) -> CaseTermination:
    made = CaseTermination(
        office_id=case.office_id,
        case_id=case.id,
        scope=new.scope.value,
        ground=new.ground.value,
        ground_on=new.ground_on,
        document=new.document,
        decision_number=new.decision_number,
        decided_on=new.decided_on,
        claims=[claim.id for claim in claims],
        ended=ended,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
        recorded_by=actor.name,
    )
    taken = DecisionNumberTaken(
        _("The office has a termination %(number)s already."),
        field="decision_number",
        number=new.decision_number,
    )
    with refused_by(session, "uq_case_termination_office_id_decision_number", taken):
        session.add(made)
        session.flush()
    return made


def _stop(
    session: Session,
    actor: Actor,
    found: OpenLot,
    new: DecidedTermination,
    rule: Rule,
    *,
    at: datetime,
) -> None:
    """A lot of the case leaves the auction today: its round is stopped, its rights end."""
    today, paper = local_day(at), new.decision_number
    stop_terminated(session, actor, found, paper, rule.article, on=today, at=at)
    end_rights(session, found, found.asset_ids, today, SetOffEnd.TERMINATED)
    close(session, actor, found, today, why=_why(new), at=at)


def _end_holds(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    lots: Sequence[OpenLot],
    new: DecidedTermination,
    *,
    at: datetime,
) -> None:
    """The holds of the case and its lots end; nothing is resumed after them."""
    for hold in holds_of(session, case.id, [one.lot.id for one in lots]):
        end = HoldEnd(
            ended_on=_last_day(hold, new.decided_on),
            reason=EndReason.GROUND_GONE,
            document=new.decision_number,
            note=_why(new),
        )
        end_hold(session, actor, hold.id, end, at=at)
    for one in lots:
        void_deadlines(session, actor, one.due, "resume_after_hold", at=at, why=_why(new))


def _last_day(hold: Hold, decided_on: date) -> date:
    last = max(decided_on, hold.started_on)
    return min(last, hold.longest_until) if hold.longest_until is not None else last


def _end_limits(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    new: DecidedTermination,
    *,
    at: datetime,
) -> None:
    """What was due in the case falls away; what it holds is released in the time of the law."""
    void_deadlines(session, actor, subject_of(case), None, at=at, why=_why(new))
    things = to_release(session, case.id)
    elsewhere = seized_elsewhere(session, [one.id for one in things], case.id)
    keys = sorted(limits_of_life() - LASTING - {RELEASE_DUE})
    for one in things:
        about = DeadlineSubject("asset", one.reference, one.office_id, asset_id=one.id)
        if one.id not in elsewhere:
            void_deadlines(session, actor, about, keys, at=at, why=_why(new))
        set_limits(session, actor, [RELEASE_DUE], new.decided_on, about, at=at)


def subject_of(case: EnforcementCase) -> DeadlineSubject:
    """A case as the deadlines know it."""
    return DeadlineSubject("case", case.decision_number, case.office_id)


def _why(new: DecidedTermination) -> str:
    return f"{WHY} ({new.decision_number})"
