"""The day, the case, the things and the people that papers of the warehouse speak of."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from inventory.papers.schemas import CasePart, ItemLine, Party, Signature

ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


CASE = CasePart(
    number="145/QĐ-CCTHADS",
    decided_on=date(2026, 3, 9),
    court="Tòa án nhân dân khu vực 1 – Hải Phòng",
    judgment="12/2026/HS-ST",
    debtor="Đặng Văn Hưởng",
    creditor="Ngân hàng TMCP Thử nghiệm",
)


LINES = (
    ItemLine(
        name="Xe mô tô Honda Wave Alpha",
        code="TS-0000123-6",
        unit="chiếc",
        quantity=Decimal(1),
        real=Decimal(1),
        value=Decimal(7_500_000),
        features="Biển số 15B1-234.56; số khung RLHJA3917; số máy JA39E-1204417",
        state="Đã qua sử dụng, trầy xước yếm phải",
        seal="NP-000417",
        place="Kho A, giá 3, tầng 2",
        note="kèm 01 chìa khóa",
    ),
    ItemLine(
        name="Điện thoại di động iPhone 13",
        code="TS-0000124-4",
        unit="chiếc",
        quantity=Decimal(2),
        real=Decimal(1),
        value=Decimal(5_250_500),
        weight="174 g",
        state="Màn hình nứt",
        seal="NP-000418",
        place="Két 1",
        note="thiếu 01 chiếc, chờ làm rõ",
    ),
    ItemLine(
        name="Dao bầu cán gỗ",
        code="TS-0000125-2",
        unit="con",
        quantity=Decimal(1),
        real=Decimal(1),
        state="Gỉ sét",
    ),
)


GIVER = Party(
    name="Nguyễn Thị Bưởi",
    post="cán bộ điều tra",
    organisation="Công an thành phố Hải Phòng",
    identity="service_card 031-204",
    authority="Giấy giới thiệu số 88/GGT ngày 20/11/2026",
)


KEEPER = Party(name="Phạm Quốc Đạt", post="Thủ kho")


WITNESSES = (
    Party(name="Lê Ngọc Ẩn", role="witness", address="Tổ 4, phường Lê Chân"),
    Party(name="Vũ Thị Hằng", role="commune_representative", organisation="UBND phường Lê Chân"),
)


HEAD = (Signature(post="head", name="Trần Thị Xuân Lộc"),)


SIDES = (
    Signature(post="giver", name=GIVER.name),
    Signature(post="receiver", name=KEEPER.name),
    Signature(post="accountant", name="Hoàng Kim Yến"),
)


FOUR = (*SIDES, *HEAD)


COMMON: dict[str, Any] = {
    "cases": (CASE,),
    "bases": ("C04/23 Art. 11(2)",),
    "lines": LINES,
    "recipients": ("Thủ kho", "Kế toán nghiệp vụ"),
}


def present() -> tuple[Signature, ...]:
    return tuple(Signature(post="witness", name=one.name) for one in WITNESSES)
