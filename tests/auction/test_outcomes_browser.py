"""The enforcement officer's pages in a real browser, on his desk and on his phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.auth.rules import COOKIE
from tests.browsing import chromium, open_page, serving
from tests.make.auction import (
    fail_round,
    make_formed_lot,
)
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token

pytestmark = pytest.mark.browser
BILLION = 1_000_000_000


@dataclass
class Office:
    """A served office with a fresh lot, and one whose first round failed."""

    address: str
    token: str
    fresh: str
    failed: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("browser")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            fresh, failed = (make_formed_lot(session, people, BILLION, at=at) for _i in range(2))
            fail_round(session, people, failed, BILLION, at=at)
            token = make_token(session, people, "officer", at)
            names = (fresh.reference, failed.reference)
        with serving(database.settings) as address:
            yield Office(address, token, *names)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def visit(browser: Browser, office: Office, path: str, **context: bool) -> Page:
    page = open_page(browser, office.address, "phone", **context)
    page.context.add_cookies([{"name": COOKIE, "value": office.token, "url": office.address}])
    page.goto(path)
    return page


def test_an_officer_reduces_a_price_and_is_told_the_lowest_lawful_one(
    browser: Browser, office: Office
) -> None:
    page = visit(browser, office, f"/lots/{office.failed}")
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
    page = visit(browser, office, f"/lots/{office.fresh}", java_script_enabled=False)
    page.fill("#opens_at", "2039-01-05T09:00")
    page.fill("#deposit", "100.000.000")
    page.fill("#starting_price", "1")
    page.locator("#next button").click()
    expect(page.locator("#starting_price-fault")).to_contain_text("1.000.000.000")
    page.fill("#starting_price", "1.000.000.000")
    page.locator("#next button").click()
    expect(page.locator("main")).to_contain_text("05/01/2039 09:00")
    page.context.close()
