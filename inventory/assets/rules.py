"""Asset kinds and the grounds on which an asset is held."""

from decimal import Decimal
from enum import StrEnum

from inventory.base.errors import Duplicate
from inventory.base.messages import _, labels

PREFIX = "TS"
"""First letters of an asset's reference (tài sản)."""

MOST = Decimal(10) ** 12
"""A quantity stays below this."""

SHORTEST_WORD = 2
"""A search for less would find nearly everything."""


class AssetKind(StrEnum):
    """What an asset is."""

    MOVABLE = "movable"
    IMMOVABLE = "immovable"
    VEHICLE = "vehicle"
    VESSEL_AIRCRAFT = "vessel_aircraft"
    LAND_USE_RIGHT = "land_use_right"
    HOUSE = "house"
    ANIMAL_CROP = "animal_crop"
    GOLD = "gold"
    CASH = "cash"
    SECURITIES = "securities"
    DRUGS = "drugs"
    SHARES = "shares"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    DIGITAL = "digital"
    MINERAL_RIGHT = "mineral_right"
    CLAIM = "claim"
    OTHER = "other"


IMMOVABLE_KINDS = frozenset({AssetKind.IMMOVABLE, AssetKind.LAND_USE_RIGHT, AssetKind.HOUSE})


class Ground(StrEnum):
    """Why an asset is held."""

    SEIZURE = "seizure"
    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"


class AssetExists(Duplicate):
    """The source's asset is here already."""

    code = "asset_exists"


def scope_of(kind: AssetKind) -> str:
    """The scope under which rules of time limits speak of an asset: movable or immovable."""
    return "immovable" if kind in IMMOVABLE_KINDS else "movable"


labels(
    {
        AssetKind.MOVABLE: _("Movable"),
        AssetKind.IMMOVABLE: _("Immovable"),
        AssetKind.VEHICLE: _("Vehicle"),
        AssetKind.VESSEL_AIRCRAFT: _("Vessel or aircraft"),
        AssetKind.LAND_USE_RIGHT: _("Land use right"),
        AssetKind.HOUSE: _("House"),
        AssetKind.ANIMAL_CROP: _("Animals or crops"),
        AssetKind.GOLD: _("Gold, precious metals and stones"),
        AssetKind.CASH: _("Cash"),
        AssetKind.SECURITIES: _("Securities"),
        AssetKind.DRUGS: _("Drugs"),
        AssetKind.SHARES: _("Shares"),
        AssetKind.INTELLECTUAL_PROPERTY: _("Intellectual property"),
        AssetKind.DIGITAL: _("Digital asset"),
        AssetKind.MINERAL_RIGHT: _("Mineral right"),
        AssetKind.CLAIM: _("Claim"),
        AssetKind.OTHER: _("Other"),
        Ground.SEIZURE: _("Seizure"),
        Ground.EVIDENCE: _("Evidence"),
        Ground.TEMPORARY_HOLDING: _("Temporary holding"),
    }
)
