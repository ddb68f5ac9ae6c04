"""Hand-overs of portfolios in a browser."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.portfolios import commands, queries
from auction.portfolios.rules import Group, State
from auction.portfolios.schemas import NewCancel, NewGiving, NewPortfolio, NewTaking, PortfolioOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class PortfolioPages(Controller):
    """An officer's portfolio goes to another."""

    path = "/portfolios"
    include_in_schema = False

    @get("/", permission="portfolios.sign", sync_to_thread=False)
    def show_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """All hand-overs in sight."""
        found = queries.list_handovers(session, actor, cursor=cursor)
        return Template(
            "portfolios/list.html",
            context={
                "found": found,
                "cursor": cursor or "",
                "may_draw": actor.may("portfolios.draw_up"),
            },
        )

    @get("/new", permission="portfolios.draw_up", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form: whose portfolio, to whom, why."""
        return _form(session, actor, at=at, typed={})

    @post("/new", permission="portfolios.draw_up", sync_to_thread=False)
    def draw_up(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """List what the officer is in charge of."""
        try:
            named = commands.draw_up(session, actor, decode_form(NewPortfolio, data), at=at)
        except DomainError as error:
            return _form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/portfolios/{named}", _("The portfolio was listed."))

    @get("/{reference:str}", permission="portfolios.sign", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """One hand-over with its things."""
        return _page(session, actor, reference, cursor=cursor)

    @post("/{reference:str}/giving", permission="portfolios.sign", sync_to_thread=False)
    def give(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Sign as the giver, or in his place."""
        try:
            commands.give(session, actor, reference, decode_form(NewGiving, data), at=at)
        except DomainError as error:
            return _page(session, actor, reference, typed=data, error=error)
        return onward(request, f"/portfolios/{reference}", _("Signed."))

    @post("/{reference:str}/taking", permission="portfolios.sign", sync_to_thread=False)
    def take_over(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Sign as the receiver."""
        try:
            commands.take_over(session, actor, reference, decode_form(NewTaking, data), at=at)
        except DomainError as error:
            return _page(session, actor, reference, typed=data, error=error)
        return onward(request, f"/portfolios/{reference}", _("Signed."))

    @post("/{reference:str}/cancellation", permission="portfolios.draw_up", sync_to_thread=False)
    def cancel(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give it up."""
        try:
            commands.cancel(session, actor, reference, decode_form(NewCancel, data), at=at)
        except DomainError as error:
            return _page(session, actor, reference, typed=data, error=error)
        return onward(request, f"/portfolios/{reference}", _("The hand-over was cancelled."))


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Portfolios that wait for this person's signature."""
    if not actor.may("portfolios.sign"):
        return []
    waiting = queries.count_waiting(session, actor)
    card = Card(_("Portfolios to sign"), waiting, "/portfolios", tone="warn")
    return [card] if waiting else []


def _form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    officers = list_staff(session, Role.OFFICER, [actor.office_id], local_day(at))
    return Template(
        "portfolios/new.html",
        context={
            "officers": officers,
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _page(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    cursor: str | None = None,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    found = queries.get_handover(session, actor, reference)
    return Template(
        "portfolios/show.html",
        context={
            "found": found,
            "items": queries.list_items(session, found.id, cursor=cursor),
            "cursor": cursor or "",
            "groups": list(Group),
            "acts": _acts(actor, found),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _acts(actor: Actor, found: PortfolioOut) -> set[str]:
    """What this reader may do now."""
    if found.state is not State.OPEN:
        return set()
    draws = actor.may("portfolios.draw_up")
    acts = {"cancel"} if draws else set()
    if found.given_at is None and actor.staff_id == found.giver_id:
        acts.add("give")
    elif found.given_at is None and draws and actor.staff_id != found.receiver_id:
        acts.add("stand_in")
    if found.taken_at is None and actor.staff_id == found.receiver_id:
        acts.add("take")
    return acts
