"""The custody ledger and its projection, the present holding of each asset.

Both point at the asset by string key: custody lies below assets, because taking a new asset in
writes its first entry in the same act.
"""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.custody.rules import ImpededAlready


class CustodyEntry(Base):
    """A link of an asset's custody chain; never changed, never removed."""

    __tablename__ = "custody_entry"
    __table_args__ = (Index("ix_custody_entry_office_id_at", "office_id", "at"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    to_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    giver: Mapped[str]
    receiver: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    actor_name: Mapped[str]
    office_id: Mapped[int]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]


class Holding(Base):
    """Where an asset is now, as its last custody entry says; narrow, so that a move is cheap.

    Its asset and places are those of the last entry, whose keys the database checks.
    ``blocked`` sums up its open impediments: who waits for the row sees those raised meanwhile.
    """

    __tablename__ = "holding"
    __table_args__ = (
        Index(
            "ix_holding_place_id_asset_id",
            "place_id",
            "asset_id",
            postgresql_where=text("place_id IS NOT NULL"),
        ),
        Index(
            "ix_holding_waiting",
            "office_id",
            "asset_id",
            postgresql_where=text("seq = 0"),
        ),
        Index(
            "ix_holding_away",
            "office_id",
            "kind",
            "asset_id",
            postgresql_where=text("kind IN ('sent', 'lent')"),
        ),
    )

    asset_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int]
    place_id: Mapped[int | None]
    receiver: Mapped[str]
    since: Mapped[datetime]
    seq: Mapped[int]
    hash: Mapped[bytes]
    kind: Mapped[str] = mapped_column(server_default="")
    home_place_id: Mapped[int | None]
    blocked: Mapped[int] = mapped_column(server_default="0")


class PlaceCount(Base):
    """How many things lie in a place: the sum of its rows.

    Each act adds what it changes, so acts on one shelf never wait for each other; a job puts the
    rows of a place together. Written by the ledger alone, with the holding, which points at the
    place already; ``kebien verify`` compares both.
    """

    __tablename__ = "place_count"
    __table_args__ = (Index("ix_place_count_place_id", "place_id", postgresql_include=["n"]),)

    id: Mapped[Id]
    office_id: Mapped[int]
    place_id: Mapped[int]
    n: Mapped[int]


class Impediment(Base):
    """Why an asset may not be taken in, moved or released for now: dated, with who lifted it."""

    __tablename__ = "impediment"
    __table_args__ = (
        CheckConstraint("blocks > 0", name="blocks"),
        Index(
            "uq_impediment_open",
            "asset_id",
            "code",
            "source",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_impediment_asset_id", "asset_id"),
        Index(
            "ix_impediment_office_id_code",
            "office_id",
            "code",
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    code: Mapped[str]
    source: Mapped[str]
    blocks: Mapped[int]
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lift_reason: Mapped[str | None]


means("uq_impediment_open", ImpededAlready)


class CustodyBound(Base):
    """The only forms of custody in which the law lets a thing be kept, and why."""

    __tablename__ = "custody_bound"
    __table_args__ = (
        Index(
            "uq_custody_bound_open",
            "asset_id",
            "reason",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    reason: Mapped[str]
    forms: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    article: Mapped[str]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReleaseHour(Base):
    """The day and hour at which a keeping body may let a thing go, as the head fixed it."""

    __tablename__ = "release_hour"
    __table_args__ = (Index("ix_release_hour_asset_id", "asset_id"),)

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int]
    release_at: Mapped[datetime]
    receiver: Mapped[str]
    order_number: Mapped[str]
    fixed_at: Mapped[datetime]
    fixed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
