"""Which counts of everything the dated rules ask for, planned or not."""

from datetime import date

from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.errors import NotFound
from inventory.stocktakes.periods import CountDue, counts_due
from inventory.warehouses.rules import CustodyForm

KEYS = ("stocktake_thads", "stocktake_accounting", "stocktake_custodian_body")
"""The dated rules that ask for counts of everything."""

OWN = (CustodyForm.OWN_STORE, CustodyForm.RENTED)
"""Stores the office keeps itself; what lies with others is checked by another rule."""


def due_in(session: Session, year: int, on: date) -> list[CountDue]:
    """What each rule of a day asks for of everything in a year."""
    return counts_due(_rulings(session, on), year)


def last_due(session: Session, on: date) -> CountDue | None:
    """The last count that every store of its own should have held before a day."""
    rulings = _rulings(session, on)
    years = (on.year - 1, on.year)
    past = [one for year in years for one in counts_due(rulings, year) if one.due_on < on]
    return past[-1] if past else None


def _rulings(session: Session, on: date) -> dict[str, list[str]]:
    rulings: dict[str, list[str]] = {}
    for key in KEYS:
        try:
            ruling = law.ruling(session, key, on)
        except NotFound:
            continue
        rulings.setdefault(ruling.article, []).extend(sorted(ruling.codes))
    return rulings
