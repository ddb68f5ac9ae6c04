"""Which seizures the rooms above have taken up into the life of their asset."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from inventory.seizures.rules import SeizureWay

_OF_ASSETS = text("""
UPDATE seizure SET followed_at = :at
WHERE asset_id = ANY (CAST(:assets AS bigint[])) AND followed_at IS NULL AND released_on IS NULL
RETURNING asset_id, decision_on, decision_number, way
""")
_NEXT = text("""
UPDATE seizure SET followed_at = :at
WHERE id IN (SELECT id FROM seizure WHERE followed_at IS NULL ORDER BY id LIMIT :most
  FOR UPDATE SKIP LOCKED)
RETURNING asset_id, decision_on, decision_number, way
""")
_OPEN = text("""
SELECT asset_id, decision_on, decision_number, way FROM seizure
WHERE asset_id = ANY (CAST(:assets AS bigint[])) AND released_on IS NULL
""")
_ANY = text("SELECT EXISTS (SELECT FROM seizure WHERE followed_at IS NULL)")


class Followed(msgspec.Struct, frozen=True):
    """A seizure that is taken up: the asset, the day and number of the decision, how it came."""

    asset_id: int
    on: date
    document: str
    way: SeizureWay


def follow_seizures(session: Session, asset_ids: Sequence[int], *, at: datetime) -> list[Followed]:
    """Take up the open seizures of some assets, the first decision first."""
    rows = session.execute(_OF_ASSETS, {"assets": list(asset_ids), "at": at})
    return _in_order(rows)


def seizures_in_force(session: Session, asset_ids: Sequence[int]) -> list[Followed]:
    """The seizures in force of some assets, taken up or not, the first decision first."""
    return _in_order(session.execute(_OPEN, {"assets": list(asset_ids)}))


def follow_next(session: Session, most: int, *, at: datetime) -> list[Followed]:
    """Take up the seizures that wait, so many at most; others may do the same beside."""
    rows = session.execute(_NEXT, {"most": most, "at": at})
    return _in_order(rows)


def some_wait(session: Session) -> bool:
    """Whether a seizure waits to be taken up."""
    return bool(session.scalar(_ANY))


def _in_order(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Followed]:
    found = (Followed(row[0], row[1], row[2], SeizureWay(row[3])) for row in rows)
    return sorted(found, key=lambda one: (one.on, one.document))
