"""Real auction history through the command line: every figure that is known of it comes out again.

The data lie beside the checkout and are no part of it; without them these tests are skipped. The
expected figures were made by a program that shares nothing with this one.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.imports.profile import load_profile
from inventory.base.actor import SYSTEM
from service.cli.main import main
from service.database import Database
from service.postgres.launcher import EmbeddedServer
from service.settings import Settings

pytestmark = pytest.mark.shared

DAYS = ("2026-02-15", "2026-03-15", "2026-04-14")


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "data" / "EXPECTED_open.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def data_dir(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("history")
    server = EmbeddedServer(folder, owned=False, options={"fsync": "off"}).ensure()
    yield folder
    server.stop()


def kebien(data_dir: Path, *words: str) -> Any:
    args = ["--data-dir", str(data_dir), *words, "--json"]
    done = CliRunner().invoke(main, args, prog_name="kebien")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def imported(shared: Path, data_dir: Path) -> dict[str, dict[str, Any]]:
    """What the import of each source answered."""
    return {
        source: kebien(data_dir, "import", source, str(shared / "data" / "open" / source))
        for source in ("th_led", "vn_relist", "vn_notices", "kr_court", "ca_bc")
    }


@pytest.fixture
def session(imported: dict[str, Any], data_dir: Path) -> Iterator[Session]:
    """The imported history."""
    database = Database(Settings(data_dir=data_dir))
    with database.transaction(SYSTEM, read_only=True) as session:
        yield session
    database.close()


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


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("th_led", {"cases": "cases", "lots": "lots", "items": "items", "rounds": "rounds"}),
        ("vn_relist", {"assets": "assets", "rounds": "rounds", "notices": "notices"}),
        ("vn_notices", {"notices": "notices", "items": "items"}),
        ("kr_court", {"assets": "assets", "rounds_known": "rounds_known_rows"}),
        ("ca_bc", {"cases": "cases", "items": "items"}),
    ],
)
def test_every_row_of_every_file_is_read_and_added(imported, expected, source, rows):
    done = imported[source]
    assert done["refused_csv"] is None
    assert done["tables"] == {
        table: {
            "read": expected[source][figure],
            "added": expected[source][figure],
            "skipped": 0,
            "refused": 0,
            "changed": 0,
        }
        for table, figure in rows.items()
    }


def test_the_files_are_the_ones_the_figures_were_made_of(session, expected):
    hashes = counts(
        session,
        "SELECT subject_ref || '/' || f.key, f.value FROM audit_entry,"
        " jsonb_each_text(data -> 'files') f WHERE code = 'imports.folder.imported'",
    )
    assert hashes == expected["files_sha256"]


@pytest.mark.parametrize("source", ["th_led", "vn_relist", "vn_notices", "kr_court", "ca_bc"])
def test_again_adds_nothing(imported, data_dir, shared, source):
    again = kebien(data_dir, "import", source, str(shared / "data" / "open" / source))
    for table, count in again["tables"].items():
        assert count == {**imported[source]["tables"][table], "added": 0, "skipped": count["read"]}
    assert again["breaches"] == imported[source]["breaches"]
    assert again["refused_csv"] is None


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("failed", range(1, 7))
def test_lots_with_so_many_failed_rounds_in_a_row(imported, expected, data_dir, day, failed):
    figures = expected["th_led"]["as_of"][day]
    asked = ("flags", "--as-of", day, "--min-failed", str(failed))
    every = kebien(data_dir, *asked)
    still_open = kebien(data_dir, *asked, "--open")
    th_led = [
        [lot for lot in x["lots"] if lot["ref"].startswith("TH-")] for x in (every, still_open)
    ]
    assert len(th_led[0]) == figures[f"lots_with_{failed}_or_more_consecutive_failed"]
    assert len(th_led[1]) == figures[f"of_these_open_{failed}"]
    assert all(lot["failed_in_a_row"] >= failed for lot in th_led[0])
    if failed == 3:
        refs = [lot["ref"] for lot in th_led[1]]
        assert refs == sorted(refs)
        assert refs[:10] == figures["first_10_open_lot_ids_with_3_or_more"]
        assert (
            hashlib.sha256("\n".join(refs).encode()).hexdigest()
            == figures["sha256_of_open_lot_ids_with_3_or_more_joined_by_newline"]
        )


@pytest.mark.parametrize("day", DAYS)
def test_rounds_and_open_lots_up_to_a_day(session, expected, day):
    figures = expected["th_led"]["as_of"][day]
    rounds = (
        "auction_round r JOIN lot l ON l.id = r.lot_id"
        f" AND l.source = 'th_led' AND r.held_on <= '{day}'"
    )
    assert one(session, f"SELECT count(*) FROM {rounds}") == figures["rounds_dated_up_to"]
    closed = (
        f"SELECT count(DISTINCT l.id) FROM {rounds} JOIN round_outcome o ON o.round_id = r.id"
        " WHERE o.code IN ('sold', 'withdrawn')"
    )
    assert expected["th_led"]["lots"] - one(session, closed) == figures["lots_open"]


def test_th_led_results_and_reasons(session, expected):
    figures = expected["th_led"]
    assert counts(session, OUTCOMES.format("th_led")) == mapped(
        "th_led", "outcomes", figures["results"]
    )
    assert (
        one(
            session,
            "SELECT count(*) FROM auction_round r JOIN lot l ON l.id = r.lot_id"
            " WHERE l.source = 'th_led' AND NOT EXISTS"
            " (SELECT FROM round_outcome o WHERE o.round_id = r.id)",
        )
        == figures["results"]["no_result"]
    )
    codes = counts(
        session,
        "SELECT o.source_code, count(*) FROM round_outcome o JOIN lot l ON l.id = o.lot_id"
        " WHERE l.source = 'th_led' GROUP BY 1",
    )
    assert codes == {code: n for code, n in figures["status_codes"].items() if code != "0"}


def test_th_led_money_and_sales(session, expected):
    figures = expected["th_led"]
    values = "valuation v JOIN lot l ON l.id = v.lot_id AND l.source = 'th_led'"
    assert one(session, f"SELECT sum(v.amount) FROM {values}") == Decimal(
        str(figures["valuation_total"])
    )
    sold = "SELECT lot_id FROM round_outcome WHERE code = 'sold'"
    assert one(session, f"SELECT sum(v.amount) FROM {values} WHERE l.id IN ({sold})") == Decimal(
        str(figures["valuation_of_sold_lots"])
    )
    assert one(
        session,
        "SELECT sum(r.deposit) FROM auction_round r JOIN lot l ON l.id = r.lot_id"
        " WHERE l.source = 'th_led' AND r.number = 1",
    ) == Decimal(str(figures["deposit_total"]))
    assert (
        counts(
            session,
            "SELECT CAST(r.number AS text), count(*) FROM round_outcome o"
            " JOIN auction_round r ON r.id = o.round_id JOIN lot l ON l.id = o.lot_id"
            " WHERE l.source = 'th_led' AND o.code = 'sold' GROUP BY 1",
        )
        == figures["sold_in_round"]
    )


def test_th_led_dirt_is_kept_as_it_is(session, expected):
    figures = expected["th_led"]
    rounds = (
        "auction_round r JOIN lot l ON l.id = r.lot_id AND l.source = 'th_led'"
        " LEFT JOIN round_outcome o ON o.round_id = r.id"
    )
    assert (
        one(
            session,
            f"SELECT count(*) FROM {rounds} WHERE r.held_on <= '2026-04-14' AND o.code IS NULL",
        )
        == figures["rounds_past_2026-04-14_without_result"]
    )
    assert (
        one(
            session,
            f"SELECT count(*) FROM {rounds}"
            " WHERE r.held_on > '2026-04-14' AND o.code = 'failed_no_bid'",
        )
        == figures["rounds_after_2026-04-14_marked_unsold"]
    )


def test_th_led_parcels_and_parties(session, expected):
    figures = expected["th_led"]
    assert (
        one(
            session,
            "SELECT count(*) FROM (SELECT 1 FROM lot_asset k JOIN asset a ON a.id = k.asset_id"
            " WHERE a.source = 'th_led' AND a.identification IS NOT NULL"
            " GROUP BY k.asset_id HAVING count(*) > 1) twice",
        )
        == figures["parcels_in_two_or_more_lots"]
    )
    assert counts(
        session,
        "SELECT note, count(*) FROM enforcement_case WHERE source = 'th_led' GROUP BY 1",
    ) == mapped("th_led", "creditors", figures["creditor_kinds"])


def test_vn_relist_rounds_and_failures(session, expected):
    figures = expected["vn_relist"]
    assert counts(session, OUTCOMES.format("vn_relist")) == mapped(
        "vn_relist", "outcomes", figures["results"]
    )
    assert counts(session, KINDS.format("vn_relist")) == mapped(
        "vn_relist", "kinds", figures["asset_kinds"]
    )
    rounds = counts(
        session,
        "SELECT CAST(n AS text), count(*) FROM (SELECT count(*) AS n FROM auction_round r"
        " JOIN lot l ON l.id = r.lot_id AND l.source = 'vn_relist' GROUP BY l.id) x GROUP BY 1",
    )
    assert rounds == figures["assets_by_number_of_rounds"]
    for failed, assets in figures["assets_with_inferred_failed_rounds"].items():
        assert (
            one(
                session,
                "SELECT count(*) FROM failure_run f JOIN asset a ON a.id = f.asset_id"
                f" WHERE a.source = 'vn_relist' AND f.failed_in_a_row >= {failed}",
            )
            == assets
        )


def test_vn_relist_prices_and_breaches(session, imported, expected):
    figures = expected["vn_relist"]
    prices = (
        "(SELECT r.starting_price AS price, r.source_ref,"
        " lag(r.starting_price) OVER one AS before,"
        " row_number() OVER one AS first,"
        " row_number() OVER (PARTITION BY l.id ORDER BY number DESC) AS last"
        " FROM auction_round r JOIN lot l ON l.id = r.lot_id AND l.source = 'vn_relist'"
        " WINDOW one AS (PARTITION BY l.id ORDER BY number)) p"
    )
    assert session.execute(
        text(
            "SELECT sum(price) FILTER (WHERE first = 1), sum(price) FILTER (WHERE last = 1),"
            f" count(before), count(*) FILTER (WHERE price < before) FROM {prices}"
        )
    ).one() == (
        figures["first_start_price_total"],
        figures["last_start_price_total"],
        figures["price_steps"],
        figures["steps_down"],
    )
    assert imported["vn_relist"]["breaches"] == figures["steps_down_by_more_than_10_percent"]
    breaches = session.execute(
        text(
            "SELECT b.rule_key, b.article, b.rule_id IS NOT NULL, l.source FROM breach b"
            " JOIN lot l ON l.id = b.lot_id"
        )
    ).all()
    assert len(breaches) == figures["steps_down_by_more_than_10_percent"]
    assert {(key, known, source) for key, _article, known, source in breaches} == {
        ("max_reduction_pct", True, "vn_relist")
    }
    assert all(article for _key, article, *_rest in breaches)


def test_vn_relist_notices_are_on_their_rounds(session, expected):
    assert (
        one(
            session,
            "SELECT sum(regexp_count(r.note, 'Thông báo \\d+')) FROM auction_round r"
            " JOIN lot l ON l.id = r.lot_id AND l.source = 'vn_relist'",
        )
        == expected["vn_relist"]["notices"]
    )
    assert (
        one(
            session,
            "SELECT count(*) FROM auction_round r JOIN lot l ON l.id = r.lot_id"
            " WHERE l.source = 'vn_relist' AND r.note NOT LIKE 'Ngày ước tính%'",
        )
        == 0
    )
    early = expected["vn_relist"]["as_of_notice_300000"]
    assert session.execute(
        text(
            "SELECT count(DISTINCT r.lot_id), count(*) FROM auction_round r"
            " JOIN lot l ON l.id = r.lot_id AND l.source = 'vn_relist'"
            " WHERE CAST(r.source_ref AS bigint) <= 300000"
        )
    ).one() == (early["assets"], early["rounds"])


def test_kr_court_rounds_and_money(session, expected):
    figures = expected["kr_court"]
    assert counts(session, OUTCOMES.format("kr_court")) == mapped(
        "kr_court", "outcomes", figures["results_of_known_rounds"]
    )
    sales = (
        "round_outcome o JOIN auction_round r ON r.id = o.round_id"
        " JOIN lot l ON l.id = o.lot_id AND l.source = 'kr_court' AND o.code = 'sold'"
        " JOIN lot_asset k ON k.lot_id = l.id JOIN valuation v ON v.asset_id = k.asset_id"
    )
    proceeds, appraised, above = session.execute(
        text(
            "SELECT sum(o.sale_price), sum(v.amount),"
            " count(*) FILTER (WHERE o.sale_price > v.amount)"
            f" FROM {sales}"
        )
    ).one()
    assert (proceeds, appraised, above) == (
        figures["total_proceeds"],
        figures["appraisal_total"],
        figures["sold_above_appraisal"],
    )
    assert (
        counts(
            session,
            "SELECT CAST(extract(year FROM r.held_on) AS text), sum(o.sale_price)"
            f" FROM {sales} GROUP BY 1",
        )
        == figures["proceeds_by_year_of_sale"]
    )
    by_rounds = session.execute(
        text(
            "SELECT CAST(r.number AS text), count(*), round(avg(1 - o.sale_price / v.amount), 4)"
            f" FROM {sales} GROUP BY r.number"
        )
    ).all()
    assert {rounds: {"assets": n, "mean": float(mean)} for rounds, n, mean in by_rounds} == {
        rounds: {"assets": each["assets"], "mean": each["mean"]}
        for rounds, each in figures["mean_discount_by_rounds_total"].items()
    }


def test_foreign_courts_are_not_judged_by_our_law(imported):
    assert {source: imported[source]["breaches"] for source in ("th_led", "kr_court")} == {
        "th_led": 0,
        "kr_court": 0,
    }


def test_vn_notices_prices_days_and_owners(session, expected):
    figures = expected["vn_notices"]
    rounds = "auction_round r JOIN lot l ON l.id = r.lot_id AND l.source = 'vn_notices'"
    total, without, first, last = session.execute(
        text(
            "SELECT sum(r.starting_price), count(*) - count(r.starting_price), min(r.opens_at),"
            f" max(r.opens_at) FROM {rounds}"
        )
    ).one()
    assert (total, without) == (figures["start_price_total"], figures["without_start_price"])
    assert [f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}" for moment in (first, last)] == [
        figures["auction_first"],
        figures["auction_last"],
    ]
    provinces = counts(session, f"SELECT coalesce(r.venue, ''), count(*) FROM {rounds} GROUP BY 1")
    assert provinces == figures["provinces"]
    words = load_profile("vn_notices").codes["owners"]
    for kind, notices in figures["owner_kinds"].items():
        assert (
            one(session, f"SELECT count(*) FROM {rounds} WHERE r.note LIKE '%{words[kind]};%'")
            == notices
        )
    assert (
        one(session, f"SELECT count(*) FROM {rounds} WHERE r.note LIKE '%Thông báo liên quan%'")
        == figures["with_related_notices"]
    )
    assert one(session, f"SELECT count(*) FROM {rounds} WHERE r.organisation IS NULL") == 0
    kinds = counts(
        session,
        "SELECT kind, count(DISTINCT lot_id) FROM asset a JOIN lot_asset k ON k.asset_id = a.id"
        " WHERE a.source = 'vn_notices' GROUP BY 1",
    )
    assert kinds == mapped("vn_notices", "kinds", figures["portal_kinds"])


def test_ca_bc_goods_wait_to_be_taken_in(session, expected):
    figures = expected["ca_bc"]
    assert counts(session, KINDS.format("ca_bc")) == mapped("ca_bc", "kinds", figures["kinds"])
    cash = counts(
        session, "SELECT currency, sum(amount) FROM valuation WHERE source = 'ca_bc' GROUP BY 1"
    )
    assert cash == {name: Decimal(str(amount)) for name, amount in figures["cash_totals"].items()}
    assert (
        one(
            session,
            "SELECT count(*) FROM asset a JOIN holding h ON h.asset_id = a.id"
            " WHERE a.source = 'ca_bc' AND h.seq = 0 AND h.place_id IS NULL",
        )
        == figures["items"]
    )


def test_ca_bc_goods_are_evidence_of_their_matters(session, expected):
    figures = expected["ca_bc"]
    agencies = counts(
        session,
        "SELECT court, count(*) FROM enforcement_case WHERE source = 'ca_bc'"
        " AND kind = 'criminal_matter' GROUP BY 1",
    )
    assert len(agencies) == figures["agencies"]
    assert {name: agencies[name] for name in figures["top_agencies"]} == figures["top_agencies"]
    held = "asset a LEFT JOIN evidence_hold e ON e.asset_id = a.id WHERE a.source = 'ca_bc'"
    undated = one(session, f"SELECT count(*) FROM {held} AND e.id IS NULL")
    assert 0 < undated < 100, "no ground is made up where the source has no day"
    assert (
        one(
            session,
            f"SELECT max(n) FROM (SELECT count(*) AS n FROM {held} GROUP BY a.case_id) x",
        )
        == figures["most_items_in_a_case"]
    )
    assert one(session, f"SELECT count(*) FROM {held} AND e.agency = ''") == 0


def test_the_kept_counters_are_those_of_the_rounds(session):
    wrong = one(
        session,
        "SELECT count(*) FROM failure_run f FULL JOIN (SELECT asset_id, max(seq) AS held, max(seq)"
        " - coalesce(max(seq) FILTER (WHERE result = 'sold'), 0) AS failed FROM asset_round"
        " GROUP BY asset_id) r ON r.asset_id = f.asset_id"
        " WHERE f.held_rounds IS DISTINCT FROM r.held"
        " OR f.failed_in_a_row IS DISTINCT FROM r.failed",
    )
    assert wrong == 0


def test_the_ledgers_hold_after_the_imports(imported, data_dir):
    verified = kebien(data_dir, "verify")
    assert verified["first_fault"] is None
    assert verified["holdings"] > 40_000
