"""The only writer of the custody ledger and of the present holding.

Every asset has its holding row from registration on; whoever acts on the asset locks that row
first, so two acts on one asset follow each other and acts on different assets never wait.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import Direct
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.together import Together
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import (
    GENESIS,
    AlreadyTakenIn,
    AlreadyThere,
    CustodyKind,
    Entry,
    NotHeldHere,
    NotInCustody,
    entry_hash,
)
from inventory.custody.schemas import Move, Release, TakeIn
from inventory.warehouses.rules import PlaceIsClosed


class Standing(NamedTuple):
    """Where a locked asset stands, and the place it is to go to, if any."""

    asset_id: int
    reference: str
    office_id: int
    seq: int
    hash: bytes
    place_id: int | None
    place_name: str | None
    receiver: str
    target_id: int | None
    target_name: str | None
    target_closed: bool


_LOCK = Direct(
    "SELECT a.id, a.reference, a.office_id, h.seq, h.hash, h.place_id,"
    " (SELECT p.name FROM place p WHERE p.id = h.place_id), h.receiver,"
    " t.id, t.name, coalesce(t.closed_on <= %(day)s::date, false)"
    " FROM asset a JOIN holding h ON h.asset_id = a.id"
    " LEFT JOIN LATERAL (SELECT p.id, p.name, p.closed_on FROM place p"
    " WHERE p.id = %(target)s::bigint AND p.office_id = a.office_id FOR KEY SHARE) t ON true"
    " WHERE a.reference = %(reference)s FOR UPDATE OF h"
)
"""The target is locked as well, as the foreign key will do, so that it is not closed meanwhile."""


def lock(
    session: Session, actor: Actor, reference: str, target_id: int | None, *, at: datetime
) -> Standing:
    """Lock an asset's holding and read where it stands and where it is to go.

    Raises NotFound where the asset or the place is unknown or of a foreign office, PlaceIsClosed.
    """
    asked = {"reference": reference, "target": target_id, "day": local_day(at)}
    row = _LOCK.ask(session.connection(), asked)
    standing = Standing(*row) if row is not None else None
    if standing is None or not actor.sees(standing.office_id):
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    if target_id is not None and standing.target_id is None:
        raise NotFound(_("There is no such place."), field="place_id")
    if standing.target_closed:
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return standing


def take_in(session: Session, actor: Actor, reference: str, new: TakeIn, *, at: datetime) -> Entry:
    """Take an asset into a place.

    Raises AlreadyTakenIn, NotFound, PlaceIsClosed.
    """
    standing = lock(session, actor, reference, new.place_id, at=at)
    if standing.place_id is not None:
        raise AlreadyTakenIn(
            _("%(reference)s is in %(place)s already."),
            reference=reference,
            place=standing.place_name or "",
        )
    return _append(
        session,
        actor,
        standing,
        CustodyKind.TAKEN_IN,
        giver=new.giver,
        receiver=standing.target_name or "",
        reason=new.reason,
        document=new.document,
        at=at,
    )


def move(session: Session, actor: Actor, reference: str, new: Move, *, at: datetime) -> Entry:
    """Move an asset from the place it is in to another of the same office.

    Raises NotInCustody, NotHeldHere, AlreadyThere, NotFound, PlaceIsClosed.
    """
    standing = _held(session, actor, reference, new.from_place_id, new.place_id, at=at)
    if standing.target_id == standing.place_id:
        raise AlreadyThere(_("It is there already."), field="place_id")
    return _append(
        session,
        actor,
        standing,
        CustodyKind.MOVED,
        giver=standing.place_name or "",
        receiver=standing.target_name or "",
        reason=new.reason,
        document=new.document,
        at=at,
    )


def release(session: Session, actor: Actor, reference: str, new: Release, *, at: datetime) -> Entry:
    """Let an asset leave custody to a named receiver.

    Raises NotInCustody, NotHeldHere, NotFound.
    """
    standing = _held(session, actor, reference, new.from_place_id, None, at=at)
    return _append(
        session,
        actor,
        standing,
        CustodyKind.RELEASED,
        giver=standing.place_name or "",
        receiver=new.receiver,
        reason=new.reason,
        document=new.document,
        at=at,
    )


def first_entry(
    actor: Actor, asset_id: int, office_id: int, place_name: str, new: TakeIn, *, at: datetime
) -> Entry:
    """The first link of a new asset that is taken in as it is registered."""
    return Entry(
        asset_id=asset_id,
        seq=1,
        kind=CustodyKind.TAKEN_IN,
        from_place_id=None,
        to_place_id=new.place_id,
        giver=new.giver,
        receiver=place_name,
        reason=new.reason,
        document=new.document,
        at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        office_id=office_id,
    )


def row_of(entry: Entry, previous: bytes) -> dict[str, Any]:
    """An entry as its table keeps it, sealed with its hash."""
    return {
        **{name: getattr(entry, name) for name in Entry.__struct_fields__},
        "kind": entry.kind.value,
        "previous_hash": previous,
        "hash": entry_hash(entry, previous),
    }


def holding_of(entry: Entry, sealed: bytes) -> dict[str, Any]:
    """The holding that an entry leaves behind."""
    return {
        "asset_id": entry.asset_id,
        "office_id": entry.office_id,
        "place_id": entry.to_place_id,
        "receiver": entry.receiver,
        "since": entry.at,
        "seq": entry.seq,
        "hash": sealed,
    }


def no_holding(asset_id: int, office_id: int, *, at: datetime) -> dict[str, Any]:
    """The holding of an asset that was never taken in."""
    return {
        "asset_id": asset_id,
        "office_id": office_id,
        "place_id": None,
        "receiver": "",
        "since": at,
        "seq": 0,
        "hash": GENESIS,
    }


def _held(
    session: Session,
    actor: Actor,
    reference: str,
    from_id: int,
    to_id: int | None,
    *,
    at: datetime,
) -> Standing:
    standing = lock(session, actor, reference, to_id, at=at)
    if standing.place_id is None:
        raise NotInCustody(_("%(reference)s is in no place."), reference=reference)
    if standing.place_id != from_id:
        raise NotHeldHere(
            _("%(reference)s is not there but in %(place)s."),
            field="from_place_id",
            reference=reference,
            place=standing.place_name or "",
        )
    return standing


_APPEND = Together(add=(CustodyEntry, AuditEntry), replace=(Holding,))


def _append(
    session: Session,
    actor: Actor,
    standing: Standing,
    kind: CustodyKind,
    *,
    giver: str,
    receiver: str,
    reason: str,
    document: str,
    at: datetime,
) -> Entry:
    entry = Entry(
        asset_id=standing.asset_id,
        seq=standing.seq + 1,
        kind=kind,
        from_place_id=standing.place_id,
        to_place_id=standing.target_id,
        giver=giver,
        receiver=receiver,
        reason=reason,
        document=document,
        at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        office_id=standing.office_id,
    )
    row = row_of(entry, standing.hash)
    subject = audit.Subject("asset", entry.asset_id, standing.reference, entry.office_id)
    data = {"from": entry.from_place_id, "to": entry.to_place_id, "seq": entry.seq}
    act = audit.row_of(actor, f"custody.asset.{kind.value}", subject, data, at=at)
    left = holding_of(entry, row["hash"])
    _APPEND.write(session, custody_entry=[row], holding=[left], audit_entry=[act])
    return entry
