"""Importing a folder: what is written, that again writes nothing, and that all follows from it."""

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from auction.bidding.models import AssetRound, FailureRun, RoundOutcome
from auction.imports import commands, staging, writing
from auction.imports.profile import load_profile
from auction.imports.rules import FilesUnreadable
from auction.imports.schemas import TableCount
from auction.lots.models import AuctionRound, Lot, LotAsset
from auction.valuations.models import Valuation
from inventory.assets.models import Asset
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden, NotFound
from inventory.base.numbering import reference
from inventory.cases.models import EnforcementCase
from inventory.custody.ledger import take_in
from inventory.custody.models import Holding
from inventory.evidence.models import EvidenceHold
from inventory.organisation.models import Office
from inventory.organisation.rules import Role
from inventory.seizures.models import Seizure
from tests.make.imports import (
    CASES,
    GROUNDS,
    ITEMS,
    LOTS,
    PROFILE,
    ROUNDS,
    make_folder,
    run_import,
    sizes,
)
from tests.make.inventory import make_place, take_in_at
from tests.make.organisation import make_actor, make_staff


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "made")


def lot_of(session, ref):
    return session.scalars(select(Lot).where(Lot.source == "made", Lot.source_ref == ref)).one()


def asset_of(session, ref):
    return session.scalars(
        select(Asset).where(Asset.source == "made", Asset.source_ref == ref)
    ).one()


def rounds_of(session, ref):
    return session.scalars(
        select(AuctionRound)
        .where(AuctionRound.lot_id == lot_of(session, ref).id)
        .order_by(AuctionRound.number)
    ).all()


def test_every_row_is_read_and_added(session, folder, at):
    done = run_import(session, folder, at)
    assert done.tables == {
        "cases": TableCount(read=2, added=2),
        "lots": TableCount(read=3, added=3),
        "items": TableCount(read=5, added=5),
        "rounds": TableCount(read=8, added=8),
    }
    assert done.refused_csv is None
    assert not (folder / "refused.csv").exists()


def test_cases_lots_and_rounds_keep_what_the_source_says_of_them(session, folder, at):
    run_import(session, folder, at)
    case = session.scalars(select(EnforcementCase).where(EnforcementCase.source_ref == "C1")).one()
    lot = lot_of(session, "L1")
    assert (case.kind, case.decision_number, case.court) == ("imported", "C1", "Court of one")
    assert (lot.case_id, lot.description, lot.currency) == (case.id, "Two fields", "VND")
    assert (lot.formed_on, lot.recorded_at) == (date(2026, 7, 6), at)
    first, _second, third = rounds_of(session, "L1")
    assert (first.number, first.held_on, first.starting_price) == (1, date(2026, 7, 20), 1_000_000)
    assert first.deposit == 50_000, "the deposit of the lot holds for its rounds"
    sale = session.get(RoundOutcome, third.id)
    assert (sale.code, sale.sale_price, sale.source_code) == ("sold", 820_000, "sold")
    assert rounds_of(session, "L3")[0].held_on is None


def test_references_are_those_the_program_gives(session, folder, at):
    run_import(session, folder, at)
    for lot in session.scalars(select(Lot).where(Lot.source == "made")):
        assert lot.reference == reference("DG", lot.id)
    for asset in session.scalars(select(Asset).where(Asset.source == "made")):
        assert asset.reference == reference("TS", asset.id)


def test_database_and_program_number_alike(session):
    numbers = [1, 9, 10, 123, 9_999_999, 10_000_000, 987_654_321_012, *range(4711, 5000)]
    made = session.scalars(
        text("SELECT kebien_reference('TS', n) FROM unnest(CAST(:n AS bigint[])) n"), {"n": numbers}
    ).all()
    assert made == [reference("TS", number) for number in numbers]


def test_a_thing_in_two_lots_is_one_asset(session, folder, at):
    run_import(session, folder, at)
    asset = asset_of(session, "P1")
    links = session.execute(
        select(Lot.source_ref, LotAsset.position)
        .join(Lot, Lot.id == LotAsset.lot_id)
        .where(LotAsset.asset_id == asset.id)
        .order_by(Lot.id)
    ).all()
    assert links == [("L1", 1), ("L2", 1)]
    assert asset.kind == "land_use_right"
    assert asset.location == "Somewhere", "where the row says nothing, its lot's holds"
    assert asset.case_id == lot_of(session, "L1").case_id


def test_a_thing_without_its_own_number_is_known_by_the_number_of_its_row(session, folder, at):
    run_import(session, folder, at)
    assert asset_of(session, "I4").identification is None


def test_every_asset_has_a_holding_and_is_nowhere_yet(session, folder, at):
    run_import(session, folder, at)
    assets = session.scalars(select(Asset).where(Asset.source == "made")).all()
    held = [session.get(Holding, asset.id) for asset in assets]
    assert [(holding.place_id, holding.seq, holding.hash) for holding in held] == [
        (None, 0, bytes(32))
    ] * 4


