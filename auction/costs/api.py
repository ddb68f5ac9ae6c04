"""Costs over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.costs import commands, queries
from auction.costs.schemas import AssetCosts, NewCost, NewRepayment, NewReversal
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class CostApi(Controller):
    """The ledger of costs of an asset and its case."""

    path = "/api/v1/assets/{reference:str}/costs"
    tags = ("Costs",)

    @get("/", permission="costs.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> AssetCosts:
        """The costs of an asset, the newest first, with their sums."""
        return queries.asset_costs(session, actor, reference, local_day(at), cursor=cursor)

    @post("/", permission="costs.record", sync_to_thread=False)
    def enter(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCost],
    ) -> AssetCosts:
        """Enter a cost."""
        commands.enter_cost(session, actor, reference, data, at=at)
        return queries.asset_costs(session, actor, reference, local_day(at))

    @post("/reversals", permission="costs.record", sync_to_thread=False)
    def reverse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewReversal],
    ) -> AssetCosts:
        """Take an entry back."""
        commands.reverse_cost(session, actor, reference, data, at=at)
        return queries.asset_costs(session, actor, reference, local_day(at))

    @post("/repayments", permission="costs.record", sync_to_thread=False)
    def repay(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRepayment],
    ) -> AssetCosts:
        """Repay an advance."""
        commands.repay_advance(session, actor, reference, data, at=at)
        return queries.asset_costs(session, actor, reference, local_day(at))
