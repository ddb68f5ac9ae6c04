"""An officer's year on one asset, in a real browser: from the seizure to the payout.

Seizure, valuation and re-valuation, four rounds that fail, the flag, a sale, the buyer who does not
pay, a second sale, payment, delivery, payout; the clock moves on between the acts, so every limit
of the law is the real one.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Locator

from auction.legal_rules.shipped import shipped_calendar
from auction.life.rules import State
from inventory.base import clock
from service.postgres.launcher import EmbeddedServer
from service.settings import child_environment
from tests.browsing import chromium
from tests.journeys.later import Later, moved_clock
from tests.journeys.office import Person, Served, meet, served_office

pytestmark = pytest.mark.browser

CASE = "500/QĐ-CTHADS"
VALUE, REVALUED = 900_000_000, 1_000_000_000
FIRM, HOUSE = "Công ty Thẩm định giá Năm Tròn", "DG-NAM-TRON"
REFUSED = "main [role=alert][autofocus], main .failure"
OFFICER = "enforcement_officer"
TOLD = "Ông Vũ Văn Nợ (nhân vật giả định)\nNgân hàng Giả"
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
        for person in self.people.values():
            person.page.goto("about:blank")  # what was open is from before

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
        if person.page.url != f"{self.served.address}{path}":
            answer = person.goes_to(path)
            assert answer is not None
            assert answer.ok, (path, answer.status)
        form = person.page.locator(f"form[method=post][action='{action or path}']")
        for name in list(values)[:1]:
            form = form.filter(has=person.page.locator(f"[name='{name}']"))
        form = form.first
        _unfold(form)
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


def _unfold(form: Locator) -> None:
    """Open what the form is folded into."""
    form.evaluate("one => one.closest('details')?.setAttribute('open', '')")


def _fill(box: Locator, kind: str, value: str) -> None:
    if kind.startswith("select"):
        box.select_option(value=value)
    elif kind == "checkbox":
        box.check()
    else:
        box.fill(value)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder: Path = tmp_path_factory.mktemp("officers-year")
    with (
        moved_clock(folder / "days") as later,
        served_office(folder / "data", "tests.journeys.later") as served,
        chromium() as browser,
    ):
        yield Year(browser, served, later)


def test_from_the_seizure_to_the_payout(year: Year) -> None:
    year.passes(0)
    seizes(year)
    values_it_twice(year)
    finds_who_auctions_it(year)
    for number in range(1, 5):
        fails(year, number)
    is_flagged(year)
    sells(year, 5)
    the_buyer_does_not_pay(year)
    sells(year, 6)
    is_paid_and_delivered(year)
    pays_out(year)
    ends_closed_and_on_paper(year)


def seizes(year: Year) -> None:
    opened = {"kind": "on_request", "decision_number": CASE, "decision_on": year.day(-30)}
    names = {"debtor_name": "Ông Vũ Văn Nợ (nhân vật giả định)", "creditor_name": "Ngân hàng Giả"}
    year.does("/cases/new", {**opened, **names})
    thing = {
        "case_number": CASE,
        "decision_on": year.day(),
        "kind": "vehicle",
        "description": "Xe ô tô tải Thaco, biển số 43C-555.55",
        "drawn_up.grounds": "Người phải thi hành án có điều kiện mà không tự nguyện thi hành.",
        "drawn_up.carried_out_at": f"{year.day()}T08:30",
    }
    officer = year.does("/assets/new", thing)
    year.ref = officer.page.url.rpartition("/")[2]
    minutes = {
        "case_number": CASE,
        "at": f"{year.day()}T09:00",
        "place": "Nhà của người phải thi hành án",
        "custody": "Giao kho của cơ quan bảo quản",
    }
    year.does(f"/assets/{year.ref}/seizures/minutes", minutes)


def values_it_twice(year: Year) -> None:
    """A contract, a certificate, the notice; a party asks once for another valuation."""
    price = f"/assets/{year.ref}/price"
    firm = {"name": FIRM, "list_number": "TDG-500", "province": "Minh Họa"}
    year.does("/valuation-firms/new", {**firm, "listed_from": "2024-01-02"})
    year.passes(2)
    concludes_a_contract(year, "1/HĐ-TĐG")
    year.passes(5)
    brings_the_certificate(year, "CT-501", VALUE)
    year.does(f"{price}/notice", {"told_on": year.day(), "told": TOLD})
    year.passes(2)
    asks = {
        "asked_by": "Ông Vũ Văn Nợ (nhân vật giả định)",
        "party": "debtor",
        "asked_on": year.day(),
        "document": "Đơn số 1",
        "advance": "5000000",
        "advance_receipt": "BL-1",
    }
    year.does(f"{price}/revaluation-request", asks)
    year.passes(2)
    concludes_a_contract(year, "2/HĐ-TĐG")
    year.passes(5)
    brings_the_certificate(year, "CT-502", REVALUED)
    year.does(f"{price}/notice", {"told_on": year.day(), "told": TOLD})
    year.sees(price, "CT-502", "1.000.000.000")


def concludes_a_contract(year: Year, number: str) -> None:
    page = year.who(OFFICER).page
    page.goto(f"/assets/{year.ref}/price/contract")
    firm = page.locator("[name=firm_id] option").filter(has_text=FIRM).get_attribute("value")
    assert firm is not None
    said = {"firm_id": firm, "number": number, "signed_on": year.day()}
    year.does(f"/assets/{year.ref}/price/contract", {**said, "fee": "8000000"})


def brings_the_certificate(year: Year, number: str, amount: int) -> None:
    said = {
        "certificate_number": number,
        "amount": str(amount),
        "valued_on": year.day(),
        "valid_until": year.day(180),
    }
    year.does(f"/assets/{year.ref}/price/certificate", said)


def finds_who_auctions_it(year: Year) -> None:
    """A lot, a call, points for the one that applies, and the contract with its clauses."""
    said = {"assets": year.ref, "description": "Xe ô tô tải Thaco, biển số 43C-555.55"}
    year.lot = year.does("/lots/new", said).page.url.rpartition("/")[2]
    house = {"name": "Công ty Đấu giá Năm Tròn", "code": HOUSE, "kind": "company"}
    listed = {"province": "Minh Họa", "listed_from": "2024-01-02"}
    year.does("/auctioneers/new", {**house, **listed})
    contracts_by_call(year)


def contracts_by_call(year: Year) -> None:
    call = {
        "starting_price": str(REVALUED),
        "site_on": year.day(),
        "portal_on": year.day(),
        "files_place": "Trụ sở cơ quan",
        "files_from": year.day(),
        "files_until": year.day(4),
    }
    officer = year.who(OFFICER)
    officer.goes_to(f"/lots/{year.lot}/calls/new")
    boxes = officer.page.locator("form [name^='title.'][name$='.0']")
    codes = [str(boxes.nth(n).get_attribute("name")).split(".")[1] for n in range(boxes.count())]
    for code in codes:
        call |= {f"title.{code}.0": f"Tiêu chí {code}", f"most.{code}.0": "10"}
    url = year.does(f"/lots/{year.lot}/calls/new", call).page.url
    path = url[len(year.served.address) :]
    year.passes(1)
    taken = {"organisation": HOUSE, "received_on": year.day()}
    year.does(path, taken, action=f"{path}/applicants")
    officer = year.who(OFFICER)
    officer.goes_to(path)
    cells = officer.page.locator("form [name^='p.']")
    points = {str(cells.nth(n).get_attribute("name")): "9" for n in range(cells.count())}
    fit = officer.page.locator("[name^='fit.']").first.get_attribute("name")
    year.does(path, {**points, str(fit): "true"}, action=f"{path}/scores")
    year.passes(4)
    year.does(path, {"chosen": HOUSE, "chosen_on": year.day()}, action=f"{path}/choice")
    year.does(path, {"published_on": year.day()}, action=f"{path}/result")
    signed = {
        "way": "chosen",
        "organisation": HOUSE,
        "number": "12/HĐ-ĐG",
        "signed_on": year.day(),
        "starting_price": str(REVALUED),
        "form": "oral",
        "fee": "15000000",
        "vat_included": "yes",
        "pause_clause": "yes",
        "stop_clause": "yes",
    }
    contracts = f"/lots/{year.lot}/contracts"
    year.does(contracts, signed, action=f"{contracts}/signed")


def announces(year: Year, opens: int, number: int) -> None:
    """Posting, announcements, viewing and registration; from the third round on the short way."""
    path = f"/lots/{year.lot}/notices"
    notices = [
        *({"kind": "posting", "place": place} for place in POSTED),
        *({"kind": "announcement", "place": place} for place in ("press", "national_portal")),
    ]
    for notice in notices:
        year.does(path, {**notice, "from_on": year.day()})
    later = {"kind": "announcement", "place": "press", "from_on": year.day(4)}
    year.does(path, later)
    year.does(path, {"kind": "viewing", "from_on": year.day(5), "until_on": year.day(8)})
    until = year.day(opens - (2 if number < 3 else 1))
    ends = {"kind": "registration", "from_on": year.day(), "until_on": until}
    year.does(path, ends)


POSTED = ("organisation_office", "auction_venue", "display_place")


def offers(year: Year, number: int, price: int) -> None:
    """The round that comes is announced and fixed for a Thursday in four weeks."""
    year.passes(7 - year.today().weekday())
    announces(year, 31, number)
    said = {
        "starting_price": str(price),
        "opens_at": f"{year.day(31)}T09:00",
        "deposit": str(price // 10),
        "bid_step": "1000000",
        "session_form": "oral",
    }
    year.does(f"/lots/{year.lot}", said, action=f"/lots/{year.lot}/rounds")


def fails(year: Year, number: int) -> None:
    """A round to which nobody comes; its causes; the creditor is asked; the price falls."""
    price = price_of(number)
    offers(year, number, price)
    year.passes(32)
    rounds = f"/lots/{year.lot}/rounds/{number}"
    said = {"code": "failed_no_registration", "registered": "0", "minutes": f"{number}/BB-ĐG"}
    year.does(f"/lots/{year.lot}", {**said, "notified_on": year.day()}, action=f"{rounds}/outcome")
    told = {"step": "failure_told", "on": year.day(), "document": f"{number}/TB-THADS"}
    year.does(f"/assets/{year.ref}/life/new", told)
    year.passes(1)
    if number >= 3:
        asks_the_creditor(year, number)
    cut = {"new_price": str(price_of(number + 1)), "decided_on": year.day()}
    year.does(f"/lots/{year.lot}", cut, action=f"{rounds}/reduction")


def is_flagged(year: Year) -> None:
    """The sweep raises the flag; the inspection team finds it."""
    command = [sys.executable, "-m", "tests.journeys.later", "sweep", "--as-of", year.day()]
    environment = child_environment(year.served.settings)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    year.sees("/flags", year.ref, by="inspector")


def price_of(number: int) -> int:
    """The starting price of a round: a tenth less each time."""
    price = REVALUED
    for _cut in range(number - 1):
        price = -(-price * 9 // 10)
    return price


def asks_the_creditor(year: Year, number: int) -> None:
    between = f"/lots/{year.lot}/between"
    asked = {"asked_on": year.day(), "claim": "700000000", "debt": "700000000"}
    year.does(f"{between}/setoff", asked)
    answer = {"accepted": "false", "answered_on": year.day(), "document": f"{number}/VB-NH"}
    year.does(f"{between}/answer", answer)


def sells(year: Year, number: int) -> None:
    """Two bidders pay their deposits and outbid each other; the higher one wins."""
    price = price_of(5)
    offers(year, number, price)
    rounds = f"/lots/{year.lot}/rounds/{number}"
    year.passes(28)
    for turn, name in enumerate(("Bà Lê Mua (giả định)", "Ông Đỗ Mua (giả định)"), start=1):
        said = {"name": name, "identity_number": f"00109000{number}{turn}"}
        year.does(rounds, said, action=f"{rounds}/bidders")
        paid = {"bidder": str(turn), "amount": str(price // 10), "how": "bank"}
        year.does(rounds, paid, action=f"{rounds}/deposits")
    year.passes(3)
    for turn in (1, 2):
        bid = {"bidder": str(turn), "amount": str(price + turn * 1_000_000), "kind": "bid"}
        year.does(rounds, bid, action=f"{rounds}/said")
    sold = {
        "code": "sold",
        "registered": "2",
        "sale_price": str(price + 2_000_000),
        "buyer_name": "Ông Đỗ Mua (giả định)",
        "minutes": f"{number}/BB-ĐG",
        "notified_on": year.day(),
    }
    year.does(f"/lots/{year.lot}", sold, action=f"{rounds}/outcome")


def sale_of(year: Year) -> str:
    """The newest sale of the lot, by its address."""
    officer = year.who(OFFICER)
    officer.goes_to(f"/lots/{year.lot}")
    link = officer.page.locator("main a[href^='/sales/']").first
    return str(link.get_attribute("href"))


def the_buyer_does_not_pay(year: Year) -> None:
    """The time to pay ends; the engagement is cancelled and the lot offered again."""
    year.passes(34)
    sale = sale_of(year)
    year.sees("/sales", year.lot, by="head")
    said = {"cancelled_on": year.day(), "document": "1/TB-HGK"}
    year.does(sale, said, action=f"{sale}/acts/default")


def is_paid_and_delivered(year: Year) -> None:
    year.passes(9)
    sale = sale_of(year)
    rest = price_of(5) + 2_000_000 - price_of(5) // 10  # the deposit came with the winner
    for number, amount in enumerate((rest // 2, rest - rest // 2), start=1):
        paid = {"amount": str(amount), "received_on": year.day(), "document": f"BL-90{number}"}
        year.does(sale, paid, action=f"{sale}/money/receipt", by="accountant")
    year.passes(5)
    decided = {"decided_on": year.day()}
    year.does(sale, decided, action=f"{sale}/acts/decision")
    year.passes(3)
    said = {"delivered_on": year.day(), "place": "Kho số 1", "state": "Như khi kê biên"}
    year.does(sale, said, action=f"{sale}/acts/delivery")


def pays_out(year: Year) -> None:
    """Claims and costs are recorded; the officer proposes, the head approves, all is paid."""
    year.passes(1)
    officer = year.who(OFFICER)
    officer.goes_to(f"/assets/{year.ref}")
    case = str(officer.page.locator("main a[href^='/cases/']").first.get_attribute("href"))
    for creditor, kind, amount in (
        ("Ngân hàng Giả", "other", 700_000_000),
        ("Nhà nước", "court_fees", 32_000_000),
    ):
        said = {"creditor": creditor, "kind": kind, "principal": str(amount)}
        days = {"granted_on": year.day(-300), "asked_on": year.day(-280)}
        year.does(f"{case}/claims", {**said, **days})
    cost = {"kind": "auction_fee", "amount": "20000000", "spent_on": year.day(), "document": "HĐ-9"}
    year.does(f"/assets/{year.ref}/costs/new", cost)
    sale = sale_of(year)
    year.does(f"{sale}/payouts", {}, action=f"{sale}/payouts")
    head = year.who("head")
    head.goes_to(f"{sale}/payouts")
    approval = head.page.locator("form[action$='/approval']").first
    _unfold(approval)
    approval.locator("button[type=submit]").click()
    assert head.page.locator(REFUSED).count() == 0
    accountant = year.who("accountant")
    paid = 0
    while True:
        accountant.goes_to(f"{sale}/payouts")
        lines = accountant.page.locator("form[action^='/payout-lines/']")
        if lines.count() == 0:
            break
        paid += 1
        action = str(lines.first.get_attribute("action"))
        said = {"number": f"PC-{paid}", "way": "transfer", "paid_on": year.day()}
        year.does(f"{sale}/payouts", said, action=action, by="accountant")
    assert paid >= 3


def ends_closed_and_on_paper(year: Year) -> None:
    """The life of the asset is closed, and every paper of it can be opened."""
    officer = year.who(OFFICER)
    year.sees(f"/assets/{year.ref}/life", officer.calls(State.PAID_OUT))
    officer.goes_to(f"/documents?subject_kind=asset&subject_ref={year.ref}")
    links = officer.page.locator("main a[href$='.pdf']")
    papers = {str(links.nth(n).get_attribute("href")) for n in range(links.count())}
    assert len(papers) >= 10
    for path in papers:
        answer = officer.page.request.get(path)
        assert answer.body().startswith(b"%PDF-"), path
