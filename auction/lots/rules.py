"""Lots, rounds and the lawful price of the next round; pure."""

from inventory.base.errors import Conflict, Invalid, Unlawful

PREFIX = "DG"
"""First letters of a lot's reference (đấu giá)."""


class AssetInOpenLot(Conflict):
    """The asset is in another lot that is still open."""

    code = "asset_in_open_lot"


class RoundNumberTaken(Conflict):
    """The lot has a round with that number already."""

    code = "round_number_taken"


class RoundStillOpen(Conflict):
    """The round before has no outcome yet."""

    code = "round_still_open"


class LotIsClosed(Conflict):
    """The lot was sold or withdrawn; no round follows."""

    code = "lot_is_closed"


class PriceTooLow(Unlawful):
    """The price is further under the last round's than the law allows."""

    code = "price_too_low"


class PriceTooHigh(Unlawful):
    """The price is above that of the round before."""

    code = "price_too_high"


class RoundDatesWrong(Invalid):
    """The days of a round do not follow each other."""

    code = "round_dates_wrong"
