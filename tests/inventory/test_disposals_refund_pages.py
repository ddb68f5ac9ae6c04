"""Forfeited money of an annulled decision on the page of its disposal (L25 Art. 57(2))."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.disposals.queries import get_disposal
from tests.make.organisation import People
from tests.make.refunds import forfeited_money

ASKED = {
    "paper": "2/CV",
    "asked_on": "2026-11-23",
    "annulled_by": "9/QĐ-GĐT",
    "finance_body": "Sở Tài chính",
}
GOT = {
    "paper": "3/UNC",
    "refunded_on": "2026-11-23",
    "amount": "12.000.000",
    "receiver": "Ông Trần Văn Nợ",
}


def test_the_officer_asks_and_the_accountant_records_the_refund(
    browse: Callable[[str], TestClient[Any]], session: Session, people: People, at: datetime
) -> None:
    made = forfeited_money(session, people, at=at)
    home = f"/disposals/{made}"
    ask, refund = f"{home}/refund-request", f"{home}/refund"
    page = browse("officer")
    page.follow_redirects = False
    assert f'action="{ask}"' in page.get(home).text
    empty = page.post(ask, data={**ASKED, "finance_body": " "})
    assert empty.status_code == 422
    assert "9/QĐ-GĐT" in empty.text
    assert page.post(ask, data={**ASKED, "asked_on": "2026-11-20"}).status_code == 422
    assert page.post(refund, data=GOT).status_code == 409, "the finance body is asked first"
    assert page.post(ask, data=ASKED).status_code == 303
    assert f'action="{ask}"' not in page.get(home).text
    page = browse("keeper")
    assert page.post(refund, data=GOT).status_code == 403
    page = browse("accountant")
    assert f'action="{refund}"' in page.get(home).text
    less = page.post(refund, data={**GOT, "amount": "11.999.999"})
    assert less.status_code == 422
    assert "12.000.000" in less.text
    assert page.post(refund, data=GOT).status_code == 303
    shown = page.get(home).text
    assert f'action="{refund}"' not in shown
    assert "Ông Trần Văn Nợ" in shown
    assert get_disposal(session, people.officer, made).steps[-1].amount == 12_000_000
    page.follow_redirects = True
