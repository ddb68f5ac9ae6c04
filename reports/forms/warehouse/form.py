"""From the frozen data of a warehouse paper to its HTML."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from auction.legal_rules.words import cite
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Letterhead
from reports.documents.schemas import Layout
from reports.forms.warehouse.shapes import SHAPES
from reports.pdf.typesetting import template_version, typeset

_ARTICLE = re.compile(r"[A-Z][A-Z0-9/-]* Art\. ")
_BARE = re.compile(r"\d\S*$")
_JUDGMENT = re.compile(r"-(ST|PT|GĐT)$")
"""How the number of a judgment ends."""


def lay_out(kind: PaperKind, template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of a warehouse paper; the same data give the same bytes."""
    return typeset(
        template,
        letterhead=letterhead,
        data=msgspec.convert(data, SHAPES[kind]),
        basis=basis_in_words,
        version=template_version(template),
    )


def basis_in_words(text: str) -> str:
    """An article with the full name of its text; a paper by its name, or by its bare number."""
    if _ARTICLE.match(text):
        return cite(text).vi
    if not _BARE.match(text):
        return text
    return f"{'Bản án' if _JUDGMENT.search(text) else 'văn bản'} số {text}"


WAREHOUSE: Mapping[str, Layout] = {kind: partial(lay_out, kind) for kind in SHAPES}
"""How the papers of the warehouse are laid out."""
