"""Special kinds, and how money is counted so that its parts give the whole."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from inventory.assets.rules import AssetKind
from inventory.base.errors import Duplicate, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels


class SpecialKind(StrEnum):
    """What the law keeps in a way of its own."""

    CASH = "cash"
    PRECIOUS = "precious"
    SECURITIES = "securities"
    DRUGS = "drugs"
    DANGEROUS = "dangerous"
    TISSUE = "tissue"
    PERISHABLE = "perishable"
    LIVE = "live"
    WILD = "wild"
    BULKY = "bulky"
    DATA_CARRIER = "data_carrier"
    PAPERS = "papers"


BY_KIND = {
    AssetKind.CASH: SpecialKind.CASH,
    AssetKind.GOLD: SpecialKind.PRECIOUS,
    AssetKind.SECURITIES: SpecialKind.SECURITIES,
    AssetKind.DRUGS: SpecialKind.DRUGS,
}
"""What an asset is by its kind alone, without anybody marking it."""


class AlreadyMarked(Duplicate):
    """The thing is marked as that kind already."""

    code = "already_marked"


class SumDiffers(Invalid):
    """The notes and coins do not give the total."""

    code = "sum_differs"


class SealNeeded(Unlawful):
    """This kind is received and kept under a seal only."""

    code = "seal_needed"


class ConclusionNeeded(Unlawful):
    """Drugs are received with the number of the expert conclusion only."""

    code = "conclusion_needed"


class NotCounted(Unlawful):
    """Money comes into a place after its notes were counted by denomination and currency."""

    code = "not_counted"


class NotCash(OutOfPlace):
    """Only money is counted by denominations."""

    code = "not_cash"


def sum_of(lines: Iterable[tuple[Decimal, int]]) -> Decimal:
    """What notes and coins give: each denomination times its pieces."""
    return sum((value * pieces for value, pieces in lines), Decimal(0))


labels(
    {
        SpecialKind.CASH: _("Cash"),
        SpecialKind.PRECIOUS: _("Gold, silver, precious metals and stones, antiques"),
        SpecialKind.SECURITIES: _("Securities"),
        SpecialKind.DRUGS: _("Drugs"),
        SpecialKind.DANGEROUS: _("Explosives, inflammables, poison, weapons, radioactive matter"),
        SpecialKind.TISSUE: _("Human tissue, micro-organisms"),
        SpecialKind.PERISHABLE: _("Perishable"),
        SpecialKind.LIVE: _("Live animals or plants"),
        SpecialKind.WILD: _("Wild animals, invasive plants"),
        SpecialKind.BULKY: _("Vehicle, bulky or immovable thing"),
        SpecialKind.DATA_CARRIER: _("Data carrier"),
        SpecialKind.PAPERS: _("Papers and titles"),
    }
)
