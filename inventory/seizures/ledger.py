"""Which seizures the rooms above have taken up into the life of their asset."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

_OF_ASSETS = text("""
UPDATE seizure SET followed_at = :at
WHERE asset_id = ANY (CAST(:assets AS bigint[])) AND followed_at IS NULL AND released_on IS NULL
RETURNING asset_id, decision_on, decision_number
""")
_NEXT = text("""
UPDATE seizure SET followed_at = :at
WHERE id IN (SELECT id FROM seizure WHERE followed_at IS NULL ORDER BY id LIMIT :most
  FOR UPDATE SKIP LOCKED)
RETURNING asset_id, decision_on, decision_number
""")
_ANY = text("SELECT EXISTS (SELECT FROM seizure WHERE followed_at IS NULL)")


class Followed(msgspec.Struct, frozen=True):
    """A seizure that is taken up: the asset, the day and number of the decision."""

    asset_id: int
    on: date
    document: str


def follow_seizures(session: Session, asset_ids: Sequence[int], *, at: datetime) -> list[Followed]:
    """Take up the open seizures of some assets, the first decision first."""
    rows = session.execute(_OF_ASSETS, {"assets": list(asset_ids), "at": at})
    return sorted((Followed(*row) for row in rows), key=_order)


def follow_next(session: Session, most: int, *, at: datetime) -> list[Followed]:
    """Take up the seizures that wait, so many at most; others may do the same beside."""
    rows = session.execute(_NEXT, {"most": most, "at": at})
    return sorted((Followed(*row) for row in rows), key=_order)


def some_wait(session: Session) -> bool:
    """Whether a seizure waits to be taken up."""
    return bool(session.scalar(_ANY))


def _order(one: Followed) -> tuple[date, str]:
    return one.on, one.document
