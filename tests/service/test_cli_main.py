"""The command ``kebien``: quick help, exit statuses, refusals in words, JSON and tables."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner, Result

from inventory.base.errors import DomainError, Invalid, NotFound, Unlawful
from service.cli import output
from service.cli.lazy import Entry
from service.cli.main import SECTIONS, Root, explain, main
from service.postgres.cluster import State
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

HEAVY = {
    "alembic",
    "apscheduler",
    "babel",
    "granian",
    "holidays",
    "jinja2",
    "litestar",
    "psycopg",
    "sqlalchemy",
    "weasyprint",
}
LOADED = """
import json, sys
from service.cli.main import main
try:
    main(sys.argv[1:], prog_name="kebien")
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEBIEN_DATABASE_URL", "KEBIEN_DATA_DIR", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data_dir = tmp_path_factory.mktemp("data")
    done = run("db", "upgrade", "--data-dir", str(data_dir), "--json")
    assert done.exit_code == 0, done.output
    yield data_dir
    EmbeddedServer(data_dir).stop()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="kebien")


def run_with(action: Callable[[], None]) -> Result:
    """Run a command that does something through the group that turns refusals into statuses."""
    module = ModuleType("a_command")
    module.__dict__["command"] = click.command()(action)
    sys.modules["a_command"] = module
    group = Root({"Test": {"act": Entry("a_command", "Act.")}}, name="kebien")
    try:
        return CliRunner().invoke(group, ["act"])
    finally:
        del sys.modules["a_command"]


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["law", "--help"],
        ["law", "next-price", "1000000", "--on", "2026-08-01", "--json"],
        ["law", "deadline", "--help"],
    ],
)
def test_help_and_the_calculators_of_law_load_nothing_heavy(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], check=True, capture_output=True, text=True
    )

    assert done.stdout
    assert not HEAVY & set(json.loads(done.stderr.splitlines()[-1]))


def test_a_calculators_answer_loads_no_rich_either() -> None:
    words = ["law", "next-price", "1000000", "--on", "2026-08-01", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], check=True, capture_output=True, text=True
    )

    assert "rich" not in json.loads(done.stderr.splitlines()[-1])


def test_help_names_every_command_with_its_line() -> None:
    page = run("--help").output

    for part in SECTIONS.values():
        for name, entry in part.items():
            assert name in page
            assert entry.help in page


def test_help_of_a_command_within_a_command_is_drawn_the_same_way() -> None:
    page = run("db", "status", "--help").output

    assert "Usage: kebien db status [OPTIONS]" in page
    assert "╭─ Options" in page
    assert "--json" in page


def test_the_version_is_that_of_the_distribution() -> None:
    assert run("--version").output.startswith("kebien ")


@pytest.mark.parametrize(
    "words", [["nonsense"], ["db", "status", "--nonsense"], ["serve", "--port", "eighty"]]
)
def test_wrong_usage_ends_with_status_2(words: list[str]) -> None:
    done = run(*words)

    assert done.exit_code == 2
    assert "Error" in done.stderr
    assert done.stdout == ""


def test_a_refusal_ends_with_status_1_and_its_reason_on_standard_error() -> None:
    def refuse() -> None:
        raise NotFound("There is no lot %(ref)s.", ref="L-1")

    done = run_with(refuse)

    assert done.exit_code == 1
    assert done.stderr == "There is no lot L-1.\n"
    assert done.stdout == ""


def test_a_full_disk_is_told_without_a_trace_of_the_program() -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device", "/data/x")

    done = run_with(fail)

    assert done.exit_code == 1
    assert done.stderr == "[Errno 28] No space left on device: '/data/x'\n"


def test_a_fault_of_the_program_is_not_dressed_up_as_a_refusal() -> None:
    def fail() -> None:
        raise ValueError("a fault")

    assert isinstance(run_with(fail).exception, ValueError)


def test_a_refusal_names_every_field_and_its_article() -> None:
    faults = {"price": ("Must be whole.", {}), "held_on": ("Not after %(day)s.", {"day": "x"})}
    many = Invalid.many("Two fields are wrong.", faults)
    unlawful = Unlawful(
        "Too low.", field="price", article="L25 Art. 83(3)", rule="max_reduction_pct"
    )

    assert (
        explain(many) == "Two fields are wrong.\n  price: Must be whole.\n  held_on: Not after x."
    )
    assert explain(unlawful) == "Too low. (L25 Art. 83(3))"


def test_a_refusal_speaks_the_terminals_language(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = DomainError("You are not permitted to do this.")

    assert explain(refusal) == "You are not permitted to do this."
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    assert "không có quyền" in explain(refusal)


@pytest.mark.parametrize(
    "words",
    [
        ["--data-dir", "/d", "act"],
        ["act", "--data-dir", "/d"],
        ["act", "--data-dir=/d"],
    ],
)
def test_the_data_folder_may_stand_anywhere(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Path] = []
    module = ModuleType("a_command")

    @click.command()
    @click.pass_obj
    def command(settings: Settings) -> None:
        told.append(settings.data_dir)

    module.__dict__["command"] = command
    monkeypatch.setitem(sys.modules, "a_command", module)
    monkeypatch.setitem(main.entries, "act", Entry("a_command", "Act."))  # type: ignore[attr-defined]

    assert run(*words).exit_code == 0
    assert told == [Path("/d")]


def test_a_setting_that_cannot_be_meant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEBIEN_PORT", "eighty")

    done = run("db", "stop")

    assert done.exit_code == 1
    assert "KEBIEN_PORT" in done.stderr


def test_status_of_a_fresh_folder_starts_nothing(tmp_path: Path) -> None:
    done = run("db", "status", "--json", "--data-dir", str(tmp_path / "fresh"))

    assert done.exit_code == 0
    assert json.loads(done.stdout)["running"] is False
    assert not (tmp_path / "fresh").exists()


def test_upgrade_brings_the_tables_to_the_newest_state_and_status_says_so(upgraded: Path) -> None:
    again = json.loads(run("db", "upgrade", "--json", "--data-dir", str(upgraded)).stdout)
    found = json.loads(run("db", "status", "--json", "--data-dir", str(upgraded)).stdout)

    assert again["from"] == again["to"] == found["revision"] == found["head"]
    assert found["running"] is True
    assert found["embedded"] is True
    assert int(found["version"].split(".")[0]) >= 15
    assert found["size_bytes"] > 1_000_000
    assert "office" in {table["name"] for table in found["tables"]}


def test_status_is_readable_without_json(upgraded: Path) -> None:
    page = run("db", "status", "--data-dir", str(upgraded)).stdout

    assert "revision" in page
    assert "office" in page


def test_status_hides_the_password_of_a_database_of_ones_own(
    upgraded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = EmbeddedServer(upgraded).url("kebien_owner").replace("kebien_owner@", "kebien_owner:pw1@")
    monkeypatch.setenv("KEBIEN_DATABASE_URL", own)

    done = run("db", "status", "--json")
    stop = run("db", "stop", "--json")

    assert "kebien_owner" in done.stdout
    assert "pw1" not in done.stdout
    assert json.loads(stop.stdout) == {"stopped": False}
    assert EmbeddedServer(upgraded).status().state is State.READY


def test_a_database_that_is_away_is_told_without_a_trace_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEBIEN_DATABASE_URL", f"postgresql://a@/b?host={tmp_path}")

    done = run("db", "status")

    assert done.exit_code == 1
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr


def test_stop_ends_the_server_of_the_folder(tmp_path: Path) -> None:
    EmbeddedServer(tmp_path).ensure()

    first = run("db", "stop", "--json", "--data-dir", str(tmp_path))
    second = run("db", "stop", "--json", "--data-dir", str(tmp_path))

    assert json.loads(first.stdout) == {"stopped": True}
    assert json.loads(second.stdout) == {"stopped": False}
    assert second.exit_code == 0
    assert EmbeddedServer(tmp_path).status().state is State.GONE


def test_json_keeps_amounts_exact_days_plain_and_letters_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.print_json(
        {
            "amount": Decimal("1000000.50"),
            "on": date(2026, 7, 1),
            "at": datetime(2026, 7, 1, 3, tzinfo=UTC),
            "name": "kê biên",
            "folder": Path("/d"),
            "settings": Settings(data_dir=Path("/d")),
        }
    )

    written = capsys.readouterr().out
    read = json.loads(written)
    assert "kê biên" in written
    assert read["amount"] == "1000000.50"
    assert (read["on"], read["at"]) == ("2026-07-01", "2026-07-01T03:00:00+00:00")
    assert (read["folder"], read["settings"]["data_dir"]) == ("/d", "/d")


def test_what_has_no_json_form_is_a_fault() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        output.print_json(object())


def test_a_table_shows_what_it_is_given_letter_by_letter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.print_table(["ref", "price"], [["[bold]A[/bold]", 5], ["B", None]], title="Lots")

    page = capsys.readouterr().out
    assert "[bold]A[/bold]" in page
    assert "Lots" in page
    assert "None" not in page


@pytest.mark.parametrize("name", [name for part in SECTIONS.values() for name in part])
def test_every_command_that_help_names_can_be_called(name: str) -> None:
    page = run(name, "--help")

    assert page.exit_code == 0, page.output
    assert page.output.startswith(f"Usage: kebien {name} ")
