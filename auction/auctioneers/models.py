"""Auction organisations and their people, calls with scores, contracts with their appendices."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.auctioneers.rules import (
    ApplicantExists,
    ContractInForce,
    ContractNumberTaken,
    LicenceTaken,
    OrganisationExists,
)
from inventory.base.orm import Base, Id, means


class AuctionOrganisation(Base):
    """A centre or company that holds auctions, and from when to when the Ministry lists it."""

    __tablename__ = "auction_organisation"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("listed_to IS NULL OR listed_to >= listed_from", name="listed"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    province: Mapped[str]
    address: Mapped[str | None]
    head_name: Mapped[str | None]
    listed_from: Mapped[date | None]
    listed_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Auctioneer(Base):
    """A licensed auctioneer of an organisation, from one day to another."""

    __tablename__ = "auctioneer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "licence_number", "valid_from"),
        Index("ix_auctioneer_licence_number", "licence_number"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("auction_organisation.id"))
    name: Mapped[str]
    licence_number: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class OrganisationSanction(Base):
    """A sanction of an organisation and the share of points it costs, for so long as it counts."""

    __tablename__ = "organisation_sanction"
    __table_args__ = (
        CheckConstraint("percent > 0 AND percent <= 100", name="percent"),
        CheckConstraint("counts_until IS NULL OR counts_until >= decided_on", name="days"),
        Index("ix_organisation_sanction_organisation_id", "organisation_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("auction_organisation.id"))
    decision: Mapped[str]
    decided_on: Mapped[date]
    counts_until: Mapped[date | None]
    percent: Mapped[int]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class OrganisationTie(Base):
    """A family tie of somebody of an organisation with a party of a case, an officer or a head."""

    __tablename__ = "organisation_tie"
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (staff_id IS NULL)", name="subject"),
        CheckConstraint("ended_on IS NULL OR ended_on >= declared_on", name="period"),
        Index("ix_organisation_tie_organisation_id", "organisation_id"),
        Index("ix_organisation_tie_office_id", "office_id"),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("auction_organisation.id"))
    person: Mapped[str]
    tied_to: Mapped[str]
    tied_name: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    source: Mapped[str]
    declared_on: Mapped[date]
    ended_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class OrganisationCall(Base):
    """A published call to auction organisations for a lot, and what came of it.

    ``chosen_id`` is one of its applicants, who point at the call in turn: no foreign key.
    """

    __tablename__ = "organisation_call"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("(chosen_id IS NULL) = (chosen_on IS NULL)", name="chosen"),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name="cancelled"),
        CheckConstraint("files_until >= files_from", name="files"),
        Index("ix_organisation_call_office_id_id", "office_id", "id"),
        Index(
            "uq_organisation_call_open",
            "lot_id",
            unique=True,
            postgresql_where=text("cancelled_on IS NULL AND used_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    starting_price: Mapped[Decimal]
    site_on: Mapped[date]
    site_address: Mapped[str | None]
    portal_on: Mapped[date]
    portal_number: Mapped[str | None]
    files_place: Mapped[str]
    files_from: Mapped[date]
    files_until: Mapped[date]
    chosen_id: Mapped[int | None]
    chosen_on: Mapped[date | None]
    chosen_reason: Mapped[str | None]
    article: Mapped[str | None]
    result_on: Mapped[date | None]
    result_due_on: Mapped[date | None]
    result_number: Mapped[str | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    used_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CallCriterion(Base):
    """A criterion of a call and the most points it gives; set when the call is published."""

    __tablename__ = "call_criterion"

    call_id: Mapped[int] = mapped_column(ForeignKey("organisation_call.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    group_code: Mapped[str]
    title: Mapped[str]
    most: Mapped[Decimal] = mapped_column(Numeric(6, 2))


class CallApplicant(Base):
    """An organisation that answered a call with its file; excluded for a stated reason only."""

    __tablename__ = "call_applicant"
    __table_args__ = (
        UniqueConstraint("call_id", "organisation_id"),
        CheckConstraint("(excluded_why IS NULL) = (excluded_words IS NULL)", name="excluded"),
    )

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("organisation_call.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("auction_organisation.id"))
    received_on: Mapped[date]
    file_note: Mapped[str | None]
    fit: Mapped[bool | None]
    excluded_why: Mapped[str | None]
    excluded_words: Mapped[str | None]
    article: Mapped[str | None]
    deduction: Mapped[int | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CallScore(Base):
    """The points of an applicant on one criterion."""

    __tablename__ = "call_score"

    applicant_id: Mapped[int] = mapped_column(ForeignKey("call_applicant.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    scored_at: Mapped[datetime]
    scored_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AuctionContract(Base):
    """The contract with an auction organisation for a lot; one is in force at a time.

    Without an organisation the officer auctions himself, as the law before 2026-07-01 allows.
    """

    __tablename__ = "auction_contract"
    __table_args__ = (
        UniqueConstraint("office_id", "number", "signed_on"),
        CheckConstraint("(ended_on IS NULL) = (end_kind IS NULL)", name="ended"),
        CheckConstraint("(organisation_id IS NULL) = (way = 'officer')", name="organisation"),
        Index("ix_auction_contract_lot_id", "lot_id"),
        Index("ix_auction_contract_organisation_id", "organisation_id"),
        Index(
            "uq_auction_contract_in_force",
            "lot_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_call.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("auction_organisation.id"))
    way: Mapped[str]
    way_document: Mapped[str | None]
    way_on: Mapped[date | None]
    number: Mapped[str]
    signed_on: Mapped[date]
    starting_price: Mapped[Decimal]
    vat_included: Mapped[bool]
    fee: Mapped[Decimal | None]
    fee_words: Mapped[str | None]
    form: Mapped[str]
    pause_clause: Mapped[bool]
    stop_clause: Mapped[bool]
    due_on: Mapped[date | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    ended_on: Mapped[date | None]
    end_kind: Mapped[str | None]
    end_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ContractAppendix(Base):
    """An appendix of a contract: the next round, another price, another term; append-only."""

    __tablename__ = "contract_appendix"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("auction_contract.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    number: Mapped[str]
    signed_on: Mapped[date]
    starting_price: Mapped[Decimal]
    vat_included: Mapped[bool]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_auction_organisation_code", OrganisationExists)
means("uq_auctioneer_organisation_id_licence_number_valid_from", LicenceTaken)
means("uq_call_applicant_call_id_organisation_id", ApplicantExists)
means("uq_auction_contract_office_id_number_signed_on", ContractNumberTaken)
means("uq_auction_contract_in_force", ContractInForce)
