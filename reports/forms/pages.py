"""Issuing forms from the pages of a flag and of a review."""

from datetime import datetime

from litestar import Controller, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.storage import BlobStore
from reports.documents.schemas import DocumentOut
from reports.documents.store import provide_files
from reports.forms.commands import issue_review_dossier
from reports.forms.queries import asset_of_flag, asset_of_review


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
        return _shown(issue_review_dossier(session, actor, ref, files, at=at))

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
        return _shown(issue_review_dossier(session, actor, ref, files, at=at))


def _shown(issued: DocumentOut) -> Redirect:
    return Redirect(f"/documents/{issued.reference}.pdf", status_code=303)
