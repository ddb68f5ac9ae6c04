"""Setting and meeting limits: one statement each, with the entries of the ledger.

Many acts bring limits about, so these statements go straight to the driver; what an act has
gathered by then is written by the same statement.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from auction.deadlines.moving import IS_HELD
from auction.deadlines.schemas import DeadlineSubject
from inventory.base.actor import Actor
from inventory.base.direct import Direct
from inventory.base.scope import in_sight_of, sight_of
from inventory.base.together import ask_and_write

_GIVEN = """office_id, rule_id, rule_key, scope, article, confidence, event, started_on, due_on,
    warn_on, calendar_id, skipped, subject_kind, subject_ref, asset_id, lot_id, set_at, set_by_id,
    met_on, met_at, met_by_id"""
"""What a new limit is told; the rest begins as its table says."""

_NOTED = """
{name} AS (
  INSERT INTO audit_entry (at, staff_id, actor_name, office_id, channel, code, subject_kind,
    subject_id, subject_ref, data)
  SELECT %(at)s::timestamptz, %(staff_id)s::bigint, %(actor)s, office_id, %(channel)s, '{code}',
    'deadline', id, subject_ref, {data}
  FROM {source})
"""
_MADE = (
    f"made AS (INSERT INTO deadline ({_GIVEN})"  # noqa: S608 - our words
    f" SELECT {_GIVEN} FROM jsonb_populate_recordset(NULL::deadline, %(rows)s::jsonb)"
    " ON CONFLICT DO NOTHING RETURNING id, office_id, rule_id, rule_key, subject_ref, started_on,"
    f" due_on, met_on, met_on IS NULL AND {IS_HELD} AS held)"
)
_NOTED_MADE = _NOTED.format(
    name="noted_made",
    source="made",
    code="deadlines.deadline.set",
    data="jsonb_strip_nulls(jsonb_build_object('rule_id', rule_id, 'key', rule_key,"
    " 'started_on', started_on, 'due_on', due_on, 'met_on', met_on))",
)
_MET = (
    "met AS (UPDATE deadline"  # noqa: S608 - our words
    " SET met_on = %(met_on)s::date, met_at = %(at)s::timestamptz,"
    " met_by_id = %(staff_id)s::bigint WHERE (rule_key = ANY (%(keys)s::text[])"
    " OR rule_key || '/' || scope = ANY (%(keys)s::text[]))"
    " AND subject_kind = %(kind)s AND subject_ref = %(ref)s AND met_on IS NULL"
    " AND (%(begun_by)s::date IS NULL OR started_on <= %(begun_by)s::date)"
    f" AND voided_on IS NULL AND {in_sight_of('office_id')}"
    " RETURNING id, office_id, rule_key, subject_ref, due_on)"
)
_NOTED_MET = _NOTED.format(
    name="noted_met",
    source="met",
    code="deadlines.deadline.met",
    data="jsonb_build_object('key', rule_key, 'due_on', due_on, 'met_on', %(met_on)s::date,"
    " 'late', %(met_on)s::date > due_on)",
)
_SET = Direct(" ".join(("WITH", _MADE, ",", _NOTED_MADE, "SELECT id, held FROM made")))
_MEET = Direct(" ".join(("WITH", _MET, ",", _NOTED_MET, "SELECT id FROM met")))
_MEET_AND_SET = Direct(
    " ".join(
        ("WITH", _MET, ",", _NOTED_MET, ",", _MADE, ",", _NOTED_MADE, "SELECT id, held FROM made")
    )
)


class Made(NamedTuple):
    """A limit that was set, and whether an open hold is about it."""

    id: int
    held: bool


class Fulfilled(NamedTuple):
    """The limits of a subject that an act of a day fulfils; ``key/scope`` is that scope's alone.

    With ``begun_by`` only those that had begun by that day.
    """

    keys: Sequence[str]
    subject: DeadlineSubject
    met_on: date
    begun_by: date | None = None


def write_limits(
    session: Session,
    actor: Actor,
    rows: Sequence[dict[str, Any]],
    *,
    at: datetime,
    fulfilled: Fulfilled | None = None,
) -> list[Made]:
    """Set limits, those of an event that is known already left out.

    ``fulfilled`` are met in the same statement; none of those just set is.
    """
    said = [_begun(row, actor, at) for row in rows]
    asked = {"rows": msgspec.json.encode(said).decode(), **_who(actor, at)}
    statement = _SET
    if fulfilled is not None:
        statement, asked = _MEET_AND_SET, asked | _asked(actor, fulfilled)
    return [Made(*row) for row in ask_and_write(session, statement, asked)]


def write_met(session: Session, actor: Actor, fulfilled: Fulfilled, *, at: datetime) -> list[int]:
    """Meet the open limits of a subject in the actor's sight; answers their ids."""
    asked = _asked(actor, fulfilled) | _who(actor, at)
    return [row[0] for row in ask_and_write(session, _MEET, asked)]


def _begun(row: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """A limit as it begins, and as it ends where the same act fulfils it."""
    who = actor.staff_id
    met = {"met_at": at, "met_by_id": who} if row.get("met_on") else {}
    return {**row, "set_at": at, "set_by_id": who, **met}


def _asked(actor: Actor, fulfilled: Fulfilled) -> dict[str, Any]:
    keys, subject, met_on, begun_by = fulfilled
    asked = {"keys": list(keys), "kind": subject.kind, "ref": subject.ref, "met_on": met_on}
    asked["begun_by"] = begun_by
    return asked | sight_of(actor)


def _who(actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "staff_id": actor.staff_id,
        "actor": actor.name,
        "channel": actor.channel,
    }
