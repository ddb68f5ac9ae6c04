"""Drawing up the decision of termination and the one that annuls it, as numbered papers."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from msgspec import structs
from sqlalchemy.orm import Session

from auction.claims.commands import owed_on
from auction.claims.models import Claim
from auction.deadlines.queries import due_after
from auction.legal_rules.rules import CalendarUnknown, Rule, RuleUnknown
from auction.legal_rules.words import word
from auction.papers.schemas import AnnulmentData, ClaimEnded, TerminationData
from auction.terminations.models import CaseTermination
from auction.terminations.queries import papers_of, to_release
from auction.terminations.rules import RELEASE_DUE, Scope
from auction.terminations.schemas import (
    DecidedAnnulment,
    DecidedTermination,
    NewAnnulment,
    NewTermination,
)
from inventory.assets.queries import items_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import parts_of
from inventory.papers.commands import issue
from inventory.papers.rules import HEAD, PaperKind
from inventory.papers.schemas import About, NewPaper, PaperData, Signature


def numbered(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    new: NewTermination,
    *,
    rule: Rule,
    claims: Sequence[Claim],
    at: datetime,
) -> DecidedTermination:
    """The termination under its number: the one that is named, else of what is drawn up here.

    Raises Invalid, FormUnknown.
    """
    number = new.decision_number
    if number is None:
        _today(new.decided_on, at)
        number = _termination(session, actor, case, new, rule=rule, claims=claims, at=at)
    said = {name: getattr(new, name) for name in NewTermination.__struct_fields__}
    return DecidedTermination(**{**said, "decision_number": number})


def annulment_numbered(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    ended: CaseTermination,
    new: NewAnnulment,
    *,
    at: datetime,
) -> DecidedAnnulment:
    """The annulment under its number; a termination that was drawn up here is recalled by it.

    Raises Invalid, FormUnknown.
    """
    number = new.decision_number
    if number is None:
        _today(new.decided_on, at)
        number = _annulment(session, actor, case, ended, new, at=at)
    return DecidedAnnulment(decision_number=number, decided_on=new.decided_on, reason=new.reason)


def _today(decided_on: date, at: datetime) -> None:
    if decided_on != local_day(at):
        raise Invalid(_("A decision drawn up here bears the day of today."), field="decided_on")


def _termination(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    new: NewTermination,
    *,
    rule: Rule,
    claims: Sequence[Claim],
    at: datetime,
) -> str:
    part = new.scope is Scope.PART
    ended = [
        ClaimEnded(creditor=one.creditor, amount=owed_on(session, one).total) for one in claims
    ]
    things = [] if part else [one.reference for one in to_release(session, case.id)]
    until = None
    with suppress(RuleUnknown, CalendarUnknown):
        until = due_after(session, RELEASE_DUE, new.decided_on) if things else None
    data = TerminationData(
        bases=(rule.article,),
        lines=items_of(session, things),
        ground=word("scopes", new.ground).vi,
        document=new.document,
        ground_on=new.ground_on,
        ended=sum((one.amount for one in ended), Decimal(0)),
        part=part,
        claims=tuple(ended),
        release_until=until,
        note=new.note,
    )
    kind = PaperKind.TERMINATION_DECISION
    return _issue(session, actor, case, kind, data, things=things, at=at)


def _annulment(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    ended: CaseTermination,
    new: NewAnnulment,
    *,
    at: datetime,
) -> str:
    part = ended.scope == Scope.PART
    things = [] if part else [one.reference for one in to_release(session, case.id)]
    data = AnnulmentData(
        lines=items_of(session, things),
        annulled=ended.decision_number,
        annulled_on=ended.decided_on,
        reason=new.reason,
        revived=ended.ended,
        part=part,
    )
    kind = PaperKind.TERMINATION_ANNULMENT
    wrong = papers_of(session, actor, case.id).get((ended.decision_number, ended.decided_on))
    return _issue(session, actor, case, kind, data, things=things, recalls=wrong, at=at)


def _issue(
    session: Session,
    actor: Actor,
    case: EnforcementCase,
    kind: PaperKind,
    data: TerminationData | AnnulmentData,
    *,
    things: Sequence[str],
    recalls: str | None = None,
    at: datetime,
) -> str:
    full: PaperData = _headed(session, actor, case, data)
    new = NewPaper(
        kind=kind,
        title=case.decision_number,
        subject_kind="case",
        subject_ref=str(case.id),
        data=full,
        about=tuple(About("asset", one) for one in things),
        recalls=recalls,
        office_id=case.office_id,
    )
    return issue(session, actor, new, at=at).number


def _headed(
    session: Session, actor: Actor, case: EnforcementCase, data: TerminationData | AnnulmentData
) -> PaperData:
    head = (Signature(post=HEAD, name=actor.name),)
    return structs.replace(data, cases=parts_of(session, [case.id]), signatures=head)
