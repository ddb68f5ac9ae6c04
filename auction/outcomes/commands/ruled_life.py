"""What a ruling on a lot's newest round means for the life of its assets and for their limits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.failures import failed_before
from auction.bidding.models import RoundRuling
from auction.bidding.rules import Held, Meaning
from auction.deadlines.commands import void_deadlines
from auction.life.ledger import InRound, take_steps
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.life.schemas import Taken
from auction.lots.models import AuctionRound, Lot, PriceReduction
from auction.lots.queries import last_round
from auction.lots.subjects import due_subject
from auction.outcomes.commands.follow_up import call_for_agreement
from inventory.base.actor import Actor

NOT_HELD = frozenset({State.CONTRACTED, State.ANNOUNCED, State.AUCTION_DAY})
"""Where an asset stands whose round was stopped, paused or ruled away."""
FAILED = frozenset({State.FAILED, State.REDUCED})
OF_A_FAILURE = (
    "failure_notice_to_parties",
    "reduction_decision_due",
    "reduction_decision_due_state_revenue",
    "reduction_agreement_call",
    "reduction_agreement_period",
    "next_round_target",
    "failed_papers_back",
)
"""Limits that a failure began and that fall away with it."""


def follow_in_life(
    session: Session,
    actor: Actor,
    lot: Lot,
    held_round: AuctionRound,
    ruling: RoundRuling,
    *,
    was: Held | None,
    assets: Sequence[int],
    at: datetime,
) -> None:
    """Take the step of a failure that a ruling makes, or the one that takes a failure back.

    Nothing taken before is changed: the correcting step stands beside it. A ruling on a round that
    others followed moves counters only; what was done after it stays done.
    """
    last = last_round(session, lot.id)
    if last is None or last.id != held_round.id:
        return
    fails = ruling.meaning == Meaning.FAILED
    if fails:
        steps = _failing(session, held_round, ruling)
    elif was is Held.FAILED:
        steps = [_taken(Step.FAILURE_WITHDRAWN, ruling)]
    else:
        return
    wanted = NOT_HELD if fails else FAILED
    now = standing_of(session, assets)
    standing = [one for one in assets if one in now and now[one].state in wanted]
    if not standing:
        return
    subject = due_subject(lot)
    if not fails:
        void_deadlines(session, actor, subject, OF_A_FAILURE, at=at, why=ruling.ground)
    about = InRound(lot.id, held_round.id, held_round.number)
    take_steps(session, actor, standing, steps, at=at, subject=subject, about=about)
    if fails and Step.PRICE_REDUCED not in steps[-1].steps:
        failed = failed_before(session, lot.id, held_round.id)
        call_for_agreement(session, actor, lot, failed, ruling.ruled_on, at=at)


def _failing(session: Session, held_round: AuctionRound, ruling: RoundRuling) -> list[Taken]:
    """The failure, and the price decision after it that counts again with it."""
    steps = [_taken(Step.ROUND_FAILED, ruling)]
    decided = session.scalar(
        select(PriceReduction.decision_number).where(PriceReduction.round_id == held_round.id)
    )
    if decided is not None:
        on = ruling.ruled_on
        steps.append(Taken(steps=(Step.PRICE_REDUCED,), on=on, document=decided))
    return steps


def _taken(step: Step, ruling: RoundRuling) -> Taken:
    return Taken(
        steps=(step,),
        on=ruling.ruled_on,
        document=ruling.document,
        note=f"{ruling.ground} ({ruling.article})",
        ruled=True,
    )
