"""A keeper's whole day on a phone, with the people he works with, each at a phone of his own.

Everything is done through the pages, from the request of the officer to the slip of the release;
only the end looks into the database, as ``kebien verify`` does.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from inventory.assets.rules import AssetKind
from inventory.attachments.rules import Purpose as Shows
from inventory.base.actor import SYSTEM
from inventory.cases.rules import CaseKind
from inventory.custody.rules import SealState
from inventory.handovers.rules import Purpose as LentFor
from inventory.orders.rules import Purpose
from inventory.papers.models import Paper
from inventory.papers.rules import PaperKind, Proof
from inventory.seals.rules import PresentAs
from inventory.stocktakes.rules import Period
from inventory.warehouses.rules import PlaceKind
from service.database import Database
from service.settings import child_environment
from tests.browsing import chromium
from tests.journeys.office import Person, Served, meet, served_office
from tests.journeys.phones import (
    CASE,
    WAREHOUSE,
    asks_to_release,
    asks_to_store,
    checks,
    day,
    goes,
    number,
    opens_pdf,
    picks_the_only,
    signs,
    writes_minutes_and_slip_of_intake,
    writes_slip_and_minutes_of_release,
)
from tests.make.pictures import picture

pytestmark = pytest.mark.browser

ROOM, SHELF, OTHER_SHELF = "Phòng nghiệm thu", "Kệ sáng", "Kệ chiều"
THINGS = ("Máy tính xách tay Dell Latitude 5420", "Máy in Canon LBP 2900")
SEAL = "NP-0305"
GIVER, TAKER = "Ông Vũ Văn Nợ", "Bà Lê Thị Nhận"
COURT = "Tòa án nhân dân khu vực 1"
PATIENCE = 30_000
"""Milliseconds after which a page is given up; the machine may be busy with other tests."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_office(tmp_path_factory.mktemp("keeper-day")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_a_keeper_s_day_from_the_order_in_to_the_slip_out(browser: Browser, served: Served) -> None:
    before = issued(served)
    officer, head, keeper, accountant = (
        arrives(browser, served, role)
        for role in ("enforcement_officer", "head", "keeper", "accountant")
    )
    arranges_a_room(keeper)
    laptop, printer = opens_a_case_and_registers(officer)
    order = asks_to_store(officer, GIVER, laptop, printer)
    signs(head, order)
    for thing in (laptop, printer):
        takes_in(keeper, thing, order)
    writes_minutes_and_slip_of_intake(keeper, order)
    prints_labels(keeper, order)
    adds_a_picture(keeper, laptop)
    seals(officer, laptop)
    lends_and_takes_back(officer, head, keeper, laptop)
    moves(keeper, laptop)
    counts_without_network(keeper, accountant, head, (laptop, printer))
    releases(officer, head, keeper, laptop)
    opens_every_paper(head)
    for person in (officer, head, keeper, accountant):
        person.leaves()
    verifies(served)
    made = {kind: n - before.get(kind, 0) for kind, n in issued(served).items()}
    assert made == EXPECTED | {kind: 0 for kind in made if kind not in EXPECTED}


EXPECTED = {
    PaperKind.STORE_IN_ORDER: 2,
    PaperKind.STORE_OUT_ORDER: 2,
    PaperKind.RECEIPT_SLIP: 2,
    PaperKind.RELEASE_SLIP: 2,
    PaperKind.HANDOVER_MINUTES: 6,
    PaperKind.SEALING_MINUTES: 1,
    PaperKind.STOCKTAKE_MINUTES: 1,
}
"""The papers of the day: minutes of the intake, of the loan's order, of giving out, of taking back,
of the order for that, and of the release."""


def arrives(browser: Browser, served: Served, role: str) -> Person:
    person = meet(browser, served, size="phone")
    person.page.set_default_timeout(PATIENCE)
    person.logs_in(role)
    return person


