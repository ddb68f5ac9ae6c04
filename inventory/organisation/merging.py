"""The end of an office: its successor goes on with what it had (L25 Art. 17-19).

What the office did keeps its name: papers, closed lots, ledgers. Whatever is still open goes to the
successor in one act, and whoever worked there works in the successor from that day on.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import events
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.organisation.commands import within_reach
from inventory.organisation.models import Appointment, Office
from inventory.organisation.queries import below, get_office, get_office_by_id
from inventory.organisation.rules import Appointed, OfficeEnded, OfficeKind, OnTheWayBetween
from inventory.organisation.schemas import NewEnd, Succeeded

TAKES_OVER = frozenset(
    {OfficeKind.PROVINCE, OfficeKind.DIVISION, OfficeKind.MILITARY, OfficeKind.BAILIFF}
)
"""Offices that enforce and can go on with what another one had."""

_SUCCEED = text("SELECT assets, cases, places, lots, limits FROM kebien_succeed(:office)")
"""By the database itself: who arranges offices sees no case."""


def end_office(
    session: Session, actor: Actor, office_id: int, new: NewEnd, *, at: datetime
) -> Succeeded:
    """End an office: assets, cases, warehouses, open lots, limits and staff go to the successor.

    Raises NotFound, OutsideOwnOffices, OfficeEnded, OnTheWayBetween, Invalid.
    """
    actor.require("organisation.arrange")
    not_ahead(new.from_on, at, field="from_on")
    office = get_office_by_id(session, office_id)
    within_reach(session, actor, office.id)
    session.refresh(office, with_for_update=True)
    successor = get_office(session, new.successor, new.from_on)
    within_reach(session, actor, successor.id)
    _refuse_unfit(session, office, successor, new)
    office.valid_to = new.from_on - timedelta(days=1)
    office.basis = "; ".join(filter(None, (office.basis, new.basis)))
    office.successor_id = successor.id
    successor.former_names = "; ".join(filter(None, (successor.former_names, office.name)))
    session.flush()
    _reparent(session, office, successor, new.from_on)
    between = OnTheWayBetween(
        _("Things are on their way between the two offices: receive them first.")
    )
    with refused_by(session, "ck_transfer_whereto", between):
        moved = session.execute(_SUCCEED, {"office": office.id}).one()
    staff = _reappoint(session, actor, office, successor, new.from_on, at=at)
    _log_in_again(session, successor, new.from_on, at=at)
    done = Succeeded(successor=successor.code, staff=staff, **moved._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    subject = audit.Subject("office", office.id, office.code)
    data = {"successor": successor.code, "from": new.from_on.isoformat(), "basis": new.basis}
    data |= {name: getattr(done, name) for name in ("assets", "cases", "places", "lots", "limits")}
    audit.record(session, actor, Act.OFFICE_ENDED, subject, data | {"staff": staff}, at=at)
    session.expire_all()
    return done


def _refuse_unfit(session: Session, office: Office, successor: Office, new: NewEnd) -> None:
    if office.valid_to is not None:
        raise OfficeEnded(_("The office ended on %(day)s."), day=office.valid_to)
    if new.from_on <= office.valid_from:
        raise Invalid(
            _("The office exists since %(day)s; it ends later."),
            field="from_on",
            day=office.valid_from,
        )
    if successor.id in below(session, [office.id]):
        raise Invalid(_("The successor is another office, not below this one."), field="successor")
    if OfficeKind(successor.kind) not in TAKES_OVER:
        raise Invalid(_("That office keeps no warehouse."), field="successor")


def _reparent(session: Session, office: Office, successor: Office, on: date) -> None:
    """Offices that stood below it stand below the successor."""
    existing = or_(Office.valid_to.is_(None), Office.valid_to >= on)
    for child in session.scalars(select(Office).where(Office.parent_id == office.id, existing)):
        child.parent_id = successor.id
    session.flush()


def _reappoint(
    session: Session, actor: Actor, office: Office, successor: Office, on: date, *, at: datetime
) -> int:
    """Whoever holds a role on that day or later holds it in the successor; how many people."""
    a = Appointment
    running = or_(a.valid_to.is_(None), a.valid_to >= on)
    held = session.scalars(select(a).where(a.office_id == office.id, running)).all()
    same = select(a.staff_id, a.role, a.valid_from).where(a.office_id == successor.id)
    known = {tuple(row) for row in session.execute(same)}
    for one in held:
        if one.valid_from >= on:
            one.office_id = successor.id
            continue
        until, one.valid_to = one.valid_to, on - timedelta(days=1)
        if (one.staff_id, one.role, on) not in known:
            session.add(
                Appointment(
                    staff_id=one.staff_id,
                    office_id=successor.id,
                    role=one.role,
                    valid_from=on,
                    valid_to=until,
                    decided_by_id=actor.staff_id,
                    recorded_at=at,
                )
            )
    session.flush()
    return len({one.staff_id for one in held})


def _log_in_again(session: Session, successor: Office, on: date, *, at: datetime) -> None:
    """Who works in the successor sees more from now on, and his sessions know it."""
    a = Appointment
    here = select(a.staff_id).where(
        a.office_id == successor.id, or_(a.valid_to.is_(None), a.valid_to >= on)
    )
    for staff_id in session.scalars(here.distinct().order_by(a.staff_id)).all():
        events.publish(session, Appointed(staff_id, at))
