"""The press: the same bytes every time, its own fonts, no network, and an end to every document."""

import socket
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.pdf import press
from reports.pdf.rules import (
    ForeignResource,
    PressBusy,
    PressFailed,
    PressLibrariesMissing,
    PressOutOfMemory,
    PressTooSlow,
)

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Thử</title>
<style>@font-face {{ font-family: "Times New Roman"; src: url("kebien:fonts/{font}") }}
body {{ font-family: "Times New Roman" }}</style></head><body>{body}</body></html>"""


def page(body: str, font: str = "LiberationSerif-Regular.ttf") -> str:
    return PAGE.format(body=body, font=font)


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font of a document and whether its letters are inside."""
    found = {}
    for sheet in PdfReader(BytesIO(pdf)).pages:
        for font in sheet["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0]["/FontDescriptor"]
            found[font["/BaseFont"]] = any(f"/FontFile{n}" in inner for n in ("", "2", "3"))
    return found


def test_two_printings_are_equal_byte_for_byte():
    html = page("<h2>Mục</h2><p>Đấu giá không thành</p>")
    assert press.print_pdf(html) == press.print_pdf(html)


def test_the_file_is_marked_as_an_archive_file_and_keeps_the_letters():
    pdf = press.print_pdf(page("<p>Thửa đất số 632, Ưng Hòa, 1.000 ₫</p>"))
    reader = PdfReader(BytesIO(pdf))
    assert "Thửa đất số 632, Ưng Hòa, 1.000 ₫" in reader.pages[0].extract_text()
    assert reader.metadata is not None
    assert reader.metadata.title == "Thử"
    raw = reader.root_object["/Metadata"].get_object().get_data()
    assert b"pdfaid" in raw
    assert reader.root_object["/Lang"] == "vi"


def test_every_font_is_inside_and_comes_with_the_program():
    pdf = press.print_pdf(page("<p>Việt Nam <b>đậm</b> กรุงเทพ ✓</p>"))
    fonts = fonts_of(pdf)
    assert fonts
    assert all(fonts.values())
    assert {name.split("+")[1].split("-")[0] for name in fonts} <= {"Times", "Liberation", "Noto"}


def test_a_letter_that_no_font_has_leaves_a_visible_box():
    pdf = press.print_pdf(page("<p>Seoul (서울), กรุงเทพ, 12 m²</p>"))
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "Seoul (□□)" in text
    assert "12 m²" in text
    assert "ก" in text


def test_marks_typed_apart_from_their_letters_are_put_together():
    apart = unicodedata.normalize("NFD", "Đặng Ưng Hòa")
    pdf = press.print_pdf(page(f"<p>{apart}</p>"))
    assert "Đặng Ưng Hòa" in PdfReader(BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="{url}/a.png">',
        '<link rel="stylesheet" href="{url}/a.css">',
        "<style>@import url({url}/b.css);</style>",
        "<style>p {{ background: url({url}/c.png) }}</style><p>x</p>",
        '<svg width="9" height="9"><image href="{url}/d.png" width="9" height="9"/></svg>',
    ],
)
def test_a_document_that_asks_the_network_is_refused_and_nobody_is_called(asks: str):
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(8)

        def wait() -> None:
            try:
                server.accept()[0].close()
            except OSError:
                return
            called.set()

        listener = threading.Thread(target=wait)
        listener.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ForeignResource):
            press.print_pdf(page(asks.format(url=url)))
        assert not called.is_set()
        with socket.create_connection(server.getsockname()):
            listener.join()
    assert called.is_set(), "the listener would not have noticed a call"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "kebien:fonts/../worker.py", "kebien:fonts/unknown.ttf", "data:,x"],
)
def test_no_file_but_the_programs_fonts_is_served(url: str):
    with pytest.raises(ForeignResource):
        press.print_pdf(page(f'<img src="{url}">'))


