"""Accounts, server-side sessions, log-in attempts and remembered answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.errors import Conflict
from inventory.base.orm import Base, Id, means


class Account(Base):
    """The log-in of a member of staff; the password is kept as an Argon2id hash only."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("login"), UniqueConstraint("staff_id"))

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    login: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default="vi")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A log-in on one device: the hash of its token and the actor it stands for."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account_id", "account_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    offices: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginAttempts(Base):
    """Failed log-ins of one name or one address in the present window."""

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime]
    failures: Mapped[int]


class RememberedAnswer(Base):
    """The answer to a POST with an Idempotency-Key, given again when the request comes again."""

    __tablename__ = "remembered_answer"
    __table_args__ = (Index("ix_remembered_answer_at", "at"),)

    staff_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes]
    at: Mapped[datetime]


means("uq_account_login", Conflict)
