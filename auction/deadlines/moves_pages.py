"""The page that shows which open dates would move, and orders the move."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.deadlines import recounting, single_moves
from auction.deadlines.rules import is_time_limit
from auction.deadlines.schemas import DateMove, DaysOffChange, NewRecount, Preview
from auction.legal_rules.calendars import enter_calendar
from auction.legal_rules.drafts import get_draft, rule_of_draft
from auction.legal_rules.queries import calendar_in_use
from auction.legal_rules.schemas import DraftOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.desk import Panel, Part
from inventory.base.errors import DomainError, Invalid
from inventory.base.listing import Page
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

LONGEST_ID = 18
"""Digits of a number that fits a row id."""


class MovesPages(Controller):
    """Open dates after a change of the days off or of a rule."""

    path = "/deadlines/moves"
    include_in_schema = False

    @get("/", permission="rules.read", sync_to_thread=False)
    def show(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
    ) -> Template:
        """What would move by the rules and days off in use, or by a list somebody proposes."""
        typed = {name: str(text) for name, text in request.query_params.items()}
        if not typed.get("source"):
            return _page(session, actor, {})
        try:
            proposal = recounting.preview_days(session, actor, _change(typed))
        except DomainError as error:
            return _page(session, actor, typed, error=error)
        return _page(session, actor, typed, proposal=proposal)

    @get("/dates", permission="rules.read", sync_to_thread=False)
    def show_dates(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Every single date in sight that would move: by what is in use, a list, or a draft."""
        typed = {name: str(text) for name, text in request.query_params.items()}
        cursor = typed.pop("cursor", "")
        wanted = _wanted(session, typed)
        found = single_moves.list_date_moves(session, actor, wanted, cursor=cursor)
        return _dates(found, "/deadlines/moves/dates", typed, cursor)

    @get("/orders/{order_id:int}", permission="rules.read", sync_to_thread=False)
    def show_moved(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        order_id: FromPath[RowId],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Every single date in sight that an order moved."""
        found = single_moves.list_moved(session, actor, order_id, cursor=cursor)
        return _dates(found, f"/deadlines/moves/orders/{order_id}", {}, cursor or "", done=True)

    @post("/calendars", permission="deadlines.recount", sync_to_thread=False)
    def enter(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Enter a changed list of days off."""
        try:
            enter_calendar(session, actor, _change(data).change(), at=at)
        except DomainError as error:
            return _page(session, actor, data, error=error)
        text = _("The list was entered. Open dates stay where they are until you move them.")
        return onward(request, "/deadlines/moves", text)

    @post("/", permission="deadlines.recount", sync_to_thread=False)
    def order(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Order the move."""
        try:
            why = decode_form(NewRecount, data).why
            recounting.order_recount(session, actor, why, at=at)
        except DomainError as error:
            return _page(session, actor, data, error=error)
        return onward(request, "/deadlines/moves", _("The dates are being moved."))


def draft_parts(session: Session, actor: Actor, draft: DraftOut, _at: datetime) -> list[Part]:
    """Which open dates a draft would move, on its page, while nobody decided on it."""
    rule = rule_of_draft(draft)
    if draft.act is not None or not is_time_limit(rule):
        return []
    data = {"found": recounting.preview_draft(session, actor, rule), "draft": draft.id}
    return [Panel(_("Open dates it would move"), "deadlines/_moves.html", data)]


def _wanted(session: Session, typed: Form) -> single_moves.Wanted:
    if typed.get("source"):
        return single_moves.Wanted(change=_change(typed))
    draft = typed.get("draft", "")
    if draft.isdecimal() and len(draft) <= LONGEST_ID:
        return single_moves.Wanted(draft=rule_of_draft(get_draft(session, int(draft))))
    return single_moves.IN_USE


def _dates(
    found: Page[DateMove], path: str, query: Form, cursor: str, *, done: bool = False
) -> Template:
    context = {"found": found, "path": path, "query": query, "cursor": cursor, "done": done}
    return Template("deadlines/dates.html", context=context)


def _change(typed: Form) -> DaysOffChange:
    """A list as it is typed: a line a day, ``2027-01-04 name``, ``2027-01-04 = 2027-01-09``."""
    said: dict[str, Any] = {"source": typed.get("source", "")}
    faults: dict[str, Any] = {}
    for name in ("off", "exchanged", "back"):
        try:
            said[name] = _READ[name](typed.get(name, ""))
        except ValueError:
            faults[name] = (_("Write a day a line, such as 2027-01-04."), {})
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return decode_form(DaysOffChange, {name: value for name, value in said.items() if value})


def _named(text: str) -> list[dict[str, Any]]:
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [{"on": date.fromisoformat(day), "name": name} for day, name in lines]


def _exchanged(text: str) -> dict[date, date]:
    lines = [line.split("=") for line in text.splitlines() if line.strip()]
    return {
        date.fromisoformat(day.strip()): date.fromisoformat(worked.strip()) for day, worked in lines
    }


def _days(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(line.strip()) for line in text.splitlines() if line.strip())


_READ = {"off": _named, "exchanged": _exchanged, "back": _days}


def _page(
    session: Session,
    actor: Actor,
    typed: Form,
    *,
    proposal: Preview | None = None,
    error: DomainError | None = None,
) -> Template:
    last = recounting.find_last(session)
    return Template(
        "deadlines/moves.html",
        context={
            "waiting": recounting.preview(session, actor),
            "proposal": proposal,
            "calendar": calendar_in_use(session),
            "last": recounting.told(last) if last else None,
            "may_order": actor.may("deadlines.recount"),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
