"""Giving out for a time: due days, the log, reminders, and coming back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.base import law
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Conflict, Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.models import Holding
from inventory.custody.queries import get_holding
from inventory.custody.rules import AnotherWarehouse, IsAway
from inventory.custody.verification import verify_chains
from inventory.handovers.commands.loans import contact, extend, lend, remind
from inventory.handovers.commands.returns import bring_back
from inventory.handovers.jobs import REMINDERS
from inventory.handovers.queries.loans import (
    count_out,
    count_overdue_loans,
    get_loan,
    list_loans,
    reminding_on,
)
from inventory.handovers.rules import (
    REMIND_LATE,
    LoanEnded,
    Purpose,
    Reminding,
    reminder_tier,
)
from inventory.handovers.schemas import (
    LineReturn,
    NewContact,
    NewExtension,
    NewLoan,
    NewReturns,
    Outsider,
)
from inventory.orders.queries import list_card
from inventory.orders.rules import OrderForSomethingElse, OrderNeeded, WrongOrder
from inventory.orders.rules import Purpose as For
from inventory.papers.models import Paper
from inventory.papers.rules import Proof
from inventory.warehouses.commands import close_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import PlaceNotEmpty
from tests.make.inventory import make_asset, make_place
from tests.make.orders import arrival_order, order_in, return_order, standing_order
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def purpose() -> For:
    """What the order to let them out is for."""
    return For.EXTRACTED


@pytest.fixture
def party() -> str:
    """Whom that order names as the taker."""
    return "Tòa án nhân dân tỉnh Thử"


CLERK = Outsider(name="Đỗ Thị Thư", post="Thư ký Tòa án", proof=Proof.INTRODUCTION)


def to_court(things: list[Registered], signed: str, at: datetime, **said: object) -> NewLoan:
    facts: dict[str, object] = {
        "assets": [thing.reference for thing in things],
        "borrower": "Tòa án nhân dân tỉnh Thử",
        "taker": CLERK,
        "purpose": Purpose.HEARING,
        "request_number": "15/TA-HS",
        "requested_on": at.date(),
        "order": signed,
        "working_days": 5,
    }
    return NewLoan(**{**facts, **said})  # type: ignore[arg-type]


def back(order: str | None, *things: Registered, condition: str | None = None) -> NewReturns:
    lines = [LineReturn(asset=thing.reference, condition=condition) for thing in things]
    return NewReturns(returns=lines, brought_by=CLERK, order=order)


@pytest.fixture
def again(store: Place) -> str:
    """The order on which things come back into the warehouse."""
    return return_order(store)


@pytest.fixture
def loan(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> str:
    """Both things at the court, the session being the keeper's."""
    keeper = become(people.keeper)
    return lend(session, keeper, to_court(things, order, at), at=at).reference


def test_what_is_out_keeps_its_shelf_and_is_counted_as_out(
    session: Session, people: People, things: list[Registered], shelf: Place, loan: str
) -> None:
    keeper = people.keeper
    held = session.scalars(select(Holding).where(Holding.asset_id == things[0].id)).one()
    assert (held.place_id, held.home_place_id, held.kind) == (None, shelf.id, "lent")
    assert held.receiver == "Đỗ Thị Thư, Tòa án nhân dân tỉnh Thử"
    assert count_out(session, keeper) == 2
    assert [line.home for line in get_loan(session, keeper, loan).lines] == ["Kệ A", "Kệ A"]


def test_the_return_is_due_after_so_many_working_days(
    session: Session, people: People, loan: str, at: datetime
) -> None:
    shown = get_loan(session, people.keeper, loan)
    assert at.date() == date(2026, 11, 23)
    assert shown.due_on == date(2026, 12, 1), "24 November is a day off"


def test_a_day_may_be_named_instead(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
) -> None:
    keeper, day = become(people.keeper), at.date() + timedelta(days=9)
    named = to_court(things, order, at, working_days=None, due_on=day)
    assert lend(session, keeper, named, at=at).due_on == day


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"working_days": None}, "working_days"),
        ({"due_on": date(2026, 12, 1)}, "working_days"),
        ({"working_days": None, "due_on": date(2026, 11, 1)}, "due_on"),
        ({"requested_on": date(2027, 1, 1)}, "requested_on"),
    ],
    ids=["no-day", "two-days", "past", "request-of-tomorrow"],
)
def test_a_loan_without_a_proper_day_is_refused(
    session: Session,
    people: People,
    things: list[Registered],
    order: str,
    become: Become,
    at: datetime,
    said: dict[str, object],
    field: str,
) -> None:
    keeper = become(people.keeper)
    with pytest.raises(Invalid) as refused:
        lend(session, keeper, to_court(things, order, at, **said), at=at)
    assert list(refused.value.fields) == [field]


