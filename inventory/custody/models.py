"""The custody ledger and its projection, the present holding of each asset.

Both point at the asset by string key: custody lies below assets, because taking a new asset in
writes its first entry in the same act.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base


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
    """Where an asset is now, as its last custody entry says; narrow, so that a move is cheap."""

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
    )

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    office_id: Mapped[int]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    receiver: Mapped[str]
    since: Mapped[datetime]
    seq: Mapped[int]
    hash: Mapped[bytes]
