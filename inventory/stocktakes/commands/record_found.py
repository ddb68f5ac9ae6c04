"""What was confirmed missing is there again: an approver says so, and why he is sure."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.queries import get_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.errors import Forbidden
from inventory.base.messages import _
from inventory.custody.commands import unimpede
from inventory.custody.models import Impediment
from inventory.custody.rules import Hindrance
from inventory.stocktakes.rules import NotMissing
from inventory.stocktakes.schemas.said import FoundAgain
from inventory.stocktakes.schemas.told import FoundOut


def record_found(
    session: Session, actor: Actor, reference: str, said: FoundAgain, *, at: datetime
) -> FoundOut:
    """Lift what stands against a missing thing, of every count that missed it; the words stay.

    Raises Forbidden, NotFound, NotMissing.
    """
    actor.require("stocktakes.approve")
    asset = get_asset(session, actor, reference)
    if asset.office_id != actor.office_id:
        raise Forbidden(_("An office counts its own places."))
    i = Impediment
    counts = session.scalars(
        select(i.source)
        .where(i.asset_id == asset.id, i.code == Hindrance.MISSING, i.lifted_at.is_(None))
        .order_by(i.id)
        .with_for_update()
    ).all()
    if not counts:
        raise NotMissing(_("%(reference)s is not confirmed missing."), reference=reference)
    for count in counts:
        code = Hindrance.MISSING
        unimpede(session, actor, [reference], code, said.reason, at=at, source=count)
    subject = audit.Subject("asset", asset.id, reference, asset.office_id)
    data = {"stocktakes": list(counts), "why": said.reason}
    audit.record(session, actor, Act.FOUND_AGAIN, subject, data, at=at)
    return FoundOut(reference, list(counts), at)
