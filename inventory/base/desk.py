"""What a room adds to the desk of who logs in: figures, short lists and things to start."""

from collections.abc import Iterable
from typing import Any, NamedTuple

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

    An act of an asset is opened within its page, unless it has a page of its own. One that is
    seldom started names the title of the panel it belongs to, and stands there.
    """

    text: str
    href: str
    own_page: bool = False
    panel: str = ""


Part = Card | Panel | Act


class Arranged(NamedTuple):
    """Where the acts of a page stand: at its head, at the end of a panel, or folded in."""

    head: list[Act]
    of_panel: dict[str, list[Act]]
    more: list[Act]


def arrange(parts: Iterable[Part]) -> Arranged:
    """Acts by where they stand: those of a panel that is not drawn are folded in."""
    parts = list(parts)
    of_panel: dict[str, list[Act]] = {one.title: [] for one in parts if isinstance(one, Panel)}
    arranged = Arranged([], of_panel, [])
    for act in (one for one in parts if isinstance(one, Act)):
        place = of_panel.get(act.panel, arranged.more) if act.panel else arranged.head
        place.append(act)
    return arranged
