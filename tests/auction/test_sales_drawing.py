"""Several want to buy without auction at one price: lots are drawn, with minutes and witnesses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.lots.models import Lot
from auction.sales.commands.drawing import LotsNotDrawn, NotDrawnFirst
from auction.sales.commands.registering import register_sale
from auction.sales.models import Sale
from auction.sales.queries import get_sale
from auction.sales.rules import Way
from auction.sales.schemas import NewDraw, NewSale
from inventory.audit.models import AuditEntry
from inventory.base.errors import Invalid
from inventory.papers.queries import get_paper
from reports.documents.layouts import html_of
from tests.auction.sold import SOLD_AT, SOLD_ON
from tests.make.money import SMALL, make_small_lot
from tests.make.organisation import People

NAMES = ["Bà Một", "Ông Hai", "Chị Ba"]
BEFORE = date(2026, 9, 11)


@pytest.fixture
def lot(session: Session, people: People) -> Lot:
    return make_small_lot(session, people, at=SOLD_AT)


def drawn(**said: Any) -> NewDraw:
    facts = {"drawn_on": SOLD_ON, "order": NAMES, "witnesses": ["Ông Đại Diện Xã"], **said}
    return NewDraw(**facts)


def sell(session: Session, people: People, lot: Lot, **said: Any) -> Sale:
    facts = {
        "lot": lot.reference,
        "way": Way.DIRECT,
        "buyer": "Bà Một",
        "price": Decimal(SMALL),
        "sold_on": SOLD_ON,
        "announced_on": BEFORE,
        "announcement": "TB-13b",
        "procuracy_told_on": BEFORE,
        "procuracy_notice": "TB-VKS-13b",
        **said,
    }
    return register_sale(session, people.officer, NewSale(**facts), at=SOLD_AT)


def test_the_first_one_drawn_buys_and_the_minutes_name_all(
    session: Session, people: People, lot: Lot
) -> None:
    sale = sell(session, people, lot, several=True, draw=drawn(), document="BB-NGOÀI")
    file = get_sale(session, people.officer, sale.id, SOLD_ON)
    assert file.draw is not None
    assert (file.draw.order, file.draw.declined) == (NAMES, [])
    assert sale.minutes is not None
    minutes = html_of(get_paper(session, people.officer, sale.minutes))
    for said in ("bốc thăm", "Ông Đại Diện Xã", *NAMES):
        assert said in minutes
    codes = [one.code for one in session.query(AuditEntry).all()]
    assert codes.count("sales.sale.lots_drawn") == 1


def test_several_without_lots_drawn_are_refused_with_the_article(
    session: Session, people: People, lot: Lot
) -> None:
    with pytest.raises(LotsNotDrawn) as refusal:
        sell(session, people, lot, several=True)
    assert refusal.value.article == "D152/26 Art. 64"
    assert refusal.value.params["rule"] == "non_auction_draw"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"order": ["Ông Hai", "Bà Một"]}, "buyer"),
        ({"declined": ["Ông Hai"]}, "buyer"),
        ({"order": ["Bà Một", "bà một"]}, "draw.order"),
        ({"witnesses": ["ông hai"]}, "draw.witnesses"),
        ({"drawn_on": date(2026, 9, 10)}, "draw.drawn_on"),
        ({"drawn_on": date(2026, 9, 15)}, "draw.drawn_on"),
    ],
)
def test_a_draw_that_says_something_else_is_refused(
    session: Session, people: People, lot: Lot, said: dict[str, Any], field: str
) -> None:
    with pytest.raises((NotDrawnFirst, Invalid)) as refusal:
        sell(session, people, lot, draw=drawn(**said))
    assert list(refusal.value.fields) == [field]


def test_the_next_one_buys_where_the_first_declined(
    session: Session, people: People, lot: Lot
) -> None:
    sale = sell(session, people, lot, buyer="Ông Hai", draw=drawn(declined=["Bà Một"]))
    assert sale.buyer == "Ông Hai"


def test_lots_are_drawn_only_for_a_direct_sale(session: Session, people: People, lot: Lot) -> None:
    with pytest.raises(Invalid) as refusal:
        sell(session, people, lot, way=Way.AGREEMENT, draw=drawn())
    assert list(refusal.value.fields) == ["draw.order"]


def test_the_page_takes_the_names_a_line_each(
    browse_as: Any, session: Session, people: People, lot: Lot
) -> None:
    page = browse_as("officer")
    assert 'name="draw.order"' in page.get(f"/sales/new?lot={lot.reference}").text
    said = {
        "lot": lot.reference,
        "way": "direct",
        "buyer": "Bà Một",
        "price": str(SMALL),
        "sold_on": SOLD_ON.isoformat(),
        "announced_on": BEFORE.isoformat(),
        "announcement": "TB",
        "procuracy_told_on": BEFORE.isoformat(),
        "procuracy_notice": "TB-VKS",
        "several": "true",
    }
    told = page.post("/sales/new", data=said)
    assert told.status_code == 422
    assert "non_auction_draw" in told.text
    said |= {"draw.order": "Bà Một\r\nÔng Hai\r\n", "draw.witnesses": "Ông Xã"}
    made = page.post("/sales/new", data=said)
    assert made.status_code == 303
    assert "Ông Xã" in page.get(made.headers["location"].split("?")[0]).text
