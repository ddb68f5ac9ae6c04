"""What the money of a case's assets bears of its costs: their own, and what others left uncovered.

Costs are deducted before anybody is paid (L25 Art. 54(1); L08 Art. 47(1)), and the debtor bears
them until the State does (L25 Art. 53; D62 Art. 43(1)). What a case cost as a whole its assets bear
in equal parts; what an asset cost that left without a price, and what the money of earlier sales
did not cover, is borne by those whose money is not divided yet (``case_costs_borne``). What nobody
bought is not among it: of that the State bears the rest.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from auction.costs.rules import Bearer, shares_of_case
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from inventory.base.money import round_to, share_out

BORNE = "case_costs_borne"
"""The rule of who bears what assets of a case cost that brought nothing."""


class Borne(NamedTuple):
    """Costs of the debtor that some assets bear: their own, and others' by which rule."""

    own: Decimal
    others: Decimal
    rule: Rule | None

    @property
    def total(self) -> Decimal:
        """All that is deducted."""
        return self.own + self.others


_BOUGHT = """EXISTS (SELECT FROM lot_asset o JOIN sale s ON s.lot_id = o.lot_id
  WHERE o.asset_id = a.id AND s.defaulted_on IS NULL AND s.cancelled_on IS NULL)"""
_HELD = """EXISTS (SELECT FROM seizure z WHERE z.asset_id = a.id AND z.decision_on <= :on
  AND (z.released_on IS NULL OR z.released_on > :on))"""
_ANEW = "NOT EXISTS (SELECT FROM seizure z WHERE z.asset_id = a.id AND z.decision_on > {day})"
_EXITED = f"""EXISTS (SELECT FROM asset_exit x WHERE x.asset_id = a.id AND x.left_on <= :on
  AND {_ANEW.format(day="x.left_on")})"""
_UNSOLD = f"""EXISTS (SELECT FROM lot_asset o JOIN unsold_return u ON u.lot_id = o.lot_id
  WHERE o.asset_id = a.id AND u.returned_on <= :on AND {_ANEW.format(day="u.returned_on")})"""
_LEFT = f"""(NOT {_BOUGHT} AND NOT {_UNSOLD} AND ({_EXITED} OR NOT {_HELD} AND EXISTS (
  SELECT FROM seizure z WHERE z.asset_id = a.id AND z.released_on <= :on)))"""
"""Sales, exits and divisions belong to rooms above."""

_ASSETS = text(f"""
SELECT a.id, a.case_id, {_BOUGHT} AS bought, {_LEFT} AS gone, {_HELD} AND NOT {_UNSOLD} AS held,
  (SELECT coalesce(sum(c.amount), 0) FROM cost_item c
    WHERE c.asset_id = a.id AND c.bearer = :debtor AND c.spent_on <= :on) AS costs,
  (SELECT coalesce(sum(x.costs), 0) FROM asset_exit x
    WHERE x.asset_id = a.id AND x.left_on <= :on) AS repaid
FROM asset a
WHERE a.id = ANY (:assets)
  OR a.case_id IN (SELECT own.case_id FROM asset own WHERE own.id = ANY (:assets))
ORDER BY a.id""")  # noqa: S608 - our words

_CASES = text("""
SELECT case_id, sum(amount) AS costs FROM cost_item
WHERE case_id = ANY (:cases) AND bearer = :debtor AND spent_on <= :on GROUP BY case_id""")

_DIVIDED = text("""
SELECT p.sale_id,
  (SELECT array_agg(o.asset_id) FROM lot_asset o JOIN sale s ON s.lot_id = o.lot_id
    WHERE s.id = p.sale_id) AS assets,
  (SELECT coalesce(sum(c.amount), 0) FROM lot_asset o JOIN sale s ON s.lot_id = o.lot_id
    JOIN cost_item c ON c.asset_id = o.asset_id
    WHERE s.id = p.sale_id AND c.bearer = :debtor AND c.spent_on <= :on) AS own,
  (SELECT coalesce(sum(l.amount), 0) FROM payout_line l
    WHERE l.payout_id = p.id AND l.kind = 'costs' AND NOT l.set_off) AS costs
FROM payout p
WHERE p.approved_at IS NOT NULL AND p.withdrawn_at IS NULL AND p.sale_id IN (
  SELECT s.id FROM sale s JOIN lot_asset o ON o.lot_id = s.lot_id WHERE o.asset_id = ANY (:assets))
ORDER BY p.sale_id""")

_KNOWN = text(f"""
WITH mine AS (
  SELECT s.id AS sale_id, a.id AS asset_id, a.case_id
  FROM sale s JOIN lot_asset o ON o.lot_id = s.lot_id JOIN asset a ON a.id = o.asset_id
  WHERE s.id = ANY (:sales)),
gone AS (
  SELECT DISTINCT m.sale_id, a.id AS asset_id FROM mine m JOIN asset a ON a.case_id = m.case_id
  WHERE {_LEFT}),
sums AS (
  SELECT m.sale_id, c.amount FROM mine m JOIN cost_item c ON c.asset_id = m.asset_id
  WHERE c.bearer = :debtor
  UNION ALL SELECT m.sale_id, c.amount
  FROM (SELECT DISTINCT sale_id, case_id FROM mine) m JOIN cost_item c ON c.case_id = m.case_id
  WHERE c.bearer = :debtor
  UNION ALL SELECT g.sale_id, c.amount FROM gone g JOIN cost_item c ON c.asset_id = g.asset_id
  WHERE c.bearer = :debtor
  UNION ALL SELECT g.sale_id, -x.costs FROM gone g JOIN asset_exit x ON x.asset_id = g.asset_id)
SELECT sale_id, sum(amount) AS costs FROM sums GROUP BY sale_id""")  # noqa: S608 - our words


