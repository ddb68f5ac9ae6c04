"""Labels as a PDF at true millimetres, a run in one document, and as a picture to look at."""

from functools import cache
from itertools import groupby

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from inventory.labels.rules import qr_text, spots
from inventory.labels.schemas import PrintedLabel
from reports.labels.layout import (
    Line,
    code_box,
    lines_of,
    text_box,
    ways_of_code,
    ways_of_number,
)
from reports.labels.schemas import Job
from reports.labels.typeface import drawable
from reports.labels.writing import DrawnLabel, Sheet, write_pdf

MASK = 0
"""One pattern for all codes: to try all eight and take the fairest is three quarters of the work of
drawing one, and readers do not need it. Tests read every code of a large run back."""

BORDER = 2
"""Empty squares around a code; the label around it is empty as well."""


def pdf_of(job: Job) -> bytes:
    """The labels of a run as a PDF."""
    fmt = job.format
    frames = list(spots(fmt, 1, fmt.each)) if job.frames else []
    pages = groupby(drawn_labels(job), key=lambda drawn: drawn.spot.page)
    sheets = [Sheet(list(labels), frames) for _page, labels in pages]
    return write_pdf(fmt, code_box(fmt), text_box(fmt), sheets)


def picture_of(job: Job) -> str:
    """The first page as a drawing (SVG), used places shaded."""
    fmt = job.format
    every = list(spots(fmt, 1, fmt.each))
    drawn = [label for label in drawn_labels(job, most=fmt.each) if label.spot.page == 0]
    return _template("labels.svg").render(
        format=fmt,
        code=code_box(fmt),
        text=text_box(fmt),
        every=every,
        used=every[: job.start - 1],
        labels=[(label, _dark_runs(label.code)) for label in drawn],
    )


def qr_squares(text: str) -> list[list[bool]]:
    """A QR code as rows of squares, dark ones true, its border included."""
    code = segno.make_qr(text, error="m", mask=MASK, boost_error=False)
    return [list(map(bool, row)) for row in code.matrix_iter(border=BORDER)]


def drawn_labels(job: Job, *, most: int | None = None) -> list[DrawnLabel]:
    """Each label where it lies, with its code and its lines."""
    items = job.items[:most]
    return [
        DrawnLabel(
            spot, qr_squares(qr_text(job.address, job.mark, item.reference)), _lines(job, item)
        )
        for spot, item in zip(spots(job.format, job.start, len(items)), items, strict=True)
    ]


def _lines(job: Job, item: PrintedLabel) -> list[Line]:
    """The number, or a place's own code over it; the office; which print it is, from the second."""
    again = f" · {item.nth}" if item.nth > 1 else ""
    small = [drawable(f"{job.office}{again}")]
    if item.place_code is not None:
        ways = ways_of_code(drawable(item.place_code))
        return lines_of(job.format, ways, [item.reference, *small])
    return lines_of(job.format, ways_of_number(item.reference), small)


def _dark_runs(code: list[list[bool]]) -> str:
    """The dark squares of a code as the path of a drawing, neighbours in a row as one."""
    parts = []
    for top, row in enumerate(code):
        for dark, run in groupby(enumerate(row), key=lambda square: square[1]):
            if dark:
                squares = [left for left, _dark in run]
                parts.append(f"M{squares[0]} {top}h{len(squares)}v1h-{len(squares)}z")
    return "".join(parts)


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
    return environment.get_template(name)
