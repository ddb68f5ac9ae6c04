"""A walk of a reader over all his pages, and what is wrong with them."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator
from playwright.sync_api import TimeoutError as NothingCame

from service.web.locales import COOKIE
from tests.browsing import axe_at_hand, axe_faults
from tests.journeys.office import Person, Served, meet
from tests.journeys.pages import REFUSED, Ids, addresses, not_in_english, not_in_vietnamese

MARK = "Demonstration – made-up data"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
EMPTY_FORM = "main form[method=post]:has([required])"
SEEN = """mark => ({
  headings: [...document.querySelectorAll("h1")].map(one => one.innerText.trim()),
  title: document.title,
  language: document.documentElement.lang,
  marked: [...document.querySelectorAll("aside")].some(
    one => one.checkVisibility() && one.innerText.trim() === mark),
})"""
WIDE = "document.documentElement.scrollWidth > window.innerWidth"
ALIKE = """() => {
  const seen = {};
  const word = one => [
    one.tagName, one.className, one.type, one.role, one.name,
    one.tagName === "FORM" && one.getAttribute("action").replace(/\\d+/g, "#"),
  ].join();
  for (const row of document.querySelectorAll("main :is(tbody > tr, ul > li, ol > li)")) {
    const kind = [row, ...row.querySelectorAll("*")].map(word).join(" ");
    seen[kind] = (seen[kind] || 0) + 1;
    if (seen[kind] > 2) row.remove();
  }
}"""
"""Takes out of lists what is built as two rows before it: axe would only say the same again.

