"""What a seizure keeps of its papers when a recalled one is replaced (C04/23 Art. 36(4))."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.papers.rules import PaperKind, PaperReplaced
from inventory.seizures.models import Seizure

KEPT = {
    PaperKind.SEIZURE_DECISION: Seizure.decision_number,
    PaperKind.SEIZURE_RELEASE: Seizure.release_decision,
}
"""Where the number of a paper is kept; minutes are replaced by their act, which keeps it."""


def follow_replacement(session: Session, event: PaperReplaced) -> None:
    """Carry the number of a replaced decision into the seizures that stand on it.

    The day stays: what is seized is seized since the first decision.
    """
    number = KEPT.get(event.kind)
    if number is None:
        return
    named = select(Asset.id).where(Asset.reference.in_(event.asset_refs))
    changed = session.scalars(
        update(Seizure)
        .where(Seizure.asset_id.in_(named), number == event.earlier)
        .values({number: event.number})
        .returning(Seizure.asset_id)
    ).all()
    data = {"kind": event.kind.value, "from": event.earlier, "to": event.number}
    assets = select(Asset).where(Asset.id.in_(changed)).order_by(Asset.id)
    for asset in session.scalars(assets):
        subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
        audit.record(session, event.actor, Act.SEIZURE_RENUMBERED, subject, data, at=event.at)
