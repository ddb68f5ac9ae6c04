"""Ways to put a value on an asset (DOMAIN §6.1), and when a valuation holds."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from inventory.base.errors import Conflict, Invalid
from inventory.base.messages import _, labels

_GROUPED = re.compile(r"\d{1,3}(?:([ .,\u00a0\u202f])\d{3})(?:\1\d{3})*")


class ValuationMethod(StrEnum):
    """Who said what an asset is worth."""

    AGREED = "agreed"
    FIRM = "firm"
    OFFICER = "officer"
    COUNCIL = "council"
    POSTED_PRICE = "posted_price"
    RECORDED = "recorded"


class Act(StrEnum):
    """The act of this room as the audit ledger keeps it."""

    VALUED = "valuations.asset.valued"


METHODS = tuple(m for m in ValuationMethod if m is not ValuationMethod.RECORDED)
"""Methods an officer may name; the last only occurs in imported history."""


class ValuationMissing(Conflict):
    """No valuation in force on that day."""

    code = "valuation_missing"


class ValuationIncomplete(Invalid):
    """Something a valuation must say is missing or does not fit."""

    code = "valuation_incomplete"


def holds_on(valued_on: date, valid_until: date | None, on: date) -> bool:
    """Whether a valuation is in force on a day: made by then and not run out."""
    return valued_on <= on and (valid_until is None or on <= valid_until)


def value_of(amounts: Mapping[int | None, Decimal], asset_ids: Sequence[int]) -> Decimal | None:
    """The value of a lot out of the amounts in force: of all its assets, else of the lot as one.

    ``amounts`` are by asset, that of the lot as one under None; None where something is missing.
    """
    if asset_ids and all(asset_id in amounts for asset_id in asset_ids):
        return sum((amounts[asset_id] for asset_id in asset_ids), Decimal(0))
    return amounts.get(None)


def typed_amount(text: str) -> str:
    """An amount as people type it, without the marks between groups of three digits."""
    typed = text.strip()
    return re.sub(r"\D", "", typed) if _GROUPED.fullmatch(typed) else typed


labels(
    {
        Act.VALUED: _("Value recorded"),
        ValuationMethod.AGREED: _("Agreed by the parties"),
        ValuationMethod.FIRM: _("Valuation firm"),
        ValuationMethod.OFFICER: _("Enforcement officer"),
        ValuationMethod.COUNCIL: _("Price-setting council"),
        ValuationMethod.POSTED_PRICE: _("Posted price of gold"),
        ValuationMethod.RECORDED: _("Recorded in the source"),
    }
)
