"""The papers of the warehouse on paper: their words, their layout, their long tables."""

import re
from functools import cache
from io import BytesIO

import msgspec
import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from inventory.custody.rules import SealState
from inventory.disposals.schemas import DestructionPaper, ForfeiturePaper, ReturnPaper
from inventory.handovers.rules import Purpose as LoanPurpose
from inventory.handovers.schemas import ClarificationPaper, HandoverPaper
from inventory.notary.papers import CertificatePaper
from inventory.orders.rules import Purpose
from inventory.orders.schemas import MinutesPaper, OrderPaper, SlipPaper
from inventory.outside.rules import FoundState
from inventory.outside.schemas import CustodyCheckMinutes
from inventory.papers.forms import list_forms
from inventory.papers.rules import PaperKind, Proof
from inventory.papers.schemas import ItemLine, PaperData, Signature
from inventory.seals.rules import OpenedFor, PresentAs
from inventory.seals.schemas import SealingMinutes, UnsealingMinutes
from inventory.stocktakes.rules import DifferenceKind, Period, Reason, RiskClass, Ruling, Word
from inventory.stocktakes.schemas.minutes import MinutesDifference, StocktakeMinutes
from reports.forms.layouts import LAYOUTS
from reports.forms.notary.certificate import CertificateShape
from reports.forms.warehouse import shapes
from reports.pdf.press import print_pdf
from reports.pdf.typesetting import template_version, words_of
from tests.reading import read_pages
from tests.reports.test_forms_review_dossier import placed
from tests.reports.warehouse_facts import LINES
from tests.reports.warehouse_papers import MADE, data_of, html_of, letterhead_of

WAREHOUSE = sorted(MADE)


@cache
def pdf_of(kind: PaperKind) -> bytes:
    return print_pdf(html_of(kind))


@cache
def pages_of(kind: PaperKind) -> list[str]:
    return list(read_pages(pdf_of(kind)))


def text_of(kind: PaperKind) -> str:
    return re.sub(r"\s+", " ", " ".join(pages_of(kind)))


@pytest.mark.parametrize("kind", WAREHOUSE)
def test_every_paper_has_the_head_and_the_end_of_decree_30(kind: PaperKind):
    text = text_of(kind)
    form = letterhead_of(kind)
    for said in (
        "CỤC QUẢN LÝ THI HÀNH ÁN DÂN SỰ",
        "THI HÀNH ÁN DÂN SỰ THÀNH PHỐ HẢI PHÒNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: 15/{form.symbol}",
        "Hải Phòng, ngày 23 tháng 11 năm 2026",
    ):
        assert said in text
    if form.form_code:
        assert f"Mẫu số {form.form_code}" in text
    for signature in data_of(kind).signatures:
        assert signature.name is not None
        assert signature.name in text


