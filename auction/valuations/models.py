"""Valuations of an asset, or of a lot valued as a whole, and how each price came about."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auction.firms.models import ValuationFirm
from auction.valuations.rules import (
    CouncilSitsAlready,
    NoticeGivenAlready,
    PriceKeptAlready,
    ValuationContracted,
)
from inventory.base.errors import Duplicate
from inventory.base.orm import Base, Id, means


class Valuation(Base):
    """What an asset or a lot was found to be worth, by whom and until when it holds."""

    __tablename__ = "valuation"
    __table_args__ = (
        CheckConstraint("(asset_id IS NULL) <> (lot_id IS NULL)", name="subject"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valued_on", name="validity"),
        UniqueConstraint("source", "source_ref"),
        UniqueConstraint("contract_id"),
        Index("ix_valuation_asset_id", "asset_id"),
        Index("ix_valuation_lot_id", "lot_id"),
        Index("ix_valuation_firm_id", "firm_id", postgresql_where=text("firm_id IS NOT NULL")),
        Index(
            "ix_valuation_office_id_valid_until",
            "office_id",
            "valid_until",
            postgresql_where=text("valid_until IS NOT NULL AND asset_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    office_id: Mapped[int]
    method: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(server_default="VND")
    firm: Mapped[str | None]
    certificate_number: Mapped[str | None]
    valued_on: Mapped[date]
    valid_until: Mapped[date | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    source_ref: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    firm_id: Mapped[int | None] = mapped_column(ForeignKey(ValuationFirm.id))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("valuation_contract.id"))
    price_source: Mapped[str | None]
    anew: Mapped[str | None]
    anew_document: Mapped[str | None]
    paper: Mapped[str | None]


class PricingFacts(Base):
    """What the lawful way of pricing hangs on, as the officer found it; the newest row counts."""

    __tablename__ = "pricing_facts"
    __table_args__ = (
        CheckConstraint("worth IS NULL OR worth >= 0", name="worth"),
        Index("ix_pricing_facts_asset_id", "asset_id", "id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    worth: Mapped[Decimal | None]
    wage_region: Mapped[str | None]
    goods: Mapped[str | None]
    gold: Mapped[str | None]
    no_firm_reason: Mapped[str | None]
    finance_asked_on: Mapped[date | None]
    finance_answer: Mapped[str | None]
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ValuationContract(Base):
    """A contract with a firm about one asset, from its signing to the certificate or its end."""

    __tablename__ = "valuation_contract"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR closed_on >= signed_on", name="period"),
        Index(
            "uq_valuation_contract_open",
            "asset_id",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_valuation_contract_asset_id", "asset_id"),
        Index("ix_valuation_contract_firm_id", "firm_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey(ValuationFirm.id))
    number: Mapped[str]
    signed_on: Mapped[date]
    value_on: Mapped[date | None]
    result_due_on: Mapped[date | None]
    fee: Mapped[Decimal | None]
    chosen_by: Mapped[str]
    outside_reason: Mapped[str | None]
    due_on: Mapped[date | None]
    due_article: Mapped[str | None]
    late_reason: Mapped[str | None]
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PriceCouncil(Base):
    """A council that sets the price of an asset no firm values (D152/26 Art. 60(3)).

    One decision may name several assets: each has its row, and ``first_id`` is that of the first.
    """

    __tablename__ = "price_council"
    __table_args__ = (
        Index(
            "uq_price_council_open",
            "asset_id",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_price_council_asset_id", "asset_id"),
        Index(
            "ix_price_council_first_id", "first_id", postgresql_where=text("first_id IS NOT NULL")
        ),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("price_council.id"))
    decision_number: Mapped[str]
    set_up_on: Mapped[date]
    closed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    @property
    def group_id(self) -> int:
        """The council of the first asset that the same decision names."""
        return self.first_id or self.id


class CouncilMember(Base):
    """Who sits in a council, and for whom."""

    __tablename__ = "price_council_member"
    __table_args__ = (Index("ix_price_council_member_office_id", "office_id"),)

    council_id: Mapped[int] = mapped_column(ForeignKey(PriceCouncil.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str]
    post: Mapped[str]
    chairs: Mapped[bool]


class CouncilOpinion(Base):
    """What a member of a council said and for which price he voted."""

    __tablename__ = "price_council_opinion"
    __table_args__ = (Index("ix_price_council_opinion_office_id", "office_id"),)

    council_id: Mapped[int] = mapped_column(ForeignKey(PriceCouncil.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    opinion: Mapped[str]
    price: Mapped[Decimal]


class PriceNotice(Base):
    """The parties were told of a price; from then on a re-valuation may be asked for."""

    __tablename__ = "price_notice"
    __table_args__ = (
        UniqueConstraint("valuation_id"),
        Index("ix_price_notice_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    valuation_id: Mapped[int] = mapped_column(ForeignKey(Valuation.id))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    told_on: Mapped[date]
    told: Mapped[str]
    advance: Mapped[Decimal | None]
    window_ends_on: Mapped[date | None]
    article: Mapped[str | None]
    paper: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Revaluation(Base):
    """A price is to be found again: on which ground, who pays, until the new price is there.

    ``request_number`` counts a party's requests; other grounds have none.
    """

    __tablename__ = "revaluation"
    __table_args__ = (
        UniqueConstraint("asset_id", "request_number"),
        CheckConstraint("(ground = 'request') = (request_number IS NOT NULL)", name="request"),
        Index(
            "uq_revaluation_open",
            "asset_id",
            unique=True,
            postgresql_where=text("done_on IS NULL"),
        ),
        Index("ix_revaluation_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    valuation_id: Mapped[int] = mapped_column(ForeignKey(Valuation.id))
    ground: Mapped[str]
    request_number: Mapped[int | None]
    asked_by: Mapped[str | None]
    party: Mapped[str | None]
    document: Mapped[str]
    on_day: Mapped[date]
    advance: Mapped[Decimal | None]
    advance_receipt: Mapped[str | None]
    payer: Mapped[str]
    payer_article: Mapped[str]
    start_due_on: Mapped[date | None]
    begun_on: Mapped[date | None]
    done_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PriceKept(Base):
    """The parties keep a price whose certificate ran out (L25 Art. 82(2)b)."""

    __tablename__ = "price_kept"
    __table_args__ = (
        UniqueConstraint("valuation_id"),
        Index("ix_price_kept_asset_id", "asset_id"),
    )

    id: Mapped[Id]
    valuation_id: Mapped[int] = mapped_column(ForeignKey(Valuation.id))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    agreed_on: Mapped[date]
    minutes: Mapped[str]
    parties: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


means("uq_valuation_contract_open", ValuationContracted)
means("uq_price_council_open", CouncilSitsAlready)
means("uq_price_notice_valuation_id", NoticeGivenAlready)
means("uq_revaluation_asset_id_request_number", Duplicate)
means("uq_revaluation_open", Duplicate)
means("uq_price_kept_valuation_id", PriceKeptAlready)
