"""Recomputing chains: whole ones pass, and every kind of tampering is named."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from inventory.assets.commands import Registered
from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import move, release, take_in
from inventory.custody.models import CustodyEntry, Holding
from inventory.custody.rules import (
    AlreadyTakenIn,
    AnotherWarehouse,
    Break,
    NotHeldHere,
    NotInCustody,
)
from inventory.custody.schemas import Fault, Move, Release, TakeIn, Verified
from inventory.custody.verification import SoFar, check_counts, verify_chains
from inventory.orders.rules import OrderNeeded
from inventory.warehouses.models import Place
from service.database import Database, act_as, owner_engine
from tests.make.inventory import make_asset, make_case, make_place, release_from, take_in_at
from tests.make.lone import lone_database
from tests.make.orders import warehouse_of
from tests.make.organisation import People, make_people

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_whole_chains_are_counted(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    make_asset(session, people.keeper, case, at=at)
    one = make_asset(session, people.keeper, case, at=at, place=store)
    two = make_asset(session, people.keeper, case, at=at, place=shelf)
    move(session, people.keeper, one.reference, Move(shelf.id, store.id, "x"), at=at)
    release(
        session, people.keeper, two.reference, release_from(session, shelf, two.reference), at=at
    )
    assert verify_chains(session) == Verified(chains=2, entries=4, holdings=3, first_fault=None)


def test_a_check_tells_how_far_it_is_and_goes_on_from_there(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    made = [make_asset(session, people.keeper, case, at=at, place=store) for _i in range(7)]
    steps: list[SoFar] = []
    found = verify_chains(session, step=3, checked=steps.append)
    assert (found.chains, [step.chains for step in steps]) == (len(made), [3, 6])
    assert verify_chains(session, so_far=steps[0]) == found


def test_the_same_statements_whatever_there_is(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    statements: list[str],
) -> None:
    verify_chains(session)
    few = len(statements)
    for _i in range(5):
        make_asset(session, people.keeper, case, at=at, place=store)
    statements.clear()
    verify_chains(session)
    assert len(statements) == few == 3


def test_any_text_is_hashed_as_it_was_written(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    """Line ends, tabs and backslashes travel escaped, nothing at all as nothing."""
    made = make_asset(session, people.keeper, case, at=at, place=store)
    reason = "một\ttab\n\\N \\t \\\\ \r\b\f\v “Đ” 🗝" + "dài " * 3000
    move(session, people.keeper, made.reference, Move(shelf.id, store.id, reason), at=at)
    move(session, people.keeper, made.reference, Move(store.id, shelf.id, "\\"), at=at)
    assert verify_chains(session) == Verified(chains=1, entries=3, holdings=1, first_fault=None)


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database whose owner may be a forger."""
    with lone_database(tmp_path_factory.mktemp("verify")) as database:
        yield database


@pytest.fixture
def forger(lone: Database) -> Iterator[Session]:
    """A session of the database's owner with every trigger and foreign key switched off."""
    engine = owner_engine(lone.settings)
    with engine.connect() as connection, sessionmaker(connection)() as session:
        session.execute(text("SELECT kebien_act('', '{}', true, false)"))
        people = make_people(session, AT)
        case = make_case(session, people.officer, at=AT)
        store = make_place(session, people.keeper, at=AT)
        shelf = make_place(session, people.keeper, "K1-A", "Kệ A", inside=store, at=AT)
        for _i in range(3):
            made = make_asset(session, people.keeper, case, at=AT, place=store)
            move(session, people.keeper, made.reference, Move(shelf.id, store.id, "x"), at=AT)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session
        session.rollback()
    engine.dispose()


@pytest.mark.parametrize(
    ("forgery", "seq", "what"),
    [
        ("UPDATE custody_entry SET giver = 'B' WHERE seq = 1", 1, Break.HASH),
        ("UPDATE custody_entry SET reason = reason || ' ' WHERE seq = 2", 2, Break.HASH),
        (
            "UPDATE custody_entry SET at = at - interval '1 microsecond' WHERE seq = 2",
            2,
            Break.HASH,
        ),
        ("UPDATE custody_entry SET actor_name = 'Z' WHERE seq = 2", 2, Break.HASH),
        ("UPDATE custody_entry SET kind = 'lost' WHERE seq = 2", 2, Break.HASH),
        ("UPDATE custody_entry SET hash = sha256('x') WHERE seq = 1", 1, Break.HASH),
        ("UPDATE custody_entry SET from_place_id = 99 WHERE seq = 2", 2, Break.ORIGIN),
        ("DELETE FROM custody_entry WHERE seq = 1", 2, Break.SEQUENCE),
        ("DELETE FROM custody_entry WHERE seq = 2", None, Break.HOLDING),
        ("DELETE FROM custody_entry", None, Break.HOLDING),
        ("UPDATE holding SET place_id = NULL", None, Break.HOLDING),
        ("UPDATE holding SET receiver = 'B'", None, Break.HOLDING),
        ("UPDATE holding SET hash = sha256('x')", None, Break.HOLDING),
        ("DELETE FROM holding", None, Break.HOLDING_MISSING),
    ],
)
def test_tampering_is_named(forger: Session, forgery: str, seq: int | None, what: Break) -> None:
    assert verify_chains(forger).first_fault is None
    second = forger.scalars(select(Holding.asset_id).order_by(Holding.asset_id)).all()[1]
    joint = "AND" if "WHERE" in forgery else "WHERE"
    forger.execute(text(f"{forgery} {joint} asset_id = :asset"), {"asset": second})
    reference = forger.scalar(text("SELECT reference FROM asset WHERE id = :i"), {"i": second})
    assert verify_chains(forger).first_fault == Fault(reference, seq, what)


