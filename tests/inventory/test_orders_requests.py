"""Requests for orders that do not fit, and warehouses and eyes they are not meant for."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.base.errors import DomainError, Invalid, NotFound, Unlawful
from inventory.cases.models import EnforcementCase
from inventory.orders.commands.requesting import request_order, withdraw_order
from inventory.orders.queries import (
    Passing,
    get_order,
    list_open_lines,
    list_orders,
)
from inventory.orders.rules import (
    Direction,
    Purpose,
)
from inventory.orders.schemas import Closing, NewLine, NewOrder
from inventory.warehouses.models import Place
from inventory.warehouses.rules import PlaceIsClosed
from tests.make.inventory import make_asset
from tests.make.organisation import People
from tests.make.requests import (
    new_order,
    new_release,
    phones,
    signed,
)

Become = Callable[[Actor], Actor]
WHY = Closing(reason="Không còn cần")
Ask = Callable[[Place, Place, str, str], NewOrder]


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    """An asset in the warehouse."""
    return make_asset(session, people.keeper, case, at=at, place=store)


BAD: list[tuple[str, Ask, type[DomainError], str]] = [
    ("a shelf", lambda st, sh, h, w: new_order(sh), Invalid, "place_id"),
    ("an unknown place", lambda st, sh, h, w: new_order(900_000_001), NotFound, "place_id"),
    ("no line", lambda st, sh, h, w: new_order(st, lines=[]), Invalid, "lines"),
    (
        "too many lines",
        lambda st, sh, h, w: new_order(st, lines=[phones()] * 501),
        Invalid,
        "lines",
    ),
    (
        "a purpose of the other direction",
        lambda st, sh, h, w: new_order(st, purpose=Purpose.SOLD),
        Invalid,
        "purpose",
    ),
    (
        "an asset twice",
        lambda st, sh, h, w: new_release(st, h, h.lower()),
        Invalid,
        "lines",
    ),
    (
        "an unknown asset",
        lambda st, sh, h, w: new_release(st, "TS-9999999-9"),
        NotFound,
        "lines.1.asset",
    ),
    (
        "an asset that is not there",
        lambda st, sh, h, w: new_release(st, w),
        Invalid,
        "lines.1.asset",
    ),
    (
        "releasing what is not registered",
        lambda st, sh, h, w: new_release(st, lines=[phones()]),
        Invalid,
        "lines.1.asset",
    ),
    (
        "nothing said of a line",
        lambda st, sh, h, w: new_order(st, NewLine()),
        Invalid,
        "lines.1.description",
    ),
    (
        "a quantity of nothing",
        lambda st, sh, h, w: new_order(st, phones(), phones(0)),
        Invalid,
        "lines.2.quantity",
    ),
    (
        "more pieces than are there",
        lambda st, sh, h, w: new_release(st, lines=[NewLine(asset=h, quantity=Decimal(2))]),
        Invalid,
        "lines.1.quantity",
    ),
    (
        "fewer pieces than are there",
        lambda st, sh, h, w: new_release(st, lines=[NewLine(asset=h, quantity=Decimal("0.5"))]),
        Invalid,
        "lines.1.quantity",
    ),
    (
        "an unknown case",
        lambda st, sh, h, w: new_order(st, case_number="không có"),
        NotFound,
        "case_number",
    ),
]


@pytest.mark.parametrize(
    ("ask", "error", "field"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_request_that_does_not_fit_names_the_field(
    session: Session,
    people: People,
    case: EnforcementCase,
    held: Registered,
    store: Place,
    shelf: Place,
    at: datetime,
    ask: Ask,
    error: type[DomainError],
    field: str,
) -> None:
    waiting = make_asset(session, people.keeper, case, at=at).reference
    with pytest.raises(error) as refused:
        request_order(session, people.keeper, ask(store, shelf, held.reference, waiting), at=at)
    assert list(refused.value.fields) == [field]


def test_a_closed_warehouse_and_foreign_eyes(
    session: Session,
    people: People,
    store: Place,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    ref = signed(session, people, new_order(store), at=at)
    store.closed_on = at.date()
    session.flush()
    with pytest.raises(PlaceIsClosed):
        request_order(session, people.keeper, new_order(store), at=at)
    asked = new_order(foreign_store.id)
    become(people.keeper)
    with pytest.raises(NotFound):
        request_order(session, people.keeper, asked, at=at)
    foreign = become(people.foreign_keeper)
    for known in (ref, "LK-9999999-9"):
        with pytest.raises(NotFound):
            get_order(session, foreign, known)
        with pytest.raises(NotFound):
            withdraw_order(session, foreign, known, WHY, at=at)
    assert ref not in [row.reference for row in list_orders(session, foreign).items]
    assert list_open_lines(session, foreign, people.office.id, Direction.IN, Passing()) == []


def test_new_evidence_is_not_ordered_into_a_store_of_ours(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    with pytest.raises(Unlawful) as refused:
        request_order(session, people.keeper, new_order(store, purpose=Purpose.EVIDENCE), at=at)
    assert "L25 Art. 114(1)" in (refused.value.article or "")
    before = at.replace(month=6)
    request_order(session, people.keeper, new_order(store, purpose=Purpose.EVIDENCE), at=before)
