"""The durable queue: a paper issued is a paper printed, whatever dies in between."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select, text

from inventory.base.actor import SYSTEM
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewPaper
from reports.documents.models import PrintedPaper
from reports.documents.queries import check_files
from service import wiring  # noqa: F401 - the program put together: who prints what is issued
from service.database import Database
from service.queue import LATE, MISSED
from service.settings import Settings, child_environment
from service.worker import work_through
from tests.apart import database_apart
from tests.make.organisation import People, make_people
from tests.reports.warehouse_papers import data_of

JOBS = text("SELECT (args ->> 'paper_id')::bigint, status::text FROM procrastinate_jobs")


@pytest.fixture
def settings_apart(database: Database) -> Iterator[Settings]:
    with database_apart(database) as settings:
        yield settings


@pytest.fixture
def apart(settings_apart: Settings) -> Iterator[Database]:
    """A database in which every transaction commits."""
    with closing(Database(settings_apart, pool_size=3)) as database:
        yield database


@pytest.fixture
def people_apart(apart: Database, at: datetime) -> People:
    with apart.transaction(SYSTEM) as session:
        return make_people(session, at)


Issue = Callable[[], int]


@pytest.fixture
def issue_one(apart: Database, people_apart: People, at: datetime) -> Issue:
    new = NewPaper(
        kind=PaperKind.STOCK_CARD,
        title="Thẻ kho",
        subject_kind="asset",
        subject_ref="TS-0000001-2",
        data=data_of(PaperKind.STOCK_CARD),
    )

    def act() -> int:
        with apart.transaction(people_apart.keeper) as session:
            return issue(session, people_apart.keeper, new, at=at).id

    return act


def jobs(apart: Database) -> list[tuple[int, str]]:
    with apart.transaction(SYSTEM, read_only=True) as session:
        return [(row[0], row[1]) for row in session.execute(JOBS)]


def printed(apart: Database) -> list[int]:
    with apart.transaction(SYSTEM, read_only=True) as session:
        return list(session.scalars(select(PrintedPaper.paper_id).order_by(PrintedPaper.paper_id)))


def missed(apart: Database, at: datetime) -> list[str]:
    with apart.transaction(SYSTEM, read_only=True) as session:
        return list(MISSED.due(session, at))


def test_what_is_rolled_back_is_not_printed(
    apart: Database, people_apart: People, issue_one: Issue, at: datetime
):
    new = NewPaper(
        kind=PaperKind.STOCK_CARD,
        title="Thẻ kho",
        subject_kind="asset",
        subject_ref="TS-0000001-2",
        data=data_of(PaperKind.STOCK_CARD),
    )
    with apart.transaction(people_apart.keeper) as session:
        issue(session, people_apart.keeper, new, at=at)
        session.rollback()
    assert jobs(apart) == []
    wanted = issue_one()
    assert jobs(apart) == [(wanted, "todo")]


def test_the_worker_prints_what_was_issued(
    apart: Database, settings_apart: Settings, issue_one: Issue
):
    papers = [issue_one(), issue_one()]
    work_through(settings_apart, apart)
    assert printed(apart) == papers
    with apart.transaction(SYSTEM, read_only=True) as session:
        checked = check_files(session, settings_apart.file_store())
    assert (checked.checked, checked.fault) == (2, None)


def test_a_job_that_comes_twice_prints_once(
    apart: Database, settings_apart: Settings, issue_one: Issue, at: datetime
):
    paper = issue_one()
    MISSED.act(partial(apart.transaction, SYSTEM), str(paper), at)
    work_through(settings_apart, apart)
    assert printed(apart) == [paper]
    assert {status for _paper, status in jobs(apart)} == {"succeeded"}


def test_a_paper_whose_job_is_lost_is_asked_for_again(
    apart: Database, settings_apart: Settings, issue_one: Issue, at: datetime
):
    paper = issue_one()
    assert missed(apart, at + 2 * LATE) == [], "its job waits"
    with apart.transaction(SYSTEM) as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert missed(apart, at + LATE / 2) == [], "not late yet"
    assert missed(apart, at + 2 * LATE) == [str(paper)]
    MISSED.act(partial(apart.transaction, SYSTEM), str(paper), at)
    assert missed(apart, at + 2 * LATE) == []
    work_through(settings_apart, apart)
    assert printed(apart) == [paper]


def test_a_job_of_a_dead_worker_is_asked_for_again(apart: Database, issue_one: Issue, at: datetime):
    paper = issue_one()
    with apart.transaction(SYSTEM) as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL"))
    assert missed(apart, at + 2 * LATE) == [str(paper)]
    MISSED.act(partial(apart.transaction, SYSTEM), str(paper), at)
    assert jobs(apart) == [(paper, "todo")]


def test_the_process_prints_right_after_the_commit_and_stops_when_told(
    apart: Database, settings_apart: Settings, issue_one: Issue
):
    worker = subprocess.Popen(
        [sys.executable, "-m", "service", "worker"], env=child_environment(settings_apart)
    )
    try:
        papers = [issue_one(), issue_one()]
        deadline = time.monotonic() + 60
        while printed(apart) != papers and time.monotonic() < deadline:
            time.sleep(0.2)
        assert printed(apart) == papers
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
    with apart.transaction(SYSTEM, read_only=True) as session:
        left = session.scalar(text("SELECT count(*) FROM procrastinate_workers"))
        done = session.scalar(select(func.count()).select_from(PrintedPaper))
    assert (left, done) == (0, 2)
