"""Opening cases; arranging places as a tree and closing them."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.base.listing import PAGE_SIZE
from inventory.base.orm import refused_by
from inventory.cases import queries as cases
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseExists, CaseKind
from inventory.custody.commands import move, release
from inventory.custody.schemas import Move
from inventory.warehouses import queries as places
from inventory.warehouses.commands import add_place, close_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import (
    CustodyForm,
    PlaceCodeTaken,
    PlaceIsClosed,
    PlaceKind,
    PlaceNotEmpty,
)
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset, make_case, make_place, release_from
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


def test_a_case_is_opened_for_the_officer_s_own_office(
    session: Session, people: People, become: Become, at: datetime
) -> None:
    officer = become(people.officer)
    case = make_case(session, officer, at=at, officer_id=officer.staff_id)
    shown = cases.get_case(session, officer, case.id)
    assert (shown.office_id, shown.officer, shown.debtor_name) == (
        officer.office_id,
        officer.name,
        "Trần Văn Nợ",
    )


def test_the_head_of_papers_names_the_parties_by_what_the_case_says(
    session: Session, people: People, at: datetime
) -> None:
    said = {
        "debtor_identity": "031000000001",
        "debtor_address": "số 4 phố Thử",
        "creditor_identity": "0100000002",
        "creditor_address": "số 8 phố Mẫu",
    }
    case = make_case(session, people.officer, at=at, **said)
    shown = cases.get_case(session, people.officer, case.id)
    (part,) = cases.parts_of(session, [case.id])
    for name, value in said.items():
        assert (getattr(shown, name), getattr(part, name)) == (value, value)


def test_a_decision_number_is_used_once_in_an_office(
    session: Session, people: People, become: Become, at: datetime
) -> None:
    make_case(session, become(people.officer), at=at)
    with pytest.raises(CaseExists) as refused:
        make_case(session, people.officer, at=at)
    assert list(refused.value.fields) == ["decision_number"]
    assert make_case(session, become(people.foreign_officer), at=at).id


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"decision_on": date(2027, 1, 1)}, "decision_on"),
        ({"kind": CaseKind.IMPORTED}, "kind"),
        ({"officer_id": 900_000_001}, "officer_id"),
    ],
)
def test_a_case_that_cannot_be_is_refused(
    session: Session, people: People, at: datetime, said: dict[str, object], field: str
) -> None:
    with pytest.raises((Invalid, NotFound)) as refused:
        make_case(session, people.officer, at=at, **said)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("who", ["keeper", "inspector", "administrator", "accountant", "head"])
def test_only_officers_open_cases(session: Session, people: People, at: datetime, who: str) -> None:
    with pytest.raises(Forbidden):
        make_case(session, getattr(people, who), at=at)


def test_pages_of_cases_join(session: Session, people: People, at: datetime) -> None:
    made = [make_case(session, people.officer, f"{n}/QĐ", at=at).id for n in range(PAGE_SIZE + 2)]
    first = cases.list_cases(session, people.officer)
    rest = cases.list_cases(session, people.officer, cursor=first.next_cursor)
    assert [row.id for row in (*first.items, *rest.items)] == made[::-1]
    assert rest.next_cursor is None


def test_closed_cases_can_be_left_out(session: Session, people: People, at: datetime) -> None:
    closed, still_open = (make_case(session, people.officer, n, at=at) for n in ("1", "2"))
    closed.closed_on = closed.decision_on
    session.flush()
    rows = cases.list_cases(session, people.officer, open_only=True).items
    assert [row.id for row in rows] == [still_open.id]


def test_the_tree_lists_each_place_after_the_one_around_it_with_what_lies_there(
    session: Session, people: People, case: EnforcementCase, become: Become, at: datetime
) -> None:
    keeper, number = become(people.keeper), case.decision_number
    second = make_place(session, keeper, "K2", "Kho số 2", at=at)
    first = make_place(session, keeper, "K1", "Kho số 1", at=at)
    room = make_place(session, keeper, "K1-P", "Phòng", at=at, inside=first)
    shelf = make_place(session, keeper, "K1-P-A", "Kệ A", at=at, inside=room)
    for place in (shelf, shelf, first, second):
        make_asset(session, keeper, number, at=at, place=place)
    tree = places.tree_of(session, keeper, keeper.office_id)
    assert [(row.code, row.depth, row.held) for row in tree] == [
        ("K1", 0, 1),
        ("K1-P", 1, 0),
        ("K1-P-A", 2, 2),
        ("K2", 0, 1),
    ]
    below = places.tree_of(session, keeper, keeper.office_id, within=room.path)
    assert [(row.code, row.inside) for row in below] == [("K1-P", 2), ("K1-P-A", 2)]
    around = places.get_place(session, keeper, shelf.id).around
    assert [(step.id, step.name) for step in around] == [(first.id, "Kho số 1"), (room.id, "Phòng")]
    assert places.get_place(session, keeper, first.id).around == []


def test_a_place_says_how_full_it_is_with_all_inside_it(
    session: Session, people: People, case: EnforcementCase, become: Become, at: datetime
) -> None:
    keeper, number = become(people.keeper), case.decision_number
    store = make_place(session, keeper, "K1", "Kho số 1", at=at)
    shelf = make_place(session, keeper, "K1-A", "Kệ A", at=at, inside=store)
    store.capacity = 3
    for place in (store, shelf, shelf):
        make_asset(session, keeper, number, at=at, place=place)
    tree = places.tree_of(session, keeper, keeper.office_id)
    assert [(row.code, row.held, row.inside, row.filled) for row in tree] == [
        ("K1", 1, 3, 100),
        ("K1-A", 2, 2, None),
    ]


def test_a_choice_shows_the_way_to_each_open_place(
    session: Session, people: People, store: Place, shelf: Place, at: datetime
) -> None:
    closed = make_place(session, people.keeper, "K3", "Kho cũ", at=at)
    close_place(session, people.keeper, closed.id, at=at)
    choices = places.list_choices(session, people.keeper, people.keeper.office_id, at.date())
    assert [choice.way for choice in choices] == ["Kho số 1 (K1)", "Kho số 1 / Kệ A (K1-A)"]


def test_what_lies_inside_is_kept_as_the_place_around_it(
    session: Session, people: People, at: datetime
) -> None:
    new = NewPlace(code="X", name="X", kind=PlaceKind.OUTSIDE, custody_form=CustodyForm.DEBTOR)
    outer = add_place(session, people.keeper, new, at=at)
    inner = make_place(session, people.keeper, "X-1", at=at, inside=outer)
    assert inner.custody_form == CustodyForm.DEBTOR
    other = NewPlace(
        code="X-2",
        name="X",
        kind=PlaceKind.ROOM,
        parent_id=outer.id,
        custody_form=CustodyForm.RENTED,
    )
    with pytest.raises(Invalid) as refused:
        add_place(session, people.keeper, other, at=at)
    assert list(refused.value.fields) == ["custody_form"]


def test_a_warehouse_says_who_keeps_it(session: Session, people: People, at: datetime) -> None:
    new = NewPlace(code="X", name="X", kind=PlaceKind.WAREHOUSE)
    with pytest.raises(Invalid) as refused:
        add_place(session, people.keeper, new, at=at)
    assert list(refused.value.fields) == ["custody_form"]


def test_a_code_is_used_once_in_an_office(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    with pytest.raises(PlaceCodeTaken) as refused:
        make_place(session, people.keeper, store.code, at=at)
    assert list(refused.value.fields) == ["code"]
    assert make_place(session, people.foreign_keeper, store.code, at=at).id


def test_nothing_is_added_inside_a_foreign_or_closed_place(
    session: Session,
    people: People,
    store: Place,
    foreign_store: Place,
    become: Become,
    at: datetime,
) -> None:
    keeper = become(people.keeper)
    with pytest.raises(NotFound):
        make_place(session, keeper, "Z", at=at, inside=foreign_store)
    close_place(session, keeper, store.id, at=at)
    with pytest.raises(PlaceIsClosed):
        make_place(session, keeper, "Z", at=at, inside=store)


def test_a_place_is_closed_when_it_and_all_inside_it_is_empty_and_closed(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    keeper = people.keeper
    made = make_asset(session, keeper, case, at=at, place=shelf)
    for place in (shelf, store):
        with pytest.raises(PlaceNotEmpty):
            close_place(session, keeper, place.id, at=at)
    move(session, keeper, made.reference, Move(store.id, shelf.id, "x"), at=at)
    with pytest.raises(PlaceNotEmpty):
        close_place(session, keeper, store.id, at=at)
    out = release_from(session, store, made.reference)
    release(session, keeper, made.reference, out, at=at)
    with pytest.raises(PlaceNotEmpty):
        close_place(session, keeper, store.id, at=at)
    close_place(session, keeper, shelf.id, at=at)
    assert close_place(session, keeper, store.id, at=at).closed_on == at.date()
    with pytest.raises(PlaceIsClosed):
        close_place(session, keeper, store.id, at=at)


def test_a_place_is_closed_by_the_day_in_vietnam(
    session: Session, people: People, store: Place
) -> None:
    after_midnight = datetime.fromisoformat("2026-11-23T17:30:00+00:00")
    closed = close_place(session, people.keeper, store.id, at=after_midnight)
    assert closed.closed_on == date(2026, 11, 24)
    with pytest.raises(PlaceIsClosed):
        make_place(session, people.keeper, "Z", at=after_midnight, inside=store)


@pytest.mark.parametrize("who", ["officer", "inspector", "accountant", "administrator", "head"])
def test_only_keepers_arrange_places(
    session: Session, people: People, store: Place, at: datetime, who: str
) -> None:
    actor = getattr(people, who)
    with pytest.raises(Forbidden):
        make_place(session, actor, "Z", at=at)
    with pytest.raises(Forbidden):
        close_place(session, actor, store.id, at=at)


def test_a_refusal_stands_for_its_own_constraint_only(
    session: Session, people: People, store: Place
) -> None:
    refusal = PlaceCodeTaken("taken", field="code")

    def add(code: str | None) -> None:
        with refused_by(session, "uq_place_office_id_code", refusal):
            row = {"office_id": people.office.id, "path": "/", "name": "x", "kind": "box"}
            facts = {
                **row,
                "code": code,
                "custody_form": "rented",
                "recorded_at": store.recorded_at,
            }
            session.execute(insert(Place).values(facts))

    with pytest.raises(PlaceCodeTaken):
        add(store.code)
    with pytest.raises(IntegrityError, match="null value"):
        add(None)
    assert session.get_one(Place, store.id).code == "K1"
