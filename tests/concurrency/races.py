"""How people are made to act at once, at the worst moment, and what came of it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from auction.bidding.models import FailureRun
from auction.bidding.queries import check_runs
from auction.lots.models import Lot
from auction.lots.queries import visible_lots
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.schemas import NewOutcome
from inventory.base.actor import SYSTEM, Actor
from service.database import Database, owner_engine
from service.settings import Settings
from tests.make.auction import FAILED
from tests.make.organisation import People

Act = Callable[[Session], object]
WAITS = text("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def at_once(acts: list[Callable[[], object]]) -> list[BaseException | None]:
    """Run the acts together, each in a thread of its own; what each raised."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures: list[Future[object]] = [pool.submit(run, act) for act in acts]
        return [future.exception() for future in futures]


def together(kept: Database, actor: Actor, *acts: Act) -> list[object]:
    """Run acts at once, each in a transaction of its own; answers results and refusals."""
    return each_together(kept, *((actor, act) for act in acts))


def each_together(kept: Database, *turns: tuple[Actor, Act]) -> list[object]:
    """The same, where each act has an actor of its own."""
    begin = threading.Barrier(len(turns))

    def one(turn: tuple[Actor, Act]) -> object:
        actor, act = turn
        begin.wait(10)
        try:
            with kept.transaction(actor) as session:
                return act(session)
        except Exception as refusal:  # noqa: BLE001 - the refusal is the answer
            return refusal

    with ThreadPoolExecutor(len(turns)) as pool:
        return list(pool.map(one, turns))


def meeting(
    real: Callable[..., Any], barrier: threading.Barrier | None = None
) -> Callable[..., Any]:
    """A function after which all callers wait for each other: the worst moment of the race.

    Where two functions meet, they share a ``barrier``.
    """
    barrier = barrier or threading.Barrier(2)

    def met(*args: Any, **named: Any) -> Any:
        found = real(*args, **named)
        barrier.wait(10)
        return found

    return met


class Overtaken:
    """Two acts of which one has read when the other begins, and goes on once that one is kept."""

    def __init__(self) -> None:
        self.read, self.kept = threading.Event(), threading.Event()
        self.mine = threading.local()

    def after(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """A function after whose first call the slow one waits until the other has committed."""

        def read(*args: Any, **named: Any) -> Any:
            found = real(*args, **named)
            if getattr(self.mine, "slow", False) and not self.read.is_set():
                self.read.set()
                assert self.kept.wait(10), "the other act was not kept meanwhile"
            return found

        return read

    def run(self, kept: Database, actor: Actor, slow: Act, fast: Act) -> list[object]:
        """What came of the slow act and of the fast one, each committed if it was not refused."""

        def begin(session: Session) -> object:
            self.mine.slow = True
            return slow(session)

        def overtake() -> object:
            assert self.read.wait(10), "the slow act read nothing"
            try:
                return one(fast)
            finally:
                self.kept.set()

        def one(act: Act) -> object:
            try:
                with kept.transaction(actor) as session:
                    return act(session)
            except Exception as refusal:  # noqa: BLE001 - the refusal is the answer
                return refusal

        with ThreadPoolExecutor(2) as pool:
            turns = [pool.submit(one, begin), pool.submit(overtake)]
            return [turn.result() for turn in turns]


def wait_until(lone: Database, _what: str, question: object) -> bool:
    """Whether the database comes to say yes within some seconds."""
    pause = threading.Event()
    engine = owner_engine(lone.settings)
    try:
        for _i in range(200):
            with engine.connect() as connection:
                if connection.execute(question).scalar_one():
                    return True
            pause.wait(0.05)
        return False
    finally:
        engine.dispose()


def without_lock(session: Session, actor: Actor, reference: str) -> Lot:
    """A lot, read without its lock."""
    return session.scalars(visible_lots(actor).where(Lot.reference == reference)).one()


def looked_at_without_lock(session: Session, actor: Actor, reference: str) -> tuple[Lot, None]:
    """The same for an act that only looks at the lot."""
    return without_lock(session, actor, reference), None


def drop(apart: Settings, *statements: str) -> None:
    """Take a belt of the database away, as its owner."""
    engine = owner_engine(apart)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def refusals(answers: list[object]) -> list[type]:
    """What kinds of refusal are among the answers."""
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def count(kept: Database, table: type[Any]) -> int:
    """How many rows a table has."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def counters(kept: Database) -> list[int]:
    """How often each asset failed in a row; the counts agree with the rounds."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert check_runs(session) == []
        return list(session.scalars(select(FailureRun.failed_in_a_row)))


def closing(people: People, lot: str, at: datetime) -> Act:
    """The first round of a lot ends without a buyer."""
    return lambda session: (
        record_outcome(session, people.officer, lot, 1, NewOutcome(code=FAILED), at=at).code
    )
