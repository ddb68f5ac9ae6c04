"""Of which class a thing is when it is counted, as the dated rules say of its kinds."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.errors import NotFound
from inventory.stocktakes.rules import CLASSES, RiskClass

RISK = """coalesce((CAST(:classes AS text[]))[least(
    (CAST(:ranks AS jsonb) ->> a.kind)::int,
    CASE WHEN a.perishable_on IS NOT NULL THEN (CAST(:ranks AS jsonb) ->> 'perishable')::int END,
    (SELECT min((CAST(:ranks AS jsonb) ->> m.kind)::int) FROM special_mark m
      WHERE m.asset_id = a.id))], 'other')"""
"""The class of an asset ``a``; ``ranks`` names for each kind the place of its class in a list."""

_HELD = text(
    f"""
    SELECT DISTINCT s.id, {RISK}
    FROM place s JOIN place p ON starts_with(p.path, s.path) AND p.office_id = s.office_id
    JOIN holding h ON h.place_id = p.id JOIN asset a ON a.id = h.asset_id
    WHERE s.id = ANY (CAST(:stores AS bigint[]))
    """  # noqa: S608 - our own words
)


def ranks_on(session: Session, on: date) -> dict[str, Any]:
    """The parameters of RISK as the rules stand on a day."""
    order = list(RiskClass)
    try:
        rows = law.rulings(session, CLASSES, on)
    except NotFound:
        rows = []
    ranks = {row.scope: order.index(RiskClass(str(row.value))) + 1 for row in rows}
    return {
        "classes": [one.value for one in order],
        "ranks": msgspec.json.encode(ranks).decode(),
    }


def classes_held(session: Session, stores: list[int], on: date) -> set[tuple[int, RiskClass]]:
    """Which classes of things lie in which stores at this moment."""
    said = {"stores": stores, **ranks_on(session, on)}
    return {(store, RiskClass(code)) for store, code in session.execute(_HELD, said)}
