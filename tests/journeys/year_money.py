"""The end of the year: the buyer who does not pay, the one who does, and who gets the money."""

from collections import Counter

from playwright.sync_api import Locator

from auction.life.rules import State
from inventory.papers.rules import PaperKind
from tests.journeys.year import OFFICER, REFUSED, Year, unfold
from tests.journeys.year_rounds import price_of
from tests.reading import read_words

PAPERS = Counter(
    {
        PaperKind.SEIZURE_DECISION: 1,
        PaperKind.SEIZURE_MINUTES: 1,
        PaperKind.CUSTODY_ASSIGNMENT: 1,
        PaperKind.VALUATION_NOTICE: 2,
        PaperKind.AUCTION_NOTICE: 2,
        PaperKind.REDUCTION_DECISION: 4,
        PaperKind.SETOFF_NOTICE: 2,
        PaperKind.DELIVERY_DECISION: 1,
        PaperKind.DELIVERY_MINUTES: 1,
        PaperKind.PAYOUT_TABLE: 1,
    }
)
"""The papers of the year, each kind as often as its act was done."""

TITLES = {
    PaperKind.SEIZURE_DECISION: "kê biên tài sản",
    PaperKind.SEIZURE_MINUTES: "Biên bản kê biên tài sản",
    PaperKind.CUSTODY_ASSIGNMENT: "Biên bản giao bảo quản tài sản",
    PaperKind.VALUATION_NOTICE: "kết quả thẩm định giá",
    PaperKind.AUCTION_NOTICE: "Về việc bán đấu giá tài sản",
    PaperKind.REDUCTION_DECISION: "giảm giá tài sản",
    PaperKind.SETOFF_NOTICE: "quyền nhận tài sản",
    PaperKind.DELIVERY_DECISION: "giao tài sản",
    PaperKind.DELIVERY_MINUTES: "Biên bản giao nhận tài sản",
    PaperKind.PAYOUT_TABLE: "phân chia tiền",
}
"""What each of them calls itself."""


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
    named = {officer.calls(kind): kind for kind in PAPERS}
    rows = officer.page.locator("main tbody tr").all()
    papers = [(row.locator("td").nth(0).inner_text(), file_of(row)) for row in rows]
    assert Counter(named[kind] for kind, _path in papers if kind in named) == PAPERS
    for kind, path in papers:
        answer = officer.page.request.get(path)
        assert answer.body().startswith(b"%PDF-"), path
        text = read_words(answer.body()).casefold()
        assert kind not in named or TITLES[named[kind]].casefold() in text, path


def file_of(row: Locator) -> str:
    return str(row.locator("a[href$='.pdf']").first.get_attribute("href"))