def test_an_imported_asset_can_be_taken_in(session, folder, at):
    run_import(session, folder, at)
    asset = asset_of(session, "I4")
    office = session.get_one(Office, asset.office_id)
    staff = make_staff(session, office, Role.KEEPER, "T-archive", "Người giữ")
    keeper = make_actor(session, staff, office, Role.KEEPER)
    place = make_place(session, keeper, at=at)
    entry = take_in(session, keeper, asset.reference, take_in_at(place), at=at)
    assert entry.seq == 1


def test_a_value_of_nothing_is_no_valuation(session, folder, at):
    run_import(session, folder, at)
    found = session.execute(
        select(Valuation.source_ref, Valuation.amount, Valuation.method, Valuation.valued_on)
        .where(Valuation.source == "made")
        .order_by(Valuation.id)
    ).all()
    assert found == [
        ("L1", Decimal(1_000_000), "recorded", date(2026, 7, 6)),
        ("L2", Decimal(900_000), "recorded", date(2026, 8, 3)),
    ]


def test_a_round_of_which_nothing_is_recorded_has_no_outcome(session, folder, at):
    run_import(session, folder, at)
    outcomes = [session.get(RoundOutcome, each.id) for each in rounds_of(session, "L2")]
    assert [outcome.code if outcome else None for outcome in outcomes] == [
        "failed_no_bid",
        "not_held",
        "failed_no_bid",
        None,
    ]


def test_a_lot_is_closed_by_a_sale_or_a_withdrawal(session, folder, at):
    run_import(session, folder, at)
    closed = {ref: lot_of(session, ref).closed_on for ref in ("L1", "L2", "L3")}
    assert closed == {"L1": date(2026, 8, 31), "L2": None, "L3": None}


def test_failed_rounds_are_counted_for_each_asset_through_all_its_lots(session, folder, at):
    run_import(session, folder, at)
    held = session.execute(
        select(AssetRound.seq, AssetRound.result)
        .where(AssetRound.asset_id == asset_of(session, "P1").id)
        .order_by(AssetRound.seq)
    ).all()
    assert held == [(1, "failed"), (2, "failed"), (3, "sold"), (4, "failed"), (5, "failed")]
    runs = {
        ref: session.get(FailureRun, asset_of(session, ref).id) for ref in ("P1", "P2", "I4", "I5")
    }
    assert {ref: run and run.failed_in_a_row for ref, run in runs.items()} == {
        "P1": 2,
        "P2": 0,
        "I4": 2,
        "I5": None,
    }


def test_counters_of_many_assets_are_written_in_parts(session, folder, at, monkeypatch):
    monkeypatch.setattr(writing, "PART", 2)
    monkeypatch.setattr(staging, "BATCH", 2)
    done = run_import(session, folder, at)
    assert done.tables["rounds"].added == 8
    assert session.get(FailureRun, asset_of(session, "I4").id).failed_in_a_row == 2
    assert session.get(FailureRun, asset_of(session, "P1").id).failed_in_a_row == 2


def test_after_a_large_import_the_planner_knows_how_much_there_is(session, folder, at, monkeypatch):
    monkeypatch.setattr(commands, "LARGE", 1)
    run_import(session, folder, at)
    known = session.execute(
        text("SELECT reltuples FROM pg_class WHERE relname IN ('auction_round', 'failure_run')")
    ).all()
    assert len(known) == 2
    assert all(rows > 0 for (rows,) in known)


def test_only_who_may_import_does(session, folder, at, people):
    with pytest.raises(Forbidden):
        run_import(session, folder, at, actor=people.officer)


def test_again_adds_nothing(session, folder, at):
    run_import(session, folder, at)
    before = sizes(session)
    again = run_import(session, folder, at)
    after = sizes(session)
    assert [count.added for count in again.tables.values()] == [0, 0, 0, 0]
    assert [count.skipped for count in again.tables.values()] == [2, 3, 5, 8]
    assert [count.changed for count in again.tables.values()] == [0, 0, 0, 0]
    assert again.refused_csv is None
    assert after.pop("audit_entry") == before.pop("audit_entry") + 1
    assert after == before


def test_new_rows_of_a_source_are_added_to_what_is_here(session, folder, at):
    run_import(session, folder, at)
    lots = LOTS + "L4,C1,The same field again,2026-10-26,800000,\n"
    items = ITEMS + "I6,L4,P1,land\nI7,L4,,car\n"
    rounds = ROUNDS + "L2,5,2026-11-02,,unsold,\nL4,1,2026-11-09,800000,unsold,\n"
    done = run_import(session, make_folder(folder, lots=lots, items=items, rounds=rounds), at)
    assert [count.added for count in done.tables.values()] == [0, 1, 2, 2]
    assert session.get(FailureRun, asset_of(session, "P1").id).failed_in_a_row == 4
    assert session.get(FailureRun, asset_of(session, "I4").id).failed_in_a_row == 3
    assert session.get(FailureRun, asset_of(session, "I7").id).failed_in_a_row == 1


