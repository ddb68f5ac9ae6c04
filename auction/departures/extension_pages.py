"""Giving more time for a limit: the page that says who may and why, and the same over REST."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.deadlines.schemas import DeadlineOut, NewLimitExtension
from auction.departures.extending import extend_limit, ways_of
from auction.legal_rules.words import cite
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class ExtensionPages(Controller):
    """More time for a due date."""

    path = "/deadlines/{deadline_id:int}/extension"
    include_in_schema = False

    @get("/", permission="deadlines.read", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
    ) -> Template:
        """Who may give more time, on which ground and article, and the form for it."""
        return _form(session, actor, deadline_id, at=at)

    @post("/", permission="deadlines.extend", sync_to_thread=False)
    def extend(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        deadline_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give it."""
        try:
            new = decode_form(NewLimitExtension, data)
            extend_limit(session, actor, deadline_id, new, at=at)
        except DomainError as error:
            return _form(session, actor, deadline_id, at=at, typed=data, error=error)
        return onward(request, f"/deadlines/{deadline_id}", _("The time was extended."))


class ExtensionApi(Controller):
    """More time for a due date."""

    path = "/api/v1/deadlines/{deadline_id:int}/more-time"
    tags = ("Deadlines",)

    @post("/", permission="deadlines.extend", sync_to_thread=False)
    def extend(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        deadline_id: FromPath[RowId],
        data: JSONBody[NewLimitExtension],
    ) -> DeadlineOut:
        """Give more time on a departure that a second person approved; it is used up by it."""
        return extend_limit(session, actor, deadline_id, data, at=at)


def _form(
    session: Session,
    actor: Actor,
    deadline_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "departures/extension.html",
        context={
            "giving": ways_of(session, actor, deadline_id, at=at),
            "may_extend": actor.may("deadlines.extend"),
            "may_ask": actor.may("departures.ask"),
            "today": local_day(at),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )
