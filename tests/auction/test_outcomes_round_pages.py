"""The page of a round, lots offered otherwise and the session, as an officer uses them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.lots.models import Lot
from auction.lots.queries import get_lot
from inventory.base.actor import SYSTEM
from tests.auction.rest import Caller, Time
from tests.make.auction import fail_round, make_auctioned, make_formed_lot, new_round
from tests.make.organisation import People

BILLION = 1_000_000_000
DAY = timedelta(days=1)
Browse = Callable[[str], TestClient]


@pytest.fixture
def lot(session: Session, people: People, at: datetime) -> Lot:
    """A lot whose first round opened an hour ago."""
    made = make_formed_lot(session, people, at=at)
    new = new_round(BILLION, at - DAY / 24, deposit=100_000_000)
    schedule_round(session, people.officer, made.reference, new, at=at)
    return made


def test_a_session_is_kept_on_its_page_and_the_outcome_is_filled_in(
    browse_as: Browse, lot: Lot
) -> None:
    page, path = browse_as("officer"), f"/lots/{lot.reference}/rounds/1"
    for number, name in enumerate(("Lê Văn Mua", "Trần Thị Bán"), 1):
        form = {"name": name, "identity_number": f"07909{number}"}
        assert page.post(f"{path}/bidders", data=form).status_code == 303
        form = {"bidder": str(number), "amount": "100.000.000", "how": "bank"}
        form["paid_at"] = "2026-11-22T08:00"
        assert page.post(f"{path}/deposits", data=form).status_code == 303
    low = page.post(f"{path}/said", data={"bidder": "1", "amount": "999.999.999", "kind": "bid"})
    assert low.status_code == 422
    assert "1.000.000.000" in low.text
    for bidder, amount in (("1", "1.000.000.000"), ("2", "1.050.000.000")):
        form = {"bidder": bidder, "amount": amount, "kind": "bid"}
        assert page.post(f"{path}/said", data=form).status_code == 303
    shown = page.get(path)
    assert "Trần Thị Bán" in shown.text
    closing = page.get(f"/lots/{lot.reference}").text
    assert 'value="1050000000"' in closing
    assert 'value="Trần Thị Bán"' in closing
    form = {"code": "sold", "notified_on": "2026-11-23"}
    assert page.post(f"{path}/outcome", data=form).status_code == 303
    assert page.post(f"{path}/refunds", data={}).status_code == 303


def test_an_inspector_rules_on_a_round_and_an_officer_does_not(
    browse_as: Browse, session: Session, people: People
) -> None:
    item = make_auctioned(session, people.office, 3)
    path = f"/lots/{item.lot.reference}/rounds/2"
    form = {"meaning": "neither", "ground": "Niêm yết sai", "article": "PA16 Art. 35"}
    assert browse_as("officer").post(f"{path}/rulings", data=form).status_code == 403
    page = browse_as("inspector")
    assert page.post(f"{path}/rulings", data=form).status_code == 303
    shown = page.get(path).text
    assert "Niêm yết sai" in shown
    again = page.post(f"{path}/rulings", data=form)
    assert again.status_code == 422


def test_a_lot_is_offered_otherwise(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, 600_000_000, 300_000_000, at=at)
    fail_round(session, people, lot, 900_000_000, at=at)
    first, second = (one.reference for one in get_lot(session, SYSTEM, lot.reference).assets)
    page = browse_as("officer")
    assert first in page.get(f"/lots/{lot.reference}/relot").text
    form = {"groups": f"{first}\n\n{second}", "description": "Bán riêng", "reason": "Dễ bán hơn"}
    done = page.post(f"/lots/{lot.reference}/relot", data=form)
    assert done.status_code == 303
    assert lot.reference in page.get(done.headers["location"]).text
    faulty = page.post(f"/lots/{lot.reference}/relot", data=form | {"groups": ""})
    assert faulty.status_code == 422


def test_the_session_of_a_day_shows_its_order_and_stops(
    browse_as: Browse, session: Session, people: People, at: datetime
) -> None:
    lots = [make_formed_lot(session, people, price, at=at) for price in (100_000_000, BILLION)]
    for lot, price in zip(lots, (100_000_000, BILLION), strict=True):
        lot.case_id = lots[0].case_id
        new = new_round(price, at - DAY / 24)
        schedule_round(session, people.officer, lot.reference, new, at=at)
    session.flush()
    small, great = (lot.reference for lot in lots)
    page = browse_as("officer")
    shown = page.get(f"/lots/{small}/session").text
    assert shown.index(great) < shown.rindex(small)
    refused = page.post(f"/lots/{small}/session/stop", data={"owed": "900.000.000"})
    assert refused.status_code == 422
    sold = {"code": "sold", "sale_price": "1.000.000.000", "notified_on": "2026-11-23"}
    sold["registered"] = "2"
    assert page.post(f"/lots/{great}/rounds/1/outcome", data=sold).status_code == 303
    said = {"owed": "900.000.000", "document": "3/CV-THADS"}
    done = page.post(f"/lots/{small}/session/stop", data=said)
    assert done.status_code == 303


def test_a_round_is_read_and_kept_over_rest(
    call_as: Callable[[str], Caller], lot: Lot, time: Time
) -> None:
    officer, path = call_as("officer"), f"/lots/{lot.reference}/rounds/1"
    made = officer.post(f"{path}/bidders", name="Lê Văn Mua", identity_number="1")
    assert made.status_code == 201
    assert made.json()["session"]["proposal"] == "failed_no_registration"
    paid = officer.post(
        f"{path}/bidders/1/deposit", amount=100_000_000, paid_at="2026-11-22T08:00:00+07:00"
    )
    assert paid.json()["session"]["proposal"] == "failed_single_registrant_not_allowed"
    alone = officer.post(f"{path}/said", bidder=1, amount=BILLION)
    assert (alone.status_code, alone.json()["code"]) == (422, "single_bidder")
    assert call_as("foreign_officer").get(path).status_code == 404
    assert call_as("keeper").get(path).status_code == 403
