"""What the receiver of a transfer says of each thing, and what comes back to the sender.

A thing of another office becomes the receiver's with its acceptance, in the same statement that
writes where it lies now; what is refused or missing stays with the carrier, and the sender's.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import Found, seals_of
from inventory.custody.commands import impede, unimpede
from inventory.custody.ledger import Step
from inventory.custody.rules import CustodyKind, Hindrance, ImpededAlready
from inventory.custody.schemas import NewImpediment
from inventory.handovers.commands.minutes import issue_letter, issue_minutes
from inventory.handovers.commands.transfers import subject_of
from inventory.handovers.models import Transfer, TransferLine
from inventory.handovers.queries.transfers import no_such_transfer, visible_transfers
from inventory.handovers.rules import (
    NOT_TAKEN,
    AlreadySaid,
    Arrival,
    NotTheReceiver,
    ReasonMissing,
    TransferDone,
    reported,
)
from inventory.handovers.schemas import (
    Arrived,
    HandoverPaper,
    LineArrival,
    NewArrivals,
    NewComeback,
    NewStoring,
)
from inventory.orders.commands.requesting import Coming, request_order
from inventory.orders.models import WarehouseOrder
from inventory.orders.rules import COMES_BACK, MOST_LINES, MOVED_IN, Direction, Purpose
from inventory.orders.schemas import NewLine, NewOrder
from inventory.organisation.queries import get_office_by_id
from inventory.papers.schemas import Issued, ItemLine, Party, seals_as_seen

FOUND = "found"
"""Why the impediment of a missing thing is lifted."""

_TAKE_OVER = text("SELECT kebien_take_over(:transfer, :assets)")
"""As the database alone may do it: the things are not yet in the receiver's sight."""

Lines = Mapping[str, TransferLine]


def receive(
    session: Session, actor: Actor, reference: str, new: NewArrivals, *, at: datetime
) -> Arrived:
    """Say what arrived, item by item; a damaged thing is taken in, a missing or refused one is not.

    Under a seal that is not whole nothing is taken in before the competent body concluded. What was
    not taken in may still be received later. The carrier does not receive from himself.
    Raises Forbidden, NotFound, NotTheReceiver, TransferDone, AlreadySaid, ReasonMissing, NotAway,
    SealsNotNoted, SealDamaged.
    """
    actor.require("transfers.receive")
    transfer = _lock(session, actor, reference)
    _refuse_other(actor, transfer, transfer.to_office_id)
    said = _said(new.arrivals)
    lines = _lines(session, transfer, said)
    _refuse_said_again(said, lines)
    came = {name: one for name, one in said.items() if one.arrival not in NOT_TAKEN}
    _take_over(session, actor, transfer, [lines[name] for name in came], at=at)
    places = {
        name: one.place_id or new.place_id or transfer.to_place_id for name, one in came.items()
    }
    seals = seals_of(new.seals, said)
    written = _put(session, actor, transfer, places, seals, order=new.order, at=at)
    items = items_of(session, list(came), seals=seals)
    minutes = _minutes(session, actor, transfer, items, transfer.to_office_id, at=at)
    letter = _letter(session, actor, transfer, said, lines, seals=seals, at=at)
    numbers = {name: paper.number for paper, names in minutes for name in names}
    changes = {
        name: {
            "arrival": one.arrival,
            "note": one.note,
            "reports": reported(lines[name].reports, (one, seals.get(name, {})), actor.name, at),
            "said_at": at,
            "said_by_id": actor.staff_id,
            "paper": numbers.get(name),
            "arrived_seq": written.get(lines[name].asset_id),
        }
        for name, one in said.items()
    }
    _keep(session, lines, changes)
    _impede(session, actor, transfer, said, at=at)
    left = _close_if_done(session, transfer, at=at)
    papers = [paper.reference for paper, _names in minutes]
    data = {"received": len(came), "missing": len(said) - len(came), "papers": papers}
    subject = subject_of(transfer, transfer.to_office_id)
    audit.record(session, actor, Act.TRANSFER_RECEIVED, subject, data | {"letter": letter}, at=at)
    return Arrived(transfer.reference, len(came), len(said) - len(came), left, papers, letter)


