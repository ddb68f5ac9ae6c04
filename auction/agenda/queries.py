"""Reading what stands on days: one statement a page, for a person and for a feed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.agenda.models import AgendaFeed
from auction.agenda.rules import EventKind, FeedUnknown, digest_of
from auction.agenda.schemas import DayCount, EventRow, FeedOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.organisation.models import Staff
from inventory.organisation.permissions import READS_CASE_DATA, permissions_of
from inventory.organisation.queries import appointments_on, below
from inventory.organisation.rules import Role

MOST = 2000
"""Events of one feed; the earliest."""

_SEEN = "(:all OR {0}.office_id = ANY (CAST(:offices AS bigint[])))"
_MINE = "(NOT :mine OR c.officer_id = :staff)"

_EVENTS = f"""
SELECT 'auction' AS kind, r.id, r.held_on AS "on", r.opens_at AS at, 'lot' AS subject_kind,
  l.reference AS subject, r.number, r.organisation, r.venue, NULL AS title_vi, NULL AS title_en,
  NULL AS article, NULL AS confidence,
  EXISTS (SELECT FROM round_outcome o WHERE o.round_id = r.id) AS closed
FROM auction_round r JOIN lot l ON l.id = r.lot_id
LEFT JOIN enforcement_case c ON c.id = l.case_id
WHERE {_SEEN.format("r")} AND {_MINE} AND r.held_on BETWEEN :since AND :until
UNION ALL
SELECT 'deadline', d.id, d.due_on, NULL, d.subject_kind, d.subject_ref, NULL, NULL, NULL,
  p.title_vi, p.title_en, d.article, d.confidence, false
FROM deadline d JOIN legal_parameter p ON p.key = d.rule_key
LEFT JOIN lot l ON l.id = d.lot_id LEFT JOIN asset a ON a.id = d.asset_id
LEFT JOIN enforcement_case c ON c.id = coalesce(l.case_id, a.case_id, (SELECT o.id
  FROM enforcement_case o WHERE d.subject_kind = 'case' AND o.office_id = d.office_id
    AND o.decision_number = d.subject_ref))
WHERE {_SEEN.format("d")} AND {_MINE} AND d.met_on IS NULL AND d.voided_on IS NULL
  AND d.paused_on IS NULL AND d.due_on BETWEEN :since AND :until"""  # noqa: S608 - our own text

_LIST = f"""
SELECT * FROM ({_EVENTS}) e
WHERE (e."on", e.kind, e.id) > (CAST(:after_on AS date), CAST(:after_kind AS text), :after_id)
ORDER BY e."on", e.kind, e.id LIMIT :n"""  # noqa: S608 - our own text

_COUNTS = f"""
SELECT e."on", count(*) FILTER (WHERE e.kind = 'auction') AS auctions,
  count(*) FILTER (WHERE e.kind = 'deadline') AS deadlines
FROM ({_EVENTS}) e GROUP BY e."on" ORDER BY e."on" """  # noqa: S608 - our own text

_ACT = text("SELECT kebien_act(:staff, :offices, false, false)")


def list_events(
    session: Session,
    actor: Actor,
    since: date,
    until: date,
    *,
    mine: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[EventRow]:
    """What stands on some days, in their order."""
    after = decode_cursor(cursor, str, str, int) or ("0001-01-01", "", 0)
    try:
        after_on = date.fromisoformat(str(after[0]))
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error
    said = _said(actor, since, until, mine=mine)
    said |= {"after_on": after_on, "after_kind": after[1], "after_id": after[2], "n": size + 1}
    rows = [_row(row) for row in session.execute(text(_LIST), said).mappings()]
    return page_of(rows, size, key=lambda one: (one.on.isoformat(), one.kind.value, one.id))


def count_days(
    session: Session, actor: Actor, since: date, until: date, *, mine: bool = False
) -> dict[date, DayCount]:
    """How much stands on each day that holds something."""
    rows = session.execute(text(_COUNTS), _said(actor, since, until, mine=mine))
    return {row[0]: DayCount(*row) for row in rows}


def feed_of(session: Session, actor: Actor) -> FeedOut | None:
    """The feed somebody has, None where there is none."""
    f = AgendaFeed
    row = session.execute(
        select(f.mine, f.made_at).where(f.staff_id == actor.staff_id, f.revoked_at.is_(None))
    ).first()
    return FeedOut(*row) if row else None


def owner_of(session: Session, secret: str, *, at: datetime) -> tuple[Actor, AgendaFeed]:
    """Whose feed an address is, with what he holds and sees today; the transaction is his then.

    Raises FeedUnknown, also where he holds no appointment any more.
    """
    f = AgendaFeed
    feed = session.scalar(
        select(f).where(f.secret_sha256 == digest_of(secret), f.revoked_at.is_(None))
    )
    held = appointments_on(session, feed.staff_id, local_day(at)) if feed else []
    if feed is None or not held:
        raise FeedUnknown(_("There is nothing here, or it is not yours to see."))
    roles = [Role(one.role) for one in held]
    offices = below(session, [one.office_id for one in held if Role(one.role) in READS_CASE_DATA])
    actor = Actor(
        staff_id=feed.staff_id,
        name=session.get_one(Staff, feed.staff_id).name,
        office_id=held[0].office_id,
        office_ids=frozenset(offices),
        permissions=permissions_of(roles),
        channel="feed",
        locale=feed.locale,
        roles=frozenset(role.value for role in roles),
    )
    seen = "{" + ",".join(map(str, sorted(offices))) + "}"
    session.execute(_ACT, {"staff": str(feed.staff_id), "offices": seen})
    return actor, feed


def _said(actor: Actor, since: date, until: date, *, mine: bool) -> dict[str, Any]:
    return {
        "all": actor.sees_all,
        "offices": sorted(actor.office_ids),
        "staff": actor.staff_id or 0,
        "mine": mine,
        "since": since,
        "until": until,
    }


def _row(row: Any) -> EventRow:
    return EventRow(**{**row, "kind": EventKind(row["kind"])})
