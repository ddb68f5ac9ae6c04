"""The warehouses of an office as a tree, and adding places. A place's own page shows its assets
and is drawn by the room of assets."""

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
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.organisation.queries import list_offices
from inventory.warehouses import commands, queries
from inventory.warehouses.rules import CustodyForm, PlaceKind
from inventory.warehouses.schemas import NewPlace

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class WarehousePages(Controller):
    """The tree of places."""

    include_in_schema = False

    @get("/warehouse", permission="warehouses.read", sync_to_thread=False)
    def tree(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        office: FromQuery[int | None] = None,
    ) -> Template:
        """The places of an office with what lies in them."""
        chosen = actor.office_id if office is None else office
        offices = [row for row in list_offices(session, local_day(at)) if actor.sees(row.id)]
        return Template(
            "warehouses/tree.html",
            context={
                "places": queries.tree_of(session, actor, chosen),
                "offices": offices,
                "chosen": chosen,
            },
        )

    @get("/places/new", permission="warehouses.arrange", sync_to_thread=False)
    def new_place_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        parent: FromQuery[int | None] = None,
    ) -> Template:
        """The form for a new place."""
        typed = {"parent_id": str(parent)} if parent else {}
        return _form(session, actor, at=at, typed=typed)

    @post("/places/new", permission="warehouses.arrange", sync_to_thread=False)
    def add_place(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Add a place."""
        try:
            place = commands.add_place(session, actor, decode_form(NewPlace, data), at=at)
        except DomainError as error:
            return _form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/places/{place.id}", _("The place was added."))

    @post("/places/{place_id:int}/closing", permission="warehouses.arrange", sync_to_thread=False)
    def close_place(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
    ) -> Response[Any]:
        """Close an empty place."""
        commands.close_place(session, actor, place_id, at=at)
        return onward(request, f"/places/{place_id}", _("The place was closed."))


def _form(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "warehouses/new.html",
        context={
            "kinds": list(PlaceKind),
            "custody_forms": list(CustodyForm),
            "places": queries.list_choices(session, actor, actor.office_id, local_day(at)),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
