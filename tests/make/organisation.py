"""Makes offices, staff and actors."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.organisation.models import Appointment, Office, Staff
from inventory.organisation.permissions import READS_CASE_DATA, permissions_of
from inventory.organisation.queries import below
from inventory.organisation.rules import OfficeKind, Role
from service.auth.commands import hasher, token_hash
from service.auth.models import Account, LoginSession
from service.auth.queries import snapshot
from service.auth.rules import session_ends


def make_office(
    session: Session,
    code: str = "T01",
    name: str = "Phòng thử nghiệm",
    *,
    kind: OfficeKind = OfficeKind.PROVINCE,
    parent: Office | None = None,
) -> Office:
    office = Office(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        valid_from=date(2025, 7, 1),
    )
    session.add(office)
    session.flush()
    return office


def make_staff(session: Session, office: Office, role: Role, code: str, name: str) -> Staff:
    staff = Staff(code=code, name=name)
    session.add(staff)
    session.flush()
    session.add(
        Appointment(
            staff_id=staff.id,
            office_id=office.id,
            role=role,
            valid_from=date(2025, 7, 1),
            recorded_at=datetime(2025, 7, 1).astimezone(),
        )
    )
    session.flush()
    return staff


def make_actor(session: Session, staff: Staff, office: Office, role: Role) -> Actor:
    offices = below(session, [office.id]) if role in READS_CASE_DATA else []
    return Actor(
        staff_id=staff.id,
        name=staff.name,
        office_id=office.id,
        office_ids=frozenset(offices),
        permissions=permissions_of([role]),
        channel="test",
        roles=frozenset({role.value}),
    )


@dataclass
class People:
    """A centre with an inspector, an office with everybody, and a foreign office."""

    centre: Office
    office: Office
    foreign: Office
    staff: dict[str, Staff] = field(default_factory=dict)
    keeper: Actor = SYSTEM
    officer: Actor = SYSTEM
    head: Actor = SYSTEM
    inspector: Actor = SYSTEM
    accountant: Actor = SYSTEM
    administrator: Actor = SYSTEM
    foreign_officer: Actor = SYSTEM
    foreign_keeper: Actor = SYSTEM


def make_people(session: Session, at: datetime) -> People:
    centre = make_office(session, "T00", "Cục thử nghiệm", kind=OfficeKind.CENTRE)
    office = make_office(session, "T01", "THADS tỉnh Thử", parent=centre)
    foreign = make_office(session, "T02", "THADS tỉnh Khác", parent=centre)
    people = People(centre, office, foreign)
    for name, home, role in (
        ("keeper", office, Role.KEEPER),
        ("officer", office, Role.OFFICER),
        ("head", office, Role.HEAD),
        ("accountant", office, Role.ACCOUNTANT),
        ("administrator", office, Role.ADMINISTRATOR),
        ("inspector", centre, Role.INSPECTOR),
        ("foreign_officer", foreign, Role.OFFICER),
        ("foreign_keeper", foreign, Role.KEEPER),
    ):
        staff = make_staff(session, home, role, f"T-{name}", f"Người thử {name}")
        people.staff[name] = staff
        setattr(people, name, make_actor(session, staff, home, role))
    return people


PASSWORD = "a long enough password"


@cache
def _hashed(password: str) -> str:
    return hasher.hash(password)


def make_token(session: Session, people: People, who: str, at: datetime) -> str:
    """A logged-in session for REST and pages, without the cost of hashing a password each time."""
    staff = people.staff[who]
    account = Account(
        staff_id=staff.id,
        login=f"test-{who}",
        password_hash=_hashed(PASSWORD),
        locale="vi",
        created_at=at,
    )
    session.add(account)
    session.flush()
    token = f"token-of-{who}-{staff.id}"
    kept = snapshot(session, account, at=at)
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            account_id=account.id,
            actor=kept,
            offices="{" + ",".join(map(str, kept["offices"])) + "}",
            created_at=at,
            expires_at=session_ends(clock.now()),
        )
    )
    session.flush()
    return token
