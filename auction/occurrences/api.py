"""Occurrences over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.occurrences.commands import record_occurrence
from auction.occurrences.queries import occurrences_of
from auction.occurrences.rules import About
from auction.occurrences.schemas import NewOccurrence, OccurrencesOut
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.said import RowId


class OccurrenceApi(Controller):
    """What was told or received, and the limits that begin or end with it."""

    path = "/api/v1"
    tags = ("Occurrences",)

    @get("/cases/{case_id:int}/occurrences", permission="occurrences.read", sync_to_thread=False)
    def of_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
    ) -> OccurrencesOut:
        """What occurred with a case."""
        return occurrences_of(session, actor, About.CASE, str(case_id), local_day(at))

    @post("/cases/{case_id:int}/occurrences", permission="occurrences.record", sync_to_thread=False)
    def record_of_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
        data: JSONBody[NewOccurrence],
    ) -> OccurrencesOut:
        """Record what occurred with a case."""
        return _record(session, actor, About.CASE, str(case_id), data, at=at)

    @get("/assets/{reference:str}/occurrences", permission="occurrences.read", sync_to_thread=False)
    def of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> OccurrencesOut:
        """What occurred with an asset."""
        return occurrences_of(session, actor, About.ASSET, reference, local_day(at))

    @post(
        "/assets/{reference:str}/occurrences", permission="occurrences.record", sync_to_thread=False
    )
    def record_of_asset(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewOccurrence],
    ) -> OccurrencesOut:
        """Record what occurred with an asset."""
        return _record(session, actor, About.ASSET, reference, data, at=at)

    @get("/lots/{reference:str}/occurrences", permission="occurrences.read", sync_to_thread=False)
    def of_lot(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> OccurrencesOut:
        """What occurred with a lot."""
        return occurrences_of(session, actor, About.LOT, reference, local_day(at))

    @post(
        "/lots/{reference:str}/occurrences", permission="occurrences.record", sync_to_thread=False
    )
    def record_of_lot(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        data: JSONBody[NewOccurrence],
    ) -> OccurrencesOut:
        """Record what occurred with a lot."""
        return _record(session, actor, About.LOT, reference, data, at=at)

    @get(
        "/delegated-sales/{delegation_id:int}/occurrences",
        permission="occurrences.read",
        sync_to_thread=False,
    )
    def of_delegation(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[RowId],
    ) -> OccurrencesOut:
        """What occurred with a delegated sale."""
        return occurrences_of(session, actor, About.DELEGATION, str(delegation_id), local_day(at))

    @post(
        "/delegated-sales/{delegation_id:int}/occurrences",
        permission="occurrences.record",
        sync_to_thread=False,
    )
    def record_of_delegation(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[RowId],
        data: JSONBody[NewOccurrence],
    ) -> OccurrencesOut:
        """Record what occurred with a delegated sale."""
        return _record(session, actor, About.DELEGATION, str(delegation_id), data, at=at)


def _record(
    session: Session, actor: Actor, about: About, ref: str, data: NewOccurrence, *, at: datetime
) -> OccurrencesOut:
    record_occurrence(session, actor, about, ref, data, at=at)
    return occurrences_of(session, actor, about, ref, local_day(at))
