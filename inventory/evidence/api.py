"""Evidence over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.assets.schemas import Made
from inventory.base.actor import Actor
from inventory.evidence import commands, queries
from inventory.evidence.schemas import (
    EvidenceIntake,
    HoldEnd,
    HoldOut,
    MismatchAnswer,
    NewEvidence,
    NewHold,
    NewReleaseHour,
    ReleaseHourOut,
)


class EvidenceApi(Controller):
    """Assets held for a criminal matter, or for the time being."""

    path = "/api/v1"
    tags = ("Evidence",)

    @post("/evidence", permission="evidence.register", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewEvidence],
    ) -> Response[Made]:
        """Register an asset that is received as evidence or held for the time being."""
        made = commands.register_evidence(session, actor, data, at=at)
        return Response(
            Made(made.reference, made.id),
            status_code=201,
            headers={"Location": f"/api/v1/assets/{made.reference}"},
        )

    @post("/evidence/intake", permission="evidence.register", sync_to_thread=False)
    def receive(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[EvidenceIntake],
    ) -> list[Made]:
        """Receive up to a hundred things together: all of them, or none with all faults."""
        made = commands.receive_evidence(session, actor, data, at=at)
        return [Made(one.reference, one.id) for one in made]

    @get("/assets/{reference:str}/holds", permission="assets.read", sync_to_thread=False)
    def list_holds(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> list[HoldOut]:
        """The holds of an asset as evidence or for the time being, the first one first."""
        return queries.list_holds(session, actor, reference)

    @post("/assets/{reference:str}/holds", permission="evidence.register", sync_to_thread=False)
    def hold(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewHold],
    ) -> list[HoldOut]:
        """Hold an asset that is here already as evidence too."""
        commands.hold_asset_as_evidence(session, actor, reference, data, at=at)
        return queries.list_holds(session, actor, reference)

    @post(
        "/assets/{reference:str}/holds/answers",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def answer_mismatch(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[MismatchAnswer],
    ) -> list[HoldOut]:
        """Record that the agency answers for what is not as the first minutes say."""
        commands.answer_mismatch(session, actor, reference, data, at=at)
        return queries.list_holds(session, actor, reference)

    @post(
        "/assets/{reference:str}/release-hours",
        permission="evidence.fix_release",
        sync_to_thread=False,
    )
    def fix_release(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewReleaseHour],
    ) -> ReleaseHourOut:
        """Fix the day and hour at which a keeping body lets the thing go."""
        hour = commands.fix_release(session, actor, reference, data, at=at)
        return ReleaseHourOut(hour.release_at, hour.receiver, hour.order_number)

    @post("/assets/{reference:str}/holds/end", permission="evidence.register", sync_to_thread=False)
    def end_hold(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[HoldEnd],
    ) -> list[HoldOut]:
        """End a hold by decision."""
        commands.end_hold(session, actor, reference, data, at=at)
        return queries.list_holds(session, actor, reference)
