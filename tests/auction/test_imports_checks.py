"""Rows that are refused: alone, for each other's sake, and that the rest comes in."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from auction.bidding.models import RoundOutcome
from auction.imports.commands import Order, import_folder
from auction.imports.profile import load_profile
from auction.imports.schemas import TableCount
from auction.lots.models import AuctionRound, Lot
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.cases.models import EnforcementCase
from tests.make.imports import CASES, ITEMS, LOTS, PROFILE, ROUNDS, make_folder, run_import, sizes


def complaints(done) -> list[tuple[str, int, str, str]]:
    if done.refused_csv is None:
        return []
    with Path(done.refused_csv).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row["file"], int(row["line"]), row["reason"], row["row"]) for row in rows]


def imported(session, tmp_path, at, **files):
    return run_import(session, make_folder(tmp_path / "made", **files), at)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("L3,2,2026-02-30,,unsold,", "day: 2026-02-30 is not a day such as 2026-08-01"),
        ("L3,2,30/02/2026,,unsold,", "day: 30/02/2026 is not a day such as 2026-08-01"),
        ("L3,2,2026-02-03,-5,unsold,", "price: -5 is negative"),
        (
            "L3,2,2026-02-03,100.5,unsold,",
            "price: 100.5 is finer than the currency's smallest unit 1",
        ),
        ("L3,two,2026-02-03,,unsold,", "no: two is not a whole number from 1 on"),
        ("L3,2,2026-02-03,,vanished,", "result: vanished is not one of the codes of the profile"),
        ("L3,2,2026-02-03,,unsold,500", "sale_price: a price without a sale"),
        ("L3,2,2026-02-03,,unsold", "the row has 5 cells, the header 6"),
        (",2,2026-02-03,,unsold,", "lot: is empty"),
        ("L9,1,2026-02-03,,unsold,", "there is no lot L9"),
        ("L3,1,2026-02-03,,unsold,", "L3 / 1 is on line 9 of rounds.csv already"),
        ("L3,01,2026-02-03,,unsold,", "L3 / 1 is on line 9 of rounds.csv already"),
        (
            "L3,x,2026-02-30,-1,unsold,",
            "no: x is not a whole number from 1 on; "
            "day: 2026-02-30 is not a day such as 2026-08-01; price: -1 is negative",
        ),
    ],
)
def test_a_bad_row_is_refused_with_line_and_reason_and_the_rest_comes_in(
    session, tmp_path, at, row, reason
):
    done = imported(session, tmp_path, at, rounds=f"{ROUNDS}{row}\n")
    assert done.tables["rounds"] == TableCount(read=9, added=8, refused=1)
    assert complaints(done) == [("rounds.csv", 10, reason, row)]


def test_a_doubled_id_is_refused_and_the_first_row_comes_in(session, tmp_path, at):
    done = imported(
        session,
        tmp_path,
        at,
        cases=CASES + "C1,Another court\n",
        items=ITEMS + "I5,L2,P9,land\n",
    )
    assert complaints(done) == [
        ("cases.csv", 4, "C1 is on line 2 of cases.csv already", "C1,Another court"),
        ("items.csv", 7, "I5 is on line 6 of items.csv already", "I5,L2,P9,land"),
    ]
    case = session.scalars(select(EnforcementCase).where(EnforcementCase.source_ref == "C1")).one()
    assert case.court == "Court of one"
    assert session.scalar(select(Asset).where(Asset.source_ref == "P9")) is None


def test_what_leans_on_a_refused_row_is_refused_with_it(session, tmp_path, at):
    cases = CASES.replace("C2,", "C2,x,y")
    done = imported(session, tmp_path, at, cases=cases)
    assert [(file, line, reason) for file, line, reason, _row in complaints(done)] == [
        ("cases.csv", 3, "the row has 3 cells, the header 2"),
        ("lots.csv", 4, "there is no case C2"),
        ("items.csv", 6, "there is no lot L3"),
        ("rounds.csv", 9, "there is no lot L3"),
    ]
    assert [count.refused for count in done.tables.values()] == [1, 1, 1, 1]
    assert [count.added for count in done.tables.values()] == [1, 2, 4, 7]


def test_a_lot_without_an_asset_is_refused_with_its_rounds(session, tmp_path, at):
    done = imported(session, tmp_path, at, items=ITEMS.replace("I5,L3,,car\n", "I5,L3,,boat\n"))
    assert [(file, line, reason) for file, line, reason, _row in complaints(done)] == [
        ("items.csv", 6, "kind: boat is not one of the codes of the profile"),
        ("lots.csv", 4, "no asset belongs to the lot L3"),
        ("rounds.csv", 9, "there is no lot L3"),
    ]
    assert session.scalar(select(Lot).where(Lot.source_ref == "L3")) is None


def test_a_repaired_folder_brings_in_what_was_refused(session, tmp_path, at):
    imported(session, tmp_path, at, items=ITEMS.replace("I5,L3,,car\n", "I5,L3,,boat\n"))
    done = imported(session, tmp_path, at)
    assert [count.added for count in done.tables.values()] == [0, 1, 1, 1]
    assert [count.skipped for count in done.tables.values()] == [2, 2, 4, 7]
    assert done.refused_csv is None


def test_a_case_number_of_another_case_is_refused(session, tmp_path, at):
    own = tmp_path / "own.toml"
    own.write_text(PROFILE.replace('court = "court"\n', 'court = "court"\nnumber = "court"\n'))
    folder = make_folder(tmp_path / "made", cases="case,court\nC1,7/QĐ\nC2,7/QĐ\n")
    done = run_import(session, folder, at, profile=str(own))
    assert complaints(done)[0][:3] == ("cases.csv", 3, "7/QĐ is on line 2 of cases.csv already")
    own.write_text(own.read_text().replace('source = "made"', 'source = "other"'))
    done = run_import(session, folder, at, profile=str(own))
    assert complaints(done)[0][:3] == (
        "cases.csv",
        2,
        "another case of the office has the number 7/QĐ",
    )


def test_a_remark_on_a_round_that_is_not_there_is_refused(session, tmp_path, at):
    own = tmp_path / "own.toml"
    own.write_text(
        PROFILE
        + '[files.notes.columns]\nlot = "text"\nno = "count"\nwords = "text"\n'
        + '[files.notes.remark]\nof_lot = "lot"\nnumber = "no"\ntext = "words"\n'
    )
    folder = make_folder(tmp_path / "made", notes="lot,no,words\nL1,1,a\nL1,9,b\nL9,1,c\n")
    done = run_import(session, folder, at, profile=str(own))
    assert [reason for *_where, reason, _row in complaints(done)] == [
        "the lot L1 has no round 9",
        "the lot L9 has no round 1",
    ]
    assert done.tables["notes"] == TableCount(read=3, added=1, refused=2)


def test_a_changed_row_is_said_to_be_and_nothing_is_overwritten(session, tmp_path, at):
    imported(session, tmp_path, at)
    before = sizes(session)
    done = imported(
        session,
        tmp_path,
        at,
        cases=CASES.replace("Court of one", "Court of two"),
        lots=LOTS.replace("900000", "950000").replace("Two fields", "Three fields"),
        items=ITEMS.replace("I4,L2,,car", "I4,L2,,land"),
        rounds=ROUNDS.replace("L2,4,2026-12-07,,open,", "L2,4,2026-12-14,,sold,7"),
    )
    assert [count.changed for count in done.tables.values()] == [1, 2, 1, 1]
    assert [count.added for count in done.tables.values()] == [0, 0, 0, 0]
    assert [count.refused for count in done.tables.values()] == [0, 0, 0, 0]
    told = [(file, line, reason) for file, line, reason, _row in complaints(done)]
    assert told == [
        ("cases.csv", 2, "here already with other values (court); left as it is"),
        ("lots.csv", 2, "here already with other values (description); left as it is"),
        ("lots.csv", 3, "here already with other values (amount); left as it is"),
        ("items.csv", 5, "here already with other values (kind); left as it is"),
        (
            "rounds.csv",
            8,
            "here already with other values (held_on, outcome, sale_price); left as it is",
        ),
    ]
    after = sizes(session)
    before.pop("audit_entry"), after.pop("audit_entry")
    assert after == before
    held = session.execute(
        select(AuctionRound.held_on, RoundOutcome.code)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .join(Lot, Lot.id == AuctionRound.lot_id)
        .where(Lot.source_ref == "L2", AuctionRound.number == 4)
    ).one()
    assert (held[0].isoformat(), held[1]) == ("2026-12-07", None)


def test_refused_rows_keep_their_own_text(session, tmp_path, at):
    bad = 'L3,2,2026-02-30,,"un,sold ""so""",'
    done = imported(session, tmp_path, at, rounds=f"{ROUNDS}{bad}\n")
    assert complaints(done)[0][3] == bad


def test_the_refused_file_takes_ones_language(session, tmp_path, at):
    folder = make_folder(tmp_path / "made", rounds=ROUNDS + "L3,2,2026-02-30,,open,\n")
    order = Order(
        name="made",
        profile=load_profile(str(folder / "made.toml")),
        folder=folder,
        refused_csv=folder / "deep" / "refused.csv",
    )
    done = import_folder(session, SYSTEM, order, at=at, say=lambda msgid, _params: msgid.upper())
    assert complaints(done)[0][2] == "day: %(VALUE)S IS NOT A DAY SUCH AS 2026-08-01"
