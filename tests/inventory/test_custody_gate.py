"""The gate: no order, the wrong order, too many pieces, an impediment, no further round trip."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import (
    impede,
    lift_impediment,
    move,
    raise_impediment,
    release,
    take_in,
    unimpede,
)
from inventory.custody.models import CustodyEntry, Holding, Impediment
from inventory.custody.queries import list_impediments
from inventory.custody.rules import AnotherWarehouse, Hindrance, Impeded, ImpededAlready
from inventory.custody.schemas import Lifting, Move, NewImpediment, Release, TakeIn
from inventory.orders.commands.requesting import request_order
from inventory.orders.models import OrderBalance, OrderUse
from inventory.orders.rules import (
    LET_GO,
    PURPOSES,
    Direction,
    OrderForSomebodyElse,
    OrderForSomethingElse,
    OrderIsClosed,
    OrderNeeded,
    OrderNotSigned,
    OrderUsedUp,
    Purpose,
    WrongOrder,
)
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset, make_place, release_from, take_in_at
from tests.make.orders import order_in, order_out
from tests.make.organisation import People
from tests.make.requests import new_order


@pytest.fixture
def waiting(session: Session, people: People, case: EnforcementCase, at: datetime) -> Registered:
    """A registered asset that is in no place."""
    return make_asset(session, people.keeper, case, at=at)


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    """An asset in the warehouse."""
    return make_asset(session, people.keeper, case, at=at, place=store)


def coming(place: Place, order: str | None) -> TakeIn:
    return TakeIn(place.id, "A", "Kê biên", order=order)


def going(place: Place, order: str | None) -> Release:
    return Release(place.id, "Nguyễn Thị Mua", "Bán", order=order)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


Name = Callable[[Session, People, Place, Place, str, datetime], str | None]
WRONG: list[tuple[str, Name, type[DomainError]]] = [
    ("none", lambda s, p, store, other, ref, at: None, OrderNeeded),
    ("unknown", lambda s, p, store, other, ref, at: "LK-9999999-9", NotFound),
    (
        "not signed",
        lambda s, p, store, other, ref, at: (
            request_order(s, p.keeper, new_order(store), at=at).reference
        ),
        OrderNotSigned,
    ),
    (
        "of the other direction",
        lambda s, p, store, other, ref, at: order_out(s, store, ref),
        WrongOrder,
    ),
    (
        "of another warehouse",
        lambda s, p, store, other, ref, at: order_in(s, other, ref),
        WrongOrder,
    ),
    (
        "without a line that fits",
        lambda s, p, store, other, ref, at: order_in(s, store, pieces=3),
        WrongOrder,
    ),
    (
        "with a line that is not there",
        lambda s, p, store, other, ref, at: f"{order_in(s, store, pieces=3)}/2",
        WrongOrder,
    ),
]


@pytest.mark.parametrize(
    ("name", "error"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_nothing_comes_in_on_a_wrong_order(
    session: Session,
    people: People,
    waiting: Registered,
    store: Place,
    at: datetime,
    name: Name,
    error: type[DomainError],
) -> None:
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    order = name(session, people, store, other, waiting.reference, at)
    before = count(session, CustodyEntry)
    with pytest.raises(error) as refused:
        take_in(session, people.keeper, waiting.reference, coming(store, order), at=at)
    assert list(refused.value.fields) == ["order"]
    assert (count(session, CustodyEntry), count(session, OrderUse)) == (before, before)


def test_registering_names_the_field_of_the_form(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    with pytest.raises(OrderNeeded) as refused:
        make_asset(session, people.keeper, case, at=at, take_in=coming(store, None))
    assert list(refused.value.fields) == ["take_in.order"]
    with pytest.raises(Forbidden):
        make_asset(session, people.officer, case, at=at, place=store)


def test_more_pieces_than_the_order_says_are_refused(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    line = f"{order_in(session, store, pieces=3)}/1"
    two = make_asset(
        session, people.keeper, case, at=at, take_in=coming(store, line), quantity=Decimal(2)
    )
    with pytest.raises(OrderUsedUp) as refused:
        make_asset(
            session, people.keeper, case, at=at, take_in=coming(store, line), quantity=Decimal(2)
        )
    assert refused.value.article
    make_asset(session, people.keeper, case, at=at, take_in=coming(store, line))
    with pytest.raises(OrderUsedUp):
        make_asset(session, people.keeper, case, at=at, take_in=coming(store, line))
    used = select(OrderUse.quantity).where(OrderUse.asset_id == two.id)
    assert session.scalar(used) == 2
    assert session.scalar(select(OrderBalance.used).where(OrderBalance.quantity == 3)) == 3


def test_an_asset_s_line_serves_once(
    session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    out = order_out(session, store, held.reference)
    release(session, people.keeper, held.reference, going(store, out), at=at)
    back = order_in(session, store, held.reference)
    take_in(session, people.keeper, held.reference, coming(store, back), at=at)
    with pytest.raises(OrderUsedUp):
        release(session, people.keeper, held.reference, going(store, out), at=at)


def test_an_order_that_is_closed_orders_nothing(
    session: Session, people: People, held: Registered, store: Place, at: datetime
) -> None:
    order = order_out(session, store, held.reference)
    session.execute(
        OrderBalance.metadata.tables["warehouse_order"]
        .update()
        .where(OrderBalance.metadata.tables["warehouse_order"].c.reference == order)
        .values(closed_at=at)
    )
    with pytest.raises(OrderIsClosed):
        release(session, people.keeper, held.reference, going(store, order), at=at)


@pytest.mark.parametrize("purpose", [p for p in PURPOSES[Direction.OUT] if p not in LET_GO])
def test_an_order_serves_its_purpose_only(
    session: Session,
    people: People,
    held: Registered,
    store: Place,
    at: datetime,
    purpose: Purpose,
) -> None:
    order = order_out(session, store, held.reference, purpose=purpose)
    with pytest.raises(OrderForSomethingElse) as refused:
        release(session, people.keeper, held.reference, going(store, order), at=at)
    assert refused.value.article == "C04/23 Art. 11; C01/17 Art. 7, 9"
    assert list(refused.value.fields) == ["order"]
    assert refused.value.params["lawful"] == ("returned", "sold", "forfeited", "deposited")


@pytest.mark.parametrize(
    ("taker", "fits"),
    [
        ("nguyễn  thị mua", True),
        ("Nguyễn Thị Mua, ông Trần Nhận nhận thay", True),
        ("Nguyễn Thị Muat", False),
        ("Trần Nhận", False),
    ],
)
def test_a_thing_goes_to_whom_its_order_names(
    session: Session,
    people: People,
    held: Registered,
    store: Place,
    at: datetime,
    taker: str,
    fits: bool,
) -> None:
    order = order_out(session, store, held.reference)
    new = Release(store.id, taker, "Bán", order=order)
    if fits:
        release(session, people.keeper, held.reference, new, at=at)
        return
    with pytest.raises(OrderForSomebodyElse) as refused:
        release(session, people.keeper, held.reference, new, at=at)
    assert (bool(refused.value.article), refused.value.params["party"]) == (True, "Nguyễn Thị Mua")


def test_a_move_stays_in_its_warehouse(
    session: Session, people: People, held: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    with pytest.raises(AnotherWarehouse):
        move(session, people.keeper, held.reference, Move(other.id, store.id, "x"), at=at)
    move(session, people.keeper, held.reference, Move(shelf.id, store.id, "x"), at=at)


def test_a_place_outside_our_warehouses_needs_neither_order_nor_keeper(
    session: Session, people: People, waiting: Registered, at: datetime
) -> None:
    new = NewPlace(
        code="CN", name="Nhà ông Nợ", kind=PlaceKind.OUTSIDE, custody_form=CustodyForm.DEBTOR
    )
    home = add_place(session, people.keeper, new, at=at)
    take_in(session, people.keeper, waiting.reference, coming(home, None), at=at)
    release(session, people.keeper, waiting.reference, going(home, None), at=at)
    assert count(session, OrderUse) == 0


def test_the_gate_costs_no_further_statement(
    session: Session,
    people: People,
    case: EnforcementCase,
    waiting: Registered,
    store: Place,
    shelf: Place,
    at: datetime,
    statements: list[str],
) -> None:
    ref, keeper = waiting.reference, people.keeper
    out = order_out(session, store, ref)
    sent = []
    for act in (
        lambda: take_in(session, keeper, ref, take_in_at(shelf), at=at),
        lambda: move(session, keeper, ref, Move(store.id, shelf.id, "x"), at=at),
        lambda: release(session, keeper, ref, going(store, out), at=at),
    ):
        statements.clear()
        act()
        sent.append(len(statements))
    assert sent == [2, 2, 2]


def test_an_impediment_forbids_what_it_names_and_nothing_else(
    session: Session,
    people: People,
    held: Registered,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    keeper, ref = people.keeper, held.reference
    new = NewImpediment(code=Hindrance.DISPUTED, reason="Người thứ ba khởi kiện")
    raise_impediment(session, people.officer, ref, new, at=at)
    with pytest.raises(ImpededAlready):
        raise_impediment(session, keeper, ref, new, at=at)
    move(session, keeper, ref, Move(shelf.id, store.id, "x"), at=at)
    leaving = release_from(session, shelf, ref)
    with pytest.raises(Impeded) as refused:
        release(session, keeper, ref, leaving, at=at)
    assert "khởi kiện" in str(refused.value)
    (row,) = list_impediments(session, keeper, ref)
    over = Lifting(impediment_id=row.id, reason="Đã rút đơn")
    with pytest.raises(Forbidden):
        lift_impediment(session, keeper, ref, over, at=at)
    lift_impediment(session, people.head, ref, over, at=at)
    with pytest.raises(Conflict):
        lift_impediment(session, people.head, ref, over, at=at)
    release(session, keeper, ref, leaving, at=at)
    (row,) = list_impediments(session, keeper, ref)
    assert (row.lifted_at, row.lift_reason) == (at, "Đã rút đơn")


def test_impediments_of_several_acts_are_lifted_by_their_own(
    session: Session, people: People, held: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    keeper, ref = people.keeper, held.reference
    frozen = NewImpediment(code=Hindrance.COUNT, reason="Đang kiểm kê")
    for source in ("KK-1", "KK-2"):
        impede(session, keeper, [ref], frozen, at=at, source=source)
    step = Move(shelf.id, store.id, "x")
    for source in ("KK-1", "KK-2"):
        with pytest.raises(Impeded):
            move(session, keeper, ref, step, at=at)
        unimpede(session, keeper, [ref], Hindrance.COUNT, "Xong", at=at, source=source)
    move(session, keeper, ref, step, at=at)
    assert session.scalar(select(Holding.blocked).where(Holding.asset_id == held.id)) == 0
    impede(session, keeper, [ref], frozen, at=at, source="KK-3")
    (row, *_rest) = list_impediments(session, keeper, ref)
    over = Lifting(impediment_id=row.id, reason="Bằng tay")
    with pytest.raises(Conflict):
        lift_impediment(session, people.head, ref, over, at=at)
    with pytest.raises(Invalid):
        raise_impediment(session, keeper, ref, frozen, at=at)


def test_an_impediment_stays_over_acts_it_allows(
    session: Session, people: People, held: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    new = NewImpediment(code=Hindrance.DISPUTED, reason="Tranh chấp")
    raise_impediment(session, people.keeper, held.reference, new, at=at)
    later = at + timedelta(hours=1)
    move(session, people.keeper, held.reference, Move(shelf.id, store.id, "x"), at=later)
    held_now = select(Holding.blocked).where(Holding.asset_id == held.id)
    assert session.scalar(held_now) == session.scalar(select(Impediment.blocks))