def arranges_a_room(keeper: Person) -> None:
    for code, name, kind, inside in (
        ("K1-N", ROOM, PlaceKind.ROOM, WAREHOUSE),
        ("K1-N1", SHELF, PlaceKind.SHELF, ROOM),
        ("K1-N2", OTHER_SHELF, PlaceKind.SHELF, ROOM),
    ):
        goes(keeper, "/warehouse")
        keeper.follows("Add a place")
        box = keeper.field("Inside")
        way = box.locator("option").filter(has_text=inside).first
        keeper.fills({"Code": code, "Name": name, "Kind": keeper.calls(kind)})
        box.select_option(value=way.get_attribute("value"))
        keeper.presses("Add")
        keeper.is_told("The place was added.")


def opens_a_case_and_registers(officer: Person) -> list[str]:
    goes(officer, "/cases/new")
    officer.fills(
        {
            "Kind": officer.calls(CaseKind.ON_REQUEST),
            "Number of the decision": CASE,
            "Day of the decision": day(-40),
            "Debtor": GIVER,
        }
    )
    officer.presses("Open a case")
    officer.is_told("The case was opened.")
    made = []
    for what in THINGS:
        goes(officer, "/assets/new")
        officer.fills(
            {
                "Case": CASE,
                "Seizure decision": "12/QĐ-KB",
                "Day of the decision": day(-3),
                "Description": what,
                "Kind": officer.calls(AssetKind.MOVABLE),
            }
        )
        officer.presses("Register")
        officer.is_told("The asset was registered.")
        made.append(number(officer))
    return made


def takes_in(keeper: Person, thing: str, order: str) -> None:
    """A scanner is a keyboard: the number leads to the thing."""
    goes(keeper, "/desk")
    keeper.page.keyboard.type(thing)
    keeper.page.keyboard.press("Enter")
    keeper.page.wait_for_url(f"**/assets/{thing}")
    keeper.follows("Take in")
    picks_the_only(keeper, "On which order", order)
    keeper.fills(
        {"Into which place": f"{SHELF} (K1-N1)", "Handed over by": GIVER, "Reason": "Kê biên"}
    )
    keeper.presses("Take in")
    keeper.is_told("The asset was taken in.")
    expect(keeper.panel("Held now by")).to_contain_text(SHELF)


def prints_labels(keeper: Person, order: str) -> None:
    keeper.follows("Print labels")
    expect(keeper.page.locator("main tbody tr")).to_have_count(len(THINGS))
    keeper.presses("Print them")
    keeper.is_told("The labels are ready to be printed.")
    path = keeper.link("Open the labels (PDF)").get_attribute("href")
    assert path
    opens_pdf(keeper, path)


def adds_a_picture(keeper: Person, thing: str) -> None:
    goes(keeper, f"/assets/{thing}")
    keeper.follows("Add pictures")
    keeper.fills({"What they show": keeper.calls(Shows.INTAKE)})
    shot = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": picture(1200, 900)}
    keeper.page.locator("#files").set_input_files([shot])
    keeper.presses("Add")
    keeper.page.wait_for_url("**/attachments")
    expect(keeper.page.locator(".shot img")).to_have_count(1)


def seals(officer: Person, thing: str) -> None:
    goes(officer, f"/assets/{thing}")
    officer.follows("Seal")
    officer.fills(
        {
            "Seal number": SEAL,
            "Sealed on": day(),
            "Sealed by": "Chấp hành viên",
            "State before sealing": "Máy tắt nguồn, vỏ xước góc trái",
            "State after sealing": "Dán kín nắp máy và các cổng",
        }
    )
    one, role = officer.says("Name %(n)s", n=1), officer.says("As %(n)s", n=1)
    officer.page.locator("#act").get_by_label(one).fill("Phạm Thị Chứng")
    officer.page.locator("#act").get_by_label(role).select_option(PresentAs.WITNESS)
    officer.presses("Seal")
    officer.is_told("It was sealed; the minutes are issued.")
    officer.sees(SEAL)


