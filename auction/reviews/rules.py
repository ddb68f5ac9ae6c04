"""Flags, findings and conclusions of the inspection team."""

from enum import StrEnum

from inventory.base.errors import Duplicate, OutOfPlace, Overtaken
from inventory.base.messages import _, labels


class FlagClosing(StrEnum):
    """Why a flag no longer waits."""

    CONCLUDED = "concluded"
    SOLD = "sold"
    RULED = "ruled"


class Severity(StrEnum):
    """Weight of a finding."""

    NOTE = "note"
    DEFECT = "defect"
    BREACH = "breach"


class Conclusion(StrEnum):
    """What the review asks for."""

    CONTINUE = "a"
    REVALUE = "b"
    REMEDY_AND_RESTART = "c"
    OFFER_TO_CREDITOR = "d"
    SEIZE_OTHER = "e"
    HAND_BACK = "f"
    RECALL_SEIZURE = "g"
    ASK_COURT = "h"
    ANNUL_DECISION = "i"
    RESPONSIBILITY = "j"
    REFER = "k"


class FindingCode(StrEnum):
    """What was found."""

    V01 = "V01"
    V02 = "V02"
    V03 = "V03"
    V04 = "V04"
    P01 = "P01"
    P02 = "P02"
    P03 = "P03"
    A01 = "A01"
    A02 = "A02"
    A03 = "A03"
    A04 = "A04"
    A05 = "A05"
    A06 = "A06"
    N01 = "N01"
    N02 = "N02"
    C01 = "C01"
    F01 = "F01"
    D01 = "D01"
    D02 = "D02"
    M01 = "M01"
    R01 = "R01"
    H01 = "H01"
    K01 = "K01"
    K02 = "K02"
    K03 = "K03"


NO_TIER_LEFT = 32767
"""Stands for the next tier of an asset that has reached them all."""


class FlagOrder(StrEnum):
    """In which order flags are read."""

    NEWEST = "newest"
    WORST = "worst"


class ReviewState(StrEnum):
    """Which reviews a list shows."""

    OPEN = "open"
    LATE = "late"
    CONCLUDED = "concluded"
    UNDONE = "undone"


class ReviewOpenAlready(Duplicate):
    """Somebody is reviewing that asset."""

    code = "review_open_already"


class SweepRunning(Overtaken):
    """Another sweep is at work."""

    code = "sweep_running"


class ReviewIsConcluded(OutOfPlace):
    """The review is concluded and frozen."""

    code = "review_is_concluded"


class FlagIsClosed(OutOfPlace):
    """The flag is closed."""

    code = "flag_is_closed"


class FindingsMissing(OutOfPlace):
    """A conclusion rests on at least one finding."""

    code = "findings_missing"


labels(
    {
        FlagClosing.CONCLUDED: _("Answered by a review"),
        FlagClosing.SOLD: _("Asset sold"),
        FlagClosing.RULED: _("A ruling on a round changed the count"),
    }
)
labels(
    {
        FlagOrder.NEWEST: _("Newest first"),
        FlagOrder.WORST: _("Most failed rounds first"),
    }
)
labels(
    {
        ReviewState.OPEN: _("In progress"),
        ReviewState.LATE: _("Conclusion overdue"),
        ReviewState.CONCLUDED: _("Concluded"),
        ReviewState.UNDONE: _("Measures past their date"),
    }
)
labels(
    {
        Severity.NOTE: _("Remark"),
        Severity.DEFECT: _("Defect"),
        Severity.BREACH: _("Breach of law"),
    }
)
labels(
    {
        Conclusion.CONTINUE: _("Continue with the next price reduction"),
        Conclusion.REVALUE: _("Value the asset anew"),
        Conclusion.REMEDY_AND_RESTART: _("Remedy the defect and hold the round again"),
        Conclusion.OFFER_TO_CREDITOR: _("Offer the asset to the creditor again"),
        Conclusion.SEIZE_OTHER: _("Seize other assets or put the asset to use"),
        Conclusion.HAND_BACK: _("Hand the asset back and classify as not yet enforceable"),
        Conclusion.RECALL_SEIZURE: _("Recall the seizure (collateral)"),
        Conclusion.ASK_COURT: _("Ask the court to clarify, or settle the dispute"),
        Conclusion.ANNUL_DECISION: _("Annul the decision"),
        Conclusion.RESPONSIBILITY: _("Establish the responsibility of persons"),
        Conclusion.REFER: _("Refer to the police or the procuracy"),
    }
)
labels(
    {
        FindingCode.V01: _("Valuation contract late"),
        FindingCode.V02: _("Valuation firm not eligible"),
        FindingCode.V03: _("Description of the asset differs from the seizure"),
        FindingCode.V04: _("Expired valuation certificate used"),
        FindingCode.P01: _("Starting price above the market without reason"),
        FindingCode.P02: _("Reduction above the limit or from a wrong base"),
        FindingCode.P03: _("Reduction late or not notified"),
        FindingCode.A01: _("Auction organisation chosen without publication or scoring"),
        FindingCode.A02: _("Posting or announcement too short"),
        FindingCode.A03: _("Viewing obstructed"),
        FindingCode.A04: _("Unlawful extra conditions"),
        FindingCode.A05: _("Single bidder accepted unlawfully"),
        FindingCode.A06: _("Wrong ground of outcome"),
        FindingCode.N01: _("Creditor not offered the asset"),
        FindingCode.N02: _("Co-owner's right passed over"),
        FindingCode.C01: _("Collateral auctioned past the threshold"),
        FindingCode.F01: _("Price floor passed"),
        FindingCode.D01: _("Delivery late"),
        FindingCode.D02: _("Money not put on term deposit"),
        FindingCode.M01: _("Payout late or in the wrong order"),
        FindingCode.R01: _("Gaps in the registers"),
        FindingCode.H01: _("Hold without a document"),
        FindingCode.K01: _("Legal or planning defect makes the asset unsaleable"),
        FindingCode.K02: _("Occupied by third persons"),
        FindingCode.K03: _("No demand"),
    }
)
