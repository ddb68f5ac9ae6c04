"""Printed labels, looked at as a scanner does: true millimetres, every code, and nothing else."""

from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp

from inventory.base.references import reference
from inventory.labels.rules import format_of, formats, place_reference, qr_text, spots
from inventory.labels.schemas import PrintedLabel
from reports.labels.drawing import pdf_of, picture_of
from reports.labels.layout import code_box, lines_of, text_box, ways_of_code
from reports.labels.schemas import Job
from reports.labels.typeface import breadth

DPI = 300
MM = 25.4


def job(code: str, n: int, *, start: int = 1, place_code: str | None = None) -> Job:
    number = place_reference if place_code else lambda i: reference("TS", i)
    items = [PrintedLabel(number(i + 1), 1 + (i == 1), place_code) for i in range(n)]
    return Job(
        format=format_of(code),
        start=start,
        items=items,
        address="https://kho.thads.gov.vn",
        mark="0042",
        office="T01",
    )


def texts(job: Job) -> list[str]:
    return [qr_text(job.address, job.mark, item.reference) for item in job.items]


def read_back(pdf: bytes) -> list[list[zxingcpp.Barcode]]:
    """The codes of each page as it leaves a printer of 300 dots an inch."""
    pages = pypdfium2.PdfDocument(pdf)
    return [zxingcpp.read_barcodes(page.render(scale=DPI / 72).to_pil()) for page in pages]


@pytest.mark.parametrize("code", formats())
def test_every_code_of_a_size_is_read_and_lies_where_it_should(code: str) -> None:
    fmt = format_of(code)
    wanted = job(code, min(fmt.each, 14) if fmt.each > 1 else 2, start=min(3, fmt.each))
    pdf = pdf_of(wanted)
    pages = read_back(pdf)

    found = {barcode.text: barcode for page in pages for barcode in page}
    assert sorted(found) == sorted(texts(wanted))
    square = code_box(fmt)
    for spot, text in zip(spots(fmt, wanted.start, len(wanted.items)), texts(wanted), strict=True):
        corner = found[text].position.top_left
        side = found[text].position.top_right.x - corner.x
        assert side / DPI * MM == pytest.approx(square.width * 29 / 33, abs=0.6)
        border = square.width * 2 / 33
        assert corner.x / DPI * MM == pytest.approx(spot.left + square.left + border, abs=0.5)
        assert corner.y / DPI * MM == pytest.approx(spot.top + square.top + border, abs=0.5)
    page = pypdf.PdfReader(BytesIO(pdf)).pages[0].mediabox
    size = (float(page.width) / 72 * MM, float(page.height) / 72 * MM)
    assert size == pytest.approx(fmt.page, abs=0.05)


def test_every_code_of_a_run_of_a_thousand_is_read() -> None:
    wanted = job("a4-65", 1000, start=4)

    pages = read_back(pdf_of(wanted))

    assert sorted(barcode.text for page in pages for barcode in page) == sorted(texts(wanted))
    assert len(pages) == 16


def test_a_label_says_its_number_its_office_and_which_print_it_is_and_nothing_else() -> None:
    pages = pypdf.PdfReader(BytesIO(pdf_of(job("roll-50x30", 2)))).pages

    first, second = (page.extract_text().split() for page in pages)
    assert "".join(first) == f"{reference('TS', 1)}T01"
    assert "".join(second) == f"{reference('TS', 2)}T01·2"


def test_a_place_s_label_shows_its_own_code_with_vietnamese_letters() -> None:
    pdf = pdf_of(job("a4-24", 1, place_code="KHO-ĐỒNG-ĐA-KỆ-7"))

    text = "".join(pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().split())
    assert "KHO-ĐỒNG-ĐA-KỆ-7" in text
    assert place_reference(1) in text


def test_the_same_run_gives_the_same_bytes_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pdf_of(job("a4-14", 5))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert pdf_of(job("a4-14", 5)) == first


@pytest.mark.parametrize("code", formats())
@pytest.mark.parametrize("name", ["K1", "K1-A-14", "KHO-ĐỒNG-ĐA-DÃY-A-KỆ-ABC-Ô-7", "W" * 50])
def test_the_text_of_a_place_stays_inside_its_label(code: str, name: str) -> None:
    fmt = format_of(code)
    box = text_box(fmt)

    lines = lines_of(fmt, ways_of_code(name), [place_reference(1), "T01"])

    assert "".join(line.text for line in lines[:-2]) == name.replace(" ", "")
    for line in lines[:-2]:
        assert breadth(line.text) * line.size * MM / 72 <= box.width + 0.1
        assert line.size >= 3
    bottom = lines[-1].top + lines[-1].size * 1.15 * MM / 72
    assert bottom <= box.top + box.height + 0.1


def test_the_picture_shows_used_places_and_one_code_a_label() -> None:
    picture = picture_of(job("a4-24", 30, start=5))

    assert picture.count("<path") == 20
    assert picture.count("#d7dbe0") == 4
    assert 'width="210.0mm"' in picture
