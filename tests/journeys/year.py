"""A year of one asset: its clock, who acts, and how forms are filled; nothing is refused."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import psycopg
from playwright.sync_api import Browser, Locator

from auction.legal_rules.shipped import shipped_calendar
from inventory.base import clock
from service.postgres.launcher import EmbeddedServer
from tests.journeys.later import Later
from tests.journeys.office import Person, Served, meet

REVALUED = 1_000_000_000
REFUSED = "main [role=alert][autofocus], main .failure"
OFFICER = "enforcement_officer"
CALENDAR = shipped_calendar()
KINDS = "form => Object.fromEntries([...form.elements].map(one => [one.name, one.type]))"
LATER = "UPDATE login_session SET expires_at = expires_at + make_interval(days => %s)"


@dataclass
class Year:
    """The year: its clock, who acts, and what came of it."""

    browser: Browser
    served: Served
    clock: Later
    days: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    from_before: set[str] = field(default_factory=set)
    """Whose open page is of another day."""
    ref: str = ""
    lot: str = ""

    def passes(self, days: int) -> None:
        """Some days go by, to a working day; who was logged in has just done so again."""
        before = self.days
        self.days += days
        self.clock.go_to(self.days)
        while CALENDAR.why_off(self.today()):
            self.days += 1
            self.clock.go_to(self.days)
        keep_logged_in(self.served, self.days - before)
        self.from_before |= {*self.people}

    def today(self, days: int = 0) -> date:
        return clock.local_day(clock.now()) + timedelta(days=days)

    def day(self, days: int = 0) -> str:
        """A day from today on, as date fields take it."""
        return self.today(days).isoformat()

    def who(self, role: str) -> Person:
        """Somebody of the office, logged in."""
        if role not in self.people:
            self.people[role] = meet(self.browser, self.served, java_script_enabled=False)
            self.people[role].logs_in(role)
        return self.people[role]

    def does(
        self,
        path: str,
        values: dict[str, str],
        *,
        action: str = "",
        by: str = OFFICER,
    ) -> Person:
        """Open a page, fill the form that is sent to an address, and send it; it is not refused."""
        person = self.who(by)
        if by in self.from_before or person.page.url != f"{self.served.address}{path}":
            self.from_before.discard(by)
            answer = person.goes_to(path)
            assert answer is not None
            assert answer.ok, (path, answer.status)
        form = person.page.locator(f"form[method=post][action='{action or path}']")
        for name in list(values)[:1]:
            form = form.filter(has=person.page.locator(f"[name='{name}']"))
        form = form.first
        unfold(form)
        kinds = form.evaluate(KINDS)
        for name, value in values.items():
            _fill(form.locator(f"[name='{name}']").last, kinds[name], value)
        form.locator("button[type=submit]").last.click()
        refused = person.page.locator(REFUSED)
        assert refused.count() == 0, (path, values, refused.first.inner_text())
        return person

    def sees(self, path: str, *texts: str, by: str = OFFICER) -> None:
        """A page shows some texts."""
        person = self.who(by)
        person.goes_to(path)
        person.sees(*texts)


def keep_logged_in(served: Served, days: int) -> None:
    """Let the sessions last, which end after half a day; that they do is tested elsewhere."""
    address = EmbeddedServer(served.settings.data_dir).url("kebien_owner")
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute(LATER, (days,))


def unfold(form: Locator) -> None:
    """Open what the form is folded into."""
    form.evaluate("one => one.closest('details')?.setAttribute('open', '')")


def _fill(box: Locator, kind: str, value: str) -> None:
    if kind.startswith("select"):
        box.select_option(value=value)
    elif kind == "checkbox":
        box.check()
    else:
        box.fill(value)
