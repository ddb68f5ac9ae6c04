"""What may go wrong when a paper is printed."""

from inventory.base.errors import Conflict


class LayoutUnknown(Conflict):
    """Nobody said how papers of that kind are laid out."""

    code = "layout_unknown"
    status = 500
