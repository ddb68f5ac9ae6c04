"""What becomes of a paper of a sale that was carried out: its recall is the head's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.legal_rules.queries import basis_on
from auction.lots.models import Lot
from auction.sales.models import Sale
from inventory.base.messages import _
from inventory.papers.rules import HEAD, NotTheSigner, PaperKind, RecallAsked

RECALLED_BY = "paper_set_right_by"
CARRIED_OUT = frozenset({PaperKind.DELIVERY_DECISION, PaperKind.DELIVERY_MINUTES})


def refuse_carried_out(session: Session, event: RecallAsked) -> None:
    """The officer recalls no delivery that took place; the buyer holds the asset by it.

    Raises NotTheSigner.
    """
    if event.kind not in CARRIED_OUT or event.post == HEAD:
        return
    delivered = session.scalar(
        select(Sale.delivered_on)
        .join(Lot, Lot.id == Sale.lot_id)
        .where(
            Lot.reference == event.subject_ref,
            Sale.delivered_on.is_not(None),
            Sale.cancelled_on.is_(None),
        )
    )
    if delivered is not None:
        raise NotTheSigner(
            _(
                "The asset was delivered on %(day)s by %(number)s: no officer recalls it alone"
                " (rule %(rule)s). Lawful: the head of the office recalls it, and the right one"
                " replaces it; a small error is amended."
            ),
            day=delivered,
            number=event.number,
            **basis_on(session, RECALLED_BY, event.on),
        )
