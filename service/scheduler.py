"""The process that does what falls due: a timetable, and one leader among all such processes.

What is due are rows of the rooms; a timer only says "look now". The leader is who holds a lock of
the database; it falls free with the leader's connection, however the leader dies, and a waiting
process takes over. A due thing that fails is a row, tried again later and later; the others go on.
"""

import logging
import signal
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

import msgspec
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection, NullPool, create_engine, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auction.deadlines import jobs as deadlines
from auction.holds import jobs as holds
from auction.life import jobs as life
from auction.reviews import jobs as reviews
from auction.sales import jobs as sales
from auction.valuations import jobs as valuations
from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.jobs import Job
from inventory.base.models import JobFailure
from inventory.custody import jobs as custody
from inventory.handovers import jobs as handovers
from inventory.notary import jobs as notary
from inventory.notary.signing import signer_at
from service.database import Database
from service.queue import MISSED
from service.settings import Settings

logger = logging.getLogger("kebien.scheduler")


class Entry(msgspec.Struct, frozen=True):
    """A line of the timetable: how often a kind of due thing is looked for."""

    job: Job
    every: timedelta


TIMETABLE: tuple[Entry, ...] = (
    Entry(reviews.SWEEP, every=timedelta(minutes=5)),
    Entry(holds.ENDS, every=timedelta(minutes=10)),
    Entry(sales.DEFAULTS, every=timedelta(minutes=10)),
    Entry(valuations.WINDOWS, every=timedelta(minutes=10)),
    Entry(deadlines.RECOUNT, every=timedelta(minutes=1)),
    Entry(deadlines.SUCCESSION, every=timedelta(minutes=10)),
    Entry(handovers.EXPIRY, every=timedelta(minutes=10)),
    Entry(handovers.REMINDERS, every=timedelta(minutes=10)),
    Entry(MISSED, every=timedelta(minutes=2)),
    Entry(custody.COUNTS, every=timedelta(minutes=1)),
    Entry(life.LIVES, every=timedelta(minutes=1)),
)
"""All that happens by itself. Taking the lead looks for everything at once."""

POLL_SECONDS = 0.5
MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LOOKING = ""
"""The key of a failure to find out what is due."""

_ALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "connect_timeout": 10,
}
_LET_GO_WHEN_CUT_OFF = text(
    "SELECT set_config('tcp_keepalives_idle', '5', false),"
    " set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)
_TAKE_LEAD = text("SELECT pg_try_advisory_lock(hashtext('kebien.scheduler'))")
_STILL_THERE = text("SELECT 1")
_FAILED = text(
    """
INSERT INTO job_failure AS f (job_id, key, attempts, last_error, first_failed_at, last_failed_at,
  next_try_at)
VALUES (:job_id, :key, 1, :error, :at, :at, CAST(:at AS timestamptz) + :first_wait)
ON CONFLICT (job_id, key) WHERE resolved_at IS NULL DO UPDATE SET
  attempts = f.attempts + 1, last_error = excluded.last_error,
  last_failed_at = excluded.last_failed_at,
  next_try_at = CASE WHEN f.attempts + 1 < :most
    THEN excluded.last_failed_at + least(:first_wait * power(2, f.attempts), :longest_wait) END
RETURNING attempts"""
)


def timetable_of(settings: Settings) -> tuple[Entry, ...]:
    """The timetable with what rests on this machine: the key that signs heads."""
    head = notary.daily(lambda: signer_at(settings.notary_key_file), settings.heads_to)
    return (*TIMETABLE, Entry(head, every=timedelta(minutes=10)))


def run(settings: Settings, timetable: Sequence[Entry] | None = None) -> None:
    """Do what falls due until told to stop; what has begun is finished first."""
    timetable = timetable_of(settings) if timetable is None else timetable
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stop = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, partial(_told_to_stop, stop))
    database = Database(settings, pool_size=len(timetable) * 2)
    lead, clockwork = Lead(database), Clockwork(database, timetable)
    try:
        while not stop.is_set():
            clockwork.turn(on=lead.held())
            stop.wait(POLL_SECONDS)
    finally:
        clockwork.finish()
        lead.give_up()
        database.close()
        logger.info("stopped")


