"""What a room adds to the desk of who logs in: figures, short lists and things to start."""

from typing import Any

import msgspec


class Card(msgspec.Struct, frozen=True):
    """A figure with the list behind it; ``tone`` is plain, good, warn or bad."""

    title: str
    count: int
    href: str
    hint: str = ""
    tone: str = "plain"


class Panel(msgspec.Struct, frozen=True):
    """A short list on the desk, drawn by a fragment of the room it comes from."""

    title: str
    template: str
    data: dict[str, Any]
    href: str = ""


class Act(msgspec.Struct, frozen=True):
    """Something this reader often starts, as a button.

    An act of an asset is opened within its page, unless it has a page of its own.
    """

    text: str
    href: str
    own_page: bool = False


Part = Card | Panel | Act
