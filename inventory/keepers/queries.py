"""Reading who keeps which warehouse."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.keepers.models import KeeperAppointment, KeeperChange
from inventory.keepers.rules import Ending
from inventory.keepers.schemas import ChangeOut, KeeperRow, KeptWarehouse, WarehouseRow
from inventory.organisation.models import Staff
from inventory.warehouses.models import Place
from inventory.warehouses.queries import visible_places
from inventory.warehouses.rules import WAREHOUSE_FORMS

_Appointed = aliased(Staff)
_Next = aliased(Staff)
_NextAppointment = aliased(KeeperAppointment)

KEEPS = (
    "SELECT FROM keeper_appointment k WHERE k.place_id = {root} AND k.staff_id = {staff}"
    " AND k.active_at IS NOT NULL AND k.ended_at IS NULL AND k.valid_from <= {day}"
    " AND (k.valid_to IS NULL OR k.valid_to >= {day})"
)
"""Whether somebody keeps a warehouse on a day, for the statements that lock an asset."""


def visible_appointments(actor: Actor) -> Select[KeeperAppointment]:
    """Appointments to warehouses of offices in the actor's sight."""
    return select(KeeperAppointment).where(in_sight(KeeperAppointment.office_id, actor))


def list_kept(session: Session, actor: Actor, office_id: int, on: date) -> list[WarehouseRow]:
    """The warehouses of an office with who keeps each, one statement."""
    k, c = KeeperAppointment, KeeperChange
    rows = session.execute(
        visible_places(actor)
        .with_only_columns(
            Place.id,
            Place.code,
            Place.name,
            _Appointed.name,
            k.valid_from,
            k.valid_to,
            and_(k.id.is_not(None), in_force(on)),
            c.id.is_not(None),
        )
        .outerjoin(k, and_(k.place_id == Place.id, _has_access()))
        .outerjoin(_Appointed, _Appointed.id == k.staff_id)
        .outerjoin(c, and_(c.place_id == Place.id, c.completed_at.is_(None)))
        .where(
            Place.office_id == office_id,
            Place.parent_id.is_(None),
            Place.custody_form.in_(WAREHOUSE_FORMS),
            or_(Place.closed_on.is_(None), Place.closed_on > on),
        )
        .order_by(Place.code)
    )
    return [WarehouseRow(*tuple(row)) for row in rows]


def get_kept(session: Session, actor: Actor, place_id: int) -> KeptWarehouse:
    """A warehouse with all who kept it, and the change that is going on.

    Raises NotFound.
    """
    place = session.execute(
        visible_places(actor)
        .with_only_columns(Place.id, Place.code, Place.name, Place.office_id)
        .where(Place.id == place_id, Place.parent_id.is_(None))
    ).first()
    if place is None:
        raise NotFound(_("There is no such warehouse."))
    return KeptWarehouse(
        place_id=place[0],
        code=place[1],
        name=place[2],
        office_id=place[3],
        keepers=_list_keepers(session, actor, place_id),
        change=find_open_change(session, actor, place_id),
    )


def find_open_change(session: Session, actor: Actor, place_id: int) -> ChangeOut | None:
    """The change of keeper that is going on in a warehouse, None where there is none."""
    c, k = KeeperChange, KeeperAppointment
    row = session.execute(
        select(
            c.id,
            _Appointed.name,
            _Appointed.id,
            _Next.name,
            _Next.id,
            c.opened_at,
            c.count_reference,
            c.count_reason,
            c.counted_at,
            c.outgoing_signed_at,
            c.outgoing_note,
            c.incoming_signed_at,
        )
        .join(k, k.id == c.outgoing_id)
        .join(_Appointed, _Appointed.id == k.staff_id)
        .join(_NextAppointment, _NextAppointment.id == c.incoming_id)
        .join(_Next, _Next.id == _NextAppointment.staff_id)
        .where(c.place_id == place_id, c.completed_at.is_(None), in_sight(c.office_id, actor))
    ).first()
    if row is None:
        return None
    return ChangeOut(**dict(zip(ChangeOut.__struct_fields__, row, strict=True)))


def kept_by(session: Session, staff_id: int | None, on: date) -> list[int]:
    """The warehouses somebody keeps on a day."""
    k = KeeperAppointment
    rows = session.scalars(
        select(k.place_id).where(k.staff_id == staff_id, _has_access(), in_force(on))
    )
    return list(rows)


def in_force(on: date) -> ColumnElement[bool]:
    """Whether an appointment serves on a day."""
    k = KeeperAppointment
    return and_(k.valid_from <= on, or_(k.valid_to.is_(None), k.valid_to >= on))


def _has_access() -> ColumnElement[bool]:
    k = KeeperAppointment
    return and_(k.active_at.is_not(None), k.ended_at.is_(None))


def _list_keepers(session: Session, actor: Actor, place_id: int) -> list[KeeperRow]:
    k = KeeperAppointment
    rows = session.execute(
        visible_appointments(actor)
        .with_only_columns(
            Staff.code,
            Staff.name,
            k.decision_number,
            k.decided_on,
            k.valid_from,
            k.valid_to,
            k.active_at,
            k.ended_at,
            k.ending,
            k.end_reason,
        )
        .join(Staff, Staff.id == k.staff_id)
        .where(k.place_id == place_id)
        .order_by(k.id.desc())
    )
    return [KeeperRow(*row[:8], Ending(row[8]) if row[8] else None, row[9]) for row in rows]
