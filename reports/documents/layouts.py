"""How the papers of a kind are laid out: said by the forms above, asked for by whoever prints."""

from collections.abc import Mapping

import msgspec

from inventory.base.messages import _
from inventory.papers.models import Paper
from inventory.papers.schemas import Letterhead
from reports.documents.rules import LayoutUnknown
from reports.documents.schemas import Layout

_layouts: dict[str, Layout] = {}


def lay_out_by(layouts: Mapping[str, Layout]) -> None:
    """Say how papers are laid out, by kind; called only where the program is put together."""
    _layouts.update(layouts)


def html_of(paper: Paper) -> str:
    """The HTML of an issued paper; the same paper gives the same text.

    Raises LayoutUnknown.
    """
    layout = _layouts.get(paper.kind)
    if layout is None:
        raise LayoutUnknown(_("Papers of the kind %(kind)s cannot be printed."), kind=paper.kind)
    return layout(paper.template, msgspec.convert(paper.letterhead, Letterhead), paper.data)
