"""Issuing forms from the pages of a flag and of a review."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.papers.schemas import Issued
from reports.documents.store import provide_files
from reports.forms.commands import issue_review_dossier, issue_stock_card
from reports.forms.queries import asset_of_flag, asset_of_review
from reports.forms.stock_card.gather import card_of

AnyRequest = Request[Any, Any, Any]


class DossiersPages(Controller):
    """The buttons that issue a review dossier and then show it."""

    include_in_schema = False
    dependencies = {"files": Provide(provide_files, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @post("/flags/{flag_id:int}/dossier", permission="documents.issue", sync_to_thread=False)
    def issue_for_flag(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        flag_id: FromPath[int],
    ) -> Redirect:
        """Issue the dossier of a flagged asset."""
        ref = asset_of_flag(session, actor, flag_id)
        return _shown(issue_review_dossier(session, actor, ref, files, at=at)[0])

    @post("/reviews/{review_id:int}/dossier", permission="documents.issue", sync_to_thread=False)
    def issue_for_review(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        files: NamedDependency[BlobStore],
        review_id: FromPath[int],
    ) -> Redirect:
        """Issue the dossier of a reviewed asset."""
        ref = asset_of_review(session, actor, review_id)
        return _shown(issue_review_dossier(session, actor, ref, files, at=at)[0])


def _shown(issued: Issued) -> Redirect:
    return Redirect(f"/documents/{issued.reference}.pdf", status_code=303)


class StockCardPages(Controller):
    """The stock card of an asset, looked at and issued."""

    path = "/assets/{reference:str}/stock-card"
    include_in_schema = False

    @get("/", permission="papers.card", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The card as the ledger stands."""
        card = card_of(session, actor, reference)
        return Template("documents/stock_card.html", context={"card": card})

    @post("/", permission="papers.card", sync_to_thread=False)
    def issue(
        self,
        *,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Give the card a number; the file follows."""
        issued = issue_stock_card(session, actor, reference, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was issued."))