What runs in a page itself, not on a locator, is cheap: for a locator Playwright first loads a
script of its own into every page.
"""
SHAPES = """wanted => [...document.querySelectorAll(wanted)].map(
  form => [form.action, ...[...form.elements].map(one => one.name)])"""
SENT = """async ([wanted, number, kinds]) => {
  const form = document.querySelectorAll(wanted)[number];
  const fold = form.closest("details");
  if (fold) fold.open = true;
  for (const box of form.querySelectorAll("[required]:not(select)")) box.value = "";
  const said = new FormData(form);
  const body = form.enctype === "multipart/form-data" ? said : new URLSearchParams(said);
  const answer = await fetch(form.action, {method: "POST", body, redirect: "manual"});
  const html = await answer.text();
  const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  return {
    status: answer.status, html,
    faults: main ? main.querySelectorAll(".fault").length : 0,
    kinds: main ? eval(kinds)(main) : [],
  };
}"""
"""Sends a form with nothing in its fields, as the browser would, and stays on the page."""
EMPTIED = "boxes => boxes.forEach(box => { box.value = '' })"
ON_A_PHONE = ("target-size", "scrollable-region-focusable")
"""Rules of axe whose answer hangs on the layout; at a desk every rule is asked."""
TABLES = "[...document.querySelectorAll('main table')].map(one => `table ${one.className}`)"
"""What has other colours on a phone: each row of a table becomes a card."""
BY_FAULTS = (
    *ON_A_PHONE,
    "aria-allowed-attr",
    "aria-allowed-role",
    "aria-valid-attr",
    "aria-valid-attr-value",
    "button-name",
    "color-contrast",
    "duplicate-id-aria",
    "form-field-multiple-labels",
    "heading-order",
    "image-alt",
    "label",
    "link-name",
    "link-in-text-block",
    "list",
    "listitem",
    "nested-interactive",
    "region",
)
"""Those and the rules on what a form has more when it comes back; the rest of the page is known."""
KINDS = """main => [
  ...main.querySelectorAll("form :is(input, select, textarea, .fault, [role])")
].map(one => [
  one.tagName, one.type, one.role, one.className, one.parentElement.tagName,
  one.parentElement.className, one.ariaInvalid, one.hasAttribute("aria-describedby"),
].join())"""
"""The kinds of fields and of what is said of them: each is drawn in one place of the program."""


FRAME = (".skip", "aside.demonstration", "header.top", "footer.foot")
"""What stands around the content of every page of a reader: axe looks at it once at each size."""


@dataclass
class Walk:
    """A reader on his way, and what need not be looked at again."""

    reader: Person
    axe: str
    sent: set[str] = field(default_factory=set)
    framed: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)

    def is_new(self, kinds: list[str]) -> bool:
        """Whether content holds a kind that no page before had; it is known from now on."""
        new = {*kinds} - self.kinds
        self.kinds |= new
        return bool(new)

    def faults(self, size: str, only: tuple[str, ...] = ()) -> list[str]:
        """What axe finds in the content, and in the frame when first seen at a size."""
        without = FRAME if size in self.framed else ()
        self.framed.add(size)
        found = axe_faults(self.reader.page, only, without=without, source=self.axe)
        return [f"{size}: {fault}" for fault in found]


def walk(browser: Browser, served: Served, ids: Ids, role: str) -> list[str]:
    """What is wrong with the pages of a role, seen by one reader after the other."""
    reader = meet(browser, served, bypass_csp=True)
    if role:
        reader.logs_in(role)
    wrong: list[str] = []
    with axe_at_hand() as axe:
        way = Walk(reader, axe)
        for path, status in addresses(role, ids):
            wrong += [f"{path}: {fault}" for fault in faults_of_page(way, path, status)]
            wrong += [f"{path}, sent empty: {fault}" for fault in faults_when_sent_empty(way, path)]
    foreign = [url for url in reader.asked if not url.startswith((served.address, "data:", axe))]
    statuses = tuple(f"status of {status}" for status in {*REFUSED.values()})
    wrong += [f"console: {said}" for said in reader.faults if not any(s in said for s in statuses)]
    reader.page.context.close()
    return wrong + [f"asks another machine: {url}" for url in foreign]


def faults_of_page(way: Walk, path: str, status: int) -> list[str]:
    """What is wrong with a page: its answer, its frame, its words, and how it can be read."""
    reader = way.reader
    reader.page.set_viewport_size(PHONE)
    answer = reader.goes_to(path)
    assert answer is not None
    wrong = [] if answer.status == status else [f"status {answer.status}"]
    wrong += faults_of_frame(reader)
    wrong += [f"not translated: {text}" for text in not_in_vietnamese(answer.text())]
    return wrong + faults_at_both_sizes(way) + faults_in_english(reader, path)


def faults_of_frame(reader: Person) -> list[str]:
    """What is wrong with what stands around the content of a page."""
    seen = reader.page.evaluate(SEEN, reader.says(MARK))
    wrong = []
    if len(seen["headings"]) != 1 or not seen["headings"][0]:
        wrong.append(f"main headings: {seen['headings']}")
    if not seen["title"].removesuffix(" – kebien").strip():
        wrong.append("no title")
    if seen["language"] != reader.locale:
        wrong.append("another language is announced")
    if not seen["marked"]:
        wrong.append("not marked as a demonstration")
    return wrong


def faults_at_both_sizes(way: Walk) -> list[str]:
    """What axe finds at a desk and on a phone, and whether the page scrolls sideways on either."""
    page = way.reader.page
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    wrong = ["wider than a phone"] if page.evaluate(WIDE) else []
    page.set_viewport_size(DESK)
    if page.evaluate(WIDE):
        wrong.append("wider than a desk")
    page.evaluate(ALIKE)
    wrong += way.faults("at a desk")
    page.set_viewport_size(PHONE)
    colours = ("color-contrast",) if way.is_new(page.evaluate(TABLES)) else ()
    return wrong + way.faults("on a phone", ON_A_PHONE + colours)


def faults_when_sent_empty(way: Walk, path: str) -> list[str]:
    """What is wrong with the forms of a page when they come back with every field marked.

    A form of a shape that was sent before is the same form on another thing. Those that bring a
    kind of field or message which was not seen yet are sent once more by their button, for axe.
    """
    page, wrong, fresh = way.reader.page, [], []
    for number, shape in enumerate(page.evaluate(SHAPES, EMPTY_FORM)):
        if (said := _shape(shape)) in way.sent:
            continue
        way.sent.add(said)
        answer = page.evaluate(SENT, [EMPTY_FORM, number, KINDS])
        wrong += [f"form {number} {fault}" for fault in _faults_of_answer(answer)]
        if way.is_new(answer["kinds"]):
            fresh.append(number)
    for number in fresh:
        way.reader.goes_to(path)
        wrong += _faults_of_sending(way, page.locator(EMPTY_FORM).nth(number), number)
    return wrong


def _shape(form: list[Any]) -> str:
    """The address of a form without what it is about, and the names of its fields."""
    action, *names = form
    return " ".join([re.sub(r"([A-Z]{2}-)?\d[\d-]*", "#", action), *sorted({*map(str, names)})])


def _faults_of_answer(answer: dict[str, Any]) -> list[str]:
    """What is wrong with the page that answers a form without anything in it."""
    if answer["status"] not in (401, 422):
        return [f"answers {answer['status']}"]
    wrong = [] if answer["faults"] else ["says nothing"]
    return wrong + [f"not translated: {text}" for text in not_in_vietnamese(answer["html"])]


def _faults_of_sending(way: Walk, form: Locator, number: int) -> list[str]:
    page = way.reader.page
    form.evaluate("one => { const fold = one.closest('details'); if (fold) fold.open = true }")
    form.locator("[required]:not(select)").evaluate_all(EMPTIED)
    try:
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            form.locator("button[type=submit]").first.click()
        page.locator("main .fault").first.wait_for()
    except NothingCame:
        return [f"form {number} cannot be sent, or says nothing"]
    wrong = ["wider than a phone"] if page.evaluate(WIDE) else []
    return wrong + way.faults("on a phone", BY_FAULTS)


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
