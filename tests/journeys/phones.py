"""What people of a warehouse do in front of a phone: orders asked for, signed and written up."""

from datetime import timedelta

from inventory.base import clock
from inventory.orders.rules import Purpose
from tests.journeys.office import Person

CASE = "305/QĐ-CTHADS"
WAREHOUSE = "K1"


def goes(person: Person, path: str) -> None:
    """Open a page, which must fit the phone."""
    answer = person.goes_to(path)
    assert answer is None or answer.ok, (path, answer.status)
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def number(person: Person) -> str:
    """The number of what the page shows."""
    return person.page.url.rpartition("/")[2]


def day(offset: int = 0) -> str:
    return (clock.local_day(clock.now()) + timedelta(days=offset)).isoformat()


def asks_to_store(
    officer: Person, giver: str, *things: str, purpose: Purpose = Purpose.SEIZED
) -> str:
    goes(officer, "/orders")
    officer.follows("Ask to store in")
    return asks(officer, purpose, "Handed over by", giver, *things)


def asks_to_release(officer: Person, thing: str, purpose: Purpose, taker: str) -> str:
    goes(officer, "/orders")
    officer.follows("Ask to release")
    return asks(officer, purpose, "Received by", taker, thing)


def asks(officer: Person, purpose: Purpose, side: str, party: str, *things: str) -> str:
    """Fill and send the request; its number."""
    box = officer.field("Warehouse")
    store = box.locator("option").filter(has_text=f"({WAREHOUSE})").first
    box.select_option(value=store.get_attribute("value"))
    officer.fills(
        {
            "Purpose": officer.calls(purpose),
            "Reason": "Thi hành án",
            "Legal basis": CASE,
            side: party,
            "Numbers of assets": "\n".join(things),
        }
    )
    officer.presses("Ask for the order")
    officer.is_told("The order was asked for.")
    return number(officer)


def signs(head: Person, order: str) -> None:
    """From his desk, where it waits."""
    goes(head, "/desk")
    head.page.locator(f"main a[href='/orders/{order}']").first.click()
    head.presses("Sign the order")
    head.is_told("The order was signed.")


def picks_the_only(person: Person, label: str, order: str) -> None:
    """Choose the line of an order; a thing is offered only the orders that name it."""
    box = person.field(label)
    value = box.locator(f"option[value^='{order}']").first.get_attribute("value")
    box.select_option(value=value)


def checks(keeper: Person, order: str, authority: str) -> None:
    goes(keeper, f"/orders/{order}")
    keeper.fills(
        {"Identity paper shown": "CCCD 001090012345", "Paper that entitles the taker": authority}
    )
    keeper.presses("Record the check")
    keeper.is_told("The check was recorded.")


def opens_pdf(person: Person, path: str) -> None:
    answer = person.page.request.get(path)
    assert answer.status == 200, (path, answer.status)
    assert answer.body().startswith(b"%PDF-"), path


def writes_slip_and_minutes_of_release(keeper: Person, order: str) -> None:
    goes(keeper, f"/orders/{order}")
    keeper.presses("Write the slip")
    keeper.is_told("The slip was written.")
    keeper.presses("Write the minutes")
    keeper.is_told("The minutes were written.")
    keeper.sees(keeper.says("Finished"))


def writes_minutes_and_slip_of_intake(keeper: Person, order: str) -> None:
    goes(keeper, f"/orders/{order}")
    keeper.presses("Write the minutes")
    keeper.is_told("The minutes were written.")
    keeper.presses("Write the slip")
    keeper.is_told("The slip was written.")
