"""Issuing papers: the only way a document gets a number."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.audit.ledger import Subject, record
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.numbering import ids, next_number, reference
from inventory.base.storage import BlobStore
from inventory.organisation.models import Office
from reports.documents.models import IssuedDocument
from reports.documents.queries import document_out
from reports.documents.rules import PREFIX
from reports.documents.schemas import DocumentOut, NewDocument, P
from reports.pdf.press import print_pdf
from reports.pdf.typesetting import template_version

SEQUENCE = "issued_document_id_seq"


def issue_document(
    session: Session, actor: Actor, new: NewDocument[P], files: BlobStore, *, at: datetime
) -> DocumentOut:
    """Number, print and store a paper; from then on it is never changed (C04/23 Art. 36).

    The number is taken before printing because it stands on the page: an office's papers of one
    kind wait for each other, and a paper that cannot be printed leaves no gap.
    """
    actor.require("documents.issue")
    office = session.scalars(select(Office.name).where(Office.id == actor.office_id)).one()
    form, year = new.form, local_day(at).year
    serial = next_number(session, actor.office_id, f"document:{form.kind}", year)
    paper = msgspec.structs.replace(
        new.paper, letterhead=msgspec.structs.replace(new.paper.letterhead, number=serial)
    )
    pdf = print_pdf(form.lay_out(paper))
    (document_id,) = ids.take(session, SEQUENCE)
    document = IssuedDocument(
        id=document_id,
        reference=reference(PREFIX, document_id),
        office_id=actor.office_id,
        kind=form.kind.value,
        year=year,
        serial=serial,
        number=f"{serial}/{paper.letterhead.symbol}",
        title=new.title,
        subject_kind=new.subject_kind,
        subject_ref=new.subject_ref,
        template=form.template,
        template_version=template_version(form.template),
        data=msgspec.to_builtins(paper),
        sha256=files.put(pdf),
        size=len(pdf),
        issued_at=at,
        issued_by_id=actor.staff_id,
        issued_by_name=actor.name,
    )
    session.add(document)
    session.flush()
    _record(session, actor, document, at=at)
    return document_out(document, office)


def _record(session: Session, actor: Actor, document: IssuedDocument, *, at: datetime) -> None:
    subject = Subject("issued_document", document.id, document.reference, document.office_id)
    facts = {
        "kind": document.kind,
        "number": document.number,
        "subject": document.subject_ref,
        "sha256": document.sha256,
        "template_version": document.template_version,
    }
    record(session, actor, "documents.document.issued", subject, facts, at=at)
