"""Reading hand-overs of portfolios, and gathering what an officer's portfolio holds."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from auction.portfolios.models import PortfolioHandover, PortfolioItem
from auction.portfolios.rules import Group, HandoverUnknown, State
from auction.portfolios.schemas import ItemOut, PortfolioOut, PortfolioRow
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight

GATHER = text("""
INSERT INTO portfolio_item (handover_id, office_id, "group", case_id, code, name, state, due_on)
WITH held AS MATERIALIZED (
  SELECT c.id, c.decision_number,
    coalesce(c.debtor_name, c.judgment, c.court, c.decision_number) AS name
  FROM enforcement_case c WHERE c.officer_id = :giver AND c.office_id = :office
    AND (c.closed_on IS NULL OR c.closed_on > :on)),
things AS MATERIALIZED (
  SELECT DISTINCT ON (x.asset_id) x.asset_id, x.case_id FROM (
    SELECT a.id AS asset_id, a.case_id FROM asset a JOIN held h ON h.id = a.case_id
    UNION ALL
    SELECT s.asset_id, s.case_id FROM seizure s JOIN held h ON h.id = s.case_id
      WHERE s.released_on IS NULL
    UNION ALL
    SELECT e.asset_id, e.case_id FROM evidence_hold e JOIN held h ON h.id = e.case_id
      WHERE e.ended_on IS NULL) x ORDER BY x.asset_id, x.case_id),
lots AS MATERIALIZED (
  SELECT DISTINCT ON (l.id) l.id, l.reference, l.description, l.closed_on, h.id AS case_id
  FROM lot l LEFT JOIN lot_asset la ON la.lot_id = l.id
  LEFT JOIN things t ON t.asset_id = la.asset_id
  JOIN held h ON h.id = coalesce(l.case_id, t.case_id) ORDER BY l.id, h.id)
SELECT :handover, CAST(:office AS bigint), g.* FROM (
  SELECT 'case', h.id, h.decision_number, h.name, NULL, CAST(NULL AS date) FROM held h
  UNION ALL
  SELECT 'asset', t.case_id, a.reference, a.description, NULL, NULL
  FROM things t JOIN asset a ON a.id = t.asset_id
  UNION ALL
  SELECT 'lot', l.case_id, l.reference, l.description, NULL, NULL
  FROM lots l WHERE l.closed_on IS NULL OR EXISTS (SELECT FROM sale s WHERE s.lot_id = l.id
    AND s.defaulted_on IS NULL AND s.cancelled_on IS NULL AND (s.delivered_on IS NULL
      OR NOT EXISTS (SELECT FROM payout p WHERE p.sale_id = s.id AND p.paid_at IS NOT NULL
        AND p.withdrawn_at IS NULL)))
  UNION ALL
  SELECT 'deadline', coalesce(l.case_id, t.case_id, h.id), coalesce(cl.creditor, d.subject_ref),
    p.title_vi,
    CASE WHEN d.paused_on IS NOT NULL THEN 'paused' WHEN d.due_on < :on THEN 'overdue' END, d.due_on
  FROM deadline d JOIN legal_parameter p ON p.key = d.rule_key
  LEFT JOIN lots l ON l.id = d.lot_id LEFT JOIN things t ON t.asset_id = d.asset_id
  LEFT JOIN claim cl ON d.subject_kind = 'claim' AND cl.id::text = d.subject_ref
  LEFT JOIN held h ON h.id = cl.case_id
    OR d.subject_kind = 'case' AND h.decision_number = d.subject_ref
  WHERE d.office_id = :office AND d.met_on IS NULL AND d.voided_on IS NULL
    AND coalesce(l.case_id, t.case_id, h.id) IS NOT NULL
  UNION ALL
  SELECT 'hold', k.case_id, k.subject_ref, k.document, k.ground, k.longest_until FROM (
    SELECT DISTINCT ON (o.id) o.*, coalesce(h.id, t.case_id) AS case_id FROM hold o
    LEFT JOIN held h ON o.subject_kind = 'case' AND h.id = o.subject_id
    LEFT JOIN hold_asset ha ON ha.hold_id = o.id LEFT JOIN things t ON t.asset_id = ha.asset_id
    WHERE o.office_id = :office AND o.ended_on IS NULL AND coalesce(h.id, t.case_id) IS NOT NULL
    ORDER BY o.id, coalesce(h.id, t.case_id)) k
  UNION ALL
  SELECT 'evidence_key', t.case_id, a.reference,
    a.description || coalesce(', niêm phong ' || s.number, ''), NULL, NULL
  FROM things t JOIN asset a ON a.id = t.asset_id
  LEFT JOIN seal s ON s.asset_id = a.id AND s.ended_at IS NULL
  WHERE s.id IS NOT NULL OR EXISTS (
    SELECT FROM evidence_hold e WHERE e.asset_id = a.id AND e.ended_on IS NULL)
) g ("group", case_id, code, name, state, due_on)
ORDER BY array_position(
  ARRAY['case', 'asset', 'lot', 'deadline', 'hold', 'evidence_key'], g."group"), g.due_on, g.code
