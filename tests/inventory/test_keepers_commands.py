"""Keepers: appointed by the head, followed by another only after both counted and signed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import DomainError, Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, take_in
from inventory.custody.schemas import Move
from inventory.keepers.commands import (
    appoint_keeper,
    record_joint_count,
    relieve_keeper,
    sign_change,
)
from inventory.keepers.queries import get_kept, kept_by, list_kept
from inventory.keepers.rules import (
    ChangeIsOpen,
    CountedAlready,
    NoChangeOpen,
    NotAKeeper,
    NotAWarehouse,
    NotCountedYet,
    NotTheKeeper,
    SignedAlready,
)
from inventory.keepers.schemas import ChangeSignature, JointCount, NewKeeper, Relief
from inventory.organisation.rules import Role
from inventory.warehouses.commands import add_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace
from tests.make.inventory import make_asset, take_in_at
from tests.make.organisation import People, make_actor, make_staff

Become = Callable[[Actor], Actor]
COUNT = JointCount(reference="KK-0000001-1", reason="Kho mất điện, đếm trên giấy")
SIGN = ChangeSignature()


@pytest.fixture
def second(session: Session, people: People) -> Actor:
    """Another keeper of the office."""
    staff = make_staff(session, people.office, Role.KEEPER, "T-second", "Người thử thứ hai")
    people.staff["second"] = staff
    return make_actor(session, staff, people.office, Role.KEEPER)


@pytest.fixture
def bare(session: Session, people: People, at: datetime) -> Place:
    """A warehouse that nobody keeps yet."""
    new = NewPlace(
        code="K7", name="Kho số 7", kind=PlaceKind.WAREHOUSE, custody_form=CustodyForm.OWN_STORE
    )
    return add_place(session, people.keeper, new, at=at)


def named(staff: str, on: date, **said: object) -> NewKeeper:
    facts = {"staff": staff, "decision_number": "7/QĐ-TK", "decided_on": on, "valid_from": on}
    return NewKeeper(**{**facts, **said})


def test_the_first_keeper_has_access_at_once(
    session: Session, people: People, bare: Place, become: Become, at: datetime, today: date
) -> None:
    become(people.head)
    appoint_keeper(session, people.head, bare.id, named("T-keeper", today), at=at)
    assert bare.id in kept_by(session, people.keeper.staff_id, today)
    (row,) = [
        one
        for one in list_kept(session, people.head, people.office.id, today)
        if one.place_id == bare.id
    ]
    assert (row.keeper, row.in_force, row.change_open) == ("Người thử keeper", True, False)


def test_access_moves_when_both_have_counted_and_signed(
    session: Session, people: People, second: Actor, store: Place, at: datetime, today: date
) -> None:
    old, new = people.keeper, second
    appoint_keeper(session, people.head, store.id, named("T-second", today), at=at)
    assert kept_by(session, old.staff_id, today) == [store.id]
    assert kept_by(session, new.staff_id, today) == []
    with pytest.raises(NotCountedYet) as refused:
        sign_change(session, old, store.id, SIGN, at=at)
    assert refused.value.article
    for one in (old, new):  # neither types a number alone
        with pytest.raises(Forbidden):
            record_joint_count(session, one, store.id, COUNT, at=at)
    record_joint_count(session, people.head, store.id, COUNT, at=at)
    sign_change(session, new, store.id, SIGN, at=at)
    assert kept_by(session, old.staff_id, today) == [store.id]
    done = sign_change(session, old, store.id, SIGN, at=at)
    assert done.completed_at == at
    assert kept_by(session, old.staff_id, today) == []
    assert kept_by(session, new.staff_id, today) == [store.id]
    assert get_kept(session, people.head, store.id).change is None


def test_who_has_no_access_takes_in_and_moves_nothing(
    session: Session,
    people: People,
    second: Actor,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
    today: date,
) -> None:
    held = make_asset(session, people.keeper, case, at=at, place=store).reference
    waiting = make_asset(session, people.keeper, case, at=at).reference
    appoint_keeper(session, people.head, store.id, named("T-second", today), at=at)
    with pytest.raises(NotTheKeeper):
        take_in(session, second, waiting, take_in_at(store), at=at)
    with pytest.raises(NotTheKeeper):
        move(session, second, held, Move(shelf.id, store.id, "x"), at=at)
    with pytest.raises(NotTheKeeper):
        make_asset(session, second, case, at=at, place=store)
    record_joint_count(session, people.head, store.id, COUNT, at=at)
    sign_change(session, people.keeper, store.id, SIGN, at=at)
    sign_change(session, second, store.id, SIGN, at=at)
    take_in(session, second, waiting, take_in_at(store), at=at)
    with pytest.raises(NotTheKeeper):
        move(session, people.keeper, held, Move(shelf.id, store.id, "x"), at=at)


def test_an_appointment_serves_on_its_days_only(
    session: Session, people: People, bare: Place, case: EnforcementCase, at: datetime, today: date
) -> None:
    until = today + timedelta(days=3)
    new = named("T-keeper", today, valid_to=until)
    appoint_keeper(session, people.head, bare.id, new, at=at)
    staff = people.keeper.staff_id
    assert kept_by(session, staff, until) != []
    assert bare.id not in kept_by(session, staff, until + timedelta(days=1))
    again = named("T-keeper", today, valid_to=today + timedelta(days=30))
    appoint_keeper(session, people.head, bare.id, again, at=at)
    assert bare.id in kept_by(session, staff, until + timedelta(days=1))
    assert len(get_kept(session, people.head, bare.id).keepers) == 2


def test_a_relieved_keeper_loses_access_at_once_and_is_counted_all_the_same(
    session: Session, people: People, second: Actor, store: Place, at: datetime, today: date
) -> None:
    relieve_keeper(session, people.head, store.id, Relief(reason="Đình chỉ công tác"), at=at)
    assert kept_by(session, people.keeper.staff_id, today) == []
    with pytest.raises(NotFound):
        relieve_keeper(session, people.head, store.id, Relief(reason="Lần nữa"), at=at)
    appoint_keeper(session, people.head, store.id, named("T-second", today), at=at)
    assert kept_by(session, second.staff_id, today) == []
    record_joint_count(session, people.head, store.id, COUNT, at=at)
    sign_change(session, second, store.id, SIGN, at=at)
    with pytest.raises(Invalid) as refused:
        sign_change(session, people.head, store.id, SIGN, at=at)
    assert list(refused.value.fields) == ["in_stead_reason"]
    instead = ChangeSignature(in_stead_reason="Đang bị đình chỉ")
    sign_change(session, people.head, store.id, instead, at=at)
    assert kept_by(session, second.staff_id, today) == [store.id]


Attempt = Callable[[Session, People, Place, Place, datetime, date], object]
REFUSED: list[tuple[str, Attempt, type[DomainError]]] = [
    (
        "a shelf",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.head, shelf.id, named("T-second", on), at=at
        ),
        NotAWarehouse,
    ),
    (
        "somebody who is no keeper",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.head, store.id, named("T-officer", on), at=at
        ),
        NotAKeeper,
    ),
    (
        "a keeper of another office",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.head, store.id, named("T-foreign_keeper", on), at=at
        ),
        NotAKeeper,
    ),
    (
        "the last day before the first",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.head, store.id, named("T-second", on, valid_to=on - timedelta(days=1)), at=at
        ),
        Invalid,
    ),
    (
        "by somebody else than the head",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.officer, store.id, named("T-second", on), at=at
        ),
        Forbidden,
    ),
    (
        "an unknown warehouse",
        lambda s, p, store, shelf, at, on: appoint_keeper(
            s, p.head, 900_000_001, named("T-second", on), at=at
        ),
        NotFound,
    ),
    (
        "a count without a change",
        lambda s, p, store, shelf, at, on: record_joint_count(s, p.head, store.id, COUNT, at=at),
        NoChangeOpen,
    ),
    (
        "a signature without a change",
        lambda s, p, store, shelf, at, on: sign_change(s, p.keeper, store.id, SIGN, at=at),
        NoChangeOpen,
    ),
]


@pytest.mark.parametrize(
    ("attempt", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
@pytest.mark.usefixtures("second")
def test_what_does_not_fit_is_refused(
    session: Session,
    people: People,
    store: Place,
    shelf: Place,
    at: datetime,
    today: date,
    attempt: Attempt,
    error: type[DomainError],
) -> None:
    with pytest.raises(error):
        attempt(session, people, store, shelf, at, today)


def test_a_change_is_opened_counted_and_signed_once(
    session: Session, people: People, second: Actor, store: Place, at: datetime, today: date
) -> None:
    appoint_keeper(session, people.head, store.id, named("T-second", today), at=at)
    with pytest.raises(ChangeIsOpen):
        appoint_keeper(session, people.head, store.id, named("T-second", today), at=at)
    record_joint_count(session, people.head, store.id, COUNT, at=at)
    with pytest.raises(CountedAlready):
        record_joint_count(session, people.head, store.id, COUNT, at=at)
    sign_change(session, second, store.id, SIGN, at=at)
    with pytest.raises(SignedAlready):
        sign_change(session, second, store.id, SIGN, at=at)


def test_a_foreign_warehouse_is_as_one_that_is_not_there(
    session: Session,
    people: People,
    foreign_store: Place,
    become: Become,
    at: datetime,
    today: date,
) -> None:
    become(people.head)
    for place in (foreign_store.id, 900_000_001):
        with pytest.raises(NotFound):
            get_kept(session, people.head, place)
        with pytest.raises(NotFound):
            appoint_keeper(session, people.head, place, named("T-keeper", today), at=at)
    assert list_kept(session, people.head, people.foreign.id, today) == []
