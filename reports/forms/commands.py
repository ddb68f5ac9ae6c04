"""Issuing the statutory forms."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import About, Issued, NewPaper
from reports.documents.commands import print_paper
from reports.documents.models import PrintedPaper
from reports.forms.review_dossier.form import title_of
from reports.forms.review_dossier.gather import dossier_of
from reports.forms.stock_card.gather import card_of


def issue_review_dossier(
    session: Session, actor: Actor, ref: str, files: BlobStore, *, at: datetime
) -> tuple[Issued, PrintedPaper]:
    """Issue the dossier of an asset or a lot as the record stands, and print it."""
    actor.require("documents.issue")
    dossier = dossier_of(session, actor, ref, at=at)
    new = NewPaper(
        kind=PaperKind.REVIEW_DOSSIER,
        subject_kind="asset",
        subject_ref=dossier.data.subject,
        title=title_of(dossier),
        data=dossier.data,
        about=tuple(About("asset", asset.reference) for asset in dossier.data.assets),
        demonstration=dossier.letterhead.demonstration,
    )
    issued = issue(session, actor, new, at=at)
    return issued, print_paper(session, issued.id, files, at=at)


def issue_stock_card(session: Session, actor: Actor, reference: str, *, at: datetime) -> Issued:
    """Issue the stock card of an asset as its ledger stands (C04/23 Art. 11(1)).

    Raises NotFound.
    """
    actor.require("papers.card")
    card = card_of(session, actor, reference)
    new = NewPaper(
        kind=PaperKind.STOCK_CARD,
        title=f"Thẻ kho {card.item.code}",
        subject_kind="asset",
        subject_ref=reference,
        data=card,
    )
    return issue(session, actor, new, at=at)
