"""The register of valuation firms, common to all offices, and ties declared by an office."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auction.firms.rules import FirmListedAlready
from inventory.base.orm import Base, Id, means


class ValuationFirm(Base):
    """A firm of the Ministry of Finance's public list, with the days it stands on it."""

    __tablename__ = "valuation_firm"
    __table_args__ = (
        UniqueConstraint("list_number"),
        CheckConstraint("listed_to IS NULL OR listed_to >= listed_from", name="listed"),
        Index(
            "ix_valuation_firm_searchable",
            "searchable",
            postgresql_using="gin",
            postgresql_ops={"searchable": "gin_trgm_ops"},
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Computed("vn_key(name)", persisted=True))
    list_number: Mapped[str]
    province: Mapped[str]
    address: Mapped[str | None]
    listed_from: Mapped[date]
    listed_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    searchable: Mapped[str] = mapped_column(
        Computed("vn_fold(name || ' ' || list_number || ' ' || province)", persisted=True)
    )


class FirmMeasure(Base):
    """A firm was suspended or struck off from a day on; the last day may be known later."""

    __tablename__ = "firm_measure"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
        Index("ix_firm_measure_firm_id", "firm_id"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("valuation_firm.id"))
    kind: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class FirmPerson(Base):
    """Somebody of a firm: a valuer with his card, or who represents it."""

    __tablename__ = "firm_person"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="period"),
        Index("ix_firm_person_firm_id", "firm_id"),
    )

    id: Mapped[Id]
    firm_id: Mapped[int] = mapped_column(ForeignKey("valuation_firm.id"))
    name: Mapped[str]
    licence: Mapped[str | None]
    post: Mapped[str | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class FirmConflict(Base):
    """A tie of a firm's person with a party of a case, or with an officer in all his cases."""

    __tablename__ = "firm_conflict"
    __table_args__ = (
        CheckConstraint("case_id IS NOT NULL OR staff_id IS NOT NULL", name="subject"),
        CheckConstraint("ended_on IS NULL OR ended_on >= declared_on", name="period"),
        Index("ix_firm_conflict_office_id_firm_id", "office_id", "firm_id"),
        Index("ix_firm_conflict_firm_id", "firm_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("valuation_firm.id"))
    person: Mapped[str]
    tie: Mapped[str]
    tied_to: Mapped[str]
    tied_name: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    declared_on: Mapped[date]
    ended_on: Mapped[date | None]
    source: Mapped[str | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_valuation_firm_list_number", FirmListedAlready)
