"""From the record to what is drawn."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.references import reference
from inventory.labels.queries import get_drawable_run, mark_of_installation, select_labels
from inventory.labels.rules import check_start, format_of
from inventory.labels.schemas import Chosen, PrintedLabel
from inventory.organisation.models import Office
from reports.labels.schemas import Job


def job_of_run(session: Session, actor: Actor, run_id: int, *, at: datetime) -> Job:
    """The labels of a print.

    Raises NotFound, NoLongerDrawn.
    """
    run = get_drawable_run(session, actor, run_id, at=at)
    return Job(
        format=format_of(run.format),
        start=run.start,
        items=run.items,
        address=run.address,
        mark=mark_of_installation(session),
        office=run.office_code,
    )


def job_of_choice(
    session: Session, actor: Actor, chosen: Chosen, code: str, start: int, *, address: str
) -> Job:
    """The labels of a choice, as they would be printed now.

    Raises what choosing raises, and Invalid for a size or a start there is not.
    """
    fmt = format_of(code)
    check_start(fmt, start)
    wanted = select_labels(session, actor, chosen).items[: fmt.each]
    return Job(
        format=fmt,
        start=start,
        items=[PrintedLabel(w.reference, w.printed + 1, w.place_code) for w in wanted],
        address=address,
        mark=mark_of_installation(session),
        office=_office_code(session, actor),
    )


def measuring_job(session: Session, actor: Actor, code: str, *, address: str) -> Job:
    """A page of edges with one label of nothing in its first place.

    Raises Invalid.
    """
    return Job(
        format=format_of(code),
        start=1,
        items=[PrintedLabel(reference("TS", 0), 1)],
        address=address,
        mark=mark_of_installation(session),
        office=_office_code(session, actor),
        frames=True,
    )


def _office_code(session: Session, actor: Actor) -> str:
    return session.scalar(select(Office.code).where(Office.id == actor.office_id)) or ""
