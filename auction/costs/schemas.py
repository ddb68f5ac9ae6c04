"""What is said of a cost, and how costs are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from auction.costs.rules import Bearer, CostKind, CostSums
from inventory.base.said import Line, Number, RowId, Said

Why = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class NewCost(Said, frozen=True, kw_only=True):
    """A cost of an asset, or of its whole case, with the document that shows it."""

    kind: CostKind
    amount: Decimal
    bearer: Bearer = Bearer.DEBTOR
    advanced_by: Bearer | None = None
    spent_on: date
    document: Number
    whole_case: bool = False
    note: Line | None = None


class NewReversal(Said, frozen=True, kw_only=True):
    """Which entry is reversed, and why."""

    cost_id: RowId
    reversed_on: date
    why: Why


class NewRepayment(Said, frozen=True, kw_only=True):
    """What is repaid to who advanced a cost."""

    cost_id: RowId
    amount: Decimal
    repaid_on: date
    document: Number


class CostOut(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger; ``reversed_by`` is the entry that takes it back.

    ``delegating_office`` repays what was spent on an asset that is sold for it.
    """

    id: int
    kind: CostKind
    amount: Decimal
    bearer: Bearer
    advanced_by: Bearer | None
    spent_on: date
    document: str
    note: str | None
    whole_case: bool
    reverses_id: int | None
    reversed_by: int | None
    repaid: Decimal
    recorded_at: datetime
    delegating_office_id: int | None = None
    delegating_office: str | None = None

    @property
    def open_advance(self) -> Decimal:
        """What of the advance is not repaid yet."""
        stands = self.advanced_by and self.reversed_by is None and self.reverses_id is None
        return self.amount - self.repaid if stands else Decimal(0)

    @property
    def owed_by_office(self) -> Decimal:
        """What the delegating office has not repaid yet."""
        stands = self.delegating_office_id and not (self.reversed_by or self.reverses_id)
        return self.amount - self.repaid if stands else Decimal(0)


class DelegatedCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What ``to_office`` spent on an asset it sells for ``from_office``, which repays it."""

    delegation: int
    asset: str
    article: str
    from_office_id: int
    from_office: str
    to_office: str
    total: Decimal
    repaid: Decimal
    left: Decimal
    items: list[CostOut]


class AssetCosts(msgspec.Struct, frozen=True, kw_only=True):
    """The costs of an asset with their sums; ``for_floor`` is what the floor test counts."""

    asset: str
    sums: CostSums
    for_floor: Decimal
    items: list[CostOut]
    next_cursor: str | None
