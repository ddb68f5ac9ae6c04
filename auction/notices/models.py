"""Notices of rounds, requests to halt them, days before which a thing is not sold, delegations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.notices.rules import NoticeExists
from inventory.base.orm import Base, Id, means


class LotNotice(Base):
    """A posting, announcement, viewing or window of registration for a round of a lot.

    The round is named by its number, so that notices may be recorded before its day is fixed.
    Only that it was struck through is added later.
    """

    __tablename__ = "lot_notice"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days"),
        CheckConstraint("(struck_at IS NULL) = (struck_reason IS NULL)", name="struck"),
        Index("ix_lot_notice_lot_id_round_number", "lot_id", "round_number"),
        Index(
            "uq_lot_notice_standing",
            "lot_id",
            "round_number",
            "kind",
            "place",
            "from_on",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("struck_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    round_number: Mapped[int]
    kind: Mapped[str]
    place: Mapped[str | None]
    name: Mapped[str | None]
    number: Mapped[str | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    struck_reason: Mapped[str | None]


class AuctionHalt(Base):
    """A request to the auction organisation to pause or stop an auction, with its ground.

    One that follows a hold names it, and has a round only where one was open; that the auction goes
    on after the hold is a row of its own.
    """

    __tablename__ = "auction_halt"
    __table_args__ = (Index("ix_auction_halt_lot_id", "lot_id"),)

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("auction_round.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    ground: Mapped[str]
    document: Mapped[str]
    requested_on: Mapped[date]
    effective_at: Mapped[datetime]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("legal_rule.id"))
    article: Mapped[str]
    paper: Mapped[str | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SaleWait(Base):
    """A day before which an asset is not sold, until the parties agree otherwise."""

    __tablename__ = "sale_wait"
    __table_args__ = (
        CheckConstraint("(agreed_on IS NULL) = (agreement IS NULL)", name="agreed"),
        Index("ix_sale_wait_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    ground: Mapped[str]
    not_before_on: Mapped[date]
    document: Mapped[str]
    article: Mapped[str]
    agreed_on: Mapped[date | None]
    agreement: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DisposalDelegation(Base):
    """That an office sells an asset for another one, which may pause or end it (L25 Art. 50)."""

    __tablename__ = "disposal_delegation"
    __table_args__ = (
        CheckConstraint("from_office_id <> to_office_id", name="two_offices"),
        Index(
            "uq_disposal_delegation_open",
            "asset_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    asset: Mapped[str]
    from_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    to_office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    decision: Mapped[str]
    delegated_on: Mapped[date]
    article: Mapped[str]
    paused_on: Mapped[date | None]
    pause_document: Mapped[str | None]
    ended_on: Mapped[date | None]
    end_document: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_lot_notice_standing", NoticeExists)
