"""Reading offices, staff and what somebody is appointed to on a day."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.organisation.models import Appointment, Office, Staff
from inventory.organisation.rules import Role


class OfficeRow(msgspec.Struct, frozen=True):
    """An office as lists show it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None


class AppointmentRow(msgspec.Struct, frozen=True):
    """A role held on a day."""

    office_id: int
    role: str


_BELOW = text(
    "WITH RECURSIVE below AS ("
    " SELECT id FROM office WHERE id = ANY(:roots)"
    " UNION SELECT o.id FROM office o JOIN below b ON o.parent_id = b.id)"
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
    chosen = offices_on(on).subquery()
    c = chosen.c
    rows = session.execute(
        select(c.id, c.code, c.name, c.kind, c.parent_id, c.valid_from, c.valid_to).order_by(
            c.name_key.collate("C"), c.id
        )
    )
    return [OfficeRow(*row) for row in rows]


def below(session: Session, roots: Sequence[int]) -> list[int]:
    """Some offices and all under them, also former ones: their records stay in sight."""
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
