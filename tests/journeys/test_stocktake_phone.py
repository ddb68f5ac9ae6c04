"""Phones count in a cellar: no network, reload, killed page, two counters; nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.labels.commands import print_labels
from inventory.labels.rules import place_reference
from inventory.labels.schemas import NewRun
from inventory.stocktakes.models import StocktakeDevice, StocktakeScan
from inventory.stocktakes.rules import Verdict
from reports.labels.drawing import pdf_of
from reports.labels.queries import job_of_run
from service.auth.rules import COOKIE
from service.database import Database
from tests.browsing import SIZES, axe_faults, chromium, open_page, serving
from tests.inventory.test_labels_browser import film_of
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people, make_token
from tests.make.stocktakes import make_stocktake

pytestmark = pytest.mark.browser
THINGS = 24


@dataclass
class Cellar:
    """A served office with a store, a shelf and things in both."""

    database: Database
    address: str
    people: People
    tokens: dict[str, str]
    things: list[str]
    store: int
    shelf: int
    film: Path


@pytest.fixture(scope="module")
def cellar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cellar]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("cellar")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            case = make_case(session, people.officer, at=at)
            store = make_place(session, people.keeper, "K1", "Kho số 1", at=at)
            shelf = make_place(session, people.keeper, "K1-A", "Kệ A", at=at, inside=store)
            things = [
                make_asset(
                    session,
                    people.keeper,
                    case,
                    at=at,
                    place=shelf if n % 2 else store,
                    description=f"Máy khoan số {n}",
                ).reference
                for n in range(THINGS)
            ]
            tokens = {who: make_token(session, people, who, at) for who in people.staff}
            ids = store.id, shelf.id
            run = print_labels(
                session,
                people.keeper,
                NewRun(format="roll-50x30", numbers=things[:1]),
                address="https://kho.test",
                at=at,
            )
            film = folder / "label.y4m"
            film.write_bytes(film_of(pdf_of(job_of_run(session, people.keeper, run.id, at=at))))
        with serving(database.settings) as address:
            yield Cellar(database, address, people, tokens, things, *ids, film)


@pytest.fixture(scope="module")
def browser(cellar: Cellar) -> Iterator[Browser]:
    """A browser whose camera sees the label of the first thing."""
    seeing = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={cellar.film}",
    )
    with chromium(*seeing) as browser:
        yield browser


@pytest.fixture
def stocktake(cellar: Cellar) -> Iterator[str]:
    """An open stocktake of the store, ended whatever happens so that the next may open."""
    people, at = cellar.people, clock.now()
    with cellar.database.transaction(people.keeper) as session:
        made = make_stocktake(session, people.keeper, cellar.store, at=at)
    yield made.reference
    with cellar.database.transaction(SYSTEM) as session:
        session.get_one(type(made), made.id).closed_at = at


def phone(browser: Browser, cellar: Cellar, who: str) -> Page:
    """A phone on which the camera does not start by itself, as on the first visit."""
    page = open_page(browser, cellar.address, "phone")
    hidden = "Object.defineProperty(navigator, 'permissions', {value: undefined})"
    page.context.add_init_script(hidden)
    sign_in(page, cellar, who)
    return page


def sign_in(page: Page, cellar: Cellar, who: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": cellar.tokens[who], "url": cellar.address}])


def fetch(page: Page, stocktake: str) -> None:
    """Open the counting page with the network, fetch the list, wait until it works without."""
    page.goto("/count")
    page.locator("#count[data-ready]").wait_for()
    page.get_by_role("button", name=stocktake).click()
    page.locator("[data-part=counting]").wait_for()
    page.locator("#count[data-offline]").wait_for(state="attached")


def resume(page: Page, stocktake: str) -> None:
    """Wait until the page is in the count again by itself, after a reload or in a new window."""
    page.locator("[data-part=counting]").wait_for()
    expect(page.locator("[data-part=title]")).to_contain_text(stocktake)


def scan(page: Page, *codes: str) -> None:
    """What a wedge scanner does: type, Enter; and wait until the phone has told."""
    for code in codes:
        before = int(page.locator("[data-part=kept]").inner_text())
        page.locator("#count-code").fill(code)
        page.locator("#count-code").press("Enter")
        expect(page.locator("[data-part=kept]")).to_have_text(str(before + 1))


def sent(page: Page) -> None:
    page.get_by_role("button", name="Gửi ngay").click()
    expect(page.locator("[data-part=waiting]")).to_have_text("0", timeout=15_000)


def rows(cellar: Cellar, stocktake: str) -> list[tuple[str, int, str, str]]:
    """Device, number, code and counter of all that the server has."""
    s = StocktakeScan
    with cellar.database.transaction(SYSTEM, read_only=True) as session:
        made = session.execute(
            select(s.device, s.number, s.code, s.counter_name)
            .where(s.stocktake_id == id_of(stocktake))
            .order_by(s.device, s.number)
        )
        return [tuple(row) for row in made]


def id_of(stocktake: str) -> int:
    return int(stocktake.split("-")[1])


def test_scans_without_network_survive_reload_and_a_killed_page(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    scan(page, *cellar.things[:3])
    expect(page.locator("[data-part=said]")).to_contain_text("Máy khoan số 2")
    page.context.set_offline(True)
    scan(page, *cellar.things[3:6], "8934567890123")
    expect(page.locator("[data-part=said]")).to_have_class("notice bad")
    page.reload()
    resume(page, stocktake)
    expect(page.locator("[data-part=kept]")).to_have_text("7")
    scan(page, *cellar.things[6:8])
    page.close()
    page = page.context.new_page()
    page.goto(f"{cellar.address}/count#{stocktake}")
    resume(page, stocktake)
    expect(page.locator("[data-part=kept]")).to_have_text("9")
    scan(page, cellar.things[8])
    expect(page.locator("[data-part=waiting]")).not_to_have_text("0")
    page.context.set_offline(False)
    sent(page)
    found = rows(cellar, stocktake)
    assert [row[2] for row in found] == [
        *cellar.things[:6],
        "8934567890123",
        *cellar.things[6:9],
    ]
    assert [row[1] for row in found] == list(range(1, 11))
    assert len({row[0] for row in found}) == 1
    page.context.close()


def test_two_phones_count_together_and_the_end_waits_for_both(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    first, second = phone(browser, cellar, "keeper"), phone(browser, cellar, "officer")
    fetch(first, stocktake)
    fetch(second, stocktake)
    for page in (first, second):
        page.context.set_offline(True)
    half = len(cellar.things) // 2
    scan(first, *cellar.things[: half + 2])
    scan(second, *cellar.things[half:])
    desk = open_page(browser, cellar.address)
    sign_in(desk, cellar, "keeper")
    end(desk, stocktake)
    expect(desk.locator("main")).to_contain_text("chưa kiểm xong")
    for page in (second, first):
        page.context.set_offline(False)
        page.get_by_role("button", name="Tôi đã kiểm xong").click()
        expect(page.locator("[data-part=done]")).to_have_text(
            "Đã xong, máy chủ đã biết", timeout=15_000
        )
    end(desk, stocktake)
    expect(desk.locator("main")).to_contain_text("Kết quả kiểm kê khớp với sổ")
    found = rows(cellar, stocktake)
    assert len(found) == len(cellar.things) + 2
    assert {row[3] for row in found} == {cellar.people.keeper.name, cellar.people.officer.name}
    for page in (first, second, desk):
        page.context.close()


def end(desk: Page, stocktake: str) -> None:
    desk.goto(f"/stocktakes/{stocktake}")
    desk.get_by_text("Kết thúc lần kiểm thứ nhất").first.click()
    desk.get_by_role("button", name="Kết thúc").click()


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_doubled(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    lost: list[str] = []

    def lose(route) -> None:
        if len(lost) < 2:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/count/*/scans", lose)
    scan(page, *cellar.things[:3])
    for _n in range(3):
        page.get_by_role("button", name="Gửi ngay").click()
    sent(page)
    assert len(lost) == 2
    assert [row[2] for row in rows(cellar, stocktake)] == cellar.things[:3]
    page.context.close()


def test_whoever_sends_the_scans_are_their_counter_s(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    page.context.set_offline(True)
    scan(page, *cellar.things[:2])
    sign_in(page, cellar, "accountant")
    page.context.set_offline(False)
    page.goto(f"{cellar.address}/count")
    page.locator("#count[data-ready]").wait_for()
    page.get_by_role("button", name=stocktake).click()
    page.locator("[data-part=counting]").wait_for()
    expect(page.locator("[data-part=counter]")).to_have_text(cellar.people.accountant.name)
    scan(page, cellar.things[2])
    sent(page)
    found = {row[2]: row[3] for row in rows(cellar, stocktake)}
    keeper, accountant = cellar.people.keeper.name, cellar.people.accountant.name
    assert found == dict(zip(cellar.things[:3], [keeper, keeper, accountant], strict=True))
    page.context.close()


def test_without_a_session_scans_are_kept_and_sent_after_the_log_in(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    page.context.clear_cookies()
    scan(page, *cellar.things[:2])
    expect(page.locator("[data-part=network]")).to_have_text("Đăng nhập lại để gửi")
    page.reload()
    resume(page, stocktake)
    expect(page.locator("[data-part=waiting]")).to_have_text("2")
    sign_in(page, cellar, "keeper")
    sent(page)
    assert len(rows(cellar, stocktake)) == 2
    page.context.close()


def test_a_scan_is_taken_back_and_a_place_is_scanned(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    page.context.set_offline(True)
    page.locator("#count-code").fill(place_label(cellar))
    page.locator("#count-code").press("Enter")
    expect(page.locator("#count-place")).to_have_value(str(cellar.shelf))
    scan(page, cellar.things[0], cellar.things[1])
    page.locator("[data-part=latest] button").first.click()
    expect(page.locator("[data-part=kept]")).to_have_text("3")
    page.context.set_offline(False)
    sent(page)
    with cellar.database.transaction(SYSTEM, read_only=True) as session:
        s = StocktakeScan
        kept = session.execute(
            select(s.place_id, s.undoes, s.verdict)
            .where(s.stocktake_id == id_of(stocktake))
            .order_by(s.number)
        ).all()
        devices = session.scalar(
            select(func.count()).where(StocktakeDevice.stocktake_id == id_of(stocktake))
        )
    assert [tuple(row) for row in kept] == [
        (cellar.shelf, None, Verdict.IN_PLACE),
        (cellar.shelf, None, Verdict.IN_PLACE),
        (cellar.shelf, 2, Verdict.UNDONE),
    ]
    assert devices == 1
    page.context.close()


def test_the_camera_reads_a_printed_label_without_network(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    page.context.set_offline(True)
    page.reload()
    resume(page, stocktake)
    page.locator("[data-start]").click()
    expect(page.locator("[data-part=latest]")).to_contain_text(cellar.things[0], timeout=30_000)
    expect(page.locator("[data-part=said]")).to_contain_text("Máy khoan số 0")
    assert int(page.locator("[data-part=waiting]").inner_text()) >= 1
    page.context.close()


CHANGED = """() => new Promise((resolve) => {
  indexedDB.open("kebien-count").onsuccess = (opened) => {
    const work = opened.target.result.transaction("packs", "readwrite");
    work.objectStore("packs").openCursor().onsuccess = (event) => {
      event.target.result.update({ ...event.target.result.value, items: [] });
    };
    work.oncomplete = () => resolve(true);
  };
})"""


def test_a_changed_list_is_not_counted_with_and_its_scans_stay(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    page.context.set_offline(True)
    scan(page, cellar.things[0])
    page.evaluate(CHANGED)
    page.reload()
    expect(page.locator("[data-part=said]")).to_contain_text("không khớp với chữ ký")
    expect(page.locator("[data-part=counting]")).to_be_hidden()
    page.context.set_offline(False)
    page.get_by_role("button", name=stocktake).click()
    resume(page, stocktake)
    expect(page.locator("[data-part=kept]")).to_have_text("1")
    sent(page)
    page.route("**/count/*/pack", lambda route: route.fulfill(json=other_list(route)))
    page.reload()
    expect(page.locator("[data-part=said]")).to_contain_text("không khớp với chữ ký")
    page.context.close()


def other_list(route: Route) -> dict[str, object]:
    """What somebody between makes of an answer."""
    said: dict[str, object] = route.fetch().json()
    return said | {"title": "Kho khác"}


def place_label(cellar: Cellar) -> str:
    return place_reference(cellar.shelf)


def test_the_phone_page_fits_and_is_readable(
    browser: Browser, cellar: Cellar, stocktake: str
) -> None:
    page = phone(browser, cellar, "keeper")
    fetch(page, stocktake)
    scan(page, cellar.things[0], "khác")
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_faults(page) == []
    page.context.close()
