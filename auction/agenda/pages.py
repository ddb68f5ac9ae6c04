"""The calendar in a browser, and the feed under its secret address."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.agenda import commands, queries
from auction.agenda.feed import MEDIA_TYPE, calendar_of
from auction.agenda.rules import AHEAD, BACK, View, span_of
from auction.agenda.schemas import NewFeed
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.web import decode_form

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class AgendaPages(Controller):
    """Auctions and due dates by day."""

    path = "/agenda"
    include_in_schema = False

    @get("/", permission="deadlines.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        view: FromQuery[View] = View.WEEK,
        on: FromQuery[date | None] = None,
        mine: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """A day, a week or a month."""
        today = local_day(at)
        span = span_of(view, on or today)
        return Template(
            "agenda/agenda.html",
            context={
                "view": view,
                "views": list(View),
                "on": on or today,
                "today": today,
                "span": span,
                "mine": mine,
                "cursor": cursor or "",
                "events": queries.list_events(
                    session, actor, span.since, span.until, mine=mine, cursor=cursor
                ),
                "counts": queries.count_days(session, actor, span.since, span.until, mine=mine)
                if view is View.MONTH
                else {},
                "feed": queries.feed_of(session, actor),
            },
        )

    @post("/feed", permission="deadlines.read", sync_to_thread=False)
    def make_feed(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        request: AnyRequest,
        data: URLEncodedBody[Form],
    ) -> Template:
        """Make an address; it is shown this once."""
        made = commands.make_feed(session, actor, decode_form(NewFeed, data), at=at)
        address = str(request.base_url).rstrip("/") + made.path
        return Template("agenda/feed.html", context={"address": address})

    @post("/feed/revocation", permission="deadlines.read", sync_to_thread=False)
    def revoke_feed(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        request: AnyRequest,
    ) -> Response[Any]:
        """Revoke the address."""
        commands.revoke_feed(session, actor, at=at)
        return onward(request, "/agenda", _("The address was revoked."))

    @get("/feed/{name:str}", public=True, transaction=True, sync_to_thread=False)
    def feed(
        self,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
        name: FromPath[str],
    ) -> Response[bytes]:
        """The calendar as calendars read it: whoever has the secret address, without logging in."""
        secret = name.removesuffix(".ics")
        actor, feed = queries.owner_of(session, secret, at=at)
        today = local_day(at)
        events = queries.list_events(
            session, actor, today - BACK, today + AHEAD, mine=feed.mine, size=queries.MOST
        )
        headers = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}
        content = calendar_of(events.items, actor, at=at)
        return Response(content, media_type=MEDIA_TYPE, headers=headers)
