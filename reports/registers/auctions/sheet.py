"""The register of auctioned property as a spreadsheet and on paper."""

import html
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

from reports.pdf.press import print_pdf
from reports.pdf.typesetting import said_by, typeset
from reports.registers.auctions.schemas import AuctionLine, Sums
from reports.registers.rules import StatYear
from reports.registers.schemas import Closing
from reports.registers.sheet import write_cell

TEMPLATE = "register/mau17.html"
WORDS = "register/auctions.html"
PER_PART = 400
"""Rounds of one file on paper: a few seconds of printing."""

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("case", "Việc thi hành án", 18),
    ("debtor", "Người phải thi hành án", 22),
    ("assets", "Tài sản", 44),
    ("seizure", "Quyết định kê biên", 18),
    ("seized_on", "Ngày kê biên", 11),
    ("value", "Giá thẩm định, xác định", 16),
    ("firm", "Tổ chức thẩm định giá", 24),
    ("organisation", "Tổ chức đấu giá", 24),
    ("number", "Lần đấu giá", 8),
    ("starting_price", "Giá khởi điểm", 16),
    ("on", "Ngày đấu giá", 11),
    ("outcome", "Kết quả", 26),
    ("reduction", "Quyết định giảm giá", 18),
    ("reduced_on", "Ngày giảm giá", 11),
    ("percent", "Mức giảm (%)", 9),
    ("new_price", "Giá sau khi giảm", 16),
    ("buyer", "Người mua, nhận tài sản", 22),
    ("price", "Giá bán", 16),
    ("paid_on", "Ngày nộp đủ tiền", 11),
    ("delivered_on", "Ngày giao tài sản", 11),
    ("paid_out_on", "Ngày chi trả tiền", 11),
    ("note", "Ghi chú", 30),
)
CHANGES = "Sửa đổi, điều chỉnh"


def spreadsheet(title: str, lines: Iterable[AuctionLine]) -> bytes:
    """The lines as XLSX, written row by row."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"constant_memory": True})
    sheet = book.add_worksheet("Mẫu số 17")
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    for place, (_field, _name, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
    sheet.set_column(len(COLUMNS), len(COLUMNS), 40)
    sheet.write_string(0, 0, title, bold)
    for place, name in enumerate([name for _field, name, _width in COLUMNS] + [CHANGES]):
        sheet.write_string(2, place, name, bold)
    sheet.freeze_panes(3, 0)
    for number, line in enumerate(lines, start=3):
        for place, (field, _name, _width) in enumerate(COLUMNS):
            write_cell(sheet, (number, place), value_of(line, field), (day, wrap))
        if line.amendments:
            sheet.write_string(number, len(COLUMNS), "; ".join(changes_of(line)), wrap)
    book.close()
    return packed.getvalue()


def on_paper(
    office: tuple[str, bool],
    year: StatYear,
    lines: Sequence[AuctionLine],
    sums: Sums,
    *,
    closings: Sequence[Closing] = (),
    first: int,
    parts: tuple[int, int],
) -> bytes:
    """A part of the register as PDF."""
    return print_pdf(
        html_of(office, year, lines, sums, closings=closings, first=first, parts=parts)
    )


def html_of(
    office: tuple[str, bool],
    year: StatYear,
    lines: Sequence[AuctionLine],
    sums: Sums,
    *,
    closings: Sequence[Closing] = (),
    first: int,
    parts: tuple[int, int],
) -> str:
    """A part of the register before it is printed; `office` with whether it is a demonstration."""
    return typeset(
        TEMPLATE,
        office=office[0],
        demonstration=office[1],
        year=year,
        lines=lines,
        sums=sums,
        first=first,
        part=parts[0],
        parts=parts[1],
        closings=closings,
    )


def value_of(line: AuctionLine, field: str) -> str | date | Decimal | None:
    """A cell as it is shown."""
    if field == "outcome":
        return _result(line)
    value: str | date | Decimal | int | None = getattr(line, field)
    return Decimal(value) if isinstance(value, int) else value


def changes_of(line: AuctionLine) -> list[str]:
    """What was set right, with what had stood there, in the words of the register."""
    return [html.unescape(said_by(WORDS, "change", one)) for one in line.amendments]


def _result(line: AuctionLine) -> str | None:
    return html.unescape(said_by(WORDS, "result", line)) or None
