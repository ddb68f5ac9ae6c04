"""``kebien verify``: counts, and the first row that does not fit."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from inventory.base.actor import SYSTEM
from service.cli.main import main
from service.cli.verifying import check_chains
from service.database import Database, owner_engine
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import make_people

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def lone(folder: Path) -> Iterator[Database]:
    """Three assets, two of them taken in."""
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, AT)
            case = make_case(session, people.officer, at=AT)
            store = make_place(session, people.keeper, at=AT)
            for place in (store, None, store):
                make_asset(session, people.keeper, case, at=AT, place=place)
        yield database


def verify(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(folder), "verify", *words])


def test_whole_chains_pass(lone: Database, folder: Path) -> None:
    said = verify(folder, "--json")
    assert json.loads(said.stdout) == {
        "chains": 2,
        "entries": 2,
        "holdings": 3,
        "counters_wrong": 0,
        "papers": 0,
        "number_gaps": 0,
        "files": 0,
        "heads": 0,
        "leaves": 0,
        "first_fault": None,
    }
    assert (said.exit_code, said.stderr) == (0, "")
    plain = verify(folder)
    words = plain.stdout.split()
    assert (plain.exit_code, words[:6]) == (0, ["chains", "2", "entries", "2", "holdings", "3"])


def test_a_check_that_was_killed_halfway_goes_on_from_there(
    lone: Database, folder: Path, tmp_path: Path
) -> None:
    """What was done before is not read again; the figures are those of the whole."""
    state = tmp_path / "state"
    told: list[int] = []

    def killed(n: int) -> None:
        told.append(n)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_chains(lone, state, step=1, every=0.0, told=killed)
    assert json.loads(state.read_bytes())["chains"] == 1
    engine = owner_engine(lone.settings)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE custody_entry SET giver = giver || ' ' WHERE asset_id = 1"))
    found = verify(folder, "--state", str(state), "--json")
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE custody_entry SET giver = trim(giver) WHERE asset_id = 1"))
    engine.dispose()
    assert found.exit_code == 0
    assert {k: json.loads(found.stdout)[k] for k in ("chains", "entries", "holdings")} == {
        "chains": 2,
        "entries": 2,
        "holdings": 3,
    }
    assert not state.exists()


def test_a_state_of_another_database_is_refused(
    lone: Database, folder: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    for text_ in (b"{}", b'{"database":"x","asset_id":1,"chains":1,"entries":1,"holdings":1}'):
        state.write_bytes(text_)
        assert verify(folder, "--state", str(state)).exit_code == 1
        assert state.read_bytes() == text_


def test_a_series_of_paper_numbers_with_a_hole_is_named(lone: Database, folder: Path) -> None:
    engine = owner_engine(lone.settings)
    with engine.begin() as connection:
        office = connection.scalar(text("SELECT min(id) FROM office"))
        connection.execute(
            text("INSERT INTO number_series VALUES (:office, 'paper:receipt_slip', 2026, 2)"),
            {"office": office},
        )
    found = verify(folder)
    assert found.exit_code == 1
    assert "paper:receipt_slip of 2026" in found.stderr
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM number_series WHERE series = 'paper:receipt_slip'"))
    engine.dispose()


def test_a_counter_that_no_held_round_gives_is_named(lone: Database, folder: Path) -> None:
    engine = owner_engine(lone.settings)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO failure_run (asset_id, office_id, held_rounds, failed_in_a_row,"
                " last_held_on, flag_at) SELECT id, office_id, 4, 4, '2026-11-01', 5 FROM asset"
                " WHERE id = 1"
            )
        )
    said = verify(folder, "--json")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM failure_run"))
    engine.dispose()
    assert (said.exit_code, json.loads(said.stdout)["counters_wrong"]) == (1, 1)
    assert "failed rounds of asset 1" in said.stderr


def test_a_forged_row_is_named_and_ends_with_status_1(lone: Database, folder: Path) -> None:
    engine = owner_engine(lone.settings)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE custody_entry SET reason = 'khác' WHERE asset_id = 3"))
    engine.dispose()
    said = verify(folder, "--json")
    with lone.transaction(SYSTEM) as session:
        reference = session.execute(text("SELECT reference FROM asset WHERE id = 3")).scalar_one()
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert found["first_fault"] == {"asset": reference, "seq": 1, "what": "hash"}
    assert said.stderr == f"{reference}, entry 1: its content does not fit its hash.\n"
