"""What was printed, when, by whom and why: ledgers that nobody changes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id


class LabelRun(Base):
    """Labels printed in one go; ``address`` is the beginning of what their codes hold."""

    __tablename__ = "label_run"
    __table_args__ = (
        CheckConstraint("start > 0 AND number > 0", name="size"),
        Index("ix_label_run_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    format: Mapped[str]
    start: Mapped[int]
    number: Mapped[int]
    repeated: Mapped[int]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    address: Mapped[str]
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    printed_by_name: Mapped[str]


class AssetLabel(Base):
    """The nth label of an asset."""

    __tablename__ = "asset_label"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    position: Mapped[int]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    printed_at: Mapped[datetime]
    printed_by_name: Mapped[str]


class PlaceLabel(Base):
    """The nth label of a place."""

    __tablename__ = "place_label"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    position: Mapped[int]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    printed_at: Mapped[datetime]
    printed_by_name: Mapped[str]


class LabelMark(Base):
    """Four digits that tell labels of this installation from those of another; one row."""

    __tablename__ = "label_mark"
    __table_args__ = (CheckConstraint("one", name="one"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    mark: Mapped[str]