def test_nothing_is_given_out_without_an_order_or_twice(
    session: Session,
    people: People,
    things: list[Registered],
    again: str,
    loan: str,
    at: datetime,
) -> None:
    keeper = people.keeper
    with pytest.raises(IsAway):
        lend(session, keeper, to_court(things, "", at, order=None), at=at)
    bring_back(session, keeper, loan, back(again, things[0]), at=at)
    with pytest.raises(OrderNeeded):
        lend(session, keeper, to_court(things[:1], "", at, order=None), at=at)


def test_it_comes_back_to_its_shelf_with_new_minutes_and_the_state_it_is_in(
    session: Session,
    people: People,
    things: list[Registered],
    shelf: Place,
    again: str,
    loan: str,
    at: datetime,
) -> None:
    keeper = people.keeper
    said = back(again, things[0], condition="Vỏ hộp móp một góc")
    done = bring_back(session, keeper, loan, said, at=at)
    assert (done.returned, done.open) == (1, 1)
    assert get_holding(session, keeper, things[0].reference).place_id == shelf.id
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert paper.data["lines"][0]["note"] == "Vỏ hộp móp một góc"
    assert bring_back(session, keeper, loan, back(again, things[1]), at=at).open == 0
    with pytest.raises(LoanEnded):
        contact(session, keeper, loan, NewContact(text="Gọi điện"), at=at)
    assert verify_chains(session).first_fault is None


def test_it_comes_back_to_any_place_of_its_own_warehouse_and_to_no_other(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    loan: str,
    become: Become,
    at: datetime,
) -> None:
    become(SYSTEM)
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    keeper = become(people.keeper)
    for place, refused in ((other, AnotherWarehouse), (store, None)):
        line = LineReturn(asset=things[0].reference, place_id=place.id)
        said = NewReturns(returns=[line], brought_by=CLERK, order=return_order(store))
        if refused is None:
            bring_back(session, keeper, loan, said, at=at)
            continue
        with pytest.raises(refused) as why:
            bring_back(session, keeper, loan, said, at=at)
        assert list(why.value.fields) == ["returns"]
    assert get_holding(session, keeper, things[0].reference).place_id == store.id


def test_a_warehouse_stays_open_while_something_is_to_come_back_to_it(
    session: Session, people: People, store: Place, shelf: Place, loan: str, at: datetime
) -> None:
    close_place(session, people.keeper, shelf.id, at=at)
    with pytest.raises(PlaceNotEmpty):
        close_place(session, people.keeper, store.id, at=at)


def test_a_thing_of_another_loan_is_not_taken_back_here(
    session: Session, people: People, case: EnforcementCase, shelf: Place, loan: str, at: datetime
) -> None:
    other = make_asset(session, people.keeper, case, place=shelf, at=at)
    with pytest.raises(NotFound):
        bring_back(session, people.keeper, loan, back(None, other), at=at)


def test_what_comes_back_enters_on_an_order_for_that_and_the_card_says_so(
    session: Session,
    people: People,
    things: list[Registered],
    store: Place,
    loan: str,
    at: datetime,
) -> None:
    keeper, (one, two) = people.keeper, things
    for order, refusal in (
        (None, OrderNeeded),
        (standing_order(store), OrderForSomethingElse),
        (arrival_order(store), OrderForSomethingElse),
        (order_in(session, store, two.reference, purpose=For.BROUGHT_BACK), WrongOrder),
    ):
        with pytest.raises(refusal), session.begin_nested():
            bring_back(session, keeper, loan, back(order, one), at=at)
    named = order_in(session, store, one.reference, purpose=For.BROUGHT_BACK)
    done = bring_back(session, keeper, loan, back(named, one), at=at)
    paper = session.scalars(select(Paper).where(Paper.reference == done.paper)).one()
    assert paper.data["order_number"]
    assert [line.balance for line in list_card(session, keeper, one.id)] == [1, 0, 1]