def test_a_chain_rewritten_with_new_hashes_breaks_at_the_next_link(forger: Session) -> None:
    """Whoever recomputes one hash must recompute every later one, and the holding's."""
    first = forger.scalars(select(Holding.asset_id).order_by(Holding.asset_id)).first()
    forger.execute(
        text(
            "UPDATE custody_entry e SET giver = 'B',"
            " hash = kebien_custody_hash(ROW(e.asset_id, e.seq, e.kind, e.from_place_id,"
            " e.to_place_id, 'B', e.receiver, e.reason, e.document, e.at, e.staff_id,"
            " e.actor_name, e.office_id, e.previous_hash, NULL)::custody_entry)"
            " WHERE asset_id = :asset AND seq = 1"
        ),
        {"asset": first},
    )
    fault = verify_chains(forger).first_fault
    assert fault is not None
    assert (fault.seq, fault.what) == (2, Break.LINK)


class Custody(RuleBasedStateMachine):
    """Keepers who try anything: an asset always has one holder, and the chains stay whole."""

    session: Session
    keeper: Actor
    assets: list[Registered]
    places: list[Place]

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.mark = self.session.begin_nested()
        self.held: dict[str, int | None] = {asset.reference: None for asset in self.assets}

    def _next(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    @rule(which=st.integers(0, 1), to=st.integers(0, 2))
    def take_in(self, which: int, to: int) -> None:
        reference, place = self.assets[which].reference, self.places[to].id
        new = take_in_at(place)
        if self.held[reference] is None:
            take_in(self.session, self.keeper, reference, new, at=self._next())
            self.held[reference] = place
        else:
            with pytest.raises(AlreadyTakenIn):
                take_in(self.session, self.keeper, reference, new, at=self._next())

    @rule(which=st.integers(0, 1), source=st.integers(0, 2), step=st.integers(1, 2))
    def move(self, which: int, source: int, step: int) -> None:
        reference = self.assets[which].reference
        origin, goal = self.places[source], self.places[(source + step) % 3]
        here, there = origin.id, goal.id
        attempt: Callable[[], object] = lambda: move(  # noqa: E731 - tried in several ways
            self.session, self.keeper, reference, Move(there, here, "x"), at=self._next()
        )
        if self.held[reference] != here:
            with pytest.raises((NotInCustody, NotHeldHere)):
                attempt()
        elif warehouse_of(origin) != warehouse_of(goal):
            with pytest.raises(AnotherWarehouse):
                attempt()
        else:
            attempt()
            self.held[reference] = there

    @rule(which=st.integers(0, 1))
    def try_without_an_order(self, which: int) -> None:
        reference = self.assets[which].reference
        here, keeper, at = self.held[reference], self.keeper, self._next()
        if here is None:
            new = TakeIn(self.places[0].id, "A", "x")
            with pytest.raises(OrderNeeded):
                take_in(self.session, keeper, reference, new, at=at)
        else:
            with pytest.raises(OrderNeeded):
                release(self.session, keeper, reference, Release(here, "B", "x"), at=at)

    @rule(which=st.integers(0, 1), source=st.integers(0, 2))
    def release(self, which: int, source: int) -> None:
        reference, place = self.assets[which].reference, self.places[source]
        new = release_from(self.session, place, reference)
        if self.held[reference] == place.id:
            release(self.session, self.keeper, reference, new, at=self._next())
            self.held[reference] = None
            with pytest.raises(NotInCustody):
                release(self.session, self.keeper, reference, new, at=self._next())
        else:
            with pytest.raises((NotInCustody, NotHeldHere)):
                release(self.session, self.keeper, reference, new, at=self._next())

    @invariant()
    def everything_is_where_it_is_said_to_be(self) -> None:
        for asset in self.assets:
            ends = self.session.execute(
                select(CustodyEntry.to_place_id)
                .where(CustodyEntry.asset_id == asset.id)
                .order_by(CustodyEntry.seq.desc())
            ).all()
            holders = self.session.execute(
                select(Holding.place_id).where(Holding.asset_id == asset.id)
            ).all()
            assert [h.place_id for h in holders] == [self.held[asset.reference]]
            assert (ends[0].to_place_id if ends else None) == self.held[asset.reference]

    def teardown(self) -> None:
        assert verify_chains(self.session).first_fault is None
        assert check_counts(self.session) == []
        self.mark.rollback()
        self.session.expire_all()


def test_any_order_of_acts_leaves_one_holder_and_whole_chains(
    session: Session,
    people: People,
    case: EnforcementCase,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    other = make_place(session, people.keeper, "K2", "Kho số 2", at=at)
    machine = type("Played", (Custody,), {})
    machine.session, machine.keeper = session, people.keeper
    machine.places = [store, shelf, other]
    machine.assets = [make_asset(session, people.keeper, case, at=at) for _i in range(2)]
    act_as(session, people.keeper)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
