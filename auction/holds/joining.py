"""What comes to what is held: lots formed of it, things seized or held for a case on hold."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auction.deadlines.excusing import follow_holds
from auction.deadlines.models import Deadline, Standstill
from auction.deadlines.moving import not_broken
from auction.deadlines.queries import is_open
from auction.holds.models import Hold, HoldAsset
from auction.holds.rules import HoldKind, HoldOpened, HoldSubject
from auction.holds.subjects import open_lots
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.events import publish
from inventory.evidence.rules import EvidenceHeld
from inventory.seizures.models import Seizure
from inventory.seizures.rules import AssetsSeized

JOINED = "holds.hold.joined"
_KEPT = ("hold_id", "office_id", "kind", "keys", "spares", "proof")


def hold_new_lot(
    session: Session, lot_id: int, lot_ref: str, asset_ids: Sequence[int]
) -> list[int]:
    """Let the open holds on some assets stop the limits of a lot just formed of them; which did.

    The assets are locked by the caller, as whoever opens a hold locks them. Its acts wait already,
    for they ask for holds on its assets; again changes nothing.
    """
    kept = [getattr(Standstill, name) for name in (*_KEPT, "from_on")]
    joined = (
        select(*kept, literal(HoldSubject.LOT.value), literal(lot_id), literal(lot_ref))
        .join(HoldAsset, HoldAsset.hold_id == Standstill.hold_id)
        .where(HoldAsset.asset_id.in_(asset_ids), Standstill.to_on.is_(None))
    )
    names = [*_KEPT, "from_on", "subject_kind", "subject_id", "subject_ref"]
    made = (
        insert(Standstill)
        .from_select(names, joined)
        .on_conflict_do_nothing()
        .returning(Standstill.hold_id)
    )
    return sorted(session.scalars(made))


def hold_seized(session: Session, event: AssetsSeized) -> None:
    """Draw what was seized for a case into the open holds of that case.

    Its limits stand still, and its acts wait, from the day of the seizure, or of the hold where
    that is later. The assets are locked or new; rows that name the case make a new hold of it wait.
    """
    for hold in _open_holds(session, event):
        _join(session, hold, event, _kept_of(session, hold, event))


def hold_evidence(session: Session, event: EvidenceHeld) -> None:
    """Draw what came to be held as evidence in a case into the open holds of that case.

    From the day of its receipt, as what is seized. A hold that only keeps the debtor from trading
    what is his leaves it out (D152/26 Art. 54(4)): nothing says that it is his.
    """
    for hold in _open_holds(session, event):
        if hold.kind != HoldKind.TRANSACTIONS_FROZEN:
            _join(session, hold, event, event.asset_ids)


def _open_holds(session: Session, event: AssetsSeized | EvidenceHeld) -> Sequence[Hold]:
    return session.scalars(
        select(Hold)
        .where(
            Hold.subject_kind == HoldSubject.CASE.value,
            Hold.subject_id == event.case_id,
            Hold.ended_on.is_(None),
            or_(Hold.longest_until.is_(None), Hold.longest_until >= event.on),
        )
        .order_by(Hold.id)
    ).all()


def _join(
    session: Session, hold: Hold, event: AssetsSeized | EvidenceHeld, kept: Sequence[int]
) -> None:
    """Bring assets and the open lots they are in under a hold; again changes nothing."""
    rows = [
        {"hold_id": hold.id, "asset_id": asset_id, "office_id": hold.office_id} for asset_id in kept
    ]
    if not rows:
        return
    named = insert(HoldAsset).on_conflict_do_nothing().returning(HoldAsset.asset_id)
    ids = sorted(session.scalars(named, rows))
    if not ids:
        return
    since = max(hold.started_on, event.on)
    found = session.execute(select(Asset.id, Asset.reference).where(Asset.id.in_(ids)))
    assets = [(asset_id, ref) for asset_id, ref in found]
    lots = open_lots(session, ids)
    _stand_still(session, hold, HoldSubject.ASSET, assets, since)
    _stand_still(session, hold, HoldSubject.LOT, lots, since)
    limits = session.scalars(
        select(Deadline.id).where(
            or_(
                Deadline.asset_id.in_(ids),
                Deadline.lot_id.in_([lot_id for lot_id, _ref in lots]),
            ),
            is_open(),
            not_broken(since),
        )
    ).all()
    if limits:
        follow_holds(session, event.actor, limits, at=event.at)
    subject = audit.Subject("hold", hold.id, hold.subject_ref, hold.office_id)
    data = {"assets": [ref for _id, ref in assets], "from": since.isoformat()}
    audit.record(session, event.actor, JOINED, subject, data, at=event.at)
    opened = HoldOpened(hold.id, HoldKind(hold.kind), tuple(ids), since, event.actor, event.at)
    publish(session, opened)


def _kept_of(session: Session, hold: Hold, event: AssetsSeized) -> Sequence[int]:
    """What of the seized things a hold keeps: what the debtor chose himself is not frozen."""
    if hold.kind != HoldKind.TRANSACTIONS_FROZEN:
        return event.asset_ids
    chosen = select(Seizure.asset_id).where(
        Seizure.asset_id.in_(event.asset_ids),
        Seizure.case_id == event.case_id,
        Seizure.debtor_asked,
    )
    return sorted({*event.asset_ids} - {*session.scalars(chosen)})


def _stand_still(
    session: Session,
    hold: Hold,
    kind: HoldSubject,
    subjects: Sequence[tuple[int, str]],
    since: date,
) -> None:
    """Keep that a hold stops the limits of further things, as it stops those of its case.

    A hold that only freezes for transactions stops none.
    """
    of_case = select(Standstill).where(
        Standstill.hold_id == hold.id, Standstill.subject_kind == HoldSubject.CASE.value
    )
    kept = session.scalars(of_case).one_or_none()
    if kept is None:
        return
    same = {name: getattr(kept, name) for name in _KEPT}
    rows = [
        {
            **same,
            "from_on": since,
            "subject_kind": kind.value,
            "subject_id": subject_id,
            "subject_ref": ref,
        }
        for subject_id, ref in subjects
    ]
    if rows:
        session.execute(insert(Standstill).values(rows).on_conflict_do_nothing())
