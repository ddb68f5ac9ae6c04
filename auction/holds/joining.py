"""Lots that are formed while a hold is open: what keeps an asset keeps the lot it comes into."""

from collections.abc import Sequence

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auction.deadlines.models import Standstill
from auction.holds.models import HoldAsset
from auction.holds.rules import HoldSubject

_KEPT = ("hold_id", "office_id", "kind", "keys", "spares", "proof", "from_on")


def hold_new_lot(
    session: Session, lot_id: int, lot_ref: str, asset_ids: Sequence[int]
) -> list[int]:
    """Let the open holds on some assets stop the limits of a lot just formed of them; which did.

    The assets are locked by the caller, as whoever opens a hold locks them. Its acts wait already,
    for they ask for holds on its assets; again changes nothing.
    """
    kept = [getattr(Standstill, name) for name in _KEPT]
    joined = (
        select(*kept, literal(HoldSubject.LOT.value), literal(lot_id), literal(lot_ref))
        .join(HoldAsset, HoldAsset.hold_id == Standstill.hold_id)
        .where(HoldAsset.asset_id.in_(asset_ids), Standstill.to_on.is_(None))
    )
    names = [*_KEPT, "subject_kind", "subject_id", "subject_ref"]
    made = (
        insert(Standstill)
        .from_select(names, joined)
        .on_conflict_do_nothing()
        .returning(Standstill.hold_id)
    )
    return sorted(session.scalars(made))
