"""``kebien law simulate``: a value tried on the database; the calculators stay without one."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from inventory.base.actor import SYSTEM
from service.cli.main import main
from service.database import Database
from service.settings import Settings
from tests.apart import database_apart
from tests.make.auction import make_auctioned
from tests.make.organisation import make_office


@pytest.fixture
def apart(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A database with one lot of four failed rounds, as the command line finds it."""
    with database_apart(database) as settings:
        kept = Database(settings)
        with kept.transaction(SYSTEM) as session:
            make_auctioned(session, make_office(session, name="THADS tỉnh Thử"), 4)
        kept.close()
        monkeypatch.setenv("KEBIEN_DATABASE_URL", str(settings.database_url))
        monkeypatch.setenv("KEBIEN_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        yield settings


def test_a_value_is_tried_on_what_the_database_holds(apart: Settings) -> None:
    words = ("law", "simulate", "max_reduction_pct", "8", "--from", "2026-02-01", "--json")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["looked_at"], said["changed"]) == (3, 3)
    assert said["changes"] == {"becomes_breach": 3}
    assert said["offices"] == [["THADS tỉnh Thử", "becomes_breach", 3]]
    told = CliRunner().invoke(main, words[:4])
    assert "becomes_breach" in told.stdout


def test_a_value_that_does_not_fit_is_refused(apart: Settings) -> None:
    result = CliRunner().invoke(main, ("law", "simulate", "max_reduction_pct", "120"))
    assert result.exit_code != 0


def test_the_calculators_start_without_the_database() -> None:
    seen = "import sys, service.cli.law; print('sqlalchemy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
