"""The review dossier as a form: how its snapshot is laid on paper."""

from collections.abc import Mapping
from typing import Any

import msgspec

from inventory.papers.schemas import Letterhead
from reports.forms.citations import cite, texts_of
from reports.forms.review_dossier.chart import price_chart
from reports.forms.review_dossier.data import Dossier, DossierData
from reports.pdf.typesetting import template_version, typeset

TEMPLATE = "review_dossier/dossier.html"


def lay_out(dossier: Dossier, template: str = TEMPLATE) -> str:
    """The HTML of a dossier; the same snapshot gives the same bytes."""
    data = dossier.data
    return typeset(
        template,
        dossier=data,
        letterhead=dossier.letterhead,
        data=data,
        cite=cite,
        chart=price_chart(data.rounds),
        texts=texts_of(_articles(data)),
        version=template_version(template),
    )


def lay_out_frozen(template: str, letterhead: Letterhead, data: Mapping[str, Any]) -> str:
    """The HTML of an issued dossier."""
    return lay_out(Dossier(letterhead, msgspec.convert(data, DossierData)), template)


def title_of(dossier: Dossier) -> str:
    """What the paper is called in lists."""
    return f"Hồ sơ kiểm tra, đánh giá {dossier.data.subject}"


def _articles(dossier: DossierData) -> list[str | None]:
    found: list[str | None] = [basis.article for basis in dossier.bases]
    found += [answer.basis for answer in dossier.checklist]
    found += [breach.article for breach in dossier.breaches]
    found += [departure.article for departure in dossier.departures]
    found += [flag.article for flag in dossier.flags]
    found += [r.cut.article for r in dossier.rounds if r.cut]
    found += [f.article for review in dossier.reviews for f in review.findings]
    return found
