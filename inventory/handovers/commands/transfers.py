"""Sending things to another warehouse and receiving them there, item by item.

From the moment a thing is sent until the receiver has said what he found, the carrier answers for
it; what the receiver does not find stays with the carrier.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.commands import impede, unimpede
from inventory.custody.ledger import Standing, Step
from inventory.custody.rules import CustodyKind, Hindrance, ImpededAlready, NotInCustody
from inventory.custody.schemas import NewImpediment
from inventory.handovers.commands.minutes import issue_minutes
from inventory.handovers.models import Transfer, TransferLine
from inventory.handovers.queries.transfers import (
    all_within,
    no_such_transfer,
    things_on_order,
    visible_transfers,
)
from inventory.handovers.rules import (
    TRANSFER_PREFIX,
    AlreadySaid,
    Arrival,
    NotTheReceiver,
    ReasonMissing,
    SignatureMissing,
    TransferDone,
)
from inventory.handovers.schemas import (
    Arrived,
    HandoverPaper,
    LineArrival,
    NewArrivals,
    NewTransfer,
)
from inventory.orders.rules import Direction
from inventory.organisation.queries import get_staff
from inventory.papers.schemas import Party
from inventory.warehouses.queries import get_place

FOUND = "found"
"""Why the impediment of a missing thing is lifted."""


def send(session: Session, actor: Actor, new: NewTransfer, *, at: datetime) -> Transfer:
    """Send things, or all that lies in a warehouse, to another warehouse with a carrier.

    Raises Forbidden, NotFound, NotInCustody, IsAway, SignatureMissing, Invalid.
    """
    actor.require("transfers.send")
    target = get_place(session, actor, new.to_place_id)
    if new.expected_on < local_day(at):
        raise Invalid(_("The day of arrival has passed."), field="expected_on")
    carrier = _carrier(session, new)
    standings = _standings(session, actor, new, at=at)
    if any(standing.office_id != target.office_id for standing in standings):
        raise Invalid(_("The warehouse is of another office."), field="to_place_id")
    (transfer_id,) = ids.take(session, "transfer_id_seq")
    made = Transfer(
        id=transfer_id,
        reference=reference(TRANSFER_PREFIX, transfer_id),
        office_id=target.office_id,
        to_place_id=target.id,
        whole_place_id=new.whole_place_id,
        reason=new.reason,
        order_number=new.order or "",
        expected_on=new.expected_on,
        sent_at=at,
        sent_by_id=actor.staff_id,
        **carrier,
    )
    session.add(made)
    session.flush()
    _leave(session, actor, made, standings, at=at)
    data = {"things": len(standings), "to": target.id, "carrier": made.carrier_name}
    audit.record(session, actor, Act.TRANSFER_SENT, _subject(made), data, at=at)
    return made


def receive(
    session: Session, actor: Actor, reference: str, new: NewArrivals, *, at: datetime
) -> Arrived:
    """Say what arrived, item by item; a damaged thing is taken in, a missing one is not.

    What was missing may still be received later. The carrier does not receive from himself.
    Raises Forbidden, NotFound, NotTheReceiver, TransferDone, AlreadySaid, ReasonMissing, NotAway.
    """
    actor.require("transfers.receive")
    transfer = _lock(session, actor, reference)
    if transfer.carrier_staff_id is not None and transfer.carrier_staff_id == actor.staff_id:
        raise NotTheReceiver(_("The carrier does not receive from himself."))
    said = _said(new.arrivals)
    before = _lines_before(session, transfer, said)
    came = {name: one for name, one in said.items() if one.arrival is not Arrival.MISSING}
    found = [name for name in came if before[name][1] == Arrival.MISSING]
    if found:
        unimpede(session, actor, found, Hindrance.OTHER, FOUND, at=at, source=transfer.reference)
    places = {name: one.place_id or transfer.to_place_id for name, one in came.items()}
    standings = custody.lock_many(
        session, actor, places, at=at, order=new.order, direction=Direction.IN
    )
    steps = [
        Step(
            standing,
            CustodyKind.ARRIVED,
            transfer.carrier_name,
            standing.target_name or "",
            transfer.reason,
            transfer.reference,
        )
        for standing in standings
    ]
    written = {e.asset_id: e.seq for e in custody.write_steps(session, actor, steps, at=at)}
    _keep_arrivals(session, actor, transfer, before, said=said, written=written, at=at)
    _impede(session, actor, transfer, said, at=at)
    papers = _minutes(session, actor, transfer, list(came), at=at)
    left = _close_if_received(session, transfer, at=at)
    missing = len(said) - len(came)
    data = {"received": len(came), "missing": missing, "papers": papers}
    audit.record(session, actor, Act.TRANSFER_RECEIVED, _subject(transfer), data, at=at)
    return Arrived(transfer.reference, len(came), missing, left, papers)


def _carrier(session: Session, new: NewTransfer) -> dict[str, int | str | None]:
    if new.carrier_code:
        staff = get_staff(session, new.carrier_code)
        return {
            "carrier_staff_id": staff.id,
            "carrier_name": staff.name,
            "carrier_post": new.carrier_post or "",
            "carrier_proof": new.carrier_proof,
        }
    if not new.carrier_name or not new.carrier_post or new.carrier_proof is None:
        raise SignatureMissing(
            _("Who has no account signs with name, post and identity paper."), field="carrier_name"
        )
    return {
        "carrier_staff_id": None,
        "carrier_name": new.carrier_name,
        "carrier_post": new.carrier_post,
        "carrier_proof": new.carrier_proof,
    }


def _standings(session: Session, actor: Actor, new: NewTransfer, *, at: datetime) -> list[Standing]:
    named = list(map(tidy, new.assets))
    if (new.whole_place_id is None) == (not named):
        raise Invalid(_("Name things, or a whole warehouse."), field="assets")
    if new.whole_place_id is not None:
        named = list(all_within(session, actor, new.whole_place_id))
        if not named:
            raise Invalid(_("Nothing lies in that place."), field="whole_place_id")
    standings = _locked(session, actor, named, _orders_in(new.order), at=at)
    for standing in standings:
        custody.refuse_out_of_turn(standing, CustodyKind.SENT)
        if standing.place_id is None:
            raise NotInCustody(_("%(reference)s is in no place."), reference=standing.reference)
    return standings


def _locked(
    session: Session, actor: Actor, named: Sequence[str], orders: Sequence[str], *, at: datetime
) -> list[Standing]:
    """The things with the line of the order that lets each out.

    An order names a limited number of things, so a whole warehouse leaves on several: all is locked
    first, in one sequence for everybody, and then read once more for each order.
    """
    only = orders[0] if len(orders) == 1 else None
    standings = custody.lock_many(
        session, actor, dict.fromkeys(named), at=at, order=only, direction=Direction.OUT
    )
    if len(orders) < 2:
        return standings
    found = {standing.reference: standing for standing in standings}
    for order in orders:
        on_it = [name for name in things_on_order(session, actor, order) if name in found]
        again = custody.lock_many(
            session, actor, dict.fromkeys(on_it), at=at, order=order, direction=Direction.OUT
        )
        found.update((standing.reference, standing) for standing in again)
    return list(found.values())


def _orders_in(typed: str | None) -> list[str]:
    return re.split(r"[\s,;]+", typed.strip()) if typed and typed.strip() else []


def _leave(
    session: Session,
    actor: Actor,
    made: Transfer,
    standings: Sequence[Standing],
    *,
    at: datetime,
) -> None:
    steps = [
        Step(
            standing,
            CustodyKind.SENT,
            standing.place_name or "",
            made.carrier_name,
            made.reason,
            made.reference,
        )
        for standing in standings
    ]
    written = custody.write_steps(session, actor, steps, at=at)
    rows = [
        {
            "transfer_id": made.id,
            "asset_id": entry.asset_id,
            "office_id": made.office_id,
            "from_place_id": entry.from_place_id,
            "sent_seq": entry.seq,
        }
        for entry in written
    ]
    session.execute(insert(TransferLine), rows)


def _lock(session: Session, actor: Actor, reference: str) -> Transfer:
    transfer = session.scalar(
        visible_transfers(actor).where(Transfer.reference == tidy(reference)).with_for_update()
    )
    if transfer is None:
        raise no_such_transfer(reference)
    if transfer.closed_at is not None:
        raise TransferDone(_("Everything of this transfer has been received."))
    return transfer


def _said(arrivals: Sequence[LineArrival]) -> dict[str, LineArrival]:
    said = {tidy(one.asset): one for one in arrivals}
    for name, one in said.items():
        if one.arrival is not Arrival.RECEIVED and not one.note:
            raise ReasonMissing(
                _("Say what is wrong with %(asset)s."), field="arrivals", asset=name
            )
    return said


def _lines_before(
    session: Session, transfer: Transfer, said: Mapping[str, LineArrival]
) -> dict[str, tuple[int, str | None]]:
    """The things named, and what was said of them; each is of the transfer and not yet received."""
    lines = session.execute(
        select(Asset.reference, TransferLine.asset_id, TransferLine.arrival)
        .join(Asset, Asset.id == TransferLine.asset_id)
        .where(TransferLine.transfer_id == transfer.id, Asset.reference.in_(list(said)))
    ).all()
    found = {row[0]: (row[1], row[2]) for row in lines}
    for name, one in said.items():
        if name not in found:
            raise NotFound(_("%(asset)s is not in this transfer."), field="arrivals", asset=name)
        before = found[name][1]
        again = before == Arrival.MISSING and one.arrival is Arrival.MISSING
        if again or before in (Arrival.RECEIVED, Arrival.DAMAGED):
            raise AlreadySaid(_("%(asset)s was reported before."), field="arrivals", asset=name)
    return found


def _keep_arrivals(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    before: Mapping[str, tuple[int, str | None]],
    *,
    said: Mapping[str, LineArrival],
    written: Mapping[int, int],
    at: datetime,
) -> None:
    session.execute(
        update(TransferLine),
        [
            {
                "transfer_id": transfer.id,
                "asset_id": before[name][0],
                "arrival": one.arrival,
                "note": one.note,
                "said_at": at,
                "said_by_id": actor.staff_id,
                "arrived_seq": written.get(before[name][0]),
            }
            for name, one in said.items()
        ],
    )


def _impede(
    session: Session,
    actor: Actor,
    transfer: Transfer,
    said: Mapping[str, LineArrival],
    *,
    at: datetime,
) -> None:
    """A damaged thing does not leave again for now; a missing one is touched by nobody."""
    for name, one in said.items():
        words = f"{transfer.reference}: {one.note}"
        if one.arrival is Arrival.DAMAGED:
            new = NewImpediment(code=Hindrance.DISPUTED, reason=words)
            with suppress(ImpededAlready):
                impede(session, actor, [name], new, at=at)
        elif one.arrival is Arrival.MISSING:
            new = NewImpediment(code=Hindrance.OTHER, reason=words)
            impede(session, actor, [name], new, at=at, source=transfer.reference)


def _minutes(
    session: Session, actor: Actor, transfer: Transfer, came: Sequence[str], *, at: datetime
) -> list[str]:
    """Minutes of what was received; of a whole warehouse, minutes of every item (L25 Art. 116)."""
    if not came:
        return []
    groups = [[name] for name in came] if transfer.whole_place_id is not None else [list(came)]
    giver = Party(name=transfer.carrier_name, post=transfer.carrier_post or None)
    return [
        issue_minutes(
            session,
            actor,
            ("transfer", transfer.reference),
            transfer.office_id,
            HandoverPaper(
                giver=giver,
                receiver=Party(name=actor.name),
                reason=transfer.reason,
                at=at,
                lines=items_of(session, group),
            ),
            at=at,
        )
        for group in groups
    ]


def _close_if_received(session: Session, transfer: Transfer, *, at: datetime) -> int:
    left = session.scalars(
        select(TransferLine.asset_id).where(
            TransferLine.transfer_id == transfer.id, TransferLine.arrived_seq.is_(None)
        )
    ).all()
    if not left:
        transfer.closed_at = at
    session.flush()
    return len(left)


def _subject(transfer: Transfer) -> audit.Subject:
    return audit.Subject("transfer", transfer.id, transfer.reference, transfer.office_id)
