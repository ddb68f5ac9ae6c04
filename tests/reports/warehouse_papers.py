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
from tests.reports.warehouse_facts import (
    AT,
    CASE,
    COMMON,
    FOUR,
    GIVER,
    HEAD,
    KEEPER,
    LINES,
    ON,
    SIDES,
)
from tests.reports.warehouse_minutes import check, destruction, sealing, stocktake, unsealing


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


def _write_off() -> shapes.WriteOffShape:
    return shapes.WriteOffShape(
        on=date(2026, 11, 23),
        ground="Đã kiểm kê, tìm kiếm nhưng không thấy",
        missed_by="KK-0000001-1",
        liability="compensates",
        liable=KEEPER,
        amount=Decimal(12_000_000),
        lines=LINES,
        signatures=HEAD,
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


MADE = {
    PaperKind.STORE_IN_ORDER: lambda: _order("evidence", "vụ án Đặng Văn Hưởng"),
    PaperKind.STORE_OUT_ORDER: lambda: _order("returned", "theo Bản án số 12/2026/HS-ST"),
    PaperKind.RECEIPT_SLIP: lambda: _slip("evidence"),
    PaperKind.RELEASE_SLIP: lambda: _slip("returned"),
    PaperKind.STOCK_CARD: _card,
    PaperKind.HANDOVER_MINUTES: _handover,
    PaperKind.CLARIFICATION_LETTER: _clarification,
    PaperKind.SEALING_MINUTES: sealing,
    PaperKind.UNSEALING_MINUTES: unsealing,
    PaperKind.STOCKTAKE_MINUTES: stocktake,
    PaperKind.DESTRUCTION_MINUTES: destruction,
    PaperKind.RETURN_MINUTES: _return,
    PaperKind.FORFEITURE_MINUTES: _forfeiture,
    PaperKind.CUSTODY_CHECK_MINUTES: check,
    PaperKind.WRITE_OFF_DECISION: _write_off,
    PaperKind.CUSTODY_CERTIFICATE: _certificate,
    PaperKind.REGISTER_CLOSING: _closing,
    PaperKind.AMENDMENT: _amendment,
    PaperKind.RECALL: lambda: PaperData(note="lập sai đối tượng giao", signatures=HEAD),
}
