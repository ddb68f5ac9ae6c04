"""Auction organisations, calls and contracts over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.auctioneers import queries, ties
from auction.auctioneers.commands import calls, changing, choosing, contracts, register
from auction.auctioneers.schemas import (
    CallOut,
    CallRow,
    ContractOut,
    NewAppendix,
    NewApplicant,
    NewAuctioneer,
    NewCall,
    NewCancel,
    NewChoice,
    NewContract,
    NewEnd,
    NewExclusion,
    NewListing,
    NewOrganisation,
    NewResult,
    NewSanction,
    NewScores,
    NewTie,
    OrganisationOut,
    OrganisationRow,
    TieEnd,
    TieRow,
)
from auction.lots.queries import get_lot
from inventory.base.actor import Actor
from inventory.base.listing import Page


class OrganisationRegisterApi(Controller):
    """The register of auction organisations."""

    path = "/api/v1/auctioneers"
    tags = ("Auction organisations",)

    @get("/", permission="lots.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        *,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[OrganisationRow]:
        """The register by name."""
        return queries.list_organisations(session, words=q or "", cursor=cursor)

    @post("/", permission="auctioneers.register", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewOrganisation],
    ) -> Response[OrganisationOut]:
        """Enter an organisation."""
        made = register.register_organisation(session, actor, data, at=at)
        shown = queries.get_organisation(session, actor, made.code)
        location = f"/api/v1/auctioneers/{made.code}"
        return Response(shown, status_code=201, headers={"Location": location})

    @get("/{code:str}", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        code: FromPath[str],
    ) -> OrganisationOut:
        """One organisation with its auctioneers and sanctions."""
        return queries.get_organisation(session, actor, code)

    @post("/{code:str}/listing", permission="auctioneers.register", sync_to_thread=False)
    def listing(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        code: FromPath[str],
        data: JSONBody[NewListing],
    ) -> OrganisationOut:
        """Say from when to when the Ministry lists it."""
        register.change_listing(session, actor, code, data, at=at)
        return queries.get_organisation(session, actor, code)

    @post("/{code:str}/auctioneers", permission="auctioneers.register", sync_to_thread=False)
    def add_auctioneer(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        code: FromPath[str],
        data: JSONBody[NewAuctioneer],
    ) -> OrganisationOut:
        """Enter an auctioneer."""
        register.add_auctioneer(session, actor, code, data, at=at)
        return queries.get_organisation(session, actor, code)

    @get("/{code:str}/ties", permission="lots.read", sync_to_thread=False)
    def list_ties(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        code: FromPath[str],
    ) -> list[TieRow]:
        """The family ties of an organisation that offices in sight declared."""
        return ties.ties_of(session, actor, queries.find_organisation(session, code).id)

    @post("/{code:str}/ties", permission="auctioneers.register", sync_to_thread=False)
    def declare_tie(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        code: FromPath[str],
        data: JSONBody[NewTie],
    ) -> list[TieRow]:
        """Declare a family tie of somebody of an organisation, with what shows it."""
        made = ties.declare_tie(session, actor, code, data, at=at)
        return ties.ties_of(session, actor, made.organisation_id)

    @post("/{code:str}/ties/{tie:int}/end", permission="auctioneers.register", sync_to_thread=False)
    def end_tie(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        code: FromPath[str],
        tie: FromPath[int],
        data: JSONBody[TieEnd],
    ) -> list[TieRow]:
        """Note the last day of a tie."""
        made = ties.end_tie(session, actor, code, tie, data, at=at)
        return ties.ties_of(session, actor, made.organisation_id)

    @post("/{code:str}/sanctions", permission="auctioneers.register", sync_to_thread=False)
    def sanction(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        code: FromPath[str],
        data: JSONBody[NewSanction],
    ) -> OrganisationOut:
        """Record a sanction."""
        register.record_sanction(session, actor, code, data, at=at)
        return queries.get_organisation(session, actor, code)


class CallApi(Controller):
    """Calls to auction organisations."""

    path = "/api/v1"
    tags = ("Auction organisations",)

    @get("/calls", permission="lots.read", sync_to_thread=False)
    def list_calls(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        open_only: FromQuery[bool] = False,
        cursor: FromQuery[str | None] = None,
    ) -> Page[CallRow]:
        """Calls, the newest first."""
        return queries.list_calls(session, actor, open_only=open_only, cursor=cursor)

    @post("/lots/{reference:str}/calls", permission="organisations.choose", sync_to_thread=False)
    def publish(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCall],
    ) -> Response[CallOut]:
        """Publish a call for a lot, with every group of criteria."""
        made = calls.publish_call(session, actor, reference, data, at=at)
        shown = queries.get_call(session, actor, made.reference)
        location = f"/api/v1/calls/{made.reference}"
        return Response(shown, status_code=201, headers={"Location": location})

    @get("/calls/{reference:str}", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> CallOut:
        """One call with criteria, applicants and points."""
        return queries.get_call(session, actor, reference)

    @post(
        "/calls/{reference:str}/applicants", permission="organisations.choose", sync_to_thread=False
    )
    def apply(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewApplicant],
    ) -> CallOut:
        """Take an organisation's file in."""
        calls.add_applicant(session, actor, reference, data, at=at)
        return queries.get_call(session, actor, reference)

    @post(
        "/calls/{reference:str}/applicants/{code:str}/scores",
        permission="organisations.choose",
        sync_to_thread=False,
    )
    def score(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        code: FromPath[str],
        data: JSONBody[NewScores],
    ) -> CallOut:
        """Give an applicant points by the place of each criterion."""
        calls.score_applicant(session, actor, reference, code, data, at=at)
        return queries.get_call(session, actor, reference)

    @post(
        "/calls/{reference:str}/applicants/{code:str}/exclusion",
        permission="organisations.choose",
        sync_to_thread=False,
    )
    def exclude(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        code: FromPath[str],
        data: JSONBody[NewExclusion],
    ) -> CallOut:
        """Exclude an applicant for a stated reason."""
        calls.exclude_applicant(session, actor, reference, code, data, at=at)
        return queries.get_call(session, actor, reference)

    @post("/calls/{reference:str}/choice", permission="organisations.choose", sync_to_thread=False)
    def choose(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewChoice],
    ) -> CallOut:
        """Choose who has the most points."""
        choosing.choose_organisation(session, actor, reference, data, at=at)
        return queries.get_call(session, actor, reference)

    @post("/calls/{reference:str}/result", permission="organisations.choose", sync_to_thread=False)
    def publish_result(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewResult],
    ) -> CallOut:
        """Record that the result was published."""
        choosing.publish_result(session, actor, reference, data, at=at)
        return queries.get_call(session, actor, reference)

    @post("/calls/{reference:str}/untrue", permission="organisations.choose", sync_to_thread=False)
    def cancel_choice(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCancel],
    ) -> CallOut:
        """Cancel the choice for untrue information, before the contract."""
        choosing.cancel_choice(session, actor, reference, data, at=at)
        return queries.get_call(session, actor, reference)

    @post(
        "/calls/{reference:str}/cancellation",
        permission="organisations.choose",
        sync_to_thread=False,
    )
    def cancel(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCancel],
    ) -> CallOut:
        """Cancel a call as a whole."""
        choosing.cancel_call(session, actor, reference, data, at=at)
        return queries.get_call(session, actor, reference)


