"""Figures of a period and what each of them counts."""

from datetime import date

import msgspec

from auction.bidding.diagnoses import CauseCount
from inventory.assets.rules import AssetKind


class CauseLine(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody bought assets of one kind of an office.

    ``failed`` counts rounds that count as failed, each once; ``diagnosed`` those in which somebody
    said why; a round may have several causes, and one main one. A round of assets of two kinds
    stands in both lines.
    """

    office: str
    kind: AssetKind
    failed: int
    diagnosed: int
    causes: list[CauseCount]

    @property
    def unsaid(self) -> int:
        """Failed rounds in which nobody said why."""
        return self.failed - self.diagnosed


class CauseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody bought in the failed rounds held in a period, by office and kind of asset."""

    since: date
    until: date
    lines: list[CauseLine]
