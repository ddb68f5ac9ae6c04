"""The demonstration office, served by a real process, and people in front of a real browser."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from service.postgres.launcher import EmbeddedServer
from service.settings import Settings
from service.web import locales
from tests import prepared
from tests.browsing import open_page, serving

STORY = tomllib.loads(resources.files("service.demonstration").joinpath("story.toml").read_text())
LOG_IN = {person["role"]: person["login"] for person in STORY["person"]}


@dataclass(frozen=True)
class Served:
    """A running program with the demonstration office in it."""

    settings: Settings
    address: str


@contextmanager
def served_office(folder: Path, module: str = "service") -> Iterator[Served]:
    """The demonstration office on a database of its own, until the end of the block."""
    server = EmbeddedServer(prepared.demonstration(folder), options=prepared.HASTY).ensure()
    settings = Settings(data_dir=folder, threads=4, demonstration=True, cookie_secure=False)
    try:
        with serving(settings, module) as address:
            yield Served(settings, address)
    finally:
        server.stop()
        prepared.throw_away(folder)


@dataclass
class Person:
    """Somebody in front of a browser, who reads one language; words are given as message ids."""

    page: Page
    locale: str
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def says(self, msgid: str, **params: object) -> str:
        """A sentence of the program in his language."""
        return locales.translate(self.locale, msgid, params)

    def calls(self, code: StrEnum) -> str:
        """What a code is called in his language."""
        return locales.label(self.locale, code)

    def goes_to(self, path: str) -> Response | None:
        """Open a page by its address."""
        return self.page.goto(path)

    def logs_in(self, role: str) -> None:
        """Enter with the log-in of the demonstration."""
        self.goes_to("/login")
        self.fills({"Log-in name": LOG_IN[role], "Password": STORY["password"]})
        self.presses("Log in")
        self.page.wait_for_url("**/desk")

    def logs_in_by_keys(self, role: str) -> None:
        """Enter with the log-in of the demonstration, without a mouse."""
        self.goes_to("/login")
        for label, text in (("Log-in name", LOG_IN[role]), ("Password", STORY["password"])):
            self.tabs_to(self.field(label))
            self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/desk")

    def leaves(self) -> None:
        """Close the browser; nothing may have gone wrong in it."""
        self.page.context.close()
        assert self.faults == []

    def fills(self, values: dict[str, str], *, panel: str = "") -> None:
        """Fill fields by their labels; a choice is made by the end of its text."""
        within = self.panel(panel) if panel else self.page.locator("main")
        for label, value in values.items():
            box = self.field(label, within)
            if box.evaluate("box => box.tagName") == "SELECT":
                ends = re.compile(rf"(^|\s){re.escape(value)}\s*$")
                wanted = box.locator("option").filter(has_text=ends)
                box.select_option(value=wanted.get_attribute("value"))
            else:
                box.fill(value)

    def panel(self, title: str) -> Locator:
        """A part of the page by its heading."""
        return self.page.get_by_role("region", name=self.says(title))

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """A field by its label, to which may be added that it is optional."""
        text = re.escape(self.says(label))
        return (within or self.page.locator("main")).get_by_label(
            re.compile(rf"^\s*{text}\s*(\(|$)")
        )

    def button(self, text: str) -> Locator:
        """A button of the content by its text."""
        return self.page.locator("main").get_by_role("button", name=self.says(text), exact=True)

    def link(self, text: str) -> Locator:
        """The first link of the content with a text."""
        main = self.page.locator("main")
        return main.get_by_role("link", name=self.says(text), exact=True).first

    def presses(self, button: str) -> None:
        """Press a button by its text."""
        self.button(button).click()

    def follows(self, link: str) -> None:
        """Follow a link by its text."""
        self.link(link).click()

    def tabs_to(self, target: Locator) -> None:
        """Go on from stop to stop with the Tab key until the target has the focus, and see it."""
        expect(target).to_be_visible()
        for _stop in range(80):
            if target.evaluate("one => one === document.activeElement"):
                outline = target.evaluate("one => getComputedStyle(one).outlineStyle")
                assert outline != "none", "the focus is not to be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("the Tab key does not lead there")

    def chooses_by_arrow(self, text: str) -> None:
        """Go down the list that has the focus until it stands at what holds a text."""
        shown = "document.activeElement.selectedOptions[0].text.trim()"
        for _option in range(40):
            if text in str(self.page.evaluate(shown)):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{text} is not in the list")

    def is_told(self, msgid: str) -> None:
        """The notice of what was done stands on the page."""
        expect(self.page.locator("#notices").get_by_text(self.says(msgid))).to_be_visible()

    def sees(self, *texts: str) -> None:
        """The texts stand in the content."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)


def meet(
    browser: Browser, served: Served, *, locale: str = "vi", size: str = "desk", **context: Any
) -> Person:
    """A new person with a browser of his own."""
    page = open_page(browser, served.address, size, **context)
    cookie = {"name": locales.COOKIE, "value": locale, "url": served.address}
    page.context.add_cookies([cookie])
    person = Person(page, locale)
    page.on("request", lambda request: person.asked.append(request.url))
    page.on("console", lambda said: _note(person, said))
    page.on("pageerror", lambda error: person.faults.append(str(error)))
    return person


def _note(person: Person, said: ConsoleMessage) -> None:
    """Keep what the console calls an error.

    That a form was refused is none, nor that a PDF has no icon, which a browser asks for by itself.
    """
    silent = "status of 422" in said.text or said.location["url"].endswith("/favicon.ico")
    if said.type == "error" and not silent:
        person.faults.append(said.text)
