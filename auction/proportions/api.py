"""What is owed against what is seized, over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from auction.proportions import commands, queries, surpluses
from auction.proportions.schemas import NewPartRelease, Proportion, Surplus
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import Page
from inventory.base.said import RowId
from inventory.seizures.queries import list_seizures
from inventory.seizures.schemas import SeizureOut


class ProportionApi(Controller):
    """Whether what is seized is in proportion to what is owed."""

    path = "/api/v1"
    tags = ("Seizures",)

    @get("/cases/{case_id:int}/proportion", permission="claims.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> Proportion:
        """Debts and costs of a case against what is still seized for it, as of today."""
        return queries.proportion(session, actor, case_id, local_day(at))

    @get("/proportions/surplus", permission="claims.read", sync_to_thread=False)
    def list_surpluses(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Page[Surplus]:
        """Cases of which a payment made something seized no longer needed, the last first."""
        return surpluses.list_surpluses(session, actor, local_day(at), cursor=cursor)

    @post(
        "/assets/{reference:str}/part-release",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def release(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewPartRelease],
    ) -> list[SeizureOut]:
        """Release one of several seized assets that is no longer needed."""
        commands.release_part(session, actor, reference, data, at=at)
        return list_seizures(session, actor, reference)
