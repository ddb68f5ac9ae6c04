"""Floor and reductions on real sale prices of court auctions."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from auction.offers.real_sales import real_sales

pytestmark = pytest.mark.shared
TODAY = date(2026, 11, 23)


def test_court_sales_fall_round_by_round_and_reach_the_floor_seldom(session: Session) -> None:
    found = real_sales(session, "kr_court", TODAY)
    assert found.limit_percent == 10
    assert found.sold > 500
    assert sum(row.sold for row in found.rounds) == found.sold
    starts = [row.start_of_first for row in found.rounds]
    assert starts == sorted(starts, reverse=True)
    assert starts[0] == 100
    assert all(row.sale_of_start >= 100 for row in found.rounds)
    lawful = [row.lawful_rounds for row in found.rounds]
    assert lawful == sorted(lawful)
    assert lawful[-1] > found.rounds[-1].round
    counted = list(found.at_or_under.values())
    assert counted == sorted(counted)
    assert Decimal(found.at_or_under[30]) / found.sold < Decimal("0.1")


def test_a_source_without_sales_says_nothing(session: Session) -> None:
    found = real_sales(session, "no_such_source", TODAY)
    assert (found.sold, found.rounds) == (0, [])
