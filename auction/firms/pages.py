"""The register of valuation firms: the list, one firm, and the forms that keep it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.firms import commands, queries
from auction.firms.rules import Measure, Tie, TiedTo
from auction.firms.schemas import Ended, NewConflict, NewFirm, NewMeasure, NewPerson
from auction.legal_rules.queries import rule_on
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
Doing = Callable[[], object]


class FirmPages(Controller):
    """Valuation firms."""

    path = "/valuation-firms"
    include_in_schema = False

    @get("/", permission="firms.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The register, perhaps those that hold some words."""
        today = local_day(at)
        words = (q or "").strip()
        return Template(
            "firms/list.html",
            context={
                "firms": queries.list_firms(session, actor, today, words=words, cursor=cursor),
                "typed": {"q": words},
                "cursor": cursor or "",
                "least": rule_on(session, "firm_ratio_min_sales", today),
                "cite": cite,
                "registers": actor.may("firms.register"),
            },
        )

    @get("/new", permission="firms.register", sync_to_thread=False)
    def firm_form(self) -> Template:
        """The form for a firm."""
        return _new({})

    @post("/new", permission="firms.register", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Write a firm of the list into the register."""
        try:
            made = commands.register_firm(session, actor, decode_form(NewFirm, data), at=at)
        except DomainError as error:
            return _new(data, error)
        return onward(request, f"/valuation-firms/{made.id}", _("The firm is in the register."))

    @get("/{firm_id:int}", permission="firms.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        firm_id: FromPath[RowId],
    ) -> Template:
        """One firm."""
        return _show(session, actor, firm_id, at=at)

    @post("/{firm_id:int}/measures", permission="firms.register", sync_to_thread=False)
    def note_measure(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note a measure."""

        def act() -> object:
            new = decode_form(NewMeasure, data)
            return commands.note_measure(session, actor, firm_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)

    @post(
        "/{firm_id:int}/measures/{measure_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_measure(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        measure_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note the last day of a measure."""

        def act() -> object:
            new = decode_form(Ended, data)
            return commands.end_measure(session, actor, firm_id, measure_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)

    @post("/{firm_id:int}/people", permission="firms.register", sync_to_thread=False)
    def note_person(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note somebody of the firm."""

        def act() -> object:
            new = decode_form(NewPerson, data)
            return commands.note_person(session, actor, firm_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)

    @post(
        "/{firm_id:int}/people/{person_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_person(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        person_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note the last day of somebody in the firm."""

        def act() -> object:
            new = decode_form(Ended, data)
            return commands.end_person(session, actor, firm_id, person_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)

    @post("/{firm_id:int}/conflicts", permission="firms.register", sync_to_thread=False)
    def declare_conflict(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Declare a tie."""

        def act() -> object:
            new = decode_form(NewConflict, data)
            return commands.declare_conflict(session, actor, firm_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)

    @post(
        "/{firm_id:int}/conflicts/{conflict_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_conflict(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        conflict_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note that a tie ended."""

        def act() -> object:
            new = decode_form(Ended, data)
            return commands.end_conflict(session, actor, firm_id, conflict_id, new, at=at)

        return _do(request, session, actor, firm_id, act, typed=data, at=at)


def _do(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    firm_id: int,
    act: Doing,
    *,
    typed: Form,
    at: datetime,
) -> Response[Any]:
    try:
        act()
    except DomainError as error:
        return _show(session, actor, firm_id, at=at, typed=typed, error=error)
    return onward(request, f"/valuation-firms/{firm_id}", _("The register was kept."))


def _new(typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "firms/new.html",
        context={"typed": typed, "errors": faults_of(error) if error else {}},
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    firm_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    errors = faults_of(error) if error else {}
    today = local_day(at)
    return Template(
        "firms/show.html",
        context={
            "firm": queries.get_firm(session, actor, firm_id, today),
            "least": rule_on(session, "firm_ratio_min_sales", today),
            "bars": rule_on(session, "valuation_firm_conflict", today),
            "cite": cite,
            "registers": actor.may("firms.register"),
            "kinds": list(Measure),
            "ties": list(Tie),
            "tied": list(TiedTo),
            "typed": typed or {"declared_on": today.isoformat()},
            "errors": errors,
        },
        status_code=422 if error else 200,
    )
