"""The register as files that are handed to a browser."""

from collections.abc import Iterator
from itertools import islice

from litestar import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.organisation.models import Office
from reports.registers import queries
from reports.registers.rules import StatYear
from reports.registers.schemas import Line
from reports.registers.sheet import PER_PART, on_paper, spreadsheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_of(session: Session, actor: Actor, number: int) -> Response[bytes]:
    """The register of a year as XLSX."""
    year = queries.get_year(session, number)
    title = (
        f"Sổ theo dõi vật chứng, tài sản kê biên, tạm giữ – năm thống kê {year.year}"
        f" ({year.starts_on:%d/%m/%Y} – {year.ends_on:%d/%m/%Y}) – {office_of(session, actor)[0]}"
    )
    content = spreadsheet(title, _lines(session, actor, year))
    return file_answer(content, f"mau-13-{year.year}.xlsx", XLSX, "attachment")


def paper_of(session: Session, actor: Actor, number: int, part: int) -> Response[bytes]:
    """A part of the register of a year as PDF.

    Raises NotFound where there is no such part.
    """
    year = queries.get_year(session, number)
    parts = parts_of(session, actor, year)
    if not 1 <= part <= parts:
        raise NotFound(_("The register has no such part."))
    start = (part - 1) * PER_PART
    lines = list(islice(_lines(session, actor, year), start, start + PER_PART))
    closings = queries.list_closings(session, actor, year.year)
    office, demonstration = office_of(session, actor)
    content = on_paper(
        office,
        year,
        lines,
        closings,
        first=start + 1,
        parts=(part, parts),
        demonstration=demonstration,
    )
    return file_answer(content, f"mau-13-{year.year}-{part}.pdf", "application/pdf", "inline")


def parts_of(session: Session, actor: Actor, year: StatYear) -> int:
    """How many files the register of a year is on paper."""
    opening, came, _went = queries.count_lines(session, actor, year.starts_on, year.ends_on)
    return max(1, -(-(opening + came) // PER_PART))


def _lines(session: Session, actor: Actor, year: StatYear) -> Iterator[Line]:
    return queries.every_line(session, actor, year.starts_on, year.ends_on)


def office_of(session: Session, actor: Actor) -> tuple[str, bool]:
    """What the office is called, and whether it is one of a demonstration."""
    named = select(Office.name, Office.demonstration).where(Office.id == actor.office_id)
    row = session.execute(named).first()
    return (row[0], row[1]) if row else ("", False)


def file_answer(content: bytes, name: str, media_type: str, shown: str) -> Response[bytes]:
    """A file with its name, shown in the browser or saved."""
    headers = {"Content-Disposition": f'{shown}; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