def costs_known(session: Session, sale_ids: Collection[int]) -> dict[int, Decimal]:
    """By sale, what the ledger holds today of costs that its money may have to bear.

    A change of it is a change of what the money is divided by; one statement.
    """
    said = {"sales": list(sale_ids), "on": date.max, "debtor": Bearer.DEBTOR.value}
    found = {row.sale_id: Decimal(row.costs) for row in session.execute(_KNOWN, said)}
    return {sale: found.get(sale, Decimal(0)) for sale in sale_ids}


def costs_borne(session: Session, asset_ids: Sequence[int], on: date) -> Borne:
    """What the money of some assets that are sold or taken together bears of the debtor's costs.

    The caller has found out that they are in sight. In four statements.
    """
    said: dict[str, Any] = {"assets": list(asset_ids), "on": on, "debtor": Bearer.DEBTOR.value}
    rows = {row["id"]: row for row in session.execute(_ASSETS, said).mappings()}
    own = sum((max(_left_of(rows[one]), Decimal(0)) for one in asset_ids), Decimal(0))
    cases = sorted({rows[one]["case_id"] for one in asset_ids} - {None})
    if not cases:
        return Borne(own, Decimal(0), None)
    of_cases = session.execute(_CASES, {**said, "cases": cases})
    whole = {row.case_id: Decimal(row.costs) for row in of_cases}
    paid = _divided(session, {**said, "assets": sorted(rows)}, asset_ids)
    others = Decimal(0)
    for case in cases:
        of_case = [row for row in rows.values() if row["case_id"] == case]
        base, due = _parts(of_case, set(asset_ids), whole.get(case, Decimal(0)), paid)
        own, others = own + min(base, due), others + max(due - base, Decimal(0))
    serving = (rule for rule in rules_in_use(session, BORNE) if rule.serves(on))
    rule = next(serving, None)
    return Borne(own, others if rule else Decimal(0), rule)


class OpenCosts(NamedTuple):
    """Costs of the debtor that money of a case is still to bear, and the assets that bring it."""

    total: Decimal
    assets: tuple[int, ...]


def costs_open(session: Session, asset_ids: Sequence[int], on: date) -> OpenCosts:
    """What of the costs of a case, given all its assets, no money has borne yet."""
    said: dict[str, Any] = {"assets": list(asset_ids), "on": on, "debtor": Bearer.DEBTOR.value}
    rows = {row["id"]: row for row in session.execute(_ASSETS, said).mappings()}
    paid = _divided(session, said, ())
    open_ = tuple(one for one, row in rows.items() if one not in paid and _bears(row, ()))
    return OpenCosts(costs_borne(session, open_, on).total if open_ else Decimal(0), open_)


def _divided(session: Session, said: dict[str, Any], mine: Collection[int]) -> dict[int, Decimal]:
    """By asset of other sales whose money is divided, what that took beyond the sale's own costs.

    Less than nothing, where it did not cover them. A sale of several cases took it for each in the
    proportion of its assets.
    """
    found: dict[int, Decimal] = {}
    for sale in session.execute(_DIVIDED, said):
        if set(sale.assets) & set(mine):
            continue
        beyond = round_to(Decimal(sale.costs) - Decimal(sale.own))
        parts = share_out(abs(beyond), [Decimal(1)] * len(sale.assets))
        for asset, part in zip(sorted(sale.assets), parts, strict=True):
            found[asset] = part if beyond > 0 else -part
    return found


def _parts(
    of_case: Sequence[RowMapping], mine: Collection[int], whole: Decimal, paid: dict[int, Decimal]
) -> tuple[Decimal, Decimal]:
    """What some assets bear of a case beyond their own costs.

    Equally among all that bear; and what is due from them, as others left or were divided before.
    """
    bear = [row["id"] for row in of_case if _bears(row, mine)]
    open_ = [one for one in bear if one not in paid]
    gone = sum(
        (_left_of(row) for row in of_case if row["gone"] and row["id"] not in mine),
        Decimal(0),
    )
    taken = sum((paid[one] for one in bear if one in paid), Decimal(0))
    left = max(whole + gone - taken, Decimal(0))
    return _of(mine, shares_of_case(whole, bear)), _of(mine, shares_of_case(left, open_))


def _left_of(row: RowMapping) -> Decimal:
    """What an asset cost, less what the debtor paid of it when it left."""
    return Decimal(row["costs"]) - Decimal(row["repaid"])


def _bears(row: RowMapping, mine: Collection[int]) -> bool:
    return row["id"] in mine or row["bought"] or (row["held"] and not row["gone"])


def _of(mine: Iterable[int], shares: dict[int, Decimal]) -> Decimal:
    return sum((shares.get(one, Decimal(0)) for one in mine), Decimal(0))
