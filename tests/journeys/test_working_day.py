"""A working day of the office in a real browser: keeper, officer, scheduler, inspector."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from auction.bidding.rules import Outcome
from auction.legal_rules.words import cite
from auction.reviews.rules import Conclusion, FindingCode, Severity
from auction.valuations.rules import ValuationMethod
from inventory.assets.rules import AssetKind
from inventory.base import clock
from inventory.cases.rules import CaseKind
from service.settings import child_environment
from service.web import locales
from tests.browsing import chromium
from tests.journeys.office import STORY, Person, Served, meet, served_office
from tests.journeys.phones import asks_to_store, picks_the_only, signs
from tests.reading import read_words

pytestmark = pytest.mark.browser

SHELF, OTHER_SHELF = "Kệ A1 (K1-A1)", "Kệ A2 (K1-A2)"
PRICES = (1_200_000_000, 1_100_000_000, 990_000_000)
LOWEST = 1_080_000_000
"""The lowest lawful price after the first round: a tenth under it."""
ARTICLE = cite("L25 Art. 83(3)")
FOUND = "Giá khởi điểm lần đầu cao hơn giá thị trường, không nêu lý do."
CONCLUDED = "Định giá lại tài sản trước khi tổ chức lần đấu giá tiếp theo."


@dataclass(frozen=True)
class Way:
    """How the day is lived: in which language, with or without script."""

    locale: str
    script: bool

    def meets(self, browser: Browser, served: Served, size: str = "desk") -> Person:
        """Somebody new."""
        return meet(browser, served, locale=self.locale, size=size, java_script_enabled=self.script)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_office(tmp_path_factory.mktemp("working-day")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    "way", [Way("vi", script=True), Way("en", script=False)], ids=["vi-script", "en-no-script"]
)
def test_from_the_seizure_to_the_dossier(browser: Browser, served: Served, way: Way) -> None:
    case = f"{way.locale}-77/QĐ-CTHADS"
    officer = way.meets(browser, served)
    officer.logs_in("enforcement_officer")
    opens_a_case(officer, case)

    keeper = way.meets(browser, served, "phone")
    keeper.logs_in("keeper")
    ref = registers_an_asset(keeper, case)
    head = way.meets(browser, served)
    head.logs_in("head")
    order = asks_to_store(officer, "Ông Vũ Văn Nợ", ref)
    signs(head, order)
    head.leaves()
    takes_it_in_and_moves_it(keeper, ref, order, scans=way.script)
    keeper.leaves()

    lot = values_it_and_forms_a_lot(officer, ref)
    signs_with_the_centre(officer, lot)
    holds_three_rounds(officer, lot)
    officer.leaves()

    inspector = way.meets(browser, served)
    inspector.logs_in("inspector")
    with scheduler(served):
        finds_the_flag(inspector, ref)
    reviews_it(inspector, ref)
    words = prints_the_dossier(inspector)
    inspector.leaves()
    prices = [locales.number("vi", price) for price in PRICES]
    for said in (ref, lot, case, FOUND, CONCLUDED, *prices):
        assert said in words, said


def test_the_keyboard_is_enough_from_the_log_in_to_the_log_out(
    browser: Browser, served: Served
) -> None:
    keeper, other, officer, head = (meet(browser, served) for _person in range(4))
    other.logs_in("keeper")
    ref = other.panel("Not yet taken in").get_by_role("row").nth(1).get_by_role("link").first
    number = ref.inner_text()
    officer.logs_in("enforcement_officer")
    head.logs_in("head")
    order = asks_to_store(officer, "Bà Đặng Thị Giả", number)
    signs(head, order)
    keys = keeper.page.keyboard
    keeper.logs_in_by_keys("keeper")
    keys.press("/")
    keys.type(number)
    keys.press("Enter")
    keeper.page.wait_for_url(f"**/assets/{number}")

    keeper.tabs_to(keeper.link("Take in"))
    keys.press("Enter")
    keeper.tabs_to(keeper.field("On which order"))  # the only one that fits is chosen
    keeper.tabs_to(keeper.field("Into which place"))
    keeper.chooses_by_arrow(SHELF)
    for label in ("Handed over by", "Reason"):
        keeper.tabs_to(keeper.field(label))
        keys.insert_text("Bà Đặng Thị Giả")
    keys.press("Enter")
    keeper.is_told("The asset was taken in.")

    keeper.tabs_to(keeper.link("Move"))
    keys.press("Enter")
    keeper.tabs_to(keeper.field("To which place"))
    keeper.chooses_by_arrow(OTHER_SHELF)
    keeper.tabs_to(keeper.field("Reason"))
    keys.insert_text("Sắp xếp lại kho")
    keeper.tabs_to(keeper.button("Move"))
    keys.press("Enter")
    keeper.is_told("The asset was moved.")
    expect(keeper.panel("Held now by")).to_contain_text("Kệ A2")

    keeper.tabs_to(keeper.page.get_by_role("button", name=keeper.says("Log out")))
    keys.press("Enter")
    keeper.page.wait_for_url("**/login")
    keeper.goes_to(f"/assets/{number}")
    assert "/login" in keeper.page.url, "the session ended with the log-out"
    keeper.leaves()


def test_the_administrator_is_shown_no_case_data(browser: Browser, served: Served) -> None:
    officer = meet(browser, served)
    officer.logs_in("enforcement_officer")
    officer.goes_to("/lots")
    lot = officer.page.locator("main tbody a").first.inner_text()
    officer.goes_to("/assets")
    asset = officer.page.locator("main tbody a").first.inner_text()
    officer.leaves()

    administrator = meet(browser, served)
    administrator.logs_in("administrator")
    ways = administrator.page.locator("nav#menu").inner_text().splitlines()
    hidden = {administrator.says(w) for w in ("Assets", "Warehouses", "Cases", "Lots", "Due dates")}
    assert hidden.isdisjoint(ways)
    assert administrator.page.locator("header").get_by_role("searchbox").count() == 0
    for path in (
        "/assets",
        f"/assets/{asset}",
        f"/assets/{asset}/history",
        f"/assets?q={asset}",
        f"/lots/{lot}",
        *("/lots", "/rounds", "/breaches", "/cases", "/warehouse", "/flags", "/reviews"),
        *("/deadlines", "/custody/waiting", "/documents/VB-0000001-9.pdf"),
    ):
        answer = administrator.goes_to(path)
        assert answer is not None
        assert answer.status == 403, path
        administrator.sees(administrator.says("You are not permitted to do this."))
        shown = administrator.page.content()
        assert STORY["asset"][0]["description"] not in shown
    administrator.faults = [said for said in administrator.faults if "403" not in said]
    administrator.leaves()


def opens_a_case(officer: Person, number: str) -> None:
    officer.goes_to("/cases")
    officer.follows("Open a case")
    officer.fills(
        {
            "Kind": officer.calls(CaseKind.ON_REQUEST),
            "Number of the decision": number,
            "Day of the decision": day(-120),
            "Debtor": "Ông Vũ Văn Nợ (nhân vật giả định)",
        }
    )
    officer.presses("Open a case")
    officer.is_told("The case was opened.")
    officer.sees(number)


def registers_an_asset(keeper: Person, case: str) -> str:
    """On the phone; the number of the new asset."""
    keeper.follows("Register an asset")
    keeper.fills(
        {
            "Case": case,
            "Seizure decision": "81/QĐ-KB",
            "Day of the decision": day(-110),
            "Description": "Máy đào bánh xích Komatsu PC200",
            "Kind": keeper.calls(AssetKind.MOVABLE),
        }
    )
    keeper.presses("Register")
    keeper.is_told("The asset was registered.")
    return keeper.page.url.rpartition("/")[2]


def takes_it_in_and_moves_it(keeper: Person, ref: str, order: str, *, scans: bool) -> None:
    keeper.goes_to("/desk")
    keeper.sees(ref)
    if scans:
        keeper.page.keyboard.type(ref)
    else:
        keeper.page.locator("header").get_by_role("searchbox").fill(ref)
    keeper.page.keyboard.press("Enter")
    keeper.page.wait_for_url(f"**/assets/{ref}")
    keeper.follows("Take in")
    picks_the_only(keeper, "On which order", order)
    keeper.fills(
        {"Into which place": SHELF, "Handed over by": "Ông Vũ Văn Nợ", "Reason": "Kê biên"}
    )
    keeper.presses("Take in")
    keeper.is_told("The asset was taken in.")
    keeper.follows("Move")
    keeper.fills({"To which place": OTHER_SHELF, "Reason": "Sắp xếp lại kho"})
    keeper.presses("Move")
    keeper.is_told("The asset was moved.")
    expect(keeper.panel("Held now by")).to_contain_text("Kệ A2")
    expect(keeper.panel("Chain of custody").get_by_role("listitem")).to_have_count(2)


def values_it_and_forms_a_lot(officer: Person, ref: str) -> str:
    """The number of the lot."""
    officer.goes_to(f"/assets/{ref}")
    officer.follows("Record a value")
    officer.fills(
        {
            "Who found the value": officer.calls(ValuationMethod.FIRM),
            "Amount": "1.200.000.000",
            "Valuation firm": "Công ty Thẩm định giá Giả Định",
            "Number of the certificate": "CT-09/TĐG",
            "Day of the valuation": day(-106),
            "Valid until": day(60),
        }
    )
    officer.presses("Record")
    officer.is_told("The valuation was recorded.")
    officer.sees(amount(officer.locale, PRICES[0]))
    officer.goes_to(f"/assets/{ref}/price/notice")
    officer.fills({"Told on": day(-105), "Who is told": "Ông Vũ Văn Nợ"})
    officer.presses("Record")
    officer.is_told("The act was recorded.")
    officer.goes_to(f"/assets/{ref}")
    officer.follows("Form a lot")
    officer.fills({"Description of the lot": "Máy đào bánh xích Komatsu PC200"})
    officer.presses("Form the lot")
    officer.is_told("The lot was formed.")
    return officer.page.url.rpartition("/")[2]


def signs_with_the_centre(officer: Person, lot: str) -> None:
    """The contract under which the rounds are fixed."""
    officer.goes_to(f"/lots/{lot}/contracts")
    form = officer.page.locator("form[action$='/signed']")
    said = {"number": f"{lot}/HĐ", "signed_on": day(-68), "starting_price": str(PRICES[0])}
    for name, text in {**said, "fee_words": "Theo biểu"}.items():
        form.locator(f"[name={name}]").fill(text)
    for name, code in {"way": "local_centre", "organisation": "GD-0900", "form": "oral"}.items():
        form.locator(f"[name={name}]").select_option(code)
    for name in ("vat_included", "pause_clause", "stop_clause"):
        form.locator(f"[name={name}]").check()
    form.locator("button[type=submit]").click()
    officer.is_told("It was recorded.")


def holds_three_rounds(officer: Person, lot: str) -> None:
    """Three rounds that failed in the past weeks, and the two cuts between them."""
    officer.goes_to(f"/lots/{lot}")
    for number, (price, held) in enumerate(zip(PRICES, (-60, -40, -20), strict=True), start=1):
        sums = {"Starting price": str(price), "Deposit": str(price // 10)}
        officer.fills({**sums, "Opens at": f"{day(held)}T09:00"})
        officer.presses("Schedule the round")
        officer.is_told("The round was scheduled.")
        officer.fills(
            {
                "What happened": officer.calls(Outcome.FAILED_NO_REGISTRATION),
                "The office was told on": day(held + 1),
                "Registered bidders": "0",
            }
        )
        officer.presses("Record the outcome")
        officer.is_told("The outcome was recorded.")
        if number == 1:
            is_refused_too_deep_a_cut(officer, held)
        if number < len(PRICES):
            cuts(officer, PRICES[number], f"{number}{officer.locale}/QĐ-GG", held + 3)
            officer.is_told("The price was reduced.")
    officer.sees(officer.says("%(count)s failed in a row", count=3))


def is_refused_too_deep_a_cut(officer: Person, held: int) -> None:
    cuts(officer, LOWEST - 1, "9/QĐ-GG", held + 3)
    refusal = officer.page.locator("#next")
    expect(refusal).to_contain_text(locales.number(officer.locale, LOWEST))
    expect(refusal).to_contain_text(ARTICLE.said(officer.locale))
    expect(refusal.get_by_role("alert")).to_be_visible()
    assert officer.page.locator("#new_price").input_value() == str(LOWEST - 1)


def cuts(officer: Person, price: int, number: str, on: int) -> None:
    officer.fills(
        {"New price": str(price), "Number of the decision": number, "Day of the decision": day(on)}
    )
    officer.presses("Reduce the price")


@contextmanager
def scheduler(served: Served) -> Iterator[None]:
    """The real scheduler, which begins with a sweep."""
    with subprocess.Popen(
        [sys.executable, "-m", "service", "scheduler"],
        env=child_environment(served.settings),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(20) == 0


def finds_the_flag(inspector: Person, ref: str) -> None:
    """He looks at the queue until the sweep has raised the flag."""
    end = time.monotonic() + 30
    link = inspector.page.locator("main").get_by_role("link", name=ref)
    inspector.goes_to("/flags")
    while link.count() == 0:
        assert time.monotonic() < end, "no flag was raised"
        time.sleep(0.2)
        inspector.goes_to("/flags")
    link.click()
    inspector.page.wait_for_url(f"**/assets/{ref}/history")


def reviews_it(inspector: Person, ref: str) -> None:
    inspector.sees(ref, *(amount(inspector.locale, price) for price in PRICES))
    inspector.presses("Open a review")
    inspector.is_told("The review was opened.")
    inspector.fills(
        {
            "What was found": inspector.calls(FindingCode.P01),
            "Weight": inspector.calls(Severity.DEFECT),
            "In words": FOUND,
        },
        panel="Write a finding",
    )
    inspector.presses("Write it down")
    inspector.is_told("The finding was written down.")
    inspector.fills(
        {
            "What is to be done": inspector.calls(Conclusion.REVALUE),
            "In words": CONCLUDED,
            "Responsible": "Trần Văn Mẫu Chấp",
            "Due": day(30),
        },
        panel="Conclude",
    )
    inspector.presses("Conclude the review")
    inspector.is_told("The review is concluded.")
    expect(inspector.panel("Review")).to_contain_text(CONCLUDED)


def prints_the_dossier(inspector: Person) -> str:
    """All words of the PDF."""
    with inspector.page.expect_response("**/documents/*.pdf", timeout=30_000) as shown:
        inspector.presses("Print the dossier")
    printed = inspector.page.request.get(shown.value.url)
    assert printed.headers["content-type"] == "application/pdf"
    return read_words(printed.body())


def day(days: int) -> str:
    """A day from today on, as date fields take it."""
    today: date = clock.local_day(clock.now())
    return (today + timedelta(days=days)).isoformat()


def amount(locale: str, price: int) -> str:
    """An amount as pages write it."""
    return locales.money(locale, price)
