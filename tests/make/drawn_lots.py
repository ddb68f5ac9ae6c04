"""An office that sells: its lots, days and papers, picked by dice."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from auction.outcomes.queries import lot_file
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from tests.make.drawn import Drawn
from tests.make.organisation import People

NO_LOT = "DG-9999999-9"
_LOTS = (
    "SELECT l.reference, r.number, coalesce(p.new_price, r.starting_price) AS price, l.awaits"
    " FROM lot l LEFT JOIN LATERAL (SELECT * FROM auction_round o WHERE o.lot_id = l.id"
    "  ORDER BY o.number DESC LIMIT 1) r ON true"
    " LEFT JOIN price_reduction p ON p.round_id = r.id WHERE l.office_id = :office"
)


class Offered(NamedTuple):
    """A lot and its last round."""

    lot: str
    number: int
    price: Decimal


class Lots(Drawn):
    """What an office that sells has, and what its papers are called."""

    pauses = tuple(timedelta(hours=n) for n in (0, 1, 2, 24))

    def __init__(self, session: Session, people: People, at: datetime) -> None:
        super().__init__(session, people, at)
        self.papers = 0
        self.firsts: dict[str, Decimal] = {}

    @property
    def today(self) -> date:
        return local_day(self.at)

    def paper(self) -> str:
        """A number no other paper has."""
        self.papers += 1
        return f"{self.papers}/VB"

    def some_day(self) -> date:
        """A day near today, now and then in the future."""
        return self.today - timedelta(
            days=self.dice.choice((0, 0, 0, 1, 2) if self.apt() else (-3, 40))
        )

    def lot(self, awaits: str = "") -> Offered:
        """A lot with its price, mostly one that waits for a step."""
        found = self.named(awaits)
        return found if found.price else found._replace(price=self.first(found.lot))

    def named(self, awaits: str = "") -> Offered:
        """The same for an act that asks no price of a lot without a round."""
        wanted = f" AND l.awaits = '{awaits}'" if awaits and self.apt() else ""
        found = self.pick(_LOTS + wanted, None)
        if found is None:
            return Offered(NO_LOT, 1, Decimal(1_000_000_000))
        return Offered(found.reference, max(found.number or 0, 1), found.price or Decimal(0))

    def first(self, lot: str) -> Decimal:
        """What a lot without a round starts at: it does not change, so it is asked once."""
        if lot not in self.firsts:
            lawful = lot_file(self.session, SYSTEM, lot, self.today).next_price
            if lawful is None:
                return Decimal(1_000_000_000)
            self.firsts[lot] = lawful.lowest
        return self.firsts[lot]

    def assets_of(self, lot: str) -> list[str]:
        found = self.rows(
            "SELECT a.reference FROM lot_asset x JOIN lot l ON l.id = x.lot_id"
            " JOIN asset a ON a.id = x.asset_id WHERE l.reference = :lot"
            " AND l.office_id = :office ORDER BY x.position",
            lot=lot,
        )
        return [row[0] for row in found] or ["TS-9999999-9"]

    def asset(self) -> str:
        """An asset, mostly one of an open lot."""
        open_ones = (
            "SELECT a.reference FROM asset a JOIN lot_asset x ON x.asset_id = a.id"
            " JOIN lot l ON l.id = x.lot_id WHERE l.office_id = :office AND l.closed_on IS NULL"
        )
        every = "SELECT reference FROM asset WHERE office_id = :office"
        found = self.pick(open_ones if self.apt() else every, ("TS-9999999-9",))
        return str(found[0])
