"""A paper of every kind of the warehouse, made by hand and complete in every part."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from inventory.papers.forms import form_of
from inventory.papers.rules import PaperKind, Relation
from inventory.papers.schemas import (
    AmendmentData,
    CasePart,
    EarlierPart,
    ItemLine,
    Letterhead,
    PaperData,
    Party,
    Signature,
)
from reports.forms.layouts import LAYOUTS
from reports.forms.notary.certificate import CertificateShape, Link
from reports.forms.warehouse import shapes

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


def data_of(kind: PaperKind) -> PaperData:
    """Complete data of a kind of paper."""
    return MADE[kind]()


def letterhead_of(kind: PaperKind, **over: Any) -> Letterhead:
    """A letterhead with number 15."""
    form = form_of(kind, ON)
    follows = None
    if kind in (PaperKind.AMENDMENT, PaperKind.RECALL):
        relation = Relation.AMENDS if kind is PaperKind.AMENDMENT else Relation.RECALLS
        follows = EarlierPart(
            relation=relation, title="Phiếu nhập kho", number="7/PNK-THADS", on=date(2026, 11, 2)
        )
    head = Letterhead(
        parent="Cục Quản lý thi hành án dân sự",
        body="Thi hành án dân sự thành phố Hải Phòng",
        symbol=form.symbol,
        place="Hải Phòng",
        on=ON,
        number=15,
        form_code=form.code,
        follows=follows,
    )
    return msgspec.structs.replace(head, **over)


def html_of(
    kind: PaperKind, data: PaperData | None = None, letterhead: Letterhead | None = None
) -> str:
    """The HTML of a paper from its frozen data, as it is printed."""
    frozen: Mapping[str, Any] = msgspec.to_builtins(data or data_of(kind))
    head = letterhead or letterhead_of(kind)
    return LAYOUTS[kind](form_of(kind, ON).template, head, frozen)


def _order(purpose: str, reason: str) -> shapes.OrderShape:
    return shapes.OrderShape(
        **COMMON,
        party=GIVER,
        warehouse="Kho vật chứng thành phố Hải Phòng",
        reason=reason,
        purpose=purpose,
        planned_at=AT,
        signatures=HEAD,
    )


def _slip(purpose: str) -> shapes.SlipShape:
    return shapes.SlipShape(
        **COMMON,
        party=GIVER,
        warehouse="Kho vật chứng thành phố Hải Phòng",
        reason="vụ án Đặng Văn Hưởng",
        purpose=purpose,
        order_number="14/LNK-THADS",
        minutes_number="9/BBGN-THADS",
        signatures=FOUR,
    )


def _handover() -> shapes.HandoverShape:
    return shapes.HandoverShape(
        **COMMON,
        giver=GIVER,
        receiver=KEEPER,
        reason="tiếp nhận vật chứng của vụ án đã có bản án có hiệu lực",
        at=AT,
        order_number="14/LNK-THADS",
        warehouse="Kho vật chứng thành phố Hải Phòng",
        refused=(
            ItemLine(
                name="Can nhựa 20 lít chứa xăng", unit="can", quantity=Decimal(3), note="chất cháy"
            ),
        ),
        due_on=date(2026, 12, 7),
        copies=4,
        signatures=SIDES,
    )


def _card() -> shapes.CardShape:
    return shapes.CardShape(
        cases=(CASE,),
        item=LINES[0],
        warehouse="Kho vật chứng thành phố Hải Phòng",
        place="Kho A, giá 3, tầng 2",
        movements=(
            shapes.Movement(
                on=date(2026, 11, 2),
                reason="Nhập kho vật chứng",
                voucher_in="7/PNK-THADS",
                came_in=Decimal(1),
                balance=Decimal(1),
            ),
            shapes.Movement(
                on=date(2026, 11, 20),
                reason="Trích xuất phục vụ phiên tòa",
                voucher_out="3/PXK-THADS",
                went_out=Decimal(1),
                balance=Decimal(0),
            ),
        ),
        signatures=(Signature(post="keeper", name=KEEPER.name), SIDES[2], *HEAD),
    )


def _clarification() -> shapes.ClarificationShape:
    found = zip(LINES, ("refused", "damaged", "missing"), strict=True)
    return shapes.ClarificationShape(
        bases=("D152/26 Art. 37(2)b",),
        cases=(CASE,),
        lines=tuple(msgspec.structs.replace(line, state=state) for line, state in found),
        signatures=HEAD,
        recipients=(str(GIVER.organisation),),
        giver=GIVER,
        receiver=KEEPER,
        reason="Giao nhận vật chứng theo Lệnh số 4/LNK-THADS",
        at=AT,
    )


def _sealing() -> shapes.SealingShape:
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
        signatures=(Signature(post="enforcement_officer", name="Bùi Đức Ưng"), *_present()),
    )


def _unsealing() -> shapes.UnsealingShape:
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
        signatures=(Signature(post="enforcement_officer", name="Bùi Đức Ưng"), *_present()),
    )


def _stocktake() -> shapes.StocktakeShape:
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


def _destruction() -> shapes.DestructionShape:
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
            *_present(),
        ),
    )


def _return() -> shapes.ReturnShape:
    return shapes.ReturnShape(
        **COMMON,
        at=AT,
        decision="77/QĐ-CTHADS",
        decided_on=date(2026, 2, 9),
        notice="31/TB-THADS",
        giver=KEEPER,
        receiver=Party(name="Đoàn Thị Ngọ", identity="citizen_card 031188000123"),
        accepted_state="như mô tả, người nhận đồng ý",
        costs=Decimal(150_000),
        signatures=SIDES,
    )


def _forfeiture() -> shapes.ForfeitureShape:
    return shapes.ForfeitureShape(
        **COMMON,
        at=AT,
        decision="77/QĐ-CTHADS",
        decided_on=date(2026, 2, 9),
        giver=KEEPER,
        receiver=Party(name="Ngô Gia Khánh", organisation="Sở Tài chính thành phố Hải Phòng"),
        papers=("bản sao Bản án số 12/2026/HS-ST", "Quyết định thi hành án số 145/QĐ-CCTHADS"),
        signatures=SIDES,
    )


def _check() -> shapes.CheckShape:
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


def _certificate(links: int = 3) -> CertificateShape:
    return CertificateShape(
        bases=("C01/17 Art. 9",),
        lines=LINES[:1],
        chain=tuple(
            Link(
                seq=seq,
                kind="taken_in" if seq == 1 else "moved",
                at=AT,
                giver="Nguyễn Thị Bưởi",
                receiver=KEEPER.name,
                reason="vật chứng của vụ án",
                document="14/LNK-THADS",
                actor=KEEPER.name,
                hash=f"{seq:064x}",
            )
            for seq in range(1, links + 1)
        ),
        covered=links,
        head=12,
        head_on=ON,
        head_size=4096,
        head_root="cd" * 32,
        key="ed25519:1f",
        leaf=817,
        path=("ab" * 32, "01" * 32),
        description_covered=True,
        signatures=HEAD,
    )


def _amendment() -> AmendmentData:
    return AmendmentData(
        passage="dòng 2 của bảng",
        reads="số lượng 2 chiếc",
        shall_read="số lượng 1 chiếc",
        note="ghi nhầm số lượng khi lập phiếu",
        signatures=HEAD,
        recipients=("Thủ kho",),
    )


def _closing() -> shapes.RegisterShape:
    cells = shapes.RegisterCells(
        started_on=date(2026, 10, 5),
        case=CASE.number,
        judgment=CASE.judgment,
        asset="TS-0000123-6",
        description="Xe mô tô Honda Wave Alpha, biển số 15B1-234.56",
        quantity=Decimal(1),
        unit="chiếc",
        condition="Đã qua sử dụng",
        document="34/QĐ-CCTHADS",
        in_on=date(2026, 10, 6),
        in_document="7/LNK-THADS",
        place="Kho A, giá 3, tầng 2",
        decision="77/QĐ-CTHADS",
        decided_on=date(2026, 11, 9),
        out_on=date(2026, 11, 20),
        out_document="3/LXK-THADS",
        receiver="Đoàn Thị Ngọ",
        balance=Decimal(0),
    )
    was = shapes.RegisterAmendment("description", "Xe mô tô Honda Wave", date(2026, 12, 31))
    return shapes.RegisterShape(
        year=2027,
        quarter=1,
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        closed_at=datetime(2027, 1, 11, 2, 0, tzinfo=UTC),
        opening=1,
        came=2,
        went=1,
        entries=(shapes.RegisterEntry(kind="seizure", cells=cells, amendments=(was,)),),
        sha256="ef" * 32,
        previous_sha256="00" * 32,
        signatures=(Signature(post="keeper", name=KEEPER.name), SIDES[2], *HEAD),
    )


def _present() -> tuple[Signature, ...]:
    return tuple(Signature(post="witness", name=one.name) for one in WITNESSES)


MADE = {
    PaperKind.STORE_IN_ORDER: lambda: _order("evidence", "vụ án Đặng Văn Hưởng"),
    PaperKind.STORE_OUT_ORDER: lambda: _order("returned", "theo Bản án số 12/2026/HS-ST"),
    PaperKind.RECEIPT_SLIP: lambda: _slip("evidence"),
    PaperKind.RELEASE_SLIP: lambda: _slip("returned"),
    PaperKind.STOCK_CARD: _card,
    PaperKind.HANDOVER_MINUTES: _handover,
    PaperKind.CLARIFICATION_LETTER: _clarification,
    PaperKind.SEALING_MINUTES: _sealing,
    PaperKind.UNSEALING_MINUTES: _unsealing,
    PaperKind.STOCKTAKE_MINUTES: _stocktake,
    PaperKind.DESTRUCTION_MINUTES: _destruction,
    PaperKind.RETURN_MINUTES: _return,
    PaperKind.FORFEITURE_MINUTES: _forfeiture,
    PaperKind.CUSTODY_CHECK_MINUTES: _check,
    PaperKind.CUSTODY_CERTIFICATE: _certificate,
    PaperKind.REGISTER_CLOSING: _closing,
    PaperKind.AMENDMENT: _amendment,
    PaperKind.RECALL: lambda: PaperData(note="lập sai đối tượng giao", signatures=HEAD),
}
