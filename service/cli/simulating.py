"""Trying a value of a rule on the history of the database, for ``kebien law simulate``."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from typing import Any

from auction.simulations.commands import simulate
from auction.simulations.schemas import NewSimulation
from inventory.base.actor import SYSTEM
from inventory.base.clock import now
from inventory.base.web import decode_form
from service.database import ready
from service.settings import Settings


def try_value(settings: Settings, said: Mapping[str, str | date | None]) -> dict[str, Any]:
    """The figures of a trial over all offices; it is kept like every other."""
    new = decode_form(NewSimulation, said)
    with closing(ready(settings)) as database, database.transaction(SYSTEM) as session:
        found = simulate(session, SYSTEM, new, at=now())
    return {
        "simulation": found.id,
        "key": found.key,
        "scope": found.scope,
        "value": found.value,
        "unit": found.unit.value,
        "from": found.since,
        "to": found.until,
        "rule_set": found.rule_set_id,
        "looked_at": found.judged,
        "changed": found.changed,
        "changes": {change.value: number for change, number in found.totals.items()},
        "offices": [(row.office, row.change.value, row.number) for row in found.figures],
    }
