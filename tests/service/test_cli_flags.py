"""``kebien flags`` and ``kebien sweep`` as they are called."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from auction.bidding.rules import Outcome
from inventory.base.actor import SYSTEM
from service.cli.main import main
from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests.apart import database_apart
from tests.make.auction import FAILED, FIRST_ROUND, make_auctioned
from tests.make.organisation import make_office

LAST = (FIRST_ROUND + timedelta(days=21 * 4)).isoformat()


@pytest.fixture
def apart(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A database with six lots, as the command line finds it."""
    with database_apart(database) as settings:
        kept = Database(settings)
        with kept.transaction(SYSTEM) as session:
            office = make_office(session, name="THADS tỉnh Thử")
            made = partial(make_auctioned, session, office)
            made(1, source="L1")
            made(3, source="L3")
            made(5, source="L5")
            made(2)
            made(outcomes=[FAILED, FAILED, FAILED, Outcome.SOLD], source="L-sold")
            made(outcomes=[FAILED, FAILED, FAILED, Outcome.WITHDRAWN], source="L-withdrawn")
        kept.close()
        monkeypatch.setenv("KEBIEN_DATABASE_URL", str(settings.database_url))
        monkeypatch.setenv("KEBIEN_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        yield settings


def kebien(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def answer(*words: str) -> dict[str, object]:
    result = kebien(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_flags_answers_lots_by_their_number_in_the_source(apart: Settings) -> None:
    said = answer("flags", "--as-of", LAST)
    assert {name: said[name] for name in ("as_of", "count")} == {"as_of": LAST, "count": 3}
    lots = said["lots"]
    assert [(lot["ref"], lot["failed_in_a_row"], lot["tier"]) for lot in lots] == [
        ("L-withdrawn", 3, 3),
        ("L3", 3, 3),
        ("L5", 5, 5),
    ]
    assert lots[2]["office"] == "THADS tỉnh Thử"
    assert lots[2]["last_round_on"] == LAST
    assert len(lots[2]["assets"]) == 1


def test_flags_open_leaves_out_what_was_sold_or_withdrawn(apart: Settings) -> None:
    said = answer("flags", "--as-of", LAST, "--min-failed", "3", "--open")
    assert [lot["ref"] for lot in said["lots"]] == ["L3", "L5"]


def test_flags_of_an_earlier_day_know_nothing_of_later_rounds(apart: Settings) -> None:
    said = answer("flags", "--as-of", FIRST_ROUND.isoformat(), "--min-failed", "1")
    assert said["count"] == 6
    assert {lot["failed_in_a_row"] for lot in said["lots"]} == {1}
    before = (FIRST_ROUND - timedelta(days=1)).isoformat()
    assert answer("flags", "--as-of", before) == {"as_of": before, "count": 0, "lots": []}


def test_a_long_list_is_whole_json(apart: Settings) -> None:
    kept = Database(apart)
    with kept.transaction(SYSTEM) as session:
        office = make_office(session, "T9", "Nơi khác")
        for number in range(501):
            session.execute(
                text(
                    "WITH made AS (INSERT INTO lot (id, reference, office_id, description,"
                    " recorded_at) VALUES (:id, :ref, :office, 'Lô', now())"
                    " RETURNING id, office_id),"
                    " r AS (INSERT INTO auction_round (lot_id, office_id, number, held_on,"
                    " recorded_at) SELECT id, office_id, 1, '2026-01-12', now() FROM made"
                    " RETURNING id, lot_id, office_id)"
                    " INSERT INTO round_outcome (round_id, lot_id, office_id, code, recorded_at)"
                    " SELECT id, lot_id, office_id, 'failed_no_bid', now() FROM r"
                ),
                {"id": 10_000 + number, "ref": f"X{number:04}", "office": office.id},
            )
    kept.close()
    said = answer("flags", "--as-of", LAST, "--min-failed", "1")
    assert said["count"] == len(said["lots"]) == 506
    assert [lot["ref"] for lot in said["lots"]] == sorted(lot["ref"] for lot in said["lots"])


def test_flags_prints_a_table_for_people(apart: Settings) -> None:
    shown = kebien("flags", "--as-of", LAST)
    assert shown.exit_code == 0
    assert "3 lots with 3 or more failed rounds in a row" in shown.stdout
    assert "L-withdrawn" in shown.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("flags", "--as-of", "yesterday"),
        ("flags", "--as-of", "2026-02-30"),
        ("flags", "--as-of", LAST, "--min-failed", "0"),
        ("sweep", "--as-of", "31/12/2026"),
    ],
)
def test_a_day_or_number_that_cannot_be_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert kebien(*words).exit_code == 2


def test_a_day_without_a_rule_is_refused_with_the_reason(apart: Settings) -> None:
    for command in ("flags", "sweep"):
        refused = kebien(command, "--as-of", "2001-01-01", "--json")
        assert refused.exit_code == 1
        assert refused.stdout == ""
        assert "failed_rounds_flag" in refused.stderr


def test_sweep_raises_once_and_counts_what_stands(apart: Settings) -> None:
    first = answer("sweep", "--as-of", LAST)
    assert first.pop("seconds") >= 0
    assert first == {"as_of": LAST, "raised": 4, "already": 0, "by_tier": {"3": 3, "5": 1}}
    again = answer("sweep", "--as-of", LAST)
    assert (again["raised"], again["already"], again["by_tier"]) == (0, 4, {})
    shown = kebien("sweep", "--as-of", LAST)
    assert shown.exit_code == 0
    assert "raised" in shown.stdout


def test_a_sweep_beside_another_is_refused(apart: Settings) -> None:
    kept = Database(apart)
    with kept.transaction(SYSTEM) as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kebien.sweep'))"))
        refused = kebien("sweep", "--as-of", LAST, "--json")
    kept.close()
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "Another sweep is running" in refused.stderr


def test_on_a_fresh_folder_the_database_is_made_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEBIEN_DATABASE_URL", raising=False)
    folder = tmp_path / "data"
    try:
        said = kebien("flags", "--as-of", LAST, "--json", "--data-dir", str(folder))
        assert json.loads(said.stdout) == {"as_of": LAST, "count": 0, "lots": []}
    finally:
        EmbeddedServer(folder).stop()
