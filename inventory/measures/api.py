"""Verifications and provisional measures over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.assets.schemas import Made
from inventory.base.actor import Actor
from inventory.measures import commands, queries
from inventory.measures.schemas import (
    MeasureEnd,
    MeasureOut,
    NewMeasure,
    NewMeasuredAsset,
    NewMeasureDecision,
)


class MeasureApi(Controller):
    """What is done with a thing before its seizure."""

    path = "/api/v1"
    tags = ("Measures before a seizure",)

    @post("/measured-assets", permission="seizures.record", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewMeasuredAsset],
    ) -> Response[Made]:
        """Register an asset that becomes known by a verification or a provisional measure."""
        made = commands.register_measured(session, actor, data, at=at)
        return Response(
            Made(made.reference, made.id),
            status_code=201,
            headers={"Location": f"/api/v1/assets/{made.reference}"},
        )

    @get("/assets/{reference:str}/measures", permission="assets.read", sync_to_thread=False)
    def list_measures(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[MeasureOut]:
        """The verifications and measures of an asset, the first one first."""
        return queries.list_measures(session, actor, reference)

    @post("/assets/{reference:str}/measures", permission="seizures.record", sync_to_thread=False)
    def take(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewMeasure],
    ) -> list[MeasureOut]:
        """Verify an asset that is here already, or put it under a provisional measure."""
        commands.take_measure(session, actor, reference, data, at=at)
        return queries.list_measures(session, actor, reference)

    @post(
        "/assets/{reference:str}/measures/decision",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def decide(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewMeasureDecision],
    ) -> list[MeasureOut]:
        """Record the decision on a measure taken by minutes."""
        commands.decide_measure(session, actor, reference, data, at=at)
        return queries.list_measures(session, actor, reference)

    @post(
        "/assets/{reference:str}/measures/end", permission="seizures.record", sync_to_thread=False
    )
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[MeasureEnd],
    ) -> list[MeasureOut]:
        """End a measure by decision."""
        commands.end_measure(session, actor, reference, data, at=at)
        return queries.list_measures(session, actor, reference)
