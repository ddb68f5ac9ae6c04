"""Who issues the dossier and who signs it."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.organisation.models import Office
from inventory.papers.forms import form_of
from inventory.papers.queries import letterhead_of as head_of
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Letterhead, Signature
from reports.forms.review_dossier.data import ReviewPart
from reports.pdf.typesetting import words_of

LABELS = "review_dossier/labels.html"


def letterhead_of(session: Session, actor: Actor, ids: Sequence[int], today: date) -> Letterhead:
    """The issuing office: the actor's, and for the program itself that of the asset."""
    own = session.scalar(select(Asset.office_id).where(Asset.id == ids[0])) if ids else None
    made_up = session.scalar(
        select(Asset.id)
        .join(Office, Office.id == Asset.office_id)
        .where(Asset.id.in_(ids), Office.demonstration)
        .limit(1)
    )
    form = form_of(PaperKind.REVIEW_DOSSIER, today)
    head = head_of(session, actor.office_id or own, form, today)
    if made_up is None:
        return head
    return msgspec.structs.replace(head, demonstration=True)


def signature_of(reviews: Sequence[ReviewPart]) -> Signature:
    """The leader of the team signs (C04/23 Art. 25(3))."""
    signing = _signing()
    return Signature(
        on_behalf=signing["on_behalf"],
        post=signing["post"],
        name=reviews[-1].inspector if reviews else None,
    )


def recipients_of(letterhead: Letterhead, offices: Sequence[str]) -> tuple[str, ...]:
    """The keeping offices and the superior are told."""
    informed = [office for office in offices if office != letterhead.body]
    if letterhead.parent and letterhead.parent not in informed:
        informed.append(f"{letterhead.parent} ({_signing()['to_report']})")
    return tuple(informed)


def _signing() -> dict[str, str]:
    return words_of(LABELS, "signing")
