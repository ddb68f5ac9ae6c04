"""A paper of every kind from seizure to payout, made by hand and complete in every part."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from auction.papers.schemas import (
    AuctionNoticeData,
    BurdenLine,
    DeliveryDecisionData,
    DeliveryMinutesData,
    Opinion,
    PayoutLine,
    PayoutTableData,
    PortfolioLine,
    PortfolioMinutesData,
    PriceAgreementData,
    PriceSettingData,
    PriorityNoticeData,
    ReductionData,
    RequestData,
    ReturnUnsoldData,
    SaleMinutesData,
    SeizedBy,
    SeizureRecallData,
    SetoffNoticeData,
    ValuationNoticeData,
)
from inventory.papers.forms import form_of
from inventory.papers.rules import PaperKind, signers_of
from inventory.papers.schemas import (
    ItemLine,
    Letterhead,
    PaperData,
    Party,
    Refusal,
    Signature,
)
from inventory.seizures.papers import (
    CustodyAssignmentData,
    SeizureDecisionData,
    SeizureMinutesData,
    SeizureReleaseData,
)
from reports.forms.layouts import LAYOUTS
from tests.reports.measure_papers import FURTHER
from tests.reports.parties import CASE

OLD, NEW = date(2026, 6, 30), date(2026, 11, 23)
AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)

LAND = ItemLine(
    name="Quyền sử dụng đất và nhà ở gắn liền với đất",
    code="TS-0000123-6",
    unit="thửa",
    quantity=Decimal(1),
    features="Thửa 214, tờ bản đồ 17, 96,5 m², đất ở đô thị, giấy chứng nhận số DA 204117",
    state="Nhà hai tầng xây năm 2014, tường nứt chân",
    note="có 01 hộ thuê ở",
)
CAR = ItemLine(
    name="Xe ô tô tải Thaco Ollin 700B",
    code="TS-0000124-4",
    unit="chiếc",
    quantity=Decimal(1),
    features="Biển số 15C-118.27; số khung RNHA700B9MC118271; số máy YZ4D-2291",
    state="Đã qua sử dụng, lốp mòn",
)
OFFICER = Party(name="Nguyễn Trường Giang", post="Chấp hành viên trung cấp")
DEBTOR = Party(
    name="Đặng Văn Hưởng",
    address="Số 8 ngõ 41 Chợ Hàng, phường Lê Chân",
    identity="citizen_card 031075002214",
)
BUYER = Party(
    name="Công ty TNHH Vận tải Cát Bi",
    address="Số 12 Đình Vũ, phường Hải An",
    authority="Giấy ủy quyền số 05/UQ ngày 10/11/2026",
)
PRESENT = (
    Party(name="Lê Ngọc Ẩn", role="witness", address="Tổ 4, phường Lê Chân"),
    Party(name="Vũ Thị Hằng", role="commune_representative", organisation="UBND phường Lê Chân"),
)
SAID: dict[str, Any] = {
    "at": AT,
    "ended_at": LATER,
    "place": "số 8 ngõ 41 Chợ Hàng, phường Lê Chân",
    "present": PRESENT,
    "absences": "Ngân hàng TMCP Thử nghiệm đã được thông báo hợp lệ, vắng mặt",
    "opinions": "Ông Hưởng đề nghị được nhận lại tài sản khi nộp đủ tiền",
    "incidents": "Không có",
    "refusals": (Refusal("Đặng Văn Hưởng", "không đồng ý với việc kê biên"),),
}
M = Decimal(1_000_000)

MADE: Mapping[PaperKind, PaperData] = {
    PaperKind.SEIZURE_DECISION: SeizureDecisionData(
        grounds="người phải thi hành án có điều kiện nhưng không tự nguyện thi hành án",
        owner="ông Đặng Văn Hưởng",
        carried_out_by="Chấp hành viên Nguyễn Trường Giang",
        carried_out_at=AT,
        place="số 8 ngõ 41 Chợ Hàng, phường Lê Chân",
        extra=True,
    ),
    PaperKind.SEIZURE_MINUTES: SeizureMinutesData(
        **SAID,
        decision_number="12/QĐKB-THADS",
        decision_on=date(2026, 11, 16),
        officer=OFFICER,
        recorder=Party(name="Phạm Thị Thu", post="Thư ký thi hành án"),
        others="01 bàn thờ, đồ dùng sinh hoạt thiết yếu, không kê biên",
        custody="Giao người phải thi hành án tiếp tục bảo quản tại chỗ",
        custodian=DEBTOR,
    ),
    PaperKind.CUSTODY_ASSIGNMENT: CustodyAssignmentData(
        **SAID,
        officer=OFFICER,
        custodian=DEBTOR,
        decision_number="12/QĐKB-THADS",
        decision_on=date(2026, 11, 16),
        contract_number="05/HĐBQ",
        until_on=date(2027, 5, 23),
        use="hộ gia đình đang ở, một phần cho thuê",
        duties="được tiếp tục ở; không sửa chữa, xây dựng thêm",
    ),
    PaperKind.PRICE_AGREEMENT: PriceAgreementData(
        **SAID, price=2450 * M, firm="Công ty CP Định giá Á"
    ),
    PaperKind.PRICE_SETTING_MINUTES: PriceSettingData(
        **SAID,
        way="council",
        why="không ký được hợp đồng dịch vụ thẩm định giá",
        council_decision="31/QĐ-THADS",
        council_on=date(2026, 11, 16),
        market="so sánh với 03 giao dịch cùng loại trong quý III năm 2026",
        members=(
            Opinion(
                name="Nguyễn Trường Giang",
                role="Chấp hành viên",
                price=310 * M,
                agrees=True,
                chairs=True,
            ),
            Opinion(name="Bùi Thị Lan", role="finance", price=305 * M, agrees=True),
            Opinion(
                name="Hà Văn Tiến",
                role="technical",
                price=330 * M,
                agrees=False,
                said="cho rằng giá phải cao hơn",
            ),
        ),
        in_favour=2,
        price=310 * M + 5021,
    ),
    PaperKind.VALUATION_NOTICE: ValuationNoticeData(
        price=2450 * M,
        method="firm",
        firm="Công ty CP Thẩm định giá Hải Đăng",
        certificate="Vc 26/11/044/HĐ",
        valued_on=date(2026, 11, 19),
        valid_until=date(2027, 5, 18),
        ask_until=date(2026, 11, 30),
        advance=12 * M,
    ),
    PaperKind.PRIORITY_NOTICE: PriorityNoticeData(
        holders=(Party(name="Đặng Thị Mai", address="Số 10 ngõ 41 Chợ Hàng", role="đồng sở hữu"),),
        price=1225 * M,
        answer_until=date(2026, 12, 8),
        share="1/2 quyền sử dụng đất",
        pay_term="05 ngày làm việc",
        pay_at="Thi hành án dân sự thành phố Hải Phòng",
    ),
    PaperKind.AUCTION_NOTICE: AuctionNoticeData(
        round_number=2,
        starting_price=2205 * M,
        organisation="Trung tâm Dịch vụ đấu giá tài sản thành phố Hải Phòng",
        organisation_address="Số 1 Lạch Tray",
        opens_at=datetime(2026, 12, 21, 1, 30, tzinfo=UTC),
        venue="Hội trường Trung tâm",
        method="ascending_public_start",
        dossier_fee=Decimal(500_000),
        form="oral",
        deposit=220 * M,
        step=20 * M,
        viewing="từ ngày 07/12/2026 đến ngày 09/12/2026, tại nơi có tài sản",
        registration="đến 17 giờ 00 phút ngày 18/12/2026, tại trụ sở Trung tâm",
        contract_number="44/HĐĐG",
        contract_on=date(2026, 11, 20),
        encumbrances=("có người thuê nhà đến ngày 01/03/2027", "giá chưa gồm thuế"),
        burdens=(
            BurdenLine(kind="tenant", asset="TS-0000123-6", until_on=date(2027, 3, 1)),
            BurdenLine(kind="defect", asset="TS-0000124-4", note="hộp số hỏng"),
        ),
    ),
    PaperKind.REDUCTION_DECISION: ReductionData(
        index=2,
        failed_round=2,
        failed_on=date(2026, 11, 16),
        notice_number="301/TB-TTĐG",
        notice_on=date(2026, 11, 18),
        previous_price=2205 * M,
        percent=Decimal("9.5"),
        amount=Decimal(209_475_000),
        new_price=Decimal(1_995_525_000),
        next_round=3,
        creditor_right=True,
        creditor_until=date(2026, 11, 26),
    ),
    PaperKind.SETOFF_NOTICE: SetoffNoticeData(
        to="creditor",
        addressee=Party(name="Ngân hàng TMCP Thử nghiệm", address="Số 1 Trần Phú"),
        price=Decimal(1_995_525_000),
        failed_round=3,
        reductions=2,
        claim=1800 * M,
        costs=24 * M,
        to_pay=Decimal(219_525_000),
        until=date(2026, 11, 26),
        pay_until=date(2026, 12, 10),
        pay_at="Thi hành án dân sự thành phố Hải Phòng",
    ),
    PaperKind.PAUSE_REQUEST: RequestData(
        organisation="Trung tâm Dịch vụ đấu giá tài sản thành phố Hải Phòng",
        ground="có quyết định tạm đình chỉ thi hành án",
        article="L25 Art. 84(1)a",
        effective_at=AT,
        round_number=2,
        opens_at=datetime(2026, 12, 21, 1, 30, tzinfo=UTC),
        contract_number="44/HĐĐG",
        contract_on=date(2026, 11, 20),
        until=date(2026, 12, 23),
        basis_document="Quyết định tạm đình chỉ số 8/QĐ-THADS ngày 20/11/2026",
    ),
    PaperKind.STOP_REQUEST: RequestData(
        organisation="Trung tâm Dịch vụ đấu giá tài sản thành phố Hải Phòng",
        ground="người phải thi hành án đã nộp đủ tiền",
        article="L25 Art. 84(2)d",
        effective_at=AT,
        round_number=2,
        contract_number="44/HĐĐG",
        contract_on=date(2026, 11, 20),
    ),
    PaperKind.DELIVERY_DECISION: DeliveryDecisionData(
        way="auction",
        receiver=BUYER,
        price=2310 * M,
        paid=2310 * M,
        paid_on=date(2026, 11, 20),
        round_number=2,
        sale_document="Biên bản đấu giá số 19/BBĐG ngày 23/10/2026",
        contract="số 07/HĐMB ngày 26/10/2026",
        deliver_until=date(2027, 1, 19),
        registers=("Văn phòng đăng ký đất đai thành phố Hải Phòng",),
    ),
    PaperKind.DELIVERY_MINUTES: DeliveryMinutesData(
        **SAID,
        receiver=BUYER,
        officer=OFFICER,
        giver=DEBTOR,
        decision_number="6/QĐGTS-THADS",
        decision_on=date(2026, 11, 21),
        papers=("01 giấy chứng nhận", "03 chìa khóa cửa"),
        coercion="không phải cưỡng chế",
    ),
    **FURTHER,
    PaperKind.SEIZURE_RELEASE: SeizureReleaseData(
        ground="người phải thi hành án đã thi hành xong nghĩa vụ",
        ground_on=date(2026, 11, 20),
        decision_number="12/QĐKB-THADS",
        decision_on=date(2026, 11, 16),
        registers=("Văn phòng đăng ký đất đai", "UBND phường Lê Chân"),
    ),
    PaperKind.SEIZURE_RECALL: SeizureRecallData(
        holders=(Party(name="Ngân hàng TMCP Bảo Đảm"),),
        decisions=(SeizedBy(number="12/QĐKB-THADS", on=date(2026, 11, 16)),),
        price=1900 * M,
        secured=1880 * M,
        costs=24 * M,
    ),
    PaperKind.SALE_MINUTES: SaleMinutesData(
        **SAID,
        way="agreement",
        receiver=BUYER,
        price=2310 * M,
        set_off=1800 * M,
        to_pay=510 * M,
        pay_until=date(2026, 11, 30),
        agreement="04/TT",
        others="Văn bản số 91/NHTN",
    ),
    PaperKind.RETURN_UNSOLD_MINUTES: ReturnUnsoldData(
        **SAID,
        receiver=DEBTOR,
        officer=OFFICER,
        last_price=Decimal(21_004_115),
        costs=24 * M,
        rounds=14,
        creditor_refused_on=date(2026, 11, 18),
        refusal="Văn bản số 88/NHTN",
    ),
    PaperKind.PAYOUT_TABLE: PayoutTableData(
        source="Từ tiền bán đấu giá tài sản của ông Đặng Văn Hưởng",
        gross=2310 * M,
        before=(
            PayoutLine(rank="costs", payee="Thi hành án dân sự", paid=24 * M, claim=24 * M),
            PayoutLine(
                rank="rent",
                payee="Đặng Văn Hưởng",
                paid=Decimal(63_720_000),
                article="L25 Art. 89(2)",
            ),
        ),
        net=Decimal(2_222_280_000),
        shares=(
            PayoutLine(
                rank="court_fees",
                payee="Ngân sách nhà nước",
                claim=Decimal(66_000_001),
                paid=Decimal(66_000_001),
                article="L25 Art. 54(1)b",
            ),
            PayoutLine(
                rank="other",
                payee="Ngân hàng A",
                claim=1800 * M,
                paid=Decimal(1_725_223_999),
                fee=Decimal(51_756_719),
                received=Decimal(1_673_467_280),
            ),
            PayoutLine(
                rank="5", payee="Bà B", claim=450 * M, paid=Decimal(431_056_000), note="held"
            ),
        ),
        left=Decimal(0),
        fee_article="L25 Art. 53(1); C216/16 Art. 4",
        pay_until=date(2026, 12, 3),
    ),
    PaperKind.PORTFOLIO_MINUTES: PortfolioMinutesData(
        giver=OFFICER,
        receiver=Party(name="Trịnh Thị Hoa", post="Chấp hành viên sơ cấp"),
        reason="nghỉ hưu trước tuổi",
        at=AT,
        as_of=NEW,
        items=(
            PortfolioLine(group="case", name="Đặng Văn Hưởng", code="145/QĐ-THADS"),
            PortfolioLine(group="asset", name=LAND.name, code=LAND.code, state="đang bán"),
            PortfolioLine(
                group="deadline",
                name="Ra quyết định giảm giá",
                code="L-0000011-2",
                due_on=date(2026, 11, 30),
            ),
            PortfolioLine(
                group="evidence",
                name="Két sắt",
                code="TS-0000131-5",
                accepted=False,
                reason="chưa tìm thấy chìa khóa",
            ),
        ),
    ),
}
AUCTION = sorted(MADE)
UNDER_BOTH = [kind for kind in AUCTION if kind is not PaperKind.PORTFOLIO_MINUTES]


def data_of(kind: PaperKind, **over: Any) -> PaperData:
    """Complete data of a kind of paper, its common parts as issuing fills them in."""
    lines = (LAND, CAR) if kind is not PaperKind.PORTFOLIO_MINUTES else ()
    signatures = tuple(
        Signature(post=post, name=OFFICER.name if post == "enforcement_officer" else "Lê Thị Ký")
        for post in signers_of(kind)
    )
    common = {"cases": (CASE,), "lines": lines, "signatures": signatures}
    return msgspec.structs.replace(MADE[kind], **{**common, **over})


def html_of(kind: PaperKind, on: date = NEW, data: PaperData | None = None, **head: Any) -> str:
    """The HTML of a paper from its frozen data, by the law of a day."""
    form = form_of(kind, on)
    letterhead = Letterhead(
        parent="Cục Quản lý thi hành án dân sự",
        body="Thi hành án dân sự thành phố Hải Phòng",
        symbol=form.symbol,
        place="Hải Phòng",
        on=on,
        number=15,
        form_code=form.code,
    )
    frozen = msgspec.to_builtins(data or data_of(kind))
    return LAYOUTS[kind](form.template, msgspec.structs.replace(letterhead, **head), frozen)
