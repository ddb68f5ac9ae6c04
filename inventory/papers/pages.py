"""Forms that set issued papers right."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.papers import commands, queries
from inventory.papers.schemas import NewAmendment, NewRecall

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class PapersPages(Controller):
    """Amending and recalling."""

    path = "/documents/{reference:str}"
    include_in_schema = False

    @get("/recall", permission="papers.correct", sync_to_thread=False)
    def recall_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """Why a paper is recalled."""
        return _form(session, actor, reference, "recall")

    @post("/recall", permission="papers.correct", sync_to_thread=False)
    def recall(
        self,
        *,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Recall a paper."""
        try:
            new = decode_form(NewRecall, data)
        except Invalid as error:
            return _form(session, actor, reference, "recall", typed=data, error=error)
        issued = commands.recall(session, actor, reference, new, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was recalled."))

    @get("/amendment", permission="papers.correct", sync_to_thread=False)
    def amendment_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """Which passage of a paper is set right."""
        return _form(session, actor, reference, "amendment")

    @post("/amendment", permission="papers.correct", sync_to_thread=False)
    def amend(
        self,
        *,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Set a small error right."""
        try:
            new = decode_form(NewAmendment, data)
        except Invalid as error:
            return _form(session, actor, reference, "amendment", typed=data, error=error)
        issued = commands.amend(session, actor, reference, new, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was amended."))


def _form(
    session: Session,
    actor: Actor,
    reference: str,
    act: str,
    *,
    typed: Form | None = None,
    error: Invalid | None = None,
) -> Template:
    context = {
        "paper": queries.get_paper_out(session, actor, reference),
        "typed": typed or {},
        "errors": faults_of(error) if error else {},
    }
    status = 422 if error else 200
    return Template(f"papers/{act}.html", context=context, status_code=status)
