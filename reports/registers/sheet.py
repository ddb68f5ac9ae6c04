"""The register as a spreadsheet and on paper: the same columns as on the page."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from reports.pdf.press import print_pdf
from reports.pdf.typesetting import typeset
from reports.registers.rules import Cells, StatYear
from reports.registers.schemas import Closing, Line

TEMPLATE = "register/mau13.html"
PER_PART = 600
"""Lines of one file on paper: a few seconds of printing."""

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("started_on", "Ngày", 11),
    ("kind", "Loại", 14),
    ("case", "Việc thi hành án", 18),
    ("judgment", "Bản án, quyết định", 18),
    ("asset", "Mã số", 14),
    ("description", "Tên, đặc điểm", 42),
    ("quantity", "Số lượng", 9),
    ("unit", "Đơn vị", 9),
    ("condition", "Tình trạng", 18),
    ("document", "Biên bản, quyết định", 18),
    ("in_on", "Ngày nhập", 11),
    ("in_document", "Chứng từ nhập", 16),
    ("place", "Nơi để", 16),
    ("decision", "Quyết định xử lý", 18),
    ("out_on", "Ngày xuất", 11),
    ("out_document", "Chứng từ xuất", 16),
    ("receiver", "Người nhận", 20),
    ("passings", "Nhập, xuất trong kỳ giữ", 34),
    ("balance", "Còn lại", 9),
)
NOTE = "Ghi chú sửa đổi"
PASSINGS = {
    "taken_in": "nhập",
    "arrived": "nhập từ kho khác",
    "returned": "nhận lại",
    "released": "xuất",
    "sent": "chuyển kho",
    "lent": "trích xuất",
    "written_off": "ghi giảm",
}
KINDS = {"seizure": "Kê biên", "evidence": "Vật chứng", "temporary_holding": "Tạm giữ"}


def spreadsheet(title: str, lines: Iterable[Line]) -> bytes:
    """The lines as XLSX, written row by row."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"constant_memory": True})
    sheet = book.add_worksheet("Mẫu số 13")
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    for place, (_field, _name, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
    sheet.set_column(len(COLUMNS), len(COLUMNS), 40)
    sheet.write_string(0, 0, title, bold)
    for place, name in enumerate([name for _field, name, _width in COLUMNS] + [NOTE]):
        sheet.write_string(2, place, name, bold)
    sheet.freeze_panes(3, 0)
    for number, line in enumerate(lines, start=3):
        for place, (field, _name, _width) in enumerate(COLUMNS):
            write_cell(sheet, (number, place), value_of(line.cells, field), (day, wrap))
        if line.amendments:
            sheet.write_string(number, len(COLUMNS), "; ".join(notes_of(line)), wrap)
    book.close()
    return packed.getvalue()


def write_cell(
    sheet: Any, cell: tuple[int, int], value: str | date | Decimal | None, formats: tuple[Any, Any]
) -> None:
    """A day, a number or a text in its format; nothing stays empty."""
    if isinstance(value, date):
        sheet.write_datetime(*cell, value, formats[0])
    elif isinstance(value, Decimal):
        sheet.write_number(*cell, value)
    elif value:
        sheet.write_string(*cell, value, formats[1])


def on_paper(
    office: str,
    year: StatYear,
    lines: Sequence[Line],
    closings: Sequence[Closing],
    *,
    first: int,
    parts: tuple[int, int],
    demonstration: bool = False,
) -> bytes:
    """A part of the register as PDF, with the closings and their signatures."""
    return print_pdf(
        typeset(
            TEMPLATE,
            office=office,
            year=year,
            lines=lines,
            first=first,
            part=parts[0],
            parts=parts[1],
            closings=closings,
            demonstration=demonstration,
        )
    )


def value_of(cells: Cells, field: str) -> str | date | Decimal | None:
    """A cell as it is shown."""
    if field == "passings":
        return "; ".join(passings_of(cells))
    value = getattr(cells, field)
    return KINDS[value] if field == "kind" else value


def passings_of(cells: Cells) -> list[str]:
    """What came and left between the first intake and the last way out, in the register's words."""
    said = [
        f"{one.on:%d/%m/%Y} {PASSINGS[one.kind]} {one.document or ''}".rstrip() + f" – {one.party}"
        for one in cells.between
    ]
    return [*said, "đang trích xuất, chưa trả lại kho"] if cells.lent else said


def notes_of(line: Line) -> list[str]:
    """What was amended, in the words of the register."""
    names = {field: title for field, title, _width in COLUMNS} | {"decided_on": "Ngày xử lý"}
    return [
        f"{names.get(one.column, one.column)}: đã ghi “{one.was}”, "
        + (f"sửa đổi ngày {one.on:%d/%m/%Y}" if one.on else "sửa đổi sau lần khóa sổ gần nhất")
        for one in line.amendments
    ]
