"""Ending a session when what was sold covers what is owed: the other lots are stopped."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.bidding.naming import refuse_named
from auction.bidding.rules import Outcome
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import word
from auction.lots.commands import lock_lot
from auction.lots.queries import last_round
from auction.notices.commands.request_halt import Request, request_halt
from auction.notices.rules import Halt
from auction.outcomes.commands.follow_up import get_round
from auction.outcomes.commands.halt_round import COVERED
from auction.outcomes.commands.record_outcome import end_round
from auction.outcomes.rules import NoSession, NotCovered
from auction.outcomes.schemas import NewOutcome, NewStop
from auction.outcomes.sessions import RULE, SaleSession, sale_session
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _


def stop_session(
    session: Session, actor: Actor, lot_ref: str, new: NewStop, *, at: datetime
) -> list[str]:
    """Stop the lots of a session that were not sold yet; their numbers.

    They did not fail: nobody was asked for a bid any more (L25 Art. 83(6), 84(2)đ). For each
    lot the request to stop is issued to the auction organisation.
    Raises NotFound, NoSession, NotCovered, Invalid.
    """
    actor.require("rounds.close")
    lot = lock_lot(session, actor, lot_ref)
    last = last_round(session, lot.id)
    now = sale_session(session, actor, lot.case_id, last.held_on if last else None)
    if now is None or not now.waiting:
        raise NoSession(
            _("Lot %(lot)s is offered in no session with others that wait."), lot=lot.reference
        )
    rule = rule_on(session, RULE, min(now.held_on, local_day(at)))
    if not now.owed and not new.document:
        raise Invalid(
            _("No claim is recorded: name the document that says what is owed."), field="document"
        )
    owed = now.owed if new.owed is None else max(now.owed, new.owed)
    _refuse_uncovered(now, owed, rule)
    reason = f"{rule.article}: {now.sold:,.0f} ≥ {owed:,.0f}"
    reason = f"{reason} ({new.document})" if new.document else reason
    said = _request(rule, new.document or reason, at=at)
    for line in sorted(now.waiting, key=lambda one: one.lot):
        stopped = lock_lot(session, actor, line.lot)
        halted = get_round(session, stopped, line.number)
        refuse_named(session, stopped, halted, local_day(at))
        made = request_halt(session, actor, stopped, halted, said, at=at)
        outcome = NewOutcome(code=Outcome.STOPPED, reason=f"{reason}; {made.paper.number}")
        end_round(session, actor, line.lot, line.number, outcome, at=at)
    return [line.lot for line in now.waiting]


def _request(rule: Rule, document: str, *, at: datetime) -> Request:
    """The stop on the ground that what was sold covers what is owed, by the law of today."""
    return Request(
        kind=Halt.STOP,
        ground=COVERED,
        words=word("terms", COVERED).vi,
        article=rule.article,
        document=document,
        effective_at=at,
        rule_id=rule.id,
    )


def _refuse_uncovered(now: SaleSession, owed: Decimal, rule: Rule) -> None:
    if not owed or now.sold < owed:
        raise NotCovered(
            _("Sold for %(sold)s, owed %(owed)s: the next lot is offered (rule %(rule)s)."),
            field="owed",
            article=rule.article,
            sold=now.sold,
            owed=owed,
            rule=rule.key,
        )
