"""The pages of organising an auction in a real browser: axe, and the grid by keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.commands.contracts import sign_contract
from auction.auctioneers.schemas import NewChoice
from auction.bidding.commands import schedule_round
from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from service.auth.rules import COOKIE
from tests.browsing import chromium, open_page, serving
from tests.make.announcing import give_notice, make_auction_house, make_call, new_contract
from tests.make.auction import make_formed_lot, new_round
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people, make_token

pytestmark = pytest.mark.browser
BILLION = 1_000_000_000
DAY = timedelta(days=1)


@dataclass
class Office:
    """A served office: a lot that is announced, one whose call is open, and a fresh one."""

    address: str
    token: str
    announced: str
    called: str
    call: str
    fresh: str


def prepare(session: Session, at: datetime) -> tuple[People, dict[str, str]]:
    people, today = make_people(session, at), local_day(at)
    for n, name in enumerate(
        ("Công ty Đấu giá hợp danh Minh Pháp", "Trung tâm Dịch vụ đấu giá"), 1
    ):
        make_auction_house(session, people, f"010{n}", at=at, name=name)
    lots = [make_formed_lot(session, people, BILLION, at=at, contracted=False) for _n in range(3)]
    announced, called, _fresh = lots
    days = {"published": today - 14 * DAY, "until": today - 7 * DAY}
    refs = [
        make_call(session, people, one, {"0101": 8, "0102": 9}, **days, at=at).reference
        for one in (announced, called)
    ]
    choice = NewChoice(organisation="0102", chosen_on=today)
    choose_organisation(session, people.officer, refs[0], choice, at=at)
    contract = new_contract(today, organisation="0102")
    sign_contract(session, people.officer, announced.reference, contract, at=at)
    announce(session, people, announced, today, at)
    names = ("announced", "called", "fresh")
    found = {name: one.reference for name, one in zip(names, lots, strict=True)}
    return people, found | {"call": refs[1]}


def announce(session: Session, people: People, lot, today: date, at: datetime) -> None:
    opening = today + 40 * DAY
    give_notice(
        session,
        people,
        lot,
        posted=today,
        first=today,
        second=today + 7 * DAY,
        opening=opening,
        at=at,
    )
    new = new_round(BILLION, at + 40 * DAY, venue="Hội trường")
    schedule_round(session, people.officer, lot.reference, new, at=at)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("browser")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people, names = prepare(session, at)
            token = make_token(session, people, "officer", at)
        with serving(database.settings) as address:
            yield Office(address, token, **names)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def visit(browser: Browser, office: Office, path: str, size: str) -> Page:
    page = open_page(browser, office.address, size)
    page.context.add_cookies([{"name": COOKIE, "value": office.token, "url": office.address}])
    page.goto(path)
    return page


def test_the_grid_of_points_is_filled_with_the_keyboard(browser: Browser, office: Office) -> None:
    page = visit(browser, office, f"/calls/{office.call}", "desk")
    boxes = page.locator("input.points")
    expect(boxes).to_have_count(12)
    boxes.first.focus()
    for _n in range(12):
        page.keyboard.press("Control+A")
        page.keyboard.type("7,5")
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    expect(boxes.first).to_have_value("7.5")
    page.context.close()
