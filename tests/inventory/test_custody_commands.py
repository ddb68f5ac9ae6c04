"""Taking in, moving and releasing: what is written, what is refused and how it is said."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import DomainError, Forbidden, NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release, take_in
from inventory.custody.models import CustodyEntry
from inventory.custody.queries import get_holding, list_chain
from inventory.custody.rules import AlreadyTakenIn, AlreadyThere, NotHeldHere, NotInCustody
from inventory.custody.schemas import Move, Release
from inventory.warehouses.commands import close_place
from inventory.warehouses.models import Place
from inventory.warehouses.rules import PlaceIsClosed
from tests.make.inventory import make_asset, release_from, take_in_at
from tests.make.organisation import People

Become = Callable[[Actor], Actor]


@pytest.fixture
def keeper(people: People, case: EnforcementCase, shelf: Place, become: Become) -> Actor:
    """The keeper, with the session under his row-level security."""
    return become(people.keeper)


@pytest.fixture
def asset(session: Session, case: EnforcementCase, keeper: Actor, at: datetime) -> Registered:
    """A registered asset that is in no place."""
    return make_asset(session, keeper, case, at=at)


@pytest.fixture
def held(session: Session, asset: Registered, keeper: Actor, store: Place, at: datetime) -> str:
    """The number of an asset in the warehouse."""
    take_in(session, keeper, asset.reference, take_in_at(store), at=at)
    return asset.reference


def entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CustodyEntry)) or 0


def test_an_asset_goes_in_moves_and_leaves(
    session: Session, keeper: Actor, held: str, store: Place, shelf: Place, at: datetime
) -> None:
    later = at + timedelta(hours=1)
    move(session, keeper, held, Move(shelf.id, store.id, "Sắp xếp lại kho"), at=later)
    to_buyer = release_from(session, shelf, held, "Nguyễn Thị Mua")
    out = release(session, keeper, held, to_buyer, at=later)
    assert (out.seq, out.to_place_id, out.receiver) == (3, None, "Nguyễn Thị Mua")
    chain = list_chain(session, keeper, held)
    assert [(e.kind, e.giver, e.receiver) for e in chain] == [
        ("taken_in", "Trần Văn Nợ", "Kho số 1"),
        ("moved", "Kho số 1", "Kệ A"),
        ("released", "Kệ A", "Nguyễn Thị Mua"),
    ]
    holding = get_holding(session, keeper, held)
    assert (holding.place_id, holding.receiver, holding.seq) == (None, "Nguyễn Thị Mua", 3)


def test_what_left_can_come_back(
    session: Session, keeper: Actor, held: str, store: Place, shelf: Place, at: datetime
) -> None:
    release(session, keeper, held, release_from(session, store, held), at=at)
    back = take_in(session, keeper, held, take_in_at(shelf), at=at)
    assert (back.seq, back.from_place_id, back.to_place_id) == (3, None, shelf.id)


def test_every_act_is_in_the_audit_ledger(
    session: Session, keeper: Actor, held: str, store: Place, shelf: Place, at: datetime
) -> None:
    move(session, keeper, held, Move(shelf.id, store.id, "Sắp xếp"), at=at)
    act = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (act.code, act.subject_ref, act.staff_id) == (
        "custody.asset.moved",
        held,
        keeper.staff_id,
    )
    assert act.data == {"from": store.id, "to": shelf.id, "seq": 2}


Attempt = Callable[[Session, Actor, str, Place, Place, datetime], object]

REFUSED: list[tuple[str, Attempt, type[DomainError], str | None]] = [
    (
        "taken in twice",
        lambda s, a, ref, store, shelf, at: take_in(s, a, ref, take_in_at(shelf), at=at),
        AlreadyTakenIn,
        None,
    ),
    (
        "moved from where it is not",
        lambda s, a, ref, store, shelf, at: move(s, a, ref, Move(store.id, shelf.id, "x"), at=at),
        NotHeldHere,
        "from_place_id",
    ),
    (
        "moved to where it is",
        lambda s, a, ref, store, shelf, at: move(s, a, ref, Move(store.id, store.id, "x"), at=at),
        AlreadyThere,
        "place_id",
    ),
    (
        "moved to an unknown place",
        lambda s, a, ref, store, shelf, at: move(s, a, ref, Move(2**40, store.id, "x"), at=at),
        NotFound,
        "place_id",
    ),
    (
        "released from where it is not",
        lambda s, a, ref, store, shelf, at: release(
            s, a, ref, Release(shelf.id, "B", "x", "LXK"), at=at
        ),
        NotHeldHere,
        "from_place_id",
    ),
    (
        "an unknown asset",
        lambda s, a, ref, store, shelf, at: move(
            s, a, "TS-9999999-9", Move(shelf.id, store.id, "x"), at=at
        ),
        NotFound,
        None,
    ),
]


@pytest.mark.parametrize(
    ("attempt", "error", "field"),
    [case[1:] for case in REFUSED],
    ids=[case[0].replace(" ", "-") for case in REFUSED],
)
def test_an_act_that_does_not_fit_is_refused_and_writes_nothing(
    session: Session,
    keeper: Actor,
    held: str,
    store: Place,
    shelf: Place,
    at: datetime,
    attempt: Attempt,
    error: type[DomainError],
    field: str | None,
) -> None:
    before = entries(session)
    with pytest.raises(error) as refused:
        attempt(session, keeper, held, store, shelf, at)
    assert list(refused.value.fields) == ([field] if field else [])
    assert entries(session) == before


def test_what_is_in_no_place_is_neither_moved_nor_released(
    session: Session, keeper: Actor, asset: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    with pytest.raises(NotInCustody):
        move(session, keeper, asset.reference, Move(shelf.id, store.id, "x"), at=at)
    with pytest.raises(NotInCustody):
        release(session, keeper, asset.reference, Release(store.id, "B", "x", "y"), at=at)


def test_nothing_is_brought_to_a_closed_place(
    session: Session, keeper: Actor, held: str, store: Place, shelf: Place, at: datetime
) -> None:
    close_place(session, keeper, shelf.id, at=at)
    with pytest.raises(PlaceIsClosed) as refused:
        move(session, keeper, held, Move(shelf.id, store.id, "x"), at=at)
    assert list(refused.value.fields) == ["place_id"]


def test_nothing_is_brought_to_a_place_of_another_office(
    session: Session,
    people: People,
    foreign_store: Place,
    held: str,
    store: Place,
    become: Become,
    at: datetime,
) -> None:
    to, back = Move(foreign_store.id, store.id, "x"), Move(store.id, foreign_store.id, "x")
    become(people.keeper)
    with pytest.raises(NotFound):
        move(session, people.keeper, held, to, at=at)
    become(SYSTEM)
    with pytest.raises(NotFound):
        move(session, SYSTEM, held, to, at=at)
    with pytest.raises(NotHeldHere):
        move(session, SYSTEM, held, back, at=at)


def test_a_foreign_keeper_moves_nothing(
    session: Session,
    people: People,
    held: str,
    store: Place,
    shelf: Place,
    become: Become,
    at: datetime,
) -> None:
    new = Move(shelf.id, store.id, "x")
    foreign = become(people.foreign_keeper)
    with pytest.raises(NotFound):
        move(session, foreign, held, new, at=at)


@pytest.mark.parametrize("who", ["officer", "inspector", "accountant", "administrator", "head"])
def test_only_keepers_act_on_custody(
    session: Session, people: People, held: str, store: Place, shelf: Place, at: datetime, who: str
) -> None:
    actor = getattr(people, who)
    with pytest.raises(Forbidden):
        take_in(session, actor, held, take_in_at(store), at=at)
    with pytest.raises(Forbidden):
        move(session, actor, held, Move(shelf.id, store.id, "x"), at=at)
    with pytest.raises(Forbidden):
        release(session, actor, held, Release(store.id, "B", "x", "y"), at=at)
