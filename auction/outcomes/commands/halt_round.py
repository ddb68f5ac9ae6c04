"""Asking the auction organisation to pause or stop a round, before the winner is named."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionContract
from auction.bidding.naming import refuse_named
from auction.bidding.rules import Outcome, moment
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import Rule
from auction.legal_rules.words import cite, word
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.notices.commands.request_halt import RULES, Request, point_of, request_halt
from auction.notices.models import AuctionHalt
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.follow_up import get_round
from auction.outcomes.commands.record_outcome import end_round
from auction.outcomes.rules import GroundUnknown, HaltedByAct, NotCovered
from auction.outcomes.schemas import NewOutcome
from auction.outcomes.sessions import RULE, sold_of, to_cover
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _

COVERED = "debt_covered"
"""The ground that the lots sold before brought enough."""
BY_ACT = frozenset({"debtor_paid_or_creditor_takes"})
"""Grounds whose fact is kept by an act that stops the round itself (L25 Art. 84(2)d)."""
CODES = {Halt.PAUSE: Outcome.PAUSED, Halt.STOP: Outcome.STOPPED}


def halt_round(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewHalt, *, at: datetime
) -> AuctionHalt:
    """Request a pause or a stop on a ground of the law, and close the round with it (L25 Art. 84).

    A round that was paused or stopped is no failed one; the next is held at the same price.
    Raises NotFound, WinnerNamed, GroundUnknown, HaltedByAct, NotCovered, Invalid; what the papers
    and the outcome refuse.
    """
    actor.require("rounds.halt")
    lot = lock_lot(session, actor, lot_ref)
    halted = get_round(session, lot, number)
    today = local_day(at)
    refuse_named(session, lot, halted, today)
    rule = rule_on(session, RULES[new.kind], today)
    article = _point(rule, new.ground)
    effective_at = moment(new.effective_at) if new.effective_at else at
    _refuse_untimely(session, halted, effective_at, at=at)
    if new.ground in BY_ACT:
        raise HaltedByAct(
            _(
                "That the debtor paid or the creditor takes is recorded by its own act, which stops"
                " the round (rule %(rule)s). Lawful: record the payment or the taking."
            ),
            field="ground",
            **rule.basis,
        )
    if new.ground == COVERED:
        _refuse_uncovered(session, lot, halted.held_on or today, today)
    said = Request(
        kind=new.kind,
        ground=new.ground,
        words=word("terms", new.ground).vi,
        article=article,
        document=new.document,
        effective_at=effective_at,
        rule_id=rule.id,
        note=new.note,
    )
    made = request_halt(session, actor, lot, halted, said, at=at)
    reason = f"{cite(article).vi}: {said.words} ({new.document}, {made.paper.number})"
    outcome = NewOutcome(code=CODES[new.kind], reason=reason)
    end_round(session, actor, lot_ref, number, outcome, at=at)
    return made.halt


def _refuse_untimely(
    session: Session, halted: AuctionRound, effective_at: datetime, *, at: datetime
) -> None:
    """A pause or a stop takes effect once the round's contract was signed, and is not ahead.

    Raises Invalid.
    """
    on = local_day(effective_at)
    not_ahead(on, at, field="effective_at")
    contract = session.get(AuctionContract, halted.contract_id or 0)
    if contract is not None and on < contract.signed_on:
        raise Invalid(
            _("The contract of the round was signed on %(signed)s, after that day."),
            field="effective_at",
            signed=contract.signed_on,
        )


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
