"""The matter that the papers of the tests belong to, with all that is said of its parties."""

from datetime import date

from inventory.papers.schemas import CasePart

CASE = CasePart(
    number="145/QĐ-THADS",
    decided_on=date(2026, 8, 3),
    court="Tòa án nhân dân khu vực 1 – Hải Phòng",
    judgment="27/2026/DS-ST",
    debtor="Đặng Văn Hưởng",
    debtor_identity="031000000001",
    debtor_address="số 4 phố Thử, thành phố Hải Phòng",
    creditor="Ngân hàng TMCP Thử nghiệm",
    creditor_identity="0100000002",
    creditor_address="số 8 phố Mẫu, thành phố Hà Nội",
)
