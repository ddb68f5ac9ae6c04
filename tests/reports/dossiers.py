"""A review dossier made by hand, complete in every part."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from inventory.papers.schemas import Letterhead, Signature
from reports.forms.review_dossier.checklist import Record, answers
from reports.forms.review_dossier.data import (
    AssetPart,
    BasisPart,
    BreachPart,
    CasePart,
    CustodyPart,
    CutPart,
    Dossier,
    DossierData,
    FindingPart,
    FlagPart,
    GroundPart,
    ReviewPart,
    RoundPart,
    ValuationPart,
)

REFERENCE = "TS-0000123-6"
AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)

LETTERHEAD = Letterhead(
    parent="Cục Quản lý thi hành án dân sự",
    body="Thi hành án dân sự thành phố Hồ Chí Minh",
    symbol="HSKT-THADS",
    place="Thành phố Hồ Chí Minh",
    on=date(2026, 2, 5),
    number=15,
)

SIGNATURE = Signature(
    on_behalf="TM. Tổ công tác",
    post="Tổ trưởng",
    name="Nguyễn Thị Minh Khai",
)

PRICES = (
    51_366_450_148,
    46_229_805_134,
    41_606_824_621,
    37_446_142_159,
    32_952_605_100,
    31_305_000_000,
    28_654_599_633,
    28_654_599_633,
)
DEEP = 5


def make_dossier(letterhead: Letterhead = LETTERHEAD, **over: object) -> Dossier:
    """A dossier with every part filled; any field can be replaced."""
    rounds = tuple(_round(i) for i in range(1, len(PRICES) + 1))
    parts = {"custody": _custody(), "valuations": _valuations(), "reviews": _reviews()}
    dossier = DossierData(
        signatures=(SIGNATURE,),
        recipients=("Như trên", "Cục Quản lý thi hành án dân sự (để báo cáo)"),
        at=AT,
        subject=REFERENCE,
        assets=(_asset(),),
        grounds=_grounds(),
        cases=(_case(),),
        rounds=rounds,
        failed_in_a_row=7,
        breaches=(
            BreachPart(
                order=DEEP,
                title="Mức giảm giá tối đa mỗi lần",
                article="L08 Art. 104(5)",
                confidence="A",
            ),
        ),
        flags=_flags(),
        checklist=answers(Record(rounds=rounds, **parts)),
        bases=_bases(),
        **parts,
    )
    return Dossier(letterhead, msgspec.structs.replace(dossier, **over))


def _asset() -> AssetPart:
    return AssetPart(
        reference=REFERENCE,
        kind="land_use_right",
        description="Quyền sử dụng đất tại thửa đất số 632, tờ bản đồ số 24, xã Hiệp Phước, "
        "Thành phố Hồ Chí Minh và nhà xưởng gắn liền với đất",
        identification="Giấy chứng nhận số BX 123456, diện tích 1.250,5 m²",
        quantity=Decimal("1.000"),
        unit="thửa",
        condition="Có người đang thuê nhà xưởng",
        owner="Công ty TNHH Đặng Ưng Hòa",
        location="Xã Hiệp Phước, Thành phố Hồ Chí Minh",
        office="Phòng THADS khu vực 7",
    )


def _grounds() -> tuple[GroundPart, ...]:
    return (
        GroundPart(
            asset=REFERENCE,
            kind="evidence",
            document="Quyết định chuyển vật chứng 12/QĐ-VKS",
            on=date(2023, 3, 2),
            case="45/2023/HSST",
            agency="Cơ quan Cảnh sát điều tra Công an Thành phố",
            minutes="Biên bản 03/BB",
            seal="NP-0042",
            ended_on=date(2024, 1, 10),
            end_document="Bản án 45/2023/HSST",
        ),
        GroundPart(
            asset=REFERENCE,
            kind="seizure",
            document="Quyết định 77/QĐ-CTHADS",
            on=date(2024, 1, 15),
            case="318/QĐ-CTHADS",
            minutes="Biên bản kê biên ngày 15/01/2024",
        ),
    )


def _case() -> CasePart:
    return CasePart(
        number="318/QĐ-CTHADS",
        kind="on_request",
        decided_on=date(2023, 12, 1),
        court="Tòa án nhân dân Thành phố Hồ Chí Minh",
        judgment="Bản án số 210/2023/KDTM-PT ngày 14/9/2023",
        debtor="Công ty TNHH Đặng Ưng Hòa",
        creditor="Ngân hàng TMCP Á Đông",
        officer="Trần Văn Lễ",
        office="Thi hành án dân sự thành phố Hồ Chí Minh",
    )


def _custody() -> tuple[CustodyPart, ...]:
    return (
        CustodyPart(
            asset=REFERENCE,
            seq=1,
            kind="taken_in",
            at=datetime(2024, 1, 15, 3, 0, tzinfo=UTC),
            from_place=None,
            to_place="Bên ngoài: người phải thi hành án",
            giver="Trần Văn Lễ",
            receiver="Đặng Ưng Hòa",
            reason="Giao bảo quản",
            document="BB 15/01/2024",
            hash_prefix="3fa91c0d77be",
        ),
        CustodyPart(
            asset=REFERENCE,
            seq=2,
            kind="moved",
            at=datetime(2024, 8, 2, 7, 15, tzinfo=UTC),
            from_place="Bên ngoài: người phải thi hành án",
            to_place="Kho thuê Nhà Bè, dãy B",
            giver="Đặng Ưng Hòa",
            receiver="Lý Thủ Kho",
            reason="Nguy cơ hư hỏng",
            document="Lệnh nhập kho 5",
            hash_prefix="b81e40aa92f1",
        ),
    )


def _valuations() -> tuple[ValuationPart, ...]:
    return (
        ValuationPart(
            method="firm",
            amount=Decimal(51_366_450_148),
            currency="VND",
            firm="Công ty cổ phần Thẩm định giá Phương Nam",
            certificate="0456/CT-2024",
            valued_on=date(2024, 3, 1),
            valid_until=date(2024, 9, 1),
        ),
    )


def _round(order: int) -> RoundPart:
    price = Decimal(PRICES[order - 1])
    cut = None
    if order > 1:
        before = Decimal(PRICES[order - 2])
        cut = CutPart(
            percent=100 * (before - price) / before,
            lowest_lawful=-(-before * 9 // 10),
            decision=f"{order}/QĐ-CTHADS",
            decided_on=date(2024, 4 + order, 3),
            breach=order == DEEP,
            article="L08 Art. 104(5)",
            confidence="A",
        )
    last = order == len(PRICES)
    return RoundPart(
        order=order,
        lot="DG-0000045-1",
        number=order,
        held_on=date(2024, 4 + order, 20),
        price=price,
        currency="VND",
        organisation="Trung tâm Dịch vụ đấu giá tài sản",
        cut=cut,
        outcome="paused" if last else "failed_no_registration",
        held=None if last else "failed",
    )


def _flags() -> tuple[FlagPart, ...]:
    common = {
        "asset": REFERENCE,
        "rule": "failed_rounds_flag",
        "article": "HOUSE",
        "confidence": "C",
    }
    return (
        FlagPart(
            tier=3,
            as_of=date(2024, 7, 21),
            failed_in_a_row=3,
            closed_on=date(2024, 9, 1),
            closed_reason="concluded",
            **common,
        ),
        FlagPart(
            tier=5,
            as_of=date(2024, 9, 21),
            failed_in_a_row=5,
            closed_on=None,
            closed_reason=None,
            **common,
        ),
    )


def _reviews() -> tuple[ReviewPart, ...]:
    return (
        ReviewPart(
            inspector="Phạm Thị Kiểm Tra",
            opened_at=datetime(2026, 11, 2, 1, 0, tzinfo=UTC),
            findings=(
                FindingPart(
                    code="P02",
                    severity="breach",
                    article="L08 Art. 104(5)",
                    text="Lần 5 giảm 12% so với giá khởi điểm liền trước.",
                    person="Trần Văn Lễ",
                ),
                FindingPart(
                    code="K02",
                    severity="note",
                    article=None,
                    text="Bên thuê nhà xưởng chưa bàn giao.",
                    person=None,
                ),
            ),
            conclusion="c",
            conclusion_text="Xử lý hợp đồng thuê, sau đó tổ chức lại lần đấu giá.",
            responsible="Trần Văn Lễ, Chấp hành viên",
            due_on=date(2026, 12, 31),
            document="15/KL-TCT",
            concluded_at=datetime(2026, 11, 18, 4, 0, tzinfo=UTC),
        ),
    )


def _bases() -> tuple[BasisPart, ...]:
    return (
        BasisPart(
            key="max_reduction_pct",
            title="Mức giảm giá tối đa mỗi lần",
            scope=None,
            value="10",
            unit="pct",
            article="L08 Art. 104(5)",
            valid_from=date(2015, 7, 1),
            valid_to=date(2026, 6, 30),
            confidence="A",
        ),
        BasisPart(
            key="max_reduction_pct",
            title="Mức giảm giá tối đa mỗi lần",
            scope=None,
            value="10",
            unit="pct",
            article="L25 Art. 83(3)",
            valid_from=date(2026, 7, 1),
            valid_to=None,
            confidence="A",
        ),
        BasisPart(
            key="failed_rounds_flag",
            title="Số lần đấu giá không thành liên tiếp phải cảnh báo",
            scope="chú ý",
            value="3",
            unit="rounds",
            article="HOUSE",
            valid_from=date(2000, 1, 1),
            valid_to=None,
            confidence="C",
        ),
    )
