"""The middle of the year: rounds that are announced, fail, are flagged, and sell."""

import subprocess
import sys

from service.settings import child_environment
from tests.journeys.year import REVALUED, Year

TOLD = (1, 6)
"""The rounds whose notice of the office is printed too: the first and the last."""

POSTED = ("organisation_office", "auction_venue", "display_place")


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


def offers(year: Year, number: int, price: int) -> None:
    """The round that comes is announced and fixed for a Thursday in four weeks."""
    year.passes(7 - year.today().weekday())
    announces(year, 31, number)
    said = {
        "starting_price": str(price),
        "opens_at": f"{year.day(31)}T09:00",
        "deposit": str(price // 10),
        "bid_step": "1000000",
        "dossier_fee": "200000",
    }
    year.does(f"/lots/{year.lot}", said, action=f"/lots/{year.lot}/rounds")
    if number in TOLD:
        notices = f"/lots/{year.lot}/notices"
        year.does(notices, {}, action=f"{notices}/paper")


def fails(year: Year, number: int) -> None:
    """A round to which nobody comes; its causes; the creditor is asked; the price falls."""
    price = price_of(number)
    offers(year, number, price)
    year.passes(32)
    rounds = f"/lots/{year.lot}/rounds/{number}"
    said = {"code": "failed_no_registration", "registered": "0", "minutes": f"{number}/BB-ĐG"}
    year.does(f"/lots/{year.lot}", {**said, "notified_on": year.day()}, action=f"{rounds}/outcome")
    told = {"told_on": year.day(), "document": f"{number}/TB-THADS", "names_right": "true"}
    year.does(f"/lots/{year.lot}/between/failure-notice", told)
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
