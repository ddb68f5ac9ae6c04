"""Pictures on a phone and at a desk, with and without script, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from inventory.base import clock
from inventory.base.actor import SYSTEM
from service.auth.rules import COOKIE
from service.web.locales import translate
from tests.browsing import SIZES, axe_faults, chromium, open_page, serving
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token
from tests.make.pictures import enormous_png, pdf, picture

pytestmark = pytest.mark.browser


@dataclass
class Office:
    """A served office with things that have no pictures yet."""

    address: str
    token: str
    head: str
    assets: list[str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("browser")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            case = make_case(session, people.officer, at=at)
            store = make_place(session, people.keeper, at=at)
            assets = [
                make_asset(session, people.keeper, case, at=at, place=store).reference
                for _number in range(3)
            ]
            tokens = [make_token(session, people, who, at) for who in ("keeper", "head")]
        with serving(database.settings) as address:
            yield Office(address, *tokens, assets)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def says(msgid: str, **params: object) -> str:
    return translate("vi", msgid, params)


def keeper(browser: Browser, office: Office, size: str = "desk", **context: object) -> Page:
    page = open_page(browser, office.address, size, **context)
    cookie = {"name": COOKIE, "value": office.token, "url": office.address}
    page.context.add_cookies([cookie])
    return page


def some(*contents: bytes) -> list[dict[str, object]]:
    return [
        {"name": f"anh-{number}.jpg", "mimeType": "image/jpeg", "buffer": content}
        for number, content in enumerate(contents, 1)
    ]


@pytest.mark.parametrize("size", SIZES)
def test_pictures_are_added_one_by_one_and_a_bad_one_keeps_none_back(
    browser: Browser, office: Office, size: str
) -> None:
    reference = office.assets[0 if size == "desk" else 1]
    page = keeper(browser, office, size, has_touch=size == "phone", is_mobile=size == "phone")
    page.goto(f"/assets/{reference}")
    page.get_by_role("link", name=says("Add pictures")).click()
    page.get_by_label(says("What they show")).select_option("intake")
    good = [picture(1600, 1200), picture(900, 1600, colour="gold", gps=True)]
    page.locator("#files").set_input_files(some(good[0], enormous_png(10_000, 6_000)))
    page.locator("#files").set_input_files(some(good[1]))
    lines = page.locator(".uploads li")
    expect(lines).to_have_count(3)
    page.get_by_role("button", name=says("Add"), exact=True).click()
    expect(page.locator(".uploads li.sent")).to_have_count(2)
    expect(page.locator(".uploads li.refused")).to_contain_text("60 triệu điểm ảnh")
    assert axe_faults(page) == []
    page.goto(f"/assets/{reference}/attachments")
    expect(page.locator(".shot img")).to_have_count(2)
    for image in page.locator(".shot img").all():
        image.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(image => image.naturalWidth > 0)")
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".shot a").first.click()
    expect(page.locator(".shot.whole img")).to_be_visible()
    assert axe_faults(page) == []
    page.context.close()


def test_when_all_is_well_the_gallery_follows_and_shows_them_side_by_side(
    browser: Browser, office: Office
) -> None:
    page = keeper(browser, office)
    for purpose, colour in (("intake", "gold"), ("release", "gray")):
        page.goto(f"/assets/{office.assets[2]}/attachments/new")
        page.locator("#purpose").select_option(purpose)
        page.locator("#files").set_input_files(some(picture(colour=colour)))
        page.get_by_role("button", name=says("Add"), exact=True).click()
        page.wait_for_url("**/attachments")
    expect(page.locator(".aside .shot img")).to_have_count(2)
    page.context.close()


def test_without_script_all_are_sent_at_once(browser: Browser, office: Office) -> None:
    page = keeper(browser, office, java_script_enabled=False)
    own = f"/assets/{office.assets[2]}/attachments"
    page.goto(f"{own}/new")
    page.locator("#purpose").select_option("damage")
    page.get_by_role("button", name=says("Add"), exact=True).click()
    expect(page.locator("#files-fault")).to_have_text(says("Choose at least one picture or file."))
    page.locator("#files").set_input_files(some(picture(colour="red"), b"xau"))
    page.get_by_role("button", name=says("Add"), exact=True).click()
    expect(page.locator(".notice.bad")).to_contain_text("anh-2.jpg")
    page.locator("#files").set_input_files(some(picture(colour="red"), pdf()))
    page.get_by_role("button", name=says("Add"), exact=True).click()
    expect(page).to_have_url(f"{office.address}{own}")
    expect(page.get_by_role("region", name=says("Damage")).locator(".shot")).to_have_count(2)
    page.get_by_role("region", name=says("Damage")).locator(".shot a").first.click()
    page.get_by_label(says("Reason")).fill("Chụp nhầm tài sản khác")
    page.get_by_role("button", name=says("Strike through")).click()
    expect(page.locator(".shot.struck")).to_have_count(1)
    expect(page.locator(".shot.struck")).to_contain_text("Chụp nhầm tài sản khác")
    page.context.close()
