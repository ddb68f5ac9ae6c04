"""Hand-overs of portfolios over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.portfolios import commands, queries
from auction.portfolios.schemas import (
    ItemOut,
    NewCancel,
    NewGiving,
    NewPortfolio,
    NewTaking,
    PortfolioOut,
    PortfolioRow,
)
from inventory.base.actor import Actor
from inventory.base.listing import Page


class PortfolioApi(Controller):
    """Hand-overs of officers' portfolios."""

    path = "/api/v1/portfolios"
    tags = ("Portfolios",)

    @get("/", permission="portfolios.sign", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[PortfolioRow]:
        """Hand-overs in sight, the newest first."""
        return queries.list_handovers(session, actor, cursor=cursor)

    @post("/", permission="portfolios.draw_up", sync_to_thread=False)
    def draw_up(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewPortfolio],
    ) -> Response[PortfolioOut]:
        """List all that an officer is in charge of, to be handed to another."""
        named = commands.draw_up(session, actor, data, at=at)
        return Response(
            queries.get_handover(session, actor, named),
            status_code=201,
            headers={"Location": f"/api/v1/portfolios/{named}"},
        )

    @get("/{reference:str}", permission="portfolios.sign", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> PortfolioOut:
        """One hand-over."""
        return queries.get_handover(session, actor, reference)

    @get("/{reference:str}/items", permission="portfolios.sign", sync_to_thread=False)
    def items(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> Page[ItemOut]:
        """What it holds."""
        found = queries.get_handover(session, actor, reference)
        return queries.list_items(session, found.id, cursor=cursor)

    @post(
        "/{reference:str}/giving",
        permission="portfolios.sign",
        sync_to_thread=False,
        status_code=200,
    )
    def give(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewGiving],
    ) -> PortfolioOut:
        """Sign as the giver, or as the head in his place."""
        commands.give(session, actor, reference, data, at=at)
        return queries.get_handover(session, actor, reference)

    @post(
        "/{reference:str}/taking",
        permission="portfolios.sign",
        sync_to_thread=False,
        status_code=200,
    )
    def take_over(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewTaking],
    ) -> PortfolioOut:
        """Sign as the receiver; lines that are refused stay with the giver."""
        commands.take_over(session, actor, reference, data, at=at)
        return queries.get_handover(session, actor, reference)

    @post(
        "/{reference:str}/abandonment",
        permission="portfolios.draw_up",
        sync_to_thread=False,
        status_code=200,
    )
    def cancel(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCancel],
    ) -> PortfolioOut:
        """Give it up before both have signed."""
        commands.cancel(session, actor, reference, data, at=at)
        return queries.get_handover(session, actor, reference)
