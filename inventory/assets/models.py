"""Assets."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from inventory.assets.rules import AssetExists
from inventory.base.orm import Base, Id, means


class Asset(Base):
    """One physical thing or one right; its grounds, custody and auctions point at it.

    Office and registrar are no foreign keys: each act would lock those few rows for all others, and
    the database lets no office and nobody of the staff be removed.

    ``searchable`` is what search looks through: reference, description and identification
    without marks and in lower case.
    """

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_asset_office_id_id", "office_id", "id"),
        Index("ix_asset_case_id", "case_id"),
        Index(
            "ix_asset_office_id_perishable_on",
            "office_id",
            "perishable_on",
            postgresql_where=text("perishable_on IS NOT NULL"),
        ),
        Index(
            "ix_asset_special",
            "office_id",
            "id",
            postgresql_where=text("kind IN ('cash', 'gold', 'securities', 'drugs')"),
        ),
        Index(
            "ix_asset_searchable",
            "searchable",
            postgresql_using="gin",
            postgresql_ops={"searchable": "gin_trgm_ops"},
            postgresql_with={"gin_pending_list_limit": 256},  # kB; a search reads all that is new
        ),
        Index(
            "ix_asset_source",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    kind: Mapped[str]
    description: Mapped[str]
    identification: Mapped[str | None]
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 3), server_default="1")
    unit: Mapped[str | None]
    condition: Mapped[str | None]
    owner_name: Mapped[str | None]
    location: Mapped[str | None]
    perishable_on: Mapped[date | None]
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(server_default="1")
    searchable: Mapped[str] = mapped_column(
        Computed(
            "vn_fold(reference || ' ' || description || ' ' || coalesce(identification, '')"
            " || ' ' || coalesce(source_ref, ''))",
            persisted=True,
        )
    )


class OfficeChange(Base):
    """That an asset went from one office to another; the database writes it itself.

    Row-level security asks it whether an office must look beyond its own rows at all.
    """

    __tablename__ = "office_change"
    __table_args__ = (
        Index("ix_office_change_from_office_id", "from_office_id"),
        Index("ix_office_change_to_office_id", "to_office_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int]
    from_office_id: Mapped[int]
    to_office_id: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


means("ix_asset_source", AssetExists)
