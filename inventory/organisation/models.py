"""Offices, staff and their dated appointments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.base.orm import Base, Id, means
from inventory.organisation.rules import OfficeExists, StaffExists


class Office(Base):
    """A unit of the enforcement service, as it was called in a period."""

    __tablename__ = "office"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Computed("vn_key(name)", persisted=True))
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    former_names: Mapped[str | None]
    basis: Mapped[str | None]
    demonstration: Mapped[bool] = mapped_column(server_default="false")


class Staff(Base):
    """A person who works in the service."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    demonstration: Mapped[bool] = mapped_column(server_default="false")


class Appointment(Base):
    """A role somebody holds in an office from one day to another."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("staff_id", "office_id", "role", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    role: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]


class NumberSeries(Base):
    """Last number given in an office's series of papers in a year."""

    __tablename__ = "number_series"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


means("uq_office_code_valid_from", OfficeExists)
means("uq_staff_code", StaffExists)
