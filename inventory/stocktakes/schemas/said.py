"""What people and devices say to a stocktake."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from inventory.base.said import Line, RowId, Said
from inventory.custody.rules import SealState
from inventory.stocktakes.rules import (
    MOST_SCANS,
    Period,
    Reason,
    RiskClass,
    Ruling,
    Search,
)

Device = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9._-]+$")]


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]


Year = Annotated[int, msgspec.Meta(ge=2000, le=2999)]


class NewPlan(Said, frozen=True):
    """The counts of a year that the law asks for, of all warehouses of the office."""

    year: Year


class NewPlannedCount(Said, frozen=True):
    """A count by the office's own rhythm: a class that is watched more closely."""

    place_id: RowId
    due_on: date
    classes: tuple[RiskClass, ...] = ()
    sample_pct: Percent = 100
    article: Line = ""


class NewStocktake(Said, frozen=True):
    """Which place is counted, why, and how."""

    place_id: RowId
    period: Period
    basis: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    classes: tuple[RiskClass, ...] = ()
    sample_pct: Percent = 100
    blind: bool = True
    planned_id: RowId | None = None


class ScanSaid(Said, frozen=True):
    """One scan as the device made it; ``undoes`` is the number of a scan of this device."""

    number: RowId
    place_id: RowId
    scanned_at: Moment
    code: Annotated[str, msgspec.Meta(max_length=300)] = ""
    undoes: RowId | None = None
    quantity: Decimal | None = None
    seal: SealState | None = None
    note: Line | None = None


class Upload(Said, frozen=True):
    """What a device sends: some scans, how many it still holds, the last number it has given.

    Numbers of a device run from 1 without a gap, so that a missing one is seen.
    ``report`` counts the uploads of a device, so that one which comes late does not undo a later
    one. ``pack`` names the person for whom the pack was fetched; without it whoever sends scanned.
    """

    device: Device
    scans: Annotated[tuple[ScanSaid, ...], msgspec.Meta(max_length=MOST_SCANS)]
    held: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    last_number: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    report: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    done: bool = False
    name: Line = ""
    sent_at: Moment | None = None
    pack: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class DeskScan(Said, frozen=True):
    """One scan at a desk, or the number of one that is taken back."""

    place_id: RowId
    code: Annotated[str, msgspec.Meta(max_length=300)] = ""
    undoes: RowId | None = None
    quantity: Decimal | None = None
    seal: SealState | None = None
    note: Line | None = None


class SearchSaid(Said, frozen=True):
    """What the second counter found."""

    search: Search
    reason: Reason
    evidence: Words


class DecisionSaid(Said, frozen=True):
    """What the approver decides; for what was not found, confirming it is the third word."""

    ruling: Ruling
    decision: Words


class FoundAgain(Said, frozen=True):
    """Where a missing thing was found, by whom, and how it is known to be the same."""

    reason: Words


class NewDevice(Said, frozen=True):
    """A device that will count: the number it gave itself, and what people call it."""

    device: Device
    name: Line = ""


class Abandon(Said, frozen=True):
    """Why a count is ended without a result."""

    reason: Words


class GiveUp(Said, frozen=True):
    """A device that will not report any more: lost, broken, wiped."""

    device: Device
    reason: Words
