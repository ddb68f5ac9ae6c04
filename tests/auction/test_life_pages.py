"""The timeline as a page: one number of statements for any life, and what stands beside the way."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from auction.holds.rules import HoldKind
from auction.life.models import AssetStep
from auction.lots.models import AuctionRound
from auction.reviews.commands import sweep
from inventory.base.actor import SYSTEM
from inventory.cases.models import EnforcementCase
from tests.auction.rest import Time
from tests.make.auction import make_auctioned
from tests.make.between import Between, failed_lot
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

ROUNDS, EVENTS = 40, 500
LONG = (
    # rounds as the second one, with their outcomes
    "WITH r AS (INSERT INTO auction_round (lot_id, office_id, number, starting_price, held_on,"
    "   opens_at, recorded_at) SELECT lot_id, office_id, number + n, starting_price, held_on,"
    "   opens_at, recorded_at FROM auction_round, generate_series(1, :rounds) n"
    "   WHERE lot_id = :lot AND number = 2 RETURNING id, lot_id, office_id, number, held_on),"
    " o AS (INSERT INTO round_outcome (round_id, lot_id, office_id, code, notified_on, recorded_at)"
    "   SELECT id, lot_id, office_id, 'failed_no_bid', held_on, now() FROM r)"
    " INSERT INTO asset_round (asset_id, seq, result, held_on, round_id)"
    "   SELECT :asset, number, 'failed', held_on, id FROM r",
    # steps as those of the second round, over and over
    "INSERT INTO asset_step (asset_id, office_id, seq, step, on_day, state, since_on, regime,"
    "  article, confidence, document, unrecorded, afterwards, lot_id, lot, round_number,"
    "  recorded_at, recorded_by, life)"
    " SELECT s.asset_id, s.office_id, m.seq + n * 3 - 2 + k.turn, s.step, s.on_day, s.state,"
    "  s.since_on, s.regime, s.article, s.confidence, n || '/VB', ARRAY['announced'], false,"
    "  s.lot_id, s.lot, 2 + n % 39, s.recorded_at, s.recorded_by, s.life"
    " FROM generate_series(1, :events / 3) n"
    " CROSS JOIN (VALUES ('offered_again', 0), ('round_failed', 1), ('price_reduced', 2))"
    "  AS k (step, turn)"
    " CROSS JOIN (SELECT max(seq) AS seq FROM asset_step WHERE asset_id = :asset) m"
    " JOIN LATERAL (SELECT * FROM asset_step s WHERE s.asset_id = :asset AND s.step = k.step"
    "  ORDER BY seq LIMIT 1) s ON true",
    # limits of each round, some of them open
    "INSERT INTO deadline (office_id, rule_id, rule_key, scope, article, confidence,"
    "  event, started_on, due_on, warn_on, calendar_id, skipped, subject_kind, subject_ref,"
    "  asset_id, lot_id, set_at, met_on, met_at)"
    " SELECT office_id, rule_id, rule_key, scope, article, confidence, event, started_on - n,"
    "  due_on - n, warn_on, calendar_id, skipped, subject_kind, subject_ref, asset_id, lot_id,"
    "  set_at, CASE WHEN n % 2 = 0 THEN due_on - n END, CASE WHEN n % 2 = 0 THEN now() END"
    " FROM deadline, generate_series(1, :rounds) n WHERE lot_id = :lot"
    " ON CONFLICT DO NOTHING",
)


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """An asset after two rounds in which nobody bought; the officer is to reduce the price."""
    return failed_lot(session, people, 2, at=at)


@pytest.fixture
def officer(browse_as: Callable[[str], TestClient], time: Time, way: Between) -> TestClient:
    time.at = way.now
    return browse_as("officer")


def test_the_page_of_forty_rounds_and_five_hundred_events_sends_as_many_statements_as_a_short_one(
    session: Session, people: People, officer: TestClient, way: Between, statements: list[str]
) -> None:
    path = f"/assets/{way.asset}/life"

    def page() -> tuple[str, int]:
        statements.clear()
        shown = officer.get(path)
        assert shown.status_code == 200
        return shown.text, len([one for one in statements if "SAVEPOINT" not in one])

    page()  # what is read once a process was read
    short, few = page()
    said = {"lot": way.lot.id, "asset": way.asset_id, "rounds": ROUNDS - 2, "events": EVENTS}
    for statement in LONG:
        session.execute(text(statement), said)
    for day in range(3):
        began = way.today - timedelta(days=9 - 3 * day)
        made = make_hold(session, people.officer, HoldKind.COMPLAINT, way.asset, began, at=way.now)
        if day < 2:
            finish_hold(session, people.officer, made, began + timedelta(days=1), at=way.now)
    rounds = select(AuctionRound.id).where(AuctionRound.lot_id == way.lot.id)
    assert len(session.scalars(rounds).all()) == ROUNDS
    steps = select(AssetStep.id).where(AssetStep.asset_id == way.asset_id)
    assert len(session.scalars(steps).all()) >= EVENTS
    session.expire_all()
    long, many = page()
    assert (many, len(long) > 20 * len(short) / 2) == (few, True)


def test_holds_custody_and_flag_stand_beside_the_way_and_what_comes_next_says_who_and_by_when(
    session: Session, people: People, officer: TestClient, way: Between
) -> None:
    session.execute(update(EnforcementCase).values(officer_id=people.officer.staff_id))
    path = f"/assets/{way.asset}/life"
    calm = officer.get(path).text
    assert "Ngoài tiến trình" in calm
    assert "Đang tạm dừng" not in calm
    assert "chưa nhập kho" in calm
    make_hold(session, people.officer, HoldKind.COMPLAINT, way.asset, way.today, at=way.now)
    held = officer.get(path).text
    assert "Đang tạm dừng" in held
    assert "/holds/" in held
    coming = held.split('id="next"')[1].split("</ul>")[0]
    assert "Chấp hành viên" in coming
    assert people.officer.name in coming
    assert "hạn" in coming


def test_an_open_flag_stands_beside_the_way_for_who_may_see_it(
    session: Session, people: People, browse_as: Callable[[str], TestClient], at: datetime
) -> None:
    item = make_auctioned(session, people.office, 5)
    sweep(lambda: nullcontext(session), SYSTEM, date(2026, 11, 23), at=at)
    path = f"/assets/{item.ref}/life"
    assert "≥ 5" in browse_as("officer").get(path).text
    keeper = browse_as("keeper").get(path).text
    assert "≥ 5" not in keeper
    assert "Cờ kiểm tra" not in keeper
