"""A value tried on history, and what history looked like before and after."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.simulations.commands import simulate
from auction.simulations.schemas import NewSimulation, SimulationOut
from inventory.base.actor import Actor
from tests.make.rules import Centre

HISTORY = [
    "auction_round",
    "round_outcome",
    "price_reduction",
    "asset_round",
    "failure_run",
    "flag",
    "deadline",
    "breach",
    "valuation",
    "legal_rule",
    "lot",
    "asset",
    "round_ruling",
]


def runner(session: Session, centre: Centre, at: datetime) -> Callable[..., SimulationOut]:
    """Tries a value on all that is recorded: the head of the centre does, or who is named."""

    def run(key: str, value: str, actor: Actor | None = None, **said: object) -> SimulationOut:
        new = NewSimulation(key=key, value=value, **said)
        return simulate(session, actor or centre.head, new, at=at)

    return run


def picture(session: Session) -> dict[str, str]:
    """A digest of every row of history."""
    digest = "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {} t"
    return {name: session.scalar(text(digest.format(name))) for name in HISTORY}
