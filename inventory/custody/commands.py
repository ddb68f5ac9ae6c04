"""Acts of custody: taking in, moving, releasing. Each is one row of the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.models import AuditEntry
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound, OutOfPlace
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.base.together import Together
from inventory.custody import ledger
from inventory.custody.care import seals_of
from inventory.custody.doors import stored_for
from inventory.custody.models import Impediment
from inventory.custody.rules import (
    BLOCKS,
    BY_HAND,
    CustodyKind,
    Entry,
    Hindrance,
    ImpededAlready,
    SealState,
)
from inventory.custody.schemas import (
    Intake,
    Lifting,
    Move,
    Moved,
    NewImpediment,
    Release,
    TakeIn,
)
from inventory.custody.standings import Standing, refuse_taken_in


def take_in(session: Session, actor: Actor, reference: str, new: TakeIn, *, at: datetime) -> Moved:
    """Take an asset into a place.

    Raises Forbidden, NotFound, AlreadyTakenIn, PlaceIsClosed.
    """
    actor.require("custody.take_in")
    return _moved(reference, ledger.take_in(session, actor, reference, new, at=at))


def take_in_many(session: Session, actor: Actor, new: Intake, *, at: datetime) -> list[Moved]:
    """Take registered assets of one order into their places together: all of them, or none.

    Raises Forbidden, NotFound, AlreadyTakenIn, PlaceIsClosed, Invalid, and what the gate raises.
    """
    actor.require("custody.take_in")
    wanted: dict[str, int | None] = {tidy(one.asset).upper(): one.place_id for one in new.things}
    if len(wanted) < len(new.things):
        raise Invalid(_("An asset is named twice."), field="things")
    seals = seals_of(new.seals, wanted)
    standings = ledger.lock_many(session, actor, wanted, at=at, order=new.order)
    for standing in standings:
        refuse_taken_in(standing)
    steps = [_intake(one, new, seals.get(one.reference, {})) for one in standings]
    entries = ledger.write_steps(session, actor, steps, at=at)
    return [_moved(one.reference, e) for one, e in zip(standings, entries, strict=True)]


def _intake(one: Standing, new: Intake, seals: Mapping[str, SealState]) -> ledger.Step:
    kind, place = CustodyKind.TAKEN_IN, one.target_name or ""
    step = ledger.Step(one, kind, new.giver, place, new.reason, new.document, seals)
    return step._replace(purposes=stored_for(one.kind))


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


def raise_impediment(
    session: Session, actor: Actor, reference: str, new: NewImpediment, *, at: datetime
) -> None:
    """Say by hand why an asset may not be touched for now (a dispute, a torn seal).

    Raises Forbidden, NotFound, Invalid, ImpededAlready.
    """
    actor.require("impediments.raise")
    if new.code not in BY_HAND:
        raise Invalid(_("That impediment is raised by the act it belongs to."), field="code")
    impede(session, actor, [reference], new, at=at)


def lift_impediment(
    session: Session,
    actor: Actor,
    reference: str,
    new: Lifting,
    *,
    at: datetime,
) -> None:
    """Lift what was raised by hand; what a room raised is lifted by its own acts.

    Raises Forbidden, NotFound, Conflict.
    """
    actor.require("impediments.lift")
    standing = ledger.lock(session, actor, reference, None, at=at)
    i = Impediment
    found = session.scalar(
        select(i).where(i.id == new.impediment_id, i.asset_id == standing.asset_id)
    )
    if found is None:
        raise NotFound(_("There is no such impediment."), field="impediment_id")
    if found.source or found.lifted_at is not None:
        raise OutOfPlace(_("That impediment is lifted by the act it belongs to, or was already."))
    unimpede(session, actor, [reference], Hindrance(found.code), new.reason, at=at)


def impede(
    session: Session,
    actor: Actor,
    references: Sequence[str],
    new: NewImpediment,
    *,
    at: datetime,
    source: str = "",
) -> None:
    """Raise one impediment on several assets, for the rooms whose acts need it.

    ``source`` is the reference of the act (a stocktake, a transfer), whose permission serves.
    Raises NotFound, ImpededAlready.
    """
    standings = ledger.lock_many(session, actor, dict.fromkeys(references), at=at)
    blocks = int(BLOCKS[new.code])
    rows = [
        {
            "asset_id": standing.asset_id,
            "office_id": standing.office_id,
            "code": new.code.value,
            "source": source,
            "blocks": blocks,
            "reason": new.reason,
            "raised_at": at,
            "raised_by_id": actor.staff_id,
            "lifted_at": None,
            "lifted_by_id": None,
            "lift_reason": None,
        }
        for standing in standings
    ]
    there = ImpededAlready(_("That impediment is raised already."), field="code")
    with refused_by(session, "uq_impediment_open", there):
        data = {"code": new.code.value, "source": source}
        acts = _acts(actor, Act.IMPEDIMENT_RAISED, standings, data, at)
        _RAISE.write(session, impediment=rows, audit_entry=acts)
    _sum_up(session, standings)


def unimpede(
    session: Session,
    actor: Actor,
    references: Sequence[str],
    code: Hindrance,
    reason: str,
    *,
    at: datetime,
    source: str = "",
) -> None:
    """Lift an impediment of one source from several assets; those without it are left alone.

    Raises NotFound.
    """
    standings = ledger.lock_many(session, actor, dict.fromkeys(references), at=at)
    i = Impediment
    session.execute(
        update(i)
        .where(
            i.asset_id.in_([standing.asset_id for standing in standings]),
            i.code == code.value,
            i.source == source,
            i.lifted_at.is_(None),
        )
        .values(lifted_at=at, lifted_by_id=actor.staff_id, lift_reason=reason)
        .execution_options(synchronize_session=False)
    )
    data = {"code": code.value, "source": source}
    acts = _acts(actor, Act.IMPEDIMENT_LIFTED, standings, data, at)
    session.execute(insert(AuditEntry), acts)
    _sum_up(session, standings)


_RAISE = Together(add=(Impediment, AuditEntry))
_SUM_UP = text(
    "UPDATE holding h SET blocked = coalesce((SELECT bit_or(i.blocks) FROM impediment i"
    " WHERE i.asset_id = h.asset_id AND i.lifted_at IS NULL), 0)"
    " WHERE h.asset_id = ANY(:assets)"
)


def _sum_up(session: Session, standings: Sequence[Standing]) -> None:
    """Keep on the holdings, which are locked, what their open impediments forbid together."""
    session.execute(_SUM_UP, {"assets": [standing.asset_id for standing in standings]})


def _acts(
    actor: Actor,
    code: Act,
    standings: Sequence[Standing],
    data: dict[str, str],
    at: datetime,
) -> list[dict[str, Any]]:
    return [
        audit.row_of(
            actor,
            code,
            audit.Subject("asset", one.asset_id, one.reference, one.office_id),
            data,
            at=at,
        )
        for one in standings
    ]


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
