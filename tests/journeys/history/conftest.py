"""The real history, imported once in a run; without the shared data its tests are skipped."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared
from tests.journeys.history.figures import ANSWERS


@pytest.fixture(scope="session")
def expected(shared: Path) -> dict[str, Any]:
    """The figures that are known of the sources."""
    return json.loads((shared / "data" / "EXPECTED_open.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def data_dir(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the imported history, its server running."""
    folder = prepared.history(tmp_path_factory.mktemp("history") / "data", shared)
    server = EmbeddedServer(folder, owned=False, options=prepared.HASTY).ensure()
    yield folder
    server.stop()


@pytest.fixture(scope="session")
def imported(data_dir: Path) -> dict[str, dict[str, Any]]:
    """What the import of each source answered."""
    return json.loads((data_dir / ANSWERS).read_text("utf-8"))


@pytest.fixture
def session(data_dir: Path) -> Iterator[Session]:
    """The imported history."""
    database = Database(Settings(data_dir=data_dir))
    with database.transaction(SYSTEM, read_only=True) as session:
        yield session
    database.close()
