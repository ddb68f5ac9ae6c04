"""A lot as the rooms below know it."""

from auction.deadlines.schemas import DeadlineSubject
from auction.lots.models import Lot
from auction.lots.schemas import LotOut


def due_subject(lot: Lot | LotOut) -> DeadlineSubject:
    """A lot as the deadlines and departures know it."""
    return DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
