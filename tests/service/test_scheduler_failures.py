"""What becomes of a due thing that fails: a row, later tries, an end, and another start."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.reviews.jobs import SWEEP, due_sweeps
from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.jobs import Job, Transactions
from inventory.base.models import JobFailure
from service.database import Database
from service.scheduler import LONGEST_WAIT, MOST_ATTEMPTS, TIMETABLE, look, try_again
from tests.apart import database_apart
from tests.make.auction import make_auctioned
from tests.make.organisation import make_office

START = datetime(2026, 11, 23, 2, tzinfo=UTC)


class Clock:
    """The time, as far as the scheduler can tell."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(clock, "now", told)
    return told


@pytest.fixture
def kept(database: Database) -> Iterator[Database]:
    with database_apart(database) as settings:
        kept = Database(settings)
        yield kept
        kept.close()


class Work:
    """Some due things, of which some fail."""

    def __init__(self, *due: str) -> None:
        self.due = list(due)
        self.failing: set[str] = set()
        self.done: list[str] = []
        self.blind = False

    def find(self, _session: Session, _at: datetime) -> list[str]:
        if self.blind:
            raise LookupError("cannot look")
        return list(self.due)

    def act(self, transactions: Transactions, key: str, at: datetime) -> None:
        with transactions() as session:
            session.execute(text("SELECT 1"))
            self.done.append(key)
            if key in self.failing:
                raise ValueError(f"{key} fails")

    @property
    def job(self) -> Job:
        return Job("test.work", self.find, self.act)


def failures(kept: Database) -> list[JobFailure]:
    with kept.transaction(SYSTEM, read_only=True) as session:
        return list(session.scalars(select(JobFailure).order_by(JobFailure.id)))


def test_what_does_not_fail_is_done_and_leaves_no_trace(kept: Database, time: Clock) -> None:
    work = Work("a", "b")
    look(kept, work.job)
    assert work.done == ["a", "b"]
    assert failures(kept) == []


def test_the_other_due_things_are_done_all_the_same(kept: Database, time: Clock) -> None:
    work = Work("a", "b", "c")
    work.failing = {"b"}
    look(kept, work.job)
    assert work.done == ["a", "b", "c"]
    (failure,) = failures(kept)
    assert (failure.job_id, failure.key, failure.attempts) == ("test.work", "b", 1)
    assert failure.last_error == "ValueError: b fails"
    assert failure.next_try_at == START + timedelta(minutes=1)


def test_a_failure_is_tried_again_later_and_later_and_then_no_more(
    kept: Database, time: Clock
) -> None:
    work = Work("a")
    work.failing = {"a"}
    waits = []
    look(kept, work.job)
    for _i in range(MOST_ATTEMPTS - 1):
        (failure,) = failures(kept)
        assert failure.next_try_at is not None
        waits.append(failure.next_try_at - time.at)
        time.at = failure.next_try_at - timedelta(seconds=1)
        look(kept, work.job)
        assert len(work.done) == failure.attempts
        time.at = failure.next_try_at
        look(kept, work.job)
    (failure,) = failures(kept)
    assert (failure.attempts, failure.next_try_at) == (MOST_ATTEMPTS, None)
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == LONGEST_WAIT
    time.at += timedelta(days=30)
    look(kept, work.job)
    assert len(work.done) == MOST_ATTEMPTS


def test_a_start_tries_what_was_given_up(kept: Database, time: Clock) -> None:
    work = Work("a")
    work.failing = {"a"}
    look(kept, work.job)
    try_again(kept, time.at)
    work.failing = set()
    look(kept, work.job)
    assert work.done == ["a", "a"]
    (failure,) = failures(kept)
    assert failure.resolved_at == START


def test_what_is_done_after_all_or_no_longer_due_leaves_the_list(
    kept: Database, time: Clock
) -> None:
    work = Work("a", "b")
    work.failing = {"a", "b"}
    look(kept, work.job)
    work.failing, work.due = set(), ["a"]
    time.at += timedelta(minutes=1)
    look(kept, work.job)
    assert [failure.resolved_at for failure in failures(kept)] == [time.at, time.at]
    work.failing = {"a"}
    look(kept, work.job)
    assert [(f.key, f.attempts) for f in failures(kept) if f.resolved_at is None] == [("a", 1)]


def test_a_job_that_cannot_look_says_so_until_it_can(kept: Database, time: Clock) -> None:
    work = Work("a")
    work.blind = True
    look(kept, work.job)
    look(kept, work.job)
    (failure,) = failures(kept)
    assert (failure.key, failure.attempts) == ("", 2)
    assert failure.last_error == "LookupError: cannot look"
    work.blind = False
    look(kept, work.job)
    assert work.done == ["a"]
    assert failures(kept)[0].resolved_at is not None


def test_a_look_may_not_write(kept: Database, time: Clock) -> None:
    def find(session: Session, _at: datetime) -> list[str]:
        session.execute(text("UPDATE sweep_run SET raised = 0"))
        return []

    look(kept, Job("test.writes", find, Work().act))
    (failure,) = failures(kept)
    assert "read-only transaction" in failure.last_error


def test_the_sweep_is_due_once_a_day_and_whenever_a_tier_is_reached(
    kept: Database, time: Clock
) -> None:
    def due() -> list[str]:
        with kept.transaction(SYSTEM, read_only=True) as session:
            return due_sweeps(session, time.at)

    assert due() == ["2026-11-23"]
    look(kept, SWEEP)
    assert due() == []
    with kept.transaction(SYSTEM) as session:
        make_auctioned(session, make_office(session), 3)
    assert due() == ["2026-11-23"]
    look(kept, SWEEP)
    assert due() == []
    time.at = datetime(2026, 11, 23, 17, tzinfo=UTC)  # midnight in Vietnam
    assert due() == ["2026-11-24"]


def test_every_job_stands_in_the_timetable_once() -> None:
    ids = [entry.job.id for entry in TIMETABLE]
    assert len(set(ids)) == len(ids)
    assert SWEEP.id in ids
    assert all(timedelta(minutes=1) <= entry.every <= timedelta(days=1) for entry in TIMETABLE)
