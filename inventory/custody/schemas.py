"""What a custody act says, and how an entry is shown."""

from datetime import datetime
from typing import Annotated

import msgspec

from inventory.base.said import RowId, Said
from inventory.custody.rules import Break, CustodyKind

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Paper = Annotated[str, msgspec.Meta(max_length=200)]


class TakeIn(Said, frozen=True):
    """Into which place an asset comes, from whom and on which paper."""

    place_id: RowId
    giver: Words
    reason: Words
    document: Paper = ""


class Move(Said, frozen=True):
    """From which place an asset goes to which other."""

    place_id: RowId
    from_place_id: RowId
    reason: Words
    document: Paper = ""


class Release(Said, frozen=True):
    """To whom an asset leaves, from which place and on which paper."""

    from_place_id: RowId
    receiver: Words
    reason: Words
    document: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class EntryOut(msgspec.Struct, frozen=True):
    """A link of a chain as people and programs read it; ``hash`` in hexadecimal."""

    seq: int
    kind: CustodyKind
    from_place_id: int | None
    to_place_id: int | None
    giver: str
    receiver: str
    reason: str
    document: str
    at: datetime
    actor: str
    hash: str


class Moved(msgspec.Struct, frozen=True):
    """What an act of custody left behind."""

    reference: str
    seq: int
    kind: CustodyKind
    from_place_id: int | None
    to_place_id: int | None
    receiver: str
    at: datetime


class HoldingOut(msgspec.Struct, frozen=True):
    """An asset and where it is now."""

    asset_id: int
    reference: str
    description: str
    office_id: int
    place_id: int | None
    place: str | None
    receiver: str
    since: datetime
    seq: int


class WaitingRow(msgspec.Struct, frozen=True):
    """An asset that was registered and never taken in."""

    asset_id: int
    reference: str
    description: str
    registered_at: datetime


class MovementRow(msgspec.Struct, frozen=True):
    """An act of custody in a list."""

    reference: str
    description: str
    kind: CustodyKind
    giver: str
    receiver: str
    at: datetime
    actor: str


class Fault(msgspec.Struct, frozen=True):
    """The first thing that does not fit; ``seq`` is missing where it is the present holding."""

    asset: str
    seq: int | None
    what: Break


class Verified(msgspec.Struct, frozen=True):
    """What was recomputed, up to the first fault if there is one."""

    chains: int
    entries: int
    holdings: int
    first_fault: Fault | None
