"""The register of auctioned property: a line a round, corrections beside, page, XLSX and PDF."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.models import RoundRuling
from auction.bidding.rules import Outcome
from auction.lots.models import PriceReduction
from auction.sales.models import Sale
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.papers.queries import get_paper
from reports.documents.layouts import html_of as html_of_paper
from reports.forms.auction.register import AuctionRegisterCells, AuctionRegisterShape
from reports.pdf.press import print_pdf
from reports.registers.auctions import queries
from reports.registers.auctions.book import AUCTIONS
from reports.registers.auctions.files import paper_of
from reports.registers.auctions.rules import cells_of, ended_on
from reports.registers.auctions.schemas import (
    AuctionCells,
    AuctionClosingPaper,
    AuctionLine,
    Sums,
)
from reports.registers.auctions.sheet import COLUMNS, changes_of, html_of, value_of
from reports.registers.commands import close_quarter, sign_closing
from reports.registers.queries import get_year
from reports.registers.rules import (
    ClosedAlready,
    NotAPost,
    QuarterNotOver,
    SignedAlready,
    Signs,
    StatYear,
)
from reports.registers.schemas import Amendment, NewClosing
from service.auth.rules import COOKIE
from tests.make.auction import Auctioned, make_auctioned
from tests.make.organisation import People, make_token
from tests.reading import read_pages
from tests.reports.test_documents_pages import press

FAILED, SOLD = Outcome.FAILED_NO_REGISTRATION, Outcome.SOLD


@pytest.fixture
def year(session: Session) -> StatYear:
    return get_year(session, 2026)


@pytest.fixture
def item(session: Session, people: People) -> Auctioned:
    """Two failed rounds, the first one followed by a reduction, and a sale."""
    made = make_auctioned(session, people.office, outcomes=[FAILED, FAILED, SOLD])
    first, _second, last = made.rounds
    session.add(
        PriceReduction(
            lot_id=made.lot.id,
            round_id=first.id,
            office_id=people.office.id,
            old_price=Decimal(1_000_000_000),
            new_price=Decimal(900_000_000),
            percent=Decimal(10),
            decision_number="5/QĐGG-THADS",
            decided_on=date(2026, 1, 20),
            article="L08 Art. 104(1)",
            recorded_at=made.lot.recorded_at,
        )
    )
    session.add(
        Sale(
            office_id=people.office.id,
            lot_id=made.lot.id,
            round_id=last.id,
            way="auction",
            buyer="Công ty Mua",
            price=Decimal(810_000_000),
            sold_on=last.held_on,
            paid_on=date(2026, 3, 10),
            delivered_on=date(2026, 4, 1),
            recorded_at=made.lot.recorded_at,
        )
    )
    session.flush()
    return made


def lines(session: Session, people: People, year: StatYear) -> list[AuctionLine]:
    return list(queries.every_line(session, people.head, year))


def test_a_round_is_a_line_with_what_came_of_it(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    first, second, last = lines(session, people, year)
    assert [one.number for one in (first, second, last)] == [1, 2, 3]
    assert item.ref in first.assets
    assert (first.outcome, first.reduction, first.new_price) == (
        FAILED,
        "5/QĐGG-THADS",
        Decimal(900_000_000),
    )
    assert second.reduction is None
    assert (last.outcome, last.buyer, last.price) == (SOLD, "Công ty Mua", Decimal(810_000_000))
    assert (last.paid_on, last.delivered_on) == (date(2026, 3, 10), date(2026, 4, 1))
    sums = queries.sums_of(session, people.head, year)
    assert (sums.rounds, sums.lots, sums.sold, sums.failed) == (3, 1, 1, 2)
    assert sums.paid == Decimal(810_000_000)


def test_what_a_creditor_took_after_failed_rounds_stands_under_the_last_of_them(
    session: Session, people: People, year: StatYear
):
    made = make_auctioned(session, people.office, outcomes=[FAILED, FAILED, FAILED])
    session.add(
        Sale(
            office_id=people.office.id,
            lot_id=made.lot.id,
            way="setoff",
            buyer="Ngân hàng Nhận",
            price=Decimal(700_000_000),
            sold_on=made.rounds[-1].held_on,
            paid_on=date(2026, 3, 10),
            recorded_at=made.lot.recorded_at,
        )
    )
    session.flush()
    first, second, last = lines(session, people, year)
    assert (first.buyer, second.buyer) == (None, None)
    assert (last.outcome, last.buyer, last.price) == (
        FAILED,
        "Ngân hàng Nhận",
        Decimal(700_000_000),
    )
    assert last.note is not None
    assert last.note.startswith("Người được thi hành án nhận tài sản để trừ vào tiền")
    assert ended_on(cells_of(last)) is None, "it is not paid out yet"
    assert ended_on(cells_of(second)) == second.on
    assert queries.sums_of(session, people.head, year).paid == Decimal(700_000_000)


def test_a_year_holds_its_own_rounds_only(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    assert lines(session, people, get_year(session, 2025)) == []
    assert {one.lot for one in lines(session, people, year)} == {item.lot.reference}
    assert list(queries.every_line(session, people.foreign_officer, year)) == []


def test_a_ruling_that_another_one_supersedes_stays_as_a_correction(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    said = {
        "round_id": item.rounds[1].id,
        "lot_id": item.lot.id,
        "office_id": people.office.id,
        "ground": "tổ chức đấu giá vi phạm",
        "article": "PA16 Art. 72",
        "recorded_at": item.lot.recorded_at,
        "recorded_by_id": people.head.staff_id,
        "author_name": people.head.name,
    }
    one = RoundRuling(meaning="neither", ruled_on=date(2026, 3, 2), **said)
    session.add(one)
    session.flush()
    session.add(
        RoundRuling(meaning="failed", ruled_on=date(2026, 3, 9), supersedes_id=one.id, **said)
    )
    session.flush()
    line = lines(session, people, year)[1]
    assert line.meaning == "failed"
    assert line.amendments == (Amendment("meaning", "neither", date(2026, 3, 9)),)
    assert changes_of(line) == [
        "Tính là lần không thành: đã ghi “không tính”, sửa đổi ngày 09/03/2026"
    ]


def test_a_cancelled_result_shows_what_stood_there(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    session.query(Sale).one().cancelled_on = date(2026, 5, 4)
    session.flush()
    line = lines(session, people, year)[2]
    assert changes_of(line) == ["Kết quả: đã ghi “Đấu giá thành”, sửa đổi ngày 04/05/2026"]
    assert value_of(line, "outcome") == "Đấu giá thành; kết quả bị hủy, 04/05/2026"
    assert queries.sums_of(session, people.head, year).paid == 0


def test_pages_of_lines_follow_each_other_and_cost_one_statement_each(
    session: Session, people: People, year: StatYear, statements: list[str]
):
    for _n in range(4):
        make_auctioned(session, people.office, 3)
    seen: list[int] = []
    cursor = None
    while True:
        statements.clear()
        page = queries.list_lines(session, people.head, year, cursor=cursor, size=5)
        assert len(statements) == 1
        seen += [line.id for line in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 12
    assert seen == [line.id for line in lines(session, people, year)]
    with pytest.raises(Invalid):
        queries.list_lines(session, people.head, year, cursor="WyJ4IiwxXQ")


def test_the_page_the_sheet_and_the_paper_say_the_same(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    client.cookies.set("kebien_session", make_token(session, people, "head", at))
    page = client.get("/registers/17/2026").text
    for said in (item.lot.reference, "5/QĐGG-THADS", "Công ty Mua", "810.000.000"):
        assert said in page
    sheet = client.get("/registers/17/2026/xlsx")
    names = zipfile.ZipFile(io.BytesIO(sheet.content))
    assert "mau-17-2026.xlsx" in sheet.headers["content-disposition"]
    written = names.read("xl/worksheets/sheet1.xml").decode()
    assert "Công ty Mua" in written or "Công ty Mua" in names.read("xl/sharedStrings.xml").decode()
    paper = client.get("/registers/17/2026/pdf")
    text_of = " ".join(read_pages(paper.content))
    flat = re.sub(r"\s+", " ", text_of)
    for said in ("Mẫu số 17", "Công ty Mua", "Tám trăm mười triệu đồng", "10% → 900.000.000"):
        assert said in flat
    assert client.get("/registers/17/2026/pdf?part=2").status_code == 404
    assert client.get("/registers/17", follow_redirects=False).status_code == 303


def test_rest_gives_the_same_lines(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    headers = {"Authorization": f"Bearer {make_token(session, people, 'head', at)}"}
    answer = client.get("/api/v1/registers/17/2026", headers=headers).json()
    assert [line["number"] for line in answer["items"]] == [1, 2, 3]
    assert answer["items"][2]["buyer"] == "Công ty Mua"
    foreign = {"Authorization": f"Bearer {make_token(session, people, 'foreign_officer', at)}"}
    assert client.get("/api/v1/registers/17/2026", headers=foreign).json()["items"] == []
    assert item.lot.reference == answer["items"][0]["lot"]


def test_a_long_register_repeats_its_head_on_every_page(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    many = [line for line in lines(session, people, year) for _n in range(25)]
    sums = Sums(rounds=75, lots=1, sold=25, failed=50, paid=Decimal(0))
    html = html_of(("THADS tỉnh Thử", False), year, many, sums, first=1, parts=(1, 1))
    pages = read_pages(print_pdf(html))
    assert len(pages) > 3
    assert all("Việc thi hành án" in page for page in pages if item.ref in page)
    assert "None" not in html


def test_every_column_of_the_sheet_is_one_of_a_line():
    known = set(AuctionLine.__struct_fields__)
    assert {field for field, _name, _width in COLUMNS} <= known


def test_a_part_that_is_not_there_is_refused(session: Session, people: People):
    with pytest.raises(NotFound):
        paper_of(session, people.head, 2026, 0)


CLOSED_AT = datetime(2026, 4, 1, 2, tzinfo=UTC)


def test_a_quarter_is_closed_with_its_rounds_and_what_stays_open(
    session: Session, people: People, item: Auctioned
):
    closing = close_quarter(session, people.accountant, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    assert (closing.register, closing.opening, closing.came) == (17, 0, 3)
    assert (closing.went, closing.remaining) == (2, 1)
    assert closing.missing == [Signs.ACCOUNTANT, Signs.HEAD]
    (printed,) = closing.papers
    assert printed.number == "1/KSĐG-THADS"
    paper = get_paper(session, people.head, printed.reference)
    rounds = [one["cells"]["number"] for one in paper.data["entries"]]
    assert rounds == [1, 2, 3]
    assert paper.data["entries"][2]["cells"]["delivered_on"] is None
    text_of = re.sub(r"\s+", " ", of_pdf(print_pdf(html_of_paper(paper))))
    for said in ("Khóa sổ quý 2", "Mẫu số 17", "Đấu giá thành", "KẾ TOÁN NGHIỆP VỤ", "900.000.000"):
        assert said in text_of
    assert "None" not in html_of_paper(paper)


def of_pdf(content: bytes) -> str:
    return " ".join(read_pages(content))


def test_accountant_and_head_sign_and_nobody_else(
    session: Session, people: People, item: Auctioned
):
    close_quarter(session, people.officer, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    with pytest.raises(NotAPost):
        sign_closing(session, people.keeper, 2026, 2, 17, at=CLOSED_AT)
    sign_closing(session, people.accountant, 2026, 2, 17, at=CLOSED_AT)
    with pytest.raises(SignedAlready):
        sign_closing(session, people.accountant, 2026, 2, 17, at=CLOSED_AT)
    closing = sign_closing(session, people.head, 2026, 2, 17, at=CLOSED_AT)
    assert closing.missing == []
    with pytest.raises(NotFound):
        sign_closing(session, people.head, 2026, 2, at=CLOSED_AT)


def test_each_register_is_closed_by_its_own_people_and_in_its_own_order(
    session: Session, people: People, item: Auctioned
):
    with pytest.raises(Forbidden):
        close_quarter(session, people.keeper, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    with pytest.raises(Forbidden):
        close_quarter(session, people.officer, NewClosing(2026, 2), at=CLOSED_AT)
    close_quarter(session, people.officer, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    close_quarter(session, people.keeper, NewClosing(2026, 1), at=CLOSED_AT)
    with pytest.raises(ClosedAlready):
        close_quarter(session, people.officer, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    with pytest.raises(QuarterNotOver):
        close_quarter(session, people.officer, NewClosing(2026, 3), AUCTIONS, at=CLOSED_AT)


def test_what_changes_after_a_closing_shows_as_a_correction_and_is_frozen_by_the_next(
    session: Session, people: People, year: StatYear, item: Auctioned
):
    first = close_quarter(session, people.officer, NewClosing(2026, 2), AUCTIONS, at=CLOSED_AT)
    session.query(Sale).one().buyer = "Công ty Mua Lại"
    session.flush()
    line = lines(session, people, year)[2]
    assert line.closed_on == date(2026, 3, 31)
    assert changes_of(line) == [
        "Người mua, nhận tài sản: đã ghi “Công ty Mua”, sửa đổi sau lần khóa sổ gần nhất"
    ]
    later = CLOSED_AT + timedelta(days=91)
    second = close_quarter(session, people.officer, NewClosing(2026, 3), AUCTIONS, at=later)
    assert second.lines == 1
    paper = get_paper(session, people.head, second.papers[0].reference)
    (entry,) = paper.data["entries"]
    assert [one["was"] for one in entry["amendments"]] == ["Công ty Mua"]
    assert entry["cells"]["delivered_on"] == "2026-04-01"
    assert paper.data["previous_sha256"] == first.sha256
    assert (second.opening, second.came, second.went) == (1, 0, 0)
    assert changes_of(lines(session, people, year)[2])[0].endswith("sửa đổi ngày 30/06/2026")


def test_the_register_is_closed_and_signed_in_a_browser(
    client: TestClient, session: Session, people: People, item: Auctioned, at: datetime
):
    client.cookies.set(COOKIE, make_token(session, people, "accountant", at))
    page = client.get("/registers/17/2026").text
    assert 'name="quarter" value="1"' in page
    done = press(client, "/registers/17/closings", year="2026", quarter="1")
    assert done.status_code == 303
    signed = press(client, "/registers/17/2026/closings/1/signatures")
    assert signed.status_code == 303
    page = client.get("/registers/17/2026").text
    assert "1/KSĐG-THADS" in page
    paper = client.get("/registers/17/2026/pdf")
    assert "Khóa sổ quý 1" in re.sub(r"\s+", " ", of_pdf(paper.content))
    headers = {"Authorization": f"Bearer {make_token(session, people, 'head', at)}"}
    (closing,) = client.get("/api/v1/registers/17/2026/closings", headers=headers).json()
    assert [one["post"] for one in closing["signatures"]] == ["accountant"]
    over_rest = client.post("/api/v1/registers/17/2026/closings/1/signatures", headers=headers)
    assert over_rest.status_code == 201
    assert over_rest.json()["signatures"][-1]["post"] == "head"


def test_the_shape_of_the_paper_is_that_of_its_data():
    for made, shape in (
        (AuctionClosingPaper, AuctionRegisterShape),
        (AuctionCells, AuctionRegisterCells),
    ):
        assert set(made.__struct_fields__) <= set(shape.__struct_fields__)
