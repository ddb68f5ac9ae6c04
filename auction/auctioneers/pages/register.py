"""The register of auction organisations: the list, a new one, one with its people and sanctions."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.auctioneers import queries, ties
from auction.auctioneers.commands import register
from auction.auctioneers.rules import OrganisationKind
from auction.auctioneers.schemas import (
    NewAuctioneer,
    NewListing,
    NewOrganisation,
    NewSanction,
    NewTie,
    TieEnd,
)
from auction.firms.rules import TiedTo
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.words import cite
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class RegisterPages(Controller):
    """Auction organisations."""

    path = "/auctioneers"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        *,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The register by name."""
        found = queries.list_organisations(session, words=q or "", cursor=cursor)
        return Template(
            "auctioneers/register.html",
            context={"found": found, "q": q or "", "cursor": cursor or ""},
        )

    @get("/new", permission="auctioneers.register", sync_to_thread=False)
    def new_form(self) -> Template:
        """The form for an organisation."""
        return _new({})

    @post("/new", permission="auctioneers.register", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Enter an organisation."""
        try:
            new = decode_form(NewOrganisation, data)
            made = register.register_organisation(session, actor, new, at=at)
        except DomainError as error:
            return _new(data, error)
        return onward(request, f"/auctioneers/{made.code}", _("The organisation was registered."))

    @get("/{code:str}", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        code: FromPath[str],
    ) -> Template:
        """One organisation."""
        return _show(session, actor, code, at=at)

    @post("/{code:str}/listing", permission="auctioneers.register", sync_to_thread=False)
    def listing(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Say from when to when the Ministry lists it."""
        try:
            new = decode_form(NewListing, data)
            register.change_listing(session, actor, code, new, at=at)
        except DomainError as error:
            return _show(session, actor, code, at=at, typed=data, error=error)
        return onward(request, f"/auctioneers/{code}", _("The listing was changed."))

    @post("/{code:str}/auctioneers", permission="auctioneers.register", sync_to_thread=False)
    def auctioneer(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Enter an auctioneer."""
        try:
            new = decode_form(NewAuctioneer, data)
            register.add_auctioneer(session, actor, code, new, at=at)
        except DomainError as error:
            return _show(session, actor, code, at=at, typed=data, error=error)
        return onward(request, f"/auctioneers/{code}", _("The auctioneer was registered."))

    @post("/{code:str}/sanctions", permission="auctioneers.register", sync_to_thread=False)
    def sanction(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a sanction."""
        try:
            new = decode_form(NewSanction, data)
            register.record_sanction(session, actor, code, new, at=at)
        except DomainError as error:
            return _show(session, actor, code, at=at, typed=data, error=error)
        return onward(request, f"/auctioneers/{code}", _("The sanction was recorded."))

    @post("/{code:str}/ties", permission="auctioneers.register", sync_to_thread=False)
    def declare_tie(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Declare a family tie."""
        try:
            ties.declare_tie(session, actor, code, decode_form(NewTie, data), at=at)
        except DomainError as error:
            return _show(session, actor, code, at=at, typed=data, error=error)
        return onward(request, f"/auctioneers/{code}", _("The tie was declared."))

    @post("/{code:str}/ties/{tie:int}/end", permission="auctioneers.register", sync_to_thread=False)
    def end_tie(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        tie: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note the last day of a tie."""
        try:
            ties.end_tie(session, actor, code, tie, decode_form(TieEnd, data), at=at)
        except DomainError as error:
            return _show(session, actor, code, at=at, typed=data, error=error)
        return onward(request, f"/auctioneers/{code}", _("It was recorded."))


def _new(typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "auctioneers/new.html",
        context={
            "kinds": list(OrganisationKind),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    code: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    rules = [one for one in rules_in_use(session, "org_sanction_deduction") if one.serves(today)]
    kin = [one for one in rules_in_use(session, ties.RULE) if one.serves(today)]
    found = queries.get_organisation(session, actor, code)
    return Template(
        "auctioneers/organisation.html",
        context={
            "organisation": found,
            "ties": ties.ties_of(session, actor, found.id),
            "tied": list(TiedTo),
            "kinship": kin[0] if kin else None,
            "registers": actor.may("auctioneers.register"),
            "shares": rules[0].codes if rules else (),
            "deduction": rules[0] if rules else None,
            "today": today,
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )
