"""``kebien report review-dossier``."""

import json
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy.orm import Session, sessionmaker

from service.cli import report
from service.cli.main import main
from service.database import Database
from service.settings import Settings
from tests.make.organisation import People
from tests.reports.histories import History, make_history


@pytest.fixture
def history(session: Session, people: People, at: datetime) -> History:
    return make_history(session, people, at=at)


@pytest.fixture
def run(
    database: Database,
    sessions: sessionmaker[Session],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> CliRunner:
    """The command line inside the test's transaction."""
    monkeypatch.setattr(database, "sessions", sessions)
    monkeypatch.setattr(database, "close", lambda: None)
    monkeypatch.setattr(report, "ready", lambda _settings: database)
    monkeypatch.setenv("KEBIEN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return CliRunner()


@pytest.mark.parametrize("number", ["asset", "DG-9000001-0", "X-42"])
def test_the_dossier_is_written_to_the_file(
    run: CliRunner, history: History, tmp_path: Path, number: str
):
    ref = history.asset.reference if number == "asset" else number
    file = tmp_path / "dossier.pdf"
    done = run.invoke(main, ["report", "review-dossier", ref, "-o", str(file), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["assets"] == [history.asset.reference]
    assert (told["rounds"], told["failed_in_a_row"], told["breaches"]) == (4, 4, 1)
    assert told["bytes"] == file.stat().st_size
    first = PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text()
    assert "Số: ......../HSKT-THADS" in first


def test_a_number_that_nobody_knows_ends_with_1_and_its_reason(run: CliRunner, tmp_path: Path):
    file = tmp_path / "dossier.pdf"
    done = run.invoke(main, ["report", "review-dossier", "TH-UNKNOWN", "-o", str(file)])
    assert done.exit_code == 1
    assert "TH-UNKNOWN" in done.stderr
    assert done.stdout == ""
    assert not file.exists()


def test_a_file_that_cannot_be_written_ends_with_1(
    run: CliRunner, history: History, tmp_path: Path
):
    file = tmp_path / "nowhere" / "dossier.pdf"
    done = run.invoke(main, ["report", "review-dossier", "X-42", "-o", str(file)])
    assert done.exit_code == 1
    assert "nowhere" in done.stderr


def test_without_a_file_the_usage_is_wrong(run: CliRunner):
    assert run.invoke(main, ["report", "review-dossier", "X-42"]).exit_code == 2
