"""What a custody act says, and how an entry is shown."""

from datetime import datetime
from typing import Annotated

import msgspec

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class TakeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Into which place an asset comes, from whom and on which paper."""

    place_id: int
    giver: Words
    reason: Words
    document: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which place an asset goes to which other."""

    place_id: int
    from_place_id: int
    reason: Words
    document: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom an asset leaves, from which place and on which paper."""

    from_place_id: int
    receiver: Words
    reason: Words
    document: Words


class EntryOut(msgspec.Struct, frozen=True):
    """A link of a chain as people and programs read it; ``hash`` in hexadecimal."""

    seq: int
    kind: str
    from_place: str | None
    to_place: str | None
    giver: str
    receiver: str
    reason: str
    document: str
    at: datetime
    actor: str
    hash: str
