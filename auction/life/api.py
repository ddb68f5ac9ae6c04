"""The life of an asset over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.life import commands, queries
from auction.life.schemas import LifeOut, NewStep
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class LifeApi(Controller):
    """Where an asset stands on its way from seizure to payout, and what comes next."""

    path = "/api/v1/assets/{reference:str}/life"
    tags = ("Life of an asset",)

    @get("/", permission="assets.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> LifeOut:
        """The steps taken, those that may come next with their articles, and what is due."""
        return queries.life_of(session, actor, reference, local_day(at))

    @post("/", permission="life.record", sync_to_thread=False)
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewStep],
    ) -> LifeOut:
        """Record a step no other act takes, or one that was passed over."""
        commands.record_step(session, actor, reference, data, at=at)
        return queries.life_of(session, actor, reference, local_day(at))
