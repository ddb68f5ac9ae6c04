"""Reading issued papers and checking that their files are what was issued."""

from contextlib import closing

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.base.storage import BlobStore
from inventory.organisation.models import Office
from reports.documents.models import IssuedDocument
from reports.documents.rules import DocumentUnknown
from reports.documents.schemas import DocumentOut


class FilesChecked(msgspec.Struct, frozen=True):
    """How many issued papers were compared with their files, and the first that does not fit."""

    checked: int
    fault: str | None


def visible_documents(actor: Actor) -> Select[IssuedDocument]:
    """The papers of the offices an actor sees."""
    return select(IssuedDocument).where(in_sight(IssuedDocument.office_id, actor))


def get_document(session: Session, actor: Actor, reference: str) -> IssuedDocument:
    """One issued paper.

    Raises DocumentUnknown, also for a paper of a foreign office.
    """
    found = session.scalar(visible_documents(actor).where(IssuedDocument.reference == reference))
    if found is None:
        raise DocumentUnknown(_("There is no document %(reference)s."), reference=reference)
    return found


def get_document_out(session: Session, actor: Actor, reference: str) -> DocumentOut:
    """One issued paper with the name of its office.

    Raises DocumentUnknown.
    """
    document = get_document(session, actor, reference)
    office = session.scalars(select(Office.name).where(Office.id == document.office_id)).one()
    return document_out(document, office)


def list_documents_of(
    session: Session, actor: Actor, subject_kind: str, subject_ref: str
) -> list[DocumentOut]:
    """The papers issued about one thing, newest first; a thing has a handful."""
    chosen = visible_documents(actor).where(
        IssuedDocument.subject_kind == subject_kind, IssuedDocument.subject_ref == subject_ref
    )
    rows = session.execute(
        chosen.add_columns(Office.name)
        .join(Office, Office.id == IssuedDocument.office_id)
        .order_by(IssuedDocument.id.desc())
        .limit(200)
    )
    return [document_out(document, office) for document, office in rows]


def document_out(document: IssuedDocument, office: str) -> DocumentOut:
    """What is told of an issued paper."""
    return DocumentOut(
        reference=document.reference,
        number=document.number,
        kind=document.kind,
        title=document.title,
        subject_kind=document.subject_kind,
        subject_ref=document.subject_ref,
        office=office,
        issued_at=document.issued_at,
        issued_by=document.issued_by_name,
        template=document.template,
        template_version=document.template_version,
        sha256=document.sha256,
        size=document.size,
    )


def check_files(session: Session, files: BlobStore) -> FilesChecked:
    """Compare every issued paper with its stored file."""
    checked = 0
    statement = select(IssuedDocument.reference, IssuedDocument.sha256).order_by(IssuedDocument.id)
    with closing(session.execute(statement.execution_options(yield_per=1000))) as rows:
        for reference, digest in rows:
            checked += 1
            try:
                files.get(digest)
            except DomainError as error:
                return FilesChecked(checked, f"{reference}: {error}")
    return FilesChecked(checked, None)
