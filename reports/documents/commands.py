"""Printing issued papers: once, from then on the file is what a reprint gives."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.papers.models import Paper
from reports.documents.layouts import html_of
from reports.documents.models import PrintedPaper
from reports.documents.queries import print_of
from reports.documents.rules import LONG, BeingPrinted, patience
from reports.pdf.press import print_pdf
from reports.pdf.typesetting import template_version

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.printing'), hashint8(:paper))")


def print_paper(
    session: Session, paper_id: int, files: BlobStore, *, at: datetime, patient: bool = False
) -> PrintedPaper:
    """Print a paper from its frozen data and keep its file; one that was printed stays as it is.

    Who reads it first and the queue may want it at once: one prints, the other waits and takes it.
    Only who is patient prints a long one.

    Raises a DomainError that says what was missing or went wrong.
    """
    session.execute(_ALONE, {"paper": paper_id})
    printed = print_of(session, paper_id)
    if printed is not None:
        return printed
    paper = session.get_one(Paper, paper_id)
    html = html_of(paper)
    if len(html) > LONG and not patient:
        raise BeingPrinted(_("The document is long and is being printed; ask again in a minute."))
    seconds, memory = patience(len(html))
    pdf = print_pdf(html, seconds=seconds, memory=memory)
    printed = PrintedPaper(
        paper_id=paper.id,
        office_id=paper.office_id,
        template=paper.template,
        template_version=template_version(paper.template),
        sha256=files.put(pdf),
        size=len(pdf),
        printed_at=at,
    )
    session.add(printed)
    session.flush()
    return printed
