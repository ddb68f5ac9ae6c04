"""Issued papers in a browser."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.desk import Act, Panel, Part
from inventory.base.jobs import Transactions
from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.papers.queries import get_paper, may_correct
from inventory.papers.rules import NOT_WORDED, RECALLED_BY_ITS_ACT, PaperKind
from reports.documents import queries
from reports.documents.store import pdf_of, provide_files, provide_transactions

ANEW = {
    PaperKind.REDUCTION_DECISION: {"lot": "/lots/"},
    PaperKind.SEIZURE_MINUTES: {"asset": "/assets/"},
}
"""Where the act is done anew whose paper is replaced by it."""

SHOWN = 5
"""Papers on the page of an asset; the rest is a click away."""


class DocumentsPages(Controller):
    """The list of papers, one paper, and its file."""

    path = "/documents"
    include_in_schema = False
    dependencies = {  # noqa: RUF012 - litestar's form
        "files": Provide(provide_files, sync_to_thread=False),
        "transactions": Provide(provide_transactions, sync_to_thread=False),
    }

    @get("/", permission="documents.read", sync_to_thread=False)
    def list_documents(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        kind: FromQuery[str | None] = None,
        number: FromQuery[str | None] = None,
        subject_kind: FromQuery[str | None] = None,
        subject_ref: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The papers of the offices in sight, or those about one thing."""
        chosen = PaperKind(kind) if kind in set(PaperKind) else None
        about = (subject_kind, subject_ref) if subject_kind and subject_ref else None
        found = queries.list_documents(
            session, actor, kind=chosen, number=number, about=about, cursor=cursor
        )
        asked = {
            "kind": kind or "",
            "number": number or "",
            "subject_kind": subject_kind or "",
            "subject_ref": subject_ref or "",
        }
        context = {"found": found, "kinds": list(PaperKind), "asked": asked, "about": about}
        return Template("documents/list.html", context={**context, "cursor": cursor or ""})

    @get("/{name:str}", permission="documents.read", sync_to_thread=False)
    def show(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        transactions: NamedDependency[Transactions],
        name: FromPath[str],
    ) -> Response[Any]:
        """``/documents/VB-0000012-3`` tells of a paper, with ``.pdf`` it is the file."""
        reference = name.removesuffix(".pdf")
        if reference == name:
            document = queries.get_document_out(session, actor, reference)
            paper = get_paper(session, actor, reference)
            context = {
                "document": document,
                "corrects": may_correct(session, actor, paper, at=at) is not None,
                "anew": ANEW.get(document.kind, {}).get(document.subject_kind),
                "worded": document.kind not in NOT_WORDED | RECALLED_BY_ITS_ACT,
                "by_act": document.kind in RECALLED_BY_ITS_ACT,
            }
            return Template("documents/show.html", context=context)
        paper = get_paper(session, actor, reference)
        return pdf_of(session, transactions, files, paper, at=at)


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The last papers of an asset on its page, and its stock card."""
    if not actor.may("documents.read"):
        return []
    found = queries.list_documents(session, actor, about=("asset", asset.reference), size=SHOWN)
    path = f"/documents?subject_kind=asset&subject_ref={asset.reference}"
    parts: list[Part] = [
        Panel(_("Papers"), "documents/_of_asset.html", {"papers": found.items}, path)
    ]
    if actor.may("papers.card"):
        parts.append(Act(_("Stock card"), f"/assets/{asset.reference}/stock-card", own_page=True))
    return parts
