"""Lots and breaches over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.lots import commands, queries
from auction.lots.rules import LotStep
from auction.lots.schemas import BreachRow, LotOut, LotRow, NewLot
from inventory.base.actor import Actor
from inventory.base.listing import Page


class LotApi(Controller):
    """Lots and breaches."""

    path = "/api/v1"
    tags = ("Lots",)

    @get("/lots", permission="lots.read", sync_to_thread=False)
    def list_lots(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        awaits: FromQuery[LotStep | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[LotRow]:
        """Lots of the offices in sight, the newest first, or those that wait for a step."""
        return queries.list_lots(session, actor, awaits=awaits, cursor=cursor)

    @post("/lots", permission="lots.form", sync_to_thread=False)
    def form_lot(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewLot],
    ) -> Response[LotOut]:
        """Form a lot of valued assets."""
        lot = commands.form_lot(session, actor, data, at=at)
        shown = queries.get_lot(session, actor, lot.reference)
        location = f"/api/v1/lots/{lot.reference}"
        return Response(shown, status_code=201, headers={"Location": location})

    @get("/breaches", permission="breaches.read", sync_to_thread=False)
    def list_breaches(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[BreachRow]:
        """Steps in the record that do not fit a rule, the newest found first."""
        return queries.list_breaches(session, actor, cursor=cursor)
