"""The shell in a real browser: readable by all, quick by keyboard and scanner."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from tests import prepared
from tests.browsing import axe_faults, chromium, open_page, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = prepared.migrated(tmp_path_factory.mktemp("browser"))
    settings = Settings(data_dir=folder, demonstration=True, cookie_secure=False)
    with serving(settings) as url:
        yield url
    EmbeddedServer(folder).stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("path", ["/login", "/style-guide", "/nowhere"])
def test_a_page_is_readable_by_all_and_fits_its_screen(
    browser: Browser, address: str, path: str, size: str
):
    page = open_page(browser, address, size, bypass_csp=True)
    page.goto(path)
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text("Bản trình diễn – dữ liệu giả định")).to_be_visible()
    page.context.close()


def test_axe_would_notice_a_bad_page(browser: Browser, address: str):
    page = open_page(browser, address, bypass_csp=True)
    page.set_content("<img src=x><input><p style='color:#999;background:#fff'>pale</p>")
    found = {fault.partition(":")[0] for fault in axe_faults(page)}
    assert {"image-alt", "label", "color-contrast", "html-has-lang"} <= found
    some = {fault.partition(":")[0] for fault in axe_faults(page, without=["img"])}
    assert found - some == {"image-alt"}
    page.context.close()


@pytest.mark.parametrize("path", ["/style-guide", "/api/v1/docs"])
def test_a_page_asks_no_other_machine_and_breaks_no_policy(
    browser: Browser, address: str, path: str
):
    page = open_page(browser, address)
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert faults == []
    page.context.close()


DRAWN_WITHIN_MS = 30_000
"""A script draws the page of the API out of some hundred operations; beside other tests that takes
longer than a page of ours."""


def test_the_page_of_the_api_shows_its_operations(browser: Browser, address: str):
    page = open_page(browser, address)
    page.goto("/api/v1/docs")
    heading = page.get_by_role("heading", name="kebien", level=1)
    expect(heading).to_be_visible(timeout=DRAWN_WITHIN_MS)
    expect(page.get_by_text("Session", exact=True).first).to_be_visible()
    page.context.close()


def test_a_phone_shows_every_row_of_a_list_as_a_card(browser: Browser, address: str):
    page = open_page(browser, address, "phone")
    page.goto("/style-guide")
    cell = page.get_by_role("cell", name="4.860.000.000 ₫")
    title = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert title == '"Giá khởi điểm"'
    assert (
        page.get_by_role("row").nth(1).evaluate("row => getComputedStyle(row).display") == "block"
    )
    page.context.close()


def test_everything_that_can_be_pressed_on_a_phone_is_large_enough(browser: Browser, address: str):
    page = open_page(browser, address, "phone", has_touch=True)
    page.goto("/style-guide")
    heights = page.locator(
        "button:visible, .button:visible, select, input[type=date]"
    ).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(heights) > 6
    assert min(heights) >= 44
    page.context.close()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Browser, address: str):
    page = open_page(browser, address)
    page.goto("/login")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Chuyển đến nội dung")
    expect(skip).to_be_focused()
    assert skip.evaluate("link => link.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.context.close()


def test_the_language_changes_without_a_script(browser: Browser, address: str):
    page = open_page(browser, address, java_script_enabled=False)
    page.goto("/login?next=/lots")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.url.endswith("/login?next=/lots")
    page.context.close()


def _with_search_box(page: Page) -> None:
    """The search box is only there for who is logged in; the script does not mind."""
    page.evaluate(
        """document.querySelector('.bar').insertAdjacentHTML('beforeend',
          '<form action="/nowhere" role="search"><input id="search" name="q"></form>')"""
    )


def test_a_slash_leads_to_the_search_box_but_not_out_of_a_field(browser: Browser, address: str):
    page = open_page(browser, address)
    page.goto("/style-guide")
    _with_search_box(page)
    page.locator("#name").focus()
    page.keyboard.type("a/b")
    assert "a/b" in page.locator("#name").input_value()
    page.locator("#name").blur()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    assert page.locator("#search").input_value() == ""
    page.context.close()


def test_what_a_scanner_types_lands_in_the_search_box_and_slow_keys_do_not(
    browser: Browser, address: str
):
    page = open_page(browser, address)
    page.goto("/style-guide")
    _with_search_box(page)
    page.keyboard.type("abc", delay=200)
    assert page.locator("#search").input_value() == ""
    page.wait_for_timeout(1600)  # as long as slow keys may belong to one code
    page.keyboard.type("TS-2026-000417")
    assert page.locator("#search").input_value() == "TS-2026-000417"
    page.context.close()


def test_a_code_that_came_slowly_is_looked_up_all_the_same(browser: Browser, address: str):
    page = open_page(browser, address)
    page.goto("/style-guide")
    _with_search_box(page)
    page.keyboard.type("TS-0000012-5", delay=200)
    page.keyboard.press("Enter")
    page.wait_for_url("**/nowhere?q=TS-0000012-5")
    page.context.close()
