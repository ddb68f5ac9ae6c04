"""Several lots of one case on one day: in which order they are offered, and when that ends.

The highest price first, until what is owed is covered (L25 Art. 83(6), 84(2)đ; D62 Art. 27(3)).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import BigInteger, Date, Numeric, column, select, table
from sqlalchemy.orm import Session

from auction.bidding.models import RoundOutcome
from auction.bidding.rules import Outcome
from auction.claims.queries import debt_of
from auction.costs.borne import costs_open
from auction.costs.queries import costs_of
from auction.life.queries import standings
from auction.life.rules import State
from auction.lots.models import AuctionRound, Lot, LotAsset
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight

RULE = "several_lots_order"
SOLD = frozenset({State.SOLD_UNPAID, State.SOLD_PAID, State.DELIVERED})
"""States of what is sold and whose price is not divided yet."""
_SALE = table(
    "sale",
    column("lot_id", BigInteger),
    column("price", Numeric),
    column("defaulted_on", Date),
    column("cancelled_on", Date),
)
"""Sales belong to a room above."""


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A lot in the order of a session, with its round of that day."""

    lot_id: int
    lot: str
    description: str
    number: int
    starting_price: Decimal
    outcome: Outcome | None
    sale_price: Decimal | None


class SaleSession(msgspec.Struct, frozen=True, kw_only=True):
    """The lots of a case on a day in the order of the law, and how far they cover what is owed."""

    case_id: int
    held_on: date
    lines: list[SessionLine]
    sold: Decimal
    owed: Decimal

    @property
    def covered(self) -> bool:
        """Whether what was sold reaches what is owed, as far as claims are recorded."""
        return bool(self.owed) and self.sold >= self.owed

    @property
    def waiting(self) -> list[SessionLine]:
        """The lots that have no outcome yet, in their order."""
        return [line for line in self.lines if line.outcome is None]


def sale_session(
    session: Session, actor: Actor, case_id: int | None, held_on: date | None
) -> SaleSession | None:
    """The session of a case on a day; None where no more than one lot is offered in it."""
    if case_id is None or held_on is None:
        return None
    lines = lines_of_session(session, actor, case_id, held_on)
    if len(lines) < 2:
        return None
    owed = to_cover(session, case_id, held_on)
    return SaleSession(
        case_id=case_id,
        held_on=held_on,
        lines=lines,
        sold=brought(session, case_id, lines, owed),
        owed=owed,
    )


def brought(session: Session, case_id: int, lines: Sequence[SessionLine], owed: Decimal) -> Decimal:
    """What was sold towards what a case owes, on other days and otherwise, too.

    Where no claim is recorded a paper says what is owed that day: then it is the session's alone.
    """
    if owed:
        return sold_of(session, case_id)
    sold = [line.sale_price for line in lines if line.outcome is Outcome.SOLD and line.sale_price]
    return sum(sold, Decimal(0))


def to_cover(session: Session, case_id: int, on: date) -> Decimal:
    """What a case's sales have to bring: its debts and the costs the debtor bears (L25 Art. 54(1)).

    Costs are paid before any debt; those that money divided before has borne are paid. Nothing
    where no claim is recorded: then nobody knows.
    """
    debt = debt_of(session, case_id, on)
    if not debt:
        return debt
    assets = session.scalars(select(Asset.id).where(Asset.case_id == case_id)).all()
    costs = costs_open(session, assets, on)
    return debt + costs.total + costs_of(session, costs.assets, on).storage_running


def sold_of(session: Session, case_id: int) -> Decimal:
    """What the sales of a case bring that stand and are not divided yet, however they came about.

    What was paid out lowers what is owed instead.
    """
    rows = session.execute(
        select(_SALE.c.lot_id, _SALE.c.price)
        .join(Lot, Lot.id == _SALE.c.lot_id)
        .where(
            Lot.case_id == case_id, _SALE.c.defaulted_on.is_(None), _SALE.c.cancelled_on.is_(None)
        )
    ).all()
    in_lots = LotAsset.lot_id.in_([row.lot_id for row in rows])
    members = session.execute(select(LotAsset.asset_id, LotAsset.lot_id).where(in_lots))
    lots = {row.asset_id: row.lot_id for row in members}
    undivided = {lots[one.asset_id] for one in standings(session, list(lots)) if one.state in SOLD}
    return sum((row.price for row in rows if row.lot_id in undivided), Decimal(0))


def lines_of_session(
    session: Session, actor: Actor, case_id: int, held_on: date
) -> list[SessionLine]:
    """The rounds of a case on a day, the highest starting price first."""
    rows = session.execute(
        select(
            Lot.id.label("lot_id"),
            Lot.reference.label("lot"),
            Lot.description,
            AuctionRound.number,
            AuctionRound.starting_price,
            RoundOutcome.code.label("outcome"),
            RoundOutcome.sale_price,
        )
        .join(AuctionRound, AuctionRound.lot_id == Lot.id)
        .outerjoin(RoundOutcome, RoundOutcome.round_id == AuctionRound.id)
        .where(
            in_sight(Lot.office_id, actor),
            Lot.case_id == case_id,
            AuctionRound.held_on == held_on,
            AuctionRound.starting_price.is_not(None),
        )
        .order_by(AuctionRound.starting_price.desc(), Lot.id, AuctionRound.number)
    )
    return [msgspec.convert(dict(row), SessionLine) for row in rows.mappings()]
