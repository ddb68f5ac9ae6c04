"""Special kinds over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.specials import commands, queries
from inventory.specials.schemas import (
    CashCountOut,
    MarkOut,
    NewCashCount,
    NewMark,
    PerishableRow,
)


class SpecialApi(Controller):
    """Cash, valuables, drugs, what spoils: kinds the law keeps in a way of their own."""

    path = "/api/v1"
    tags = ("Special kinds",)

    @get("/perishables", permission="assets.read", sync_to_thread=False)
    def perishables(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[PerishableRow]:
        """What spoils, the next day first."""
        return queries.list_perishables(session, actor, cursor=cursor)

    @get("/assets/{reference:str}/special-kinds", permission="assets.read", sync_to_thread=False)
    def list_marks(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[MarkOut]:
        """The special kinds of an asset."""
        return queries.list_marks(session, actor, reference)

    @post(
        "/assets/{reference:str}/special-kinds",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def mark(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewMark],
    ) -> list[MarkOut]:
        """Mark a thing as a special kind."""
        commands.mark_special(session, actor, reference, data, at=at)
        return queries.list_marks(session, actor, reference)

    @get("/assets/{reference:str}/cash-counts", permission="assets.read", sync_to_thread=False)
    def list_counts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[CashCountOut]:
        """The counts of an asset's money, the last one first."""
        return queries.list_counts(session, actor, reference)

    @post(
        "/assets/{reference:str}/cash-counts", permission="evidence.register", sync_to_thread=False
    )
    def count(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCashCount],
    ) -> list[CashCountOut]:
        """Record money by denominations."""
        commands.count_cash(session, actor, reference, data, at=at)
        return queries.list_counts(session, actor, reference)
