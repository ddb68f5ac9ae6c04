"""Evidence and temporary holding (DOMAIN §4)."""

from enum import StrEnum

from inventory.base.errors import Conflict
from inventory.base.messages import _, labels


class HoldKind(StrEnum):
    """Whether an asset is evidence or only held for the time being."""

    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"


class SealInUse(Conflict):
    """The office already holds something under that seal number."""

    code = "seal_in_use"


labels(
    {
        HoldKind.EVIDENCE: _("Evidence"),
        HoldKind.TEMPORARY_HOLDING: _("Temporary holding"),
    }
)
