"""The file of a lot, outcomes and reductions over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.outcomes import queries
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import ClosedRound, LotFile, NewOutcome, NewReduction
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class OutcomeApi(Controller):
    """What became of the rounds of a lot."""

    path = "/api/v1/lots/{reference:str}"
    tags = ("Lots",)

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> LotFile:
        """A lot with its rounds, what became of them, and the next lawful price."""
        return queries.lot_file(session, actor, reference, local_day(at))

    @post("/rounds/{number:int}/outcome", permission="rounds.close", sync_to_thread=False)
    def close(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewOutcome],
        brief: FromQuery[bool] = False,
    ) -> LotFile | ClosedRound:
        """Record what happened in a round; answers the whole lot, or with ``brief`` the outcome."""
        made = record_outcome(session, actor, reference, number, data, at=at)
        if brief:
            return ClosedRound(
                lot=reference,
                number=number,
                code=Outcome(made.code),
                notified_on=made.notified_on,
                sale_price=made.sale_price,
                buyer_name=made.buyer_name,
            )
        return queries.lot_file(session, actor, reference, local_day(at))

    @post("/rounds/{number:int}/reduction", permission="prices.reduce", sync_to_thread=False)
    def reduce(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewReduction],
    ) -> LotFile:
        """Reduce the price after a failed round."""
        reduce_price(session, actor, reference, number, data, at=at)
        return queries.lot_file(session, actor, reference, local_day(at))
