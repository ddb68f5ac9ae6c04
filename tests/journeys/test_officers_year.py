"""An officer's year on one asset, in a real browser: from the seizure to the payout.

Seizure, valuation and re-valuation, four rounds that fail, the flag, a sale, the buyer who does not
pay, a second sale, payment, delivery, payout; the clock moves on between the acts, so every limit
of the law is the real one.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsing import chromium
from tests.journeys.later import moved_clock
from tests.journeys.office import served_office
from tests.journeys.year import Year
from tests.journeys.year_money import (
    ends_closed_and_on_paper,
    is_paid_and_delivered,
    pays_out,
    the_buyer_does_not_pay,
)
from tests.journeys.year_prices import finds_who_auctions_it, seizes, values_it_twice
from tests.journeys.year_rounds import fails, is_flagged, sells

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder: Path = tmp_path_factory.mktemp("officers-year")
    with (
        moved_clock(folder / "days") as later,
        served_office(folder / "data", "tests.journeys.later") as served,
        chromium() as browser,
    ):
        yield Year(browser, served, later)


def test_from_the_seizure_to_the_payout(year: Year) -> None:
    year.passes(0)
    seizes(year)
    values_it_twice(year)
    finds_who_auctions_it(year)
    for number in range(1, 5):
        fails(year, number)
    is_flagged(year)
    sells(year, 5)
    the_buyer_does_not_pay(year)
    sells(year, 6)
    is_paid_and_delivered(year)
    pays_out(year)
    ends_closed_and_on_paper(year)
