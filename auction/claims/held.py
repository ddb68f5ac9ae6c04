"""What a judgment has held for a creditor who never asked goes back to the debtor.

D152/26 Art. 41(3); JC11/16 Art. 4(4): once the time to ask is over and the State has its money.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.claims.commands import LIMITATION, append_change, lock_claims, owed_on
from auction.claims.models import Claim, ClaimEntry
from auction.claims.queries import state_debt_of, visible_claims
from auction.claims.rules import STATE_KINDS, Act, ClaimKind, EntryKind, Owed, PartOf
from auction.claims.schemas import NewGivingBack
from auction.deadlines.commands import void_deadlines
from auction.deadlines.models import Deadline
from auction.deadlines.rules import due_date
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import calendar, rule_on
from auction.legal_rules.rules import Rule
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound, Unlawful
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import visible_cases
from inventory.disposals.commands.steps import decide
from inventory.disposals.models import Disposal
from inventory.disposals.rules import Way
from inventory.disposals.schemas import NewDisposal


class StillHeld(Unlawful):
    """What is held to secure enforcement is still needed, or may still be asked for."""

    code = "still_held"


def give_back_held(
    session: Session, actor: Actor, case_id: int, new: NewGivingBack, *, at: datetime
) -> Disposal:
    """Give the debtor back what was held for creditors who never asked; their claims lapse.

    The notice, the wait and the handing over follow as of any return (L25 Art. 59).
    Raises NotFound, StillHeld, DecidedAlready, Invalid.
    """
    actor.require("disposals.decide")
    not_ahead(new.decision_on, at, field="decision_on")
    case = session.scalar(visible_cases(actor).where(EnforcementCase.id == case_id))
    if case is None:
        raise NotFound(_("There is no such case."))
    ids = session.scalars(
        visible_claims(actor).with_only_columns(Claim.id).where(Claim.case_id == case.id)
    ).all()
    rule = rule_on(session, LIMITATION, new.decision_on)
    owed = {one: owed_on(session, one) for one in lock_claims(session, actor, ids)}
    silent = [one for one, left in owed.items() if _is_silent(one) and left.total > 0]
    _refuse_asked([one for one, left in owed.items() if _has_asked(one) and left.total > 0], rule)
    _refuse_running(session, silent, new, rule)
    _refuse_state(session, case, new, rule)
    _refuse_strange(session, case, new)
    for claim in silent:
        _lapse(session, actor, claim, owed[claim], new, at=at)
    held = NewDisposal(
        way=Way.RETURN,
        assets=new.assets,
        decision_number=new.decision_number,
        decision_on=new.decision_on,
        judgment=new.judgment or case.judgment or case.decision_number,
        thing=new.thing,
        party=case.debtor_name or "–",
    )
    made = decide(session, actor, held, at=at)
    data = {"case": case.decision_number, "claims": [one.id for one in silent]}
    subject = audit.Subject("disposal", made.id, made.reference, made.office_id)
    audit.record(session, actor, Act.HELD_GIVEN_BACK, subject, data, at=at)
    return made


def count_silent(session: Session, actor: Actor, at: datetime) -> int:
    """How many creditors never asked and can no longer, their claims not lapsed yet."""
    return (
        session.scalar(
            select(func.count()).where(
                in_sight(Deadline.office_id, actor),
                Deadline.rule_key == LIMITATION,
                Deadline.due_on < local_day(at),
                Deadline.met_on.is_(None),
                Deadline.voided_on.is_(None),
            )
        )
        or 0
    )


def _is_silent(claim: Claim) -> bool:
    return claim.asked_on is None and ClaimKind(claim.kind) not in STATE_KINDS


def _has_asked(claim: Claim) -> bool:
    return claim.asked_on is not None and ClaimKind(claim.kind) not in STATE_KINDS


def _refuse_asked(asked: Sequence[Claim], rule: Rule) -> None:
    if asked:
        raise StillHeld(
            _(
                "%(creditors)s asked for enforcement and is not paid: what is held serves that"
                " (rule %(rule)s). Lawful: enforce on it, or give it back after he is paid."
            ),
            field="assets",
            article=rule.article,
            creditors=", ".join(one.creditor for one in asked),
            rule=rule.key,
        )


def _refuse_running(
    session: Session, silent: Sequence[Claim], new: NewGivingBack, rule: Rule
) -> None:
    granted = session.execute(
        select(ClaimEntry.claim_id, ClaimEntry.happened_on).where(
            ClaimEntry.claim_id.in_([one.id for one in silent]),
            ClaimEntry.kind == EntryKind.GRANTED.value,
        )
    )
    last = max(
        (due_date(on, rule, calendar(session)).due_on for _claim, on in granted), default=None
    )
    if last is not None and new.decision_on <= last:
        raise StillHeld(
            _(
                "The creditors may ask for enforcement until %(last)s (rule %(rule)s). Lawful: give"
                " it back by a decision after that day."
            ),
            field="decision_on",
            article=rule.article,
            last=last,
            rule=rule.key,
        )


def _refuse_state(session: Session, case: EnforcementCase, new: NewGivingBack, rule: Rule) -> None:
    due = state_debt_of(session, case.id, new.decision_on)
    if due > 0:
        raise StillHeld(
            _(
                "%(due)s is still owed to the State in this case (rule %(rule)s). Lawful: give it"
                " back once that is paid."
            ),
            field="assets",
            article=rule.article,
            due=due,
            rule=rule.key,
        )


def _refuse_strange(session: Session, case: EnforcementCase, new: NewGivingBack) -> None:
    wanted = select(Asset.reference).where(
        Asset.reference.in_(new.assets), Asset.case_id == case.id
    )
    known = set(session.scalars(wanted))
    for reference in new.assets:
        if reference not in known:
            raise Invalid(_("%(asset)s belongs to another case."), field="assets", asset=reference)


def _lapse(
    session: Session,
    actor: Actor,
    claim: Claim,
    owed: Owed,
    new: NewGivingBack,
    *,
    at: datetime,
) -> None:
    kind, gone = EntryKind.LAPSED, Owed(-owed.principal, -owed.interest)
    paper, on = new.decision_number, new.decision_on
    part = PartOf.GIVING_BACK
    append_change(session, actor, claim, kind, gone, on=on, document=paper, part_of=part, at=at)
    about = DeadlineSubject("claim", str(claim.id), claim.office_id)
    void_deadlines(session, actor, about, (LIMITATION,), at=at, why="lapsed")
