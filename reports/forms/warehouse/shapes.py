"""What the templates read of a paper's data.

The rooms that issue a paper define its data; here stands what is printed of it. Data of years ago
may lack what is new today, so all but the essential may be missing, and what is unknown is passed
over.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from inventory.papers.rules import PaperKind
from inventory.papers.schemas import AmendmentData, ItemLine, PaperData, Party


class OrderShape(PaperData, frozen=True, kw_only=True):
    """Order to take in or to release (D65, D66-THADS; D142-C3(1))."""

    party: Party
    warehouse: str
    reason: str
    purpose: str | None = None
    planned_at: datetime | None = None


class SlipShape(OrderShape, frozen=True, kw_only=True):
    """Receipt or release slip (C04, C05-THADS)."""

    order_number: str
    minutes_number: str | None = None


class HandoverShape(PaperData, frozen=True, kw_only=True):
    """Minutes of a hand-over (C04/23 Art. 10(2))."""

    giver: Party
    receiver: Party
    reason: str
    at: datetime
    purpose: str | None = None
    order_number: str | None = None
    warehouse: str | None = None
    place: str | None = None
    refused: tuple[ItemLine, ...] = ()
    due_on: date | None = None
    copies: int


class ClarificationShape(PaperData, frozen=True, kw_only=True):
    """Letter that asks for what differs to be explained (L08 Art. 123(1); D152/26 Art. 37(2)b)."""

    giver: Party
    receiver: Party
    reason: str
    at: datetime


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a stock card: what came in or went out by which voucher, and what is left."""

    on: date
    reason: str
    balance: Decimal
    voucher_in: str | None = None
    voucher_out: str | None = None
    came_in: Decimal | None = None
    went_out: Decimal | None = None
    place: str | None = None


class CardShape(PaperData, frozen=True, kw_only=True):
    """Stock card of one thing (D67-THADS)."""

    item: ItemLine
    warehouse: str | None = None
    place: str | None = None
    movements: tuple[Movement, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """Who did not sign, and why."""

    name: str
    reason: str


class SealingShape(PaperData, frozen=True, kw_only=True):
    """Minutes of sealing (D127/17 Art. 8(3))."""

    seal_number: str
    on: date
    sealed_by: Party
    state_before: str
    state_after: str
    place: str | None = None
    present: tuple[Party, ...] = ()
    refusals: tuple[Refused, ...] = ()
    replaces: str | None = None
    photo_sha256: str | None = None
    photo_name: str | None = None


class UnsealingShape(PaperData, frozen=True, kw_only=True):
    """Minutes of opening a seal (D127/17 Art. 11)."""

    seal_number: str
    on: date
    opened_by: Party
    purpose: str
    reason: str
    state_found: str
    found: str
    seal_minutes: str | None = None
    place: str | None = None
    present: tuple[Party, ...] = ()
    refusals: tuple[Refused, ...] = ()
    photo_sha256: str | None = None
    photo_name: str | None = None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted otherwise than it is recorded."""

    kind: str
    code: str
    description: str = ""
    place: str = ""
    seen_place: str = ""
    counted: str = ""
    word: str | None = None
    reason: str | None = None
    evidence: str | None = None
    second_counter: str | None = None
    decision: str | None = None
    decided_by: str | None = None


class StocktakeShape(PaperData, frozen=True, kw_only=True):
    """Minutes of a stocktake (C04/23 Art. 11(4))."""

    reference: str
    place: str
    begun_at: datetime
    ended_at: datetime
    listed: int
    found: int
    period: str | None = None
    classes: tuple[str, ...] = ()
    basis: str | None = None
    frozen_at: datetime | None = None
    list_digest: str | None = None
    seed: str | None = None
    sample_pct: int = 100
    away: int = 0
    moved: int = 0
    missing: int = 0
    counters: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    given_up: tuple[str, ...] = ()


class DisposalShape(PaperData, frozen=True, kw_only=True):
    """What the minutes of destruction, return and forfeiture have in common (D152/26 39-41)."""

    at: datetime
    place: str | None = None
    decision: str | None = None
    decided_on: date | None = None
    present: tuple[Party, ...] = ()
    refusals: tuple[Refused, ...] = ()
    opinions: str | None = None


class DestructionShape(DisposalShape, frozen=True, kw_only=True):
    """Minutes of destruction (D152/26 Art. 40)."""

    council: tuple[Party, ...] = ()
    way: str | None = None
    comparison: str | None = None
    remains: str | None = None
    ended_at: datetime | None = None


class ReturnShape(DisposalShape, frozen=True, kw_only=True):
    """Minutes of return to the owner (D152/26 Art. 41, 44(3))."""

    receiver: Party
    giver: Party | None = None
    notice: str | None = None
    accepted_state: str | None = None
    costs: Decimal | None = None


class ForfeitureShape(DisposalShape, frozen=True, kw_only=True):
    """Minutes of handing property forfeited to the State over (D152/26 Art. 39(3))."""

    receiver: Party
    giver: Party | None = None
    papers: tuple[str, ...] = ()


class CheckShape(PaperData, frozen=True, kw_only=True):
    """Minutes of a check of property kept outside (C01/17 Art. 12(2))."""

    on: date
    custodian: Party
    checked_by: Party
    state: str
    finding: str
    contract_number: str | None = None
    place: str | None = None
    measures: str | None = None


class WriteOffShape(PaperData, frozen=True, kw_only=True):
    """Decision to write off what is missing (C78/20 Art. 5(1))."""

    on: date
    ground: str
    missed_by: str
    liability: str
    liable: Party | None = None
    amount: Decimal | None = None


class RegisterPassing(msgspec.Struct, frozen=True):
    """A thing came in or left: the day, the custody act, its voucher, from whom or to whom."""

    on: date
    kind: str
    document: str | None
    party: str


class RegisterCells(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the register as it was closed (Mẫu 13)."""

    started_on: date
    case: str
    asset: str
    description: str
    quantity: Decimal
    balance: Decimal
    judgment: str | None = None
    unit: str | None = None
    condition: str | None = None
    document: str | None = None
    in_on: date | None = None
    in_document: str | None = None
    place: str | None = None
    decision: str | None = None
    decided_on: date | None = None
    out_on: date | None = None
    out_document: str | None = None
    receiver: str | None = None
    passings: tuple[RegisterPassing, ...] = ()


class RegisterAmendment(msgspec.Struct, frozen=True):
    """What a line said in a column when it was closed before."""

    column: str
    was: str
    on: date | None = None


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A closed line and what of it was corrected."""

    kind: str
    cells: RegisterCells
    amendments: tuple[RegisterAmendment, ...] = ()


class RegisterShape(PaperData, frozen=True, kw_only=True):
    """A closed quarter of the register (C04/23 Art. 30(4))."""

    year: int
    quarter: int
    starts_on: date
    ends_on: date
    closed_at: datetime
    opening: int
    came: int
    went: int
    entries: tuple[RegisterEntry, ...]
    sha256: str
    previous_sha256: str
    first: int = 1
    part: int = 1
    parts: int = 1


SHAPES: Mapping[PaperKind, type[PaperData]] = {
    PaperKind.STORE_IN_ORDER: OrderShape,
    PaperKind.STORE_OUT_ORDER: OrderShape,
    PaperKind.RECEIPT_SLIP: SlipShape,
    PaperKind.RELEASE_SLIP: SlipShape,
    PaperKind.STOCK_CARD: CardShape,
    PaperKind.HANDOVER_MINUTES: HandoverShape,
    PaperKind.CLARIFICATION_LETTER: ClarificationShape,
    PaperKind.SEALING_MINUTES: SealingShape,
    PaperKind.UNSEALING_MINUTES: UnsealingShape,
    PaperKind.STOCKTAKE_MINUTES: StocktakeShape,
    PaperKind.DESTRUCTION_MINUTES: DestructionShape,
    PaperKind.RETURN_MINUTES: ReturnShape,
    PaperKind.FORFEITURE_MINUTES: ForfeitureShape,
    PaperKind.CUSTODY_CHECK_MINUTES: CheckShape,
    PaperKind.WRITE_OFF_DECISION: WriteOffShape,
    PaperKind.REGISTER_CLOSING: RegisterShape,
    PaperKind.AMENDMENT: AmendmentData,
    PaperKind.RECALL: PaperData,
}
