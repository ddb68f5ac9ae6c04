"""The only writer of the audit ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.together import add


class Subject(msgspec.Struct, frozen=True):
    """What an act was done to."""

    kind: str
    id: int | None
    ref: str
    office_id: int | None = None


def row_of(
    actor: Actor, code: str, subject: Subject, data: dict[str, Any], *, at: datetime
) -> dict[str, Any]:
    """An act as its table keeps it, for commands that write several rows in one statement."""
    return {
        "at": at,
        "staff_id": actor.staff_id,
        "actor_name": actor.name,
        "office_id": subject.office_id,
        "channel": actor.channel,
        "code": code,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "subject_ref": subject.ref,
        "data": data,
    }


def record(
    session: Session,
    actor: Actor,
    code: str,
    subject: Subject,
    data: dict[str, Any] | None = None,
    *,
    at: datetime,
) -> None:
    """Record an act in the transaction that does it."""
    add(session, AuditEntry, [row_of(actor, code, subject, data or {}, at=at)])


def record_many(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Record several acts, given by ``row_of``, in one statement."""
    add(session, AuditEntry, rows)
