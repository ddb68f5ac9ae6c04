"""The decisions on a provisional measure, a failed round and a termination, made by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

from auction.papers.schemas import (
    AnnulmentData,
    ClaimEnded,
    FailureNoticeData,
    TerminationData,
)
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

TERMINATION = TerminationData(
    ground="người được thi hành án chết không có người thừa kế",
    document="Trích lục khai tử 5",
    ground_on=date(2026, 11, 9),
    ended=Decimal(640_000_000),
    claims=(
        ClaimEnded(creditor="Ngân hàng TMCP Thử nghiệm", amount=Decimal(600_000_000)),
        ClaimEnded(creditor="Đặng Thị Mai", amount=Decimal(40_000_000)),
    ),
    release_until=date(2026, 11, 27),
)

ANNULMENT = AnnulmentData(
    annulled="7/QĐĐC-THADS",
    annulled_on=date(2026, 11, 16),
    reason="người được thi hành án có người thừa kế",
    revived=Decimal(640_000_000),
)

FURTHER: dict[PaperKind, PaperData] = {
    PaperKind.MEASURE_DECISION: MEASURE,
    PaperKind.MEASURE_END: MEASURE_END,
    PaperKind.FAILURE_NOTICE: FAILURE,
    PaperKind.TERMINATION_DECISION: TERMINATION,
    PaperKind.TERMINATION_ANNULMENT: ANNULMENT,
}
