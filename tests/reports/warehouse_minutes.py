"""Minutes of what was seen and done in the warehouse: seals, counts, checks, destruction."""

from datetime import UTC, date, datetime

import msgspec

from inventory.papers.schemas import Party, Signature
from reports.forms.warehouse import shapes
from tests.reports.warehouse_facts import (
    AT,
    COMMON,
    HEAD,
    KEEPER,
    LINES,
    ON,
    SIDES,
    WITNESSES,
    present,
)


def sealing() -> shapes.SealingShape:
    return shapes.SealingShape(
        bases=("D127/17 Art. 8",),
        lines=LINES[:1],
        seal_number="NP-000417",
        on=ON,
        place="Kho vật chứng thành phố Hải Phòng",
        sealed_by=Party(name="Bùi Đức Ưng", post="Chấp hành viên"),
        present=WITNESSES,
        refusals=(shapes.Refused("Đặng Văn Hưởng", "không đồng ý với mô tả tình trạng"),),
        state_before="Xe nguyên vẹn, không có niêm phong",
        state_after="Dán niêm phong tại ổ khóa và bình xăng",
        replaces="NP-000398",
        photo_sha256="3fa91c0d77be" + "0" * 52,
        photo_name="niêm phong NP-000417.jpg",
        signatures=(Signature(post="enforcement_officer", name="Bùi Đức Ưng"), *present()),
    )


def unsealing() -> shapes.UnsealingShape:
    return shapes.UnsealingShape(
        bases=("D127/17 Art. 11",),
        lines=LINES[:1],
        seal_number="NP-000417",
        seal_minutes="15/BBNP-THADS",
        on=ON,
        opened_by=Party(name="Bùi Đức Ưng", post="Chấp hành viên"),
        purpose="examination",
        reason="giám định số khung theo yêu cầu của Tòa án",
        state_found="whole",
        found="01 xe mô tô như mô tả trong biên bản niêm phong",
        present=WITNESSES,
        signatures=(Signature(post="enforcement_officer", name="Bùi Đức Ưng"), *present()),
    )


def stocktake() -> shapes.StocktakeShape:
    states = ("found", "searched_not_found", "found")
    lines = tuple(
        msgspec.structs.replace(line, state=state)
        for line, state in zip(LINES, states, strict=True)
    )
    return shapes.StocktakeShape(
        bases=("C04/23 Art. 11(4)",),
        lines=lines,
        reference="KK-0000003-1",
        place="Kho vật chứng thành phố Hải Phòng",
        period="quarter",
        classes=("vehicle", "weapon"),
        begun_at=AT,
        ended_at=datetime(2026, 11, 23, 8, 5, tzinfo=UTC),
        frozen_at=AT,
        listed=3,
        found=2,
        missing=1,
        counters=("Phạm Quốc Đạt", "Hoàng Kim Yến"),
        differences=(
            shapes.Difference(
                kind="not_there",
                code="TS-0000124-4",
                description="Điện thoại di động iPhone 13",
                place="Két 1",
                word="confirmed_missing",
                reason="not_known",
                evidence="camera ngày 19/11",
                second_counter="Hoàng Kim Yến",
                decision="confirmed",
                decided_by="Trần Thị Xuân Lộc",
            ),
        ),
        list_digest="ab" * 32,
        signatures=(Signature(post="keeper", name=KEEPER.name), SIDES[2], *HEAD),
    )


def destruction() -> shapes.DestructionShape:
    return shapes.DestructionShape(
        **COMMON,
        at=AT,
        ended_at=datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
        place="Bãi xử lý chất thải Đình Vũ",
        decision="4/QĐ-THADS",
        decided_on=date(2026, 11, 10),
        council=(
            Party(name="Trần Thị Xuân Lộc", role="chair"),
            Party(name="Ngô Gia Khánh", role="finance", organisation="Sở Tài chính"),
            Party(name="Đỗ Thu Hà", role="procuracy"),
        ),
        present=WITNESSES,
        comparison="khớp về loại, số lượng và đặc điểm",
        way="Nghiền nát bằng máy, đốt phần gỗ",
        remains="sắt vụn 0,8 kg, bán phế liệu",
        signatures=(
            Signature(post="chair", name="Trần Thị Xuân Lộc"),
            Signature(post="member", name="Ngô Gia Khánh"),
            Signature(post="member", name="Đỗ Thu Hà"),
            *present(),
        ),
    )


def check() -> shapes.CheckShape:
    return shapes.CheckShape(
        **COMMON,
        on=ON,
        place="Công ty TNHH Bãi xe Thử nghiệm",
        contract_number="05/HĐBQ",
        custodian=Party(name="Mạc Thị Ỷ", organisation="Công ty TNHH Bãi xe Thử nghiệm"),
        checked_by=KEEPER,
        state="as_before",
        finding="tài sản được che chắn, đủ số lượng",
        measures="bổ sung bình chữa cháy trước ngày 01/12/2026",
        signatures=(SIDES[2], Signature(post="keeper", name=KEEPER.name), *HEAD),
    )