def ask_for_order(
    session: Session, actor: Actor, reference: str, new: NewStoring, *, at: datetime
) -> WarehouseOrder:
    """Ask the receiver's head for the order on which what is on its way is stored in.

    Raises Forbidden, NotFound, NotTheReceiver, TransferDone, PlaceIsClosed, Invalid.
    """
    transfer = _lock(session, actor, reference)
    _refuse_other(actor, transfer, transfer.to_office_id)
    line = TransferLine
    away = session.scalars(
        select(line)
        .where(line.transfer_id == transfer.id, line.arrived_seq.is_(None))
        .order_by(line.asset_id)
        .limit(MOST_LINES)
    ).all()
    asked = NewOrder(
        direction=Direction.IN,
        purpose=Purpose.TRANSFERRED_IN,
        place_id=new.place_id,
        reason=f"{transfer.reason} ({transfer.reference})",
        legal_basis=new.legal_basis,
        party_name=transfer.carrier_name,
        party_post=transfer.carrier_post or None,
        lines=[NewLine(asset=one.reference, state=one.condition) for one in away],
    )
    coming = {
        one.reference: Coming(one.asset_id, one.description, one.unit, one.quantity) for one in away
    }
    return request_order(session, actor, asked, at=at, coming=coming)


def take_back(
    session: Session, actor: Actor, reference: str, new: NewComeback, *, at: datetime
) -> Arrived:
    """Take back into the sender's warehouse what the receiver did not take over.

    Raises Forbidden, NotFound, NotTheReceiver, TransferDone, AlreadySaid, NotAway.
    """
    actor.require("transfers.receive")
    transfer = _lock(session, actor, reference)
    _refuse_other(actor, transfer, transfer.office_id)
    names = list(dict.fromkeys(map(tidy, new.assets)))
    lines = _lines(session, transfer, names)
    _free(session, actor, transfer, lines.values(), at=at)
    places = {name: new.place_id or lines[name].from_place_id for name in names}
    seals = seals_of(new.seals, places)
    written = _put(
        session, actor, transfer, places, seals, order=new.order, at=at, purposes=COMES_BACK
    )
    items = items_of(session, names, seals=seals)
    minutes = _minutes(session, actor, transfer, items, transfer.office_id, at=at)
    change = {"came_back_at": at, "came_back_by_id": actor.staff_id}
    changes = {n: change | {"arrived_seq": written[lines[n].asset_id]} for n in names}
    _keep(session, lines, changes)
    left = _close_if_done(session, transfer, at=at)
    papers = [paper.reference for paper, _names in minutes]
    subject = subject_of(transfer, transfer.office_id)
    data = {"assets": names, "papers": papers}
    audit.record(session, actor, Act.TRANSFER_TAKEN_BACK, subject, data, at=at)
    return Arrived(transfer.reference, len(names), 0, left, papers)


def _lock(session: Session, actor: Actor, reference: str) -> Transfer:
    transfer = session.scalar(
        visible_transfers(actor).where(Transfer.reference == tidy(reference)).with_for_update()
    )
    if transfer is None:
        raise no_such_transfer(reference)
    if transfer.closed_at is not None:
        raise TransferDone(_("Everything of this transfer has been received."))
    return transfer


def _refuse_other(actor: Actor, transfer: Transfer, office_id: int) -> None:
    if not actor.sees(office_id):
        raise NotTheReceiver(
            _("The receiving office says what arrived; the sending one takes back.")
        )
    if transfer.carrier_staff_id is not None and transfer.carrier_staff_id == actor.staff_id:
        raise NotTheReceiver(_("The carrier does not receive from himself."))


def _said(arrivals: Sequence[LineArrival]) -> dict[str, LineArrival]:
    said = {tidy(one.asset): one for one in arrivals}
    for name, one in said.items():
        if one.arrival is not Arrival.RECEIVED and not one.note:
            raise ReasonMissing(
                _("Say what is wrong with %(asset)s."), field="arrivals", asset=name
            )
    return said


def _lines(session: Session, transfer: Transfer, names: Iterable[str]) -> dict[str, TransferLine]:
    """The things named; each is of the transfer and still on its way."""
    line = TransferLine
    wanted = list(names)
    statement = select(line).where(line.transfer_id == transfer.id, line.reference.in_(wanted))
    found = {one.reference: one for one in session.scalars(statement)}
    for name in wanted:
        if name not in found:
            raise NotFound(_("%(asset)s is not in this transfer."), field="arrivals", asset=name)
        if found[name].arrived_seq is not None:
            raise AlreadySaid(_("%(asset)s was reported before."), field="arrivals", asset=name)
    return found


def _refuse_said_again(said: Mapping[str, LineArrival], lines: Lines) -> None:
    for name, one in said.items():
        if lines[name].arrival == one.arrival:
            raise AlreadySaid(_("%(asset)s was reported before."), field="arrivals", asset=name)


def _take_over(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    came: Sequence[TransferLine],
    *,
    at: datetime,
) -> None:
    """What came from another office becomes the receiver's; what was found may be touched again."""
    if transfer.to_office_id == transfer.office_id:
        _free(session, actor, transfer, came, at=at)
    elif came:
        said = {"transfer": transfer.id, "assets": [line.asset_id for line in came]}
        session.execute(_TAKE_OVER, said)


