"""Alarms over REST."""

from datetime import datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.backlog import queries
from inventory.backlog.rules import Alarm
from inventory.backlog.schemas import AlarmCount, AlarmRow, Compared
from inventory.base.actor import Actor
from inventory.base.listing import Page


class BacklogApi(Controller):
    """What is old, late, full or missing."""

    path = "/api/v1/backlog"
    tags = ("Backlog",)

    @get("/", permission="backlog.read", sync_to_thread=False)
    def counts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> list[AlarmCount]:
        """How much there is of every kind that has any."""
        return queries.count_alarms(session, actor, at=at)

    @get("/book", permission="backlog.read", sync_to_thread=False)
    def book(
        self, session: NamedDependency[Session], actor: NamedDependency[Actor]
    ) -> list[Compared]:
        """The last comparisons of the bound paper book."""
        return queries.list_comparisons(session, actor)

    @get("/alarms/{alarm:str}", permission="backlog.read", sync_to_thread=False)
    def rows(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        alarm: FromPath[Alarm],
        cursor: FromQuery[str | None] = None,
    ) -> Page[AlarmRow]:
        """The things of a kind, the oldest first."""
        return queries.list_alarms(session, actor, alarm, at=at, cursor=cursor)
