"""Payouts that rest on titles, collateral or a dwelling that were recorded otherwise since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.claims.rules import Precedence
from auction.costs.home_rent import RENT
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule, Unit
from auction.payouts.rules import LineKind
from inventory.titles.rules import Burden, BurdenEnd, OwnerRole

_TITLE = """(SELECT coalesce(json_agg(json_build_array(w.name, w.over::numeric / w.under)
    ORDER BY w.name, w.over::numeric / w.under), '[]')::text
  FROM owner_share w WHERE w.role = :co_owner AND w.title_id = (
    SELECT t.id FROM asset_title t
    WHERE t.asset_id = h.asset_id AND t.from_on <= h.on_day AND {known}
    ORDER BY t.from_on <= h.sold_on DESC, t.from_on DESC LIMIT 1))"""
_HOME = """(SELECT CASE WHEN t.only_home AND t.of_a_person THEN coalesce(t.year_rent, 0) END
  FROM asset_home t WHERE t.asset_id = h.asset_id AND t.from_on <= h.on_day AND {known}
  ORDER BY t.from_on DESC, t.id DESC LIMIT 1)"""
_REGION = """(SELECT t.region
  FROM asset_region t WHERE t.asset_id = h.asset_id AND t.from_on <= h.on_day AND {known}
  ORDER BY t.from_on DESC, t.id DESC LIMIT 1)"""
_THEN, _NOW = "t.recorded_at <= h.proposed_at", "true"
_LIVE = "(c.from_on <= {day} AND (c.ended_on IS NULL OR c.ended_on > {day}))"

_FACTS = text(f"""
WITH h AS (
  SELECT p.id, p.on_day, p.proposed_at, p.without_rent, s.sold_on, o.asset_id
  FROM payout p JOIN sale s ON s.id = p.sale_id JOIN lot_asset o ON o.lot_id = s.lot_id
  WHERE p.id = ANY (:payouts) AND p.withdrawn_at IS NULL AND p.paid_at IS NULL)
SELECT h.id, h.on_day, h.without_rent,
  {_TITLE.format(known=_THEN)} AS shares_then, {_TITLE.format(known=_NOW)} AS shares_now,
  {_HOME.format(known=_THEN)} AS home_then, {_HOME.format(known=_NOW)} AS home_now,
  {_REGION.format(known=_THEN)} AS region_then, {_REGION.format(known=_NOW)} AS region_now,
  (SELECT json_agg(json_build_array(c.holder, c.secured_amount::text, c.seized_for_other))
    FROM collateral c WHERE c.asset_id = h.asset_id
    AND ({_LIVE.format(day="h.on_day")} OR {_LIVE.format(day="h.sold_on")})) AS secured,
  (SELECT json_agg(m.creditor) FROM claim m
    WHERE m.secured_on_id = h.asset_id AND m.precedence = :no_creditor) AS claimed,
  (SELECT json_agg(b.holder) FROM encumbrance b WHERE b.asset_id = h.asset_id
    AND b.kind = :things AND b.ended_how = :sold_with AND b.ended_on <= h.on_day
    AND b.value > 0) AS things,
  (SELECT json_agg(json_build_array(l.kind, l.payee, l.owed::text)) FROM payout_line l
    WHERE l.payout_id = h.id AND l.claim_id IS NULL) AS lines
FROM h ORDER BY h.id, h.asset_id""")  # noqa: S608 - our words


def with_changed_rights(session: Session, payout_ids: Collection[int]) -> set[int]:
    """The open payouts of which owners, mortgagees or the rent were recorded otherwise since.

    Whose shares are told by when they were recorded, mortgagees and owners of things by the lines.
    The page of a payout reckons what each is due. In two statements.
    """
    if not payout_ids:
        return set()
    said = {
        "payouts": list(payout_ids),
        "co_owner": OwnerRole.CO_OWNER.value,
        "no_creditor": Precedence.MORTGAGEE_NOT_CREDITOR.value,
        "things": Burden.OTHERS_THINGS.value,
        "sold_with": BurdenEnd.SOLD_WITH.value,
    }
    assets: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_FACTS, said):
        assets[row.id].append(row)
    rents = rules_in_use(session, RENT)
    return {payout for payout, rows in assets.items() if _changed(rows, rents)}


def _changed(rows: Sequence[Any], rents: Iterable[Rule]) -> bool:
    """Whether the facts of a payout's assets are others than those it was drawn up on."""
    lines = rows[0].lines or []
    things = {holder for row in rows for holder in row.things or []}
    return (
        any(row.shares_then != row.shares_now for row in rows)
        or things != {payee for kind, payee, _owed in lines if kind == LineKind.OTHERS_THINGS}
        or _mortgagees(rows) != _owed_to_mortgagees(lines)
        or _rent_changed(rows, rents)
    )


def _mortgagees(rows: Sequence[Any]) -> dict[str, Decimal]:
    """What mortgagees are due who stand in no claim, as ``unclaimed_on`` says."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        claimed = {creditor.casefold() for creditor in row.claimed or []}
        secured = row.secured or []
        if not claimed <= {holder.casefold() for holder, _amount, _others in secured}:
            continue
        for holder, amount, for_other in secured:
            if for_other and holder.casefold() not in claimed:
                found[holder] += Decimal(amount)
    return dict(found)


def _owed_to_mortgagees(lines: Sequence[Any]) -> dict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for kind, payee, owed in lines:
        if kind == LineKind.MORTGAGEE:
            found[payee] += Decimal(owed)
    return dict(found)


def _rent_changed(rows: Sequence[Any], rents: Iterable[Rule]) -> bool:
    """Whether another year's rent is kept back: that of the first asset that is the dwelling."""
    rule = next((one for one in rents if one.serves(rows[0].on_day)), None)
    if rule is None or rows[0].without_rent:
        return False
    by_region = rule.unit is Unit.MINIMUM_WAGE
    then, now = (
        next(
            (
                getattr(row, f"region_{when}") if by_region else getattr(row, f"home_{when}")
                for row in rows
                if getattr(row, f"home_{when}") is not None
            ),
            None,
        )
        for when in ("then", "now")
    )
    return bool(then != now)
