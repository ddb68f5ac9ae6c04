"""What is said of owners, burdens and collateral, and how they are shown."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, RowId, Said
from inventory.titles.rules import MOST_PARTS, Burden, BurdenEnd, OwnerRole, Region

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Part = Annotated[int, msgspec.Meta(ge=1, le=MOST_PARTS)]


class NewOwner(Said, frozen=True, kw_only=True):
    """An owner with his share, ``over`` parts of ``under``."""

    role: OwnerRole
    name: Name
    identity: Line | None = None
    address: Line | None = None
    over: Part = 1
    under: Part = 1


class NewTitle(Said, frozen=True, kw_only=True):
    """Whose an asset is from a day on: all owners at once."""

    from_on: date
    document: Number
    indivisible: bool = False
    owners: Annotated[list[NewOwner], msgspec.Meta(min_length=1, max_length=60)]
    note: Line | None = None


class NewBurden(Said, frozen=True, kw_only=True):
    """What burdens an asset; ``told_on`` starts the time to take things away (L25 Art. 81(2))."""

    kind: Burden
    holder: Line | None = None
    since_on: date
    until_on: date | None = None
    not_before_on: date | None = None
    value: Decimal | None = None
    told_on: date | None = None
    document: Line | None = None
    note: Words


class EndOfBurden(Said, frozen=True, kw_only=True):
    """How a burden ended; ``value`` is what things of others are worth that are sold along."""

    burden_id: RowId
    ended_on: date
    how: BurdenEnd
    value: Decimal | None = None
    note: Line | None = None


class NewCollateral(Said, frozen=True, kw_only=True):
    """A debt that the asset secures."""

    holder: Name
    secured_amount: Decimal
    holder_is_creditor: bool = False
    from_on: date
    document: Number


class EndOfCollateral(Said, frozen=True, kw_only=True):
    """The asset secures a debt no longer."""

    collateral_id: RowId
    ended_on: date
    document: Number


class NewRegion(Said, frozen=True, kw_only=True):
    """The region of the minimum wage from a day on."""

    region: Region
    from_on: date


class NewHome(Said, frozen=True, kw_only=True):
    """Whether the asset is the only dwelling of the debtor, and whether he is a natural person.

    ``year_rent`` is a year's average rent at the place, which the law of 2008 keeps back.
    """

    from_on: date
    document: Number
    only_home: bool = False
    of_a_person: bool = False
    year_rent: Decimal | None = None


class OwnerOut(msgspec.Struct, frozen=True, kw_only=True):
    """An owner of an asset."""

    role: OwnerRole
    name: str
    identity: str | None
    address: str | None
    over: int
    under: int

    @property
    def share(self) -> Fraction:
        """The share as an exact number."""
        return Fraction(self.over, self.under)


class TitleOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whose an asset is."""

    id: int
    asset_id: int
    from_on: date
    document: str
    indivisible: bool
    note: str | None
    owners: list[OwnerOut]

    @property
    def co_owners(self) -> list[OwnerOut]:
        """Those who own a part and do not owe."""
        return [owner for owner in self.owners if owner.role is OwnerRole.CO_OWNER]

    @property
    def debtors_share(self) -> Fraction:
        """What is sold for the debt: the parts of those who owe or gave collateral."""
        theirs = (owner.share for owner in self.owners if owner.role is not OwnerRole.CO_OWNER)
        return sum(theirs, Fraction(0))


class BurdenOut(msgspec.Struct, frozen=True, kw_only=True):
    """What burdens an asset."""

    id: int
    asset_id: int
    kind: Burden
    holder: str | None
    since_on: date
    until_on: date | None
    not_before_on: date | None
    value: Decimal | None
    told_on: date | None
    act_by_on: date | None
    article: str | None
    document: str | None
    note: str
    ended_on: date | None
    ended_how: BurdenEnd | None
    end_note: str | None


class CollateralOut(msgspec.Struct, frozen=True, kw_only=True):
    """A debt that an asset secures."""

    id: int
    asset_id: int
    holder: str
    secured_amount: Decimal
    holder_is_creditor: bool
    seized_for_other: bool
    from_on: date
    document: str
    ended_on: date | None
    end_document: str | None


class HomeOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an asset is the only dwelling of a debtor who is a person, and who recorded it."""

    asset_id: int
    from_on: date
    document: str
    only_home: bool
    of_a_person: bool
    year_rent: Decimal | None
    recorded_at: datetime
    by: str | None

    @property
    def keeps_rent(self) -> bool:
        """Whether a year's rent is kept back when it is sold (L25 Art. 89(2); L08 Art. 115(5))."""
        return self.only_home and self.of_a_person


class TitleFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of whose an asset is."""

    asset: str
    title: TitleOut | None
    burdens: list[BurdenOut]
    collateral: list[CollateralOut]
    region: Region | None
    home: HomeOut | None = None
