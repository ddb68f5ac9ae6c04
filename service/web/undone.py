"""What fell due and could not be done: the list that the scheduler keeps, for who runs the program.

The key of a due thing may belong to a case, and so may the words of a failure: shown are the kind
of job, how often and when, and the kind of failure. The rest is in the log.
"""

from datetime import datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.desk import Card, Part
from inventory.base.messages import _
from inventory.base.models import JobFailure

PATH = "/undone"
MOST = 200
"""So many are shown; who has more has one cause to find."""


class Undone(msgspec.Struct, frozen=True):
    """A due thing that is not done yet."""

    id: int
    job: str
    failure: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    next_try_at: datetime | None


@get(PATH, permission="jobs.read", include_in_schema=False, sync_to_thread=False)
def undone_page(session: NamedDependency[Session]) -> Template:
    """Due things that failed and are not done, the oldest first."""
    return Template("shell/undone.html", context={"rows": list_undone(session)})


def list_undone(session: Session) -> list[Undone]:
    """Due things that failed and are not done, the oldest first."""
    statement = (
        select(
            JobFailure.id,
            JobFailure.job_id,
            func.split_part(JobFailure.last_error, ":", 1),
            JobFailure.attempts,
            JobFailure.first_failed_at,
            JobFailure.last_failed_at,
            JobFailure.next_try_at,
        )
        .where(JobFailure.resolved_at.is_(None))
        .order_by(JobFailure.id)
        .limit(MOST)
    )
    return [Undone(*row) for row in session.execute(statement)]


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """How many due things failed, for who may look them up."""
    if not actor.may("jobs.read"):
        return []
    waiting = select(func.count()).where(JobFailure.resolved_at.is_(None))
    count = session.execute(waiting).scalar_one()
    hint = _("The scheduler tries again by itself.")
    return [Card(_("Jobs that failed"), count, PATH, hint, "bad" if count else "good")]
