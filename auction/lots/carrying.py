"""The price an asset brings along from the lot it was in before: a new lot never begins lower.

The base after several assets of one lot are offered apart is not regulated in what was read:
the last price is divided by the values, and rounded up.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.life.queries import BEGAN
from auction.lots.rules import PriceTooHigh, PriceTooLow
from auction.valuations.schemas import ValuationRow
from inventory.base.messages import _
from inventory.base.money import DONG

EVERY_LOT = 2**63 - 1
"""No lot has a number as high as this."""


class Brought(NamedTuple):
    """The last offer of an asset in an earlier lot: its price, or the one decided after it.

    Decided after a failure that counts, or after a sale that fell away.
    """

    asset_id: int
    lot_id: int
    price: Decimal
    held_on: date | None


_BROUGHT = text(f"""
SELECT x.asset_id, b.lot_id, b.price, b.held_on
FROM unnest(CAST(:assets AS bigint[])) AS x (asset_id)
CROSS JOIN LATERAL (
  SELECT r.lot_id, r.held_on, o.result,
    CASE WHEN o.result = 'failed' OR o.result IS NULL AND c.code = 'sold'
      THEN coalesce(p.new_price, r.starting_price)
      ELSE r.starting_price END AS price
  FROM lot_asset AS l
  JOIN auction_round AS r ON r.lot_id = l.lot_id
  LEFT JOIN asset_round AS o ON o.round_id = r.id AND o.asset_id = l.asset_id
  LEFT JOIN round_outcome AS c ON c.round_id = r.id
  LEFT JOIN price_reduction AS p ON p.round_id = r.id
  WHERE l.asset_id = x.asset_id AND l.lot_id < :lot AND r.starting_price IS NOT NULL
    AND (r.held_on < {BEGAN.format(asset="x.asset_id")}) IS NOT TRUE
  ORDER BY r.lot_id DESC, r.number DESC LIMIT 1) AS b
WHERE b.result IS DISTINCT FROM 'sold'
""")  # noqa: S608 - our words

_WORTH = text(
    "SELECT lot_id, asset_id, amount, total"
    " FROM kebien_worth_in_lots(CAST(:lots AS bigint[]), CAST(:days AS date[]))"
)
"""By the database itself: other assets of the lot may be of another office by now."""


_NEXT = text("""
SELECT CASE WHEN h.failed OR c.code = 'sold' AND NOT h.held
  THEN coalesce(p.new_price, r.starting_price) ELSE r.starting_price END
FROM auction_round AS r
CROSS JOIN LATERAL (
  SELECT coalesce(bool_or(o.result = 'failed'), false) AS failed, count(o.result) > 0 AS held
  FROM asset_round AS o WHERE o.round_id = r.id) AS h
LEFT JOIN round_outcome AS c ON c.round_id = r.id
LEFT JOIN price_reduction AS p ON p.round_id = r.id AND p.decided_on <= CAST(:on AS date)
WHERE r.lot_id = :lot
ORDER BY r.number DESC LIMIT 1
""")


def offered_next(session: Session, lot_id: int, on: date) -> Decimal | None:
    """The price of a lot's last round, or what a decision until a day made of it."""
    price: Decimal | None = session.scalar(_NEXT, {"lot": lot_id, "on": on})
    return price


def refuse_other_price(session: Session, lot_id: int, price: Decimal, on: date) -> None:
    """Refuse a paper at another price than the lot is offered at next (L25 Art. 83(3)).

    Nothing is refused before the first round. Raises PriceTooLow, PriceTooHigh.
    """
    lawful = offered_next(session, lot_id, on)
    if lawful is None or price == lawful:
        return
    rule = rule_on(session, "max_reduction_pct", on)
    refusal = PriceTooLow if price < lawful else PriceTooHigh
    raise refusal(
        _(
            "The lot is offered at %(price)s next (rule %(rule)s). Lawful: that price; a lower one"
            " after a decision that reduces it."
        ),
        field="starting_price",
        price=lawful,
        **rule.basis,
    )


def brought_along(session: Session, lot_id: int, asset_ids: Sequence[int]) -> dict[int, Brought]:
    """The last offer of each asset in the lot it was in before this one; not that of a sale."""
    rows = session.execute(_BROUGHT, {"assets": list(asset_ids), "lot": lot_id})
    return {row.asset_id: Brought(*row) for row in rows}


def least_first_price(
    session: Session, lot_id: int, valued: Mapping[int, ValuationRow], unit: Decimal, on: date
) -> Decimal | None:
    """What the first round of a lot starts at, at the least; None where no asset was offered.

    An asset that was valued anew after its last offer begins at its new value.
    """
    brought = brought_along(session, lot_id, list(valued))
    if not brought:
        return None
    offered = _offered(session, brought, valued, unit, on)
    return sum((offered.get(one, value.amount) for one, value in valued.items()), Decimal(0))


def last_offers(
    session: Session, valued: Mapping[int, ValuationRow], on: date
) -> dict[int, Decimal]:
    """What each asset is or was last offered at, its part of a lot's price; not if valued since."""
    brought = brought_along(session, EVERY_LOT, list(valued))
    return _offered(session, brought, valued, DONG, on)


def _offered(
    session: Session,
    brought: Mapping[int, Brought],
    valued: Mapping[int, ValuationRow],
    unit: Decimal,
    on: date,
) -> dict[int, Decimal]:
    """What each asset brings of its last offer; nothing where it was valued anew after it."""
    shares = _shares(session, {one.lot_id: one.held_on or on for one in brought.values()})
    return {
        asset_id: _part(before, shares, unit)
        for asset_id, before in brought.items()
        if before.held_on is None or valued[asset_id].valued_on <= before.held_on
    }


def _part(before: Brought, shares: Mapping[tuple[int, int], Decimal], unit: Decimal) -> Decimal:
    share = shares.get((before.lot_id, before.asset_id), Decimal(1))
    return (before.price * share / unit).to_integral_value(ROUND_CEILING) * unit


def _shares(session: Session, days: Mapping[int, date]) -> dict[tuple[int, int], Decimal]:
    """By lot and asset, its part of the value of the lot's assets on the day of the last offer."""
    said = {"lots": list(days), "days": list(days.values())}
    return {
        (row.lot_id, row.asset_id): row.amount / row.total for row in session.execute(_WORTH, said)
    }
