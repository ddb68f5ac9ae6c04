"""What is owed against what is seized, as it is shown; and what is said when a part is released."""

from datetime import date
from decimal import Decimal

import msgspec

from auction.legal_rules.rules import Confidence
from auction.proportions.rules import Basis
from inventory.base.said import Line, Number, Said
from inventory.custody.schemas import Words


class NewPartRelease(Said, frozen=True, kw_only=True):
    """The decision that releases a part no longer needed: its number, or it is drawn up here.

    ``grounds`` is what the decision says; without it the sums and the article. ``owner`` gets the
    thing back, ``registers`` are told, with semicolons between.
    """

    case_number: Number
    release_decision: Number | None = None
    released_on: date
    grounds: Words | None = None
    owner: Line | None = None
    registers: Line | None = None


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What an asset under seizure is worth for a case.

    ``gross`` is its value, ``counted`` what of it the case can count on; ``unneeded`` says that the
    others cover all without it.
    """

    asset_id: int
    reference: str
    description: str
    basis: Basis
    as_of: date | None
    gross: Decimal
    counted: Decimal
    debtor_asked: bool
    sold: bool
    unneeded: bool = False


class Proportion(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed in a case against what is still seized for it, by the law of a day.

    ``known`` says that claims are recorded; without them nothing can be weighed.
    """

    case_id: int
    case_number: str
    on: date
    known: bool
    debt: Decimal
    paid: Decimal
    costs: Decimal
    need: Decimal
    value: Decimal
    assets: list[Worth]
    article: str
    confidence: Confidence

    @property
    def surplus(self) -> Decimal:
        """What is seized beyond what is needed; negative where it falls short."""
        return self.value - self.need

    @property
    def releasable(self) -> list[Worth]:
        """The assets of which each alone is no longer needed."""
        return [one for one in self.assets if one.unneeded]


class Surplus(msgspec.Struct, frozen=True, kw_only=True):
    """A case of which a payment made something seized no longer needed, and that payment."""

    case: Proportion
    paid_on: date
    document: str | None