class AuctionContractApi(Controller):
    """The contracts of a lot."""

    path = "/api/v1/lots/{reference:str}/contracts"
    tags = ("Auction organisations",)

    @get("/", permission="lots.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[ContractOut]:
        """Every contract of a lot's life, the newest first."""
        return _contracts(session, actor, reference)

    @post("/", permission="contracts.sign", sync_to_thread=False)
    def sign(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewContract],
    ) -> Response[list[ContractOut]]:
        """Sign the contract for a lot."""
        contracts.sign_contract(session, actor, reference, data, at=at)
        return Response(_contracts(session, actor, reference), status_code=201)

    @post("/appendices", permission="contracts.sign", sync_to_thread=False)
    def append(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewAppendix],
    ) -> list[ContractOut]:
        """Add an appendix for the next round."""
        changing.append_contract(session, actor, reference, data, at=at)
        return _contracts(session, actor, reference)

    @post("/end", permission="contracts.sign", sync_to_thread=False)
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewEnd],
    ) -> list[ContractOut]:
        """End the contract in force."""
        changing.end_contract(session, actor, reference, data, at=at)
        return _contracts(session, actor, reference)


def _contracts(session: Session, actor: Actor, reference: str) -> list[ContractOut]:
    lot = get_lot(session, actor, reference)
    return queries.contracts_of_lot(session, actor, lot.id)
