"""Places as a tree."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.warehouses.rules import PlaceCodeTaken


class Place(Base):
    """A warehouse or a spot inside one; ``path`` lists the ids from the root, as /1/5/9/."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        Index("ix_place_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    path: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    custody_form: Mapped[str]
    address: Mapped[str | None]
    capacity: Mapped[int | None]
    closed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_place_office_id_code", PlaceCodeTaken)
