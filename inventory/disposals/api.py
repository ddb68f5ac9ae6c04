"""Disposals over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import PAGE_SIZE, Page
from inventory.disposals import queries
from inventory.disposals.commands import carry_out as going
from inventory.disposals.commands import refunding, steps
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.schemas import (
    CarriedOut,
    DisposalOut,
    DisposalRow,
    Gone,
    NewCouncil,
    NewDisposal,
    NewNotice,
    NewRefundAsked,
    NewRefunded,
    NewRefusal,
    NewRemittance,
)

Size = Annotated[int, QueryParameter(ge=1, le=200)]


class DisposalApi(Controller):
    """What becomes of things by decision."""

    path = "/api/v1/disposals"
    tags = ("Disposals",)

    @get("/", permission="disposals.read", sync_to_thread=False)
    def list_disposals(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        open_only: FromQuery[bool] = True,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[DisposalRow]:
        """Disposals, the one that is due first at the top."""
        return queries.list_disposals(session, actor, open_only=open_only, cursor=cursor, size=size)

    @post("/", permission="disposals.decide", sync_to_thread=False)
    def decide(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewDisposal],
    ) -> Response[DisposalOut]:
        """Record what the judgment decides of things."""
        made = steps.decide(session, actor, data, at=at)
        return Response(
            queries.get_disposal(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"/api/v1/disposals/{made.reference}"},
        )

    @get("/{reference:str}", permission="disposals.read", sync_to_thread=False)
    def get_disposal(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> DisposalOut:
        """One disposal with its things, steps and council."""
        return queries.get_disposal(session, actor, reference)

    @post(
        "/{reference:str}/council", permission="destruction_councils.set_up", sync_to_thread=False
    )
    def set_up_council(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCouncil],
    ) -> DisposalOut:
        """Set a destruction council up."""
        set_up_council(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/notice", permission="disposals.decide", sync_to_thread=False)
    def notify(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewNotice],
    ) -> DisposalOut:
        """Record the notice to whoever is to collect or to receive."""
        steps.notify(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/unwanted", permission="disposals.decide", sync_to_thread=False)
    def refuse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRefusal],
    ) -> DisposalOut:
        """Record that the owner does not want things back."""
        steps.refuse_return(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/unclaimed", permission="disposals.decide", sync_to_thread=False)
    def give_up_waiting(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> DisposalOut:
        """Record that nobody collected in time."""
        steps.give_up_waiting(session, actor, reference, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/carried-out", permission="custody.release", sync_to_thread=False)
    def carry_out(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[CarriedOut],
    ) -> Gone:
        """Let things go on the head's order, with minutes."""
        return going.carry_out(session, actor, reference, data, at=at)

    @post("/{reference:str}/sale", permission="disposals.decide", sync_to_thread=False)
    def put_up_for_sale(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Gone:
        """Hand things to the auction side."""
        return going.put_up_for_sale(session, actor, reference, at=at)

    @post("/{reference:str}/remittance", permission="disposals.remit", sync_to_thread=False)
    def remit(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRemittance],
    ) -> DisposalOut:
        """Record that forfeited money was paid into the budget."""
        steps.remit(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/refund-request", permission="disposals.decide", sync_to_thread=False)
    def ask_refund(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRefundAsked],
    ) -> DisposalOut:
        """Ask the finance body to refund what an annulled decision forfeited."""
        refunding.ask_refund(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)

    @post("/{reference:str}/refund", permission="disposals.remit", sync_to_thread=False)
    def receive_refund(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewRefunded],
    ) -> DisposalOut:
        """Record that the finance body refunded it."""
        refunding.receive_refund(session, actor, reference, data, at=at)
        return queries.get_disposal(session, actor, reference)