class Lead:
    """The lock that one process at a time holds, on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._engine = create_engine(
            database.engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={**_ALIVE, "application_name": "kebien-scheduler"},
        )
        self._connection: Connection | None = None
        self._leads = False
        self._away = False

    def held(self) -> bool:
        """Whether this process leads; it takes the lead where nobody has it."""
        try:
            if self._leads:
                self._connected().execute(_STILL_THERE)
            else:
                self._leads = bool(self._connected().scalar(_TAKE_LEAD))
            self._away = False
        except DBAPIError as error:
            if not self._away:
                logger.warning("the database is away: %s", error.orig)
            self.give_up()
            self._away = True
        return self._leads

    def give_up(self) -> None:
        """Let another process lead."""
        self._leads = False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.execute(_LET_GO_WHEN_CUT_OFF)
        return self._connection


class Clockwork:
    """The timers of the timetable, going only while this process leads."""

    def __init__(self, database: Database, timetable: Sequence[Entry]) -> None:
        self._database = database
        self._timetable = timetable
        self._going = False
        self._timers = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(timetable))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._timers.start()

    def turn(self, *, on: bool) -> None:
        """Go or stand still."""
        if on and not self._going:
            self._going = self._begin()
        elif self._going and not on:
            logger.info("no longer leading")
            self._timers.remove_all_jobs()
            self._going = False

    def _begin(self) -> bool:
        """Look for everything at once; connections from before the lead may be dead."""
        self._database.engine.dispose()
        try:
            try_again(self._database, clock.now())
        except DBAPIError:
            return False
        logger.info("leading")
        for entry in self._timetable:
            self._timers.add_job(
                look,
                IntervalTrigger(seconds=entry.every.total_seconds()),
                args=(self._database, entry.job),
                id=entry.job.id,
                next_run_time=clock.now(),
            )
        return True

    def finish(self) -> None:
        """Stop the timers and wait for what is being done."""
        self._timers.shutdown(wait=True)


def look(database: Database, job: Job) -> None:
    """Do what is due of a job now, each thing for itself."""
    at = clock.now()
    try:
        with database.transaction(SYSTEM, read_only=True) as session:
            failures = _open_failures(session, job)
            due = job.due(session, at)
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a row and a log line
        _failed(database, job, LOOKING, error, at)
        return
    held_back = {key for key, next_try_at in failures.items() if not _now(next_try_at, at)}
    undone = {key for key in due if key in held_back or not _done(database, job, key)}
    if settled := failures.keys() - undone:
        _settle(database, job, settled)


def try_again(database: Database, at: datetime) -> None:
    """Who starts a scheduler wants everything tried that was given up."""
    again = update(JobFailure).where(JobFailure.resolved_at.is_(None)).values(next_try_at=at)
    with database.transaction(SYSTEM) as session:
        session.execute(again)


def _done(database: Database, job: Job, key: str) -> bool:
    at = clock.now()
    try:
        job.act(partial(database.transaction, SYSTEM), key, at)
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a row and a log line
        _failed(database, job, key, error, at)
        return False
    logger.info("%s %s done", job.id, key)
    return True


def _failed(database: Database, job: Job, key: str, error: Exception, at: datetime) -> None:
    logger.error("%s %s failed", job.id, key, exc_info=error)
    values = {
        "job_id": job.id,
        "key": key,
        "error": f"{type(error).__name__}: {error}"[:2000],
        "at": at,
        "most": MOST_ATTEMPTS,
        "first_wait": FIRST_WAIT,
        "longest_wait": LONGEST_WAIT,
    }
    try:
        with database.transaction(SYSTEM) as session:
            session.execute(_FAILED, values)
    except DBAPIError:
        logger.exception("%s %s: the failure could not be kept", job.id, key)


def _open_failures(session: Session, job: Job) -> dict[str, datetime | None]:
    failed = select(JobFailure.key, JobFailure.next_try_at).where(
        JobFailure.job_id == job.id, JobFailure.resolved_at.is_(None)
    )
    return {row.key: row.next_try_at for row in session.execute(failed)}


def _settle(database: Database, job: Job, keys: set[str]) -> None:
    """What was done after all, or is no longer due, leaves the list of failures."""
    settled = update(JobFailure).where(
        JobFailure.job_id == job.id, JobFailure.key.in_(keys), JobFailure.resolved_at.is_(None)
    )
    with database.transaction(SYSTEM) as session:
        session.execute(settled.values(resolved_at=clock.now()))


def _now(next_try_at: datetime | None, at: datetime) -> bool:
    return next_try_at is not None and next_try_at <= at


def _told_to_stop(stop: threading.Event, _signal: int, _frame: FrameType | None) -> None:
    stop.set()
