"""The list, the session and the rulings of a round, sessions of several lots, over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.bidding import calling, registering
from auction.bidding.schemas import NewBidder, NewDeposit, NewForfeit, NewRefund, NewSaid
from auction.lots.queries import get_lot
from auction.lots.relotting import relot
from auction.lots.schemas import LotOut, NewRelot
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.commands.stop_session import stop_session
from auction.outcomes.queries import lot_file
from auction.outcomes.round_file import RoundFile, round_file
from auction.outcomes.schemas import LotFile, NewRuling, NewStop
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class RoundSessionApi(Controller):
    """What is recorded of one round."""

    path = "/api/v1/lots/{reference:str}/rounds/{number:int}"
    tags = ("Rounds",)

    @get("/", permission="bidders.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        number: FromPath[int],
    ) -> RoundFile:
        """A round with its bidders, what was said, and the outcome that follows from it."""
        return round_file(session, actor, reference, number, at)

    @post("/bidders", permission="bidders.register", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewBidder],
    ) -> RoundFile:
        """Enter somebody into the list of a round."""
        registering.register_bidder(session, actor, reference, number, data, at=at)
        return round_file(session, actor, reference, number, at)

    @post("/bidders/{bidder:int}/deposit", permission="bidders.register", sync_to_thread=False)
    def pay(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        bidder: FromPath[int],
        data: JSONBody[NewDeposit],
    ) -> RoundFile:
        """Note that a bidder paid his deposit."""
        registering.note_deposit(session, actor, reference, number, data, bidder=bidder, at=at)
        return round_file(session, actor, reference, number, at)

    @post("/bidders/{bidder:int}/forfeit", permission="bidders.register", sync_to_thread=False)
    def forfeit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        bidder: FromPath[int],
        data: JSONBody[NewForfeit],
    ) -> RoundFile:
        """A bidder loses his deposit on a ground of the law."""
        registering.forfeit_deposit(session, actor, reference, number, data, bidder=bidder, at=at)
        return round_file(session, actor, reference, number, at)

    @post("/refunds", permission="bidders.register", sync_to_thread=False)
    def refund(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewRefund],
    ) -> RoundFile:
        """All who did not win got their deposits back."""
        registering.refund_deposits(session, actor, reference, number, data, at=at)
        return round_file(session, actor, reference, number, at)

    @post("/said", permission="bidders.register", sync_to_thread=False)
    def say(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewSaid],
    ) -> RoundFile:
        """Enter a bid or what else was said in the session."""
        calling.say(session, actor, reference, number, data, at=at)
        return round_file(session, actor, reference, number, at)

    @post("/rulings", permission="rounds.rule", sync_to_thread=False)
    def rule(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewRuling],
    ) -> LotFile:
        """Rule that a round counts as failed, as a sale, or as neither."""
        give_ruling(session, actor, reference, number, data, at=at)
        return lot_file(session, actor, reference, local_day(at))


class RelotApi(Controller):
    """Lots that come out of others, and sessions of several lots."""

    path = "/api/v1"
    tags = ("Lots",)

    @post("/relots", permission="lots.form", sync_to_thread=False)
    def relot(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewRelot],
    ) -> list[LotOut]:
        """Close lots and form others of their assets."""
        made = relot(session, actor, data, at=at)
        return [get_lot(session, actor, lot.reference) for lot in made]

    @post("/lots/{reference:str}/session/stop", permission="rounds.close", sync_to_thread=False)
    def stop(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewStop],
    ) -> list[str]:
        """Stop the lots of a session that wait, because enough was sold; their numbers."""
        return stop_session(session, actor, reference, data, at=at)
