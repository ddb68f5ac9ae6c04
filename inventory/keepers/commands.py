"""Appointing keepers; at a change both count and sign before access moves."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import events
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.keepers.models import KeeperAppointment, KeeperChange
from inventory.keepers.rules import (
    DUTIES,
    JOINT_COUNT,
    ChangeIsOpen,
    CountedAlready,
    CountedOnPaper,
    Ending,
    KeeperChanged,
    KeeperChangeOpened,
    KeeperThere,
    NoChangeOpen,
    NotAKeeper,
    NotAWarehouse,
    NotCountedYet,
    NotTheKeeper,
    OwnKeeper,
    SignedAlready,
    Signing,
)
from inventory.keepers.schemas import ChangeSignature, JointCount, NewKeeper, Relief
from inventory.organisation.models import Staff
from inventory.organisation.queries import appointments_on, get_staff
from inventory.organisation.rules import Role
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places


def appoint_keeper(
    session: Session, actor: Actor, place_id: int, new: NewKeeper, *, at: datetime
) -> KeeperAppointment:
    """Make somebody keeper of a warehouse by decision (C01/17 Art. 6, 9).

    The first one has access at once. One who follows another has it when both have counted and
    signed; until then the other keeps it.
    Raises NotFound, NotAWarehouse, NotAKeeper, OwnKeeper, KeeperThere, ChangeIsOpen, Invalid.
    """
    actor.require("keepers.appoint")
    not_ahead(new.decided_on, at, field="decided_on")
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Invalid(_("The last day lies before the first."), field="valid_to")
    place = _lock_warehouse(session, actor, place_id)
    staff = _a_keeper(session, actor, place, new)
    current = _last(session, place)
    if _open_change(session, place) is not None:
        raise ChangeIsOpen(_("A change of keeper is going on; it must be counted and signed."))
    renewed = current is not None and current.staff_id == staff.id
    if renewed and new.valid_from > local_day(at):
        raise KeeperThere(
            _("A renewal begins today at the latest, so that no day is left out."),
            field="valid_from",
        )
    made = _add(session, actor, place, (staff, new), at)
    if current is None or renewed:
        if current is not None:
            _end(current, Ending.RENEWED, at)
            session.flush()
        made.active_at = at
        session.flush()
    else:
        _open(session, actor, place, (current, made), at)
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    data = {
        "staff": staff.code,
        "decision": new.decision_number,
        "access": made.active_at is not None,
    }
    audit.record(session, actor, Act.KEEPER_APPOINTED, subject, data, at=at)
    return made


def record_joint_count(
    session: Session, actor: Actor, place_id: int, count: JointCount, *, at: datetime
) -> KeeperChange:
    """Record as the head a joint count that was held on paper, saying why (C01/17 Art. 9(2)).

    Raises Forbidden, NotFound, NotAWarehouse, NoChangeOpen, CountedAlready.
    """
    actor.require("keepers.count")
    change = _counted(session, actor, place_id, (count.reference, count.reason), at)
    events.publish(session, CountedOnPaper(actor, place_id, count.reason, at))
    return change


def take_joint_count(
    session: Session, actor: Actor, place_id: int, minutes: str, *, at: datetime
) -> KeeperChange:
    """Take a full stocktake of the warehouse that was closed as the joint count of its change.

    The room of stocktakes calls it, with the number of the minutes (C01/17 Art. 9(2)).
    Raises NotFound, NotAWarehouse, NoChangeOpen, CountedAlready.
    """
    return _counted(session, actor, place_id, (minutes, None), at)


def sign_change(
    session: Session, actor: Actor, place_id: int, new: ChangeSignature, *, at: datetime
) -> KeeperChange:
    """Sign the joint count as the keeper who goes or who comes; with both, access moves.

    The head may sign for a keeper who cannot (ill, dead, dismissed), saying why.
    Raises NotFound, NotAWarehouse, NoChangeOpen, NotCountedYet, SignedAlready, NotTheKeeper.
    """
    actor.require("keepers.sign")
    place = _lock_warehouse(session, actor, place_id)
    change = _get_open_change(session, place)
    if change.counted_at is None:
        raise NotCountedYet(
            _("First both keepers count the warehouse."),
            **ruling(session, JOINT_COUNT, local_day(at)).basis,
        )
    outgoing = session.get_one(KeeperAppointment, change.outgoing_id)
    incoming = session.get_one(KeeperAppointment, change.incoming_id)
    side = _sign(session, actor, change, (outgoing, incoming), new, at=at)
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    audit.record(session, actor, Act.KEEPER_SIGNED, subject, {"as": side.value}, at=at)
    if change.outgoing_signed_at and change.incoming_signed_at:
        _end(outgoing, Ending.FOLLOWED, at)
        session.flush()
        incoming.active_at, change.completed_at = at, at
        audit.record(
            session, actor, Act.KEEPER_CHANGED, subject, {"staff_id": incoming.staff_id}, at=at
        )
        events.publish(session, KeeperChanged(place.id, place.office_id, incoming.staff_id))
    session.flush()
    return change


def relieve_keeper(
    session: Session, actor: Actor, place_id: int, new: Relief, *, at: datetime
) -> KeeperAppointment:
    """Take a keeper's access away at once; the next one still counts what is there.

    He stays the one who hands over: nobody has access until the next one counted and signed.
    Raises NotFound, NotAWarehouse.
    """
    actor.require("keepers.appoint")
    place = _lock_warehouse(session, actor, place_id)
    current = _last(session, place)
    if current is None or current.ended_at is not None:
        raise NotFound(_("The warehouse has no keeper."))
    _end(current, Ending.RELIEVED, at)
    current.end_reason = new.reason
    session.flush()
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    audit.record(session, actor, Act.KEEPER_RELIEVED, subject, {"reason": new.reason}, at=at)
    return current


def _lock_warehouse(session: Session, actor: Actor, place_id: int) -> Place:
    """The warehouse, locked, so that appointments and changes there follow each other."""
    place = session.scalar(
        visible_places(actor).where(Place.id == place_id).with_for_update(key_share=True)
    )
    if place is None:
        raise NotFound(_("There is no such warehouse."))
    if place.parent_id is not None:
        raise NotAWarehouse(_("A keeper is appointed to a whole warehouse."), field="place_id")
    return place


def _a_keeper(session: Session, actor: Actor, place: Place, new: NewKeeper) -> Staff:
    staff = get_staff(session, new.staff)
    if actor.staff_id is not None and staff.id == actor.staff_id:
        raise OwnKeeper(_("Nobody appoints himself."), field="staff")
    roles = appointments_on(session, staff.id, new.valid_from)
    if not any(r.office_id == place.office_id and r.role == Role.KEEPER for r in roles):
        raise NotAKeeper(
            _("%(name)s does not hold the role of keeper in this office on that day."),
            field="staff",
            name=staff.name,
            **ruling(session, DUTIES, new.valid_from).basis,
        )
    return staff


def _last(session: Session, place: Place) -> KeeperAppointment | None:
    """Who has access to the warehouse, or had it last."""
    k = KeeperAppointment
    return session.scalar(
        select(k)
        .where(k.place_id == place.id, k.active_at.is_not(None))
        .order_by(k.active_at.desc(), k.id.desc())
        .limit(1)
    )


def _open_change(session: Session, place: Place) -> KeeperChange | None:
    c = KeeperChange
    return session.scalar(select(c).where(c.place_id == place.id, c.completed_at.is_(None)))


def _get_open_change(session: Session, place: Place) -> KeeperChange:
    change = _open_change(session, place)
    if change is None:
        raise NoChangeOpen(_("No change of keeper is going on here."))
    return change


def _counted(
    session: Session, actor: Actor, place_id: int, said: tuple[str, str | None], at: datetime
) -> KeeperChange:
    """Write down that a change was counted; now both may sign."""
    place = _lock_warehouse(session, actor, place_id)
    change = _get_open_change(session, place)
    if change.counted_at is not None:
        raise CountedAlready(_("The joint count is recorded already."), field="reference")
    change.counted_at = at
    change.count_reference, change.count_reason = said
    session.flush()
    subject = audit.Subject("place", place.id, place.code, place.office_id)
    data = {"count": change.count_reference, "reason": change.count_reason}
    audit.record(session, actor, Act.KEEPER_COUNTED, subject, data, at=at)
    return change


def _add(
    session: Session, actor: Actor, place: Place, said: tuple[Staff, NewKeeper], at: datetime
) -> KeeperAppointment:
    staff, new = said
    made = KeeperAppointment(
        office_id=place.office_id,
        place_id=place.id,
        staff_id=staff.id,
        decision_number=new.decision_number,
        decided_on=new.decided_on,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    return made


def _end(appointment: KeeperAppointment, ending: Ending, at: datetime) -> None:
    if appointment.ended_at is None:
        appointment.ended_at, appointment.ending = at, ending.value


def _open(
    session: Session,
    actor: Actor,
    place: Place,
    sides: tuple[KeeperAppointment, KeeperAppointment],
    at: datetime,
) -> None:
    outgoing, incoming = sides
    change = KeeperChange(
        office_id=place.office_id,
        place_id=place.id,
        outgoing_id=outgoing.id,
        incoming_id=incoming.id,
        opened_at=at,
        opened_by_id=actor.staff_id,
    )
    session.add(change)
    session.flush()
    said = (incoming.decision_number, incoming.valid_from, at)
    events.publish(session, KeeperChangeOpened(actor, place.id, *said))


def _sign(
    session: Session,
    actor: Actor,
    change: KeeperChange,
    sides: tuple[KeeperAppointment, KeeperAppointment],
    new: ChangeSignature,
    *,
    at: datetime,
) -> Signing:
    side = _side_of(session, actor, sides, new, local_day(at))
    signed = change.incoming_signed_at if side is Signing.INCOMING else change.outgoing_signed_at
    if signed is not None:
        raise SignedAlready(_("This side has signed already."))
    if side is Signing.INCOMING:
        change.incoming_signed_at = at
    else:
        change.outgoing_signed_at, change.outgoing_signed_by_id = at, actor.staff_id
        change.outgoing_note = new.in_stead_reason if side is Signing.HEAD else None
    return side


def _side_of(
    session: Session,
    actor: Actor,
    sides: tuple[KeeperAppointment, KeeperAppointment],
    new: ChangeSignature,
    on: date,
) -> Signing:
    outgoing, incoming = sides
    if actor.staff_id == incoming.staff_id:
        return Signing.INCOMING
    if actor.staff_id == outgoing.staff_id:
        return Signing.OUTGOING
    if not actor.may("keepers.appoint"):
        raise NotTheKeeper(
            _("Only the keeper who goes and the one who comes sign."),
            **ruling(session, DUTIES, on).basis,
        )
    if new.in_stead_reason is None:
        raise Invalid(
            _("Say why the keeper who goes does not sign himself."), field="in_stead_reason"
        )
    return Signing.HEAD
