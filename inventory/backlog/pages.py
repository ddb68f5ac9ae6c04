"""What there is to look at, and the bound paper book, in a browser."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.backlog import commands, queries
from inventory.backlog.rules import BOOK, URGENT, Alarm, Lack, month_before
from inventory.backlog.schemas import NewBookNumber, NewComparison
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class BacklogPages(Controller):
    """Backlog and alarms."""

    include_in_schema = False

    @get("/backlog", permission="backlog.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        kind: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Counts of every kind, and one kind as a list."""
        counts = queries.count_alarms(session, actor, at=at)
        first = counts[0].alarm if counts else None
        chosen = Alarm(kind) if kind in set(Alarm) else first
        rows = queries.list_alarms(session, actor, chosen, at=at, cursor=cursor) if chosen else None
        return Template(
            "backlog/backlog.html",
            context={
                "counts": counts,
                "chosen": chosen,
                "rows": rows,
                "urgent": URGENT,
                "lacks": {one.value: one for one in Lack} if chosen is Alarm.KEPT_OTHERWISE else {},
                "most": queries.MOST,
                "cursor": cursor or "",
            },
        )

    @get("/backlog/book", permission="backlog.read", sync_to_thread=False)
    def book(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The bound paper book beside the program."""
        return _book(session, actor, at=at)

    @post("/backlog/book/numbers", permission="book.keep", sync_to_thread=False)
    def note(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note what a number of the book stands for."""
        try:
            commands.note_number(session, actor, decode_form(NewBookNumber, data), at=at)
        except DomainError as error:
            return _book(session, actor, at=at, form="number", typed=data, error=error)
        return onward(request, "/backlog/book", _("The number was noted."))

    @post("/backlog/book/comparisons", permission="book.keep", sync_to_thread=False)
    def compare(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Compare the book for a month."""
        try:
            commands.compare_book(session, actor, decode_form(NewComparison, data), at=at)
        except DomainError as error:
            return _book(session, actor, at=at, form="comparison", typed=data, error=error)
        return onward(request, "/backlog/book", _("The book was compared."))


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """How much there is to look at, on the keeper's and the head's desk."""
    if not actor.may("backlog.read") or not actor.roles & {"keeper", "head"}:
        return []
    counts = queries.count_alarms(session, actor, at=at)
    total = sum(one.count for one in counts)
    urgent = any(one.alarm in URGENT for one in counts)
    tone = "bad" if urgent else "warn" if total else "good"
    parts: list[Part] = [Card(_("To look at"), total, "/backlog", _("old, late or missing"), tone)]
    if counts:
        data = {"counts": counts, "urgent": URGENT}
        parts.append(Panel(_("To look at"), "backlog/_counts.html", data, "/backlog"))
    return parts


def _book(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    form: str = "",
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    first = {"book": BOOK, "month_on": month_before(local_day(at)).isoformat()}
    return Template(
        "backlog/book.html",
        context={
            "comparisons": queries.list_comparisons(session, actor),
            "may_keep": actor.may("book.keep"),
            "form_name": form,
            "typed": typed or first,
            "first": first,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
