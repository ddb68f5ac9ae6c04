"""What a stocktake answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from inventory.custody.rules import SealState
from inventory.stocktakes.rules import (
    DifferenceKind,
    Period,
    Phase,
    Reason,
    RiskClass,
    Search,
    Signing,
    Taken,
    Verdict,
    Word,
)


class Planned(msgspec.Struct, frozen=True):
    """How many counts were added to the plan."""

    added: int


class ScanTaken(msgspec.Struct, frozen=True):
    """What became of a scan; ``what`` names the thing once it was scanned."""

    number: int
    taken: Taken
    verdict: Verdict
    phase: Phase
    reference: str | None
    what: str | None
    belongs: str | None


class UploadTaken(msgspec.Struct, frozen=True):
    """The answer to an upload: every scan of it is kept when this arrives."""

    scans: list[ScanTaken]
    closed: bool
    first_ended: bool


class StocktakeRow(msgspec.Struct, frozen=True):
    """A stocktake in a list."""

    id: int
    reference: str
    place_name: str
    period: Period
    opened_at: datetime
    opened_by_name: str
    listed: int
    first_ended_at: datetime | None
    closed_at: datetime | None
    abandoned_reason: str | None
    open_differences: int


class StocktakeOut(msgspec.Struct, frozen=True, kw_only=True):
    """One stocktake."""

    id: int
    reference: str
    office_id: int
    place_id: int
    place_name: str
    period: Period
    classes: list[RiskClass]
    sample_pct: int
    seed: str
    blind: bool
    basis: str
    listed: int
    away: int
    list_digest: str
    opened_at: datetime
    opened_by_name: str
    first_ended_at: datetime | None
    first_counter_ids: list[int]
    closed_at: datetime | None
    paper: str | None
    abandoned_reason: str | None


class Progress(msgspec.Struct, frozen=True):
    """How far a count has come, in figures that tell a blind counter nothing of the list."""

    scans: int
    things: int
    late: int
    open_differences: int
    differences: int


class DeviceRow(msgspec.Struct, frozen=True):
    """A device of a stocktake."""

    device: str
    name: str
    staff_name: str
    received: int
    last_number: int
    held: int
    clock_ahead_s: int
    reported_at: datetime
    done_at: datetime | None
    given_up_at: datetime | None
    given_up_reason: str | None

    @property
    def waiting(self) -> int:
        """How many scans of it are known not to be here."""
        return max(self.held, self.last_number - self.received)

    @property
    def ready(self) -> bool:
        """Nothing more is to come from it, or it was given up."""
        return self.given_up_at is not None or (self.done_at is not None and not self.waiting)


class ItemRow(msgspec.Struct, frozen=True):
    """A line of the list and what became of it."""

    asset_id: int
    reference: str
    description: str
    risk: RiskClass
    quantity: Decimal
    unit: str | None
    place: str
    away_with: str | None
    seen_place: str | None
    counted: Decimal | None
    seal: SealState | None
    note: str | None
    moved_seq: int | None
    word: Word | None

    @property
    def state(self) -> str:
        """Found, away, moved meanwhile, or one of the three words."""
        if self.seen_place is not None:
            return "found"
        if self.away_with is not None:
            return "away"
        if self.word is not None:
            return self.word.value
        return "moved" if self.moved_seq is not None else Word.NOT_SCANNED.value


class DifferenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """A difference with all that was said of it."""

    id: int
    asset_id: int | None
    kind: DifferenceKind
    code: str
    description: str
    place: str
    seen_place: str
    counted: str
    word: Word | None
    opened_at: datetime
    searched: Search | None
    reason: Reason | None
    evidence: str | None
    searched_at: datetime | None
    searched_by_name: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by_name: str | None
    closed_at: datetime | None


class MissingRow(msgspec.Struct, frozen=True):
    """A count in which somebody confirmed that a thing is missing; in force until it is found."""

    stocktake: str
    reason: str
    at: datetime
    by: str | None


class FoundOut(msgspec.Struct, frozen=True):
    """What was missing is there again, and which counts had missed it."""

    reference: str
    stocktakes: list[str]
    at: datetime


class ScanRow(msgspec.Struct, frozen=True):
    """A scan in a list."""

    device: str
    number: int
    code: str
    place: str | None
    verdict: Verdict
    phase: Phase
    undone: bool
    counter_name: str
    scanned_at: datetime
    received_at: datetime


class SignatureRow(msgspec.Struct, frozen=True):
    """Who signed the present result."""

    signing: Signing
    staff_name: str
    signed_at: datetime


class PlannedRow(msgspec.Struct, frozen=True):
    """A planned count and whether it was held."""

    id: int
    place_id: int
    place: str
    period: Period
    classes: list[RiskClass]
    sample_pct: int
    due_on: date
    article: str
    stocktake: str | None
    closed_at: datetime | None


class OpenCount(msgspec.Struct, frozen=True):
    """A stocktake that a phone may count in, and the public key by which its packs are signed."""

    reference: str
    title: str
    key: str


class CountSession(msgspec.Struct, frozen=True):
    """Who counts with a phone; ``csrf`` goes with what it sends."""

    staff_id: int | None
    name: str
    csrf: str
    open: list[OpenCount]


class PackPlace(NamedTuple):
    """A place of a pack: where the counter can say he stands."""

    id: int
    path: str
    code: str
    name: str


class PackItem(NamedTuple):
    """A thing of a pack: its number (or the number blinded), its place, its veiled description."""

    key: str
    place_id: int
    what: str


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """What a device needs to count without network. ``signature`` covers all the rest of it.

    A device checks it by the key it was told with its session, before each use.
    """

    stocktake: str
    title: str
    token: str
    counter: str
    expires: int
    server_ms: int
    blind: bool
    salt: str
    root_id: int
    last_number: int
    places: list[PackPlace]
    items: list[PackItem]
    signature: str
