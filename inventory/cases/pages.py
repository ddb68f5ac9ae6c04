"""Cases as a list, and opening one. A case's own page shows its assets and is drawn by the room
of assets."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.cases import commands, queries
from inventory.cases.rules import CaseKind
from inventory.cases.schemas import CaseNotice, CaseOut, NewCase
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class CasePages(Controller):
    """Enforcement cases."""

    path = "/cases"
    include_in_schema = False

    @get("/", permission="cases.read", sync_to_thread=False)
    def list_cases(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Cases, the newest first."""
        found = queries.list_cases(session, actor, cursor=cursor)
        return Template("cases/list.html", context={"cases": found, "cursor": cursor or ""})

    @get("/new", permission="cases.open", sync_to_thread=False)
    def new_case_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for a new case."""
        typed = {"officer_id": str(actor.staff_id)} if Role.OFFICER in actor.roles else {}
        return _form(session, actor, at=at, typed=typed)

    @post("/new", permission="cases.open", sync_to_thread=False)
    def open_case(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Open a case."""
        try:
            case = commands.open_case(session, actor, decode_form(NewCase, data), at=at)
        except DomainError as error:
            return _form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/cases/{case.id}", _("The case was opened."))

    @get("/{case_id:int}/notice", permission="cases.open", sync_to_thread=False)
    def notice_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        case_id: FromPath[int],
    ) -> Template:
        """The form for the day on which the debtor was told."""
        return _notice_form(session, actor, case_id)

    @post("/{case_id:int}/notice", permission="cases.open", sync_to_thread=False)
    def record_notice(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record on which day the debtor was told."""
        try:
            commands.record_notice(session, actor, case_id, decode_form(CaseNotice, data), at=at)
        except DomainError as error:
            return _notice_form(session, actor, case_id, typed=data, error=error)
        return onward(request, f"/cases/{case_id}", _("It was recorded."))


def case_parts(_session: Session, actor: Actor, case: CaseOut, _at: datetime) -> list[Part]:
    """While it is not known when the debtor was told, the act that records it."""
    if case.notified_on or case.closed_on or not actor.may("cases.open"):
        return []
    return [Act(_("Record when the debtor was told"), f"/cases/{case.id}/notice")]


def _notice_form(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "cases/notice.html",
        context={
            "case": queries.get_case(session, actor, case_id),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def desk_parts(_session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """What an officer starts from here."""
    return [Act(_("Open a case"), "/cases/new")] if actor.may("cases.open") else []


def _form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    officers = list_staff(session, Role.OFFICER, [actor.office_id], local_day(at))
    return Template(
        "cases/new.html",
        context={
            "kinds": [kind for kind in CaseKind if kind is not CaseKind.IMPORTED],
            "officers": [(staff.id, staff.name) for staff in officers],
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
