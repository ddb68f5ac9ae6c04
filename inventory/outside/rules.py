"""Outside custody: who may keep, what a check finds, what may go wrong (D152/26 Art. 24)."""

from datetime import datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Duplicate, Invalid, OutOfPlace
from inventory.base.messages import _, labels
from inventory.warehouses.rules import CustodyForm

KEEPS_OUTSIDE = (
    CustodyForm.THIRD_PARTY,
    CustodyForm.HOLDER,
    CustodyForm.DEBTOR,
    CustodyForm.COMMUNE,
)
"""Who keeps a thing for us outside any store."""


class FoundState(StrEnum):
    """How a check found what is kept outside."""

    AS_BEFORE = "as_before"
    WORSE = "worse"
    MISSING = "missing"


class FoundMissing(msgspec.Struct, frozen=True):
    """A check did not find what is kept outside; its minutes say so. For rooms above."""

    actor: Actor
    asset_id: int
    office_id: int
    paper: str
    finding: str
    at: datetime


class ContractRuns(Duplicate):
    """A contract on the thing runs already; end it first."""

    code = "contract_runs"


class ContractEnded(OutOfPlace):
    """The contract has ended."""

    code = "contract_ended"


class CheckedThatDay(Duplicate):
    """The check of that day is recorded already."""

    code = "checked_that_day"


class NotAnOutsideForm(Invalid):
    """That form of custody needs no contract, or the law does not know it on that day."""

    code = "not_an_outside_form"


labels(
    {
        FoundState.AS_BEFORE: _("As before"),
        FoundState.WORSE: _("Worse than before"),
        FoundState.MISSING: _("Not there"),
    }
)