LIMIT :most
""")
"""Everything of the giver's open cases, frozen as items of a hand-over, in one statement.

Of its lots those on offer, and those that are sold and not delivered or not paid out yet.
"""

_HANDOVER = PortfolioHandover


def visible_handovers(actor: Actor) -> Select[PortfolioHandover]:
    """Hand-overs of offices in the actor's sight; an officer sees those he takes part in."""
    statement = select(_HANDOVER).where(in_sight(_HANDOVER.office_id, actor))
    if actor.may("portfolios.draw_up") or actor.sees_all:
        return statement
    mine = (_HANDOVER.giver_id == actor.staff_id, _HANDOVER.receiver_id == actor.staff_id)
    return statement.where(or_(*mine))


def list_handovers(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[PortfolioRow]:
    """Hand-overs, the newest first."""
    h = _HANDOVER
    names = PortfolioRow.__struct_fields__
    statement = visible_handovers(actor).with_only_columns(*(getattr(h, name) for name in names))
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(h.id < after[0])
    rows = session.execute(statement.order_by(h.id.desc()).limit(size + 1))
    return page_of([PortfolioRow(*row) for row in rows], size, key=lambda row: (row.id,))


def lock_handover(session: Session, actor: Actor, reference: str) -> PortfolioHandover:
    """A hand-over, locked.

    Raises HandoverUnknown.
    """
    statement = visible_handovers(actor).where(_HANDOVER.reference == reference)
    found = session.scalar(statement.with_for_update())
    if found is None:
        raise HandoverUnknown(_("There is nothing here, or it is not yours to see."))
    return found


def get_handover(session: Session, actor: Actor, reference: str) -> PortfolioOut:
    """One hand-over with how much it holds.

    Raises HandoverUnknown.
    """
    found = session.scalar(visible_handovers(actor).where(_HANDOVER.reference == reference))
    if found is None:
        raise HandoverUnknown(_("There is nothing here, or it is not yours to see."))
    i = PortfolioItem
    counted = session.execute(
        select(i.group, func.count(), func.count(i.refused))
        .where(i.handover_id == found.id)
        .group_by(i.group)
    ).all()
    row = PortfolioRow(*(getattr(found, name) for name in PortfolioRow.__struct_fields__))
    counts = Counter({Group(group): n for group, n, _refused in counted})
    known = set(PortfolioOut.__struct_fields__) - {"state", "counts", "refused"}
    return PortfolioOut(
        **{name: getattr(found, name) for name in known},
        state=row.state,
        counts={group: counts[group] for group in Group if counts[group]},
        refused=sum(n for _group, _n, n in counted),
    )


def list_items(
    session: Session,
    handover_id: int,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[ItemOut]:
    """What a hand-over holds, in the order in which it was drawn up; the caller may see it."""
    i = PortfolioItem
    statement = select(*_columns()).where(i.handover_id == handover_id)
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(i.id > after[0])
    rows = session.execute(statement.order_by(i.id).limit(size + 1))
    return page_of([_item(row) for row in rows], size, key=lambda one: (one.id,))


def every_item(session: Session, handover_id: int) -> Sequence[ItemOut]:
    """All that a hand-over holds."""
    i = PortfolioItem
    rows = session.execute(select(*_columns()).where(i.handover_id == handover_id).order_by(i.id))
    return [_item(row) for row in rows]


def count_waiting(session: Session, actor: Actor) -> int:
    """Hand-overs that wait for this person's signature."""
    h = _HANDOVER
    mine = or_(
        (h.giver_id == actor.staff_id) & h.given_at.is_(None),
        (h.receiver_id == actor.staff_id) & h.taken_at.is_(None),
    )
    open_ones = visible_handovers(actor).where(mine, h.paper.is_(None), h.cancelled_at.is_(None))
    return session.scalar(open_ones.with_only_columns(func.count())) or 0


def state_of(found: PortfolioHandover) -> State:
    """Where a hand-over stands."""
    if found.cancelled_at is not None:
        return State.CANCELLED
    return State.DONE if found.paper is not None else State.OPEN


def _columns() -> list[Any]:
    return [getattr(PortfolioItem, name) for name in ItemOut.__struct_fields__]


def _item(row: Any) -> ItemOut:
    number, group, *rest = row
    return ItemOut(number, Group(group), *rest)
