"""What is offered in one session of a case: the simplified procedure looks at all of it."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from inventory.base.direct import Direct

_BESIDE = Direct("""
SELECT coalesce(sum(r.starting_price), 0)
FROM lot AS mine
JOIN lot AS o ON o.case_id = mine.case_id AND o.id <> mine.id
JOIN auction_round AS r ON r.lot_id = o.id AND r.held_on = %(on)s::date
WHERE mine.id = %(lot)s::bigint AND NOT EXISTS (SELECT FROM round_outcome AS c
  WHERE c.round_id = r.id AND c.code IN ('paused', 'stopped', 'cancelled'))
""")


def offered_beside(session: Session, lot_id: int, on: date) -> Decimal:
    """What the other lots of a lot's case start at that are offered on the same day.

    The simplified procedure asks for the value of all assets of the session (PA16 Art. 53(1)a).
    """
    session.flush()
    row = _BESIDE.ask(session.connection(), {"lot": lot_id, "on": on})
    return Decimal(row[0]) if row else Decimal(0)
