"""What both acts need: the round, what is due, what is noted."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline, set_limits
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import CalendarUnknown, Rule, RuleUnknown
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import FoundBreach
from auction.lots.subjects import due_subject
from auction.offers.commands.common import case_of
from auction.offers.commands.reductions import STATE_REVENUE
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.cases.rules import CaseKind

FIRST_FAILURE = "reduction_agreement_call"
"""The limit that runs from the notice of a lot's first failed round, where the law knows it."""
OLD_LIMITS = (FIRST_FAILURE, STATE_REVENUE)


def get_round(session: Session, lot: Lot, number: int) -> AuctionRound:
    """The round of a lot.

    Raises NotFound.
    """
    found = session.scalar(
        select(AuctionRound).where(AuctionRound.lot_id == lot.id, AuctionRound.number == number)
    )
    if found is None:
        raise NotFound(_("Lot %(lot)s has no round %(number)s."), lot=lot.reference, number=number)
    return found


def set_due(
    session: Session,
    actor: Actor,
    lot: Lot,
    key: str,
    started_on: date,
    *,
    at: datetime,
    scope: str | None = None,
) -> None:
    """Set a limit where the law of its day knows one and the calendar reaches."""
    with suppress(RuleUnknown, CalendarUnknown):
        set_deadline(session, actor, key, started_on, due_subject(lot), at=at, scope=scope)


def call_for_agreement(
    session: Session, actor: Actor, lot: Lot, failed: int, on: date, *, at: datetime
) -> None:
    """Let the time begin to call the parties to agree on the reduction (L08 Art. 104(1)).

    ``failed`` is how often the lot's assets had failed in a row before.

    From the notice of the first failure, or from the ruling that makes a round the first failure;
    only where the law of that day knows it. For the revenue of the State nobody is called: the
    decision itself is due, after each failure (L08 Art. 104(4)).
    """
    known = {rule.key for rule in rules_in_use(session, *OLD_LIMITS) if rule.serves(on)}
    if STATE_REVENUE in known and _for_the_state(session, lot):
        set_limits(session, actor, (STATE_REVENUE,), on, due_subject(lot), at=at)
    elif FIRST_FAILURE in known and not failed:
        set_limits(session, actor, (FIRST_FAILURE,), on, due_subject(lot), at=at)


def _for_the_state(session: Session, lot: Lot) -> bool:
    case = case_of(session, lot)
    return case is not None and case.kind == CaseKind.OWN_MOTION.value


def breach_of(rule: Rule, lot: Lot, round_id: int, facts: dict[str, Any]) -> FoundBreach:
    """A step of a round that does not fit a rule."""
    return FoundBreach(
        rule_key=rule.key,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        lot_id=lot.id,
        round_id=round_id,
        office_id=lot.office_id,
        facts=facts,
    )


def subject_of(lot: Lot) -> audit.Subject:
    """A lot as the audit ledger knows it."""
    return audit.Subject("lot", lot.id, lot.reference, lot.office_id)
