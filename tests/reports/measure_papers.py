"""The decisions on a provisional measure and the notice of a failed round, made by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

from auction.papers.schemas import FailureNoticeData
from inventory.measures.papers import MeasureDecisionData, MeasureEndData
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import PaperData

MEASURE = MeasureDecisionData(
    measure="freeze",
    grounds="người phải thi hành án có dấu hiệu rút tiền khỏi tài khoản",
    owner="Đặng Văn Hưởng",
    carried_out_by="Ngân hàng TMCP Bảo Đảm – Chi nhánh Hải Phòng",
    amount=Decimal(640_000_000),
    minutes="3/BB-PT",
    taken_at=datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
    told="Viện kiểm sát nhân dân khu vực 1 – Hải Phòng",
)

MEASURE_END = MeasureEndData(
    measure="freeze",
    grounds="người phải thi hành án đã nộp đủ tiền thi hành án",
    decision_number="7/QĐBĐ-THADS",
    decision_on=date(2026, 11, 9),
    minutes="3/BB-PT",
    owner="Đặng Văn Hưởng",
    carried_out_by="Ngân hàng TMCP Bảo Đảm – Chi nhánh Hải Phòng",
    returned_to="Đặng Văn Hưởng",
    told="Viện kiểm sát nhân dân khu vực 1 – Hải Phòng",
)

FAILURE = FailureNoticeData(
    failed_round=3,
    failed_on=date(2026, 11, 16),
    price=Decimal(1_995_525_000),
    outcome="failed_no_registration",
    notice="301/TB-TTĐG",
    reductions=2,
    creditor_right=True,
)

FURTHER: dict[PaperKind, PaperData] = {
    PaperKind.MEASURE_DECISION: MEASURE,
    PaperKind.MEASURE_END: MEASURE_END,
    PaperKind.FAILURE_NOTICE: FAILURE,
}
