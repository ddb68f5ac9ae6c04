"""Who may not register for a lot, as it was declared: the page, and REST."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.bidding import kin
from auction.bidding.course import Tie
from auction.bidding.schemas import NewRelation, RelationOut
from auction.legal_rules.queries import rule_on
from auction.lots.queries import get_lot
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class RelationPages(Controller):
    """Declared relations of a lot."""

    path = "/lots/{reference:str}/relations"
    include_in_schema = False

    @get("/", permission="bidders.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The relations of a lot and the form for another."""
        return _page(session, actor, reference, at=at)

    @post("/", permission="bidders.register", sync_to_thread=False)
    def declare(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Declare a relation."""
        try:
            new = decode_form(NewRelation, data)
            kin.declare_relation(session, actor, reference, new, at=at)
        except DomainError as error:
            return _page(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/lots/{reference}/relations", _("The relation was declared."))


class RelationApi(Controller):
    """Declared relations over REST."""

    path = "/api/v1/lots/{reference:str}/relations"
    tags = ("Rounds",)

    @get("/", permission="bidders.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[RelationOut]:
        """Who may not register for a lot, as it was declared."""
        return kin.relations_of(session, get_lot(session, actor, reference).id)

    @post("/", permission="bidders.register", sync_to_thread=False)
    def declare(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRelation],
    ) -> list[RelationOut]:
        """Declare that somebody may not register, and what shows it."""
        made = kin.declare_relation(session, actor, reference, data, at=at)
        return kin.relations_of(session, made.lot_id)


def _page(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    lot = get_lot(session, actor, reference)
    return Template(
        "bidding/relations.html",
        context={
            "lot": lot,
            "relations": kin.relations_of(session, lot.id),
            "rule": rule_on(session, kin.RULE, today),
            "ties": list(Tie),
            "declares": actor.may("bidders.register"),
            "typed": typed or {"declared_on": today.isoformat()},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
