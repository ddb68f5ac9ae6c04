"""Places over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.warehouses import commands, queries
from inventory.warehouses.schemas import NewPlace, PlaceOut, PlaceRow


class PlaceApi(Controller):
    """Warehouses and the places inside them."""

    path = "/api/v1/places"
    tags = ("Warehouses",)

    @get("/", permission="warehouses.read", sync_to_thread=False)
    def tree(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        office: FromQuery[int | None] = None,
    ) -> list[PlaceRow]:
        """The places of an office (one's own without any), each after the one it lies in."""
        return queries.tree_of(session, actor, actor.office_id if office is None else office)

    @get("/{place_id:int}", permission="warehouses.read", sync_to_thread=False)
    def get_place(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        place_id: FromPath[int],
    ) -> PlaceOut:
        """One place."""
        return queries.get_place(session, actor, place_id)

    @post("/", permission="warehouses.arrange", sync_to_thread=False)
    def add_place(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewPlace],
    ) -> Response[PlaceOut]:
        """Add a warehouse, or a spot inside a place."""
        place = commands.add_place(session, actor, data, at=at)
        shown = queries.get_place(session, actor, place.id)
        return Response(shown, status_code=201, headers={"Location": f"/api/v1/places/{place.id}"})

    @post("/{place_id:int}/closing", permission="warehouses.arrange", sync_to_thread=False)
    def close_place(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
    ) -> PlaceOut:
        """Close an empty place for good."""
        commands.close_place(session, actor, place_id, at=at)
        return queries.get_place(session, actor, place_id)
