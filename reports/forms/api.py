"""Issuing forms over REST."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from inventory.papers.schemas import Issued
from reports.documents.store import pdf_answer, provide_files
from reports.forms.commands import issue_review_dossier, issue_stock_card
from reports.forms.queries import asset_of_flag


class DossiersApi(Controller):
    """Review dossiers."""

    path = "/api/v1/flags"
    tags = ("Reviews",)
    dependencies = {"files": Provide(provide_files, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @post(
        "/{flag_id:int}/dossier",
        permission="documents.issue",
        sync_to_thread=False,
        media_type="application/pdf",
    )
    def issue(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        flag_id: FromPath[int],
    ) -> Response[bytes]:
        """Issue the dossier of the flagged asset; ``Location`` says where the paper stays."""
        ref = asset_of_flag(session, actor, flag_id)
        issued, printed = issue_review_dossier(session, actor, ref, files, at=at)
        answer = pdf_answer(issued.reference, printed.sha256, files.get(printed.sha256), status=201)
        answer.headers["Location"] = f"/api/v1/documents/{issued.reference}"
        return answer


class StockCardApi(Controller):
    """Stock cards."""

    path = "/api/v1/assets"
    tags = ("Documents",)

    @post("/{reference:str}/stock-card", permission="papers.card", sync_to_thread=False)
    def issue(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Issued]:
        """Issue the stock card of an asset as its ledger stands."""
        issued = issue_stock_card(session, actor, reference, at=at)
        where = f"/api/v1/documents/{issued.reference}"
        return Response(issued, status_code=201, headers={"Location": where})
