"""What is printed of a provisional measure: the decision (L25 Art. 66-69; L08 Art. 66-69).

The common head (case, judgment, parties) and the things themselves are those of every paper.
"""

from datetime import datetime
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
