"""Labels as a PDF at true millimetres, a run in one document, and as a picture to look at."""

from base64 import b64encode
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any

import msgspec
import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from inventory.labels.rules import Spot, qr_text, spots
from inventory.labels.schemas import PrintedLabel
from reports.labels.layout import (
    Box,
    Line,
    code_box,
    lines_of,
    text_box,
    ways_of_code,
    ways_of_number,
)
from reports.labels.schemas import Job
from reports.pdf.press import print_pdf

MASK = 0
"""One pattern for all codes: to try all eight and take the fairest is three quarters of the work of
drawing one, and readers do not need it. Tests read every code of a large run back."""

BORDER = 2
"""Empty squares around a code; the label around it is empty as well."""


class DrawnLabel(msgspec.Struct, frozen=True):
    """A label on its page."""

    spot: Spot
    code: str
    lines: list[Line]


def pdf_of(job: Job) -> bytes:
    """The labels of a run as a PDF."""
    return print_pdf(html_of(job))


def html_of(job: Job) -> str:
    """The document from which the PDF is made."""
    pages = [list(labels) for _n, labels in groupby(_drawn(job), key=lambda drawn: drawn.spot.page)]
    empty = spots(job.format, 1, job.format.each) if job.frames else ()
    return _template("labels.html").render(**_context(job), pages=pages, frames=list(empty))


def picture_of(job: Job) -> str:
    """The first page as a drawing (SVG), used places shaded."""
    every = list(spots(job.format, 1, job.format.each))
    labels = [drawn for drawn in _drawn(job, most=job.format.each) if drawn.spot.page == 0]
    used = every[: job.start - 1]
    return _template("labels.svg").render(**_context(job), labels=labels, every=every, used=used)


def qr_picture(text: str) -> str:
    """A QR code as a picture of one point a square, for an address of its own."""
    file = BytesIO()
    code = segno.make_qr(text, error="m", mask=MASK, boost_error=False)
    code.save(file, kind="png", scale=1, border=BORDER)
    return b64encode(file.getvalue()).decode()


def _drawn(job: Job, *, most: int | None = None) -> list[DrawnLabel]:
    items = job.items[:most]
    return [
        DrawnLabel(
            spot, qr_picture(qr_text(job.address, job.mark, item.reference)), _lines(job, item)
        )
        for spot, item in zip(spots(job.format, job.start, len(items)), items, strict=True)
    ]


def _lines(job: Job, item: PrintedLabel) -> list[Line]:
    """The number, or a place's own code over it; the office; which print it is, from the second."""
    again = f" · {item.nth}" if item.nth > 1 else ""
    small = [f"{job.office}{again}"]
    if item.place_code is not None:
        ways = ways_of_code(item.place_code)
        return lines_of(job.format, ways, [item.reference, *small])
    return lines_of(job.format, ways_of_number(item.reference), small)


def _context(job: Job) -> dict[str, Any]:
    code: Box = code_box(job.format)
    return {"format": job.format, "code": code, "text": text_box(job.format)}


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("reports.labels"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["mm"] = lambda value: f"{value:.2f}mm"
    return environment.get_template(name)
