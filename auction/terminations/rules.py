"""On which grounds the enforcement of a case is terminated, how far, and what may go wrong; pure.

Which grounds the law of a day knows, and whether each ends a part, are dated rows of
``termination_grounds`` whose scope is the ground (L08 Art. 50; L25 Art. 48). A wrong decision is
annulled by its author (L25 Art. 52; C04/23 Art. 36(4)).
"""

from enum import StrEnum

from auction.life.rules import State
from inventory.base.errors import Barred, Duplicate, Invalid, Unlawful
from inventory.base.messages import _, labels

GROUNDS = "termination_grounds"
AFTER_SALE = "termination_after_sale"
DECISION_DUE = "hold_decision_due"
RELEASE_DUE = "end_of_measure_decision"
ANNULLED_BY = "termination_annulled_by"
ANNULLED_UNTIL = "termination_annulled_until"

SOLD = frozenset({State.SOLD_UNPAID, State.SOLD_PAID, State.DELIVERED})
"""Sold, and its money is not divided yet."""


class Ground(StrEnum):
    """Why enforcement is terminated."""

    DEBTOR_WITHOUT_ESTATE = "debtor_without_estate"
    CREDITOR_WITHOUT_HEIRS = "creditor_without_heirs"
    PARTIES_ASK = "parties_ask"
    JUDGMENT_ANNULLED = "judgment_annulled"
    DEBTOR_DISSOLVED = "debtor_dissolved"
    OBLIGATION_WAIVED = "obligation_waived"
    BANKRUPTCY_OPENED = "bankruptcy_opened"
    CHILD_GROWN = "child_grown"


class Scope(StrEnum):
    """How much of a case is terminated."""

    WHOLE = "whole"
    PART = "part"


class Act(StrEnum):
    """Codes of the acts of the room, as the audit ledger keeps them."""

    TERMINATED = "terminations.case.terminated"
    ANNULLED = "terminations.case.annulled"


class TerminatedAlready(Duplicate):
    """The case is terminated."""

    code = "terminated_already"


class DecisionNumberTaken(Duplicate):
    """The office has a decision of termination under that number."""

    code = "termination_number_taken"


class NotInPart(Unlawful):
    """On that ground the law terminates the whole case only."""

    code = "termination_not_in_part"


class SaleUnderWay(Barred):
    """Something of the case is sold: the sale is carried out first."""

    code = "sale_under_way"


class AnnulledAlready(Duplicate):
    """The decision was annulled before."""

    code = "termination_annulled_already"


class NotAnnulled(Barred):
    """Something that followed the decision stands in the way of its annulment."""

    code = "termination_not_annulled"


class TerminationIncomplete(Invalid):
    """What the termination must say is missing or does not fit."""

    code = "termination_incomplete"


labels({Scope.WHOLE: _("The whole case"), Scope.PART: _("Some of its claims")})
labels({Act.TERMINATED: _("Enforcement terminated"), Act.ANNULLED: _("Termination annulled")})
