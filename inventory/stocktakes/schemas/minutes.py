"""What the minutes of a stocktake are printed from (C04/23 Art. 11(4))."""

from datetime import datetime

import msgspec

from inventory.papers.schemas import PaperData


class MinutesDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A difference in the minutes."""

    kind: str
    code: str
    description: str
    place: str
    seen_place: str
    counted: str
    word: str | None = None
    reason: str | None = None
    evidence: str | None = None
    second_counter: str | None = None
    decision: str | None = None
    decided_by: str | None = None


class StocktakeMinutes(PaperData, frozen=True, kw_only=True):
    """Data of the minutes of a stocktake (C04/23 Art. 11(4)); its lines are the items."""

    reference: str
    period: str
    classes: tuple[str, ...] = ()
    place: str
    basis: str
    begun_at: datetime
    ended_at: datetime
    frozen_at: datetime
    list_digest: str
    seed: str | None = None
    sample_pct: int = 100
    listed: int
    found: int
    away: int
    moved: int
    missing: int
    counters: tuple[str, ...] = ()
    differences: tuple["MinutesDifference", ...] = ()
    given_up: tuple[str, ...] = ()
