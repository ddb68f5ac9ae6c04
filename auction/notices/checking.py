"""How the notices of a lot's awaited round stand today."""

from datetime import date

from sqlalchemy.orm import Session

from auction.lots.queries import last_round
from auction.lots.rules import LotStep
from auction.lots.schemas import LotOut
from auction.notices import queries
from auction.notices.schemas import NoticeCheck
from inventory.base.actor import Actor


def check_lot(session: Session, actor: Actor, lot: LotOut, today: date) -> NoticeCheck:
    """The notices of the open round of a lot, or of the next one.

    Raises CalendarUnknown.
    """
    fixed = last_round(session, lot.id)
    open_round = fixed if fixed is not None and lot.awaits == LotStep.OUTCOME else None
    number = 1 if fixed is None else fixed.number + (open_round is None)
    price = fixed.starting_price if fixed is not None and fixed.starting_price else None
    return queries.check_round(
        session,
        lot.id,
        number,
        price or queries.value_of_lot(session, actor, lot, today),
        opening=open_round.held_on if open_round else None,
        on=today,
        round_id=open_round.id if open_round else None,
    )
