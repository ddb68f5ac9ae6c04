"""Asking the imported history, and figures of a source's codes as figures of ours."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.profile import load_profile
from service.cli.main import main

SOURCES = ("th_led", "vn_relist", "vn_notices", "kr_court", "ca_bc")
ANSWERS = "answers.json"
"""File of what the imports answered, in the data folder."""


def kebien(data_dir: Path, *words: str) -> Any:
    args = ["--data-dir", str(data_dir), *words, "--json"]
    done = CliRunner().invoke(main, args, prog_name="kebien")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def one(session: Session, query: str) -> Any:
    return session.execute(text(query)).scalar_one()


def counts(session: Session, query: str) -> dict[Any, Any]:
    return {row[0]: row[1] for row in session.execute(text(query))}


def mapped(source: str, codes: str, figures: dict[str, int]) -> dict[str, int]:
    """Figures of the source's codes as figures of ours."""
    ours = load_profile(source).codes[codes]
    sums: Counter[str] = Counter()
    for code, figure in figures.items():
        if ours[code]:
            sums[ours[code]] += figure
    return dict(sums)


OUTCOMES = """
SELECT o.code, count(*) FROM round_outcome o JOIN lot l ON l.id = o.lot_id
WHERE l.source = '{}' GROUP BY 1"""


KINDS = "SELECT kind, count(*) FROM asset WHERE source = '{}' GROUP BY 1"


def import_all(data_dir: Path, shared: Path) -> None:
    """Import every source, and keep the answers beside the data."""
    answers = {
        source: kebien(data_dir, "import", source, str(shared / "data" / "open" / source))
        for source in SOURCES
    }
    (data_dir / ANSWERS).write_text(json.dumps(answers), "utf-8")
