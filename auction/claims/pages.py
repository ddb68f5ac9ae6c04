"""The claims of a case with the form for a further one; one claim with its changes."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.claims import commands, queries
from auction.claims.rules import RECORDABLE, ClaimKind, Precedence
from auction.claims.schemas import NewAsking, NewClaim, NewEntry, NewReversal
from auction.legal_rules.words import cite
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.queries import get_case
from inventory.cases.schemas import CaseOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
AMOUNTS = frozenset({"principal", "interest"})


class ClaimPages(Controller):
    """Claims of a case and their changes."""

    include_in_schema = False

    @get("/cases/{case_id:int}/claims", permission="claims.read", sync_to_thread=False)
    def of_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> Template:
        """The claims of a case."""
        return _of_case(session, actor, case_id, at=at)

    @post("/cases/{case_id:int}/claims", permission="claims.record", sync_to_thread=False)
    def record(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a claim."""
        try:
            new = decode_form(NewClaim, _plain(data))
            commands.record_claim(session, actor, case_id, new, at=at)
        except DomainError as error:
            return _of_case(session, actor, case_id, at=at, typed=data, error=error)
        return onward(request, f"/cases/{case_id}/claims", _("The claim was recorded."))

    @get("/claims/{claim_id:int}", permission="claims.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        claim_id: FromPath[RowId],
    ) -> Template:
        """One claim."""
        return _show(session, actor, claim_id, at=at)

    @post("/claims/{claim_id:int}/changes", permission="claims.record", sync_to_thread=False)
    def change(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        claim_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a change."""
        try:
            new = decode_form(NewEntry, _plain(data))
            commands.change_claim(session, actor, claim_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, claim_id, at=at, typed=data, error=error)
        return onward(request, f"/claims/{claim_id}", _("The change was recorded."))

    @post("/claims/{claim_id:int}/asking", permission="claims.record", sync_to_thread=False)
    def ask(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        claim_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record that the creditor asks."""
        try:
            new = decode_form(NewAsking, data)
            commands.ask_enforcement(session, actor, claim_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, claim_id, at=at, typed=data, error=error)
        return onward(request, f"/claims/{claim_id}", _("The request was recorded."))

    @post(
        "/claims/{claim_id:int}/changes/{entry_id:int}/reversal",
        permission="claims.record",
        sync_to_thread=False,
    )
    def reverse(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        claim_id: FromPath[RowId],
        entry_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take a change back."""
        try:
            new = decode_form(NewReversal, data)
            commands.reverse_change(session, actor, claim_id, entry_id, new, at=at)
        except DomainError as error:
            return _show(session, actor, claim_id, at=at, typed=data, error=error)
        return onward(request, f"/claims/{claim_id}", _("The change was taken back."))


def case_parts(session: Session, actor: Actor, case: CaseOut, at: datetime) -> list[Part]:
    """What is owed in a case, on its page."""
    if not actor.may("claims.read"):
        return []
    href = f"/cases/{case.id}/claims"
    parts: list[Part] = []
    if actor.may("claims.record") and case.closed_on is None:
        parts.append(Act(_("Record a claim"), href, own_page=True))
    rows = queries.claims_of(session, actor, [case.id], local_day(at))
    parts.append(Panel(_("Claims"), "claims/_panel.html", {"rows": rows}, href))
    return parts


def _plain(data: Form) -> Form:
    return {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}


def _of_case(
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
    rows = queries.claims_of(session, actor, [case_id], today)
    return Template(
        "claims/of_case.html",
        context={
            "case": case,
            "rows": rows,
            "owed": sum((row.owed.total for row in rows), start=0),
            "kinds": list(ClaimKind),
            "precedences": list(Precedence),
            "typed": typed or {"granted_on": (case.decision_on or today).isoformat()},
            "errors": faults_of(error) if error else {},
            "today": today,
            "cite": cite,
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    claim_id: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    return Template(
        "claims/show.html",
        context={
            "file": queries.get_claim(session, actor, claim_id, today),
            "kinds": RECORDABLE,
            "typed": typed or {"happened_on": today.isoformat()},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )
