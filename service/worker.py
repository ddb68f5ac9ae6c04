"""A process that does what the queue asks for: papers, one child process each."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType

import psycopg
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from inventory.base import clock
from inventory.base.actor import SYSTEM
from inventory.base.storage import BlobStore
from reports.documents.commands import print_paper
from reports.documents.layouts import lay_out_by
from reports.forms.layouts import LAYOUTS
from service.database import APP_ROLE, Database, address_of
from service.queue import PAPERS, PRINT_PAPER
from service.settings import Settings

logger = logging.getLogger("kebien.worker")

AGAIN_SECONDS = 2.0
PATIENCE_SECONDS = 20
DATABASE_SECONDS = 5.0
"""How long a connection is waited for; without a database there is nothing to finish."""
ENDING = (signal.SIGINT, signal.SIGTERM)
RETRY = RetryStrategy(max_attempts=6, exponential_wait=3)
"""After 3, 9, 27 … seconds; then the scheduler asks again every few minutes."""


def run(settings: Settings, *, at_once: int) -> None:
    """Work until told to stop; what has begun is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    lay_out_by(LAYOUTS)
    told = threading.Event()
    for wanted in ENDING:
        signal.signal(wanted, partial(_tell, told))
    database = Database(settings, pool_size=at_once)
    try:
        while not told.is_set():
            _work(settings, database, at_once, told)
            told.wait(AGAIN_SECONDS)
    finally:
        database.close()
        logger.info("stopped")


def work_through(settings: Settings, database: Database) -> None:
    """Do all that is asked for now, then return."""
    lay_out_by(LAYOUTS)
    _app(settings, database).run_worker(wait=False, install_signal_handlers=False)


def _work(settings: Settings, database: Database, at_once: int, told: threading.Event) -> None:
    """Work until told to stop, or until the database goes away."""
    logger.info("waiting for work")
    try:
        asyncio.run(_until_told(_app(settings, database), at_once, told))
    except asyncio.CancelledError:
        told.set()
    except (ConnectorException, psycopg.Error) as error:
        logger.warning("the database is away: %s", error.__cause__ or error)
        database.engine.dispose()


async def _until_told(app: App, at_once: int, told: threading.Event) -> None:
    """Take work from the queue; a signal ends that, also while the database does not answer."""
    mine = asyncio.current_task()
    if mine is None or told.is_set():
        return
    for wanted in ENDING:
        asyncio.get_running_loop().add_signal_handler(wanted, _end, told, mine.cancel)
    async with app.open_async():
        await app.run_worker_async(
            concurrency=at_once,
            delete_jobs="successful",
            shutdown_graceful_timeout=PATIENCE_SECONDS,
            install_signal_handlers=False,
        )


def _tell(told: threading.Event, _number: int, _frame: FrameType | None) -> None:
    told.set()


def _end(told: threading.Event, cancel: Callable[[], bool]) -> None:
    """What was begun has its time to finish; what hangs, the next worker does again."""
    if not told.is_set():
        told.set()
        cancel()
        asyncio.get_running_loop().call_later(PATIENCE_SECONDS + DATABASE_SECONDS, os._exit, 1)


def _app(settings: Settings, database: Database) -> App:
    url, options = address_of(settings, APP_ROLE)
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(
        conninfo=conninfo,
        kwargs={**options, "application_name": "kebien-worker"},
        timeout=DATABASE_SECONDS,
        max_size=4,
    )
    app = App(connector=connector)
    files = settings.file_store()

    @app.task(name=PRINT_PAPER, queue=PAPERS, retry=RETRY)
    def print_one(paper_id: int) -> None:
        _print(database, files, paper_id)

    return app


def _print(database: Database, files: BlobStore, paper_id: int) -> None:
    with database.transaction(SYSTEM) as session:
        printed = print_paper(session, paper_id, files, at=clock.now(), patient=True)
        logger.info("paper %s printed, %s bytes", paper_id, printed.size)