def test_a_document_that_takes_too_long_is_ended():
    with pytest.raises(PressTooSlow) as refusal:
        press.print_pdf(page("<p>x</p>"), seconds=0.05)
    assert "seconds" in refusal.value.params


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_document_nobody_waits_for_any_more_is_ended():
    press.print_pdf(page("<p>x</p>"))
    foreman = press._foremen._process
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(20_000))
    with pytest.raises(PressTooSlow):
        press.print_pdf(page(f"<table>{rows}</table>"), seconds=1)
    deadline = time.monotonic() + 60
    while children_of(foreman.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert children_of(foreman.pid) == []
    assert press._foremen._process is foreman, "he goes on to the next"


def test_documents_are_printed_side_by_side():
    pages = [page(f"<p>{n}</p>") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(press.print_pdf, pages))
    assert together == [press.print_pdf(one) for one in pages]
    assert len(set(together)) == 4


def test_a_foreman_who_was_killed_is_followed_by_another():
    before = press.print_pdf(page("<p>x</p>"))
    press._foremen._process.kill()
    assert press.print_pdf(page("<p>x</p>")) == before


def test_the_foreman_ends_with_who_started_him():
    code = (
        "import os; from reports.pdf import press; press.print_pdf('<p>x</p>');"
        "print(press._foremen._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    foreman = Path("/proc") / done.stdout.decode().strip()
    deadline = time.monotonic() + 60
    while foreman.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not foreman.exists()


def test_a_document_that_needs_too_much_memory_is_ended():
    rows = "".join(f"<tr><td>{n}</td><td>Nguyễn Văn {n}</td></tr>" for n in range(3000))
    with pytest.raises(PressOutOfMemory) as refusal:
        press.print_pdf(page(f"<table>{rows}</table>"), memory=150 * 1024**2)
    assert refusal.value.params == {"megabytes": 150}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put another library in the place of WeasyPrint."""
    whole = press._environment

    def put(code: str) -> None:
        (tmp_path / "weasyprint.py").write_text(code)

    def environment(folder: str) -> dict[str, str]:
        found = whole(folder)
        return {**found, "PYTHONPATH": f"{tmp_path}:{found['PYTHONPATH']}"}

    monkeypatch.setattr(press, "_environment", environment)
    return put


def test_missing_libraries_are_named_with_the_command_that_installs_them(
    broken: Callable[[str], None],
):
    broken("raise OSError('cannot load library pango')")
    with pytest.raises(PressLibrariesMissing) as refusal:
        press.print_pdf(page("<p>x</p>"))
    assert "apt-get install libpango-1.0-0" in str(refusal.value)
    assert refusal.value.status == 503


def test_a_fault_of_the_press_is_not_taken_for_a_printed_page(broken: Callable[[str], None]):
    broken("raise RuntimeError('something else')")
    with pytest.raises(PressFailed):
        press.print_pdf(page("<p>x</p>"))


def test_who_finds_no_place_at_the_press_is_told_to_wait(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(press, "_places", threading.BoundedSemaphore(1))
    with press._places, pytest.raises(PressBusy):
        press.print_pdf(page("<p>x</p>"), seconds=0.05)


def test_the_child_is_told_little_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEBIEN_SECRET", "not for the press")
    assert "KEBIEN_SECRET" not in press._environment(str(tmp_path))
    assert set(press._environment(str(tmp_path))) == {
        "PYTHONPATH",
        "PYTHONHASHSEED",
        "PYTHONUTF8",
        "LANG",
        "TZ",
        "HOME",
        "TMPDIR",
        "SOURCE_DATE_EPOCH",
        "FONTCONFIG_FILE",
    }


def test_numbers_of_papers_and_assets_stay_on_one_line():
    """Lines would break after the stroke, before the letters of 12/2026/DS-ST."""
    number, asset = "12/2026/DS-ST", "TS-0000001-9"
    words = "".join(f"<p>{'x' * n} Căn cứ Bản án số {number}; {asset}.</p>" for n in range(1, 40))
    narrow = f"<div style='width: 6cm'>{words}</div>"
    told = PdfReader(BytesIO(press.print_pdf(page(narrow)))).pages
    text = "".join(sheet.extract_text() for sheet in told)
    assert text.count(f"{number};") == text.count(f"{asset}.") == 39
