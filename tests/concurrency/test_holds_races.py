"""Two people end one hold, or open one that the law allows once, with real commits; each race is
shown to exist without its belts."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.schemas import DeadlineSubject
from auction.holds import commands, subjects
from auction.holds.commands import end_hold, open_hold
from auction.holds.models import Hold
from auction.holds.queries import visible_holds
from auction.holds.rules import EndReason, HoldEnded, HoldIsOpen, HoldKind
from auction.holds.schemas import HoldEnd
from inventory.base.actor import SYSTEM, Actor
from service.database import Database, owner_engine
from service.settings import Settings
from tests.apart import database_apart
from tests.make.auction import make_asset
from tests.make.holds import make_hold, new_hold
from tests.make.organisation import People, make_people

Act = Callable[[Session], object]
LATER = datetime(2026, 8, 31, 3, tzinfo=UTC)


@pytest.fixture
def apart(database: Database) -> Iterator[Settings]:
    with database_apart(database) as settings:
        yield settings


@pytest.fixture
def kept(apart: Settings) -> Iterator[Database]:
    """A database in which every transaction commits."""
    database = Database(apart, pool_size=4)
    yield database
    database.close()


@pytest.fixture
def people(kept: Database) -> People:
    with kept.transaction(SYSTEM) as session:
        return make_people(session, LATER)


@pytest.fixture
def asset(kept: Database, people: People) -> str:
    """An asset with a limit of 2 July."""
    with kept.transaction(SYSTEM) as session:
        made = make_asset(session, people.office)
        about = DeadlineSubject("asset", made.reference, people.office.id, asset_id=made.id)
        on = date(2026, 7, 2)
        set_deadline(session, people.officer, "valuation_contract_due", on, about, at=LATER)
        return made.reference


@pytest.fixture
def hold(kept: Database, people: People, asset: str) -> int:
    """A hold on it since 6 July."""
    with kept.transaction(SYSTEM) as session:
        on = date(2026, 7, 6)
        kind = HoldKind.COURT_ACCEPTED
        return make_hold(session, people.officer, kind, asset, on, at=LATER).id


def together(kept: Database, actor: Actor, *acts: Act) -> list[object]:
    """Run acts at once, each in a transaction of its own; answers results and refusals."""
    begin = threading.Barrier(len(acts))

    def one(act: Act) -> object:
        begin.wait(10)
        try:
            with kept.transaction(actor) as session:
                return act(session)
        except Exception as refusal:  # noqa: BLE001 - the refusal is the answer
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def refusals(answers: list[object]) -> list[type]:
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def ending(people: People, hold: int, on: date) -> Act:
    end = HoldEnd(ended_on=on, reason=EndReason.GROUND_GONE, document="9/QĐ")
    return lambda session: end_hold(session, people.officer, hold, end, at=LATER).ended_on


def both_ends(people: People, hold: int) -> list[Act]:
    return [ending(people, hold, date(2026, 7, day)) for day in (10, 17)]


def read_together(barrier: threading.Barrier) -> Callable[..., Hold]:
    """Reads a hold without its lock, and waits until everybody did."""

    def read(session: Session, actor: Actor, hold_id: int) -> Hold:
        found = session.scalars(select(Hold).where(Hold.id == hold_id, visible_holds(actor))).one()
        barrier.wait(10)
        return found

    return read


def resumed(kept: Database) -> tuple[int, date]:
    """How often the limit went on, and until when it runs."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        moves = session.scalar(
            select(func.count()).select_from(DeadlineMove).where(DeadlineMove.why == "resume")
        )
        due = session.scalars(
            select(Deadline.due_on).where(Deadline.rule_key == "valuation_contract_due")
        ).one()
        return moves or 0, due


def test_a_hold_that_two_people_end_at_once_ends_once(
    kept: Database, people: People, hold: int
) -> None:
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == [HoldEnded]
    (ended_on,) = [answer for answer in answers if isinstance(answer, date)]
    due = {date(2026, 7, 10): date(2026, 7, 16), date(2026, 7, 17): date(2026, 7, 23)}
    assert resumed(kept) == (1, due[ended_on])


def test_without_the_lock_the_database_still_lets_a_hold_end_once(
    kept: Database, people: People, hold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "lock_hold", read_together(threading.Barrier(2)))
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == [ProgrammingError]
    assert resumed(kept)[0] == 1


def test_without_lock_and_trigger_a_hold_would_end_twice(
    apart: Settings,
    kept: Database,
    people: People,
    hold: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = owner_engine(apart)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER keep_hold ON hold"))
    engine.dispose()
    monkeypatch.setattr(commands, "lock_hold", read_together(threading.Barrier(2)))
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == []
    assert sorted(map(str, answers)) == ["2026-07-10", "2026-07-17"]


def opening(people: People, asset: str) -> Act:
    new = new_hold(HoldKind.COMPLAINT, asset, date(2026, 7, 6))
    return lambda session: open_hold(session, people.officer, new, at=LATER).kind


def test_two_people_open_one_hold_of_a_kind(kept: Database, people: People, asset: str) -> None:
    answers = together(kept, people.officer, *[opening(people, asset)] * 2)
    assert refusals(answers) == [HoldIsOpen]


def test_without_the_lock_of_the_assets_two_would_be_open(
    kept: Database, people: People, asset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = threading.Barrier(2)
    real = commands._refuse_second

    def refuse_second(*args: Any) -> None:
        real(*args)
        barrier.wait(10)

    def unlocked(session: Session, _actor: Actor, _kind: Any, subject_id: int) -> Any:
        return [(subject_id, asset)]

    monkeypatch.setattr(subjects, "_lock_assets", unlocked)
    monkeypatch.setattr(commands, "_refuse_second", refuse_second)
    answers = together(kept, people.officer, *[opening(people, asset)] * 2)
    assert refusals(answers) == []
