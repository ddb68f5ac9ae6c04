"""What a custody act says, and how an entry is shown."""

from datetime import datetime
from typing import Annotated

import msgspec

from inventory.base.said import Number, RowId, Said
from inventory.custody.rules import Break, CustodyKind, Hindrance, SealState

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Paper = Annotated[str, msgspec.Meta(max_length=200)]
MOST_THINGS = 20_000
"""Sealed things in one act; a whole warehouse may be sent."""
Seals = Annotated[dict[Number, SealState], msgspec.Meta(max_length=50)]
"""How each seal on the thing was found, by its number."""
SealsOfThings = Annotated[dict[Number, Seals], msgspec.Meta(max_length=MOST_THINGS)]
"""How each seal on each sealed thing was found, by the numbers of thing and seal."""


class Looked(Said, frozen=True, kw_only=True):
    """What every act on several things says beside: how their seals were found."""

    seals: SealsOfThings = {}  # noqa: RUF012 - msgspec copies it


class Coming(Said, frozen=True, kw_only=True):
    """A registered asset and the place it comes into."""

    asset: Number
    place_id: RowId


class TakeIn(Said, frozen=True):
    """Into which place an asset comes, from whom, on which signed order and which other paper.

    ``order`` is ``LK-0000012-3``, or ``LK-0000012-3/2`` for its second line, where that line says
    what is still to be registered. Only a warehouse of the office asks for it.
    """

    place_id: RowId
    giver: Words
    reason: Words
    document: Paper = ""
    order: Number | None = None
    seals: Seals = {}  # noqa: RUF012 - msgspec copies it


class Intake(Looked, frozen=True, kw_only=True):
    """Up to a hundred registered assets of one order that come into places together."""

    order: Number | None = None
    giver: Words
    reason: Words
    document: Paper = ""
    things: Annotated[list[Coming], msgspec.Meta(min_length=1, max_length=100)]


class Move(Said, frozen=True):
    """From which place an asset goes to which other."""

    place_id: RowId
    from_place_id: RowId
    reason: Words
    document: Paper = ""
    seals: Seals = {}  # noqa: RUF012 - msgspec copies it


class Release(Said, frozen=True):
    """To whom an asset leaves, from which place, on which signed order and which other paper."""

    from_place_id: RowId
    receiver: Words
    reason: Words
    document: Paper = ""
    order: Number | None = None
    seals: Seals = {}  # noqa: RUF012 - msgspec copies it


class NewImpediment(Said, frozen=True, kw_only=True):
    """Why an asset may not be touched for now; what it forbids follows from the code."""

    code: Hindrance
    reason: Words


class Lifting(Said, frozen=True, kw_only=True):
    """Which impediment is over, and why."""

    impediment_id: RowId
    reason: Words


class ImpedimentOut(msgspec.Struct, frozen=True):
    """An impediment of an asset; ``source`` names what raised it where it was not done by hand."""

    id: int
    code: Hindrance
    source: str
    reason: str
    raised_at: datetime
    raised_by: str | None
    lifted_at: datetime | None
    lift_reason: str | None
    lifted_by: str | None


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
