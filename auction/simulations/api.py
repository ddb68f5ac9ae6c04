"""Simulations over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.simulations import commands, queries
from auction.simulations.rules import Change
from auction.simulations.schemas import CaseRow, NewSimulation, SimulationOut
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class SimulationApi(Controller):
    """A draft rule, or a value that was typed, tried on recorded history."""

    path = "/api/v1/rules/simulations"
    tags = ("Legal rules",)

    @post("/", permission="rules.simulate", sync_to_thread=False)
    def run(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewSimulation],
    ) -> SimulationOut:
        """Judge history by the draft as if it had been in force; changes nothing of it."""
        return commands.simulate(session, actor, data, at=at)

    @get("/{simulation_id:int}", permission="rules.simulate", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        simulation_id: FromPath[RowId],
    ) -> SimulationOut:
        """What was tried, and the figures of the offices in sight."""
        return queries.get_simulation(session, actor, simulation_id)

    @get("/{simulation_id:int}/cases", permission="rules.simulate", sync_to_thread=False)
    def cases(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        simulation_id: FromPath[RowId],
        change: FromQuery[Change | None] = None,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[CaseRow]:
        """The things that would have been judged otherwise, the latest day first."""
        return queries.list_cases(
            session, actor, simulation_id, change=change, cursor=cursor, size=size
        )
