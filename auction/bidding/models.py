"""Outcomes of rounds, and what they mean for each asset: its held rounds and run of failures."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from auction.bidding.course import BidderKnown, DepositTaken, SaidMeanwhile
from auction.bidding.rules import OutcomeAlreadyRecorded, RuledMeanwhile
from auction.lots.models import of_a_round
from inventory.base.orm import Base, Id, means


class RoundOutcome(Base):
    """What happened in a round; one row a round, for ever.

    ``notified_on`` is the day on which the office was told, from which its limits run.
    """

    __tablename__ = "round_outcome"
    __table_args__ = (
        of_a_round(),
        CheckConstraint("sale_price IS NULL OR code IN ('sold', 'defaulted')", name="sale_price"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[int]
    office_id: Mapped[int]
    code: Mapped[str]
    notified_on: Mapped[date | None]
    sale_price: Mapped[Decimal | None]
    buyer_name: Mapped[str | None]
    registered: Mapped[int | None]
    minutes: Mapped[str | None]
    auctioneer: Mapped[str | None]
    consent: Mapped[str | None]
    complaint: Mapped[str | None]
    winner_id: Mapped[int | None] = mapped_column(ForeignKey("bidder.id"))
    reason: Mapped[str | None]
    source_code: Mapped[str | None]
    rule_id: Mapped[int | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]


class Bidder(Base):
    """Somebody who registered for a round; who may not take part is kept with the reason."""

    __tablename__ = "bidder"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "identity_number"),
        CheckConstraint("(tie IS NULL) = (tie_article IS NULL)", name="tie"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    number: Mapped[int]
    name: Mapped[str]
    identity_number: Mapped[str]
    address: Mapped[str | None]
    representative: Mapped[str | None]
    conditions: Mapped[str | None]
    registered_at: Mapped[datetime]
    tie: Mapped[str | None]
    tie_article: Mapped[str | None]
    tie_source: Mapped[str | None]
    match_found: Mapped[str | None]
    match_answer: Mapped[str | None]
    present_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class BidderRelation(Base):
    """Somebody who may not register for a lot, as it was declared, and by which source."""

    __tablename__ = "bidder_relation"
    __table_args__ = (Index("ix_bidder_relation_lot_id", "lot_id", "id"),)

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    name: Mapped[str]
    identity_number: Mapped[str | None]
    tie: Mapped[str]
    related_to: Mapped[str]
    source: Mapped[str]
    declared_on: Mapped[date]
    article: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DepositEntry(Base):
    """One thing that happened to a bidder's deposit; each happens once, none is edited."""

    __tablename__ = "deposit_entry"
    __table_args__ = (
        UniqueConstraint("bidder_id", "kind"),
        Index(
            "uq_deposit_entry_ended",
            "bidder_id",
            unique=True,
            postgresql_where=text("kind <> 'paid'"),
        ),
        Index("ix_deposit_entry_round_id", "round_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "(kind = 'forfeited') = (ground IS NOT NULL AND destination IS NOT NULL)",
            name="forfeited",
        ),
    )

    id: Mapped[Id]
    bidder_id: Mapped[int] = mapped_column(ForeignKey("bidder.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[Decimal]
    happened_at: Mapped[datetime]
    how: Mapped[str | None]
    document: Mapped[str | None]
    ground: Mapped[str | None]
    destination: Mapped[str | None]
    article: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Bid(Base):
    """One thing said in a session, in its order: a bid, its withdrawal, a refusal, a drawing."""

    __tablename__ = "bid"
    __table_args__ = (
        UniqueConstraint("round_id", "seq"),
        CheckConstraint("(kind = 'bid') = (amount IS NOT NULL)", name="amount"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    office_id: Mapped[int]
    bidder_id: Mapped[int] = mapped_column(ForeignKey("bidder.id"))
    seq: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[Decimal | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class RoundRuling(Base):
    """What a round means where somebody ruled on it: apart from what happened, never replaced.

    A later ruling names the one it supersedes, so the rulings of a round are a chain without
    forks; the newest serves. Without one the dated rules say what the outcome means.
    """

    __tablename__ = "round_ruling"
    __table_args__ = (
        CheckConstraint("meaning IN ('failed', 'sold', 'neither')", name="meaning"),
        Index(
            "uq_round_ruling_first",
            "round_id",
            unique=True,
            postgresql_where=text("supersedes_id IS NULL"),
        ),
        UniqueConstraint("supersedes_id"),
        Index("ix_round_ruling_round_id_id", "round_id", "id"),
        Index("ix_round_ruling_lot_id", "lot_id"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    meaning: Mapped[str]
    ground: Mapped[str]
    article: Mapped[str]
    document: Mapped[str | None]
    ruled_on: Mapped[date]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("round_ruling.id"))
    author_name: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AssetRound(Base):
    """What one held round meant for one asset; ``seq`` counts its held rounds without gaps.

    Follows the asset through every lot it has been in: lot after lot by the day of its first
    round, in a lot by number. The key carries the result, so that the full re-check of the
    counters reads the index alone.
    """

    __tablename__ = "asset_round"
    __table_args__ = (
        PrimaryKeyConstraint("asset_id", "seq", postgresql_include=["result"]),
        CheckConstraint("result IN ('sold', 'failed')", name="result"),
        Index("ix_asset_round_round_id", "round_id"),
    )

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    seq: Mapped[int] = mapped_column(autoincrement=False)
    result: Mapped[str]
    held_on: Mapped[date]
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))


class FailureRun(Base):
    """The kept counter: failed rounds in a row of an asset, and when the next flag is due.

    The key carries what the full re-check compares, so that it reads the index alone.

    ``flag_at`` is the number of failures at which the next tier begins; the partial index holds
    exactly the assets that are due, so that a sweep with nothing to do reads nothing.
    ``first_round_id`` is the round the present run of failures began with, ``last_round_id`` the
    last held round: what a flag is raised on.
    """

    __tablename__ = "failure_run"
    __table_args__ = (
        PrimaryKeyConstraint(
            "asset_id", postgresql_include=["office_id", "held_rounds", "failed_in_a_row"]
        ),
        Index(
            "ix_failure_run_due",
            "asset_id",
            postgresql_where=text("failed_in_a_row >= flag_at"),
        ),
        Index("ix_failure_run_last_held_on", "last_held_on"),
    )

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), autoincrement=False)
    office_id: Mapped[int]
    held_rounds: Mapped[int]
    failed_in_a_row: Mapped[int]
    run_number: Mapped[int] = mapped_column(server_default="1")
    last_held_on: Mapped[date]
    flag_at: Mapped[int] = mapped_column(SmallInteger)
    first_round_id: Mapped[int | None]
    last_round_id: Mapped[int | None]


class RoundDiagnosis(Base):
    """What an officer found to be the reason why nobody bought; the newest of a round counts."""

    __tablename__ = "round_diagnosis"
    __table_args__ = (
        UniqueConstraint("round_id", "seq"),
        Index("ix_round_diagnosis_lot_id", "lot_id"),
        Index("ix_round_diagnosis_office_id", "office_id"),
    )

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("auction_round.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    seq: Mapped[int]
    note: Mapped[str | None]
    found_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class RoundCause(Base):
    """One cause of a diagnosis, and how much it weighed."""

    __tablename__ = "round_cause"
    __table_args__ = (Index("ix_round_cause_office_id_cause", "office_id", "cause"),)

    diagnosis_id: Mapped[int] = mapped_column(ForeignKey("round_diagnosis.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[int]
    weight: Mapped[str]
    note: Mapped[str | None]


means("pk_round_outcome", OutcomeAlreadyRecorded)
means("uq_bidder_round_id_identity_number", BidderKnown)
means("uq_deposit_entry_bidder_id_kind", DepositTaken)
means("uq_deposit_entry_ended", DepositTaken)
means("uq_bid_round_id_seq", SaidMeanwhile)
means("uq_round_ruling_first", RuledMeanwhile)
means("uq_round_ruling_supersedes_id", RuledMeanwhile)
