"""Custody over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.custody import commands, queries
from inventory.custody.schemas import (
    EntryOut,
    ImpedimentOut,
    Intake,
    Lifting,
    Move,
    Moved,
    NewImpediment,
    Release,
    TakeIn,
)


class CustodyApi(Controller):
    """The chain of custody of an asset."""

    path = "/api/v1/assets/{reference:str}/custody"
    tags = ("Custody",)

    @get("/", permission="custody.read", sync_to_thread=False)
    def chain(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[EntryOut]:
        """Everything that happened to the asset's custody, oldest first."""
        return queries.list_chain(session, actor, reference)

    @post("/take-in", permission="custody.take_in", sync_to_thread=False)
    def take_in(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[TakeIn],
    ) -> Moved:
        """Take the asset into a place."""
        return commands.take_in(session, actor, reference, data, at=at)

    @post("/moves", permission="custody.move", sync_to_thread=False)
    def move(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Move],
    ) -> Moved:
        """Move the asset to another place."""
        return commands.move(session, actor, reference, data, at=at)

    @post("/release", permission="custody.release", sync_to_thread=False)
    def release(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Release],
    ) -> Moved:
        """Let the asset leave custody."""
        return commands.release(session, actor, reference, data, at=at)


class ImpedimentApi(Controller):
    """What stands against acts on an asset for now."""

    path = "/api/v1/assets/{reference:str}/impediments"
    tags = ("Custody",)

    @get("/", permission="custody.read", sync_to_thread=False)
    def list_impediments(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[ImpedimentOut]:
        """What stands or stood against acts on the asset, the newest first."""
        return queries.list_impediments(session, actor, reference)

    @post("/", permission="impediments.raise", sync_to_thread=False)
    def raise_one(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewImpediment],
    ) -> list[ImpedimentOut]:
        """Raise an impediment by hand."""
        commands.raise_impediment(session, actor, reference, data, at=at)
        return queries.list_impediments(session, actor, reference)

    @post("/lifting", permission="impediments.lift", sync_to_thread=False)
    def lift(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[Lifting],
    ) -> list[ImpedimentOut]:
        """Lift an impediment that was raised by hand."""
        commands.lift_impediment(session, actor, reference, data, at=at)
        return queries.list_impediments(session, actor, reference)


@post("/api/v1/intake", permission="custody.take_in", sync_to_thread=False, tags=("Custody",))
def take_in_many(
    session: NamedDependency[Session],
    actor: NamedDependency[Actor],
    at: NamedDependency[datetime],
    data: JSONBody[Intake],
) -> list[Moved]:
    """Take up to a hundred registered assets of one order in: all of them, or none."""
    return commands.take_in_many(session, actor, data, at=at)
