"""The keeper at his desk and on his phone, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.seals.schemas import ReceivedSeal
from inventory.seizures.commands import seize_again
from inventory.seizures.schemas import NewSeizure
from service.auth.rules import COOKIE
from tests.browsing import chromium, open_page, serving
from tests.make.inventory import make_asset, make_case, make_evidence, make_place
from tests.make.lone import lone_database
from tests.make.orders import standing_order
from tests.make.organisation import make_people, make_token

pytestmark = pytest.mark.browser


@dataclass
class Office:
    """A served office with things in its warehouse."""

    address: str
    tokens: dict[str, str]
    held: str
    waiting: str
    evidence: str
    store: int


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    at = clock.now()
    folder: Path = tmp_path_factory.mktemp("browser")
    with lone_database(folder) as database:
        with database.transaction(SYSTEM) as session:
            people = make_people(session, at)
            keeper, officer = people.keeper, people.officer
            case = make_case(session, officer, at=at)
            other = make_case(session, officer, "77/QĐ-THADS", at=at)
            store = make_place(session, keeper, "K1", "Kho số 1", at=at)
            row = make_place(session, keeper, "K1-A", "Dãy A", at=at, inside=store)
            spot = make_place(session, keeper, "K1-A-14", "Ô 14", at=at, inside=row)
            held = make_asset(session, keeper, case, at=at, place=spot)
            new = NewSeizure(
                case_number=other.decision_number,
                decision_number="90/QĐ-KB",
                decision_on=date(2026, 9, 9),
            )
            seize_again(session, officer, held.reference, new, at=at)
            chest = "Tủ gỗ hương hai cánh, chạm khắc hoa lá, mặt kính bên trái nứt"
            waiting = make_asset(session, keeper, case, at=at, description=chest)
            for n in range(60):
                text = f"Máy may công nghiệp Juki DDL-8700, số máy 8D0-{n:04d}"
                make_asset(session, keeper, case, at=at, place=store, description=text)
            sealed = make_evidence(session, keeper, at=at, seal=ReceivedSeal(number="NP-0231"))
            tokens = {who: make_token(session, people, who, at) for who in people.staff}
        with serving(database.settings) as address:
            yield Office(
                address,
                tokens,
                held.reference,
                waiting.reference,
                sealed.reference,
                store.id,
            )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def visit(browser: Browser, office: Office, who: str, path: str, size: str = "desk") -> Page:
    page = open_page(browser, office.address, size)
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens[who], "url": office.address}])
    page.goto(path)
    return page


def test_a_keeper_takes_in_and_moves_on_his_phone_without_leaving_the_asset_s_page(
    browser: Browser, office: Office
) -> None:
    path = f"/assets/{office.waiting}"
    page = visit(browser, office, "keeper", path, "phone")
    page.get_by_role("link", name="Nhập kho").first.click()
    page.locator("#act form").wait_for()
    assert page.url.endswith(path)
    page.locator("#act").get_by_role("button").click()
    expect(page.locator("#act .fault").first).to_be_visible()
    page.select_option("#place_id", str(office.store))
    page.fill("#giver", "Trần Văn Nợ")
    page.fill("#reason", "Kê biên")
    page.locator("#act").get_by_role("button").click()
    expect(page.locator("#order-fault")).to_be_visible()
    page.select_option("#order", standing_order(office.store))
    page.locator("#act").get_by_role("button").click()
    page.locator(".notice.good").wait_for()
    assert page.url.endswith(path)
    expect(page.get_by_text("Kho số 1").first).to_be_visible()
    page.context.close()


def test_results_follow_the_typing_and_a_scanned_number_leads_to_its_asset(
    browser: Browser, office: Office
) -> None:
    page = visit(browser, office, "keeper", "/assets")
    box = page.locator("main input[name=q]")
    box.press_sequentially("thaco ollin", delay=20)
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text(office.held)
    page.locator("header input[name=q]").fill(office.evidence)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/assets/{office.evidence}")
    page.context.close()


def test_the_acts_work_without_script(browser: Browser, office: Office) -> None:
    page = open_page(browser, office.address, "phone", java_script_enabled=False)
    page.context.add_cookies(
        [{"name": COOKIE, "value": office.tokens["keeper"], "url": office.address}]
    )
    page.goto(f"/assets/{office.held}")
    page.get_by_role("link", name="Di chuyển").first.click()
    page.wait_for_url(f"**/assets/{office.held}/custody/moves")
    page.get_by_role("button", name="Di chuyển").click()
    expect(page.locator(".fault").first).to_be_visible()
    page.context.close()
