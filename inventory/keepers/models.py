"""Appointments of keepers and changes between them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.keepers.rules import ChangeIsOpen, KeeperThere


class KeeperAppointment(Base):
    """Who is to keep a warehouse, by which decision, from which day to which.

    He has access from ``active_at`` to ``ended_at``, on the days the decision names.
    """

    __tablename__ = "keeper_appointment"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending"),
        Index(
            "uq_keeper_appointment_active",
            "place_id",
            unique=True,
            postgresql_where=text("active_at IS NOT NULL AND ended_at IS NULL"),
        ),
        Index("ix_keeper_appointment_place_id", "place_id"),
        Index("ix_keeper_appointment_staff_id", "staff_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    active_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    end_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class KeeperChange(Base):
    """One keeper follows another: opened, counted together, signed by both, completed."""

    __tablename__ = "keeper_change"
    __table_args__ = (
        Index(
            "uq_keeper_change_open",
            "place_id",
            unique=True,
            postgresql_where=text("completed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("keeper_appointment.id"))
    incoming_id: Mapped[int] = mapped_column(ForeignKey("keeper_appointment.id"))
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    count_reference: Mapped[str | None]
    count_reason: Mapped[str | None]
    counted_at: Mapped[datetime | None]
    outgoing_signed_at: Mapped[datetime | None]
    outgoing_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outgoing_note: Mapped[str | None]
    incoming_signed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


means("uq_keeper_appointment_active", KeeperThere)
means("uq_keeper_change_open", ChangeIsOpen)
