"""What is printed of a provisional measure: the decision on it and the one that ends it.

L25 Art. 66-69, 95; L08 Art. 66-69.

The common head (case, judgment, parties) and the things themselves are those of every paper.
"""

from datetime import date, datetime
from decimal import Decimal

from inventory.papers.schemas import PaperData


class MeasureDecisionData(PaperData, frozen=True, kw_only=True):
    """The decision on a provisional measure: which, on whose things, why, who carries it out.

    ``measure`` is the code of its kind, ``amount`` the money that is frozen, in đồng; where it was
    urgent the measure was taken by ``minutes`` before, at ``taken_at``.
    """

    measure: str
    grounds: str
    owner: str | None = None
    carried_out_by: str | None = None
    amount: Decimal | None = None
    minutes: str | None = None
    taken_at: datetime | None = None
    told: str | None = None


class MeasureEndData(PaperData, frozen=True, kw_only=True):
    """The decision that ends a provisional measure (L25 Art. 95): which, why, who carries it out.

    ``decision_number`` is the one it was taken by; ``returned_to`` whom what was held goes back to.
    """

    measure: str
    grounds: str
    decision_number: str | None = None
    decision_on: date | None = None
    minutes: str | None = None
    owner: str | None = None
    carried_out_by: str | None = None
    returned_to: str | None = None
    told: str | None = None