def test_the_page_of_a_loan_offers_the_orders_to_store_it_again_or_leads_to_the_request(
    session: Session,
    browse: Callable[[str], TestClient],
    things: list[Registered],
    store: Place,
    loan: str,
) -> None:
    client, names = browse("keeper"), ",".join(thing.reference for thing in things)
    session.execute(text("UPDATE warehouse_order SET closed_at = now() WHERE direction = 'in'"))
    page = client.get(f"/loans/{loan}").text
    way = f"/orders/new?direction=in&amp;purpose=brought_back&amp;asset={names}"
    assert f'href="{way}"' in page
    asked = client.get(unescape(way)).text
    assert '<option value="brought_back" selected>' in asked
    assert things[0].reference in asked
    order = order_in(session, store, things[0].reference, purpose=For.BROUGHT_BACK)
    page = client.get(f"/loans/{loan}").text
    assert f'<option value="{order}" selected>' in page
    assert way not in page


def test_contacts_and_extensions_are_kept_in_the_log(
    session: Session, people: People, loan: str, at: datetime
) -> None:
    keeper = people.keeper
    contact(session, keeper, loan, NewContact(text="Hẹn trả", spoken_with="Bà Thư"), at=at)
    longer = NewExtension(reason="Phiên tòa hoãn", paper="20/TA-HS", working_days=10)
    extend(session, keeper, loan, longer, at=at)
    shown = get_loan(session, keeper, loan)
    assert (shown.first_due_on, shown.due_on) == (date(2026, 12, 1), date(2026, 12, 8))
    assert [(note.kind, note.due_on) for note in shown.notes] == [
        ("contact", date(2026, 12, 1)),
        ("extension", date(2026, 12, 8)),
    ]
    with pytest.raises(Invalid):
        extend(session, keeper, loan, longer, at=at)


@pytest.mark.parametrize(
    ("days", "tier"), [(-3, None), (-2, 0), (0, 0), (1, 1), (6, 1), (7, 7), (29, 7), (99, 30)]
)
def test_reminders_grow_with_the_delay(days: int, tier: int | None) -> None:
    due = date(2026, 11, 30)
    assert reminder_tier(due, due + timedelta(days=days), Reminding(2, (1, 7, 30))) == tier


def test_when_to_remind_is_a_dated_rule(session: Session, today: date) -> None:
    assert reminding_on(session, today) == Reminding(2, (1, 7, 30))
    assert law.ruling(session, REMIND_LATE, today).article == "HOUSE"


def test_each_tier_is_reminded_of_once(
    session: Session, people: People, loan: str, become: Become, at: datetime
) -> None:
    become(SYSTEM)
    late = at + timedelta(days=10)
    assert REMINDERS.due(session, at) == []
    assert REMINDERS.due(session, late) == [f"{loan}/2026-12-01/1"]
    remind(session, SYSTEM, loan, 1, at=late)
    assert REMINDERS.due(session, late) == []
    with pytest.raises(Conflict):
        remind(session, SYSTEM, loan, 7, at=late)
    become(people.keeper)
    assert count_overdue_loans(session, people.keeper, late.date()) == 1
    assert [n.kind for n in get_loan(session, people.keeper, loan).notes] == ["reminder"]


def test_a_foreign_office_sees_no_loan(
    session: Session, people: People, loan: str, become: Become, at: datetime
) -> None:
    foreign = become(people.foreign_keeper)
    assert list_loans(session, foreign).items == []
    with pytest.raises(NotFound):
        get_loan(session, foreign, loan)
    with pytest.raises(NotFound):
        contact(session, foreign, loan, NewContact(text="Gọi điện"), at=at)


def test_only_keepers_give_out_and_a_list_is_one_statement(
    session: Session,
    people: People,
    things: list[Registered],
    loan: str,
    at: datetime,
    statements: list[str],
) -> None:
    with pytest.raises(Forbidden):
        lend(session, people.officer, to_court(things, "x", at), at=at)
    statements.clear()
    (row,) = list_loans(session, people.keeper).items
    assert ((row.lines, row.open, row.reminders), len(statements)) == ((2, 2, 0), 1)
