"""Terminating a case: the form with what ends with it, and what the case's page says of it."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import word
from auction.papers.queries import unsure_of
from auction.terminations import queries
from auction.terminations.annulling import annul_termination, barred
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Scope
from auction.terminations.schemas import NewAnnulment, NewTermination
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.queries import get_case
from inventory.cases.schemas import CaseOut
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
CLAIM = "claim_"
"""Name of the box of a claim, before its number."""


class TerminationPages(Controller):
    """Terminating a case."""

    path = "/cases/{case_id:int}/termination"
    include_in_schema = False

    @get("/", permission="cases.terminate", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> Template:
        """The form, with what ends with the case."""
        return _form(session, actor, case_id, at=at)

    @post("/", permission="cases.terminate", sync_to_thread=False)
    def terminate(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Terminate it."""
        said = {name: text for name, text in data.items() if not name.startswith(CLAIM)}
        named = [name.removeprefix(CLAIM) for name in data if name.startswith(CLAIM)]
        try:
            new = decode_form(NewTermination, {**said, "claims": named or None})
            terminate_case(session, actor, case_id, new, at=at)
        except DomainError as error:
            return _form(session, actor, case_id, at=at, typed=data, error=error)
        return onward(request, f"/cases/{case_id}", _("Enforcement was terminated."))

    @get("/{termination_id:int}/annulment", permission="cases.terminate", sync_to_thread=False)
    def annulment_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
        termination_id: FromPath[RowId],
    ) -> Template:
        """The form of an annulment, with what comes back by it and what does not."""
        return _annulment(session, actor, case_id, termination_id, at=at)

    @post("/{termination_id:int}/annulment", permission="cases.terminate", sync_to_thread=False)
    def annul(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        termination_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Annul it."""
        which = (case_id, termination_id)
        try:
            annul_termination(session, actor, *which, decode_form(NewAnnulment, data), at=at)
        except DomainError as error:
            return _annulment(session, actor, *which, at=at, typed=data, error=error)
        return onward(request, f"/cases/{case_id}", _("The termination was annulled."))


def case_parts(session: Session, actor: Actor, case: CaseOut, _at: datetime) -> list[Part]:
    """The way to terminate a case, and the decisions that did."""
    parts: list[Part] = []
    if actor.may("cases.terminate") and case.closed_on is None:
        href = f"/cases/{case.id}/termination"
        parts.append(Act(_("Terminate enforcement"), href, own_page=True))
    rows = queries.terminations_of(session, actor, case.id)
    if rows:
        title = _("Termination of enforcement")
        parts.append(Panel(title, "terminations/_panel.html", {"rows": rows, "case": case.id}))
    return parts


def _form(
    session: Session,
    actor: Actor,
    case_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    case = get_case(session, actor, case_id)
    grounds = [(one, word("scopes", one.scope or "")) for one in queries.grounds_on(session, today)]
    return Template(
        "terminations/form.html",
        context={
            "case": case,
            "found": queries.prospect(session, actor, case_id, today),
            "grounds": grounds,
            "scopes": list(Scope),
            "unsure": unsure_of(session, PaperKind.TERMINATION_DECISION, today),
            "typed": typed or {"decided_on": today.isoformat(), "scope": Scope.WHOLE.value},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _annulment(
    session: Session,
    actor: Actor,
    case_id: int,
    termination_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    found = queries.annulled_by(session, actor, case_id, termination_id)
    return Template(
        "terminations/annulment.html",
        context={
            "case": get_case(session, actor, case_id),
            "found": found,
            "unsure": unsure_of(session, PaperKind.TERMINATION_ANNULMENT, local_day(at)),
            "barred": barred(session, actor, case_id, termination_id, at=at),
            "typed": typed or {"decided_on": local_day(at).isoformat()},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
