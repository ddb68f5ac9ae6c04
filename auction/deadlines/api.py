"""Deadlines over REST."""

from datetime import date, datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.deadlines import commands, queries
from auction.deadlines.schemas import DeadlineMet, DeadlineOut, DeadlineRow
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class DeadlinesApi(Controller):
    """What is due, by which article, and whether it was done."""

    path = "/api/v1/deadlines"
    tags = ("Deadlines",)

    @get("/", permission="deadlines.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        until: FromQuery[date | None] = None,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DeadlineRow]:
        """Deadlines not met yet, the most urgent first."""
        return queries.list_open_deadlines(session, actor, until=until, cursor=cursor, size=size)

    @get("/{deadline_id:int}", permission="deadlines.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        deadline_id: FromPath[RowId],
    ) -> DeadlineOut:
        """One deadline, with the days off that moved it."""
        return queries.get_deadline(session, actor, deadline_id)

    @post("/{deadline_id:int}/completion", permission="deadlines.meet", sync_to_thread=False)
    def meet(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
        data: JSONBody[DeadlineMet],
    ) -> DeadlineOut:
        """Record that what was due was done; without a day, today."""
        return commands.meet_deadline(session, actor, deadline_id, data.met_on, at=at)
