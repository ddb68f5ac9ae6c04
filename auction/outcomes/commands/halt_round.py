"""Asking the auction organisation to pause or stop a round, before the winner is named."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.bidding.naming import refuse_named
from auction.bidding.rules import Outcome, moment
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import cite, word
from auction.lots.commands import lock_lot
from auction.lots.models import Lot
from auction.notices.commands.request_halt import RULES, Request, point_of, request_halt
from auction.notices.models import AuctionHalt
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.follow_up import get_round
from auction.outcomes.commands.record_outcome import end_round
from auction.outcomes.rules import GroundUnknown, NotCovered
from auction.outcomes.schemas import NewOutcome
from auction.outcomes.sessions import RULE, sold_of, to_cover
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _

COVERED = "debt_covered"
"""The ground that the lots sold before brought enough."""
CODES = {Halt.PAUSE: Outcome.PAUSED, Halt.STOP: Outcome.STOPPED}


def halt_round(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewHalt, *, at: datetime
) -> AuctionHalt:
    """Request a pause or a stop on a ground of the law, and close the round with it (L25 Art. 84).

    A round that was paused or stopped is no failed one; the next is held at the same price.
    Raises NotFound, WinnerNamed, GroundUnknown, NotCovered; what the papers and the outcome refuse.
    """
    actor.require("rounds.halt")
    lot = lock_lot(session, actor, lot_ref)
    halted = get_round(session, lot, number)
    today = local_day(at)
    refuse_named(session, lot, halted, today)
    rule = rule_on(session, RULES[new.kind], today)
    article = _point(rule, new.ground)
    if new.ground == COVERED:
        _refuse_uncovered(session, lot, halted.held_on or today, today)
    said = Request(
        kind=new.kind,
        ground=new.ground,
        words=word("terms", new.ground).vi,
        article=article,
        document=new.document,
        effective_at=moment(new.effective_at) if new.effective_at else at,
        rule_id=rule.id,
        note=new.note,
    )
    made = request_halt(session, actor, lot, halted, said, at=at)
    reason = f"{cite(article).vi}: {said.words} ({new.document}, {made.paper.number})"
    outcome = NewOutcome(code=CODES[new.kind], reason=reason)
    end_round(session, actor, lot_ref, number, outcome, at=at)
    return made.halt


def _point(rule: Rule, ground: str) -> str:
    """The article down to the point of the ground: ``L25 Art. 84(2)đ``."""
    if ground not in rule.codes:
        raise GroundUnknown(
            _("The law of today knows these grounds (rule %(rule)s): %(grounds)s."),
            field="ground",
            article=rule.article,
            rule=rule.key,
            grounds="; ".join(word("terms", code).vi for code in rule.codes),
        )
    return point_of(rule, ground)


def _refuse_uncovered(session: Session, lot: Lot, held_on: date, today: date) -> None:
    """That enough is sold is reckoned where claims are recorded; else the paper says it.

    Raises NotCovered (L25 Art. 83(6), 84(2)đ).
    """
    if lot.case_id is None:
        return
    owed = to_cover(session, lot.case_id, today)
    sold = sold_of(session, lot.case_id)
    if sold >= owed:
        return
    raise NotCovered(
        _("Sold for %(sold)s, owed %(owed)s: the next lot is offered (rule %(rule)s)."),
        field="ground",
        sold=sold,
        owed=owed,
        **rule_on(session, RULE, min(held_on, today)).basis,
    )
