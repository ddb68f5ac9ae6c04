"""The register of evidence and seized property: derived lines, frozen quarters, amendments."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.storage import BlobStore
from inventory.papers.models import Paper
from inventory.papers.queries import find_gaps, get_paper
from inventory.seizures.commands import release_seizure
from inventory.seizures.schemas import SeizureRelease
from reports.documents.commands import print_paper
from reports.documents.layouts import html_of
from reports.pdf.press import print_pdf
from reports.registers import commands, queries, sheet
from reports.registers.commands import close_quarter, sign_closing
from reports.registers.rules import (
    ClosedAlready,
    EarlierOpen,
    NotAPost,
    QuarterNotOver,
    SignedAlready,
    Signs,
    StatYear,
    amended,
    chained,
    digest_of,
    shown,
    year_named,
    year_of,
)
from reports.registers.schemas import Closing, NewClosing
from service.auth.rules import COOKIE
from tests.make.inventory import make_asset, make_case, make_evidence, make_place
from tests.make.organisation import People, make_token

AT = datetime(2027, 1, 11, 2, 0, tzinfo=UTC)
"""After the first quarter of the statistical year 2027 ended."""
SEIZED = date(2026, 10, 5)
BOUNDS = ("10-01", "09-30")


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2026, 9, 30), 2026), (date(2026, 10, 1), 2027), (date(2027, 1, 1), 2027)],
)
def test_a_statistical_year_runs_from_october(on: date, year: int) -> None:
    found = year_of(on, *BOUNDS)
    assert found == year_named(year, *BOUNDS)
    assert found.starts_on <= on <= found.ends_on


def test_its_quarters_follow_each_other() -> None:
    year = year_named(2027, *BOUNDS)
    assert year.quarter(1) == (date(2026, 10, 1), date(2026, 12, 31))
    assert year.quarter(4) == (date(2027, 7, 1), date(2027, 9, 30))
    assert [year.quarter_of(year.quarter(n)[1]) for n in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert isinstance(year, StatYear)


def test_only_what_was_written_once_is_amended() -> None:
    was = {"description": "a", "place": "K1", "in_on": None, "balance": "1"}
    now = {"description": "b", "place": "K2", "in_on": "2026-10-05", "balance": "0"}
    assert amended(was, now) == {"description": "a"}


@pytest.fixture
def seized(session: Session, people: People) -> list[str]:
    """Three things: one seized and in store, one seized and left, one held as evidence."""
    case = make_case(session, people.officer, at=AT)
    store = make_place(session, people.keeper, at=AT)
    made = [
        make_asset(session, people.keeper, case, at=AT, place=store, decision_on=SEIZED),
        make_asset(session, people.keeper, case, at=AT, decision_on=SEIZED, decision_number="35"),
        make_evidence(session, people.keeper, at=AT, received_on=date(2026, 3, 2)),
    ]
    return [one.reference for one in made]


def lines(session: Session, actor: Actor, year: int = 2027) -> list[queries.Line]:
    return queries.list_lines(session, actor, queries.get_year(session, year)).items


def test_lines_follow_from_grounds_and_custody(
    session: Session, people: People, seized: list[str]
) -> None:
    found = lines(session, people.keeper)
    assert [line.cells.asset for line in found] == [seized[2], seized[0], seized[1]]
    assert [line.kind.value for line in found] == ["evidence", "seizure", "seizure"]
    stored, left = found[1].cells, found[2].cells
    assert (stored.in_on, stored.place, stored.balance) == (date(2027, 1, 11), "Kho số 1", 1)
    assert (left.in_on, left.place, left.balance) == (None, None, Decimal(0))
    year = queries.get_year(session, 2027)
    assert queries.count_lines(session, people.keeper, year.starts_on, year.ends_on) == (1, 2, 0)
    assert [line.cells.asset for line in lines(session, people.keeper, 2026)] == [seized[2]]


def test_a_foreign_office_has_a_register_of_its_own(
    session: Session, people: People, seized: list[str], become: Callable[[Actor], Actor]
) -> None:
    assert lines(session, become(people.foreign_keeper)) == []


def test_pages_go_on_where_the_last_one_ended(
    session: Session, people: People, seized: list[str], statements: list[str]
) -> None:
    year = queries.get_year(session, 2027)
    first = queries.list_lines(session, people.keeper, year, size=2)
    rest = queries.list_lines(session, people.keeper, year, size=2, cursor=first.next_cursor)
    assert [one.cells.asset for one in (*first.items, *rest.items)] == [
        seized[2],
        seized[0],
        seized[1],
    ]
    assert rest.next_cursor is None
    statements.clear()
    queries.list_lines(session, people.keeper, year)
    assert len(statements) == 1
    assert len(list(queries.every_line(session, people.keeper, year.starts_on, year.ends_on))) == 3
    with pytest.raises(Invalid):
        queries.list_lines(session, people.keeper, year, cursor="WyJ4IiwieCIsMV0")


def test_a_closing_freezes_what_is_new_and_binds_it(
    session: Session, people: People, seized: list[str]
) -> None:
    closing = close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    assert (closing.opening, closing.came, closing.went, closing.lines) == (1, 2, 0, 3)
    assert closing.remaining == 3
    rows = session.execute(text("SELECT cells, sha256 FROM register_line ORDER BY position")).all()
    sealed = "00" * 32
    for cells, digest in rows:
        sealed = chained(sealed, digest_of(cells))
        assert sealed == digest
    assert closing.sha256 == chained(sealed, "2027/1:1:2:0:3")
    assert all(line.closed_on == date(2026, 12, 31) for line in lines(session, people.keeper))


def test_what_came_after_the_quarter_is_not_in_its_lines(
    session: Session, people: People, seized: list[str]
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    stored = session.execute(
        text("SELECT cells FROM register_line WHERE cells ->> 'asset' = :asset"),
        {"asset": seized[0]},
    ).scalar_one()
    assert (stored["in_on"], stored["place"], stored["balance"]) == (None, None, "0")


def test_a_later_change_shows_what_was_written_and_when_it_was_amended(
    session: Session, people: People, seized: list[str]
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    session.execute(
        text("UPDATE asset SET description = 'Xe tải' WHERE reference = :r"), {"r": seized[0]}
    )
    (line,) = [one for one in lines(session, people.keeper) if one.amendments]
    assert [(a.column, a.on) for a in line.amendments] == [("description", None)]
    assert line.amendments[0].was.startswith("Xe ô tô")
    assert line.cells.description == "Xe tải"
    close_quarter(session, people.keeper, NewClosing(2027, 2), at=AT + timedelta(days=90))
    (line,) = [one for one in lines(session, people.keeper) if one.amendments]
    assert [(a.column, a.on) for a in line.amendments] == [("description", date(2027, 3, 31))]


def test_an_end_of_the_ground_is_work_and_no_amendment(
    session: Session, people: People, seized: list[str]
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    release_seizure(
        session,
        people.officer,
        seized[0],
        SeizureRelease(
            case_number="12/QĐ-THADS", release_decision="9/QĐ", released_on=date(2027, 1, 5)
        ),
        at=AT,
    )
    found = [one for one in lines(session, people.keeper) if one.cells.decision]
    assert [(one.cells.decision, one.amendments) for one in found] == [("9/QĐ", ())]


def test_quarters_are_closed_once_and_one_after_the_other(
    session: Session, people: People, seized: list[str]
) -> None:
    with pytest.raises(QuarterNotOver):
        close_quarter(session, people.keeper, NewClosing(2027, 2), at=AT)
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    with pytest.raises(ClosedAlready):
        close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    with pytest.raises(EarlierOpen):
        close_quarter(session, people.keeper, NewClosing(2027, 3), at=AT + timedelta(days=190))
    with pytest.raises(Forbidden):
        close_quarter(session, people.accountant, NewClosing(2027, 2), at=AT + timedelta(days=190))


def test_keeper_accountant_and_head_sign_each_once(
    session: Session, people: People, seized: list[str]
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    for who in (people.keeper, people.accountant, people.head):
        closing = sign_closing(session, who, 2027, 1, at=AT)
        with pytest.raises(SignedAlready):
            sign_closing(session, who, 2027, 1, at=AT)
    assert closing.missing == []
    assert [one.post for one in closing.signatures] == [Signs.KEEPER, Signs.ACCOUNTANT, Signs.HEAD]
    with pytest.raises(NotFound):
        sign_closing(session, people.head, 2027, 2, at=AT)
    odd = Actor(
        **{name: getattr(people.head, name) for name in people.head.__slots__}
        | {"roles": frozenset()}
    )
    with pytest.raises(NotAPost):
        sign_closing(session, odd, 2027, 1, at=AT)


def test_nobody_signs_in_two_posts(session: Session, people: People, seized: list[str]) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    roles = {"roles": frozenset({"keeper", "head"})}
    both = Actor(**{name: getattr(people.head, name) for name in people.head.__slots__} | roles)
    sign_closing(session, both, 2027, 1, at=AT)
    with pytest.raises(SignedAlready):
        sign_closing(session, both, 2027, 1, at=AT)


@pytest.mark.parametrize("table", ["register_closing", "register_line", "register_signature"])
def test_the_database_keeps_what_was_closed(
    session: Session, people: People, seized: list[str], table: str
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    sign_closing(session, people.keeper, 2027, 1, at=AT)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(f"DELETE FROM {table}"))


def test_the_register_as_page_spreadsheet_and_paper(
    client: TestClient, session: Session, people: People, seized: list[str]
) -> None:
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    sign_closing(session, people.keeper, 2027, 1, at=AT)
    session.execute(
        text("UPDATE asset SET description = 'Xe tải' WHERE reference = :r"), {"r": seized[0]}
    )
    token = make_token(session, people, "keeper", AT)
    headers = {"Authorization": f"Bearer {token}"}
    client.cookies.set(COOKIE, token)
    page = client.get("/registers/13/2027").text
    assert seized[1] in page
    assert "<del>Xe ô tô" in page
    table = client.get("/registers/13/2027/xlsx")
    assert table.status_code == 200
    with zipfile.ZipFile(io.BytesIO(table.content)) as book:
        rows = book.read("xl/worksheets/sheet1.xml").decode()
        assert seized[2] in rows
        assert rows.count("<row ") == 2 + 3
    paper = client.get("/registers/13/2027/pdf")
    said = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "SỔ THEO DÕI VẬT CHỨNG" in said.upper()
    assert "Xe ô tô" in said
    over_rest = msgspec.json.decode(
        client.get("/api/v1/registers/13/2027", headers=headers).content
    )
    assert over_rest["items"][0]["cells"]["asset"] == seized[2]
    assert client.get("/registers/13/1999").status_code == 422


@pytest.fixture
def corrected(session: Session, people: People, seized: list[str]) -> Closing:
    """A second closed quarter, in which the description of a closed line was corrected."""
    close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    session.execute(
        text("UPDATE asset SET description = 'Xe tải' WHERE reference = :r"), {"r": seized[0]}
    )
    return close_quarter(session, people.keeper, NewClosing(2027, 2), at=AT + timedelta(days=90))


def paper_of(session: Session, people: People, closing: Closing) -> Paper:
    (printed,) = closing.papers
    return get_paper(session, people.keeper, printed.reference)


def test_a_closing_issues_a_numbered_paper_of_what_it_froze(
    session: Session, people: People, seized: list[str]
) -> None:
    closing = close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    paper = paper_of(session, people, closing)
    assert (paper.number, paper.form_code) == ("1/KSVC-THADS", "13")
    assert paper.data["sha256"] == closing.sha256
    cells = session.scalars(text("SELECT cells FROM register_line ORDER BY position")).all()
    assert [{**one["cells"]} for one in paper.data["entries"]] == cells
    named = [people.keeper.name, people.accountant.name, people.head.name]
    assert [one["name"] for one in paper.data["signatures"]] == named


def test_the_paper_of_a_closing_shows_corrections_and_is_printed_again_byte_by_byte(
    session: Session, people: People, corrected: Closing, tmp_path: Path
) -> None:
    paper = paper_of(session, people, corrected)
    (entry,) = [one for one in paper.data["entries"] if one["amendments"]]
    assert entry["amendments"][0]["column"] == "description"
    html = html_of(paper)
    assert html == html_of(paper)
    assert "<del>Xe ô tô" in html
    assert "sửa đổi ngày 31/03/2027" in html
    files = BlobStore(tmp_path)
    printed = print_paper(session, paper.id, files, at=AT)
    session.execute(text("UPDATE asset SET description = 'Xe khác'"))
    assert print_pdf(html_of(paper)) == files.get(printed.sha256)


def test_a_long_closing_is_printed_in_numbered_parts(
    session: Session, people: People, seized: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PER_PAPER", 2)
    closing = close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    papers = [get_paper(session, people.keeper, one.reference) for one in closing.papers]
    assert [one.number for one in papers] == ["1/KSVC-THADS", "2/KSVC-THADS"]
    assert [(one.data["part"], one.data["first"]) for one in papers] == [(1, 1), (2, 3)]
    assert sum(len(one.data["entries"]) for one in papers) == closing.lines
    assert find_gaps(session) == []


def test_an_empty_quarter_is_closed_on_paper_as_well(session: Session, people: People) -> None:
    closing = close_quarter(session, people.keeper, NewClosing(2027, 1), at=AT)
    assert "Không có." in html_of(paper_of(session, people, closing))


def test_a_day_that_was_corrected_is_written_as_days_are() -> None:
    assert [shown(was) for was in ("2026-10-05", "34/QĐ", 2)] == ["05/10/2026", "34/QĐ", "2"]


def test_the_spreadsheet_has_days_and_numbers_not_texts(
    client: TestClient, session: Session, people: People, seized: list[str]
) -> None:
    token = make_token(session, people, "keeper", AT)
    client.cookies.set(COOKIE, token)
    book = zipfile.ZipFile(io.BytesIO(client.get("/registers/13/2027/xlsx").content))
    rows = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    cells = {one.get("r", ""): one for one in rows.iterfind(".//x:c", space)}
    day, quantity = cells["A5"], cells["G5"]
    assert (day.get("t", "n"), quantity.get("t", "n")) == ("n", "n")
    value = day.find("x:v", space)
    assert value is not None
    assert date(1899, 12, 30) + timedelta(days=int(float(value.text or ""))) == SEIZED
    styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="dd/mm/yyyy"' in styles


def test_the_register_of_a_demonstration_says_so(
    client: TestClient,
    session: Session,
    people: People,
    seized: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet, "print_pdf", str.encode)
    client.cookies.set(COOKIE, make_token(session, people, "keeper", AT))

    def said() -> str:
        return client.get("/registers/13/2027/pdf").text

    assert "TRÌNH DIỄN" not in said()
    people.office.demonstration = True
    session.flush()
    assert "DỮ LIỆU TRÌNH DIỄN" in said()
