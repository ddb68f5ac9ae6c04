"""A lot that its creditor may take, or takes, is not offered on (L25 Art. 83(3), 84(2))."""

from datetime import date

from sqlalchemy import BigInteger, Boolean, Date, Text, column, select, table
from sqlalchemy.orm import Session

from inventory.base.errors import Barred
from inventory.base.messages import _

ANSWERED = "setoff_creditor_answer"
"""The rule by which the creditor answers in time."""

_SETOFF = table(
    "setoff",
    column("lot_id", BigInteger),
    column("article", Text),
    column("accepted", Boolean),
    column("answer_by_on", Date),
    column("ended_on", Date),
)
"""Set-offs belong to a room above."""


class SetOffOpen(Barred):
    """The creditor's right is not answered, or he takes the asset: nothing else goes on."""

    code = "setoff_open"


def refuse_taking(
    session: Session, lot_id: int, on: date, *, field: str | None = None, ever: bool = False
) -> None:
    """Refuse what would pass over the creditor: while he may answer, and once he accepted.

    ``ever`` also where his time ended and nobody recorded that. Raises SetOffOpen.
    """
    right = session.execute(
        select(_SETOFF.c.article, _SETOFF.c.accepted, _SETOFF.c.answer_by_on)
        .where(_SETOFF.c.lot_id == lot_id, _SETOFF.c.ended_on.is_(None))
        .limit(1)
    ).one_or_none()
    if right is None or not (right.accepted or ever or on <= right.answer_by_on):
        return
    text = (
        _(
            "The creditor takes the asset (rule %(rule)s). Lawful: that he pays or the debtor takes"
            " it back; what comes next once he did not pay in time."
        )
        if right.accepted
        else _(
            "The creditor was asked whether he takes the asset and may answer until %(day)s (rule"
            " %(rule)s). Lawful: once his refusal, or that he did not answer in time, is recorded."
        )
    )
    raise SetOffOpen(
        text, field=field, article=right.article, rule=ANSWERED, day=right.answer_by_on
    )
