"""Makes offices, staff and actors."""

from dataclasses import dataclass, field, replace
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
    office = new_office(code, name, kind=kind, parent=parent)
    session.add(office)
    session.flush()
    return office


def new_office(
    code: str, name: str, *, kind: OfficeKind = OfficeKind.PROVINCE, parent: Office | None = None
) -> Office:
    return Office(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        valid_from=date(2025, 7, 1),
    )


def make_staff(session: Session, office: Office, role: Role, code: str, name: str) -> Staff:
    staff = Staff(code=code, name=name)
    session.add(staff)
    session.flush()
    session.add(new_appointment(staff, office, role))
    session.flush()
    return staff


def new_appointment(staff: Staff, office: Office, role: Role) -> Appointment:
    return Appointment(
        staff_id=staff.id,
        office_id=office.id,
        role=role,
        valid_from=date(2025, 7, 1),
        recorded_at=datetime(2025, 7, 1).astimezone(),
    )


def make_actor(session: Session, staff: Staff, office: Office, role: Role) -> Actor:
    under = below(session, [office.id]) if role in READS_CASE_DATA else []
    return new_actor(staff, office, role, frozenset(under))


def new_actor(staff: Staff, office: Office, role: Role, under: frozenset[int]) -> Actor:
    """An actor of a role in an office that reads what lies under it, if the role reads any."""
    return Actor(
        staff_id=staff.id,
        name=staff.name,
        office_id=office.id,
        office_ids=under if role in READS_CASE_DATA else frozenset(),
        permissions=permissions_of([role]),
        channel="test",
        roles=frozenset({role.value}),
        office_kind=office.kind,
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


PLACES = {
    "keeper": ("office", Role.KEEPER),
    "officer": ("office", Role.OFFICER),
    "head": ("office", Role.HEAD),
    "accountant": ("office", Role.ACCOUNTANT),
    "administrator": ("office", Role.ADMINISTRATOR),
    "inspector": ("centre", Role.INSPECTOR),
    "foreign_officer": ("foreign", Role.OFFICER),
    "foreign_keeper": ("foreign", Role.KEEPER),
}
"""Who is appointed where, as what."""


def make_people(session: Session, at: datetime) -> People:
    """Nearly every test begins with them, so they go in together and not one by one."""
    centre = make_office(session, "T00", "Cục thử nghiệm", kind=OfficeKind.CENTRE)
    office = new_office("T01", "THADS tỉnh Thử", parent=centre)
    foreign = new_office("T02", "THADS tỉnh Khác", parent=centre)
    staff = {who: Staff(code=f"T-{who}", name=f"Người thử {who}") for who in PLACES}
    session.add_all([office, foreign, *staff.values()])
    session.flush()
    people = People(centre, office, foreign, staff)
    homes = {who: getattr(people, home) for who, (home, _role) in PLACES.items()}
    session.add_all(new_appointment(staff[who], homes[who], PLACES[who][1]) for who in PLACES)
    session.flush()
    under = {home.id: frozenset(below(session, [home.id])) for home in (centre, office, foreign)}
    for who, (_home, role) in PLACES.items():
        setattr(people, who, new_actor(staff[who], homes[who], role, under[homes[who].id]))
    return people


def make_bailiffs(session: Session, people: People) -> None:
    """Let the office be a bailiff's office; its people have logged in since."""
    people.office.kind = OfficeKind.BAILIFF
    session.flush()
    for who, (home, _role) in PLACES.items():
        if home == "office":
            actor = replace(getattr(people, who), office_kind=OfficeKind.BAILIFF.value)
            setattr(people, who, actor)


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
