"""Accounts, log-in and log-out."""

import hashlib
import secrets
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from inventory.audit import ledger
from inventory.base.actor import SYSTEM, Actor
from inventory.base.messages import _
from service.auth.models import Account, LoginAttempts, LoginSession
from service.auth.queries import actor_from, find_account, snapshot
from service.auth.rules import (
    MOST_FAILURES,
    WINDOW,
    TooManyLogIns,
    WrongLogIn,
    check_password,
    session_ends,
)
from service.database import Database

hasher = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)
"""So many log-ins at once in a process: proving a password takes 64 MB of memory, by intent."""

_COUNT = text(
    "INSERT INTO login_attempts AS a (key, window_start, failures) VALUES (:key, :at, :more)"
    " ON CONFLICT (key) DO UPDATE SET"
    " failures = CASE WHEN a.window_start > :since THEN a.failures ELSE 0 END + :more,"
    " window_start = CASE WHEN a.window_start > :since THEN a.window_start ELSE :at END"
    " RETURNING failures"
)


class LogIn(msgspec.Struct, frozen=True):
    """A fresh session: its secret token, told once, and who it stands for."""

    token: str
    expires_at: datetime
    actor: Actor


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows."""
    return hasher.hash(secrets.token_urlsafe(16))


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def log_in(database: Database, login: str, password: str, address: str, *, at: datetime) -> LogIn:
    """Open a session for who proves to be the holder of an account.

    Failures are counted in a transaction of their own, so that a refusal does not undo the count.
    Raises WrongLogIn, TooManyLogIns, NoAppointment.
    """
    keys = (f"login:{login.strip().lower()[:200]}", f"address:{address}")
    _count_attempt(database, keys, 0, at)
    with database.transaction(SYSTEM, read_only=True) as session:
        account = find_account(session, login)
        stored = account.password_hash if account and not account.disabled_at else None
    with _AT_ONCE:
        fits = _fits(stored or _nobody(), password)  # an unknown name takes as long as a wrong one
    if not fits or stored is None:
        _count_attempt(database, keys, 1, at)
        raise WrongLogIn(_("The name or the password is wrong."))
    with database.transaction(SYSTEM) as session:
        return _open_session(session, login, at)


def log_out(session: Session, token: str, *, at: datetime) -> None:
    """End a session; its token is worth nothing from now on."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def add_account(
    session: Session,
    actor: Actor,
    staff_id: int,
    login: str,
    password: str,
    *,
    locale: str = "vi",
    at: datetime,
) -> Account:
    """Give a member of staff a log-in.

    Raises Invalid where the password is too short, Conflict where the log-in is taken.
    """
    actor.require("accounts.manage")
    account = Account(
        staff_id=staff_id,
        login=login.strip().lower(),
        password_hash=hasher.hash(check_password(password)),
        locale=locale,
        created_at=at,
    )
    session.add(account)
    session.flush()
    subject = ledger.Subject("account", account.id, account.login)
    ledger.record(session, actor, "auth.account.added", subject, {"staff_id": staff_id}, at=at)
    return account


def end_sessions_of(session: Session, actor: Actor, staff_id: int, *, at: datetime) -> None:
    """End every session of a person, as when an appointment changes."""
    actor.require("accounts.manage")
    accounts = Account.__table__.select().with_only_columns(Account.id)
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.account_id.in_(accounts.where(Account.staff_id == staff_id)),
            LoginSession.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    subject = ledger.Subject("staff", staff_id, str(staff_id))
    ledger.record(session, actor, "auth.sessions.ended", subject, at=at)


def _open_session(session: Session, login: str, at: datetime) -> LogIn:
    account = find_account(session, login)
    if account is None:
        raise WrongLogIn(_("The name or the password is wrong."))
    kept = snapshot(session, account, at=at)
    token = secrets.token_urlsafe(32)
    ends = session_ends(at)
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            account_id=account.id,
            actor=kept,
            offices="{" + ",".join(map(str, kept["offices"])) + "}",
            created_at=at,
            expires_at=ends,
        )
    )
    session.execute(delete(LoginAttempts).where(LoginAttempts.key == f"login:{account.login}"))
    actor = actor_from(kept)
    subject = ledger.Subject("account", account.id, account.login)
    ledger.record(session, actor, "auth.session.opened", subject, at=at)
    return LogIn(token, ends, actor)


def _count_attempt(database: Database, keys: tuple[str, ...], more: int, at: datetime) -> None:
    with database.transaction(SYSTEM) as session:
        counted = [
            session.execute(
                _COUNT, {"key": key, "at": at, "since": at - WINDOW, "more": more}
            ).scalar_one()
            for key in sorted(keys)
        ]
    if max(counted) > MOST_FAILURES + (0 if more else -1):
        minutes = int(WINDOW.total_seconds() // 60)
        raise TooManyLogIns(
            _("Too many failed log-ins. Try again in %(minutes)s minutes."), minutes=minutes
        )


def _fits(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except VerificationError:
        return False
