"""Seizing and releasing assets over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.assets.schemas import Made
from inventory.base.actor import Actor
from inventory.papers.schemas import Issued
from inventory.seizures import commands, drawing, queries
from inventory.seizures.schemas import (
    NewCustody,
    NewMinutes,
    NewSeizedAsset,
    NewSeizure,
    SeizedIntake,
    SeizureOut,
    SeizureRelease,
)


class SeizureApi(Controller):
    """Assets held for the debt of a case."""

    path = "/api/v1"
    tags = ("Seizures",)

    @post("/seized-assets", permission="assets.register", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewSeizedAsset],
    ) -> Response[Made]:
        """Register an asset that a decision seizes, and take it in at once where it comes along."""
        made = commands.register_seized_asset(session, actor, data, at=at)
        return Response(
            Made(made.reference, made.id),
            status_code=201,
            headers={"Location": f"/api/v1/assets/{made.reference}"},
        )

    @post("/seized-assets/intake", permission="assets.register", sync_to_thread=False)
    def take_in(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[SeizedIntake],
    ) -> list[Made]:
        """Register and take in up to a hundred things of one order: all of them, or none."""
        made = commands.take_in_seized(session, actor, data, at=at)
        return [Made(one.reference, one.id) for one in made]

    @get("/assets/{reference:str}/seizures", permission="assets.read", sync_to_thread=False)
    def list_seizures(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[SeizureOut]:
        """The seizures of an asset, the first one first."""
        return queries.list_seizures(session, actor, reference)

    @post("/assets/{reference:str}/seizures", permission="seizures.record", sync_to_thread=False)
    def seize_again(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewSeizure],
    ) -> list[SeizureOut]:
        """Hold an asset that is here already on one more decision."""
        commands.seize_again(session, actor, reference, data, at=at)
        return queries.list_seizures(session, actor, reference)

    @post(
        "/assets/{reference:str}/seizures/release",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def release(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[SeizureRelease],
    ) -> list[SeizureOut]:
        """End the seizure for a case; other grounds stay."""
        commands.release_seizure(session, actor, reference, data, at=at)
        return queries.list_seizures(session, actor, reference)

    @post(
        "/assets/{reference:str}/seizures/minutes",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def draw_minutes(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewMinutes],
    ) -> Response[Issued]:
        """Draw up the minutes of a seizure."""
        return _created(drawing.draw_minutes(session, actor, reference, data, at=at))

    @post(
        "/assets/{reference:str}/seizures/custody",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def assign_custody(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewCustody],
    ) -> Response[Issued]:
        """Give a seized thing into somebody's custody by minutes."""
        return _created(drawing.assign_custody(session, actor, reference, data, at=at))


def _created(issued: Issued) -> Response[Issued]:
    where = f"/api/v1/documents/{issued.reference}"
    return Response(issued, status_code=201, headers={"Location": where})
