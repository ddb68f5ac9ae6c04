"""The door asks an order for its check, its count, whom it names and what it is for."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release, take_in
from inventory.custody.doors import DOORS
from inventory.custody.rules import CustodyKind
from inventory.custody.schemas import Release, TakeIn
from inventory.handovers.commands.arrivals import receive
from inventory.handovers.commands.loans import lend
from inventory.handovers.rules import Arrival
from inventory.handovers.rules import Purpose as LentFor
from inventory.handovers.schemas import LineArrival, NewArrivals, NewLoan, Outsider
from inventory.orders.commands.finishing import check_release
from inventory.orders.rules import (
    PURPOSES,
    Direction,
    NotTheCounted,
    OrderForSomebodyElse,
    OrderForSomethingElse,
    OutOfTurn,
    Purpose,
)
from inventory.orders.schemas import FoundLine, HandOver
from inventory.papers.rules import Proof
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.orders import order_in, order_out, order_to_lend
from tests.make.organisation import People
from tests.make.requests import new_release, signed

BUYER = "Nguyễn Thị Mua"


def goes(store: Place, order: str) -> Release:
    return Release(store.id, BUYER, "Bán", order=order)


def checked(quantity: str) -> HandOver:
    lines = [FoundLine(no=1, quantity=Decimal(quantity))]
    return HandOver(identity="CCCD 001", authority="Hợp đồng 2", lines=lines)


def test_nothing_leaves_before_taker_seal_and_number_were_checked(
    session: Session, people: People, in_store: list[Registered], store: Place, at: datetime
) -> None:
    thing = in_store[0].reference
    order = signed(session, people, new_release(store, thing), at=at)
    with pytest.raises(OutOfTurn) as refused:
        release(session, people.keeper, thing, goes(store, order), at=at)
    assert refused.value.article == "C01/17 Art. 9(2); D152/26 Art. 41"
    check_release(session, people.keeper, order, checked("1"), at=at)
    release(session, people.keeper, thing, goes(store, order), at=at)


def test_what_was_counted_as_less_than_the_order_says_does_not_leave(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
) -> None:
    made = make_asset(session, people.keeper, case, place=store, quantity=Decimal(3), at=at)
    thing = made.reference
    order = signed(session, people, new_release(store, thing), at=at)
    check_release(session, people.keeper, order, checked("2"), at=at)
    with pytest.raises(NotTheCounted) as refused:
        release(session, people.keeper, thing, goes(store, order), at=at)
    assert refused.value.params["found"] == 2


@pytest.mark.parametrize(
    ("named", "may"),
    [
        ("Tòa án nhân dân", True),
        ("Đỗ Thị Thư", True),
        ("Công an tỉnh", False),
        ("Tòa án nhân", False),
    ],
)
def test_a_loan_goes_to_the_borrower_or_the_one_who_comes_for_him(
    session: Session,
    people: People,
    in_store: list[Registered],
    store: Place,
    at: datetime,
    *,
    named: str,
    may: bool,
) -> None:
    thing = in_store[0].reference
    new = NewLoan(
        assets=[thing],
        borrower="Tòa án nhân dân tỉnh Thử" if named != "Tòa án nhân" else "Tòa án nhândân",
        taker=Outsider(name="Đỗ Thị Thư", post="Thư ký", proof=Proof.INTRODUCTION),
        purpose=LentFor.HEARING,
        request_number="15/TA",
        requested_on=at.date(),
        order=order_to_lend(session, store, thing, party=named),
        working_days=3,
    )
    if may:
        lend(session, people.keeper, new, at=at)
        return
    with pytest.raises(OrderForSomebodyElse) as refused:
        lend(session, people.keeper, new, at=at)
    assert refused.value.article


FITS = {
    CustodyKind.TAKEN_IN: {Purpose.SEIZED, Purpose.EVIDENCE, Purpose.TEMPORARY_HOLDING},
    CustodyKind.ARRIVED: {Purpose.TRANSFERRED_IN},
}


@pytest.mark.parametrize("purpose", PURPOSES[Direction.IN])
def test_a_first_intake_is_no_return_and_no_arrival(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    *,
    purpose: Purpose,
) -> None:
    thing = make_asset(session, people.keeper, case, at=at).reference
    order = order_in(session, store, thing, purpose=purpose)
    new = TakeIn(store.id, "Trần Văn Nợ", "Nhập kho", order=order)
    assert DOORS[CustodyKind.TAKEN_IN].purposes == FITS[CustodyKind.TAKEN_IN]
    if purpose in FITS[CustodyKind.TAKEN_IN]:
        take_in(session, people.keeper, thing, new, at=at)
        return
    with pytest.raises(OrderForSomethingElse) as refused:
        take_in(session, people.keeper, thing, new, at=at)
    assert set(refused.value.params["lawful"]) == FITS[CustodyKind.TAKEN_IN]  # type: ignore[arg-type]


@pytest.mark.parametrize("purpose", PURPOSES[Direction.IN])
def test_what_was_released_is_brought_back_or_taken_in_anew(
    session: Session,
    people: People,
    in_store: list[Registered],
    store: Place,
    at: datetime,
    *,
    purpose: Purpose,
) -> None:
    thing = in_store[0].reference
    out = order_out(session, store, thing, party=BUYER)
    release(session, people.keeper, thing, goes(store, out), at=at)
    new = TakeIn(
        store.id, BUYER, "Nhập lại", order=order_in(session, store, thing, purpose=purpose)
    )
    if purpose is Purpose.TRANSFERRED_IN:
        with pytest.raises(OrderForSomethingElse):
            take_in(session, people.keeper, thing, new, at=at)
        return
    take_in(session, people.keeper, thing, new, at=at)


def test_what_arrives_is_stored_on_an_order_for_transfers(
    session: Session,
    people: People,
    foreign_store: Place,
    things: list[Registered],
    sent: str,
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    receiver = become(people.foreign_keeper)

    def arrive(purpose: Purpose) -> object:
        line = LineArrival(asset=things[0].reference, arrival=Arrival.RECEIVED)
        order = f"{order_in(session, foreign_store, pieces=1, purpose=purpose)}/1"
        new = NewArrivals(arrivals=[line], order=order, place_id=foreign_store.id)
        with session.begin_nested():
            return receive(session, receiver, sent, new, at=at)

    for purpose in set(PURPOSES[Direction.IN]) - FITS[CustodyKind.ARRIVED]:
        with pytest.raises(OrderForSomethingElse):
            arrive(purpose)
    assert arrive(Purpose.TRANSFERRED_IN)
