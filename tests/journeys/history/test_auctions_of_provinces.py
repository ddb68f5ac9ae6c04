"""Auctions of one province, round by round."""

import hashlib
from decimal import Decimal

import pytest

from tests.journeys.history.figures import OUTCOMES, counts, kebien, mapped, one

pytestmark = pytest.mark.shared


DAYS = ("2026-02-15", "2026-03-15", "2026-04-14")


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
