"""Missing things over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.losses import commands, queries
from inventory.losses.schemas import CaseOut, NewReversal, NewWriteOff, WriteOffOut
from inventory.stocktakes.schemas.said import DecisionSaid, SearchSaid


class LossApi(Controller):
    """Cases of what a check outside did not find, write-offs of what is missing."""

    path = "/api/v1/assets/{reference:str}"
    tags = ("Missing things",)

    @get("/missing-cases", permission="stocktakes.read", sync_to_thread=False)
    def list_cases(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[CaseOut]:
        """The cases of a thing, the last one first."""
        return queries.list_cases(session, actor, reference)

    @post("/missing-cases/search", permission="stocktakes.count", sync_to_thread=False)
    def search(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[SearchSaid],
    ) -> list[CaseOut]:
        """Say as a second person what became of it."""
        commands.search_case(session, actor, reference, data, at=at)
        return queries.list_cases(session, actor, reference)

    @post("/missing-cases/decision", permission="stocktakes.approve", sync_to_thread=False)
    def decide(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[DecisionSaid],
    ) -> list[CaseOut]:
        """Confirm as the approver that it is missing, or have it searched again."""
        commands.decide_case(session, actor, reference, data, at=at)
        return queries.list_cases(session, actor, reference)

    @get("/write-offs", permission="stocktakes.read", sync_to_thread=False)
    def list_write_offs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[WriteOffOut]:
        """The write-offs of a thing, the last one first."""
        return queries.list_write_offs(session, actor, reference)

    @post("/write-offs", permission="losses.write_off", sync_to_thread=False)
    def write_off(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewWriteOff],
    ) -> list[WriteOffOut]:
        """Write off what is confirmed missing."""
        commands.write_off(session, actor, reference, data, at=at)
        return queries.list_write_offs(session, actor, reference)

    @post("/write-offs/reversal", permission="losses.write_off", sync_to_thread=False)
    def reverse(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewReversal],
    ) -> list[WriteOffOut]:
        """Take a write-off back; the thing was found."""
        commands.reverse_write_off(session, actor, reference, data, at=at)
        return queries.list_write_offs(session, actor, reference)
