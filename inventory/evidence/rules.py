"""Evidence and temporary holding (DOMAIN §4)."""

from enum import StrEnum

from inventory.base.messages import _, labels


class HoldKind(StrEnum):
    """Whether an asset is evidence or only held for the time being."""

    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"


labels(
    {
        HoldKind.EVIDENCE: _("Evidence"),
        HoldKind.TEMPORARY_HOLDING: _("Temporary holding"),
    }
)
