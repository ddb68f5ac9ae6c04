"""The ways a reader sees in the header: those his permissions open."""

import msgspec

from inventory.base.actor import Actor


class Way(msgspec.Struct, frozen=True):
    """An entry of the navigation, shown to those who hold its permission."""

    path: str
    text: str
    permission: str


class ShownWay(msgspec.Struct, frozen=True):
    """An entry as the page shows it."""

    path: str
    text: str
    current: bool


def open_ways(ways: list[Way], actor: Actor | None, path: str) -> list[ShownWay]:
    """The entries somebody sees, the one he is on marked."""
    if actor is None:
        return []
    return [
        ShownWay(way.path, way.text, path == way.path or path.startswith(f"{way.path}/"))
        for way in ways
        if actor.may(way.permission)
    ]
