"""Keepers over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.keepers import commands, queries
from inventory.keepers.schemas import (
    ChangeSignature,
    JointCount,
    KeptWarehouse,
    NewKeeper,
    Relief,
    WarehouseRow,
)

OF_PLACE = "/places/{place_id:int}/keeper"


class KeeperApi(Controller):
    """Who keeps which warehouse."""

    path = "/api/v1"
    tags = ("Keepers",)

    @get("/keepers", permission="keepers.read", sync_to_thread=False)
    def list_kept(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        office: FromQuery[int | None] = None,
    ) -> list[WarehouseRow]:
        """The warehouses of an office (one's own without any) with who keeps each."""
        chosen = actor.office_id if office is None else office
        return queries.list_kept(session, actor, chosen, local_day(at))

    @get(OF_PLACE, permission="keepers.read", sync_to_thread=False)
    def get_kept(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        place_id: FromPath[int],
    ) -> KeptWarehouse:
        """A warehouse with all who kept it and the change that is going on."""
        return queries.get_kept(session, actor, place_id)

    @post(OF_PLACE, permission="keepers.appoint", sync_to_thread=False)
    def appoint(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
        data: JSONBody[NewKeeper],
    ) -> KeptWarehouse:
        """Make somebody keeper; who follows another has access when both counted and signed."""
        commands.appoint_keeper(session, actor, place_id, data, at=at)
        return queries.get_kept(session, actor, place_id)

    @post(f"{OF_PLACE}/count", permission="keepers.count", sync_to_thread=False)
    def count(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
        data: JSONBody[JointCount],
    ) -> KeptWarehouse:
        """Record the joint count of a change of keeper."""
        commands.record_joint_count(session, actor, place_id, data, at=at)
        return queries.get_kept(session, actor, place_id)

    @post(
        "/places/{place_id:int}/keeper/signature", permission="keepers.sign", sync_to_thread=False
    )
    def sign(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
        data: JSONBody[ChangeSignature],
    ) -> KeptWarehouse:
        """Sign the joint count; with both signatures access moves."""
        commands.sign_change(session, actor, place_id, data, at=at)
        return queries.get_kept(session, actor, place_id)

    @post(
        "/places/{place_id:int}/keeper/relief", permission="keepers.appoint", sync_to_thread=False
    )
    def relieve(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[int],
        data: JSONBody[Relief],
    ) -> KeptWarehouse:
        """Take a keeper's access away at once."""
        commands.relieve_keeper(session, actor, place_id, data, at=at)
        return queries.get_kept(session, actor, place_id)
