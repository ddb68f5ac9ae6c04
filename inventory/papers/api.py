"""Setting issued papers right, over REST; reading them is a matter of the printed ones."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.papers import commands
from inventory.papers.schemas import Issued, NewAmendment, NewRecall, NewWording


class PapersApi(Controller):
    """Papers that amend, recall and replace others."""

    path = "/api/v1/documents/{reference:str}"
    tags = ("Documents",)

    @post("/recall", permission="papers.correct_own", sync_to_thread=False)
    def recall(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRecall],
    ) -> Response[Issued]:
        """Recall a paper."""
        return _created(commands.recall(session, actor, reference, data, at=at))

    @post("/amendment", permission="papers.correct_own", sync_to_thread=False)
    def amend(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewAmendment],
    ) -> Response[Issued]:
        """Set a small error right."""
        return _created(commands.amend(session, actor, reference, data, at=at))

    @post("/replacement", permission="papers.correct_own", sync_to_thread=False)
    def replace(
        self,
        *,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewWording],
    ) -> Response[Issued]:
        """Replace a recalled paper by one with other words."""
        return _created(commands.replace(session, actor, reference, data, at=at))


def _created(issued: Issued) -> Response[Issued]:
    where = f"/api/v1/documents/{issued.reference}"
    return Response(issued, status_code=201, headers={"Location": where})
