"""The enforcement officer's pages in a real browser, on his desk and on his phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.lots.commands import note_breach
from auction.lots.rules import FoundBreach
from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.auth.rules import COOKIE
from tests.browsing import SIZES, axe_faults, chromium, open_page, serving
from tests.make.auction import (
    close_round,
    fail_round,
    make_auctioned,
    make_formed_lot,
    make_valued_asset,
    new_round,
)
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token

pytestmark = pytest.mark.browser
BILLION = 1_000_000_000


@dataclass
class Office:
    """A served office with lots at every step."""

    address: str
    tokens: dict[str, str]
    asset: str
    fresh: str
    opened: str
    failed: str
    sold: str
    history: str
    auctioned: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("browser")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            asset = make_valued_asset(session, people, at=at)
            fresh, opened, failed, sold = (
                make_formed_lot(session, people, BILLION, at=at) for _i in range(4)
            )
            for lot in (opened, sold):
                opens = new_round(BILLION, at - timedelta(hours=2), organisation="Trung tâm Thử")
                schedule_round(session, people.officer, lot.reference, opens, at=at)
            close_round(session, people, sold, 1, Outcome.SOLD, at=at, sale_price=BILLION)
            fail_round(session, people, failed, BILLION, at=at)
            past = make_auctioned(session, people.office, 7)
            facts = {"price_before": "729000000", "price_after": "600000000"}
            found = FoundBreach(
                rule_key="max_reduction_pct",
                rule_id=None,
                article="L08 Art. 104(5)",
                confidence="A",
                lot_id=past.lot.id,
                round_id=past.rounds[4].id,
                office_id=people.office.id,
                facts=facts | {"lowest_price": "656100000"},
            )
            note_breach(session, found, at=at)
            tokens = {who: make_token(session, people, who, at) for who in people.staff}
            names = [lot.reference for lot in (fresh, opened, failed, sold, past.lot)]
        with serving(database.settings) as address:
            yield Office(address, tokens, asset, *names, past.ref)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def visit(browser: Browser, office: Office, who: str, path: str, size: str = "desk") -> Page:
    page = open_page(browser, office.address, size)
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens[who], "url": office.address}])
    page.goto(path.format(**vars(office)))
    return page


PAGES = [
    ("officer", "/desk"),
    ("officer", "/lots"),
    ("officer", "/lots?awaits=reduction"),
    ("officer", "/lots/new"),
    ("officer", "/lots/{fresh}"),
    ("officer", "/lots/{opened}"),
    ("officer", "/lots/{failed}"),
    ("officer", "/lots/{failed}?step=round"),
    ("officer", "/lots/{sold}"),
    ("inspector", "/lots/{history}"),
    ("officer", "/rounds"),
    ("officer", "/rounds?since=2040-01-01"),
    ("inspector", "/breaches"),
    ("officer", "/assets/{auctioned}"),
    ("officer", "/assets/{asset}/valuations/new"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_readable_by_all_and_fits_both_screens(
    browser: Browser, office: Office, who: str, path: str
) -> None:
    page = visit(browser, office, who, path, "phone")
    assert axe_faults(page) == []
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_an_officer_reduces_a_price_and_is_told_the_lowest_lawful_one(
    browser: Browser, office: Office
) -> None:
    page = visit(browser, office, "officer", "/lots/{failed}", "phone")
    page.fill("#new_price", "899.999.999")
    page.fill("#decision_number", "5/QĐ-THADS")
    page.locator("#next button").click()
    fault = page.locator("#new_price-fault")
    expect(fault).to_contain_text("900.000.000")
    expect(page.locator("#next")).to_contain_text("khoản 3 Điều 83")
    expect(page.locator("#new_price")).to_have_value("899.999.999")
    page.fill("#new_price", "900.000.000")
    page.locator("#next button").click()
    expect(page.locator(".notice.good")).to_be_visible()
    expect(page.locator("#starting_price")).to_have_value("900000000")
    page.context.close()


def test_an_officer_schedules_the_first_round_without_script(
    browser: Browser, office: Office
) -> None:
    page = open_page(browser, office.address, "phone", java_script_enabled=False)
    page.context.add_cookies(
        [{"name": COOKIE, "value": office.tokens["officer"], "url": office.address}]
    )
    page.goto(f"/lots/{office.fresh}")
    page.fill("#opens_at", "2099-01-05T09:00")
    page.fill("#starting_price", "1")
    page.locator("#next button").click()
    expect(page.locator("#starting_price-fault")).to_contain_text("1.000.000.000")
    page.fill("#starting_price", "1.000.000.000")
    page.locator("#next button").click()
    expect(page.locator("main")).to_contain_text("05/01/2099 09:00")
    page.context.close()
