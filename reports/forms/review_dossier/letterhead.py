"""Who issues the dossier and who signs it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.organisation.models import Office
from inventory.organisation.rules import OfficeKind
from reports.documents.schemas import Letterhead, Signature
from reports.forms.review_dossier.data import ReviewPart
from reports.forms.review_dossier.form import REVIEW_DOSSIER
from reports.pdf.typesetting import words_of

LABELS = "review_dossier/labels.html"

_SEAT = re.compile(r"(?:tỉnh|thành phố|TP\.?)\s+(.+)$", re.IGNORECASE)


def letterhead_of(session: Session, actor: Actor, ids: Sequence[int], today: date) -> Letterhead:
    """The issuing office: the actor's, and for the program itself that of the asset."""
    own = session.scalar(select(Asset.office_id).where(Asset.id == ids[0])) if ids else None
    line = _issuers(session, actor.office_id or own)
    made_up = session.scalar(
        select(Asset.id)
        .join(Office, Office.id == Asset.office_id)
        .where(Asset.id.in_(ids), Office.demonstration)
        .limit(1)
    )
    body = line[0]
    parent = line[1].name if len(line) > 1 else None
    if body.kind == OfficeKind.CENTRE:
        parent = _signing()["ministry"]
    return Letterhead(
        parent=parent,
        body=body.name,
        symbol=REVIEW_DOSSIER.symbol,
        place=_seat(line),
        on=today,
        demonstration=made_up is not None or body.demonstration,
    )


def _issuers(session: Session, office_id: int | None) -> list[Office]:
    """An office and those above it; what was imported belongs to nobody who issues papers."""
    line: list[Office] = []
    while office_id is not None:
        office = session.get_one(Office, office_id)
        line.append(office)
        office_id = office.parent_id
    return [office for office in line if office.kind != OfficeKind.ARCHIVE] or line


def _seat(line: Iterable[Office]) -> str | None:
    """The town in the date line; one named after a person keeps its full title (D30/20)."""
    for office in line:
        found = _SEAT.search(office.name)
        if office.kind == OfficeKind.PROVINCE and found:
            name = found[1]
            return f"Thành phố {name}" if name == _signing()["named_after_a_person"] else name
        if office.kind == OfficeKind.CENTRE:
            return _signing()["seat_of_centre"]
    return None


def signature_of(
    letterhead: Letterhead, reviews: Sequence[ReviewPart], offices: Sequence[str]
) -> Signature:
    """The leader of the team signs (C04/23 Art. 25(3)); keeper and superior are told."""
    signing = _signing()
    informed = [office for office in offices if office != letterhead.body]
    if letterhead.parent and letterhead.parent not in informed:
        informed.append(f"{letterhead.parent} ({signing['to_report']})")
    return Signature(
        on_behalf=signing["on_behalf"],
        post=signing["post"],
        name=reviews[-1].inspector if reviews else None,
        recipients=tuple(informed),
    )


def _signing() -> dict[str, str]:
    return words_of(LABELS, "signing")
