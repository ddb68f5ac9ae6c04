"""Warehouse orders over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import Page
from inventory.orders import delegations, queries
from inventory.orders.commands import finishing, requesting, signing
from inventory.orders.schemas import (
    Closing,
    DelegationRow,
    HandOver,
    NewDelegation,
    NewOrder,
    OrderOut,
    OrderRow,
)

Awaits = Annotated[str | None, QueryParameter(pattern="^(signature|receiving|releasing)$")]


class OrderApi(Controller):
    """Orders to store in and to release, and the papers that follow them."""

    path = "/api/v1/orders"
    tags = ("Warehouse orders",)

    @get("/", permission="orders.read", sync_to_thread=False)
    def list_orders(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        awaits: Awaits = None,
        cursor: FromQuery[str | None] = None,
    ) -> Page[OrderRow]:
        """Orders, the newest first: all, or those that await something in one's own office."""
        return queries.list_orders(session, actor, awaits=awaits or "", cursor=cursor)

    @get("/{reference:str}", permission="orders.read", sync_to_thread=False)
    def get_order(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> OrderOut:
        """One order with its lines, the steps taken and the one whose turn it is."""
        return queries.get_order(session, actor, reference)

    @post("/", permission="orders.request", sync_to_thread=False)
    def request(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewOrder],
    ) -> Response[OrderOut]:
        """Ask for an order."""
        made = requesting.request_order(session, actor, data, at=at)
        return Response(
            queries.get_order(session, actor, made.reference),
            status_code=201,
            headers={"Location": f"/api/v1/orders/{made.reference}"},
        )

    @post("/{reference:str}/withdrawal", permission="orders.request", sync_to_thread=False)
    def withdraw(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Closing],
    ) -> OrderOut:
        """Take one's own request back before it is signed."""
        requesting.withdraw_order(session, actor, reference, data, at=at)
        return queries.get_order(session, actor, reference)

    @post("/{reference:str}/signature", permission="orders.sign", sync_to_thread=False)
    def sign(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> OrderOut:
        """Sign the order, as the head or his delegate."""
        signing.sign_order(session, actor, reference, at=at)
        return queries.get_order(session, actor, reference)

    @post("/{reference:str}/refusal", permission="orders.sign", sync_to_thread=False)
    def refuse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Closing],
    ) -> OrderOut:
        """Refuse a request, or recall a signed order on which nothing went through."""
        signing.refuse_order(session, actor, reference, data, at=at)
        return queries.get_order(session, actor, reference)

    @post("/{reference:str}/check", permission="orders.hand_over", sync_to_thread=False)
    def check(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[HandOver],
    ) -> OrderOut:
        """Check the taker, the state and the seals before a release."""
        finishing.check_release(session, actor, reference, data, at=at)
        return queries.get_order(session, actor, reference)

    @post("/{reference:str}/minutes", permission="orders.hand_over", sync_to_thread=False)
    def minutes(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[HandOver],
    ) -> OrderOut:
        """Write the hand-over minutes."""
        finishing.write_minutes(session, actor, reference, data, at=at)
        return queries.get_order(session, actor, reference)

    @post("/{reference:str}/slip", permission="orders.hand_over", sync_to_thread=False)
    def slip(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> OrderOut:
        """Write the receipt or release slip."""
        finishing.write_slip(session, actor, reference, at=at)
        return queries.get_order(session, actor, reference)


class DelegationApi(Controller):
    """Who signs warehouse orders for the head."""

    path = "/api/v1/delegations"
    tags = ("Warehouse orders",)

    @get("/", permission="orders.read", sync_to_thread=False)
    def list_delegations(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> list[DelegationRow]:
        """Who signs in one's own office, now or later."""
        return delegations.list_delegations(session, actor, local_day(at))

    @post("/", permission="orders.delegate", sync_to_thread=False)
    def delegate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewDelegation],
    ) -> list[DelegationRow]:
        """Let somebody sign for some time."""
        signing.delegate_signing(session, actor, data, at=at)
        return delegations.list_delegations(session, actor, local_day(at))

    @post("/{delegation_id:int}/end", permission="orders.delegate", sync_to_thread=False)
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
    ) -> list[DelegationRow]:
        """Take the signing back."""
        signing.end_delegation(session, actor, delegation_id, at=at)
        return delegations.list_delegations(session, actor, local_day(at))
