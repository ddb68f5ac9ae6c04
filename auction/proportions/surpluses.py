"""Cases of which a payment made something seized no longer needed (L25 Art. 72(3), 95(3))."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from auction.claims.models import ClaimEntry
from auction.claims.rules import EntryKind
from auction.life.models import AssetStep
from auction.proportions.queries import weigh_all
from auction.proportions.rules import OUT, SOLD
from auction.proportions.schemas import Surplus
from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, encode_cursor
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.seizures.models import Seizure

_OVER = sorted(state.value for state in OUT | SOLD)


def list_surpluses(
    session: Session,
    actor: Actor,
    on: date,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Surplus]:
    """Open cases in sight with a payment after which something is no longer needed.

    The last payment first. A page looks at so many cases with a payment, and shows those of them;
    in a fixed number of statements, however many they are.
    """
    paid = session.execute(_paid(actor, on, cursor).limit(size + 1)).all()
    shown = paid[:size]
    weighed = weigh_all(session, [row.EnforcementCase for row in shown], on)
    found: list[Surplus] = []
    for row in shown:
        one = weighed.get(row.EnforcementCase.id)
        if one is not None and one.releasable:
            found.append(Surplus(case=one, paid_on=row.happened_on, document=row.document))
    return Page(found, _next(paid, size))


def _next(paid: Sequence[Any], size: int) -> str | None:
    return encode_cursor(paid[size - 1].id) if len(paid) > size else None


def _paid(actor: Actor, on: date, cursor: str | None) -> Select[*tuple[Any, ...]]:
    """The last standing payment of each open case for which something is still seized."""
    e, later, undone = ClaimEntry, aliased(ClaimEntry), aliased(ClaimEntry)
    paid = EntryKind.PAID.value
    newer = exists().where(
        later.case_id == e.case_id,
        later.kind == paid,
        later.id > e.id,
        ~exists().where(undone.reverses_id == later.id),
    )
    reversed_one = aliased(ClaimEntry)
    statement: Select[*tuple[Any, ...]] = (
        select(EnforcementCase, e.id, e.happened_on, e.document)
        .join(EnforcementCase, EnforcementCase.id == e.case_id)
        .where(
            e.kind == paid,
            e.happened_on <= on,
            in_sight(e.office_id, actor),
            EnforcementCase.closed_on.is_(None),
            ~newer,
            ~exists().where(reversed_one.reverses_id == e.id),
            _still_seized(),
        )
        .order_by(e.id.desc())
    )
    if after := decode_cursor(cursor, int):
        statement = statement.where(e.id < after[0])
    return statement


def _still_seized() -> ColumnElement[bool]:
    """Something is seized for the case that nobody bought and that is not gone."""
    standing = (
        select(AssetStep.state)
        .where(AssetStep.asset_id == Seizure.asset_id)
        .order_by(AssetStep.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    return exists().where(
        Seizure.case_id == ClaimEntry.case_id,
        Seizure.released_on.is_(None),
        func.coalesce(standing, "").not_in(_OVER),
    )
