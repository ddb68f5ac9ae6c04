"""Making an actor of an account, and reading who a token stands for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import Direct
from inventory.base.messages import _
from inventory.organisation.models import Office, Staff
from inventory.organisation.permissions import READS_CASE_DATA, permissions_of
from inventory.organisation.queries import appointments_on, below
from inventory.organisation.rules import Role
from service.auth.models import Account
from service.auth.rules import NoAppointment

_OPEN = Direct("SELECT * FROM kebien_open(%(token)s, %(at)s, %(read_only)s, %(key)s)")
# The same for a token whose actor is known: one plain statement, no function is called into.
_REOPEN = Direct("""
SELECT l.offices IS NOT NULL,
  set_config('kebien.staff', coalesce(l.actor ->> 'staff_id', ''), true),
  set_config('kebien.offices', coalesce(l.offices, '{}'), true),
  set_config('kebien.sees_all', 'off', true),
  CASE WHEN %(read_only)s::boolean THEN set_config('transaction_read_only', 'on', true) END
FROM (SELECT) AS one LEFT JOIN login_session AS l ON l.token_hash = %(token)s::bytea
  AND l.ended_at IS NULL AND l.expires_at > %(at)s::timestamptz
""")


class Opened(NamedTuple):
    """Who a token stands for, and the remembered answer to the same request."""

    actor: Actor | None
    request_hash: bytes | None
    status: int | None
    headers: dict[str, str] | None
    body: bytes | None


def open_as(
    connection: Connection, token: bytes, *, at: datetime, read_only: bool, key: str | None
) -> Opened:
    """Begin a transaction as the holder of a token: one statement, seen by every policy."""
    asked = {"token": token, "at": at, "read_only": read_only, "key": key}
    row = _OPEN.ask(connection, asked)
    if row is None:
        return Opened(None, None, None, None, None)
    actor, *remembered = row
    return Opened(actor_from(actor), *remembered)


def still_valid(connection: Connection, token: bytes, *, at: datetime, read_only: bool) -> bool:
    """Begin a transaction as the holder of a token that is known, if it has not been ended."""
    row = _REOPEN.ask(connection, {"token": token, "at": at, "read_only": read_only})
    return row is not None and row[0]


def find_account(session: Session, login: str) -> Account | None:
    """The account of a log-in name, upper and lower case alike."""
    return session.scalar(select(Account).where(Account.login == login.strip().lower()))


def snapshot(session: Session, account: Account, *, at: datetime) -> dict[str, Any]:
    """What a session keeps of its actor: person, offices in sight and roles of today.

    Raises NoAppointment where the person holds no role today.
    """
    held = appointments_on(session, account.staff_id, local_day(at))
    if not held:
        raise NoAppointment(_("You hold no appointment in any office today."))
    reading = [a.office_id for a in held if Role(a.role) in READS_CASE_DATA]
    staff = session.get_one(Staff, account.staff_id)
    return {
        "staff_id": staff.id,
        "name": staff.name,
        "office_id": held[0].office_id,
        "offices": below(session, reading),
        "office_kind": session.get_one(Office, held[0].office_id).kind,
        "roles": sorted({a.role for a in held}),
        "locale": account.locale,
    }


def actor_from(kept: Mapping[str, Any]) -> Actor:
    """The actor of a session's snapshot."""
    roles = tuple(kept["roles"])
    return Actor(
        staff_id=kept["staff_id"],
        name=kept["name"],
        office_id=kept["office_id"],
        office_ids=frozenset(kept["offices"]),
        permissions=_permissions(roles),
        channel="web",
        locale=kept["locale"],
        roles=frozenset(roles),
        office_kind=kept.get("office_kind", ""),
    )


@lru_cache(maxsize=256)
def _permissions(roles: tuple[str, ...]) -> frozenset[str]:
    return permissions_of(_roles(roles))


def _roles(names: Iterable[str]) -> list[Role]:
    return [Role(name) for name in names]


def address_of(scope: Mapping[str, Any]) -> str:
    """The address a request comes from, for counting guesses."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
