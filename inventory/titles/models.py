"""Titles with their shares, burdens, collateral, and the region of the minimum wage."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.titles.rules import TitleOutOfTurn


class AssetTitle(Base):
    """Whose an asset is from a day on; the newest day that has come is in force."""

    __tablename__ = "asset_title"
    __table_args__ = (
        UniqueConstraint("asset_id", "from_on"),
        Index("ix_asset_title_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    from_on: Mapped[date]
    indivisible: Mapped[bool]
    document: Mapped[str]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class OwnerShare(Base):
    """One owner in a title, with his share."""

    __tablename__ = "owner_share"
    __table_args__ = (
        CheckConstraint("over > 0 AND over <= under", name="share"),
        Index("ix_owner_share_asset_id", "asset_id"),
    )

    title_id: Mapped[int] = mapped_column(ForeignKey("asset_title.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    role: Mapped[str]
    name: Mapped[str]
    identity: Mapped[str | None]
    address: Mapped[str | None]
    over: Mapped[int]
    under: Mapped[int]


class Encumbrance(Base):
    """What burdens an asset: who, since when, until when he may act, how it ended."""

    __tablename__ = "encumbrance"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended"),
        Index("ix_encumbrance_asset_id", "asset_id"),
        Index("ix_encumbrance_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    holder: Mapped[str | None]
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    not_before_on: Mapped[date | None]
    value: Mapped[Decimal | None]
    told_on: Mapped[date | None]
    act_by_on: Mapped[date | None]
    article: Mapped[str | None]
    document: Mapped[str | None]
    note: Mapped[str]
    ended_on: Mapped[date | None]
    ended_how: Mapped[str | None]
    end_note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Collateral(Base):
    """A debt that an asset secures, and whether its holder is the creditor it is sold for."""

    __tablename__ = "collateral"
    __table_args__ = (
        CheckConstraint("secured_amount > 0", name="amount"),
        CheckConstraint("NOT (holder_is_creditor AND seized_for_other)", name="holder"),
        Index("ix_collateral_asset_id", "asset_id", postgresql_where=text("ended_on IS NULL")),
        Index("ix_collateral_office_id", "office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    holder: Mapped[str]
    secured_amount: Mapped[Decimal]
    holder_is_creditor: Mapped[bool]
    seized_for_other: Mapped[bool]
    from_on: Mapped[date]
    document: Mapped[str]
    ended_on: Mapped[date | None]
    end_document: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AssetRegion(Base):
    """The region of the minimum wage in which an asset lies, from a day on."""

    __tablename__ = "asset_region"
    __table_args__ = (Index("ix_asset_region_asset_id", "asset_id", "from_on", "id"),)

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    region: Mapped[str]
    from_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AssetHome(Base):
    """Whether an asset is the debtor's only dwelling, from a day on; the newest one holds.

    ``year_rent`` is a year's average rent at the place, for the law of 2008.
    """

    __tablename__ = "asset_home"
    __table_args__ = (
        CheckConstraint("year_rent > 0", name="rent"),
        Index("ix_asset_home_asset_id", "asset_id", "from_on", "id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    from_on: Mapped[date]
    only_home: Mapped[bool]
    of_a_person: Mapped[bool]
    year_rent: Mapped[Decimal | None]
    document: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_asset_title_asset_id_from_on", TitleOutOfTurn)
