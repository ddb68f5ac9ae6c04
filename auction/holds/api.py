"""Holds over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.holds import commands, queries
from auction.holds.schemas import HoldEnd, HoldOut, HoldRow, NewHold
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId


class HoldApi(Controller):
    """What keeps assets, lots and cases from being dealt with for a time."""

    path = "/api/v1/holds"
    tags = ("Holds",)

    @get("/", permission="holds.read", sync_to_thread=False)
    def list_holds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        ended: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE_SIZE,
    ) -> Page[HoldRow]:
        """Open holds, the newest first; with ``ended`` those too that are over."""
        return queries.list_holds(session, actor, open_only=not ended, cursor=cursor, size=size)

    @get("/{hold_id:int}", permission="holds.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        hold_id: FromPath[RowId],
    ) -> HoldOut:
        """One hold: its ground, the limits it stopped, the rounds that cannot be held."""
        return queries.get_hold(session, actor, hold_id)

    @post("/", permission="holds.open", sync_to_thread=False)
    def open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewHold],
    ) -> HoldOut:
        """Open a hold; open limits stand still from its first day."""
        made = commands.open_hold(session, actor, data, at=at)
        return queries.get_hold(session, actor, made.id)

    @post("/{hold_id:int}/end", permission="holds.end", sync_to_thread=False)
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        hold_id: FromPath[RowId],
        data: JSONBody[HoldEnd],
    ) -> HoldOut:
        """End a hold; limits go on with the days that were left."""
        commands.end_hold(session, actor, hold_id, data, at=at)
        return queries.get_hold(session, actor, hold_id)
