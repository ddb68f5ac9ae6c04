"""A sale of September 2026 and one of the law before it: their days, and what became of them."""

from datetime import UTC, date, datetime

from auction.deadlines.queries import deadlines_of
from auction.life.queries import standing_of
from auction.lots.models import Lot
from auction.sales.queries import assets_of
from auction.sales.schemas import NewExtension

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
SOLD_ON = date(2026, 9, 14)
DUE_ON = date(2026, 10, 14)
OLD_AT = datetime(2026, 3, 16, 3, tzinfo=UTC)


def standing(session, sale) -> str:
    assets = assets_of(session, sale.lot_id)
    return standing_of(session, assets)[assets[0]].state


def lot_of(session, sale) -> Lot:
    return session.get_one(Lot, sale.lot_id)


def due(session, people, sale, key) -> date | None:
    lot = lot_of(session, sale).reference
    found = [
        one for one in deadlines_of(session, people.officer, "lot", lot) if one.rule_key == key
    ]
    return found[-1].due_on if found else None


def agreed(until: date, **said) -> NewExtension:
    facts = {"parties_agree": True, "buyer_agrees": True, "document": "BB-TT"}
    return NewExtension(until=until, **{**facts, **said})
