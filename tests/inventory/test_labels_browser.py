"""Scanning in a real browser: a scanner that types, and a camera that sees a printed label."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.labels.commands import print_labels
from inventory.labels.rules import place_reference, qr_text
from inventory.labels.schemas import NewRun
from reports.labels.drawing import pdf_of
from reports.labels.queries import job_of_run
from service.auth.rules import COOKIE
from tests.browsing import SIZES, axe_faults, chromium, open_page, serving
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.lone import lone_database
from tests.make.organisation import make_people, make_token

pytestmark = pytest.mark.browser

ADDRESS = "https://kho.thads.gov.vn"
SIZE = (640, 480)


@dataclass
class Office:
    """A served office with labelled assets, and a film of one of their labels."""

    address: str
    token: str
    numbers: list[str]
    store: int
    run: int
    mark: str
    film: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder = tmp_path_factory.mktemp("labels")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            case = make_case(session, people.officer, at=at)
            store = make_place(session, people.keeper, at=at)
            make_place(session, people.keeper, "K1-A-14", "Ô 14", at=at, inside=store)
            numbers = [
                make_asset(session, people.keeper, case, at=at, place=store).reference
                for _n in range(30)
            ]
            new = NewRun(format="roll-50x30", numbers=numbers[:2])
            run = print_labels(session, people.keeper, new, address=ADDRESS, at=at)
            job = job_of_run(session, people.keeper, run.id, at=at)
            film = folder / "label.y4m"
            film.write_bytes(film_of(pdf_of(job)))
            token = make_token(session, people, "keeper", at)
            served = replace(database.settings, public_url=ADDRESS)
            told = (token, numbers, store.id, run.id, job.mark, film)
        with serving(served) as address:
            yield Office(address, *told)


def film_of(pdf: bytes) -> bytes:
    """The first label of a file, held before a camera for a moment."""
    label = pypdfium2.PdfDocument(pdf)[0].render(scale=2.6).to_pil().rotate(4, fillcolor="grey")
    seen = Image.new("RGB", SIZE, "grey")
    seen.paste(label, ((SIZE[0] - label.width) // 2, (SIZE[1] - label.height) // 2))
    bright, blue, red = seen.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    frame = bright.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    film = BytesIO()
    film.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % SIZE)
    film.write((b"FRAME\n" + frame) * 10)
    return film.getvalue()


@pytest.fixture(scope="module")
def browser(office: Office) -> Iterator[Browser]:
    with chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={office.film}",
    ) as browser:
        yield browser


def visit(browser: Browser, office: Office, path: str, size: str = "desk", **context: bool) -> Page:
    page = open_page(browser, office.address, size, **context)
    page.context.add_cookies([{"name": COOKIE, "value": office.token, "url": office.address}])
    page.goto(path)
    return page


def visit_still(browser: Browser, office: Office, path: str, size: str) -> Page:
    """A page on which the camera does not start by itself, as on the first visit."""
    page = visit(browser, office, "/labels", size)
    page.add_init_script("Object.defineProperty(navigator, 'permissions', {value: undefined})")
    page.goto(path.format(**vars(office)))
    return page


def scan(page: Page, text: str) -> None:
    """What a scanner does: types fast, ends with Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_the_camera_sees_a_printed_label_and_leads_to_its_thing_without_asking_anybody_else(
    browser: Browser, office: Office
) -> None:
    page = visit_still(browser, office, "/scan", "phone")
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.reload()
    page.get_by_role("button", name="Mở camera").click()
    page.wait_for_url(f"**/assets/{office.numbers[0]}", timeout=30_000)
    assert [url for url in asked if not url.startswith((office.address, "data:"))] == []
    assert faults == []
    page.context.close()


@pytest.mark.parametrize("path", ["/desk", "/assets", "/labels", "/places/new", "/labels/{run}"])
def test_a_scanner_finds_a_thing_from_any_page(browser: Browser, office: Office, path: str) -> None:
    page = visit(browser, office, path.format(**vars(office)))
    scan(page, qr_text(ADDRESS, office.mark, office.numbers[1]))
    page.wait_for_url(f"**/assets/{office.numbers[1]}")
    scan(page, place_reference(office.store))
    page.wait_for_url(f"**/places/{office.store}")
    page.context.close()


def test_a_scan_into_a_field_leaves_the_field_and_the_form_as_they_were(
    browser: Browser, office: Office
) -> None:
    page = visit(browser, office, "/places/new")
    page.focus("#name")
    scan(page, qr_text("", office.mark, office.numbers[1]))
    page.wait_for_url(f"**/assets/{office.numbers[1]}")

    page.goto("/places/new")
    page.fill("#code", "K1-B")
    page.fill("#name", "Kệ B")
    page.wait_for_timeout(100)
    scan(page, office.numbers[1])
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value(office.numbers[1])
    expect(page.locator("#name")).to_have_value("Kệ B")
    assert page.url.endswith("/places/new")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/assets/{office.numbers[1]}")
    page.context.close()


def test_typing_by_hand_is_left_alone(browser: Browser, office: Office) -> None:
    page = visit(browser, office, "/places/new")
    page.focus("#name")
    page.keyboard.type(office.numbers[1], delay=150)
    expect(page.locator("#name")).to_have_value(office.numbers[1])
    page.context.close()


def test_without_script_the_number_is_typed(browser: Browser, office: Office) -> None:
    page = visit(browser, office, "/scan", "phone", java_script_enabled=False)
    expect(page.locator("#camera")).to_be_hidden()
    page.fill("#q", office.numbers[0].lower())
    page.locator("main form button").click()
    page.wait_for_url(f"**/assets/{office.numbers[0]}")
    page.context.close()


def test_labels_of_a_place_are_printed_by_keyboard_and_again_only_with_a_reason(
    browser: Browser, office: Office
) -> None:
    page = visit(browser, office, f"/labels/new?place_id={office.store}")
    expect(page.locator("tbody tr")).to_have_count(28)
    drawn = "img => img.decode().then(() => img.naturalWidth)"
    assert page.locator("img.sheet").evaluate(drawn) > 0
    page.get_by_role("button", name="In tem", exact=True).press("Enter")
    page.locator(".notice.good").wait_for()
    with page.expect_response("**/labels.pdf") as file:
        page.evaluate("fetch(location.pathname + '/labels.pdf')")
    assert file.value.headers["content-type"] == "application/pdf"

    page.goto(f"/assets/{office.numbers[5]}")
    page.get_by_role("link", name="In tem").click()
    page.locator("main").get_by_role("button", name="In tem", exact=True).click()
    expect(page.locator("#reason-fault")).to_be_visible()
    page.select_option("#reason", "damaged")
    page.get_by_role("button", name="In tem", exact=True).click()
    page.locator(".notice.good").wait_for()
    page.context.close()


PAGES = [
    "/scan",
    "/scan?q=TS-9876543-1",
    "/labels",
    "/labels/new",
    "/labels/new?kind=place&place_id={store}",
    "/labels/new?place_id={store}&again=true&format=a4-65",
    "/labels/new?numbers=nothing",
    "/labels/{run}",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_readable_by_all_and_fits_both_screens(
    browser: Browser, office: Office, path: str
) -> None:
    page = visit_still(browser, office, path, "phone")
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert axe_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
