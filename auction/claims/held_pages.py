"""Giving back what was held for creditors who never asked: the form, and the same over REST."""

import re
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.claims import queries
from auction.claims.held import count_silent, give_back_held
from auction.claims.schemas import NewGivingBack
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.queries import get_case
from inventory.disposals.queries import get_disposal
from inventory.disposals.rules import Thing
from inventory.disposals.schemas import DisposalOut

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class HeldPages(Controller):
    """Giving back what was held."""

    path = "/cases/{case_id:int}/held"
    include_in_schema = False

    @get("/", permission="disposals.decide", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> Template:
        """The form, with the claims that stand in the way."""
        return _form(session, actor, case_id, at=at)

    @post("/", permission="disposals.decide", sync_to_thread=False)
    def give_back(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give it back."""
        named = [word.upper() for word in re.split(r"[\s,;]+", data.get("assets", "")) if word]
        try:
            new = decode_form(NewGivingBack, {**data, "assets": named or None})
            made = give_back_held(session, actor, case_id, new, at=at)
        except DomainError as error:
            return _form(session, actor, case_id, at=at, typed=data, error=error)
        return onward(request, f"/disposals/{made.reference}", _("The decision was recorded."))


class HeldApi(Controller):
    """Giving back what was held."""

    path = "/api/v1/cases/{case_id:int}/held-return"
    tags = ("Claims",)

    @post("/", permission="disposals.decide", sync_to_thread=False)
    def give_back(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
        data: JSONBody[NewGivingBack],
    ) -> DisposalOut:
        """Give the debtor back what was held for creditors who never asked."""
        made = give_back_held(session, actor, case_id, data, at=at)
        return get_disposal(session, actor, made.reference)


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """Creditors who never asked and can no longer, for who follows their cases."""
    if actor.channel == "system" or not actor.may("claims.record"):
        return []
    silent = count_silent(session, actor, at)
    title, hint = _("Creditors who never asked in time"), _("what is held goes back to the debtor")
    return [Card(title, silent, "/deadlines", hint, tone="warn")] if silent else []


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
    return Template(
        "claims/held.html",
        context={
            "case": case,
            "rows": queries.claims_of(session, actor, [case_id], today),
            "things": list(Thing),
            "typed": typed or {"decision_on": today.isoformat(), "thing": Thing.GOODS.value},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
