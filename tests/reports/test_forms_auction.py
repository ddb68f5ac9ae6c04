"""The papers from seizure to payout on paper: their words, both laws, their long tables."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest

from auction.papers.schemas import CouncilPrice, PayoutLine, PortfolioLine
from inventory.papers.forms import form_of
from inventory.papers.rules import PaperKind
from reports.forms.auction.form import SHAPES
from reports.pdf.press import print_pdf
from reports.pdf.words import ordinal_in_words
from tests.reading import read_pages, read_words
from tests.reports.auction_papers import (
    AUCTION,
    CAR,
    MADE,
    NEW,
    OLD,
    UNDER_BOTH,
    data_of,
    html_of,
)
from tests.reports.test_forms_warehouse import inked

EVERY = [(kind, on) for kind in AUCTION for on in (OLD, NEW) if on is NEW or kind in UNDER_BOTH]


@cache
def pdf_of(kind: PaperKind, on: date = NEW) -> bytes:
    return print_pdf(html_of(kind, on))


def text_of(kind: PaperKind, on: date = NEW) -> str:
    return read_words(pdf_of(kind, on))


@pytest.mark.parametrize(("kind", "on"), EVERY)
def test_every_paper_has_the_head_the_matter_and_the_end_of_decree_30(kind: PaperKind, on: date):
    text = text_of(kind, on)
    said = [
        "THI HÀNH ÁN DÂN SỰ THÀNH PHỐ HẢI PHÒNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: 15/{form_of(kind, on).symbol}",
    ]
    if kind is not PaperKind.PORTFOLIO_MINUTES:
        said += [
            "Căn cứ Quyết định thi hành án số 145/QĐ-THADS ngày 03/08/2026; Bản án, quyết định số"
            " 27/2026/DS-ST của Tòa án nhân dân khu vực 1 – Hải Phòng",
            "Người phải thi hành án: Đặng Văn Hưởng, số định danh (đăng ký) 031000000001, địa chỉ:"
            " số 4 phố Thử, thành phố Hải Phòng. Người được thi hành án: Ngân hàng TMCP Thử nghiệm,"
            " số định danh (đăng ký) 0100000002, địa chỉ: số 8 phố Mẫu, thành phố Hà Nội.",
            "TS-0000124-4",
        ]
    assert [one for one in said if one not in text] == []
    assert "None" not in html_of(kind, on)
    for signature in data_of(kind).signatures:
        assert str(signature.name) in text


ASKED = (PaperKind.PAUSE_REQUEST, PaperKind.STOP_REQUEST)
"""Papers whose article is a fact of the act, not of the form."""


@pytest.mark.parametrize("kind", [kind for kind in UNDER_BOTH if kind not in ASKED])
def test_a_step_under_the_old_law_prints_the_old_form(kind: PaperKind):
    old, new = text_of(kind, OLD), text_of(kind, NEW)
    assert "26/2008/QH12" in old or "62/2015/NĐ-CP" in old
    bases_of_new = new.partition("Căn cứ Quyết định thi hành án")[0]
    assert "106/2025/QH15" in bases_of_new or "152/2026/NĐ-CP" in bases_of_new
    assert "26/2008/QH12" not in bases_of_new
    assert "106/2025/QH15" not in old.partition("Căn cứ Quyết định thi hành án")[0]
    assert form_of(kind, OLD).template != form_of(kind, NEW).template


SAID = [
    (PaperKind.SEIZURE_DECISION, NEW, "Về việc kê biên bổ sung tài sản"),
    (PaperKind.SEIZURE_DECISION, OLD, "Về việc cưỡng chế kê biên bổ sung tài sản"),
    (PaperKind.SEIZURE_DECISION, NEW, "Thửa 214, tờ bản đồ 17, 96,5 m², đất ở đô thị"),
    (PaperKind.SEIZURE_MINUTES, NEW, "Căn cứ Quyết định kê biên tài sản số 12/QĐKB-THADS"),
    (PaperKind.SEIZURE_MINUTES, NEW, "Vắng mặt Ngân hàng TMCP Thử nghiệm đã được thông báo"),
    (PaperKind.SEIZURE_MINUTES, NEW, "Đặng Văn Hưởng không ký biên bản. Lý do: không đồng ý"),
    (PaperKind.SEIZURE_MINUTES, NEW, "Tài sản khác tại nơi kê biên 01 bàn thờ"),
    (PaperKind.SEIZURE_MINUTES, OLD, "Đương sự, người làm chứng, đại diện chính quyền cấp xã:"),
    (PaperKind.CUSTODY_ASSIGNMENT, NEW, "Cam kết: người được giao bảo quản giữ gìn tài sản"),
    (PaperKind.CUSTODY_ASSIGNMENT, OLD, "truy cứu trách nhiệm hình sự"),
    (PaperKind.SALE_MINUTES, NEW, "Thỏa thuận giao tài sản để thi hành án"),
    (
        PaperKind.SALE_MINUTES,
        NEW,
        "510.000.000 đồng (Bằng chữ: Năm trăm mười triệu đồng), nộp chậm nhất ngày 30/11/2026",
    ),
    (PaperKind.PRICE_AGREEMENT, NEW, "(Bằng chữ: Hai tỷ bốn trăm năm mươi triệu đồng)"),
    (PaperKind.PRICE_AGREEMENT, NEW, "trước khi ký hợp đồng dịch vụ thẩm định giá"),
    (PaperKind.PRICE_AGREEMENT, OLD, "Tổ chức thẩm định giá: Công ty CP Định giá Á"),
    (PaperKind.PRICE_SETTING_MINUTES, NEW, "Kết quả biểu quyết: 2/3 thành viên nhất trí"),
    (
        PaperKind.PRICE_SETTING_MINUTES,
        NEW,
        "(Bằng chữ: Ba trăm mười triệu không trăm linh năm nghìn không trăm hai mươi mốt đồng)",
    ),
    (PaperKind.PRICE_SETTING_MINUTES, NEW, "(Ba trăm linh năm triệu đồng)"),
    (PaperKind.REDUCTION_DECISION, NEW, "(Bằng chữ: Hai tỷ hai trăm linh năm triệu đồng)"),
    (PaperKind.VALUATION_NOTICE, NEW, "yêu cầu thẩm định giá lại một lần, chậm nhất ngày 30/11"),
    (PaperKind.VALUATION_NOTICE, NEW, "đến hết ngày 18/05/2027"),
    (PaperKind.VALUATION_NOTICE, OLD, "trước khi có thông báo công khai về việc bán đấu giá"),
    (PaperKind.PRIORITY_NOTICE, NEW, "Kính gửi: Đặng Thị Mai"),
    (PaperKind.PRIORITY_NOTICE, NEW, "Người có quyền ưu tiên trả lời bằng văn bản chậm nhất ngày"),
    (PaperKind.AUCTION_NOTICE, NEW, "Về việc bán đấu giá tài sản (lần thứ hai)"),
    (PaperKind.AUCTION_NOTICE, NEW, "08 giờ 30 phút, ngày 21 tháng 12 năm 2026"),
    (PaperKind.AUCTION_NOTICE, NEW, "có người thuê nhà đến ngày 01/03/2027; giá chưa gồm thuế"),
    (PaperKind.AUCTION_NOTICE, NEW, "TS-0000123-6: có người thuê đến ngày 01/03/2027; người thuê"),
    (PaperKind.AUCTION_NOTICE, OLD, "người mua tiếp tục thực hiện hợp đồng thuê theo quy định của"),
    (PaperKind.AUCTION_NOTICE, NEW, "TS-0000124-4: có khiếm khuyết (hộp số hỏng)."),
    (PaperKind.REDUCTION_DECISION, NEW, "cuộc đấu giá lần thứ hai ngày 16/11/2026 không thành"),
    (PaperKind.REDUCTION_DECISION, NEW, "Thông báo đấu giá không thành số 301/TB-TTĐG ngày 18/11"),
    (PaperKind.REDUCTION_DECISION, NEW, "Mức giảm 9,5%"),
    (PaperKind.REDUCTION_DECISION, NEW, "Số tiền giảm 209.475.000 đồng"),
    (PaperKind.REDUCTION_DECISION, NEW, "Giá khởi điểm của lần đấu giá thứ 3 1.995.525.000 đồng"),
    (PaperKind.REDUCTION_DECISION, NEW, "Người được thi hành án có quyền nhận tài sản để trừ vào"),
    (PaperKind.REDUCTION_DECISION, OLD, "Xét thấy đương sự không thỏa thuận được mức giảm giá"),
    (PaperKind.SETOFF_NOTICE, NEW, "trả lời bằng văn bản chậm nhất ngày 26/11/2026"),
    (PaperKind.SETOFF_NOTICE, OLD, "bằng hoặc thấp hơn chi phí cưỡng chế"),
    (PaperKind.PAUSE_REQUEST, NEW, "V/v yêu cầu tạm dừng cuộc đấu giá tài sản"),
    (PaperKind.PAUSE_REQUEST, NEW, "Căn cứ điểm a khoản 1 Điều 84 Luật Thi hành án dân sự"),
    (PaperKind.PAUSE_REQUEST, NEW, "Thời điểm tạm dừng 09 giờ 30 phút, ngày 23 tháng 11 năm 2026"),
    (PaperKind.STOP_REQUEST, NEW, "không tính là đấu giá không thành"),
    (PaperKind.DELIVERY_DECISION, NEW, "Giao cho Công ty TNHH Vận tải Cát Bi; địa chỉ:"),
    (PaperKind.DELIVERY_DECISION, NEW, "chậm nhất ngày 19/01/2027"),
    (PaperKind.DELIVERY_MINUTES, NEW, "01 giấy chứng nhận; 03 chìa khóa cửa"),
    (PaperKind.MEASURE_DECISION, NEW, "Về việc phong tỏa tài khoản, tài sản"),
    (PaperKind.MEASURE_DECISION, OLD, "Căn cứ Điều 66 Luật Thi hành án dân sự"),
    (PaperKind.MEASURE_DECISION, NEW, "Căn cứ Biên bản số 3/BB-PT, lập vào hồi 09 giờ 30 phút"),
    (PaperKind.MEASURE_DECISION, NEW, "(Bằng chữ: Sáu trăm bốn mươi triệu đồng)"),
    (PaperKind.MEASURE_DECISION, NEW, "Ngân hàng TMCP Bảo Đảm – Chi nhánh Hải Phòng thực hiện"),
    (PaperKind.MEASURE_END, NEW, "Chấm dứt việc phong tỏa tài khoản, tài sản của Đặng Văn Hưởng"),
    (PaperKind.MEASURE_END, OLD, "Căn cứ Quyết định số 7/QĐBĐ-THADS ngày 09/11/2026"),
    (PaperKind.FAILURE_NOTICE, NEW, "cuộc đấu giá lần thứ ba ngày 16/11/2026"),
    (PaperKind.FAILURE_NOTICE, NEW, "không có người đăng ký tham gia đấu giá"),
    (PaperKind.FAILURE_NOTICE, NEW, "người được thi hành án có quyền nhận tài sản để trừ vào số"),
    (PaperKind.TERMINATION_DECISION, NEW, "Căn cứ Trích lục khai tử 5 ngày 09/11/2026"),
    (PaperKind.TERMINATION_DECISION, NEW, "(Bằng chữ: Sáu trăm bốn mươi triệu đồng)"),
    (PaperKind.TERMINATION_DECISION, NEW, "chậm nhất ngày 27/11/2026"),
    (PaperKind.TERMINATION_DECISION, OLD, "Căn cứ Điều 50 Luật Thi hành án dân sự"),
    (PaperKind.TERMINATION_ANNULMENT, NEW, "Hủy Quyết định số 7/QĐĐC-THADS ngày 16/11/2026"),
    (PaperKind.TERMINATION_ANNULMENT, NEW, "Căn cứ Điều 52 Luật Thi hành án dân sự"),
    (PaperKind.SEIZURE_RELEASE, NEW, "Giải tỏa việc kê biên theo Quyết định số 12/QĐKB-THADS"),
    (PaperKind.SEIZURE_RELEASE, NEW, "Văn phòng đăng ký đất đai; UBND phường Lê Chân"),
    (PaperKind.SEIZURE_RECALL, NEW, "Thu hồi Quyết định kê biên số 12/QĐKB-THADS ngày 16/11/2026"),
    (PaperKind.SEIZURE_RECALL, NEW, "bên nhận bảo đảm là Ngân hàng TMCP Bảo Đảm"),
    (PaperKind.SEIZURE_RECALL, NEW, "Nghĩa vụ được bảo đảm và chi phí 1.904.000.000 đồng"),
    (PaperKind.SEIZURE_RECALL, OLD, "Chi phí cưỡng chế 24.000.000 đồng"),
    (PaperKind.RETURN_UNSOLD_MINUTES, NEW, "đã bán đấu giá 14 lần không thành"),
    (PaperKind.RETURN_UNSOLD_MINUTES, NEW, "không được chuyển nhượng, tặng cho, thế chấp"),
    (PaperKind.RETURN_UNSOLD_MINUTES, OLD, "Chi phí cưỡng chế: 24.000.000 đồng"),
    (PaperKind.PAYOUT_TABLE, NEW, "Số tiền để phân chia 2.222.280.000"),
    (PaperKind.PAYOUT_TABLE, NEW, "Cộng số tiền chi trả 2.222.280.000"),
    (PaperKind.PAYOUT_TABLE, NEW, "chi trả 2.222.280.000 51.756.719 2.170.523.281"),
    (PaperKind.PAYOUT_TABLE, NEW, "Thông tư số 216/2016/TT-BTC): 51.756.719 đồng"),
    (PaperKind.PAYOUT_TABLE, NEW, "KẾ TOÁN NGHIỆP VỤ"),
    (PaperKind.PAYOUT_TABLE, NEW, "Thứ tự 5: các khoản phải thi hành án khác"),
    (PaperKind.PAYOUT_TABLE, NEW, "gửi tiết kiệm, chờ người được nhận"),
    (PaperKind.PORTFOLIO_MINUTES, NEW, "Bên nhận bàn giao: Trịnh Thị Hoa"),
    (PaperKind.PORTFOLIO_MINUTES, NEW, "Két sắt TS-0000131-5 chưa tìm thấy chìa khóa"),
]


@pytest.mark.parametrize(("kind", "on", "said"), SAID)
def test_the_paper_says(kind: PaperKind, on: date, said: str):
    assert said in text_of(kind, on)


@pytest.mark.parametrize(("kind", "on"), EVERY)
def test_nothing_runs_over_the_margins(kind: PaperKind, on: date):
    assert inked(pdf_of(kind, on), 0, 62) == []
    assert inked(pdf_of(kind, on), 595 - 48, 595) == []


@pytest.mark.parametrize(("kind", "on"), EVERY)
def test_an_almost_empty_paper_can_be_printed(kind: PaperKind, on: date):
    fields = msgspec.structs.fields(SHAPES[kind])
    least = {one.name: getattr(MADE[kind], one.name) for one in fields if one.required}
    html = html_of(kind, on, SHAPES[kind](**least), parent=None, place=None)
    assert "None" not in html
    assert "</html>" in html


def test_the_same_data_give_the_same_bytes():
    kind = PaperKind.REDUCTION_DECISION
    assert print_pdf(html_of(kind)) == pdf_of(kind)


def test_before_the_second_reduction_the_creditor_has_no_right_to_be_told_of():
    data = data_of(PaperKind.REDUCTION_DECISION, index=1, creditor_right=False)
    assert "có quyền nhận tài sản" not in html_of(PaperKind.REDUCTION_DECISION, NEW, data)


def test_by_the_law_before_the_parties_are_asked_to_agree_on_the_reduction():
    agree = {"agree_until": date(2026, 6, 10), "reductions": 0, "creditor_right": False}
    html = html_of(PaperKind.FAILURE_NOTICE, OLD, data_of(PaperKind.FAILURE_NOTICE, **agree))
    assert "yêu cầu thỏa thuận mức giảm giá" in html
    assert "10/06/2026" in html
    assert "có quyền nhận tài sản" not in html


def test_after_a_revaluation_no_other_can_be_asked_for():
    data = data_of(PaperKind.VALUATION_NOTICE, again=True)
    html = html_of(PaperKind.VALUATION_NOTICE, NEW, data)
    assert "không có quyền yêu cầu thẩm định giá lại lần nữa" in html
    assert "30/11/2026" not in html


def test_what_the_debtor_is_told_when_the_creditor_takes_the_asset():
    data = data_of(PaperKind.SETOFF_NOTICE, to="debtor")
    html = html_of(PaperKind.SETOFF_NOTICE, NEW, data)
    assert "Người phải thi hành án có quyền nhận lại tài sản nếu nộp đủ" in html


@pytest.mark.parametrize(
    ("measure", "on", "said"),
    [
        ("holding", NEW, "Tạm giữ tài sản, giấy tờ của <b>Đặng Văn Hưởng</b>"),
        ("stop_transactions", OLD, "Về việc tạm dừng việc đăng ký, chuyển quyền sở hữu"),
        ("stop_transactions", NEW, "Về việc tạm ngừng giao dịch, việc đăng ký"),
    ],
)
def test_each_provisional_measure_is_named_by_the_law_of_its_day(measure: str, on: date, said: str):
    data = data_of(PaperKind.MEASURE_DECISION, measure=measure, amount=None)
    html = html_of(PaperKind.MEASURE_DECISION, on, data)
    assert said in html
    assert "phong tỏa" not in html


def long_pages(kind: PaperKind, **over: object) -> list[str]:
    pdf = print_pdf(html_of(kind, NEW, data_of(kind, **over)))
    return list(read_pages(pdf))


def test_a_long_list_of_things_repeats_its_head_on_every_page():
    lines = tuple(msgspec.structs.replace(CAR, code=f"TS-{i:07d}-0") for i in range(60))
    pages = long_pages(PaperKind.SEIZURE_MINUTES, lines=lines)
    with_things = [page for page in pages if "TS-00" in page]
    assert len(with_things) > 2
    assert all("Tên, đặc điểm" in page for page in with_things)


def test_a_long_table_of_payouts_repeats_its_head_and_its_sums_stay_right():
    shares = tuple(
        PayoutLine(rank="other", payee=f"Người thứ {i}", claim=Decimal(1001), paid=Decimal(997))
        for i in range(120)
    )
    pages = long_pages(PaperKind.PAYOUT_TABLE, shares=shares, net=Decimal(119_640), left=Decimal(0))
    with_shares = [page for page in pages if "Người thứ" in page]
    assert len(with_shares) > 2
    assert all("Người được nhận" in page for page in with_shares)
    assert "Cộng số tiền chi trả 119.640" in re.sub(r"\s+", " ", " ".join(pages))


def test_a_whole_portfolio_fits_on_as_many_pages_as_it_needs():
    items = tuple(
        PortfolioLine(group=group, name=f"Mục {group} {i}", code=f"M-{group}-{i}")
        for group in ("case", "asset", "deadline", "hold", "evidence")
        for i in range(40)
    )
    pages = long_pages(PaperKind.PORTFOLIO_MINUTES, items=items)
    assert all("Nội dung bàn giao" in page for page in pages if "Mục " in page)
    whole = re.sub(r"\s+", " ", " ".join(pages))
    assert "Việc thi hành án: 40" in whole
    assert whole.index("Việc thi hành án: 40") < whole.index("Tài sản: 40")


def test_what_people_write_is_no_markup():
    data = data_of(PaperKind.SEIZURE_DECISION, grounds="<script>alert(1)</script>")
    assert "<script>" not in html_of(PaperKind.SEIZURE_DECISION, NEW, data)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "nhất"), (2, "hai"), (4, "tư"), (14, "mười bốn"), (21, "hai mươi mốt")],
)
def test_a_place_in_a_row_is_said_as_it_follows_thu(number: int, said: str):
    assert ordinal_in_words(number) == said


def lengthened(value: Any, name: str = "") -> Any:
    """Data with every name, address and explanation as long as one may become."""
    if isinstance(value, str):
        return f"{value}; {LONG}" if name in EXPLAINED else LONG[:170] if name in NAMED else value
    if isinstance(value, msgspec.Struct):
        fields = value.__struct_fields__
        return msgspec.structs.replace(
            value, **{one: lengthened(getattr(value, one), one) for one in fields}
        )
    return tuple(lengthened(one, name) for one in value) if isinstance(value, tuple) else value


LONG = (
    "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại, Dịch vụ, Xuất nhập khẩu và Đầu tư"
    " Phát triển Nông nghiệp Công nghệ cao Đồng bằng sông Cửu Long – Chi nhánh thành phố Hồ Chí"
    " Minh, địa chỉ Số 1234/56/78 Đường tỉnh 826C, ấp Long Hòa Thượng Đông, tổ dân phố số 17, xã"
    " Nhơn Thạnh Trung Hậu Giang, thành phố Cần Thơ, cạnh Trạm y tế cũ của xã"
)
NAMED = frozenset({"owner", "payee", "debtor", "creditor", "organisation", "firm", "address"})
EXPLAINED = frozenset(
    {"features", "state", "grounds", "ground", "market", "others", "custody", "duties", "refusal"}
    | {"opinions", "incidents", "absences", "reason", "said", "viewing", "use", "coercion"}
)


@pytest.mark.parametrize("things", [2, 5])
@pytest.mark.parametrize("kind", AUCTION)
def test_signatures_never_stand_on_a_page_of_their_own(kind: PaperKind, things: int):
    signer = "Công Tằng Tôn Nữ Phương"
    data = lengthened(data_of(kind))
    signed = tuple(msgspec.structs.replace(one, name=signer) for one in data.signatures)
    lines = (data.lines * things)[:things]
    html = html_of(kind, NEW, msgspec.structs.replace(data, lines=lines, signatures=signed))
    pdf = print_pdf(html)
    end = re.sub(r"<[^>]+>", "", re.findall(r'<p class="last">(.*?)</p>', html, re.DOTALL)[-1])
    pages = [re.sub(r"\s+", " ", one) for one in read_pages(pdf)]
    assert [page.count(signer) for page in pages][-1] == len(signed)
    assert " ".join(end.split()[-3:]) in pages[-1]
    assert inked(pdf, 0, 62) == inked(pdf, 595 - 48, 595) == []


@pytest.mark.parametrize(("kind", "on"), EVERY)
def test_the_last_legal_base_ends_with_a_full_stop(kind: PaperKind, on: date):
    bases = re.findall(r'<p class="basis">(.*?)</p>', html_of(kind, on), re.DOTALL)
    assert [one[-1] for one in bases] == [";"] * (len(bases) - 1) + ["."]


@pytest.mark.parametrize("kind", AUCTION)
def test_what_is_signed_alone_says_who_gets_it(kind: PaperKind):
    text = text_of(kind)
    assert ("Nơi nhận" in text) == (len(data_of(kind).signatures) == 1)
    got = text.partition("Nơi nhận:")[2]
    assert not got or not got.strip().startswith("- Lưu")


def test_the_new_law_knows_no_agreement_on_a_firm():
    assert "Tổ chức thẩm định giá" in text_of(PaperKind.PRICE_AGREEMENT, OLD)
    assert "Tổ chức thẩm định giá" not in text_of(PaperKind.PRICE_AGREEMENT, NEW)


def test_an_agreed_price_needs_no_further_money_where_nothing_is_left_to_pay():
    data = data_of(PaperKind.SETOFF_NOTICE, to_pay=Decimal(0))
    html = html_of(PaperKind.SETOFF_NOTICE, NEW, data)
    assert "không phải nộp thêm tiền" in html
    assert "Không đồng" not in html


def test_a_bare_number_of_a_paper_gets_its_name():
    pause = data_of(PaperKind.PAUSE_REQUEST, basis_document="7/QĐ", organisation="")
    html = html_of(PaperKind.PAUSE_REQUEST, NEW, pause)
    assert "Căn cứ văn bản số 7/QĐ." in html
    assert "Kính gửi: Tổ chức hành nghề đấu giá tài sản" in html
    sold = data_of(PaperKind.DELIVERY_DECISION, sale_document="16/BBĐG")
    html = html_of(PaperKind.DELIVERY_DECISION, NEW, sold)
    assert "Căn cứ Biên bản đấu giá số 16/BBĐG;" in html


def test_minutes_of_a_council_on_several_things_say_the_votes_and_the_price_of_each():
    kind = PaperKind.PRICE_SETTING_MINUTES
    one = data_of(kind)
    first, second = one.lines[0], CAR
    prices = tuple(
        CouncilPrice(
            code=line.code or "",
            name=line.name,
            price=price,
            members=one.members,
            in_favour=2,
            chair_decided=line is second,
        )
        for line, price in ((first, Decimal(310_005_021)), (second, Decimal(200_000_000)))
    )
    both = msgspec.structs.replace(
        one, lines=(first, second), prices=prices, in_favour=None, price=Decimal(510_005_021)
    )
    html = html_of(kind, NEW, both)
    assert html.count("Kết quả biểu quyết: 2/3") == 2
    assert html.count("quyết định theo ý kiến của Chủ tịch Hội đồng") == 1
    assert html.count(f"({second.code})") == 1
    assert "Hai trăm triệu đồng" in html
    assert "Tổng giá các tài sản được xác định là: <b>510.005.021" in html
