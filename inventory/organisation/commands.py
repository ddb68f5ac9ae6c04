"""Arranging the organisation: offices, staff, appointments."""

import tomllib
from datetime import datetime
from importlib import resources
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import events
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.organisation.models import Appointment, Office, Staff
from inventory.organisation.queries import below, get_office, get_staff
from inventory.organisation.rules import (
    Appointed,
    OfficeExists,
    OfficeKind,
    OutsideOwnOffices,
    OwnAppointment,
    StaffExists,
)
from inventory.organisation.schemas import NewAppointment, NewOffice, NewStaff


class Loaded(msgspec.Struct, frozen=True):
    """How many offices of the shipped list were new."""

    added: int
    kept: int


def add_office(session: Session, actor: Actor, new: NewOffice, *, at: datetime) -> Office:
    """Add an office under another.

    Raises NotFound (parent), OutsideOwnOffices, OfficeExists.
    """
    actor.require("organisation.arrange")
    parent = get_office(session, new.parent, new.valid_from)
    within_reach(session, actor, parent.id)
    office = Office(
        code=new.code,
        name=new.name,
        kind=new.kind,
        parent_id=parent.id,
        valid_from=new.valid_from,
        demonstration=parent.demonstration,
    )
    taken = OfficeExists(_("An office bears that code already."), field="code")
    with refused_by(session, "uq_office_code_valid_from", taken):
        session.add(office)
    subject = audit.Subject("office", office.id, office.code)
    data = {"name": new.name, "parent": new.parent}
    audit.record(session, actor, Act.OFFICE_ADDED, subject, data, at=at)
    return office


def add_staff(session: Session, actor: Actor, new: NewStaff, *, at: datetime) -> Staff:
    """Add a person; what he may do comes with an appointment.

    Raises StaffExists.
    """
    actor.require("organisation.arrange")
    staff = Staff(code=new.code, name=new.name)
    taken = StaffExists(_("Somebody bears that code already."), field="code")
    with refused_by(session, "uq_staff_code", taken):
        session.add(staff)
    subject = audit.Subject("staff", staff.id, staff.code)
    audit.record(session, actor, Act.STAFF_ADDED, subject, {"name": new.name}, at=at)
    return staff


def appoint(session: Session, actor: Actor, new: NewAppointment, *, at: datetime) -> Appointment:
    """Give somebody a role in an office for a period.

    Raises NotFound (staff, office), OutsideOwnOffices, OwnAppointment, Invalid.
    """
    actor.require("organisation.arrange")
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Invalid(_("The last day lies before the first."), field="valid_to")
    staff = get_staff(session, new.staff)
    if actor.staff_id is not None and staff.id == actor.staff_id:
        raise OwnAppointment(_("Nobody appoints himself."), field="staff")
    office = get_office(session, new.office, max(new.valid_from, local_day(at)))
    within_reach(session, actor, office.id)
    appointment = Appointment(
        staff_id=staff.id,
        office_id=office.id,
        role=new.role,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        decided_by_id=actor.staff_id,
        recorded_at=at,
    )
    session.add(appointment)
    session.flush()
    subject = audit.Subject("staff", staff.id, staff.code)
    data = {"office": office.code, "role": new.role, "from": new.valid_from.isoformat()}
    audit.record(session, actor, Act.STAFF_APPOINTED, subject, data, at=at)
    events.publish(session, Appointed(staff.id, at))
    return appointment


def load_offices(session: Session, actor: Actor, *, at: datetime) -> Loaded:
    """Add the centre and the provincial offices of the shipped list where they are missing."""
    actor.require("organisation.arrange")
    shipped = shipped_offices()
    centre = {**shipped["centre"], "kind": OfficeKind.CENTRE, "parent_id": None}
    added = _add_missing(session, shipped, [centre])
    centre_id = session.scalar(
        select(Office.id).where(
            Office.code == centre["code"], Office.valid_from == shipped["valid_from"]
        )
    )
    provinces = [
        {**province, "kind": OfficeKind.PROVINCE, "parent_id": centre_id}
        for province in shipped["province"]
    ]
    added += _add_missing(session, shipped, provinces)
    if added:
        subject = audit.Subject("office", centre_id, centre["code"])
        data = {"added": added, "basis": shipped["basis"]}
        audit.record(session, actor, Act.OFFICES_LOADED, subject, data, at=at)
    return Loaded(added, 1 + len(provinces) - added)


def shipped_offices() -> dict[str, Any]:
    """The list of offices that comes with the program, with its basis and confidence."""
    file = resources.files("inventory.organisation") / "seed" / "offices.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _add_missing(session: Session, shipped: dict[str, Any], offices: list[dict[str, Any]]) -> int:
    rows = [
        {
            "valid_from": shipped["valid_from"],
            "basis": shipped["basis"],
            "former_names": None,
            **office,
        }
        for office in offices
    ]
    statement = insert(Office).on_conflict_do_nothing(constraint="uq_office_code_valid_from")
    return len(session.scalars(statement.returning(Office.id), rows).all())


def within_reach(session: Session, actor: Actor, office_id: int) -> None:
    """Refuse an office that is neither the actor's own nor below it.

    Raises OutsideOwnOffices.
    """
    if not actor.sees_all and office_id not in below(session, [actor.office_id]):
        raise OutsideOwnOffices(
            _("You arrange your own office and those below it only."), field="office"
        )
