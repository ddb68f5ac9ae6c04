"""``kebien import`` from outside: what it prints, how it ends, and that it starts from nothing."""

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import IntegrityError, OperationalError

from auction.imports import commands
from inventory.base.actor import SYSTEM
from service.cli import imports
from service.cli.main import main
from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests.make.imports import PROFILE, ROUNDS, make_folder, run_import, sizes

RACERS = 4


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A fresh data folder; only the first command that needs it sets the database up."""
    folder = tmp_path_factory.mktemp("import")
    server = EmbeddedServer(folder, owned=False, options={"fsync": "off"}).ensure()
    yield folder
    server.stop()


@pytest.fixture
def kebien(data_dir):
    def run(*words: object, env: dict[str, str] | None = None) -> Result:
        args = ["--data-dir", str(data_dir), *map(str, words)]
        return CliRunner().invoke(main, args, env={"LANG": "C", **(env or {})}, prog_name="kebien")

    return run


@pytest.fixture
def rows(data_dir):
    def count() -> dict[str, int]:
        database = Database(Settings(data_dir=data_dir))
        try:
            with database.transaction(SYSTEM, read_only=True) as session:
                return sizes(session)
        finally:
            database.close()

    return count


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "made")


def other(folder: Path, source: str) -> Path:
    """The made-up profile under another name, so that it meets nothing of other tests."""
    path = folder / f"{source}.toml"
    path.write_text(PROFILE.replace('source = "made"', f'source = "{source}"'), "utf-8")
    path.write_text(path.read_text("utf-8").replace('"MADE"', f'"{source}"'), "utf-8")
    return path


def test_a_fresh_folder_gets_its_database_and_the_json_says_what_was_done(kebien, folder):
    done = kebien("import", other(folder, "one"), folder, "--json")
    assert done.exit_code == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed.pop("seconds") > 0
    assert printed == {
        "profile": str(folder / "one.toml"),
        "dir": str(folder),
        "tables": {
            "cases": {"read": 2, "added": 2, "skipped": 0, "refused": 0, "changed": 0},
            "lots": {"read": 3, "added": 3, "skipped": 0, "refused": 0, "changed": 0},
            "items": {"read": 5, "added": 5, "skipped": 0, "refused": 0, "changed": 0},
            "rounds": {"read": 8, "added": 8, "skipped": 0, "refused": 0, "changed": 0},
        },
        "breaches": 0,
        "refused_csv": None,
        "dry_run": False,
    }
    assert done.stderr == ""


def test_the_second_import_adds_nothing(kebien, folder, rows):
    profile = other(folder, "two")
    kebien("import", profile, folder, "--json")
    before = rows()
    again = json.loads(kebien("import", profile, folder, "--json").stdout)
    assert {count["added"] for count in again["tables"].values()} == {0}
    after = rows()
    assert after.pop("audit_entry") == before.pop("audit_entry") + 1
    assert after == before


def test_a_dry_run_says_what_would_be_done_and_leaves_the_database_as_it_was(kebien, folder, rows):
    profile = other(folder, "dry")
    kebien("import", other(folder, "first"), folder)
    before = rows()
    done = json.loads(kebien("import", profile, folder, "--dry-run", "--json").stdout)
    assert done["dry_run"] is True
    assert done["tables"]["rounds"]["added"] == 8
    assert rows() == before
    assert "a dry run" in kebien("import", profile, folder, "--dry-run").stderr
    assert (
        json.loads(kebien("import", profile, folder, "--json").stdout)["tables"]["rounds"]["added"]
        == 8
    )


def test_people_get_a_table_and_are_told_of_breaches_and_refused_rows(kebien, folder, data_dir):
    rounds = ROUNDS.replace("2026-08-31,810000", "2026-08-31,700000") + "L3,2,yesterday,,open,\n"
    make_folder(folder, rounds=rounds)
    done = kebien("import", other(folder, "people"), folder)
    assert done.exit_code == 0
    assert "refused" in done.stdout
    assert "1 prices fell further than the law allows" in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Rows")]
    refused = Path(line.split(": ", 1)[1])
    assert refused.parent == data_dir / "imports"
    assert "yesterday is not a day" in refused.read_text("utf-8")


def test_reasons_are_in_the_readers_language(kebien, folder):
    make_folder(folder, rounds=ROUNDS + "L3,2,yesterday,,open,\n")
    profile = other(folder, "viet")
    done = kebien("import", profile, folder, "--json", env={"LANG": "vi_VN.UTF-8"})
    refused = Path(json.loads(done.stdout)["refused_csv"]).read_text("utf-8")
    assert "yesterday không phải ngày" in refused
    (folder / "rounds.csv").write_bytes(b"\xff")
    done = kebien("import", profile, folder, env={"LANG": "vi_VN.UTF-8"})
    assert "không phải UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("table", "content", "says"),
    [
        ("cases", b"case,court\nC1,\xff", "cases.csv is not UTF-8: line 2, byte 15 (0xff)."),
        ("rounds", b"", "rounds.csv is empty"),
        ("rounds", b"lot,no\nL1,1\n", "rounds.csv lacks the columns day, price, result, paid"),
        ("rounds", ROUNDS.encode() + b"x" * (1 << 21), "line 10 is longer than 1048576 bytes"),
        ("items", b"item,lot,parcel,kind\nI1\0,L1,,car\n", "line 2 has a NUL byte"),
    ],
    ids=["not UTF-8", "empty", "columns", "huge line", "NUL"],
)
def test_a_file_that_cannot_be_read_ends_the_import_with_its_reason(
    kebien, folder, rows, table, content, says
):
    profile = other(folder, "bad")
    kebien("import", other(folder, "good"), folder)
    before = rows()
    (folder / f"{table}.csv").write_bytes(content)
    done = kebien("import", profile, folder, "--json")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert rows() == before


def test_an_import_that_breaks_off_while_it_writes_leaves_nothing_behind(
    kebien, folder, rows, data_dir, monkeypatch
):
    def cut(*_args: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("server closed the connection"))

    profile = other(folder, "cut")
    kebien("import", other(folder, "whole"), folder)
    before, papers = rows(), set((data_dir / "imports").glob("*"))
    make_folder(folder, rounds=ROUNDS + "L3,2,yesterday,,open,\n")
    with monkeypatch.context() as patched:
        patched.setattr(commands, "count_failures", cut)
        done = kebien("import", profile, folder, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "server closed the connection" in done.stderr
    assert rows() == before
    assert set((data_dir / "imports").glob("*")) == papers
    assert kebien("import", profile, folder).exit_code == 0


@pytest.fixture
def at_once(kebien, folder, data_dir, at):
    """Imports the folder from several connections at the same moment; answers the added rounds."""
    kebien("import", other(folder, "early"), folder)

    def run(source: str) -> list[int | str]:
        profile = str(other(folder, source))
        database = Database(Settings(data_dir=data_dir))

        def one(moment: datetime) -> int | str:
            try:
                with database.transaction(SYSTEM) as session:
                    done = run_import(session, folder, moment, profile=profile)
            except IntegrityError:
                return "broken"
            return done.tables["rounds"].added

        with ThreadPoolExecutor(RACERS) as pool:
            added = list(pool.map(one, [at] * RACERS))
        database.close()
        return added

    return run


def test_imports_of_a_source_at_once_bring_it_in_once(at_once):
    assert sorted(at_once("race")) == [0, 0, 0, 8]


def test_without_the_lock_they_would_break_each_other(at_once, monkeypatch):
    together = Barrier(RACERS)
    monkeypatch.setattr(commands, "lock_source", lambda *_args: together.wait(30))
    assert "broken" in at_once("unlocked")


def test_a_missing_file_and_a_missing_folder_end_it_with_their_reason(kebien, folder, tmp_path):
    (folder / "items.csv").unlink()
    done = kebien("import", folder / "made.toml", folder)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "There is no items.csv (or items.csv.gz)" in done.stderr
    done = kebien("import", folder / "made.toml", tmp_path / "nowhere")
    assert done.exit_code == 1
    assert "There is no cases.csv" in done.stderr


def test_an_unknown_profile_is_answered_with_the_known_ones(kebien, folder):
    done = kebien("import", "th_lead", folder)
    assert done.exit_code == 1
    assert "There is no profile th_lead; give one of ca_bc, kr_court, th_led" in done.stderr


def test_every_fault_of_a_profile_is_printed_with_its_place(kebien, folder):
    path = folder / "own.toml"
    path.write_text(PROFILE.replace('"VND"', '"dong"').replace('number = "no"\n', ""), "utf-8")
    done = kebien("import", path, folder)
    assert done.exit_code == 1
    assert "currency: dong is not a currency such as VND" in done.stderr
    assert "files.rounds.round.number: this field must be given" in done.stderr


def test_wrong_usage_is_told_from_a_refusal(kebien):
    assert kebien("import").exit_code == 2
    assert kebien("import", "th_led").exit_code == 2
    assert kebien("import", "th_led", "x", "--fast").exit_code == 2


def test_help_names_the_profiles_that_come_with_the_program(kebien):
    done = kebien("import", "--help")
    assert done.exit_code == 0
    assert "ca_bc, kr_court, th_led, vn_notices, vn_relist" in " ".join(done.stdout.split())


class Terminal(io.StringIO):
    """A terminal that keeps what is drawn on it."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_shows_each_file(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with imports._progress() as watch:
        watch("rounds", 50, 200)
        watch("rounds", 200, 200)
    assert "rounds" in screen.getvalue()


def test_elsewhere_nothing_is_drawn(monkeypatch):
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with imports._progress() as watch:
        watch("rounds", 50, 200)
    assert pipe.getvalue() == ""
