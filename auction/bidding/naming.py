"""Whether the winner of a round is named: from then on nothing is paused, stopped or cancelled."""

from datetime import date

from sqlalchemy.orm import Session

from auction.bidding.course import BidKind
from auction.bidding.queries import find_outcome
from auction.bidding.rules import WinnerNamed
from auction.bidding.sessions import said_in, session_of
from auction.legal_rules.queries import basis_on
from auction.lots.models import AuctionRound, Lot
from inventory.base.messages import _

RULE = "pause_stop_clause"
AFTER_NAMING = frozenset(
    {
        BidKind.DRAWN,
        BidKind.REFUSED,
        BidKind.REFUSED_TO_SIGN,
        BidKind.ACCEPTED,
        BidKind.DECLINED,
    }
)
"""What is only said once somebody has won."""


def refuse_named(
    session: Session, lot: Lot, held_round: AuctionRound, on: date, *, field: str = "kind"
) -> None:
    """Refuse to end a round otherwise than by its outcome once its winner is named.

    By its outcome; by what was said in its session; by the bids once its day is over.
    Raises WinnerNamed (L25 Art. 84(3)).
    """
    ended = find_outcome(session, held_round.id) is not None
    if not ended and not _won(session, held_round, on):
        return
    text = (
        _(
            "Round %(number)s of lot %(lot)s has its outcome: an auction is paused or stopped only"
            " before the winner is named (rule %(rule)s). Lawful then: the result of a sale is"
            " cancelled by its own act."
        )
        if ended
        else _(
            "The winner of round %(number)s of lot %(lot)s is named: an auction is paused, stopped"
            " or cancelled only before (rule %(rule)s). Lawful: record the outcome; the result of"
            " a sale is cancelled by its own act."
        )
    )
    raise WinnerNamed(
        text,
        field=field,
        number=held_round.number,
        lot=lot.reference,
        **basis_on(session, RULE, on),
    )


def _won(session: Session, held_round: AuctionRound, on: date) -> bool:
    said = said_in(session, held_round.id)
    if any(one.kind in AFTER_NAMING for one in said):
        return True
    held_on = held_round.held_on
    if not said or held_on is None or on <= held_on:
        return False
    return session_of(session, held_round, held_on).course.winner is not None