SAID = [
    (PaperKind.STORE_IN_ORDER, "LỆNH NHẬP KHO"),
    (PaperKind.STORE_IN_ORDER, "Mẫu số D65-THADS"),
    (PaperKind.STORE_IN_ORDER, "Căn cứ khoản 2 Điều 11 Thông tư số 04/2023/TT-BTP;"),
    (PaperKind.STORE_IN_ORDER, "Lý do nhập Vật chứng – vụ án Đặng Văn Hưởng"),
    (PaperKind.STORE_IN_ORDER, "Tổng số: 3 mục (bằng chữ: ba mục)."),
    (PaperKind.STORE_IN_ORDER, "THỦ TRƯỞNG CƠ QUAN"),
    (PaperKind.STORE_IN_ORDER, "Nơi nhận: - Thủ kho; - Kế toán nghiệp vụ; - Lưu: VT, HSTHA."),
    (PaperKind.STORE_OUT_ORDER, "Mẫu số D66-THADS"),
    (PaperKind.STORE_OUT_ORDER, "chỉ xuất kho cho đúng người nhận nêu trên"),
    (PaperKind.RECEIPT_SLIP, "Mẫu số C04-THADS"),
    (PaperKind.RECEIPT_SLIP, "Căn cứ Quyết định thi hành án số 145/QĐ-CCTHADS ngày 09/03/2026;"),
    (PaperKind.RECEIPT_SLIP, "(Ký, ghi rõ họ tên)"),
    (PaperKind.RECEIPT_SLIP, "Lệnh nhập kho số 14/LNK-THADS; Biên bản giao nhận số 9/BBGN-THADS"),
    (
        PaperKind.RECEIPT_SLIP,
        "Tổng giá trị: 12.750.500 đồng (Bằng chữ: Mười hai triệu bảy trăm năm mươi nghìn năm trăm"
        " đồng).",
    ),
    (PaperKind.RELEASE_SLIP, "Mẫu số C05-THADS"),
    (PaperKind.STOCK_CARD, "Mẫu số D67-THADS"),
    (PaperKind.STOCK_CARD, "Trích xuất phục vụ phiên tòa"),
    (PaperKind.HANDOVER_MINUTES, "vào hồi 09 giờ 30 phút, ngày 23 tháng 11 năm 2026"),
    (PaperKind.HANDOVER_MINUTES, "giấy tờ: giấy chứng minh của ngành 031-204"),
    (PaperKind.HANDOVER_MINUTES, "Bên nhận không nhận các mục sau: TT Tên, đặc điểm"),
    (PaperKind.HANDOVER_MINUTES, "Biên bản được lập thành 04 bản"),
    (PaperKind.CLARIFICATION_LETTER, "Kính gửi: Công an thành phố Hải Phòng"),
    (PaperKind.CLARIFICATION_LETTER, "không có khi giao nhận"),
    (PaperKind.SEALING_MINUTES, "Niêm phong vật chứng, tài sản"),
    (PaperKind.SEALING_MINUTES, "thay cho niêm phong số NP-000398 đã mở"),
    (PaperKind.SEALING_MINUTES, "Đặng Văn Hưởng không ký biên bản."),
    (PaperKind.UNSEALING_MINUTES, "niêm phong còn nguyên vẹn"),
    (PaperKind.UNSEALING_MINUTES, "Mục đích mở niêm phong: giám định."),
    (PaperKind.STOCKTAKE_MINUTES, "đã tìm, chưa thấy"),
    (PaperKind.STOCKTAKE_MINUTES, "xác nhận chênh lệch (Trần Thị Xuân Lộc)"),
    (PaperKind.DESTRUCTION_MINUTES, "1. Trần Thị Xuân Lộc, Chủ tịch Hội đồng"),
    (PaperKind.DESTRUCTION_MINUTES, "Phần còn lại sau tiêu hủy sắt vụn 0,8 kg, bán phế liệu"),
    (PaperKind.RETURN_MINUTES, "Người nhận lại: Đoàn Thị Ngọ; giấy tờ: căn cước 031188000123"),
    (PaperKind.RETURN_MINUTES, "lập thành 02 bản có giá trị như nhau: người nhận giữ 01 bản"),
    (PaperKind.FORFEITURE_MINUTES, "Bàn giao tài sản sung quỹ nhà nước"),
    (PaperKind.FORFEITURE_MINUTES, "Giấy tờ kèm theo: bản sao Bản án số 12/2026/HS-ST;"),
    (PaperKind.CUSTODY_CHECK_MINUTES, "Căn cứ Hợp đồng bảo quản số 05/HĐBQ."),
    (PaperKind.CUSTODY_CHECK_MINUTES, "không thay đổi so với lần trước"),
    (PaperKind.WRITE_OFF_DECISION, "số tiền 12.000.000 đồng."),
    (PaperKind.CUSTODY_CERTIFICATE, "số 12, ngày 23/11/2026"),
    (PaperKind.CUSTODY_CERTIFICATE, "Các lần được bảo đảm đến lần thứ 3"),
    (PaperKind.AMENDMENT, "Sửa đổi, bổ sung Phiếu nhập kho số 7/PNK-THADS ngày 02/11/2026"),
    (PaperKind.AMENDMENT, "Nay sửa thành số lượng 1 chiếc"),
    (PaperKind.RECALL, "Thu hồi Phiếu nhập kho số 7/PNK-THADS ngày 02/11/2026."),
]


@pytest.mark.parametrize(("kind", "said"), SAID)
def test_the_paper_says(kind: PaperKind, said: str):
    assert said in text_of(kind)


@pytest.mark.parametrize("kind", WAREHOUSE)
def test_the_same_data_give_the_same_html(kind: PaperKind):
    assert html_of(kind) == html_of(kind)


def test_the_same_data_give_the_same_bytes():
    kind = PaperKind.RECEIPT_SLIP
    assert print_pdf(html_of(kind)) == pdf_of(kind)


