"""Evidence and temporary holding."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class HoldKind(StrEnum):
    """Whether an asset is evidence or only held for the time being."""

    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"


class Comparison(StrEnum):
    """Whether what is received is as the first seizure minutes say (D152/26 Art. 37)."""

    AGREES = "agrees"
    DIFFERS = "differs"


class EvidenceHeld(msgspec.Struct, frozen=True):
    """Assets came to be held as evidence, or for the time being, in a case; for rooms above."""

    actor: Actor
    asset_ids: tuple[int, ...]
    case_id: int
    on: date
    at: datetime


class NotCompared(Unlawful):
    """Evidence is received after it was compared with the first seizure minutes."""

    code = "not_compared"


class MismatchUnanswered(Unlawful):
    """What is not as the first minutes say waits for the keeping body's written answer."""

    code = "mismatch_unanswered"


class NotWithKeepingBody(OutOfPlace):
    """The hour of release is fixed for what a keeping body holds."""

    code = "not_with_keeping_body"


labels(
    {
        HoldKind.EVIDENCE: _("Evidence"),
        HoldKind.TEMPORARY_HOLDING: _("Temporary holding"),
        Comparison.AGREES: _("As the first seizure minutes say"),
        Comparison.DIFFERS: _("Not as the first seizure minutes say"),
    }
)
