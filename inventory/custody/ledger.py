"""The only writer of the custody ledger and of the present holding.

Every asset has its holding row from registration on; whoever acts on the asset locks that row
first, so two acts on one asset follow each other and acts on different assets never wait.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import Direct, Row
from inventory.base.errors import NotFound
from inventory.base.events import publish
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.together import Rows, Together
from inventory.custody.care import CARE_COLUMNS, Care, Handling, refuse_careless
from inventory.custody.doors import stored_for
from inventory.custody.entries import act_row, counts_of, holding_of, row_of, uses_of
from inventory.custody.gate import AtTheDoor, let_through
from inventory.custody.models import CustodyEntry, Holding, PlaceCount
from inventory.custody.rules import (
    AlreadyThere,
    AnotherWarehouse,
    CustodyKind,
    Entry,
    SealsNoted,
    SealState,
)
from inventory.custody.schemas import Move, Release, TakeIn
from inventory.custody.standings import (
    Around,
    Standing,
    refuse_elsewhere,
    refuse_out_of_turn,
    refuse_taken_in,
)
from inventory.keepers.queries import KEEPS
from inventory.orders.ledger import (
    GATE,
    GATE_COLUMNS,
    NO_GATE_COLUMNS,
    Line,
    asked_of,
    with_number,
)
from inventory.orders.models import OrderBalance, OrderUse
from inventory.orders.rules import BY_ORDER_ONLY, Direction, Purpose
from inventory.warehouses.rules import PlaceIsClosed

_ROOT = "nullif(split_part(p.path, '/', 2), '')::bigint"
_KEPT = KEEPS.format(root=_ROOT, staff="%(staff)s::bigint", day="%(day)s::date")
_COLUMNS = (
    "SELECT a.id, a.reference, a.office_id, h.seq, h.hash, h.place_id,"  # noqa: S608 - our words
    " (SELECT p.name FROM place p WHERE p.id = h.place_id), h.receiver, h.kind,"
    " {target}, a.quantity, h.blocked,"
    f" (SELECT jsonb_build_array(p.custody_form, {_ROOT}, EXISTS ({_KEPT}))"
    " FROM place p WHERE p.id = h.place_id),"
    f" {{there}}, {CARE_COLUMNS}, {{gate}}"
)
_TARGET = (
    " LEFT JOIN LATERAL (SELECT p.id, p.name, p.closed_on, p.custody_form,"  # noqa: S608 - our words
    f" {_ROOT} AS root,"
    f" EXISTS ({_KEPT}) AS kept FROM place p"
    " WHERE p.id = {target} AND p.office_id = a.office_id FOR KEY SHARE) t ON true"
)
"""The target is locked as well, as the foreign key will do, so that it is not closed meanwhile."""


def _asked_for(*, target: bool, order: bool) -> str:
    """The columns of a standing; what is not asked for is empty."""
    return _COLUMNS.format(
        target="t.id, t.name, coalesce(t.closed_on <= %(day)s::date, false)"
        if target
        else "NULL, NULL, false",
        there="jsonb_build_array(t.custody_form, t.root, t.kept)" if target else "NULL",
        gate=GATE_COLUMNS if order else NO_GATE_COLUMNS,
    )


def _lock_one(*, target: bool, order: bool) -> Direct:
    """An act without a target or an order does not look for them: each costs more than the rest."""
    return Direct(
        f"{_asked_for(target=target, order=order)} FROM asset a"
        " JOIN holding h ON h.asset_id = a.id"
        f"{_TARGET.format(target='%(target)s::bigint') if target else ''}{GATE if order else ''}"
        " WHERE a.reference = %(reference)s FOR UPDATE OF h"
    )


_LOCK = {
    (target, order): _lock_one(target=target, order=order)
    for target in (False, True)
    for order in (False, True)
}
_LOCK_MANY = Direct(
    f"{_asked_for(target=True, order=True)}"
    " FROM unnest(%(references)s::text[], %(targets)s::bigint[]) w (reference, target)"
    " JOIN asset a ON a.reference = w.reference JOIN holding h ON h.asset_id = a.id"
    f"{_TARGET.format(target='w.target')}{GATE}"
    " ORDER BY a.id FOR UPDATE OF h"
)


def lock(
    session: Session,
    actor: Actor,
    reference: str,
    target_id: int | None,
    *,
    at: datetime,
    order: str | None = None,
    direction: Direction = Direction.IN,
) -> Standing:
    """Lock an asset's holding and read where it stands, where it is to go and on which order.

    Raises NotFound where the asset or the place is unknown or of a foreign office, PlaceIsClosed.
    """
    asked = _asked(actor, order, direction, at) | {"reference": reference, "target": target_id}
    statement = _LOCK[target_id is not None, order is not None]
    row = statement.ask(session.connection(), asked)
    standing = _standing(row, order) if row is not None else None
    if standing is None or not actor.sees(standing.office_id):
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    if target_id is not None and standing.target_id is None:
        raise NotFound(_("There is no such place."), field="place_id")
    if standing.target_closed:
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return standing


def take_in(session: Session, actor: Actor, reference: str, new: TakeIn, *, at: datetime) -> Entry:
    """Take an asset into a place.

    Raises AlreadyTakenIn, NotFound, PlaceIsClosed, and what the gate raises.
    """
    standing = lock(session, actor, reference, new.place_id, at=at, order=new.order)
    refuse_taken_in(standing)
    gives, takes = new.giver, standing.target_name or ""
    step = Step(standing, CustodyKind.TAKEN_IN, gives, takes, new.reason, new.document, new.seals)
    return _written(session, actor, step._replace(purposes=stored_for(standing.kind)), at=at)


def move(session: Session, actor: Actor, reference: str, new: Move, *, at: datetime) -> Entry:
    """Move an asset from the place it is in to another of the same office.

    Raises NotInCustody, NotHeldHere, AlreadyThere, AnotherWarehouse, NotFound, PlaceIsClosed, and
    what the gate raises.
    """
    standing = lock(session, actor, reference, new.place_id, at=at)
    refuse_elsewhere(standing, new.from_place_id)
    if standing.target_id == standing.place_id:
        raise AlreadyThere(_("It is there already."), field="place_id")
    if standing.here and standing.there and standing.here[:2] != standing.there[:2]:
        raise AnotherWarehouse(
            _("A move stays in its warehouse. Another one is reached by a transfer."),
            field="place_id",
            **ruling(session, BY_ORDER_ONLY, local_day(at)).basis,
        )
    gives, takes = standing.place_name or "", standing.target_name or ""
    step = Step(standing, CustodyKind.MOVED, gives, takes, new.reason, new.document, new.seals)
    return _written(session, actor, step, at=at)


def release(session: Session, actor: Actor, reference: str, new: Release, *, at: datetime) -> Entry:
    """Let an asset leave custody to a named receiver.

    Raises NotInCustody, NotHeldHere, NotFound, and what the gate raises.
    """
    standing = lock(
        session, actor, reference, None, at=at, order=new.order, direction=Direction.OUT
    )
    refuse_elsewhere(standing, new.from_place_id)
    gives, takes = standing.place_name or "", new.receiver
    step = Step(standing, CustodyKind.RELEASED, gives, takes, new.reason, new.document, new.seals)
    return _written(session, actor, step._replace(takers=(new.receiver,)), at=at)


_APPEND = Together(add=(CustodyEntry, AuditEntry, PlaceCount), replace=(Holding,))
_APPEND_ON_ORDER = Together(
    add=(CustodyEntry, AuditEntry, PlaceCount, OrderUse), replace=(Holding, OrderBalance)
)


class Step(NamedTuple):
    """One of several acts of custody that are written together, on a locked asset.

    ``seals`` says how each seal was found, of every seal the thing is under. ``purposes`` narrow
    those of the order on which it goes, ``takers`` are names of which it has to name one.
    """

    standing: Standing
    kind: CustodyKind
    giver: str
    receiver: str
    reason: str
    document: str = ""
    seals: Mapping[str, SealState] = MappingProxyType({})
    purposes: frozenset[Purpose] = frozenset()
    takers: tuple[str, ...] = ()

    def at_the_door(self) -> AtTheDoor:
        """The act as the gate sees it."""
        door = self.standing.at_the_door()
        return door._replace(purposes=self.purposes, takers=self.takers)

    def handling(self) -> Handling:
        """The act as it concerns care."""
        here, there = self.standing.here, self.standing.there
        return Handling(
            self.standing.asset_id,
            self.kind,
            here.form if here else None,
            there.form if there else None,
            self.document,
            self.seals,
        )


def lock_many(
    session: Session,
    actor: Actor,
    wanted: Mapping[str, int | None],
    *,
    at: datetime,
    order: str | None = None,
    direction: Direction = Direction.IN,
    keeper: int | None = None,
) -> list[Standing]:
    """Lock the holdings of several assets, in one sequence for everybody.

    ``wanted`` says for each asset's number the place it is to go to, if any; ``order`` names the
    signed order on which they go through the warehouse's door, in a direction. ``keeper`` is who
    lets them through where somebody else acts: the giver of what a receiver takes over.
    Raises NotFound, PlaceIsClosed.
    """
    asked = _asked(actor, order, direction, at) | {
        **({"staff": keeper} if keeper is not None else {}),
        "references": list(wanted),
        "targets": list(wanted.values()),
    }
    rows = _LOCK_MANY.ask_all(session.connection(), asked)
    found = [_standing(row, order) for row in rows]
    seen = {standing.reference: standing for standing in found if actor.sees(standing.office_id)}
    for reference, target in wanted.items():
        if reference not in seen:
            raise NotFound(_("There is no asset %(reference)s."), reference=reference)
        if target is not None and seen[reference].target_id is None:
            raise NotFound(_("There is no such place."), field="place_id")
    if any(standing.target_closed for standing in found):
        raise PlaceIsClosed(_("The place is closed."), field="place_id")
    return found


def write_steps(
    session: Session, actor: Actor, steps: Sequence[Step], *, at: datetime
) -> list[Entry]:
    """Write one act of custody on each of several locked assets, in one statement.

    Raises IsAway, NotAway, NotInCustody where an act does not follow the asset's last one, and what
    the gate raises where it may not go through the door.
    """
    for step in steps:
        refuse_out_of_turn(step.standing, step.kind)
        refuse_careless(session, step.standing.care, step.handling(), at=at)
    acts = [(step.at_the_door(), step.kind) for step in steps]
    passed = let_through(session, actor, acts, at=at)
    entries = [
        _entry(actor, step._replace(document=with_number(one, step.document)), at=at)
        for step, one in zip(steps, passed, strict=True)
    ]
    sealed = [row_of(entry, step.standing.hash) for entry, step in zip(entries, steps, strict=True)]
    holdings = [
        holding_of(entry, row["hash"], step.standing.blocked)
        for entry, row, step in zip(entries, sealed, steps, strict=True)
    ]
    acts_done = [
        act_row(actor, entry, step.standing.reference, at=at)
        for entry, step in zip(entries, steps, strict=True)
    ]
    rows: dict[str, Rows] = {
        "custody_entry": sealed,
        "holding": holdings,
        "audit_entry": acts_done,
        "place_count": counts_of((e.office_id, e.from_place_id, e.to_place_id) for e in entries),
    }
    if any(passed):
        _APPEND_ON_ORDER.write(session, **rows, **uses_of(passed, entries, at=at))
    else:
        _APPEND.write(session, **rows)
    for step, entry in zip(steps, entries, strict=True):
        if step.seals:
            publish(session, SealsNoted(entry, actor, dict(step.seals)))
    return entries


def _asked(actor: Actor, order: str | None, direction: Direction, at: datetime) -> dict[str, Any]:
    return asked_of(order, direction) | {"day": local_day(at), "staff": actor.staff_id}


def _standing(row: Row, order: str | None) -> Standing:
    here, there = (Around(*said) if said and said[0] else None for said in row[14:16])
    return Standing(*(*row[:14], here, there, Line(*row[19:]), order, Care(*row[16:19])))


def _written(session: Session, actor: Actor, step: Step, *, at: datetime) -> Entry:
    (entry,) = write_steps(session, actor, [step], at=at)
    return entry


def _entry(actor: Actor, step: Step, *, at: datetime) -> Entry:
    standing = step.standing
    stays = step.kind is CustodyKind.HANDED_OVER
    return Entry(
        asset_id=standing.asset_id,
        seq=standing.seq + 1,
        kind=step.kind,
        from_place_id=standing.place_id,
        to_place_id=standing.place_id if stays else standing.target_id,
        giver=step.giver,
        receiver=step.receiver,
        reason=step.reason,
        document=step.document,
        at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        office_id=standing.office_id,
    )
