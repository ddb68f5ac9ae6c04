"""Offices as a tree, and who holds which role in them."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.organisation import commands, queries
from inventory.organisation.merging import TAKES_OVER, end_office
from inventory.organisation.queries import OfficeRow
from inventory.organisation.rules import OfficeKind, Role
from inventory.organisation.schemas import NewAppointment, NewEnd, NewOffice, NewStaff

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class TreeRow(msgspec.Struct, frozen=True):
    """An office with how deep it stands in the tree."""

    office: OfficeRow
    depth: int


class OrganisationPages(Controller):
    """The organisation."""

    path = "/offices"
    include_in_schema = False

    @get("/", permission="organisation.read", sync_to_thread=False)
    def tree(self, session: NamedDependency[Session], at: NamedDependency[datetime]) -> Template:
        """All offices of today."""
        rows = queries.list_offices(session, local_day(at))
        return Template("organisation/tree.html", context={"rows": _tree(rows)})

    @get("/new", permission="organisation.arrange", sync_to_thread=False)
    def new_office_form(
        self, session: NamedDependency[Session], at: NamedDependency[datetime]
    ) -> Template:
        """The form for a new office."""
        return _office_form(session, at=at, typed={"valid_from": local_day(at).isoformat()})

    @post("/new", permission="organisation.arrange", sync_to_thread=False)
    def add_office(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Add an office."""
        try:
            office = commands.add_office(session, actor, decode_form(NewOffice, data), at=at)
        except DomainError as error:
            return _office_form(session, at=at, typed=data, error=error)
        return onward(request, f"/offices/{office.id}", _("The office was added."))

    @get("/{office_id:int}", permission="organisation.read", sync_to_thread=False)
    def office(
        self,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
        office_id: FromPath[int],
    ) -> Template:
        """One office and its staff."""
        typed = {"valid_from": local_day(at).isoformat()}
        return _office_page(session, office_id, at=at, typed=typed)

    @get("/{office_id:int}/end", permission="organisation.arrange", sync_to_thread=False)
    def end_form(
        self,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
        office_id: FromPath[int],
    ) -> Template:
        """The form that ends an office."""
        return _end_page(session, office_id, at=at, typed={"from_on": local_day(at).isoformat()})

    @post("/{office_id:int}/end", permission="organisation.arrange", sync_to_thread=False)
    def end(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        office_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """End an office; what it had goes to its successor."""
        try:
            end_office(session, actor, office_id, decode_form(NewEnd, data), at=at)
        except DomainError as error:
            return _end_page(session, office_id, at=at, typed=data, error=error)
        return onward(request, f"/offices/{office_id}", _("The office ended."))

    @post("/{office_id:int}/staff", permission="organisation.arrange", sync_to_thread=False)
    def appoint(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        office_id: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give somebody a role in the office; a name makes a new member of staff."""
        office = queries.get_office_by_id(session, office_id)
        try:
            new = decode_form(NewAppointment, {**data, "office": office.code})
            if data.get("name"):
                person = decode_form(NewStaff, {"code": new.staff, "name": data["name"]})
                commands.add_staff(session, actor, person, at=at)
            commands.appoint(session, actor, new, at=at)
        except DomainError as error:
            return _office_page(session, office_id, at=at, typed=data, error=error)
        return onward(request, f"/offices/{office_id}", _("The appointment was recorded."))


def _end_page(
    session: Session,
    office_id: int,
    *,
    at: datetime,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    office = queries.get_office_by_id(session, office_id)
    others = [row for row in queries.list_offices(session, local_day(at)) if row.kind in TAKES_OVER]
    return Template(
        "organisation/end.html",
        context={
            "office": office,
            "offices": [row for row in others if row.id != office_id],
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What an administrator looks after."""
    if not actor.may("organisation.arrange"):
        return []
    offices = queries.list_offices(session, local_day(at))
    return [
        Act(_("Add an office"), "/offices/new"),
        Card(_("Offices"), len(offices), "/offices", _("that exist today")),
    ]


def _tree(rows: list[OfficeRow]) -> list[TreeRow]:
    inside: dict[int | None, list[OfficeRow]] = {}
    known = {row.id for row in rows}
    for row in rows:
        parent = row.parent_id if row.parent_id in known else None
        inside.setdefault(parent, []).append(row)
    shown: list[TreeRow] = []
    left = [TreeRow(row, 0) for row in reversed(inside.get(None, []))]
    while left:
        at = left.pop()
        shown.append(at)
        below = inside.get(at.office.id, [])
        left.extend(TreeRow(office, at.depth + 1) for office in reversed(below))
    return shown


def _office_form(
    session: Session, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    return Template(
        "organisation/new.html",
        context={
            "kinds": list(OfficeKind),
            "offices": queries.list_offices(session, local_day(at)),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _office_page(
    session: Session,
    office_id: int,
    *,
    at: datetime,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    office = queries.get_office_by_id(session, office_id)
    return Template(
        "organisation/office.html",
        context={
            "office": office,
            "kind": OfficeKind(office.kind),
            "successor": queries.get_office_by_id(session, office.successor_id)
            if office.successor_id
            else None,
            "staff": queries.list_appointments(session, office_id, local_day(at)),
            "roles": list(Role),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
