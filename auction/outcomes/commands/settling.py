"""What an officer says of a round must be what its list and its session say."""

from datetime import date

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from auction.bidding.course import Course
from auction.bidding.models import Bidder
from auction.bidding.rules import Outcome, OutcomeIncomplete
from auction.bidding.sessions import RoundSession, session_of
from auction.lots.models import AuctionRound
from auction.outcomes.rules import Faults, needs_opening
from auction.outcomes.schemas import NewOutcome
from inventory.base.messages import _, label_of


def settle(
    session: Session, held_round: AuctionRound, new: NewOutcome, held_on: date
) -> tuple[NewOutcome, Bidder | None, bool]:
    """The outcome with what the session knows filled in, who won, and whether there is a list.

    Where nobody was entered into the list there is nothing to compare with.
    Raises OutcomeIncomplete.
    """
    listed = bool(session.scalar(select(exists().where(Bidder.round_id == held_round.id))))
    if not listed or not needs_opening(new.code):
        return new, None, listed
    now = session_of(session, held_round, held_on)
    faults = _faults(now, new)
    if faults:
        raise OutcomeIncomplete.many(_("Some fields need another look."), faults)
    winner = now.course.winner if new.code is Outcome.SOLD else None
    number = winner.bidder if winner else None
    bidder = session.scalar(
        select(Bidder).where(Bidder.round_id == held_round.id, Bidder.number == number)
    )
    filled = msgspec.structs.replace(
        new,
        registered=_registered(now),
        sale_price=winner.amount if winner else new.sale_price,
        buyer_name=bidder.name if bidder else new.buyer_name,
    )
    return filled, bidder, listed


def _registered(now: RoundSession) -> int:
    return sum(1 for one in now.bidders if one.tie is None)


def _faults(now: RoundSession, new: NewOutcome) -> Faults:
    registered = _registered(now)
    faults: Faults = {}
    if new.registered is not None and new.registered != registered:
        text = _("The list has %(registered)s bidders who may take part.")
        faults["registered"] = (text, {"registered": registered})
    if now.proposal is None:
        faults["code"] = (_open_text(now.course), {})
    elif new.code is not now.proposal:
        text = _("By the list and the bids it is: %(outcome)s.")
        faults["code"] = (text, {"outcome": label_of(now.proposal)})
    winner = now.course.winner
    if new.code is Outcome.SOLD and winner is not None:
        name = next(one.name for one in now.bidders if one.number == winner.bidder)
        if new.sale_price is not None and new.sale_price != winner.amount:
            text = _("The winning bid is %(price)s.")
            faults["sale_price"] = (text, {"price": winner.amount})
        if new.buyer_name is not None and new.buyer_name != name:
            faults["buyer_name"] = (_("The winner is %(name)s."), {"name": name})
    return faults


def _open_text(course: Course) -> str:
    if course.next_bidder is not None:
        return _("The next bidder has not said yet whether he takes the asset.")
    return _("Some offered the same highest price: let them bid again or draw lots first.")
