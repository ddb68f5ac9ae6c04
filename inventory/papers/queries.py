"""Reading papers: one, lists, their state, their letterheads, and gaps in their numbers."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.organisation.models import Office
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import OfficeKind, Role
from inventory.papers.amending import folded
from inventory.papers.forms import PaperForm, head_words
from inventory.papers.models import Paper, PaperSubject
from inventory.papers.rules import (
    HEAD,
    ISSUED_UNDER,
    OFFICER,
    PaperKind,
    PaperUnknown,
    Relation,
    state_after,
)
from inventory.papers.schemas import ChainLink, Gap, LaterPaper, Letterhead, PaperOut, PaperRow

SERIES = "paper:"
"""Prefix of the number series of papers; the kind follows."""

COPIES = "handover_minutes_copies"
"""The dated rule on how many copies hand-over minutes have."""

_SEAT = re.compile(r"(?:tỉnh|thành phố|TP\.?)\s+(.+?)(?:\s*\(.*)?$", re.IGNORECASE)
_LINE = text(
    "WITH RECURSIVE line AS ("
    " SELECT id, name, kind, parent_id, demonstration, 0 AS height FROM office WHERE id = :office"
    " UNION ALL SELECT o.id, o.name, o.kind, o.parent_id, o.demonstration, l.height + 1"
    " FROM office o JOIN line l ON o.id = l.parent_id)"
    " SELECT name, kind, demonstration FROM line ORDER BY height"
)

_CHAIN = text(
    "WITH RECURSIVE up AS ("
    " SELECT id, coalesce(amends_id, recalls_id, replaces_id) AS earlier FROM paper WHERE id = :id"
    " UNION ALL SELECT p.id, coalesce(p.amends_id, p.recalls_id, p.replaces_id)"
    " FROM paper p JOIN up ON p.id = up.earlier),"
    " down AS (SELECT id FROM up WHERE earlier IS NULL"
    " UNION ALL SELECT p.id FROM paper p JOIN down d"
    " ON p.amends_id = d.id OR p.recalls_id = d.id OR p.replaces_id = d.id)"
    " SELECT p.reference, p.number, p.kind, p.dated_on,"
    " CASE WHEN p.amends_id IS NOT NULL THEN 'amends' WHEN p.recalls_id IS NOT NULL THEN 'recalls'"
    " WHEN p.replaces_id IS NOT NULL THEN 'replaces' END AS relation, e.number AS earlier"
    " FROM down JOIN paper p ON p.id = down.id"
    " LEFT JOIN paper e ON e.id = coalesce(p.amends_id, p.recalls_id, p.replaces_id)"
    " ORDER BY p.id"
)
_GAPS = text(
    "SELECT * FROM (SELECT coalesce(u.office_id, s.office_id) AS office_id,"
    "  coalesce(u.series, s.series) AS series, coalesce(u.year, s.year) AS year,"
    "  coalesce(u.used, 0) AS used, coalesce(u.highest, 0) AS highest, coalesce(s.last, 0) AS given"
    " FROM (SELECT office_id, :series || kind AS series, year, count(*) AS used,"
    "   max(serial) AS highest FROM paper GROUP BY office_id, kind, year) u"
    " FULL JOIN (SELECT * FROM number_series WHERE starts_with(series, :series)) s"
    "  ON s.office_id = u.office_id AND s.series = u.series AND s.year = u.year) x"
    " WHERE used <> highest OR highest <> given ORDER BY office_id, series, year"
)


class _Issuer(msgspec.Struct, frozen=True):
    """An office in a letterhead."""

    name: str
    kind: str
    demonstration: bool


def copies_of_minutes(session: Session, at: datetime) -> int:
    """How many copies hand-over minutes have that are made at a moment.

    Raises NotFound where no rule speaks of that day.
    """
    return int(str(law.ruling(session, COPIES, local_day(at)).value))


def visible_papers(actor: Actor) -> Select[Paper]:
    """The papers of the offices an actor sees."""
    return select(Paper).where(in_sight(Paper.office_id, actor))


def get_paper(session: Session, actor: Actor, reference: str) -> Paper:
    """One issued paper.

    Raises PaperUnknown, also for a paper of a foreign office.
    """
    found = session.scalar(visible_papers(actor).where(Paper.reference == reference))
    if found is None:
        raise PaperUnknown(_("There is no document %(reference)s."), reference=reference)
    return found


def get_paper_out(session: Session, actor: Actor, reference: str) -> PaperOut:
    """One issued paper, what it followed and what became of it.

    Raises PaperUnknown.
    """
    paper = get_paper(session, actor, reference)
    office = session.scalars(select(Office.name).where(Office.id == paper.office_id)).one()
    later = later_papers(session, [paper.id])[paper.id]
    return PaperOut(
        reference=paper.reference,
        kind=PaperKind(paper.kind),
        form_code=paper.form_code,
        number=paper.number,
        title=paper.title,
        subject_kind=paper.subject_kind,
        subject_ref=paper.subject_ref,
        office=office,
        dated_on=paper.dated_on,
        issued_at=paper.issued_at,
        issued_by=paper.issued_by_name,
        template=paper.template,
        data_sha256=paper.data_sha256,
        state=state_after({one.relation for one in later}),
        follows=_earlier(session, paper),
        later=later,
        chain=chain_of(session, paper.id),
    )


def list_papers(
    session: Session,
    actor: Actor,
    *,
    kind: PaperKind | None = None,
    number: str | None = None,
    about: tuple[str, str] | None = None,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[PaperRow]:
    """Papers in sight, newest first: all, of a kind, of a number, or about one thing."""
    p = Paper
    statement = visible_papers(actor).with_only_columns(
        p.id, p.reference, p.kind, p.number, p.title, p.dated_on, Office.name
    )
    statement = statement.join(Office, Office.id == p.office_id)
    if about is not None:
        s = PaperSubject
        statement = statement.join(s, s.paper_id == p.id).where(
            s.kind == about[0], s.ref == about[1]
        )
    if kind is not None:
        statement = statement.where(p.kind == kind)
    if number:
        statement = statement.where(p.number == number.strip())
    after = decode_cursor(cursor, int)
    if after is not None:
        statement = statement.where(p.id < after[0])
    rows = session.execute(statement.order_by(p.id.desc()).limit(size + 1)).all()
    later = later_papers(session, [row[0] for row in rows])
    found = [_row(row, later[row[0]]) for row in rows]
    return page_of(found, size, key=lambda paper: (paper.id,))


def chain_of(session: Session, paper_id: int) -> list[ChainLink]:
    """A paper with all that came before it and after it, from the first one on."""
    rows = session.execute(_CHAIN, {"id": paper_id})
    return [
        ChainLink(
            reference=row.reference,
            number=row.number,
            kind=PaperKind(row.kind),
            on=row.dated_on,
            relation=Relation(row.relation) if row.relation else None,
            earlier=row.earlier,
        )
        for row in rows
    ]


def later_papers(session: Session, ids: Sequence[int]) -> dict[int, list[LaterPaper]]:
    """What later papers did to some papers, oldest first."""
    found: dict[int, list[LaterPaper]] = defaultdict(list)
    if not ids:
        return found
    p = Paper
    earlier = func.coalesce(p.amends_id, p.recalls_id, p.replaces_id)
    statement = select(earlier, p.amends_id, p.recalls_id, p.reference, p.number, p.dated_on).where(
        or_(p.amends_id.in_(ids), p.recalls_id.in_(ids), p.replaces_id.in_(ids))
    )
    for row in session.execute(statement.order_by(p.id)):
        amends, recalls = row[1] is not None, row[2] is not None
        relation = Relation.AMENDS if amends else Relation.RECALLS if recalls else Relation.REPLACES
        found[row[0]].append(
            LaterPaper(relation=relation, reference=row[3], number=row[4], on=row[5])
        )
    return found


def done_to(session: Session, paper_id: int) -> set[Relation]:
    """What later papers did to a paper."""
    return {one.relation for one in later_papers(session, [paper_id])[paper_id]}


def amended_words(session: Session, paper_id: int) -> list[str]:
    """What the amendments of a paper say shall be read, as it is compared."""
    p = Paper
    said = session.scalars(
        select(p.data["shall_read"].astext).where(p.amends_id == paper_id).order_by(p.id)
    )
    return [folded(one) for one in said if one]


def subjects_of(session: Session, paper_id: int) -> list[tuple[str, str]]:
    """What a paper is about: kind and reference of each thing."""
    s = PaperSubject
    rows = session.execute(
        select(s.kind, s.ref).where(s.paper_id == paper_id).order_by(s.kind, s.ref)
    )
    return [(kind, ref) for kind, ref in rows]


def may_correct(session: Session, actor: Actor, paper: Paper, *, at: datetime) -> str | None:
    """The post in which somebody may set a paper right, None where he may not (L25 Art. 52).

    The head of the office; or who issued it, and once he is no officer there any more, an officer
    who issues papers of that kind.
    """
    if actor.may("papers.correct"):
        return HEAD
    permission = ISSUED_UNDER.get(PaperKind(paper.kind))
    if permission is None or not actor.may(permission) or actor.office_id != paper.office_id:
        return None
    if paper.issued_by_id == actor.staff_id:
        return OFFICER
    there = list_staff(session, Role.OFFICER, [paper.office_id], local_day(at))
    return OFFICER if paper.issued_by_id not in {one.id for one in there} else None


def letterhead_of(session: Session, office_id: int | None, form: PaperForm, on: date) -> Letterhead:
    """The letterhead of an office's paper on a day, still without its number."""
    line = [_Issuer(*row) for row in session.execute(_LINE, {"office": office_id})]
    line = [issuer for issuer in line if issuer.kind != OfficeKind.ARCHIVE] or line
    body = line[0]
    parent = line[1].name if len(line) > 1 else None
    if body.kind == OfficeKind.CENTRE:
        parent = head_words().ministry
    return Letterhead(
        parent=parent,
        body=body.name,
        symbol=form.symbol,
        place=_seat(line),
        on=on,
        form_code=form.code,
        demonstration=body.demonstration,
    )


