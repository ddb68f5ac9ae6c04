"""Replacing a recalled price decision, on a page and over REST."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.lots.queries import get_lot
from auction.outcomes.commands.replace_reduction import replace_reduction
from auction.outcomes.schemas import NewReplacement
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.papers.schemas import Issued

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
PATH = "/rounds/{number:int}/reduction/replacement"


class ReplacementPages(Controller):
    """A price decision with the right price."""

    path = "/lots/{reference:str}"
    include_in_schema = False

    @get(PATH, permission="prices.reduce", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """The form."""
        return _form(session, actor, reference, number)

    @post(PATH, permission="prices.reduce", sync_to_thread=False)
    def replace(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Issue the right decision."""
        try:
            plain = {**data, "new_price": typed_amount(data.get("new_price", ""))}
            new = decode_form(NewReplacement, plain)
            issued = replace_reduction(session, actor, reference, number, new, at=at)
        except DomainError as error:
            return _form(session, actor, reference, number, typed=data, error=error)
        return onward(request, f"/documents/{issued.reference}", _("The paper was issued."))


class ReplacementApi(Controller):
    """A price decision with the right price."""

    path = "/api/v1/lots/{reference:str}"
    tags = ("Lots",)

    @post(PATH, permission="prices.reduce", sync_to_thread=False)
    def replace(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewReplacement],
    ) -> Response[Issued]:
        """Replace a recalled price decision, while no round stands on it."""
        issued = replace_reduction(session, actor, reference, number, data, at=at)
        where = f"/api/v1/documents/{issued.reference}"
        return Response(issued, status_code=201, headers={"Location": where})


def _form(
    session: Session,
    actor: Actor,
    reference: str,
    number: int,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "outcomes/replace.html",
        context={
            "lot": get_lot(session, actor, reference),
            "number": number,
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
