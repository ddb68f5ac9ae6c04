"""The page of what is due, and what it says on the desk."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.deadlines import commands, queries
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.messages import _
from inventory.base.said import RowId

AnyRequest = Request[Any, Any, Any]

ON_DESK = 5


class DeadlinesPages(Controller):
    """Due dates of the offices in the reader's sight."""

    include_in_schema = False

    @get("/deadlines", permission="deadlines.read", sync_to_thread=False)
    def show(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """Everything due, the most urgent first."""
        cursor = request.query_params.get("cursor", "")
        today = local_day(at)
        return Template(
            "deadlines/deadlines.html",
            context={
                "page_of": queries.list_open_deadlines(session, actor, cursor=cursor),
                "cursor": cursor,
                "today": today,
                "may_meet": actor.may("deadlines.meet"),
            },
        )

    @get("/deadlines/{deadline_id:int}", permission="deadlines.read", sync_to_thread=False)
    def show_one(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
    ) -> Template:
        """How one due date came about, day by day."""
        today = local_day(at)
        return Template(
            "deadlines/deadline.html",
            context={
                "deadline": queries.get_deadline(session, actor, deadline_id),
                "today": today,
                "may_extend": actor.may("deadlines.extend"),
                "may_meet": actor.may("deadlines.meet"),
            },
        )

    @post(
        "/deadlines/{deadline_id:int}/completion", permission="deadlines.meet", sync_to_thread=False
    )
    def meet(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
    ) -> Response[Any]:
        """Record that what was due is done today."""
        commands.meet_deadline(session, actor, deadline_id, at=at)
        return onward(request, "/deadlines", _("Recorded as done."))


def on_desk(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What is overdue and what comes next, for those who work with due dates."""
    if not actor.may("deadlines.read"):
        return []
    today = local_day(at)
    overdue = queries.count_overdue(session, actor, today)
    coming = queries.list_open_deadlines(session, actor, size=ON_DESK).items
    card = Card(_("Overdue"), overdue, "/deadlines", tone="bad" if overdue else "good")
    if not coming:
        return [card]
    data = {"rows": coming, "today": today}
    return [card, Panel(_("Due next"), "deadlines/_due.html", data, "/deadlines")]
