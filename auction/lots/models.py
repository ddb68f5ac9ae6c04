"""Lots, their assets, rounds, price reductions, and breaches of rules that the record shows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auction.lots.rules import RoundNumberTaken
from inventory.base.errors import Duplicate
from inventory.base.orm import Base, Id, means


class Lot(Base):
    """What is auctioned together: one or more assets.

    ``awaits`` is the step that comes next and ``awaits_on`` the day from which it is awaited, kept
    by the commands that lock the row, so that a desk finds the lots to work on without reading
    their history; both are empty in imported history and once the lot is closed.
    """

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_lot_office_id_id", "office_id", "id"),
        Index("ix_lot_case_id", "case_id"),
        Index(
            "ix_lot_source",
            "source",
            "source_ref",
            unique=True,
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index(
            "ix_lot_awaits",
            "office_id",
            "awaits",
            "awaits_on",
            "id",
            postgresql_where=text("awaits IS NOT NULL"),
        ),
        CheckConstraint("(awaits IS NULL) = (awaits_on IS NULL)", name="awaits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("enforcement_case.id"))
    description: Mapped[str]
    currency: Mapped[str] = mapped_column(server_default="VND")
    formed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    awaits: Mapped[str | None]
    awaits_on: Mapped[date | None]
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class LotAsset(Base):
    """An asset offered in a lot, in the order in which it is offered."""

    __tablename__ = "lot_asset"
    __table_args__ = (Index("ix_lot_asset_asset_id", "asset_id"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    position: Mapped[int]


class LotLink(Base):
    """That a lot was formed of assets of another, which was closed for it; never taken back."""

    __tablename__ = "lot_link"
    __table_args__ = (
        Index("ix_lot_link_to_lot_id", "to_lot_id"),
        CheckConstraint("from_lot_id <> to_lot_id", name="apart"),
    )

    from_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    to_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    office_id: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AuctionRound(Base):
    """One offer of a lot at a price; numbers rise and stay with cancelled rounds.

    ``contract_id`` is the auction contract it was fixed under, of a room above, and so without a
    foreign key; ``organisation`` is what the register called its party then. Rounds of imported
    history have no contract, and name the organisation as their source did.
    """

    __tablename__ = "auction_round"
    __table_args__ = (
        UniqueConstraint("lot_id", "number"),
        UniqueConstraint("lot_id", "id"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("starting_price >= 0", name="starting_price"),
        CheckConstraint("dossier_fee >= 0", name="dossier_fee"),
        Index("ix_auction_round_office_id_held_on", "office_id", "held_on", "id"),
        Index("ix_auction_round_held_on_id", "held_on", "id"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    number: Mapped[int]
    starting_price: Mapped[Decimal | None]
    deposit: Mapped[Decimal | None]
    bid_step: Mapped[Decimal | None]
    dossier_fee: Mapped[Decimal | None]
    form: Mapped[str | None]
    method: Mapped[str | None]
    contract_id: Mapped[int | None]
    announced_on: Mapped[date | None]
    opens_at: Mapped[datetime | None]
    held_on: Mapped[date | None]
    organisation: Mapped[str | None]
    venue: Mapped[str | None]
    note: Mapped[str | None]
    source_ref: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


def of_a_round() -> ForeignKeyConstraint:
    """The key of what is said of a round: the lot it names is the lot of that round."""
    return ForeignKeyConstraint(
        ["lot_id", "round_id"], ["auction_round.lot_id", "auction_round.id"]
    )


class PriceReduction(Base):
    """A decision that lowers the price for the round after a failed one."""

    __tablename__ = "price_reduction"
    __table_args__ = (
        UniqueConstraint("round_id"),
        of_a_round(),
        UniqueConstraint("office_id", "decision_number", "decided_on"),
        CheckConstraint("new_price <= old_price AND new_price >= 0", name="falls"),
        Index("ix_price_reduction_lot_id", "lot_id"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int]
    round_id: Mapped[int]
    office_id: Mapped[int]
    old_price: Mapped[Decimal]
    new_price: Mapped[Decimal]
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReductionWas(Base):
    """What a price decision said before it was recalled and replaced; the database keeps it."""

    __tablename__ = "price_reduction_was"
    __table_args__ = (Index("ix_price_reduction_was_reduction_id", "reduction_id"),)

    id: Mapped[Id]
    reduction_id: Mapped[int] = mapped_column(ForeignKey("price_reduction.id"))
    office_id: Mapped[int]
    new_price: Mapped[Decimal]
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    replaced_at: Mapped[datetime]


class Breach(Base):
    """A step in the record that does not fit a rule; shown with its article, never repaired."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("rule_key", "round_id"),
        of_a_round(),
        Index("ix_breach_lot_id", "lot_id"),
        Index("ix_breach_office_id_id", "office_id", "id"),
    )

    id: Mapped[Id]
    rule_key: Mapped[str]
    rule_id: Mapped[int | None]
    article: Mapped[str]
    confidence: Mapped[str]
    lot_id: Mapped[int]
    round_id: Mapped[int]
    office_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    found_at: Mapped[datetime]


means("uq_auction_round_lot_id_number", RoundNumberTaken)
means("uq_price_reduction_round_id", Duplicate)
