"""What the head of a paper says of the case."""

from collections.abc import Sequence

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.cases.models import EnforcementCase
from inventory.cases.queries import parts_of
from inventory.papers.schemas import CasePart
from inventory.seizures.models import Seizure


def cases_about(
    session: Session, office_id: int, number: str | None, assets: Sequence[str]
) -> tuple[CasePart, ...]:
    """The case under a number, else those the assets were registered for or are seized for."""
    if number is not None:
        c = EnforcementCase
        named = select(c.id).where(c.office_id == office_id, c.decision_number == number)
        return parts_of(session, named)
    if not assets:
        return ()
    registered = select(Asset.case_id).where(
        Asset.reference.in_(assets), Asset.case_id.is_not(None)
    )
    seized = (
        select(Seizure.case_id)
        .join(Asset, Asset.id == Seizure.asset_id)
        .where(Asset.reference.in_(assets), Seizure.released_on.is_(None))
    )
    return parts_of(session, union(registered, seized))
