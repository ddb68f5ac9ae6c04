"""A lot whose seizure is to be recalled is not offered on (D152/26 Art. 55(4), 65(7)a)."""

from sqlalchemy import BigInteger, Date, Numeric, Text, column, select, table
from sqlalchemy.orm import Session

from auction.lots.rules import RecallPending
from inventory.base.messages import _

_RECALL = table(
    "seizure_recall",
    column("lot_id", BigInteger),
    column("price", Numeric),
    column("secured", Numeric),
    column("article", Text),
    column("recalled_on", Date),
)
"""Recalls belong to a room above."""


def refuse_recall(session: Session, lot_id: int, *, field: str | None = None) -> None:
    """Refuse whatever would offer a lot on whose seizure is to be recalled at once.

    Raises RecallPending.
    """
    waiting = session.execute(
        select(_RECALL.c.price, _RECALL.c.secured, _RECALL.c.article)
        .where(_RECALL.c.lot_id == lot_id, _RECALL.c.recalled_on.is_(None))
        .limit(1)
    ).one_or_none()
    if waiting is not None:
        raise RecallPending(
            _(
                "The price sank to %(price)s, not above the secured debt of %(secured)s and the"
                " costs: recall the seizure at once."
            ),
            field=field,
            article=waiting.article,
            rule="collateral_recall",
            price=waiting.price,
            secured=waiting.secured,
        )
