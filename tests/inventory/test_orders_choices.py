"""The forms of a single thing offer the orders on which the door lets it through, no others."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release, take_in
from inventory.custody.queries import passing_of
from inventory.custody.schemas import Release, TakeIn
from inventory.orders.commands.finishing import check_release
from inventory.orders.commands.signing import refuse_order
from inventory.orders.queries import list_open_lines
from inventory.orders.rules import PURPOSES, Direction, Purpose
from inventory.orders.schemas import Closing, FoundLine, HandOver
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm
from tests.make.inventory import make_asset
from tests.make.orders import order_in, order_out, standing_order
from tests.make.organisation import People
from tests.make.requests import new_release, signed

Browse = Callable[[str], TestClient[Any]]
BUYER = "Nguyễn Thị Mua"


def choices(session: Session, people: People, asset_id: int, way: Direction) -> list[str]:
    passing = passing_of(session, people.keeper, asset_id, way)
    if passing is None:
        return []
    found = list_open_lines(session, people.keeper, people.office.id, way, passing)
    return [line.choice for line in found if line.checked]


def offered(page: str) -> list[str]:
    select = re.search(r'<select[^>]* name="order".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="(.+?)"', select[0]) if select else []


@pytest.mark.parametrize("purpose", PURPOSES[Direction.OUT])
def test_a_release_is_offered_the_orders_to_hand_over_for_good(
    session: Session, people: People, in_store: list[Registered], store: Place, purpose: Purpose
) -> None:
    thing, other = in_store[0], in_store[1]
    order_out(session, store, other.reference)
    made = order_out(session, store, thing.reference, purpose=purpose)
    lets_go = {Purpose.RETURNED, Purpose.SOLD, Purpose.FORFEITED, Purpose.DEPOSITED}
    fits = [made] if purpose in lets_go else []
    assert choices(session, people, thing.id, Direction.OUT) == fits


def test_a_release_is_offered_no_order_that_is_recalled_counted_short_or_used(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    three = make_asset(session, people.keeper, case, place=store, quantity=Decimal(3), at=at)
    wanted = new_release(store, three.reference)
    recalled, short, used = (signed(session, people, wanted, at=at) for _one in range(3))
    refuse_order(session, people.head, recalled, Closing(reason="Ghi nhầm"), at=at)
    assert choices(session, people, three.id, Direction.OUT) == []
    for order, n in ((short, 2), (used, 3)):
        found = HandOver(
            identity="CCCD 1",
            authority="Hợp đồng",
            lines=[FoundLine(no=1, quantity=Decimal(n))],
        )
        check_release(session, people.keeper, order, found, at=at)
    assert choices(session, people, three.id, Direction.OUT) == [used]
    goes = Release(store.id, BUYER, "Bán", order=used)
    release(session, people.keeper, three.reference, goes, at=at)
    again = TakeIn(store.id, BUYER, "Trả lại", order=standing_order(store))
    take_in(session, people.keeper, three.reference, again, at=at)
    assert choices(session, people, three.id, Direction.OUT) == []


@pytest.mark.parametrize("purpose", PURPOSES[Direction.IN])
def test_an_intake_is_offered_what_names_it_first_and_what_has_enough_left(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    purpose: Purpose,
) -> None:
    first = make_asset(session, people.keeper, case, quantity=Decimal(2), at=at)
    named = order_in(session, store, first.reference, purpose=purpose)
    enough = order_in(session, store, pieces=2, purpose=purpose)
    order_in(session, store, pieces=1, purpose=purpose)
    fits = {Purpose.SEIZED, Purpose.EVIDENCE, Purpose.TEMPORARY_HOLDING}
    expected = [named, f"{enough}/1"] if purpose in fits else []
    found = choices(session, people, first.id, Direction.IN)
    assert [one for one in found if one != standing_order(store)] == expected


def test_the_form_of_an_intake_says_that_no_order_fits(
    browse: Browse,
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
) -> None:
    many = make_asset(session, people.keeper, case, quantity=Decimal(2 * 10**9), at=at)
    client, way = browse("keeper"), f"/assets/{many.reference}/custody/take-in"
    page = client.get(way).text
    assert f'href="/orders/new?direction=in&amp;asset={many.reference}"' in page
    assert offered(page) == []
    order = order_in(session, store, many.reference)
    page = client.get(way).text
    assert offered(page) == [order]
    assert "/orders/new?direction=in" not in page


def test_the_form_of_a_release_leads_to_the_check_and_to_the_request(
    browse: Browse,
    session: Session,
    people: People,
    in_store: list[Registered],
    store: Place,
    at: datetime,
) -> None:
    thing, client = in_store[0].reference, browse("keeper")
    way = f"/assets/{thing}/custody/release"
    order_out(session, store, thing, purpose=Purpose.DESTROYED)
    page = client.get(way).text
    assert f'href="/orders/new?direction=out&amp;asset={thing}"' in page
    assert offered(page) == []
    order = signed(session, people, new_release(store, thing), at=at)
    page = client.get(way).text
    assert f'href="/orders/{order}"' in page
    assert offered(page) == []
    store.custody_form = CustodyForm.THIRD_PARTY.value
    session.flush()
    assert 'name="order"' not in client.get(way).text
