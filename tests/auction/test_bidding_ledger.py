"""What held rounds mean for assets: counters, late records, the set-based rebuilding, the check."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.bidding import ledger
from auction.bidding.models import AssetRound, FailureRun
from auction.bidding.queries import NEVER, check_runs, first_tier, runs_of
from auction.bidding.rules import Held, Outcome
from auction.lots.models import AuctionRound, Lot
from inventory.assets.models import Asset
from tests.make.auction import (
    FAILED,
    close_round,
    fail_round,
    make_asset,
    make_formed_lot,
    make_lot,
    make_round,
)
from tests.make.organisation import People

DAY = timedelta(days=1)
SOLD = Outcome.SOLD


def held(session: Session, asset: Asset) -> list[tuple[int, date, str]]:
    rows = session.execute(
        select(AssetRound.seq, AssetRound.held_on, AssetRound.result)
        .where(AssetRound.asset_id == asset.id)
        .order_by(AssetRound.seq)
    )
    return [(seq, day, result) for seq, day, result in rows]


def run(session: Session, asset: Asset) -> FailureRun:
    found = session.get(FailureRun, asset.id, populate_existing=True)
    assert found is not None
    return found


def history(session: Session, lot: Lot, *rounds: tuple[date | None, Outcome | None]) -> None:
    for number, (day, outcome) in enumerate(rounds, 1):
        made = make_round(session, lot, number, day or date(2025, 1, 1), outcome)
        made.held_on = day
    session.flush()


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


def test_rebuilding_keeps_only_held_rounds_lot_after_lot_by_number(
    session: Session, people: People
) -> None:
    asset = make_asset(session, people.office)
    later = make_lot(session, people.office, asset)
    earlier = make_lot(session, people.office, asset)
    history(session, later, (date(2026, 3, 1), FAILED), (date(2026, 2, 1), FAILED), (None, FAILED))
    history(
        session,
        earlier,
        (date(2025, 3, 1), FAILED),
        (date(2025, 4, 1), Outcome.STOPPED),
        (date(2025, 5, 1), SOLD),
        (date(2025, 6, 1), Outcome.DEFAULTED),
        (date(2025, 7, 1), Outcome.FAILED_NO_BID),
        (date(2025, 8, 1), None),
    )

    ledger.rebuild_runs(session, [asset.id])

    assert held(session, asset) == [
        (1, date(2025, 3, 1), "failed"),
        (2, date(2025, 5, 1), "sold"),
        (3, date(2025, 7, 1), "failed"),
        (4, date(2026, 3, 1), "failed"),
        (5, date(2026, 2, 1), "failed"),
    ]
    kept = run(session, asset)
    assert (kept.held_rounds, kept.failed_in_a_row, kept.run_number) == (5, 3, 2)
    assert (kept.last_held_on, kept.flag_at) == (date(2026, 3, 1), 3)
    assert check_runs(session) == []


def test_rebuilding_again_changes_nothing_and_nothing_is_made_of_nothing(
    session: Session, people: People
) -> None:
    asset, idle = make_asset(session, people.office), make_asset(session, people.office)
    history(session, make_lot(session, people.office, asset), (date(2026, 1, 5), FAILED))
    ledger.rebuild_runs(session, [asset.id, idle.id, asset.id])
    before = held(session, asset), runs_of(session, [asset.id, idle.id])
    ledger.rebuild_runs(session, [asset.id, idle.id])
    assert (held(session, asset), runs_of(session, [asset.id, idle.id])) == before
    assert list(before[1]) == [asset.id]
    ledger.rebuild_runs(session, [])


def test_rounds_that_no_longer_count_are_taken_out_again(session: Session, people: People) -> None:
    asset = make_asset(session, people.office)
    lot = make_lot(session, people.office, asset)
    history(session, lot, (date(2026, 1, 5), FAILED), (date(2026, 2, 5), FAILED))
    ledger.rebuild_runs(session, [asset.id])
    for made in session.scalars(select(AuctionRound).where(AuctionRound.lot_id == lot.id)):
        made.held_on = None
    session.flush()
    ledger.rebuild_runs(session, [asset.id])
    assert held(session, asset) == []
    assert (run(session, asset).held_rounds, run(session, asset).failed_in_a_row) == (0, 0)
    assert check_runs(session) == []


def two_lots(session: Session, people: People) -> tuple[Asset, Lot, Lot]:
    """An asset that failed three times in a lot of 2026; the lot of 2025 has one round to close."""
    asset = make_asset(session, people.office)
    old, new = (make_lot(session, people.office, asset) for _i in range(2))
    make_round(session, old, 1, date(2025, 2, 3), None)
    for number in (1, 2, 3):
        make_round(session, new, number, date(2026, 1, 5) + number * 7 * DAY, FAILED)
    ledger.rebuild_runs(session, [asset.id])
    run(session, asset).flag_at = 5
    session.flush()
    return asset, old, new


@pytest.mark.parametrize("code", [FAILED, SOLD])
def test_a_round_recorded_late_takes_its_place_before_the_later_lot(
    session: Session, people: People, at: datetime, code: Outcome
) -> None:
    asset, old, _new = two_lots(session, people)
    close_round(session, people, old, 1, code, at=at, sale_price=5 if code is SOLD else None)

    assert [seq for seq, _day, _result in held(session, asset)] == [1, 2, 3, 4]
    assert held(session, asset)[0] == (1, date(2025, 2, 3), "sold" if code is SOLD else "failed")
    kept = run(session, asset)
    expected = (3, 2) if code is SOLD else (4, 1)
    assert (kept.failed_in_a_row, kept.run_number) == expected
    assert kept.flag_at == 5, "what was flagged in a run stays flagged while the run goes on"
    assert kept.last_held_on == date(2026, 1, 26)
    assert check_runs(session) == []


def test_a_sale_recorded_late_inside_the_run_begins_another_run(
    session: Session, people: People, at: datetime
) -> None:
    asset = make_asset(session, people.office)
    lot = make_lot(session, people.office, asset)
    for number in (1, 2, 3, 4):
        outcome = None if number == 3 else FAILED
        make_round(session, lot, number, date(2026, 1, 5) + number * 7 * DAY, outcome)
    ledger.rebuild_runs(session, [asset.id])
    run(session, asset).flag_at = 5
    session.flush()

    close_round(session, people, lot, 3, SOLD, at=at, sale_price=5)

    kept = run(session, asset)
    assert [result for _seq, _day, result in held(session, asset)] == [
        "failed",
        "failed",
        "sold",
        "failed",
    ]
    assert (kept.failed_in_a_row, kept.run_number, kept.flag_at) == (1, 2, 3)
    assert check_runs(session) == []


def test_a_late_round_of_one_asset_leaves_the_other_assets_of_the_lot_in_time(
    session: Session, people: People, at: datetime
) -> None:
    asset, _old, _new = two_lots(session, people)
    fresh = make_asset(session, people.office)
    both = make_lot(session, people.office, asset, fresh)
    make_round(session, both, 1, date(2025, 9, 1), None)

    close_round(session, people, both, 1, FAILED, at=at)

    assert next(day for _seq, day, _result in held(session, asset)) == date(2025, 9, 1)
    assert held(session, fresh) == [(1, date(2025, 9, 1), "failed")]
    assert check_runs(session) == []


def test_the_check_names_every_asset_whose_counter_is_wrong(
    session: Session, people: People
) -> None:
    assets = [make_asset(session, people.office) for _i in range(4)]
    for asset in assets:
        rounds = [(date(2026, 1, 5), FAILED), (date(2026, 2, 5), FAILED)]
        history(session, make_lot(session, people.office, asset), *rounds)
    ledger.rebuild_runs(session, [asset.id for asset in assets])
    assert check_runs(session) == []
    good, wrong, gap, extra = assets
    run(session, wrong).failed_in_a_row = 1
    run(session, extra).held_rounds = 9
    session.flush()
    session.execute(
        text("UPDATE asset_round SET seq = 3 WHERE asset_id = :a AND seq = 2"), {"a": gap.id}
    )
    run(session, gap).held_rounds = run(session, gap).failed_in_a_row = 3
    session.flush()

    faults = {fault.asset_id: fault for fault in check_runs(session)}
    assert set(faults) == {wrong.id, gap.id, extra.id}
    assert good.id not in faults
    assert (faults[wrong.id].failed_in_a_row, faults[wrong.id].failed_in_a_row_found) == (1, 2)
    assert (faults[extra.id].held_rounds, faults[extra.id].held_rounds_found) == (9, 2)


def test_the_check_finds_assets_without_counter_and_counters_without_rounds(
    session: Session, people: People
) -> None:
    bare, idle = make_asset(session, people.office), make_asset(session, people.office)
    lot = make_lot(session, people.office, bare)
    made = make_round(session, lot, 1, date(2026, 1, 5), FAILED)
    session.add(
        AssetRound(asset_id=bare.id, seq=1, result="failed", held_on=made.held_on, round_id=made.id)
    )
    session.add(
        FailureRun(
            asset_id=idle.id,
            office_id=people.office.id,
            held_rounds=2,
            failed_in_a_row=2,
            run_number=1,
            last_held_on=date(2026, 1, 5),
            flag_at=3,
        )
    )
    session.flush()
    faults = {fault.asset_id: fault for fault in check_runs(session)}
    assert faults[bare.id].failed_in_a_row is None
    assert faults[bare.id].failed_in_a_row_found == 1
    assert (faults[idle.id].failed_in_a_row, faults[idle.id].failed_in_a_row_found) == (2, 0)


def test_the_first_tier_is_a_dated_rule(session: Session) -> None:
    assert first_tier(session, date(2026, 7, 1)) == 3
    assert first_tier(session, date(1999, 1, 1)) == NEVER


def test_the_meaning_of_a_round_is_written_once_for_all_assets(
    session: Session, people: People, statements: list[str]
) -> None:
    """However many assets a lot has, the counting takes the same number of statements."""
    counts = []
    for number in (1, 20):
        assets = [make_asset(session, people.office) for _i in range(number)]
        lot = make_lot(session, people.office, *assets)
        made = make_round(session, lot, 1, date(2026, 1, 5), FAILED)
        statements.clear()
        ids = ledger.lock_assets(session, lot.id)
        known = ledger.counted_before(session, ids, made)
        ledger.append(session, known, made, Held.FAILED, date(2026, 1, 5))
        counts.append(len(statements))
        assert ids == sorted(asset.id for asset in assets)
    assert counts[0] == counts[1] <= 5


def test_rebuilding_many_assets_looks_at_no_list_row_by_row(
    session: Session, people: People, at: datetime
) -> None:
    """A list that is read for every row makes an import's time grow with its square."""
    asked = {"assets": list(range(1, 30_000)), "first_tier": 3}
    asked |= {key: [] for key in ("codes", "results", "starts", "ends")}
    plan = session.execute(text(f"EXPLAIN (FORMAT JSON) {ledger._REBUILD.text}"), asked).scalar()
    nodes, row_by_row = [plan[0]["Plan"]], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Parent Relationship") == "SubPlan" and node["Node Type"] == "CTE Scan":
            row_by_row.append(node["CTE Name"])
    assert row_by_row == []