def test_only_what_leans_on_known_records_may_come_by_itself(session, folder, at):
    run_import(session, folder, at)
    alone = make_folder(
        folder,
        cases="case,court\n",
        lots="lot,case,what,announced,value,deposit\n",
        items="item,lot,parcel,kind\n",
        rounds="lot,no,day,price,result,paid\nL2,5,2026-11-02,,unsold,\n",
    )
    done = run_import(session, alone, at)
    assert done.tables["rounds"] == TableCount(read=1, added=1)


def test_an_import_is_on_record_with_the_hashes_of_its_files(session, folder, at):
    run_import(session, folder, at)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.code == "imports.folder.imported")
    ).one()
    assert entry.subject_ref == "made"
    assert entry.data["tables"]["rounds"]["added"] == 8
    assert entry.data["files"] == {
        f"{table}.csv": hashlib.sha256((folder / f"{table}.csv").read_bytes()).hexdigest()
        for table in ("cases", "lots", "items", "rounds")
    }


def test_rows_become_grounds_and_remarks_where_a_profile_says_so(session, folder, at):
    own = folder / "own.toml"
    own.write_text(PROFILE + GROUNDS, "utf-8")
    make_folder(
        folder,
        grounds="item,case,number,on,body\nI4,C1,12/QĐ,2026-07-01,Police\nI5,C2,,,\nP1,C1,13/QĐ,2026-07-02,\n",
        notices="lot,no,text\nL1,1,first notice\nL1,1,second notice\n",
    )
    done = run_import(session, folder, at, profile=str(own))
    assert done.tables["grounds"] == TableCount(read=3, added=2, skipped=1)
    assert done.tables["notices"] == TableCount(read=2, added=2)
    assert rounds_of(session, "L1")[0].note == "first notice; second notice"
    seizures = session.scalars(select(Seizure).order_by(Seizure.id)).all()
    assert [(each.decision_number, each.asset_id) for each in seizures] == [
        ("12/QĐ", asset_of(session, "I4").id),
        ("13/QĐ", asset_of(session, "P1").id),
    ]
    holds = session.scalars(select(EvidenceHold).order_by(EvidenceHold.id)).all()
    assert [(each.agency, each.kind) for each in holds] == [
        ("Police", "temporary_holding"),
        ("Court of one", "temporary_holding"),
    ]
    again = run_import(session, folder, at, profile=str(own))
    assert again.tables["grounds"] == TableCount(read=3, skipped=3)
    assert again.tables["notices"] == TableCount(read=2, skipped=2)


def test_progress_is_told_file_by_file(session, folder, at, monkeypatch):
    monkeypatch.setattr(commands, "NOTE_EVERY", 2)
    told = []
    order = commands.Order(
        name="made",
        profile=load_profile(str(folder / "made.toml")),
        folder=folder,
        refused_csv=folder / "refused.csv",
    )
    commands.import_folder(
        session,
        SYSTEM,
        order,
        at=at,
        say=str.__mod__,
        watch=lambda table, read, size: told.append((table, read <= size, read == size)),
    )
    seen = Counter(table for table, within, _end in told if within)
    assert seen == {"cases": 2, "lots": 2, "items": 3, "rounds": 5}
    assert [table for table, _within, end in told if end and table == "rounds"]


def test_a_source_in_a_currency_without_a_rule_is_refused(session, folder, at):
    own = folder / "own.toml"
    own.write_text(PROFILE.replace('"VND"', '"XXX"'), "utf-8")
    with pytest.raises(NotFound, match="currency_smallest_unit"):
        run_import(session, folder, at, profile=str(own))


@pytest.mark.parametrize(
    ("table", "content"),
    [
        ("rounds", ROUNDS.encode() + b"L3,2,\xff,,open,\n"),
        ("rounds", b""),
        ("rounds", ROUNDS.replace("price", "cost").encode()),
        ("items", b"item,lot,parcel,kind\n" + b"x" * (1 << 21)),
        ("items", ITEMS.encode() + b"I9,L3,\0,car\n"),
    ],
    ids=["not UTF-8", "empty", "missing column", "huge line", "NUL"],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(session, folder, at, table, content):
    before = sizes(session)
    cases = CASES + "C3,x,too wide\n"
    with pytest.raises(FilesUnreadable), session.begin_nested():
        run_import(session, make_folder(folder, cases=cases, **{table: content}), at)
    assert sizes(session) == before
    assert not (folder / "refused.csv").exists()
