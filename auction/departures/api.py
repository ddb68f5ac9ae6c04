"""Departures from a rule over REST."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.departures import commands, queries
from auction.departures.schemas import Decision, DepartureOut, NewDeparture
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class DepartureApi(Controller):
    """Where a rule was departed from, why, and who let it through."""

    path = "/api/v1/departures"
    tags = ("Departures",)

    @get("/", permission="departures.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        waiting: FromQuery[Literal["yes", "no"]] = "no",
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[DepartureOut]:
        """Departures, the newest first; or only those that wait for a second person."""
        return queries.list_departures(
            session, actor, waiting=waiting == "yes", cursor=cursor, size=size
        )

    @get("/{departure_id:int}", permission="departures.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        departure_id: FromPath[RowId],
    ) -> DepartureOut:
        """One departure."""
        return queries.get_departure(session, actor, departure_id)

    @post("/", permission="departures.ask", sync_to_thread=False)
    def ask(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewDeparture],
    ) -> DepartureOut:
        """Ask to depart from a rule for one lot or asset."""
        asked = commands.ask_departure(session, actor, data, at=at)
        return queries.get_departure(session, actor, asked.id)

    @post("/{departure_id:int}/second-person", permission="departures.decide", sync_to_thread=False)
    def decide(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        departure_id: FromPath[RowId],
        data: JSONBody[Decision],
    ) -> DepartureOut:
        """Approve it or turn it down, as the second person."""
        commands.decide_departure(session, actor, departure_id, data, at=at)
        return queries.get_departure(session, actor, departure_id)
