"""The review dossier as a form: its template and how its snapshot is laid on paper."""

from reports.documents.rules import DocumentKind
from reports.documents.schemas import Form
from reports.forms.citations import cite, texts_of
from reports.forms.review_dossier.chart import price_chart
from reports.forms.review_dossier.data import DossierData
from reports.pdf.typesetting import template_version, typeset

TEMPLATE = "review_dossier/dossier.html"


def lay_out(dossier: DossierData) -> str:
    """The HTML of a dossier; the same snapshot gives the same bytes."""
    return typeset(
        TEMPLATE,
        dossier=dossier,
        letterhead=dossier.letterhead,
        signature=dossier.signature,
        cite=cite,
        chart=price_chart(dossier.rounds),
        texts=texts_of(_articles(dossier)),
        version=template_version(TEMPLATE),
    )


def title_of(dossier: DossierData) -> str:
    """What the paper is called in lists."""
    return f"Hồ sơ kiểm tra, đánh giá {dossier.subject}"


def _articles(dossier: DossierData) -> list[str | None]:
    found: list[str | None] = [basis.article for basis in dossier.bases]
    found += [answer.basis for answer in dossier.checklist]
    found += [breach.article for breach in dossier.breaches]
    found += [flag.article for flag in dossier.flags]
    found += [r.cut.article for r in dossier.rounds if r.cut]
    found += [f.article for review in dossier.reviews for f in review.findings]
    return found


REVIEW_DOSSIER = Form(
    kind=DocumentKind.REVIEW_DOSSIER, symbol="HSKT-THADS", template=TEMPLATE, lay_out=lay_out
)
