"""What is said of a warehouse's keeper, and how pages show it."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from inventory.base.said import Line, Number, Said
from inventory.keepers.rules import Ending

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]


class NewKeeper(Said, frozen=True, kw_only=True):
    """Whom a decision of the head makes keeper of a warehouse, from which day to which."""

    staff: Code
    decision_number: Number
    decided_on: date
    valid_from: date
    valid_to: date | None = None


class JointCount(Said, frozen=True, kw_only=True):
    """The number of minutes of a joint count on paper, and why it was not a stocktake here."""

    reference: Number
    reason: Line


class ChangeSignature(Said, frozen=True, kw_only=True):
    """A signature under the joint count; the head signs for a keeper who cannot, saying why."""

    in_stead_reason: Line | None = None


class Relief(Said, frozen=True, kw_only=True):
    """Why a keeper loses access at once."""

    reason: Reason


class KeeperRow(msgspec.Struct, frozen=True):
    """An appointment of a warehouse."""

    staff_code: str
    staff: str
    decision_number: str
    decided_on: date
    valid_from: date
    valid_to: date | None
    active_at: datetime | None
    ended_at: datetime | None
    ending: Ending | None
    end_reason: str | None


class ChangeOut(msgspec.Struct, frozen=True, kw_only=True):
    """A change of keeper that has not come to its end."""

    id: int
    outgoing: str
    outgoing_staff_id: int
    incoming: str
    incoming_staff_id: int
    opened_at: datetime
    count_reference: str | None
    count_reason: str | None
    counted_at: datetime | None
    outgoing_signed_at: datetime | None
    outgoing_note: str | None
    incoming_signed_at: datetime | None


class WarehouseRow(msgspec.Struct, frozen=True):
    """A warehouse with who keeps it; ``in_force`` tells whether he has access today."""

    place_id: int
    code: str
    name: str
    keeper: str | None
    valid_from: date | None
    valid_to: date | None
    in_force: bool
    change_open: bool


class KeptWarehouse(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse, its keepers, the newest first, and the change that is going on."""

    place_id: int
    code: str
    name: str
    office_id: int
    keepers: list[KeeperRow]
    change: ChangeOut | None
