"""Things as the lines of a paper."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.custody.models import Holding
from inventory.papers.schemas import ItemLine
from inventory.warehouses.models import Place
from inventory.warehouses.queries import way_to_place


def items_of(
    session: Session,
    references: Sequence[str],
    *,
    notes: Mapping[str, str | None] | None = None,
) -> tuple[ItemLine, ...]:
    """Things as a paper names them, in the order asked for."""
    if not references:
        return ()
    a = Asset
    rows = session.execute(
        select(
            a.reference,
            a.description,
            a.unit,
            a.quantity,
            a.identification,
            a.condition,
            way_to_place(),
        )
        .join(Holding, Holding.asset_id == a.id)
        .outerjoin(Place, Place.id == Holding.place_id)
        .where(a.reference.in_(references))
    )
    said = notes or {}
    found = {
        row[0]: ItemLine(
            code=row[0],
            name=row[1],
            unit=row[2],
            quantity=row[3],
            real=row[3],
            features=row[4],
            state=row[5],
            place=row[6] or None,
            note=said.get(row[0]),
        )
        for row in rows
    }
    return tuple(found[name] for name in references if name in found)
