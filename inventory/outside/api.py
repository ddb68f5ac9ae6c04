"""Outside custody over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.outside import commands, queries
from inventory.outside.schemas import (
    ContractEnd,
    ContractOut,
    ContractRow,
    NewContract,
    NewCustodyCheck,
)


class OutsideApi(Controller):
    """Contracts of custody outside our stores, and the monthly checks."""

    path = "/api/v1"
    tags = ("Outside custody",)

    @get("/custody-contracts", permission="custody.read", sync_to_thread=False)
    def list_running(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[ContractRow]:
        """Running contracts, the one to be checked next first."""
        return queries.list_running(session, actor, cursor=cursor)

    @get(
        "/assets/{reference:str}/custody-contracts", permission="custody.read", sync_to_thread=False
    )
    def list_contracts(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[ContractOut]:
        """The contracts on an asset with their checks, the last one first."""
        return queries.list_contracts(session, actor, reference)

    @post(
        "/assets/{reference:str}/custody-contracts",
        permission="custody.contract",
        sync_to_thread=False,
    )
    def give(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewContract],
    ) -> list[ContractOut]:
        """Record the contract under which a thing is kept outside."""
        commands.give_into_custody(session, actor, reference, data, at=at)
        return queries.list_contracts(session, actor, reference)

    @post(
        "/assets/{reference:str}/custody-contracts/checks",
        permission="custody.check",
        sync_to_thread=False,
    )
    def check(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCustodyCheck],
    ) -> list[ContractOut]:
        """Record a check; its minutes are issued."""
        commands.check_custody(session, actor, reference, data, at=at)
        return queries.list_contracts(session, actor, reference)

    @post(
        "/assets/{reference:str}/custody-contracts/end",
        permission="custody.contract",
        sync_to_thread=False,
    )
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[ContractEnd],
    ) -> list[ContractOut]:
        """End a contract."""
        commands.end_contract(session, actor, reference, data, at=at)
        return queries.list_contracts(session, actor, reference)
