"""Seizure of an asset for a debt (L25 Art. 78-80)."""

from datetime import date, datetime

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Conflict


class AlreadySeizedForCase(Conflict):
    """The asset is under seizure for that case already."""

    code = "already_seized_for_case"


class SeizureReleased(msgspec.Struct, frozen=True):
    """A seizure was released; ``last`` says that the asset is under no other."""

    actor: Actor
    asset_id: int
    on: date
    document: str
    last: bool
    at: datetime
