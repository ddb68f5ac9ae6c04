"""Claims over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.claims import commands, queries
from auction.claims.schemas import (
    ClaimOut,
    ClaimRow,
    NewAsking,
    NewClaim,
    NewEntry,
    NewReversal,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.said import RowId
from inventory.cases.queries import get_case


class ClaimApi(Controller):
    """What creditors may ask."""

    path = "/api/v1"
    tags = ("Claims",)

    @get("/cases/{case_id:int}/claims", permission="claims.read", sync_to_thread=False)
    def of_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> list[ClaimRow]:
        """The claims of a case with what is owed today."""
        get_case(session, actor, case_id)
        return queries.claims_of(session, actor, [case_id], local_day(at))

    @post("/cases/{case_id:int}/claims", permission="claims.record", sync_to_thread=False)
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
        data: JSONBody[NewClaim],
    ) -> ClaimOut:
        """Record what a creditor may ask."""
        made = commands.record_claim(session, actor, case_id, data, at=at)
        return queries.get_claim(session, actor, made.id, local_day(at))

    @get("/claims/{claim_id:int}", permission="claims.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        claim_id: FromPath[RowId],
    ) -> ClaimOut:
        """One claim with every change."""
        return queries.get_claim(session, actor, claim_id, local_day(at))

    @post("/claims/{claim_id:int}/changes", permission="claims.record", sync_to_thread=False)
    def change(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        claim_id: FromPath[RowId],
        data: JSONBody[NewEntry],
    ) -> ClaimOut:
        """Record interest, a payment, a waiver or a correction."""
        commands.change_claim(session, actor, claim_id, data, at=at)
        return queries.get_claim(session, actor, claim_id, local_day(at))

    @post(
        "/claims/{claim_id:int}/changes/{entry_id:int}/reversal",
        permission="claims.record",
        sync_to_thread=False,
    )
    def reverse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        claim_id: FromPath[RowId],
        entry_id: FromPath[RowId],
        data: JSONBody[NewReversal],
    ) -> ClaimOut:
        """Take a change back by a further one."""
        commands.reverse_change(session, actor, claim_id, entry_id, data, at=at)
        return queries.get_claim(session, actor, claim_id, local_day(at))

    @post("/claims/{claim_id:int}/asking", permission="claims.record", sync_to_thread=False)
    def ask(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        claim_id: FromPath[RowId],
        data: JSONBody[NewAsking],
    ) -> ClaimOut:
        """Record that the creditor asks for enforcement."""
        commands.ask_enforcement(session, actor, claim_id, data, at=at)
        return queries.get_claim(session, actor, claim_id, local_day(at))