def lends_and_takes_back(officer: Person, head: Person, keeper: Person, thing: str) -> None:
    order = asks_to_release(officer, thing, Purpose.EXTRACTED, COURT)
    signs(head, order)
    checks(keeper, order, "Giấy giới thiệu 22/GGT-TA")
    goes(keeper, f"/assets/{thing}")
    keeper.follows("Give out for a time")
    keeper.page.wait_for_url("**/loans/new?*")
    expect(keeper.field("Order to release")).to_have_value(order)
    keeper.fills(
        {
            "Requesting body": COURT,
            "Purpose": keeper.calls(LentFor.HEARING),
            "Number of the request": "45/CV-TA",
            "For how many working days": "5",
            "Name": "Đỗ Văn Lấy",
            "Post and body": f"Thư ký, {COURT}",
            "Identity paper shown": keeper.calls(Proof.SERVICE_CARD),
        }
    )
    finds_the_seal_of_many_whole(keeper, thing)
    keeper.presses("Give out")
    keeper.is_told("The things were given out.")
    loan = number(keeper)
    writes_slip_and_minutes_of_release(keeper, order)
    back = asks_to_store(officer, COURT, thing, purpose=Purpose.BROUGHT_BACK)
    signs(head, back)
    goes(keeper, "/loans")
    keeper.page.locator(f"main a[href='/loans/{loan}']").first.click()
    keeper.page.get_by_label(keeper.says("%(asset)s comes back", asset=thing)).check()
    picks_the_only(keeper, "Order to store in", back)
    finds_the_seal_of_many_whole(keeper, thing)
    keeper.fills(
        {
            "Name": "Đỗ Văn Lấy",
            "Post and body": f"Thư ký, {COURT}",
            "Identity paper shown": keeper.calls(Proof.SERVICE_CARD),
        }
    )
    keeper.presses("Record the return")
    keeper.is_told("The return was recorded.")
    goes(keeper, f"/assets/{thing}")
    expect(keeper.panel("Held now by")).to_contain_text(SHELF)
    writes_minutes_and_slip_of_intake(keeper, back)


def finds_the_seal_of_many_whole(keeper: Person, thing: str) -> None:
    said = keeper.says("Seal %(number)s on %(asset)s", number=SEAL, asset=thing)
    keeper.page.get_by_label(said).select_option(SealState.WHOLE)


def finds_the_seal_whole(keeper: Person) -> None:
    box = keeper.page.locator("#act").get_by_label(keeper.says("Seal %(number)s", number=SEAL))
    box.select_option(SealState.WHOLE)


def moves(keeper: Person, thing: str) -> None:
    goes(keeper, f"/assets/{thing}")
    keeper.follows("Move")
    keeper.fills({"To which place": f"{OTHER_SHELF} (K1-N2)", "Reason": "Sắp xếp lại kho"})
    finds_the_seal_whole(keeper)
    keeper.presses("Move")
    keeper.is_told("The asset was moved.")
    expect(keeper.panel("Held now by")).to_contain_text(OTHER_SHELF)


def counts_without_network(
    keeper: Person, accountant: Person, head: Person, things: tuple[str, ...]
) -> None:
    goes(keeper, "/stocktakes")
    keeper.follows("Open a stocktake")
    keeper.fills(
        {
            "Place": f"{ROOM} (K1-N)",
            "Occasion": keeper.calls(Period.MONTH),
            "Plan or order": "Kế hoạch tháng 11",
        }
    )
    keeper.presses("Freeze the list and begin")
    keeper.is_told("The list is frozen; count now.")
    stocktake = number(keeper)
    scans_in_the_cellar(keeper, stocktake, things)
    goes(keeper, f"/stocktakes/{stocktake}")
    keeper.page.locator("main").get_by_text(keeper.says("End the first count")).first.click()
    keeper.presses("End it")
    keeper.is_told("The first count has ended.")
    for person in (keeper, accountant):
        goes(person, f"/stocktakes/{stocktake}")
        person.presses("Sign the result")
        person.is_told("You have signed the result.")
    goes(head, f"/stocktakes/{stocktake}")
    head.page.locator("main").get_by_text(head.says("Sign and close")).first.click()
    head.presses("Close")
    head.is_told("The stocktake is closed.")


