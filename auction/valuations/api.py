"""Valuations over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.valuations import queries
from auction.valuations.commands.record import record_valuation
from auction.valuations.schemas import NewValuation, ValuationOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class ValuationApi(Controller):
    """Valuations of assets."""

    path = "/api/v1/assets/{reference:str}/valuations"
    tags = ("Valuations",)

    @get("/", permission="valuations.read", sync_to_thread=False)
    def of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> list[ValuationOut]:
        """All valuations of an asset, the newest first."""
        asset = queries.get_asset(session, actor, reference)
        return queries.list_valuations(session, actor, asset, local_day(at))

    @post("/", permission="valuations.record", sync_to_thread=False)
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewValuation],
    ) -> ValuationOut:
        """Record the value put on an asset."""
        made = record_valuation(session, actor, reference, data, at=at)
        asset = queries.get_asset(session, actor, reference)
        valuations = queries.list_valuations(session, actor, asset, local_day(at))
        return next(one for one in valuations if one.id == made.id)
