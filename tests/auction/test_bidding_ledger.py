"""What held rounds mean for assets: counters, late records, the set-based rebuilding, the check."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.models import AssetRound, FailureRun
from auction.bidding.queries import check_runs
from tests.make.auction import (
    fail_round,
    make_formed_lot,
)
from tests.make.organisation import People

DAY = timedelta(days=1)


def seqs(session: Session, asset_id: int) -> list[tuple[int, str]]:
    rows = session.execute(
        select(AssetRound.seq, AssetRound.result)
        .where(AssetRound.asset_id == asset_id)
        .order_by(AssetRound.seq)
    )
    return [(seq, result) for seq, result in rows]


def test_every_failed_round_counts_one_more_for_every_asset_of_the_lot(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, 500_000_000, 300_000_000, at=at)

    fail_round(session, people, lot, 800_000_000, at=at)
    fail_round(session, people, lot, 800_000_000, at=at + DAY)

    runs = session.scalars(select(FailureRun)).all()
    assert [(r.held_rounds, r.failed_in_a_row, r.run_number) for r in runs] == [(2, 2, 1)] * 2
    assert {r.flag_at for r in runs} == {3}
    assert check_runs(session) == []
