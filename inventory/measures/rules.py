"""Verification of what a debtor has, and provisional measures on it (L25 Art. 37, 66-69)."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Duplicate, Unlawful
from inventory.base.messages import _, labels

VERIFIED = "verification_start"
MEASURES = "provisional_measures"
"""The dated rules on verifying, and on the measures, each by a decision."""

DECISION_TIME = "provisional_measure_decision"
"""The dated rule on the hours within which a measure taken by minutes is decided on."""


class MeasureKind(StrEnum):
    """What the officer does: he verifies, or he takes one of the provisional measures."""

    VERIFICATION = "verification"
    FREEZE = "freeze"
    HOLDING = "holding"
    STOP_TRANSACTIONS = "stop_transactions"


PROVISIONAL = frozenset({MeasureKind.FREEZE, MeasureKind.HOLDING, MeasureKind.STOP_TRANSACTIONS})
"""Measures that a decision stands behind; minutes come first where it is urgent."""


class Act(StrEnum):
    """Codes of the acts of this room, as the audit ledger keeps them."""

    MEASURE_TAKEN = "measures.measure.taken"
    MEASURE_DECIDED = "measures.measure.decided"
    MEASURE_ENDED = "measures.measure.ended"
    MEASURE_RENUMBERED = "measures.measure.renumbered"


class MeasureIncomplete(Unlawful):
    """Something a verification or measure must say is missing or does not fit."""

    code = "measure_incomplete"


class DecidedAlready(Duplicate):
    """The measure has its decision, or needs none."""

    code = "measure_decided_already"


class EndedAlready(Duplicate):
    """The measure has ended."""

    code = "measure_ended_already"


class MeasureTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A thing was verified or put under a measure, for the rooms above; with the case's number.

    ``decision`` is its decision where that was there at once.
    """

    actor: Actor
    asset_id: int
    office_id: int
    case_number: str
    kind: MeasureKind
    on: date
    document: str
    decision: str | None
    decided_on: date | None
    at: datetime


class MeasureDecided(msgspec.Struct, frozen=True, kw_only=True):
    """The decision on a measure taken by minutes."""

    actor: Actor
    asset_id: int
    on: date
    decision: str
    at: datetime


class MeasureEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A measure was ended by decision; ``last`` says that no other keeps the asset."""

    actor: Actor
    asset_id: int
    on: date
    decision: str
    last: bool
    at: datetime


labels(
    {
        MeasureKind.VERIFICATION: _("Verification of the conditions for enforcement"),
        MeasureKind.FREEZE: _("Account or property frozen"),
        MeasureKind.HOLDING: _("Property or papers held for the time being"),
        MeasureKind.STOP_TRANSACTIONS: _("Registration, transfer or change stopped"),
    }
)
labels(
    {
        Act.MEASURE_TAKEN: _("Verified, or a provisional measure taken"),
        Act.MEASURE_DECIDED: _("Provisional measure decided on"),
        Act.MEASURE_ENDED: _("Provisional measure ended"),
        Act.MEASURE_RENUMBERED: _("Decision on a provisional measure replaced"),
    }
)