def scans_in_the_cellar(keeper: Person, stocktake: str, things: tuple[str, ...]) -> None:
    page = keeper.page
    keeper.follows("Count with this phone")
    page.locator("[data-part=counting]").wait_for()
    page.locator("#count[data-offline]").wait_for(state="attached")
    page.context.set_offline(True)
    for n, (thing, shelf) in enumerate(zip(things, (OTHER_SHELF, SHELF), strict=True), start=1):
        where = page.locator("#count-place option").filter(has_text=shelf).get_attribute("value")
        page.locator("#count-place").select_option(value=where)
        page.locator("#count-code").fill(thing)
        page.locator("#count-code").press("Enter")
        expect(page.locator("[data-part=kept]")).to_have_text(str(n))
    expect(page.locator("[data-part=waiting]")).to_have_text(str(len(things)))
    page.context.set_offline(False)
    page.get_by_role("button", name=keeper.says("I have finished")).click()
    told = keeper.says("Finished, the server knows")
    expect(page.locator("[data-part=done]")).to_have_text(told, timeout=15_000)
    expect(page.locator("[data-part=title]")).to_contain_text(stocktake)
    keeper.faults = [said for said in keeper.faults if "ERR_INTERNET_DISCONNECTED" not in said]


def releases(officer: Person, head: Person, keeper: Person, thing: str) -> None:
    order = asks_to_release(officer, thing, Purpose.RETURNED, TAKER)
    signs(head, order)
    checks(keeper, order, "Quyết định 9/QĐ-TTS")
    goes(keeper, f"/assets/{thing}")
    keeper.follows("Release")
    picks_the_only(keeper, "On which order", order)
    keeper.fills({"Received by": TAKER, "Reason": "Trả lại tài sản"})
    finds_the_seal_whole(keeper)
    keeper.presses("Release")
    keeper.is_told("The asset was released.")
    expect(keeper.panel("Held now by")).to_contain_text(TAKER)
    writes_slip_and_minutes_of_release(keeper, order)


def opens_every_paper(head: Person) -> None:
    """Each paper of the day is there to be printed."""
    goes(head, "/documents")
    files = head.page.locator("main tbody a[href$='.pdf']").all()
    paths = [file.get_attribute("href") or "" for file in files]
    wanted = sum(EXPECTED.values())
    assert len(paths) >= wanted
    for path in paths[:wanted]:
        opens_pdf(head, path)


def verifies(served: Served) -> None:
    """What ``kebien verify`` finds is no fault, and no number of a series is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "service", "verify", "--files", "all", "--json"],
        env=child_environment(served.settings),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["first_fault"] is None
    assert (found["number_gaps"], found["counters_wrong"]) == (0, 0)
    assert found["entries"] > 0
    assert found["files"] > 0


def issued(served: Served) -> dict[PaperKind, int]:
    """How many papers of each kind there are; each series must be whole."""
    p = Paper
    with closing(Database(served.settings)) as database, database.transaction(SYSTEM) as session:
        rows = session.execute(
            select(p.kind, func.count(), func.max(p.serial)).group_by(p.office_id, p.kind, p.year)
        ).all()
    assert [n for _kind, n, _last in rows] == [last for _kind, _n, last in rows]
    counted: dict[PaperKind, int] = {}
    for kind, n, _last in rows:
        counted[PaperKind(kind)] = counted.get(PaperKind(kind), 0) + n
    return counted
