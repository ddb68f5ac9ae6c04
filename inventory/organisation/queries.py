"""Reading offices, staff and what somebody is appointed to on a day."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session

from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.organisation.models import Appointment, Office, Staff
from inventory.organisation.rules import OfficeKind, Role
from inventory.organisation.schemas import StaffRow


class OfficeRow(msgspec.Struct, frozen=True):
    """An office as lists show it."""

    id: int
    code: str
    name: str
    kind: OfficeKind
    parent_id: int | None
    valid_from: date
    valid_to: date | None
    former_names: str | None = None
    basis: str | None = None


class AppointmentRow(msgspec.Struct, frozen=True):
    """A role held on a day."""

    office_id: int
    role: str


_BELOW = text(
    "WITH RECURSIVE below AS ("
    " SELECT id FROM office WHERE id = ANY(:roots)"
    " UNION SELECT o.id FROM office o JOIN below b ON b.id IN (o.parent_id, o.successor_id))"
    " SELECT id FROM below ORDER BY id"
)


def offices_on(on: date) -> Select[Office]:
    """Offices that exist on a day."""
    return select(Office).where(
        Office.valid_from <= on, (Office.valid_to.is_(None)) | (Office.valid_to >= on)
    )


def get_office(session: Session, code: str, on: date) -> Office:
    """The office that bears a code on a day.

    Raises NotFound.
    """
    office = session.scalar(offices_on(on).where(Office.code == code))
    if office is None:
        raise NotFound(_("There is no office %(code)s."), field="office", code=code)
    return office


def list_offices(session: Session, on: date) -> list[OfficeRow]:
    """All offices of a day in Vietnamese order, a few hundred at most."""
    o = Office
    rows = session.execute(
        offices_on(on)
        .with_only_columns(*(getattr(o, name) for name in OfficeRow.__struct_fields__))
        .order_by(o.name_key.collate("C"), o.id)
    )
    return [OfficeRow(**{**row, "kind": OfficeKind(row["kind"])}) for row in rows.mappings()]


def get_office_by_id(session: Session, office_id: int) -> Office:
    """The office of a number.

    Raises NotFound.
    """
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound(_("There is no such office."))
    return office


def get_staff(session: Session, code: str) -> Staff:
    """The person who bears a code.

    Raises NotFound.
    """
    staff = session.scalar(select(Staff).where(Staff.code == code))
    if staff is None:
        raise NotFound(_("There is nobody with the code %(code)s."), field="staff", code=code)
    return staff


def list_appointments(session: Session, office_id: int, on: date) -> list[StaffRow]:
    """Who holds which role in an office on a day or will later, by name."""
    a = Appointment
    rows = session.execute(
        select(Staff.code, Staff.name, a.role, a.valid_from, a.valid_to)
        .join(Staff, Staff.id == a.staff_id)
        .where(a.office_id == office_id, or_(a.valid_to.is_(None), a.valid_to >= on))
        .order_by(Staff.name, a.role, a.id)
    )
    return [StaffRow(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]


def below(session: Session, roots: Sequence[int]) -> list[int]:
    """Some offices, all under them and all that ended in them: their records stay in sight."""
    return list(session.execute(_BELOW, {"roots": list(roots)}).scalars()) if roots else []


def appointments_on(session: Session, staff_id: int, on: date) -> list[AppointmentRow]:
    """The roles somebody holds on a day."""
    rows = session.execute(
        select(Appointment.office_id, Appointment.role)
        .where(
            Appointment.staff_id == staff_id,
            Appointment.valid_from <= on,
            (Appointment.valid_to.is_(None)) | (Appointment.valid_to >= on),
        )
        .order_by(Appointment.id)
    )
    return [AppointmentRow(*row) for row in rows]


def list_staff(session: Session, role: Role, office_ids: Sequence[int], on: date) -> list[Staff]:
    """Who holds a role in some offices on a day."""
    return list(
        session.scalars(
            select(Staff)
            .join(Appointment, Appointment.staff_id == Staff.id)
            .where(
                Appointment.role == role,
                Appointment.office_id.in_(office_ids),
                Appointment.valid_from <= on,
                (Appointment.valid_to.is_(None)) | (Appointment.valid_to >= on),
            )
            .order_by(Staff.name)
        )
    )
