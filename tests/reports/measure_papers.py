"""The decision on a provisional measure, made by hand and complete in every part."""

from datetime import UTC, datetime
from decimal import Decimal

from inventory.measures.papers import MeasureDecisionData

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
