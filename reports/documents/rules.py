"""What may go wrong when a paper is printed."""

from inventory.base.errors import Conflict, Unavailable


class LayoutUnknown(Conflict):
    """Nobody said how papers of that kind are laid out."""

    code = "layout_unknown"
    status = 500


class BeingPrinted(Unavailable):
    """The paper is too long for a reader to wait: a worker prints it."""

    code = "being_printed"


LONG = 250_000
"""Letters of HTML from which on a paper is printed by a worker only: some 300 lines of a list."""


def patience(letters: int) -> tuple[int, int]:
    """The seconds and the bytes of memory that a paper of so many letters may take."""
    return max(60, letters // 1000), max(1536, letters // 1000) * 1024**2
