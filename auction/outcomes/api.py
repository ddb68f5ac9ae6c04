"""The file of a lot, outcomes and reductions over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.outcomes import queries
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.schemas import LotFile, NewOutcome, NewReduction
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
    ) -> LotFile:
        """Record what happened in a round."""
        record_outcome(session, actor, reference, number, data, at=at)
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