def _free(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    lines: Iterable[TransferLine],
    *,
    at: datetime,
) -> None:
    missed = [line.reference for line in lines if line.arrival == Arrival.MISSING]
    if missed and transfer.to_office_id == transfer.office_id:
        source = transfer.reference
        unimpede(session, actor, missed, Hindrance.OTHER, FOUND, at=at, source=source)


def _put(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    places: Mapping[str, int | None],
    seals: Found,
    *,
    order: str | None,
    at: datetime,
    purposes: frozenset[Purpose] = MOVED_IN,
) -> dict[int, int]:
    """Write where things lie now; the number of each one's entry."""
    if None in places.values():
        raise Invalid(_("Say into which place it is put."), field="place_id")
    standings = custody.lock_many(
        session, actor, places, at=at, order=order, direction=Direction.IN
    )
    steps = [
        Step(
            standing,
            CustodyKind.ARRIVED,
            transfer.carrier_name,
            standing.target_name or "",
            transfer.reason,
            transfer.reference,
            seals.get(standing.reference, {}),
            purposes,
        )
        for standing in standings
    ]
    return {e.asset_id: e.seq for e in custody.write_steps(session, actor, steps, at=at)}


def _keep(session: Session, lines: Lines, changes: Mapping[str, Mapping[str, Any]]) -> None:
    rows = [
        {"transfer_id": lines[name].transfer_id, "asset_id": lines[name].asset_id, **change}
        for name, change in changes.items()
    ]
    session.execute(update(TransferLine), rows)


def _impede(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    said: Mapping[str, LineArrival],
    *,
    at: datetime,
) -> None:
    """A damaged thing does not leave again for now; a missing one of ours is touched by nobody."""
    for name, one in said.items():
        words = f"{transfer.reference}: {one.note}"
        if one.arrival is Arrival.DAMAGED:
            new = NewImpediment(code=Hindrance.DISPUTED, reason=words)
            with suppress(ImpededAlready):
                impede(session, actor, [name], new, at=at)
        elif one.arrival is Arrival.MISSING and transfer.to_office_id == transfer.office_id:
            new = NewImpediment(code=Hindrance.OTHER, reason=words)
            impede(session, actor, [name], new, at=at, source=transfer.reference)


def _minutes(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    came: Sequence[ItemLine],
    office_id: int,
    *,
    at: datetime,
) -> list[tuple[Issued, list[str]]]:
    """Minutes of what was received; of a whole warehouse, minutes of every item (L25 Art. 116)."""
    if not came:
        return []
    groups = [(item,) for item in came] if transfer.whole_place_id is not None else [tuple(came)]
    subject = ("transfer", transfer.reference)
    made = []
    for lines in groups:
        data = HandoverPaper(
            giver=_carrier(transfer),
            receiver=Party(name=actor.name),
            reason=transfer.reason,
            at=at,
            lines=lines,
        )
        paper = issue_minutes(session, actor, subject, office_id, data, at=at)
        made.append((paper, [item.code or "" for item in lines]))
    return made


def _letter(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    said: Mapping[str, LineArrival],
    lines: Lines,
    *,
    seals: Found,
    at: datetime,
) -> str | None:
    amiss = tuple(
        ItemLine(
            name=line.description,
            code=name,
            unit=line.unit,
            quantity=line.quantity,
            state=said[name].arrival.value,
            note=said[name].note,
            seals=seals_as_seen(seals.get(name, {})),
        )
        for name, line in lines.items()
        if said[name].arrival is not Arrival.RECEIVED
    )
    giver = _carrier(transfer)
    if transfer.office_id != transfer.to_office_id:
        sender = get_office_by_id(session, transfer.office_id).name
        giver = msgspec.structs.replace(giver, organisation=sender)
    of = HandoverPaper(giver=giver, receiver=Party(name=actor.name), reason=transfer.reason, at=at)
    subject = ("transfer", transfer.reference)
    return issue_letter(session, actor, subject, transfer.to_office_id, of, lines=amiss, at=at)


def _carrier(transfer: Transfer) -> Party:
    return Party(name=transfer.carrier_name, post=transfer.carrier_post or None)


def _close_if_done(session: Session, transfer: Transfer, *, at: datetime) -> int:
    left = session.scalars(
        select(TransferLine.asset_id).where(
            TransferLine.transfer_id == transfer.id, TransferLine.arrived_seq.is_(None)
        )
    ).all()
    if not left:
        transfer.closed_at = at
    session.flush()
    return len(left)
