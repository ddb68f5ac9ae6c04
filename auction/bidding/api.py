"""Rounds over REST."""

from datetime import date, datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.bidding import commands, queries
from auction.bidding.schemas import RoundRow
from auction.lots.queries import rounds_of_lot
from auction.lots.schemas import NewRound, RoundOut
from inventory.base.actor import Actor
from inventory.base.listing import Page


class RoundApi(Controller):
    """Auction rounds."""

    path = "/api/v1"
    tags = ("Rounds",)

    @get("/rounds", permission="lots.read", sync_to_thread=False)
    def list_rounds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        since: FromQuery[date | None] = None,
        until: FromQuery[date | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[RoundRow]:
        """Rounds by their day, the latest first."""
        return queries.list_rounds(session, actor, since=since, until=until, cursor=cursor)

    @post("/lots/{reference:str}/rounds", permission="rounds.schedule", sync_to_thread=False)
    def schedule(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRound],
    ) -> Response[RoundOut]:
        """Schedule the next round of a lot at a lawful price."""
        made = commands.schedule_round(session, actor, reference, data, at=at)
        shown = next(one for one in rounds_of_lot(session, made.lot_id) if one.id == made.id)
        location = f"/api/v1/lots/{reference}"
        return Response(shown, status_code=201, headers={"Location": location})
