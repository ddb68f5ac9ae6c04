"""Shares of owners that give the whole, what burdens an asset, what it secures; pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Barred, Invalid, OutOfPlace, Unlawful
from inventory.base.messages import _, labels
from inventory.base.money import share_out

MOST_PARTS = 1_000_000
"""A share is written with a denominator up to this."""


class OwnerRole(StrEnum):
    """What an owner is in the case; who gave collateral counts as debtor (L25 Art. 3(3))."""

    DEBTOR = "debtor"
    CO_OWNER = "co_owner"
    COLLATERAL_GIVER = "collateral_giver"


class Burden(StrEnum):
    """What burdens an asset or lies on it."""

    TENANT = "tenant"
    OCCUPANT = "occupant"
    OTHERS_THINGS = "others_things"
    CROPS = "crops"
    PRODUCTION_CYCLE = "production_cycle"
    GRAVE = "grave"
    NO_ACCESS = "no_access"
    DISPUTE = "dispute"
    TITLE_FAULT = "title_fault"
    PLANNING = "planning"
    DEFECT = "defect"
    OTHER = "other"


class BurdenEnd(StrEnum):
    """How a burden came to its end."""

    REMOVED = "removed"
    SOLD_WITH = "sold_with"
    RELOCATED = "relocated"
    LEFT = "left"
    HARVESTED = "harvested"
    SETTLED = "settled"
    PUT_OUT = "put_out"


class Region(StrEnum):
    """The region of the minimum wage, as the dated rules name it."""

    I = "region_1"  # noqa: E741 - the regions are numbered in Roman figures
    II = "region_2"
    III = "region_3"
    IV = "region_4"


class Act(StrEnum):
    """Codes of the acts on titles, as the audit ledger keeps them."""

    TITLE_RECORDED = "titles.title.recorded"
    BURDEN_RECORDED = "titles.burden.recorded"
    BURDEN_ENDED = "titles.burden.ended"
    COLLATERAL_RECORDED = "titles.collateral.recorded"
    COLLATERAL_ENDED = "titles.collateral.ended"
    REGION_SET = "titles.region.set"
    HOME_RECORDED = "titles.home.recorded"


class CollateralFound(msgspec.Struct, frozen=True):
    """Somebody recorded what an asset secures for another than the creditor."""

    asset_id: int
    on: date
    actor: Actor
    at: datetime


class SharesDiffer(Invalid):
    """The shares of the owners do not give the whole."""

    code = "shares_differ"


class TitleOutOfTurn(Invalid):
    """A title begins after the one before it."""

    code = "title_out_of_turn"


class BurdenEnded(OutOfPlace):
    """The burden has ended."""

    code = "burden_ended"


class StillTheirs(Barred):
    """Others' things are sold with the land only after the time to take them away."""

    code = "still_theirs"


class StaysWithLease(Unlawful):
    """A tenant is put out before the delivery only where he obstructs, by the law of 2025."""

    code = "stays_with_lease"


class NotPriced(Unlawful):
    """Others' things are priced before they are sold with the land."""

    code = "others_things_not_priced"


class CollateralEnded(OutOfPlace):
    """The asset secures that debt no longer."""

    code = "collateral_ended"


def whole_of(shares: Iterable[tuple[int, int]]) -> Fraction:
    """What shares give together, exactly."""
    return sum((Fraction(over, under) for over, under in shares), Fraction(0))


def owners_parts(price: Decimal, shares: Sequence[Fraction]) -> list[Decimal]:
    """What each owner's share of a price is, to the đồng; the parts sum to what they own of it."""
    whole = [*shares, 1 - sum(shares, Fraction(0))]
    under = lcm(*(share.denominator for share in whole))
    weights = [Decimal(int(share * under)) for share in whole]
    return share_out(price, weights)[:-1]


labels(
    {
        OwnerRole.DEBTOR: _("Debtor"),
        OwnerRole.CO_OWNER: _("Co-owner"),
        OwnerRole.COLLATERAL_GIVER: _("Gave the asset as collateral"),
        Burden.TENANT: _("Tenant"),
        Burden.OCCUPANT: _("Occupied by somebody"),
        Burden.OTHERS_THINGS: _("Things of others on the land"),
        Burden.CROPS: _("Crops"),
        Burden.PRODUCTION_CYCLE: _("Production cycle under way"),
        Burden.GRAVE: _("Graves"),
        Burden.NO_ACCESS: _("No access road"),
        Burden.DISPUTE: _("Dispute"),
        Burden.TITLE_FAULT: _("Fault in the title"),
        Burden.PLANNING: _("Planning restriction"),
        Burden.DEFECT: _("Defect of the thing"),
        Burden.OTHER: _("Other burden"),
        BurdenEnd.REMOVED: _("Taken away by the owner"),
        BurdenEnd.SOLD_WITH: _("Priced and sold with the land"),
        BurdenEnd.RELOCATED: _("Relocated"),
        BurdenEnd.LEFT: _("Moved out"),
        BurdenEnd.HARVESTED: _("Harvested, cycle ended"),
        BurdenEnd.SETTLED: _("Settled"),
        BurdenEnd.PUT_OUT: _("Put out at once for obstructing"),
        Region.I: _("Region I"),
        Region.II: _("Region II"),
        Region.III: _("Region III"),
        Region.IV: _("Region IV"),
        Act.TITLE_RECORDED: _("Owners recorded"),
        Act.BURDEN_RECORDED: _("Burden recorded"),
        Act.BURDEN_ENDED: _("Burden ended"),
        Act.COLLATERAL_RECORDED: _("Collateral recorded"),
        Act.COLLATERAL_ENDED: _("Collateral ended"),
        Act.REGION_SET: _("Region of the minimum wage set"),
        Act.HOME_RECORDED: _("Dwelling recorded"),
    }
)