def test_the_page_has_the_margins_of_decree_30():
    pieces = list(placed(pdf_of(PaperKind.STORE_IN_ORDER), 0))
    body = [(left, size) for left, _top, size, text in pieces if text.startswith("Tổng số")]
    assert body
    assert body[0][0] == pytest.approx(30, abs=0.5)
    assert body[0][1] == pytest.approx(13, abs=0.1)
    assert all(20 <= top <= 280 for _left, top, size, _text in pieces if size > 11.5)


LANDSCAPE = (PaperKind.REGISTER_CLOSING,)


def inked(pdf: bytes, left: float, right: float) -> list[int]:
    """The pages on which something stands between two distances from the left, in points."""
    found = []
    for number, page in enumerate(PdfDocument(pdf), start=1):
        picture = page.render(scale=1).to_pil().convert("L")
        strip = picture.crop((int(left), 0, int(right), picture.height))
        if strip.getextrema()[0] < 250:
            found.append(number)
    return found


@pytest.mark.parametrize("kind", WAREHOUSE)
def test_nothing_runs_over_the_margins(kind: PaperKind):
    width = 842 if kind in LANDSCAPE else 595
    pages = PdfReader(BytesIO(pdf_of(kind))).pages
    assert {round(page.mediabox.width) for page in pages} == {width}
    margins = (40, 32) if kind in LANDSCAPE else (62, 48)
    assert inked(pdf_of(kind), 0, margins[0]) == []
    assert inked(pdf_of(kind), width - margins[1], width) == []
    assert "None" not in html_of(kind)


def test_the_check_of_the_margins_sees_what_runs_over_them():
    html = html_of(PaperKind.STORE_IN_ORDER).replace("Tổng số", "<nobr>" + "Tổng" * 40 + "</nobr>")
    assert inked(print_pdf(html), 595 - 48, 595) == [1]


@pytest.mark.parametrize("kind", [PaperKind.RECEIPT_SLIP, PaperKind.STOCKTAKE_MINUTES])
def test_a_long_list_repeats_its_head_on_every_page(kind: PaperKind):
    lines = tuple(
        msgspec.structs.replace(LINES[i % 3], code=f"TS-{i:07d}-0", state="found")
        for i in range(90)
    )
    data = msgspec.structs.replace(data_of(kind), lines=lines)
    pdf = print_pdf(html_of(kind, data))
    pages = list(read_pages(pdf))
    assert len(pages) > 3
    with_things = [page for page in pages if "TS-00" in page]
    assert all("Tên, đặc điểm" in page for page in with_things)
    found = re.findall(r"TS-\d{7}-0", " ".join(pages))
    assert len({code for code in found if code.endswith("-0")}) >= 90
    numbers = [(top, text) for _left, top, _size, text in placed(pdf, 1) if text == "2"]
    assert any(top < 20 for top, _text in numbers), "the number stands in the upper margin"


@pytest.mark.parametrize("kind", WAREHOUSE)
def test_an_almost_empty_paper_can_be_printed(kind: PaperKind):
    """Data of years ago may lack all that may be missing."""
    full = data_of(kind)
    fields = msgspec.structs.fields(type(full))
    least = {field.name: getattr(full, field.name) for field in fields if field.required}
    if kind is PaperKind.CUSTODY_CERTIFICATE:
        least["lines"] = full.lines
    html = html_of(kind, type(full)(**least), letterhead_of(kind, place=None, parent=None))
    assert "</html>" in html


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("D152/26 Art. 40", "Căn cứ Điều 40 Nghị định số 152/2026/NĐ-CP;"),
        ("44/QĐ-KB", "Căn cứ văn bản số 44/QĐ-KB;"),
        ("12/2026/HS-ST", "Căn cứ Bản án số 12/2026/HS-ST;"),
        ("Quyết định 61/QĐ-CTHADS", "Căn cứ Quyết định 61/QĐ-CTHADS;"),
    ],
)
def test_a_legal_basis_is_said_in_words(basis: str, said: str):
    data = msgspec.structs.replace(data_of(PaperKind.STORE_IN_ORDER), bases=(basis,))
    assert said in html_of(PaperKind.STORE_IN_ORDER, data)


