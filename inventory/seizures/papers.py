"""What is printed of a seizure: the decision, the minutes, the custody, the release.

The common head (case, judgment, parties) and the things themselves are those of every paper.
"""

from datetime import date, datetime

from inventory.papers.schemas import ActMinutes, PaperData, Party


class SeizureDecisionData(PaperData, frozen=True, kw_only=True):
    """The decision to seize (L25 Art. 72, 78(1)): whose things, why, who carries it out and when.

    An extra decision seizes what was found on the spot (L25 Art. 80(3)).
    """

    grounds: str
    owner: str | None = None
    carried_out_by: str | None = None
    carried_out_at: datetime | None = None
    place: str | None = None
    extra: bool = False


class SeizureMinutesData(ActMinutes, frozen=True, kw_only=True):
    """The minutes of a seizure (L25 Art. 80(1); L08 Art. 88(2)).

    `others` are assets that were there and were not seized, `custody` says where the seized ones
    stay and who answers for them.
    """

    decision_number: str
    decision_on: date
    officer: Party
    recorder: Party | None = None
    others: str | None = None
    custody: str | None = None
    custodian: Party | None = None
    force: bool = False
    """Police or others were called up for it (D152/26 Art. 42)."""


class CustodyAssignmentData(ActMinutes, frozen=True, kw_only=True):
    """The minutes of giving into custody (D152/26 Art. 24(4); L08 Art. 58(3))."""

    officer: Party
    custodian: Party
    decision_number: str | None = None
    decision_on: date | None = None
    contract_number: str | None = None
    until_on: date | None = None
    duties: str | None = None
    use: str | None = None
    """What the custodian may use it for, of land and of houses."""


class SeizureReleaseData(PaperData, frozen=True, kw_only=True):
    """The decision that ends a seizure (L25 Art. 95(3)): why, and which registers are told."""

    ground: str
    decision_number: str
    decision_on: date
    ground_on: date | None = None
    returned_to: str | None = None
    registers: tuple[str, ...] = ()
