"""The register of auctioned property as files that are handed to a browser."""

from itertools import islice

from litestar import Response
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from reports.registers.auctions import queries
from reports.registers.auctions.sheet import PER_PART, on_paper, spreadsheet
from reports.registers.files import XLSX, file_answer, office_of
from reports.registers.queries import get_year, list_closings
from reports.registers.rules import AUCTION_REGISTER, StatYear


def sheet_of(session: Session, actor: Actor, number: int) -> Response[bytes]:
    """The register of a year as XLSX."""
    year = get_year(session, number)
    title = (
        f"Sổ theo dõi xử lý tài sản bán đấu giá thi hành án – năm thống kê {year.year}"
        f" ({year.starts_on:%d/%m/%Y} – {year.ends_on:%d/%m/%Y}) – {office_of(session, actor)[0]}"
    )
    content = spreadsheet(title, queries.every_line(session, actor, year))
    return file_answer(content, f"mau-17-{year.year}.xlsx", XLSX, "attachment")


def paper_of(session: Session, actor: Actor, number: int, part: int) -> Response[bytes]:
    """A part of the register of a year as PDF.

    Raises NotFound where there is no such part.
    """
    year = get_year(session, number)
    parts = parts_of(session, actor, year)
    if not 1 <= part <= parts:
        raise NotFound(_("The register has no such part."))
    start = (part - 1) * PER_PART
    lines = list(islice(queries.every_line(session, actor, year), start, start + PER_PART))
    content = on_paper(
        office_of(session, actor),
        year,
        lines,
        queries.sums_of(session, actor, year),
        closings=list_closings(session, actor, year.year, AUCTION_REGISTER),
        first=start + 1,
        parts=(part, parts),
    )
    return file_answer(content, f"mau-17-{year.year}-{part}.pdf", "application/pdf", "inline")


def parts_of(session: Session, actor: Actor, year: StatYear) -> int:
    """How many files the register of a year is on paper."""
    return max(1, -(-queries.sums_of(session, actor, year).rounds // PER_PART))
