"""Relisted assets with their notices, and rounds of foreign courts."""

import pytest
from sqlalchemy import text

from tests.journeys.history.figures import KINDS, OUTCOMES, counts, mapped, one

pytestmark = pytest.mark.shared


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
            " JOIN lot l ON l.id = b.lot_id WHERE l.source <> 'vn_notices'"
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
