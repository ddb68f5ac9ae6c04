"""Forms that set issued papers right."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.web import decode_body, decode_form, faults_of
from inventory.papers import commands, queries
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import NewAmendment, NewRecall, NewWording
from inventory.papers.texts import passages_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
SAID = "said."
"""What the names of the passages begin with in the form."""


class PapersPages(Controller):
    """Amending, recalling and replacing."""

    path = "/documents/{reference:str}"
    include_in_schema = False

    @get("/recall", permission="papers.correct_own", sync_to_thread=False)
    def recall_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Why a paper is recalled."""
        return _form(session, actor, reference, "recall", at=at)

    @post("/recall", permission="papers.correct_own", sync_to_thread=False)
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
            return _form(session, actor, reference, "recall", typed=data, error=error, at=at)
        issued = commands.recall(session, actor, reference, new, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was recalled."))

    @get("/amendment", permission="papers.correct_own", sync_to_thread=False)
    def amendment_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Which passage of a paper is set right."""
        return _form(session, actor, reference, "amendment", at=at)

    @post("/amendment", permission="papers.correct_own", sync_to_thread=False)
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
            return _form(session, actor, reference, "amendment", typed=data, error=error, at=at)
        issued = commands.amend(session, actor, reference, new, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was amended."))

    @get("/replacement", permission="papers.correct_own", sync_to_thread=False)
    def replacement_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Which passages of a recalled paper are worded anew."""
        return _form(session, actor, reference, "replacement", at=at)

    @post("/replacement", permission="papers.correct_own", sync_to_thread=False)
    def replace(
        self,
        *,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Issue the paper that takes the place of a recalled one."""
        said = [
            {"path": key.removeprefix(SAID), "text": text}
            for key, text in data.items()
            if key.startswith(SAID) and text.strip()
        ]
        try:
            new = decode_body(NewWording, msgspec.json.encode({"passages": said}))
            issued = commands.replace(session, actor, reference, new, at=at)
        except Invalid as error:
            return _form(session, actor, reference, "replacement", typed=data, error=error, at=at)
        return onward(request, f"/documents/{issued.reference}", _("The paper was issued."))


def _form(
    session: Session,
    actor: Actor,
    reference: str,
    act: str,
    *,
    typed: Form | None = None,
    error: Invalid | None = None,
    at: datetime,
) -> Template:
    """A form for who may set the paper right.

    Raises PaperUnknown, NotTheSigner.
    """
    paper, _signature = commands.to_correct(session, actor, reference, at=at)
    context = {
        "paper": queries.get_paper_out(session, actor, reference),
        "passages": passages_of(PaperKind(paper.kind), paper.data) if act == "replacement" else [],
        "typed": typed or {},
        "errors": faults_of(error) if error else {},
    }
    status = 422 if error else 200
    return Template(f"papers/{act}.html", context=context, status_code=status)
