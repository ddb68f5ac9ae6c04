"""A run of 1,000 labels in one document, beside one WeasyPrint call per label."""

import logging
import statistics
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

import segno
import weasyprint

from benchmarks.sweep_cases import Timed
from inventory.base.references import reference
from inventory.labels.rules import format_of, qr_text
from inventory.labels.schemas import PrintedLabel
from reports.labels.drawing import MASK, pdf_of
from reports.labels.schemas import Job

RUN = 1000
SAMPLE = 100
"""So many single calls are timed; a thousand take ten times as long."""

TURNS = 3
BOUND = "≤ 0.33 ×"
_ADDRESS = "https://kho.thads.gov.vn"
_LABEL = (
    "<style>@page{size:50mm 30mm;margin:2mm}img{width:20mm;height:20mm;image-rendering:pixelated}"
    "</style><img src='data:image/png;base64,%s'><b>%s</b>"
)


def measure() -> Iterator[Timed]:
    """Sheets of 65 and a roll."""
    logging.getLogger("weasyprint.progress").setLevel(logging.CRITICAL)
    for code in ("a4-65", "roll-50x30"):
        pairs = [(_timed(partial(_ours, code)), _each()) for _turn in range(TURNS)]
        ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(mine / other for mine, other in pairs)
        yield Timed(RUN, f"labels: one run, {code}", ours, floor, ratio, BOUND)


def _ours(code: str) -> None:
    job = Job(
        format=format_of(code),
        start=1,
        items=[PrintedLabel(reference("TS", n + 1), 1) for n in range(RUN)],
        address=_ADDRESS,
        mark="0042",
        office="T01",
    )
    pdf_of(job)


def _each() -> float:
    return _timed(_sample) * RUN / SAMPLE


def _sample() -> None:
    for n in range(SAMPLE):
        number = reference("TS", n + 1)
        code = segno.make_qr(qr_text(_ADDRESS, "0042", number), error="m", mask=MASK)
        file = BytesIO()
        code.save(file, kind="png", border=2)
        picture = b64encode(file.getvalue()).decode()
        weasyprint.HTML(string=_LABEL % (picture, number)).write_pdf()


def _timed(act: Callable[[], None]) -> float:
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000
