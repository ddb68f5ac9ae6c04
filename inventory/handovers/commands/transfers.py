"""Sending things to another warehouse, also of another office.

From the moment a thing is sent until the receiver has said what he found, the carrier answers for
it, and its holder says from where to where it is on its way.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import seals_of
from inventory.custody.ledger import Step
from inventory.custody.rules import CustodyKind, Entry, NotInCustody, SealState
from inventory.custody.standings import Standing, refuse_out_of_turn
from inventory.handovers.commands.minutes import issue_minutes, one_office
from inventory.handovers.models import Transfer, TransferLine
from inventory.handovers.queries.transfers import all_within, things_on_order
from inventory.handovers.rules import TRANSFER_PREFIX, LeavesOffice, SignatureMissing
from inventory.handovers.schemas import HandoverPaper, NewTransfer
from inventory.orders.rules import Direction
from inventory.organisation.models import Office
from inventory.organisation.queries import get_office_by_id, get_staff, offices_on
from inventory.organisation.rules import OfficeKind
from inventory.papers.schemas import ItemLine, Party
from inventory.warehouses.models import Place
from inventory.warehouses.queries import get_place

RECEIVES = frozenset({OfficeKind.PROVINCE, OfficeKind.DIVISION, OfficeKind.MILITARY})
"""Offices that keep things; the centre and archives do not."""


class _Target(NamedTuple):
    """To which office things go, and to which place where it is the sender's own.

    ``names`` are those by which an order may call it.
    """

    office_id: int
    office: str
    place_id: int | None
    names: tuple[str, ...]


def send(session: Session, actor: Actor, new: NewTransfer, *, at: datetime) -> Transfer:
    """Send things, or all that lies in a warehouse, to another warehouse with a carrier.

    Raises Forbidden, NotFound, NotInCustody, IsAway, SignatureMissing, Invalid.
    """
    actor.require("transfers.send")
    target = _target(session, actor, new, at)
    if new.expected_on < local_day(at):
        raise Invalid(_("The day of arrival has passed."), field="expected_on")
    carrier = _carrier(session, new)
    standings = _standings(session, actor, new, at=at)
    sender = one_office(standings)
    _refuse_target(target, sender)
    if target.place_id is None:
        gone = tuple(standing.asset_id for standing in standings)
        publish(session, LeavesOffice(gone, local_day(at)))
    (transfer_id,) = ids.take(session, "transfer_id_seq")
    made = Transfer(
        id=transfer_id,
        reference=reference(TRANSFER_PREFIX, transfer_id),
        office_id=sender,
        to_office_id=target.office_id,
        to_place_id=target.place_id,
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
    named = [standing.reference for standing in standings]
    items = items_of(session, named, seals=seals_of(new.seals, named))
    _leave(session, actor, made, standings, items, target=target, at=at)
    paper = _minutes(session, actor, made, items, target.office, at=at)
    data = {"things": len(standings), "to": target.place_id, "carrier": made.carrier_name}
    data |= {"to_office": target.office_id, "paper": paper}
    audit.record(session, actor, Act.TRANSFER_SENT, subject_of(made, sender), data, at=at)
    return made


def subject_of(transfer: Transfer, office_id: int) -> audit.Subject:
    """The transfer as the audit ledger names it, in the book of one of its offices."""
    return audit.Subject("transfer", transfer.id, transfer.reference, office_id)


def _target(session: Session, actor: Actor, new: NewTransfer, at: datetime) -> _Target:
    if (new.to_place_id is None) == (new.to_office is None):
        raise Invalid(_("Say one place, or one other office."), field="to_place_id")
    if new.to_place_id is not None:
        place = get_place(session, actor, new.to_place_id)
        store = session.get_one(Place, int(place.path.split("/")[1]))
        return _Target(place.office_id, "", place.id, (place.name, store.name))
    code = tidy(new.to_office or "")
    office = session.scalar(offices_on(local_day(at)).where(Office.code == code))
    if office is None:
        raise NotFound(_("There is no office %(code)s."), field="to_office", code=code)
    if office.kind not in RECEIVES:
        raise Invalid(_("That office keeps no warehouse."), field="to_office")
    return _Target(office.id, office.name, None, (office.name,))


def _refuse_target(target: _Target, sender: int) -> None:
    """A place is one of the sender's own; another office chooses the place itself."""
    if target.place_id is not None and target.office_id != sender:
        raise Invalid(
            _("The warehouse is of another office: name that office instead."), field="to_place_id"
        )
    if target.place_id is None and target.office_id == sender:
        raise Invalid(_("The things are in that office: name a place of it."), field="to_office")


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
        refuse_out_of_turn(standing, CustodyKind.SENT)
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
    items: Sequence[ItemLine],
    *,
    target: _Target,
    at: datetime,
) -> None:
    carrier = made.carrier_name
    if target.office:
        carrier = f"{carrier} ({get_office_by_id(session, made.office_id).name} → {target.office})"
    described = {item.code: item for item in items}
    steps = [
        Step(
            standing,
            CustodyKind.SENT,
            standing.place_name or "",
            carrier,
            made.reason,
            made.reference,
            _seals(described[standing.reference]),
            takers=(made.carrier_name, *target.names),
        )
        for standing in standings
    ]
    written = {e.asset_id: e for e in custody.write_steps(session, actor, steps, at=at)}
    rows = [_line(made, standing, described, written[standing.asset_id]) for standing in standings]
    session.execute(insert(TransferLine), rows)


def _seals(item: ItemLine) -> dict[str, SealState]:
    return {one.number: SealState(one.state) for one in item.seals}


def _line(
    made: Transfer, standing: Standing, described: dict[str | None, ItemLine], entry: Entry
) -> dict[str, object]:
    """A line that both offices can read without seeing the thing itself."""
    item = described[standing.reference]
    return {
        "transfer_id": made.id,
        "asset_id": standing.asset_id,
        "office_id": made.office_id,
        "to_office_id": made.to_office_id,
        "reference": standing.reference,
        "description": item.name,
        "unit": item.unit,
        "quantity": standing.quantity,
        "condition": item.state,
        "seals": _seals(item),
        "from_place_id": entry.from_place_id,
        "from_place": standing.place_name or "",
        "sent_seq": entry.seq,
    }


def _minutes(
    session: Session,
    actor: Actor,
    made: Transfer,
    items: tuple[ItemLine, ...],
    to_office: str,
    *,
    at: datetime,
) -> str | None:
    """What the carrier took over for another office; inside one the receiver's are enough."""
    if not to_office:
        return None
    data = HandoverPaper(
        giver=Party(name=actor.name),
        receiver=Party(name=made.carrier_name, post=made.carrier_post or None),
        reason=f"{made.reason} ({to_office})",
        at=at,
        order_number=made.order_number or None,
        lines=items,
    )
    subject = ("transfer", made.reference)
    return issue_minutes(session, actor, subject, made.office_id, data, at=at).reference
