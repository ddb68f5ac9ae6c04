"""Recording a claim, what changed of it, and taking a change back; nothing is ever rewritten."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.claims.models import Claim, ClaimEntry
from auction.claims.queries import no_such_claim, visible_claims
from auction.claims.refusing import TOO_EARLY, refuse_before_claim, refuse_twice
from auction.claims.rules import (
    LESSENS,
    RECORDABLE,
    Act,
    AskedAlready,
    AskedTooLate,
    ClaimIncomplete,
    EntryKind,
    MoreThanOwed,
    Owed,
    PartOf,
    PartOfAnAct,
    ReversedAlready,
)
from auction.claims.schemas import NewAsking, NewClaim, NewEntry, NewReversal
from auction.deadlines.commands import meet_by_act, set_limits
from auction.deadlines.rules import due_date
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import calendar, rule_on
from inventory.assets.models import Asset
from inventory.assets.queries import visible_assets
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import FIRST_DAY, not_ahead
from inventory.base.errors import Invalid, NotFound, Param
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import visible_cases
from inventory.cases.rules import CaseIsClosed

LIMITATION = "request_limitation"
Faults = dict[str, tuple[str, dict[str, Param]]]


def record_claim(
    session: Session, actor: Actor, case_id: int, new: NewClaim, *, at: datetime
) -> Claim:
    """Record what a creditor may ask in a case, by the judgment (L25 Art. 54; L08 Art. 47).

    Raises NotFound, CaseIsClosed, ClaimIncomplete.
    """
    actor.require("claims.record")
    case = _open_case(session, actor, case_id, local_day(at))
    faults = _faults(new, local_day(at))
    if faults:
        raise ClaimIncomplete.many(_("Some fields need another look."), faults)
    claim = Claim(
        office_id=case.office_id,
        case_id=case.id,
        kind=new.kind.value,
        creditor=new.creditor,
        identity=new.identity,
        pay_to=new.pay_to,
        judgment=new.judgment or case.judgment,
        asked_on=new.asked_on,
        joint_with=new.joint_with,
        precedence=new.precedence.value if new.precedence else None,
        secured_on_id=_secured_on(session, actor, new.secured_on),
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(claim)
    session.flush()
    granted = Owed(new.principal, new.interest)
    _append(
        session,
        actor,
        claim,
        EntryKind.GRANTED,
        granted,
        on=new.granted_on,
        document=new.judgment,
        at=at,
    )
    if new.asked_on is None:
        _watch(session, actor, claim, new.granted_on, at=at)
    data = {"case": case.decision_number, "kind": claim.kind, "granted": str(granted.total)}
    audit.record(session, actor, Act.CLAIM_RECORDED, _subject(claim), data, at=at)
    return claim


def change_claim(
    session: Session, actor: Actor, claim_id: int, new: NewEntry, *, at: datetime
) -> ClaimEntry:
    """Record interest, a payment of the debtor's own, a waiver or a correction.

    Raises NotFound, ClaimIncomplete, ChangedTwice, MoreThanOwed.
    """
    actor.require("claims.record")
    if new.kind not in RECORDABLE:
        raise Invalid(_("Choose one of the given values."), field="kind")
    not_ahead(new.happened_on, at, field="happened_on")
    claim = lock_claims(session, actor, [claim_id])[0]
    changed = _changed(new)
    refuse_before_claim(session, claim, new)
    refuse_twice(session, claim, new, changed)
    entry = append_change(
        session,
        actor,
        claim,
        new.kind,
        changed,
        on=new.happened_on,
        document=new.document,
        at=at,
    )
    data = {"kind": new.kind.value, "principal": str(changed.principal)}
    data |= {"interest": str(changed.interest), "document": new.document}
    audit.record(session, actor, Act.CLAIM_CHANGED, _subject(claim), data, at=at)
    return entry


def reverse_change(
    session: Session,
    actor: Actor,
    claim_id: int,
    entry_id: int,
    new: NewReversal,
    *,
    at: datetime,
) -> ClaimEntry:
    """Take a change back by a further one that undoes it.

    Raises NotFound, PartOfAnAct, ReversedAlready, MoreThanOwed.
    """
    actor.require("claims.record")
    claim = lock_claims(session, actor, [claim_id])[0]
    entry = session.scalar(
        select(ClaimEntry).where(ClaimEntry.id == entry_id, ClaimEntry.claim_id == claim.id)
    )
    if entry is None:
        raise NotFound(_("There is no such change."))
    if entry.part_of is not None:
        raise PartOfAnAct(
            _("This change is not taken back by itself, it came with an act: %(act)s."),
            act=PartOf(entry.part_of),
        )
    undone = undo_change(session, actor, claim, entry, new.document, at=at)
    data = {"entry": entry.id, "document": new.document}
    audit.record(session, actor, Act.CHANGE_REVERSED, _subject(claim), data, at=at)
    return undone


def ask_enforcement(
    session: Session, actor: Actor, claim_id: int, new: NewAsking, *, at: datetime
) -> Claim:
    """Record that a creditor asks for enforcement, within the time of the law (D152/26 Art. 41(3)).

    Raises NotFound, AskedAlready, AskedTooLate, Invalid.
    """
    actor.require("claims.record")
    not_ahead(new.asked_on, at, field="asked_on")
    (claim,) = lock_claims(session, actor, [claim_id])
    if claim.asked_on is not None:
        raise AskedAlready(_("This creditor had asked for enforcement before."))
    granted_on = session.scalars(
        select(ClaimEntry.happened_on)
        .where(ClaimEntry.claim_id == claim.id, ClaimEntry.kind == EntryKind.GRANTED.value)
        .limit(1)
    ).one()
    rule = rule_on(session, LIMITATION, new.asked_on)
    last = due_date(granted_on, rule, calendar(session)).due_on
    if new.asked_on > last:
        raise AskedTooLate(
            _("Enforcement could be asked for until %(last)s (rule %(rule)s)."),
            field="asked_on",
            article=rule.article,
            last=last,
            rule=rule.key,
        )
    claim.asked_on = new.asked_on
    session.flush()
    meet_by_act(session, actor, LIMITATION, _due_subject(claim), met_on=new.asked_on, at=at)
    data = {"asked_on": new.asked_on.isoformat(), "document": new.document}
    audit.record(session, actor, Act.ASKED, _subject(claim), data, at=at)
    return claim


def lock_claims(session: Session, actor: Actor, claim_ids: Sequence[int]) -> list[Claim]:
    """The claims, locked in the order of their numbers, so that what is owed changes in turn.

    Raises NotFound.
    """
    found = session.scalars(
        visible_claims(actor).where(Claim.id.in_(claim_ids)).order_by(Claim.id).with_for_update()
    ).all()
    if len(found) != len(set(claim_ids)):
        raise no_such_claim()
    return list(found)


def append_change(
    session: Session,
    actor: Actor,
    claim: Claim,
    kind: EntryKind,
    changed: Owed,
    *,
    on: date,
    document: str | None,
    at: datetime,
    part_of: PartOf | None = None,
) -> ClaimEntry:
    """Add a change to a locked claim; nothing may fall below zero.

    What is ``part_of`` another act is taken back by that act's own alone.

    Raises MoreThanOwed.
    """
    left = owed_on(session, claim)
    if left.principal + changed.principal < 0 or left.interest + changed.interest < 0:
        raise MoreThanOwed(
            _("Only %(principal)s of principal and %(interest)s of interest are owed."),
            field="principal",
            principal=left.principal,
            interest=left.interest,
        )
    return _append(
        session,
        actor,
        claim,
        kind,
        changed,
        on=on,
        document=document,
        part_of=part_of.value if part_of else None,
        at=at,
    )


def undo_change(
    session: Session,
    actor: Actor,
    claim: Claim,
    entry: ClaimEntry,
    document: str | None,
    *,
    on: date | None = None,
    at: datetime,
) -> ClaimEntry:
    """The change that undoes another of a locked claim, today unless another day is said.

    Raises ReversedAlready, MoreThanOwed.
    """
    done = session.scalar(select(ClaimEntry.id).where(ClaimEntry.reverses_id == entry.id))
    if done is not None or entry.reverses_id is not None:
        raise ReversedAlready(_("This change was reversed before, or is itself a reversal."))
    back = Owed(-entry.principal, -entry.interest)
    left = owed_on(session, claim)
    if left.principal + back.principal < 0 or left.interest + back.interest < 0:
        raise MoreThanOwed(
            _("Only %(principal)s of principal and %(interest)s of interest are owed."),
            principal=left.principal,
            interest=left.interest,
        )
    return _append(
        session,
        actor,
        claim,
        EntryKind.REVERSED,
        back,
        on=on or local_day(at),
        document=document,
        reverses_id=entry.id,
        at=at,
    )


def owed_on(session: Session, claim: Claim, on: date | None = None) -> Owed:
    """What is owed on a claim, of all changes or of those up to a day."""
    sums = select(func.sum(ClaimEntry.principal), func.sum(ClaimEntry.interest))
    statement = sums.where(ClaimEntry.claim_id == claim.id)
    if on is not None:
        statement = statement.where(ClaimEntry.happened_on <= on)
    principal, interest = session.execute(statement).one()
    return Owed(Decimal(principal or 0), Decimal(interest or 0))


def _append(
    session: Session,
    actor: Actor,
    claim: Claim,
    kind: EntryKind,
    changed: Owed,
    *,
    on: date,
    document: str | None,
    at: datetime,
    part_of: str | None = None,
    reverses_id: int | None = None,
) -> ClaimEntry:
    entry = ClaimEntry(
        claim_id=claim.id,
        case_id=claim.case_id,
        office_id=claim.office_id,
        kind=kind.value,
        principal=changed.principal,
        interest=changed.interest,
        happened_on=on,
        document=document,
        part_of=part_of,
        reverses_id=reverses_id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(entry)
    session.flush()
    return entry


def _open_case(session: Session, actor: Actor, case_id: int, today: date) -> EnforcementCase:
    case = session.scalar(visible_cases(actor).where(EnforcementCase.id == case_id))
    if case is None:
        raise NotFound(_("There is no such case."))
    if case.closed_on is not None and case.closed_on <= today:
        raise CaseIsClosed(_("The case is closed."))
    return case


def _secured_on(session: Session, actor: Actor, reference: str | None) -> int | None:
    if reference is None:
        return None
    found = session.scalar(
        visible_assets(actor).with_only_columns(Asset.id).where(Asset.reference == reference)
    )
    if found is None:
        raise NotFound(
            _("There is no asset %(reference)s."), field="secured_on", reference=reference
        )
    return found


def _faults(new: NewClaim, today: date) -> Faults:
    faults: Faults = {}
    for name in ("principal", "interest"):
        faults |= amount_faults(getattr(new, name), name)
    if not faults and not new.principal + new.interest:
        faults["principal"] = (_("The amount must be more than nothing."), {})
    if new.granted_on > today:
        faults["granted_on"] = (_("The day lies in the future."), {})
    for name in ("granted_on", "asked_on"):
        if (day := getattr(new, name)) is not None and day < FIRST_DAY:
            faults[name] = TOO_EARLY
    if new.asked_on is not None and new.asked_on > today:
        faults["asked_on"] = (_("The day lies in the future."), {})
    if (new.precedence is None) != (new.secured_on is None):
        name = "secured_on" if new.secured_on is None else "precedence"
        faults[name] = (_("Say both the asset and why it secures the claim, or neither."), {})
    return faults


def amount_faults(amount: Decimal, name: str) -> Faults:
    """What is wrong with an amount of money."""
    try:
        check_amount(amount, field=name)
    except Invalid as error:
        return error.fields
    return {}


def _changed(new: NewEntry) -> Owed:
    faults: Faults = {}
    for name in ("principal", "interest"):
        amount = getattr(new, name)
        size = abs(amount) if new.kind is EntryKind.CORRECTED and amount.is_finite() else amount
        faults |= amount_faults(size, name)
    if not faults and not new.principal and not new.interest:
        faults["principal"] = (_("The amount must be more than nothing."), {})
    if faults:
        raise ClaimIncomplete.many(_("Some fields need another look."), faults)
    sign = -1 if new.kind in LESSENS else 1
    return Owed(sign * new.principal, sign * new.interest)


def _watch(session: Session, actor: Actor, claim: Claim, granted_on: date, *, at: datetime) -> None:
    """Keep the day until which a creditor who has not asked may ask."""
    set_limits(session, actor, (LIMITATION,), granted_on, _due_subject(claim), at=at)


def _due_subject(claim: Claim) -> DeadlineSubject:
    return DeadlineSubject("claim", str(claim.id), claim.office_id)


def _subject(claim: Claim) -> audit.Subject:
    return audit.Subject("claim", claim.id, claim.creditor, claim.office_id)
