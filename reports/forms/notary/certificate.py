"""From the frozen data of a custody certificate to its HTML."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from inventory.papers.schemas import Letterhead, PaperData
from reports.forms.citations import cite
from reports.pdf.typesetting import template_version, typeset


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the chain as it is printed."""

    seq: int
    kind: str
    at: datetime
    giver: str
    receiver: str
    reason: str
    document: str
    actor: str
    hash: str


class CertificateShape(PaperData, frozen=True, kw_only=True):
    """What the template reads of a certificate's data."""

    chain: tuple[Link, ...]
    covered: int
    head: int
    head_on: date
    head_size: int
    head_root: str
    key: str
    leaf: int | None = None
    path: tuple[str, ...] = ()
    description_covered: bool = False


def lay_out(template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of a certificate; the same data give the same bytes."""
    return typeset(
        template,
        letterhead=letterhead,
        data=msgspec.convert(data, CertificateShape),
        basis=cite,
        version=template_version(template),
    )
