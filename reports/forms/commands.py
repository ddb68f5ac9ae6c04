"""Issuing the statutory forms."""

from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from reports.documents.commands import issue_document
from reports.documents.schemas import DocumentOut, NewDocument
from reports.forms.review_dossier.form import REVIEW_DOSSIER, title_of
from reports.forms.review_dossier.gather import dossier_of


def issue_review_dossier(
    session: Session, actor: Actor, ref: str, files: BlobStore, *, at: datetime
) -> DocumentOut:
    """Issue the dossier of an asset or a lot as the record stands (DOMAIN §12.3)."""
    actor.require("documents.issue")
    dossier = dossier_of(session, actor, ref, at=at)
    new = NewDocument(
        form=REVIEW_DOSSIER,
        subject_kind="asset",
        subject_ref=dossier.subject,
        title=title_of(dossier),
        paper=dossier,
    )
    return issue_document(session, actor, new, files, at=at)
