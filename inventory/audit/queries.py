"""Reading the audit ledger."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from inventory.audit.models import AuditEntry
from inventory.base.actor import Actor
from inventory.base.scope import in_sight


class AuditRow(msgspec.Struct, frozen=True):
    """An act as people read it."""

    at: datetime
    actor_name: str
    channel: str
    code: str
    data: dict[str, Any]


def visible_acts(actor: Actor) -> Select[AuditEntry]:
    """Acts on what belongs to offices in the actor's sight, or to none."""
    own = in_sight(AuditEntry.office_id, actor)
    return select(AuditEntry).where(or_(own, AuditEntry.office_id.is_(None)))


def list_acts_on(
    session: Session, actor: Actor, kind: str, subject_id: int, *, n: int = 20
) -> list[AuditRow]:
    """The last acts on a subject, newest first.

    Raises Forbidden.
    """
    actor.require("audit.read")
    e = AuditEntry
    rows = session.execute(
        visible_acts(actor)
        .with_only_columns(e.at, e.actor_name, e.channel, e.code, e.data)
        .where(e.subject_kind == kind, e.subject_id == subject_id)
        .order_by(e.id.desc())
        .limit(n)
    )
    return [AuditRow(*row) for row in rows]
