"""An asset with a whole history: seized, kept, valued, auctioned, flagged, reviewed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.models import AssetRound, FailureRun, RoundOutcome
from auction.legal_rules.queries import rule_on
from auction.lots.models import AuctionRound, Breach, Lot, LotAsset, PriceReduction
from auction.reviews.models import Finding, Flag, Review
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind
from inventory.cases.models import EnforcementCase
from inventory.custody import ledger as custody
from inventory.custody.schemas import Move, TakeIn
from inventory.seizures.commands import register_seized_asset
from inventory.seizures.schemas import NewSeizedAsset
from tests.make.inventory import make_place
from tests.make.orders import standing_order
from tests.make.organisation import People

FIRST_ROUND = date(2026, 3, 2)
PRICES = (1_000_000_000, 900_000_000, 810_000_000, 700_000_000)
TOO_DEEP = 4


class History(NamedTuple):
    """What was made."""

    asset: Asset
    lot: Lot
    flag: Flag
    review: Review


def make_history(session: Session, people: People, *, at: datetime) -> History:
    """Four failed rounds, the last cut deeper than lawful; a flag and an open review."""
    asset = _make_asset(session, people, at=at)
    lot = Lot(
        id=900_000_001,
        reference="DG-9000001-0",
        office_id=asset.office_id,
        case_id=asset.case_id,
        description="Nhà và đất",
        formed_on=FIRST_ROUND,
        source="test",
        source_ref="X-42",
        recorded_at=at,
    )
    session.add(lot)
    session.flush()
    session.add(LotAsset(lot_id=lot.id, asset_id=asset.id, position=1))
    session.add(
        Valuation(
            asset_id=asset.id,
            office_id=asset.office_id,
            method="firm",
            amount=Decimal(PRICES[0]),
            firm="Công ty Thẩm định giá Thử",
            certificate_number="01/CT",
            valued_on=date(2026, 1, 5),
            valid_until=date(2026, 7, 5),
            recorded_at=at,
        )
    )
    rounds = _add_rounds(session, asset, lot, at=at)
    return History(asset, lot, *_add_review(session, asset, rounds, people, at=at))


def _make_asset(session: Session, people: People, *, at: datetime) -> Asset:
    office = people.officer.office_id
    session.add(
        EnforcementCase(
            office_id=office,
            kind="on_request",
            decision_number="318/QĐ-THADS",
            decision_on=date(2025, 12, 1),
            debtor_name="Đặng Văn Nợ",
            creditor_name="Ngân hàng Thử",
            officer_id=people.officer.staff_id,
            recorded_at=at,
        )
    )
    store = make_place(session, people.keeper, "KHO-A", "Kho KHO-A", at=at)
    shelf = make_place(session, people.keeper, "KHO-B", "Kho KHO-B", at=at, inside=store)
    come = TakeIn(store.id, "Trần Giao", "Kê biên", "Lệnh nhập 1", standing_order(store))
    made = register_seized_asset(
        session,
        people.keeper,
        NewSeizedAsset(
            case_number="318/QĐ-THADS",
            decision_number="77/QĐ-THADS",
            decision_on=date(2026, 1, 2),
            minutes="Biên bản kê biên 02/01/2026",
            kind=AssetKind.HOUSE,
            description="Nhà ở hai tầng tại xã Thử",
            owner_name="Đặng Văn Nợ",
            take_in=come,
        ),
        at=at,
    )
    custody.move(
        session,
        people.keeper,
        made.reference,
        Move(shelf.id, store.id, "Sắp xếp kho", "Lệnh 2"),
        at=at + timedelta(minutes=5),
    )
    return session.scalars(select(Asset).where(Asset.id == made.id)).one()


def _add_rounds(session: Session, asset: Asset, lot: Lot, *, at: datetime) -> list[AuctionRound]:
    rounds = [
        AuctionRound(
            lot_id=lot.id,
            office_id=asset.office_id,
            number=number,
            starting_price=Decimal(price),
            held_on=FIRST_ROUND + timedelta(days=60 * (number - 1)),
            recorded_at=at,
        )
        for number, price in enumerate(PRICES, start=1)
    ]
    session.add_all(rounds)
    session.flush()
    for number, round_ in enumerate(rounds, start=1):
        session.add(
            RoundOutcome(
                round_id=round_.id,
                lot_id=lot.id,
                office_id=asset.office_id,
                code="failed_no_registration",
                recorded_at=at,
            )
        )
        session.flush()
        session.add(
            AssetRound(
                asset_id=asset.id,
                seq=number,
                result="failed",
                held_on=round_.held_on,
                round_id=round_.id,
            )
        )
    session.add(
        FailureRun(
            asset_id=asset.id,
            office_id=asset.office_id,
            held_rounds=4,
            failed_in_a_row=4,
            last_held_on=rounds[-1].held_on,
            flag_at=5,
            first_round_id=rounds[0].id,
            last_round_id=rounds[-1].id,
        )
    )
    session.add(_reduction(asset, rounds[0], Decimal(PRICES[1]), at))
    session.add(_breach(session, rounds[TOO_DEEP - 1], at))
    session.flush()
    return rounds


def _reduction(asset: Asset, after: AuctionRound, price: Decimal, at: datetime) -> PriceReduction:
    return PriceReduction(
        lot_id=after.lot_id,
        round_id=after.id,
        office_id=asset.office_id,
        old_price=after.starting_price,
        new_price=price,
        percent=Decimal(10),
        decision_number="80/QĐ-THADS",
        decided_on=FIRST_ROUND + timedelta(days=20),
        article="L08 Art. 104(5)",
        recorded_at=at,
    )


def _breach(session: Session, deep: AuctionRound, at: datetime) -> Breach:
    limit = rule_on(session, "max_reduction_pct", deep.held_on or at.date())
    return Breach(
        rule_key=limit.key,
        rule_id=limit.id,
        article=limit.article,
        confidence=limit.confidence,
        lot_id=deep.lot_id,
        round_id=deep.id,
        office_id=deep.office_id,
        facts={"lowest_price": "729000000"},
        found_at=at,
    )


def _add_review(
    session: Session, asset: Asset, rounds: list[AuctionRound], people: People, *, at: datetime
) -> tuple[Flag, Review]:
    review = Review(
        asset_id=asset.id,
        office_id=asset.office_id,
        inspector_id=people.inspector.staff_id,
        inspector_name=people.inspector.name,
        opened_at=datetime(2026, 11, 2, 1, 0, tzinfo=UTC),
    )
    session.add(review)
    session.flush()
    flag = Flag(
        asset_id=asset.id,
        office_id=asset.office_id,
        rule_key="failed_rounds_flag",
        rule_id=rule_on(session, "failed_rounds_flag", at.date(), "attention").id,
        tier=3,
        run_number=1,
        failed_in_a_row=3,
        first_round_id=rounds[0].id,
        last_round_id=rounds[2].id,
        as_of=date(2026, 7, 1),
        raised_at=at,
    )
    finding = Finding(
        review_id=review.id,
        office_id=asset.office_id,
        code="P02",
        severity="breach",
        article="L25 Art. 83(3)",
        text="Lần 4 giảm quá mức.",
        recorded_at=at,
    )
    session.add_all([flag, finding])
    session.flush()
    return flag, review