def test_who_has_not_signed_gets_a_dotted_line():
    signatures = (Signature(post="keeper", name="Lê Kho"), Signature(post="accountant"))
    data = msgspec.structs.replace(data_of(PaperKind.RECEIPT_SLIP), signatures=signatures)
    html = html_of(PaperKind.RECEIPT_SLIP, data)
    assert '<td class="signs">Lê Kho</td>' in html
    assert '<td class="signs">……………………</td>' in html


def test_a_long_code_is_broken_and_a_short_one_is_not():
    codes = ("TS-0000123-6", "Biển số 99A-000.00; số khung MHXX00000000214")
    lines = tuple(ItemLine(name="Xe", code=code) for code in codes)
    data = msgspec.structs.replace(data_of(PaperKind.RECEIPT_SLIP), lines=lines)
    html = html_of(PaperKind.RECEIPT_SLIP, data)
    assert f'<td class="code nr">{codes[0]}</td>' in html
    assert f'<td class="code">{codes[1]}</td>' in html


def test_an_office_is_named_in_full_in_the_letterhead():
    head = letterhead_of(PaperKind.RECEIPT_SLIP, body="THADS tỉnh Thử")
    assert "Thi hành án dân sự<br>tỉnh Thử" in html_of(PaperKind.RECEIPT_SLIP, None, head)


def test_what_people_write_is_no_markup():
    line = ItemLine(name="<script>alert(1)</script>", code="<b>")
    data = msgspec.structs.replace(data_of(PaperKind.RECEIPT_SLIP), lines=(line,))
    html = html_of(PaperKind.RECEIPT_SLIP, data)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_paper_that_replaces_another_says_so():
    head = letterhead_of(PaperKind.RECALL).follows
    assert head is not None
    follows = msgspec.structs.replace(head, relation="replaces")
    html = html_of(
        PaperKind.RECEIPT_SLIP, None, letterhead_of(PaperKind.RECEIPT_SLIP, follows=follows)
    )
    assert "Văn bản này thay thế Phiếu nhập kho số 7/PNK-THADS ngày 02/11/2026." in html


def test_every_form_has_its_template_and_its_layout():
    for form in list_forms():
        assert len(template_version(form.template)) == 64
        assert form.kind in LAYOUTS


ISSUED = [
    (OrderPaper, shapes.OrderShape),
    (SlipPaper, shapes.SlipShape),
    (MinutesPaper, shapes.HandoverShape),
    (HandoverPaper, shapes.HandoverShape),
    (ClarificationPaper, shapes.ClarificationShape),
    (SealingMinutes, shapes.SealingShape),
    (UnsealingMinutes, shapes.UnsealingShape),
    (StocktakeMinutes, shapes.StocktakeShape),
    (MinutesDifference, shapes.Difference),
    (CustodyCheckMinutes, shapes.CheckShape),
    (DestructionPaper, shapes.DestructionShape),
    (ReturnPaper, shapes.ReturnShape),
    (ForfeiturePaper, shapes.ForfeitureShape),
    (CertificatePaper, CertificateShape),
]


@pytest.mark.parametrize(("issued", "shape"), ISSUED)
def test_what_a_room_issues_is_what_the_template_reads(
    issued: type[msgspec.Struct], shape: type[msgspec.Struct]
):
    there = {field.name for field in msgspec.structs.fields(issued)}
    needed = {field.name for field in msgspec.structs.fields(shape) if field.required}
    assert needed <= there
    common = {field.name for field in msgspec.structs.fields(PaperData)}
    unread = there - {field.name for field in msgspec.structs.fields(shape)} - common
    assert unread <= {"order", "direction"}, "what is frozen for a reader is printed"


WORDS = [
    ("purposes", (Purpose, OpenedFor, LoanPurpose)),
    ("seal_states", (SealState,)),
    ("roles", (PresentAs,)),
    ("proofs", (Proof,)),
    ("periods", (Period,)),
    ("classes", (RiskClass,)),
    ("counted", (Word,)),
    ("differences", (DifferenceKind,)),
    ("reasons", (Reason,)),
    ("decisions", (Ruling,)),
    ("checked", (FoundState,)),
]


@pytest.mark.parametrize(("name", "lists"), WORDS)
def test_every_code_has_its_vietnamese_word(name: str, lists: tuple[type, ...]):
    words = words_of("warehouse/words.html", name)
    for codes in lists:
        assert {str(code) for code in codes} <= set(words)  # type: ignore[attr-defined]
