"""The review dossier on paper: its words, its layout, its figures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from auction.bidding.rules import Held, Outcome
from auction.legal_rules.rules import Confidence, Unit
from auction.legal_rules.words import vocabulary
from auction.reviews.rules import Conclusion, FindingCode, FlagClosing, Severity
from auction.valuations.rules import ValuationMethod
from inventory.assets.rules import AssetKind, Ground
from inventory.cases.rules import CaseKind
from inventory.custody.rules import CustodyKind
from reports.forms.citations import cite, texts_of
from reports.forms.review_dossier import checklist
from reports.forms.review_dossier.chart import price_chart
from reports.forms.review_dossier.checklist import Record, answers, questions
from reports.forms.review_dossier.data import CutPart, Dossier, RoundPart
from reports.forms.review_dossier.form import lay_out
from reports.pdf import typesetting
from reports.pdf.press import print_pdf
from reports.pdf.typesetting import words_of
from tests.reading import read_pages
from tests.reports.dossiers import LETTERHEAD, PRICES, make_dossier

LABELS = "review_dossier/labels.html"
MM = 72 / 25.4


@dataclass
class Printed:
    """A printed dossier and what can be read on it."""

    pdf: bytes
    pages: list[str]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.pages))


def printed(dossier: Dossier) -> Printed:
    pdf = print_pdf(lay_out(dossier))
    return Printed(pdf, list(read_pages(pdf)))


@pytest.fixture(scope="module")
def paper() -> Printed:
    return printed(make_dossier())


def placed(pdf: bytes, page: int) -> Iterator[tuple[float, float, float, str]]:
    """Every piece of text of a page: left and upper edge in mm, size in points, text."""
    found: list[tuple[float, float, float, str]] = []

    def visit(text: str, user: list[float], own: list[float], _font: object, size: float) -> None:
        if text.strip():
            x = own[4] * user[0] + user[4]
            y = own[5] * user[3] + user[5]
            found.append((x / MM, 297 - y / MM, abs(size * own[0] * user[0]), text.strip()))

    PdfReader(BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return iter(found)


@pytest.mark.parametrize(
    "said",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "CỤC QUẢN LÝ THI HÀNH ÁN DÂN SỰ",
        "THI HÀNH ÁN DÂN SỰ THÀNH PHỐ HỒ CHÍ MINH",
        "Số: 15/HSKT-THADS",
        "Thành phố Hồ Chí Minh, ngày 05 tháng 02 năm 2026",
        "HỒ SƠ KIỂM TRA, ĐÁNH GIÁ",
        "Tài sản bán đấu giá nhiều lần không thành: TS-0000123-6",
        "Quyền sử dụng đất tại thửa đất số 632, tờ bản đồ số 24, xã Hiệp Phước",
        "Người phải thi hành án Công ty TNHH Đặng Ưng Hòa",
        "3fa91c0d77be",
        "Giá được xác định gần nhất: 51.366.450.148 đồng (Bằng chữ: Năm mươi mốt tỷ ba trăm sáu"
        " mươi sáu triệu bốn trăm năm mươi nghìn một trăm bốn mươi tám đồng).",
        "Tính đến ngày 20/11/2026, tài sản đã qua 8 lần đấu giá; số lần không thành liên tiếp đến"
        " nay là 7. Giá khởi điểm giảm 44,22% so với lần đầu.",
        "12% (*)",
        "(*) Lần 5: giảm 12% theo Quyết định 5/QĐ-CTHADS ngày 03/09/2024, quá mức cho phép; giá"
        " thấp nhất được phép là 33.701.527.943 đồng (khoản 5 Điều 104 Luật THADS 2008).",
        "Tạm dừng đấu giá",
        "thiết lập của hệ thống, chưa có văn bản quy định (chưa được xác nhận)",
        "Có phát hiện: P02. Giảm giá vượt mức tại lần 5.",
        "c) Khắc phục thiếu sót và tổ chức lại lần đấu giá.",
        "Trần Văn Lễ, Chấp hành viên",
        "31/12/2026",
        "Luật Thi hành án dân sự số 106/2025/QH15 (trong văn bản này: Luật THADS 2025);",
        "TM. TỔ CÔNG TÁC TỔ TRƯỞNG",
        "Nơi nhận: - Như trên; - Cục Quản lý thi hành án dân sự (để báo cáo); - Lưu: VT, HSTHA.",
    ],
)
def test_the_dossier_says(paper: Printed, said: str):
    assert said in paper.text


def test_the_dossier_has_six_pages(paper: Printed):
    assert len(paper.pages) == 6


def test_the_same_snapshot_gives_the_same_bytes(paper: Printed):
    again = msgspec.convert(msgspec.to_builtins(make_dossier()), Dossier)
    assert print_pdf(lay_out(again)) == paper.pdf


def test_times_new_roman_is_inside(paper: Printed):
    names = {
        font["/BaseFont"].split("+")[1]
        for page in PdfReader(BytesIO(paper.pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names
    assert all(name.startswith("Times-New-Roman") for name in names)


def test_the_page_number_stands_in_the_middle_of_the_top_margin_but_not_on_page_one(
    paper: Printed,
):
    def in_top_margin(page: int) -> list[tuple[float, float, str]]:
        return [(x, size, t) for x, y, size, t in placed(paper.pdf, page) if y < 20]

    assert in_top_margin(0) == []
    for page in range(1, 6):
        ((x, size, number),) = in_top_margin(page)
        assert number == str(page + 1)
        assert abs(x - (30 + 192) / 2) < 3
        assert 13 <= round(size, 1) <= 14


def test_text_keeps_to_the_margins_of_the_decree(paper: Printed):
    for page in range(len(paper.pages)):
        body = [(x, y) for x, y, size, _t in placed(paper.pdf, page) if size >= 12]
        assert min(x for x, _y in body) >= 22
        assert max(y for _x, y in body) <= 297 - 20


def test_the_letterhead_has_its_sizes_and_places(paper: Printed):
    pieces = list(placed(paper.pdf, 0))
    by_text = {text: (x, y, size) for x, y, size, text in pieces}
    country = next(v for t, v in by_text.items() if t.startswith("CỘNG HÒA"))
    motto = next(v for t, v in by_text.items() if t.startswith("Độc lập"))
    issuer = next(v for t, v in by_text.items() if t.startswith("CỤC QUẢN LÝ"))
    kind = next(v for t, v in by_text.items() if t.startswith("HỒ SƠ KIỂM TRA"))
    assert 12 <= round(country[2], 1) <= 13
    assert 13 <= round(motto[2], 1) <= 14
    assert issuer[0] < 105 < motto[0]
    assert abs(issuer[1] - country[1]) < 1
    assert 13 <= round(kind[2], 1) <= 14


def test_a_working_copy_has_no_number_and_says_so():
    head = msgspec.structs.replace(LETTERHEAD, number=None)
    html = lay_out(make_dossier(letterhead=head))
    assert "Số: ......../HSKT-THADS" in html
    assert "Bản in để làm việc, chưa cấp số" in html


def test_made_up_data_are_marked_on_every_page():
    head = msgspec.structs.replace(LETTERHEAD, demonstration=True)
    paper = printed(make_dossier(letterhead=head))
    assert all("KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in page for page in paper.pages)
    assert "TRÌNH DIỄN" not in printed(make_dossier()).text


def test_a_dossier_of_an_asset_without_any_history_can_be_printed():
    empty = make_dossier(
        grounds=(),
        cases=(),
        custody=(),
        valuations=(),
        rounds=(),
        flags=(),
        reviews=(),
        bases=(),
        failed_in_a_row=0,
    )
    text = printed(empty).text
    assert "Chưa có lần đấu giá nào." in text
    assert "Chưa có kết luận." in text


def test_imported_history_keeps_its_own_currency():
    rounds = tuple(
        RoundPart(
            order=n,
            lot="KR-00001",
            number=n,
            held_on=None,
            price=Decimal(price),
            currency="KRW",
            outcome="failed_no_bid",
        )
        for n, price in enumerate((298_000_000, 238_400_000), start=1)
    )
    html = lay_out(make_dossier(rounds=rounds))
    assert "298.000.000\u00a0KRW" in html
    assert "triệu KRW" in html
    assert "Hai trăm chín mươi tám triệu đồng" not in html


def test_what_people_typed_stays_text():
    dossier = make_dossier(subject="<script>alert(1)</script>")
    assert "<script>" not in lay_out(dossier)


def test_a_pending_reduction_is_told():
    html = lay_out(
        make_dossier(
            pending_price=Decimal(25_789_139_670),
            pending_decision="99/QĐ-THADS",
            pending_decided_on=LETTERHEAD.on,
        )
    )
    assert "Đã có Quyết định 99/QĐ-THADS ngày 05/02/2026 giảm giá xuống" in html


CODES: list[tuple[str, type[StrEnum]]] = [
    ("asset_kinds", AssetKind),
    ("grounds", Ground),
    ("case_kinds", CaseKind),
    ("custody_kinds", CustodyKind),
    ("methods", ValuationMethod),
    ("outcomes", Outcome),
    ("held", Held),
    ("closings", FlagClosing),
    ("severities", Severity),
    ("findings", FindingCode),
    ("conclusions", Conclusion),
    ("confidences", Confidence),
    ("units", Unit),
]


@pytest.mark.parametrize(("name", "codes"), CODES)
def test_every_code_has_its_vietnamese_wording(name: str, codes: type[StrEnum]):
    assert set(words_of(LABELS, name)) == set(codes)


def test_every_text_of_law_in_the_short_names_is_known():
    assert set(words_of(LABELS, "laws")) <= set(vocabulary()["sources"])


def test_every_answer_the_record_gives_has_a_wording():
    given = set(re.findall(r'"([a-z]+_[a-z_]+)"', Path(checklist.__file__).read_text()))
    assert given
    assert given == set(words_of(LABELS, "records"))


def test_every_letter_of_the_templates_is_in_the_font():
    fonts = Path(typesetting.__file__).parent.parent / "fonts"
    letters = set(TTFont(fonts / "LiberationSerif-Regular.ttf").getBestCmap())
    folder = Path(typesetting.__file__).parent.parent / "forms"
    for path in [*folder.rglob("*.html"), *folder.rglob("*.toml")]:
        missing = {c for c in path.read_text() if ord(c) not in letters and c.isprintable()}
        assert missing == set(), path
    vietnamese = "ẮẰẲẴẶắằẳẵặẤẦẨẪẬấầẩẫậẾỀỂỄỆếềểễệỐỒỔỖỘốồổỗộỚỜỞỠỢớờởỡợỨỪỬỮỰứừửữựĐđỲỴỶỸ₫"
    assert all(ord(c) in letters for c in vietnamese)


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("L25 Art. 83(3)", "khoản 3 Điều 83 Luật THADS 2025"),
        (
            "D152/26 Art. 55(4), 65(7)a",
            "khoản 4 Điều 55, điểm a khoản 7 Điều 65 Nghị định 152/2026/NĐ-CP",
        ),
        ("L25 Art. 33, 34", "Điều 33, 34 Luật THADS 2025"),
        ("PA16 Art. 45; L25 Art. 96, 113", "Điều 45 Luật Đấu giá tài sản 2016; Điều 96, 113"),
        ("HOUSE", "thiết lập của hệ thống, chưa có văn bản quy định"),
        ("something else", "something else"),
    ],
)
def test_an_article_is_cited_in_vietnamese(article: str, words: str):
    assert cite(article).startswith(words)


def test_the_legal_bases_name_each_text_once():
    texts = texts_of(["L25 Art. 83(3)", "L25 Art. 35; D152/26 Art. 60", None, "HOUSE"])
    assert [short for _full, short in texts] == ["Luật THADS 2025", "", ""]
    assert texts[1][0] == "Nghị định số 152/2026/NĐ-CP"


def test_the_checklist_has_its_28_questions_and_known_findings():
    assert [q.number for q in questions()] == list(range(1, 29))
    asked = {code for q in questions() for code in q.findings}
    assert asked == set(FindingCode)
    codes = set(vocabulary()["sources"])
    for question in questions():
        assert question.text.endswith("?")
        cited = [part.partition(" Art. ")[0].strip() for part in question.basis.split(";") if part]
        assert set(cited) <= codes


def test_a_question_without_a_finding_or_record_stays_open():
    found = {a.number: a for a in answers(Record((), (), (), ()))}
    assert found[1].findings == ()
    assert found[1].record is None
    assert found[5].record == "custody_missing"
    assert found[18].record is None


def test_rounds_without_an_outcome_are_named():
    rounds = tuple(
        RoundPart(order=n, lot="DG-1", number=n, held_on=None, price=None, currency="VND")
        for n in (1, 2)
    )
    found = {a.number: a for a in answers(Record((), (), rounds, ()))}
    assert (found[16].record, found[16].orders) == ("outcomes_missing", (1, 2))


def test_the_drawing_begins_at_nothing_and_ends_above_the_highest_price():
    chart = price_chart(make_dossier().data.rounds)
    assert chart is not None
    assert chart.unit == "tỷ đồng"
    assert [label for _y, label in chart.ticks] == ["0", "20", "40", "60"]
    assert len(chart.bars) == len(PRICES)
    tallest = max(chart.bars, key=lambda bar: bar.height)
    assert tallest.order == 1
    assert tallest.top > chart.ticks[-1][0]
    assert [bar.order for bar in chart.bars if bar.breach] == [5]


def test_a_price_that_falls_to_the_lawful_limit_reaches_its_mark():
    before, after = Decimal(1_000), Decimal(900)
    rounds = (
        RoundPart(order=1, lot="a", number=1, held_on=None, price=before, currency="VND"),
        RoundPart(
            order=2,
            lot="a",
            number=2,
            held_on=None,
            price=after,
            currency="VND",
            cut=CutPart(percent=Decimal(10), lowest_lawful=after),
        ),
    )
    chart = price_chart(rounds)
    assert chart is not None
    assert chart.bars[1].floor == chart.bars[1].top


def test_one_price_or_mixed_currencies_are_not_drawn():
    one = make_dossier().data.rounds[:1]
    assert price_chart(one) is None
    foreign = msgspec.structs.replace(make_dossier().data.rounds[1], currency="THB")
    assert price_chart((*one, foreign)) is None
