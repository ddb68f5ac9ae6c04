"""The durable queue: long work is asked for in the transaction that wants it, so it is wanted
exactly when that is committed; workers (service.worker) do it, on any number of machines.

The jobs are rows of the same database (procrastinate). A paper without a file is the truth, its
job only the fastest way to it: what a dead worker or a full disk left undone is asked for again.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.jobs import Job, Transactions
from inventory.papers.rules import PaperIssued

PAPERS = "papers"
"""The queue of papers to be printed."""
PRINT_PAPER = "print_paper"
LATE = timedelta(minutes=5)

_FORGET = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = :task AND args ->> 'paper_id' = :paper"
    " AND (status IN ('failed', 'succeeded', 'aborted') OR status = 'doing' AND worker_id IS NULL)"
)
_MISSED = text(
    "SELECT p.id FROM paper p WHERE p.issued_at < :before"
    " AND NOT EXISTS (SELECT FROM printed_paper d WHERE d.paper_id = p.id)"
    " AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.task_name = :task"
    "  AND j.args ->> 'paper_id' = p.id::text"
    "  AND (j.status = 'todo' OR j.status = 'doing' AND j.worker_id IS NOT NULL))"
    " ORDER BY p.id LIMIT 200"
)


def enqueue(session: Session, queue: str, task: str, **arguments: Any) -> None:
    """Ask for some work, done once the present transaction is committed."""
    driver = session.connection().connection.driver_connection
    _asking().configure_task(task, queue=queue, connection=driver).defer(**arguments)


def print_soon(session: Session, event: PaperIssued) -> None:
    """A paper that was issued is printed right after the act is committed."""
    enqueue(session, PAPERS, PRINT_PAPER, paper_id=event.paper_id)


def _missed(session: Session, at: datetime) -> list[str]:
    found = session.execute(_MISSED, {"before": at - LATE, "task": PRINT_PAPER})
    return [str(paper_id) for paper_id in found.scalars()]


def _ask_again(transactions: Transactions, key: str, _at: datetime) -> None:
    with transactions() as session:
        session.execute(_FORGET, {"task": PRINT_PAPER, "paper": key})
        enqueue(session, PAPERS, PRINT_PAPER, paper_id=int(key))


MISSED = Job("documents.missed", due=_missed, act=_ask_again)
"""Papers that should have been printed and that nobody is going to print."""


@cache
def _asking() -> App:
    """Asks for work over the connection of whoever asks; has none of its own."""
    return App(connector=SyncPsycopgConnector())
