"""The end of the year: the buyer who does not pay, the one who does, and who gets the money."""

from auction.life.rules import State
from tests.journeys.year import OFFICER, REFUSED, Year, unfold
from tests.journeys.year_rounds import price_of


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
    unfold(approval)
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
