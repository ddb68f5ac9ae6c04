"""The calendar over REST."""

from datetime import date, datetime, timedelta

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.agenda import commands, queries
from auction.agenda.schemas import EventRow, FeedMade, NewFeed
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import Page

WEEK = timedelta(days=7)


class AgendaApi(Controller):
    """Auctions and due dates by day."""

    path = "/api/v1/agenda"
    tags = ("Agenda",)

    @get("/", permission="deadlines.read", sync_to_thread=False)
    def events(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        since: FromQuery[date | None] = None,
        until: FromQuery[date | None] = None,
        mine: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
    ) -> Page[EventRow]:
        """What stands on some days; without days, on those of a week from today."""
        first = since or local_day(at)
        last = until or first + WEEK
        return queries.list_events(session, actor, first, last, mine=mine, cursor=cursor)

    @post("/feed", permission="deadlines.read", sync_to_thread=False)
    def make_feed(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewFeed],
    ) -> Response[FeedMade]:
        """Make a secret address for one's calendar; the one before it is revoked."""
        made = commands.make_feed(session, actor, data, at=at)
        return Response(made, status_code=201, headers={"Location": made.path})

    @delete("/feed", permission="deadlines.read", sync_to_thread=False)
    def revoke_feed(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> None:
        """Revoke the secret address."""
        commands.revoke_feed(session, actor, at=at)
