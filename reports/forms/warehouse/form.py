"""From the frozen data of a warehouse paper to its HTML."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Letterhead
from reports.documents.schemas import Layout
from reports.forms.citations import cite
from reports.forms.warehouse.shapes import SHAPES
from reports.pdf.typesetting import template_version, typeset

_ARTICLE = re.compile(r"[A-Z][A-Z0-9/-]* Art\. ")


def lay_out(kind: PaperKind, template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of a warehouse paper; the same data give the same bytes."""
    return typeset(
        template,
        letterhead=letterhead,
        data=msgspec.convert(data, SHAPES[kind]),
        basis=_basis,
        version=template_version(template),
    )


def _basis(text: str) -> str:
    """An article as papers cite it; the name of a paper as it is."""
    return cite(text) if _ARTICLE.match(text) else text


WAREHOUSE: Mapping[str, Layout] = {kind: partial(lay_out, kind) for kind in SHAPES}
"""How the papers of the warehouse are laid out."""
