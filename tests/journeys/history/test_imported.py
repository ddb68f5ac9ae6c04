"""What the import of the real history answered, and what holds after it.

The data lie beside the checkout and are no part of it; the expected figures were made by a program
that shares nothing with this one.
"""

from datetime import UTC
from decimal import Decimal

import pytest
from sqlalchemy import text

from auction.imports.profile import load_profile
from tests.journeys.history.figures import KINDS, counts, kebien, mapped, one

pytestmark = pytest.mark.shared


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


def test_vn_notices_are_judged_by_the_auction_law_where_it_binds_the_seller(session):
    found = counts(
        session,
        "SELECT b.rule_key || ', ' || b.article, count(*) FROM breach b"
        " JOIN lot l ON l.id = b.lot_id AND l.source = 'vn_notices' GROUP BY 1",
    )
    assert found == {
        "announce_second_before, PA16 Art. 57(3)": 16,
        "deposit_pct, PA16 Art. 39(1)": 9,
    }
    unbound = one(
        session,
        "SELECT count(*) FROM breach b JOIN auction_round r ON r.id = b.round_id"
        " JOIN lot l ON l.id = b.lot_id AND l.source = 'vn_notices'"
        " WHERE r.note LIKE '%doanh nghiệp, tổ chức khác;%' OR r.note LIKE '%cá nhân;%'",
    )
    assert unbound == 0


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