def find_gaps(session: Session) -> list[Gap]:
    """Series whose numbers do not run from one to the last one given: holes, or a lost counter."""
    rows = session.execute(_GAPS, {"series": SERIES}).mappings()
    return [Gap(**row) for row in rows]


def find_forged(session: Session) -> str | None:
    """The first paper whose data no longer gives the hash it was issued with."""
    p = Paper
    statement = select(p.reference, p.letterhead, p.data, p.data_sha256).order_by(p.id)
    for reference, letterhead, data, digest in session.execute(
        statement.execution_options(yield_per=1000)
    ):
        if digest_of(letterhead, data) != digest:
            return str(reference)
    return None


def digest_of(letterhead: dict[str, Any], data: dict[str, Any]) -> str:
    """SHA-256 over what a paper is printed from, whatever order its keys are kept in."""
    return hashlib.sha256(msgspec.json.encode([letterhead, data], order="sorted")).hexdigest()


def _earlier(session: Session, paper: Paper) -> LaterPaper | None:
    """The paper that this one amends, recalls or replaces."""
    for relation, earlier_id in (
        (Relation.AMENDS, paper.amends_id),
        (Relation.RECALLS, paper.recalls_id),
        (Relation.REPLACES, paper.replaces_id),
    ):
        if earlier_id is not None:
            row = session.get_one(Paper, earlier_id)
            return LaterPaper(
                relation=relation, reference=row.reference, number=row.number, on=row.dated_on
            )
    return None


def _row(row: Any, later: Iterable[LaterPaper]) -> PaperRow:
    state = state_after({one.relation for one in later})
    names = ("id", "reference", "kind", "number", "title", "dated_on", "office")
    said = dict(zip(names, row, strict=True))
    return PaperRow(**{**said, "kind": PaperKind(said["kind"]), "state": state})


def _seat(line: Iterable[_Issuer]) -> str | None:
    """The town in the date line; one named after a person keeps its full title (D30/20)."""
    for office in line:
        found = _SEAT.search(office.name)
        if office.kind == OfficeKind.PROVINCE and found:
            name = found[1]
            return f"Thành phố {name}" if name == head_words().named_after_a_person else name
        if office.kind == OfficeKind.CENTRE:
            return head_words().seat_of_centre
    return None
