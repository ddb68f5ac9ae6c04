"""Ways to put a value on an asset (DOMAIN §6.1)."""

from enum import StrEnum

from inventory.base.errors import Conflict
from inventory.base.messages import _, labels


class ValuationMethod(StrEnum):
    """Who said what an asset is worth."""

    AGREED = "agreed"
    FIRM = "firm"
    OFFICER = "officer"
    COUNCIL = "council"
    POSTED_PRICE = "posted_price"
    RECORDED = "recorded"


class ValuationMissing(Conflict):
    """No valuation in force on that day."""

    code = "valuation_missing"


labels(
    {
        ValuationMethod.AGREED: _("Agreed by the parties"),
        ValuationMethod.FIRM: _("Valuation firm"),
        ValuationMethod.OFFICER: _("Enforcement officer"),
        ValuationMethod.COUNCIL: _("Price-setting council"),
        ValuationMethod.POSTED_PRICE: _("Posted price of gold"),
        ValuationMethod.RECORDED: _("Recorded in the source"),
    }
)
