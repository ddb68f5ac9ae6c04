"""Every page, as every reader has it: readable by all, whole on a phone, in his language, alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as NothingCame

from service.app import create_app
from service.web.locales import COOKIE
from tests.browsing import axe_faults, chromium
from tests.journeys.office import Person, Served, meet, served_office
from tests.journeys.pages import (
    NO_PAGE,
    PAGES,
    REFUSED,
    Ids,
    make_ids,
    not_in_english,
    not_in_vietnamese,
)

pytestmark = pytest.mark.browser

MARK = "Demonstration – made-up data"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
EMPTY_FORM = "main form[method=post]:has([required])"
FRAME = """({
  headings: [...document.querySelectorAll("h1")].map(one => one.innerText.trim()),
  title: document.title,
  language: document.documentElement.lang,
})"""
WIDE = "document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_office(tmp_path_factory.mktemp("every-page")) as served:
        yield served


@pytest.fixture(scope="module")
def ids(served: Served) -> Ids:
    return make_ids(served)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def addresses(role: str, ids: Ids) -> list[tuple[str, int]]:
    """Addresses of the pages of a role with the status each answers."""
    return [
        (path.format(**ids), REFUSED.get((role, path), REFUSED.get(path, 200)))
        for path in PAGES[role]
    ]


def test_no_page_is_forgotten(served: Served) -> None:
    visited = {path.split("?")[0] for paths in PAGES.values() for path in paths}
    app = create_app(served.settings)
    forgotten = []
    for route in app.routes:
        handlers = getattr(route, "route_handlers", [])
        gets = any("GET" in handler.http_methods for handler in handlers)
        path = route.path_format
        if not gets or path in NO_PAGE or path.startswith(("/api/", "/static")):
            continue
        shape = path.split("/")
        if not any(_fits(one.split("/"), shape) for one in visited):
            forgotten.append(path)
    app.state["database"].close()
    assert forgotten == []


def _fits(path: list[str], shape: list[str]) -> bool:
    """Whether a path with our placeholders is one of the shape of a route."""
    return len(path) == len(shape) and all(
        ("{" in ours) == ("{" in theirs) and (ours == theirs or "{" in ours)
        for ours, theirs in zip(path, shape, strict=True)
    )


@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_a_role_is_fit_for_all(
    browser: Browser, served: Served, ids: Ids, role: str
) -> None:
    reader = meet(browser, served, bypass_csp=True)
    if role:
        reader.logs_in(role)
    wrong: list[str] = []
    for path, status in addresses(role, ids):
        reader.page.set_viewport_size(DESK)
        answer = reader.goes_to(path)
        assert answer is not None
        if answer.status != status:
            wrong.append(f"{path}: status {answer.status}")
        wrong += [f"{path}: {fault}" for fault in faults_of_frame(reader)]
        wrong += [f"{path}: not translated: {t}" for t in not_in_vietnamese(answer.text())]
        wrong += [f"{path}: {fault}" for fault in faults_at_both_sizes(reader.page)]
        wrong += [f"{path}: {fault}" for fault in faults_in_english(reader, path)]
        wrong += [f"{path}, sent empty: {fault}" for fault in faults_when_sent_empty(reader, path)]
    foreign = [url for url in reader.asked if not url.startswith((served.address, "data:"))]
    statuses = tuple(f"status of {status}" for status in {*REFUSED.values()})
    wrong += [f"console: {said}" for said in reader.faults if not any(s in said for s in statuses)]
    reader.page.context.close()
    assert foreign == []
    assert wrong == [], "\n".join(wrong)


def faults_of_frame(reader: Person) -> list[str]:
    """What is wrong with what stands around the content of a page."""
    found = reader.page.evaluate(FRAME)
    wrong = []
    if len(found["headings"]) != 1 or not found["headings"][0]:
        wrong.append(f"main headings: {found['headings']}")
    if not found["title"].removesuffix(" – kebien").strip():
        wrong.append("no title")
    if found["language"] != reader.locale:
        wrong.append("another language is announced")
    if not reader.page.get_by_text(reader.says(MARK), exact=True).is_visible():
        wrong.append("not marked as a demonstration")
    return wrong


def faults_at_both_sizes(page: Page) -> list[str]:
    """What axe finds at a desk and on a phone, and whether the page scrolls sideways on a phone."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    wrong = [f"at a desk: {fault}" for fault in axe_faults(page)]
    page.set_viewport_size(PHONE)
    if page.evaluate(WIDE):
        wrong.append("wider than a phone")
    return wrong + [f"on a phone: {fault}" for fault in axe_faults(page)]


def faults_when_sent_empty(reader: Person, path: str) -> list[str]:
    """What is wrong with the forms of a page when they come back with every field marked."""
    page = reader.page
    forms = page.locator(EMPTY_FORM).count()
    wrong = []
    for number in range(forms):
        if number:
            reader.goes_to(path)
        form = page.locator(EMPTY_FORM).nth(number)
        for box in form.locator("[required]:not(select)").all():
            box.fill("")
        with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
            form.locator("button[type=submit]").first.click()
        if sent.value.status not in (401, 422):
            wrong.append(f"form {number} answers {sent.value.status}")
            continue
        try:
            page.locator("main .fault").first.wait_for()
        except NothingCame:
            wrong.append(f"form {number} says nothing")
        if page.evaluate(WIDE):
            wrong.append("wider than a phone")
        wrong += axe_faults(page)
        wrong += [f"not translated: {text}" for text in not_in_vietnamese(page.content())]
    return wrong


def faults_in_english(reader: Person, path: str) -> list[str]:
    """What of the English page is Vietnamese, but for what people typed."""
    answer = reader.page.request.get(path, headers={"cookie": _english(reader)})
    html = answer.text()
    wrong = [f"in English: {text}" for text in not_in_english(html)]
    return wrong if '<html lang="en">' in html else [*wrong, "not to be had in English"]


def _english(reader: Person) -> str:
    """The cookies of the reader, had he chosen English."""
    kept = {one["name"]: one["value"] for one in reader.page.context.cookies()}
    return "; ".join(f"{name}={value}" for name, value in (kept | {COOKIE: "en"}).items())


def test_a_text_in_the_wrong_language_would_be_noticed() -> None:
    page = '<html lang="vi"><p title="Log in">Nhập kho</p><button lang="en">English</button>'
    assert not_in_vietnamese(page) == ["Log in"]
    assert not_in_vietnamese("<p>Some of it</p><code>the_key</code>") == ["Some of it"]
    assert not_in_vietnamese("<p>Round 3 of lot DG-1 has its outcome.</p>") != []
    assert not_in_english("<p>Nhập kho</p><p>Kệ A1</p>") == ["Nhập kho"]
