"""Valuations and the acts that lead to a price over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.valuations import queries
from auction.valuations.commands import (
    agreement,
    contract,
    facts,
    office_price,
    revaluation,
    several,
)
from auction.valuations.commands.record import record_valuation
from auction.valuations.councils import CouncilSitting, NewCouncils
from auction.valuations.pricing_file import pricing_of
from auction.valuations.schemas import (
    AgreedPrice,
    ContractEnd,
    KeptPrice,
    NewFacts,
    NewValuation,
    OfficerPrice,
    PostedPrice,
    PricingOut,
    RevaluationGround,
    RevaluationRequest,
    ValuationOut,
)
from auction.valuations.together import NewCertificates, NewContracts, NewPriceNotices
from inventory.base.actor import Actor
from inventory.base.clock import local_day


class ValuationApi(Controller):
    """Valuations of assets."""

    path = "/api/v1/assets/{reference:str}/valuations"
    tags = ("Valuations",)

    @get("/", permission="valuations.read", sync_to_thread=False)
    def of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> list[ValuationOut]:
        """All valuations of an asset, the newest first."""
        asset = queries.get_asset(session, actor, reference)
        return queries.list_valuations(session, actor, asset, local_day(at))

    @post("/", permission="valuations.record", sync_to_thread=False)
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewValuation],
    ) -> ValuationOut:
        """Record the value put on an asset."""
        made = record_valuation(session, actor, reference, data, at=at)
        asset = queries.get_asset(session, actor, reference)
        valuations = queries.list_valuations(session, actor, asset, local_day(at))
        return next(one for one in valuations if one.id == made.id)


class PricingApi(Controller):
    """How an asset is priced: each act answers with all that is known then."""

    path = "/api/v1/assets/{reference:str}/pricing"
    tags = ("Valuations",)

    @get("/", permission="valuations.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> PricingOut:
        """Facts, lawful ways today, contracts, councils, prices, notices, re-valuations."""
        return pricing_of(session, actor, reference, local_day(at))

    @post("/facts", permission="valuations.record", sync_to_thread=False)
    def state_facts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewFacts],
    ) -> Response[PricingOut]:
        """State what the lawful way of pricing hangs on."""
        facts.state_facts(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/agreement", permission="valuations.record", sync_to_thread=False)
    def agree_price(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[AgreedPrice],
    ) -> Response[PricingOut]:
        """Record that the parties agree on the price."""
        agreement.agree_price(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/contract", permission="valuations.record", sync_to_thread=False)
    def conclude_contract(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewContracts],
    ) -> Response[PricingOut]:
        """Conclude a contract with a firm, perhaps for several assets of the case."""
        several.conclude_contracts(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/contract-end", permission="valuations.record", sync_to_thread=False)
    def end_contract(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[ContractEnd],
    ) -> Response[PricingOut]:
        """Record that the open contract ends without a certificate."""
        contract.end_contract(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/certificate", permission="valuations.record", sync_to_thread=False)
    def record_certificate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCertificates],
    ) -> Response[PricingOut]:
        """Record the certificate of the firm, perhaps with the prices of several assets."""
        several.record_certificates(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/council", permission="price_councils.set_up", sync_to_thread=False)
    def set_up_council(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCouncils],
    ) -> Response[PricingOut]:
        """Set up a price-setting council, perhaps for several assets."""
        several.set_up_councils(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/council-decision", permission="valuations.record", sync_to_thread=False)
    def decide_council(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[CouncilSitting],
    ) -> Response[PricingOut]:
        """Record the opinions and the vote of the council, perhaps on several assets."""
        several.decide_councils(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/officer-price", permission="valuations.record", sync_to_thread=False)
    def set_officer_price(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[OfficerPrice],
    ) -> Response[PricingOut]:
        """The officer sets the price."""
        office_price.set_officer_price(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/posted-price", permission="valuations.record", sync_to_thread=False)
    def set_posted_price(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[PostedPrice],
    ) -> Response[PricingOut]:
        """Price gold bars and plain rings as posted."""
        office_price.set_posted_price(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/notice", permission="valuations.record", sync_to_thread=False)
    def tell_parties(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewPriceNotices],
    ) -> Response[PricingOut]:
        """Tell the parties the newest price, perhaps of several assets."""
        several.tell_of_prices(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/revaluation-request", permission="valuations.record", sync_to_thread=False)
    def request_revaluation(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[RevaluationRequest],
    ) -> Response[PricingOut]:
        """Grant a party's request to value again."""
        revaluation.request_revaluation(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/revaluation-ground", permission="valuations.record", sync_to_thread=False)
    def reopen_price(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[RevaluationGround],
    ) -> Response[PricingOut]:
        """Record a breach or a lapsed certificate."""
        revaluation.reopen_price(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)

    @post("/kept-price", permission="valuations.record", sync_to_thread=False)
    def agree_to_keep_price(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[KeptPrice],
    ) -> Response[PricingOut]:
        """Record that the parties keep the price."""
        agreement.agree_to_keep_price(session, actor, reference, data, at=at)
        return _answer(session, actor, reference, at)


def _answer(session: Session, actor: Actor, reference: str, at: datetime) -> Response[PricingOut]:
    shown = pricing_of(session, actor, reference, local_day(at))
    headers = {"Location": f"/api/v1/assets/{reference}/pricing"}
    return Response(shown, status_code=201, headers=headers)
