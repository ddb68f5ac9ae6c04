"""Reading the register: one statement a page, from grounds and custody as they are.

Of a thing that went to another office its transfer says what it was; it stays in the register.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import ruling
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind
from reports.registers.models import RegisterClosing, RegisterSignature
from reports.registers.rules import (
    EVIDENCE_REGISTER,
    QUARTERS,
    Cells,
    LineKind,
    Passing,
    Signs,
    StatYear,
    amended,
    amended_since,
    name_of,
    passed,
    shown,
    year_named,
    year_of,
)
from reports.registers.schemas import Amendment, Closing, Line, Printed, Signature

BATCH = 500
CLOSING_PAPERS = (PaperKind.REGISTER_CLOSING.value, PaperKind.AUCTION_REGISTER_CLOSING.value)

_GROUNDS = """
SELECT 'seizure' AS kind, s.id, s.asset_id, s.case_id, s.decision_on AS started_on,
  s.decision_number AS document, s.released_on AS ended_on, s.release_decision AS decision
FROM seizure s WHERE s.office_id = :office
UNION ALL
SELECT h.kind, h.id, h.asset_id, h.case_id, h.received_on,
  coalesce(h.first_minutes, h.agency), h.ended_on, h.end_decision
FROM evidence_hold h WHERE h.office_id = :office"""

_CHOSEN = (
    "g.started_on <= CAST(:until AS date)"
    " AND (g.ended_on IS NULL OR g.ended_on >= CAST(:since AS date))"
)

_LINES = f"""
WITH ground AS ({_GROUNDS}), chosen AS (
  SELECT g.* FROM ground g WHERE {_CHOSEN}
    AND (g.started_on, g.kind, g.id) > (CAST(:on AS date), CAST(:kind AS text), CAST(:id AS bigint))
  ORDER BY g.started_on, g.kind, g.id LIMIT :n)
SELECT g.kind, g.id, g.started_on, coalesce(c.decision_number, '') AS "case", c.judgment,
  coalesce(a.reference, gone.reference) AS asset,
  coalesce(a.description, gone.description) AS description,
  coalesce(a.quantity, gone.quantity) AS quantity,
  coalesce(a.unit, gone.unit) AS unit, coalesce(a.condition, gone.condition) AS condition,
  g.document,
  p.name AS place, g.decision, g.ended_on AS decided_on, moved.passings, f.frozen
FROM chosen g LEFT JOIN asset a ON a.id = g.asset_id AND a.office_id = :office
LEFT JOIN LATERAL (SELECT * FROM transfer_line t WHERE t.asset_id = g.asset_id
  AND t.office_id = :office ORDER BY t.sent_seq DESC LIMIT 1) gone ON a.id IS NULL
LEFT JOIN enforcement_case c ON c.id = g.case_id
LEFT JOIN holding h ON h.asset_id = a.id
LEFT JOIN place p ON p.id = coalesce(h.place_id, h.home_place_id)
LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object(
    'on', (e.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'kind', e.kind,
    'document', nullif(e.document, ''),
    'party', CASE WHEN e.kind IN ('taken_in', 'arrived', 'returned') THEN e.giver
      WHEN e.kind = 'written_off' THEN e.reason ELSE e.receiver END) ORDER BY e.seq) AS passings
  FROM custody_entry e WHERE e.asset_id = g.asset_id AND e.office_id = :office
    AND e.kind IN ('taken_in', 'arrived', 'returned', 'released', 'sent', 'lent',
      'written_off')) moved ON true
LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('on', q.ends_on, 'cells', l.cells)
    ORDER BY q.ends_on) AS frozen
  FROM register_line l JOIN register_closing q ON q.id = l.closing_id
  WHERE l.kind = g.kind AND l.ground_id = g.id AND l.office_id = :office) f ON true
ORDER BY g.started_on, g.kind, g.id"""  # noqa: S608 - our own text

_COUNTED = f"""
WITH ground AS ({_GROUNDS})
SELECT count(*) FILTER (WHERE g.started_on < :since) AS opening,
  count(*) FILTER (WHERE g.started_on >= :since) AS came,
  count(*) FILTER (WHERE g.ended_on BETWEEN :since AND :until) AS went
FROM ground g WHERE {_CHOSEN}"""  # noqa: S608 - our own text


def year_on(session: Session, on: date) -> StatYear:
    """The statistical year of a day, as the law dates it."""
    begins, ends = _bounds(session, on)
    return year_of(on, begins, ends)


def get_year(session: Session, number: int) -> StatYear:
    """A statistical year.

    Raises Invalid where there can be no such year.
    """
    if not 2010 <= number <= 2100:
        raise Invalid(_("There is no such statistical year."), field="year")
    begins, ends = _bounds(session, date(number, 1, 1))
    return year_named(number, begins, ends)


def list_lines(
    session: Session,
    actor: Actor,
    year: StatYear,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Line]:
    """The lines of the actor's office in a year, those carried over from earlier years first."""
    after = decode_cursor(cursor, str, str, int)
    rows = _read(session, actor, (year.starts_on, year.ends_on), after, size + 1)
    return page_of(
        rows,
        size,
        key=lambda line: (line.cells.started_on.isoformat(), line.kind.value, line.ground_id),
    )


def every_line(session: Session, actor: Actor, since: date, until: date) -> Iterator[Line]:
    """All lines between two days, read in batches."""
    after: tuple[int | str, ...] | None = None
    while batch := _read(session, actor, (since, until), after, BATCH):
        yield from batch
        last = batch[-1]
        after = (last.cells.started_on.isoformat(), last.kind.value, last.ground_id)


def count_lines(session: Session, actor: Actor, since: date, until: date) -> tuple[int, int, int]:
    """Lines carried over, lines new, and lines whose ground ended between two days."""
    said = {"office": actor.office_id, "since": since, "until": until}
    row = session.execute(text(_COUNTED), said).one()
    return row.opening, row.came, row.went


def list_closings(
    session: Session, actor: Actor, year: int, register: int = EVIDENCE_REGISTER
) -> list[Closing]:
    """The closed quarters of a register of the actor's office in a year."""
    c = RegisterClosing
    closings = session.scalars(
        select(c)
        .where(c.office_id == actor.office_id, c.register == register, c.year == year)
        .order_by(c.quarter)
    ).all()
    s = RegisterSignature
    signed: dict[int, list[Signature]] = {one.id: [] for one in closings}
    found = select(s).where(s.closing_id.in_(signed)).order_by(s.signed_at)
    for one in session.scalars(found) if signed else ():
        signed[one.closing_id].append(Signature(Signs(one.post), one.name, one.signed_at))
    papers = _papers(session, actor, year, register)
    return [
        _closing(one, signed[one.id], papers.get(name_of(register, year, one.quarter), ()))
        for one in closings
    ]


def get_closing(
    session: Session, actor: Actor, year: int, quarter: int, register: int = EVIDENCE_REGISTER
) -> Closing:
    """A closed quarter of a register of the actor's office.

    Raises NotFound.
    """
    for closing in list_closings(session, actor, year, register):
        if closing.quarter == quarter:
            return closing
    raise NotFound(_("This quarter is not closed."))


def last_closing(session: Session, office_id: int, register: int) -> RegisterClosing | None:
    """The newest closing of a register of an office."""
    c = RegisterClosing
    newest = select(c).where(c.office_id == office_id, c.register == register)
    return session.scalar(newest.order_by(c.ends_on.desc()).limit(1))


def _bounds(session: Session, on: date) -> tuple[str, str]:
    value = ruling(session, "stat_year", on).value
    if not isinstance(value, tuple) or len(value) != 2:
        raise ValueError("stat_year must be two days of a year")
    return str(value[0]), str(value[1])


def _read(
    session: Session,
    actor: Actor,
    days: tuple[date, date],
    after: tuple[int | str, ...] | None,
    n: int,
) -> list[Line]:
    on, kind, ground_id = after or ("0001-01-01", "", 0)
    said = {"office": actor.office_id, "since": days[0], "until": days[1], "n": n}
    try:
        key = {"on": date.fromisoformat(str(on)), "kind": kind, "id": ground_id}
    except ValueError as error:
        raise Invalid(_("This page link is not valid."), field="cursor") from error
    rows = session.execute(text(_LINES), {**said, **key}).mappings()
    return [_line(row) for row in rows]


_FOLLOWS = {name for name in Cells.__struct_fields__ if name.startswith(("in_", "out_"))}
_SAID = [
    name
    for name in Cells.__struct_fields__
    if name not in _FOLLOWS | {"kind", "receiver", "balance", "passings"}
]


def _line(row: Any) -> Line:
    said = {name: row[name] for name in _SAID}
    passings = msgspec.convert(row["passings"] or [], list[Passing])
    cells = passed(Cells(**said, kind=LineKind(row["kind"])), passings)
    frozen: list[dict[str, Any]] = row["frozen"] or []
    return Line(
        kind=cells.kind,
        ground_id=row["id"],
        cells=cells,
        closed_on=date.fromisoformat(frozen[0]["on"]) if frozen else None,
        amendments=tuple(
            Amendment(name, shown(was), on)
            for name, was, on in amended_since(frozen, msgspec.to_builtins(cells), amended)
        ),
        frozen=frozen[-1]["cells"] if frozen else None,
    )


def _papers(
    session: Session, actor: Actor, year: int, register: int
) -> dict[str, tuple[Printed, ...]]:
    """The papers of a year's closings by the names of these, the parts of one in their order."""
    p = Paper
    rows = session.execute(
        select(p.subject_ref, p.reference, p.number)
        .where(
            p.office_id == actor.office_id,
            p.kind.in_(CLOSING_PAPERS),
            p.subject_ref.in_(
                [name_of(register, year, quarter) for quarter in range(1, QUARTERS + 1)]
            ),
        )
        .order_by(p.subject_ref, p.id)
    )
    by_name = groupby(rows, key=lambda row: row[0])
    return {name: tuple(Printed(row[1], row[2]) for row in of_name) for name, of_name in by_name}


def _closing(
    one: RegisterClosing, signatures: Sequence[Signature], papers: Sequence[Printed]
) -> Closing:
    said = {name: getattr(one, name) for name in Closing.__struct_fields__[:11]}
    signed, printed = tuple(signatures), tuple(papers)
    return Closing(**said, closed_by=one.closed_by_name, signatures=signed, papers=printed)
