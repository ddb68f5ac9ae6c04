"""Acts of custody: taking in, moving, releasing. Each is one row of the ledger."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.custody import ledger
from inventory.custody.rules import Entry
from inventory.custody.schemas import Move, Moved, Release, TakeIn


def take_in(session: Session, actor: Actor, reference: str, new: TakeIn, *, at: datetime) -> Moved:
    """Take an asset into a place.

    Raises Forbidden, NotFound, AlreadyTakenIn, PlaceIsClosed.
    """
    actor.require("custody.take_in")
    return _moved(reference, ledger.take_in(session, actor, reference, new, at=at))


def move(session: Session, actor: Actor, reference: str, new: Move, *, at: datetime) -> Moved:
    """Move an asset from the place it is in to another of the same office.

    Raises Forbidden, NotFound, NotInCustody, NotHeldHere, AlreadyThere, PlaceIsClosed.
    """
    actor.require("custody.move")
    return _moved(reference, ledger.move(session, actor, reference, new, at=at))


def release(session: Session, actor: Actor, reference: str, new: Release, *, at: datetime) -> Moved:
    """Let an asset leave custody to a named receiver.

    Raises Forbidden, NotFound, NotInCustody, NotHeldHere.
    """
    actor.require("custody.release")
    return _moved(reference, ledger.release(session, actor, reference, new, at=at))


def _moved(reference: str, entry: Entry) -> Moved:
    return Moved(
        reference=reference,
        seq=entry.seq,
        kind=entry.kind,
        from_place_id=entry.from_place_id,
        to_place_id=entry.to_place_id,
        receiver=entry.receiver,
        at=entry.at,
    )
