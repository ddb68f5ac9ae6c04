"""Printing issued papers: once, from then on the file is what a reprint gives."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.papers.amending import words_of_page
from inventory.papers.models import Paper
from inventory.papers.rules import PaperIssued, WordsAsked
from reports.documents.layouts import html_of
from reports.documents.models import PaperTemplate, PrintedPaper, TemplateSource
from reports.documents.queries import print_of, template_of
from reports.documents.rules import LONG, BeingPrinted, LayoutUnknown, patience
from reports.pdf.press import print_pdf
from reports.pdf.typesetting import as_numbered, template_sources, template_version

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('kebien.printing'), hashint8(:paper))")


def keep_template(session: Session, event: PaperIssued) -> None:
    """Freeze with a paper the version of its template; it is printed from that one for ever."""
    version = template_version(event.template)
    known = session.scalar(select(exists().where(TemplateSource.version == version)))
    if not known:
        kept = {"version": version, "sources": template_sources(event.template)}
        session.execute(insert(TemplateSource).values(kept).on_conflict_do_nothing())
    row = {"paper_id": event.paper_id, "office_id": event.office_id, "version": version}
    session.execute(insert(PaperTemplate).values(row))


def tell_words(session: Session, event: WordsAsked) -> None:
    """The words of a paper as it is printed, for who compares a passage with them."""
    paper = session.get_one(Paper, event.paper_id)
    with suppress(LayoutUnknown):
        event.words.extend(words_of_page(_typeset(session, paper)[1]))


def print_paper(
    session: Session, paper_id: int, files: BlobStore, *, at: datetime, patient: bool = False
) -> PrintedPaper:
    """Print a paper from its frozen data and template and keep its file; one that was printed stays
    as it is.

    Who reads it first and the queue may want it at once: one prints, the other waits and takes it.
    Only who is patient prints a long one.

    Raises a DomainError that says what was missing or went wrong.
    """
    session.execute(_ALONE, {"paper": paper_id})
    printed = print_of(session, paper_id)
    if printed is not None:
        return printed
    paper = session.get_one(Paper, paper_id)
    version, html = _typeset(session, paper)
    if len(html) > LONG and not patient:
        raise BeingPrinted(_("The document is long and is being printed; ask again in a minute."))
    seconds, memory = patience(len(html))
    pdf = print_pdf(html, seconds=seconds, memory=memory)
    printed = PrintedPaper(
        paper_id=paper.id,
        office_id=paper.office_id,
        template=paper.template,
        template_version=version,
        sha256=files.put(pdf),
        size=len(pdf),
        printed_at=at,
    )
    session.add(printed)
    session.flush()
    return printed


def _typeset(session: Session, paper: Paper) -> tuple[str, str]:
    """The version of the template by which a paper was numbered, and the paper laid out by it."""
    kept = template_of(session, paper.id)
    if kept is None or kept[0] == template_version(paper.template):
        return template_version(paper.template), html_of(paper)
    with as_numbered(*kept):
        return kept[0], html_of(paper)
