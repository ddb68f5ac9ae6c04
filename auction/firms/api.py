"""The register of valuation firms over REST."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from auction.firms import commands, queries
from auction.firms.schemas import (
    Ended,
    FirmOut,
    FirmRow,
    NewConflict,
    NewFirm,
    NewMeasure,
    NewPerson,
)
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.listing import PAGE_SIZE, Page
from inventory.base.said import RowId

Size = Annotated[int, QueryParameter(ge=1, le=200)]


class FirmApi(Controller):
    """Valuation firms: the Ministry's list with measures, people, ties and ratios."""

    path = "/api/v1/valuation-firms"
    tags = ("Valuations",)

    @get("/", permission="firms.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        q: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
        size: Size = PAGE_SIZE,
    ) -> Page[FirmRow]:
        """Firms in Vietnamese order; ratios are of sales in sight, without figures if too few."""
        today = local_day(at)
        return queries.list_firms(
            session, actor, today, words=(q or "").strip(), cursor=cursor, size=size
        )

    @get("/{firm_id:int}", permission="firms.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        firm_id: FromPath[RowId],
    ) -> FirmOut:
        """One firm with all that is kept of it."""
        return queries.get_firm(session, actor, firm_id, local_day(at))

    @post("/", permission="firms.register", sync_to_thread=False)
    def register(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewFirm],
    ) -> Response[FirmOut]:
        """Write a firm of the list into the register."""
        made = commands.register_firm(session, actor, data, at=at)
        return _answer(session, actor, made.id, at)

    @post("/{firm_id:int}/measures", permission="firms.register", sync_to_thread=False)
    def note_measure(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        firm_id: FromPath[RowId],
        data: JSONBody[NewMeasure],
    ) -> Response[FirmOut]:
        """Note that the firm was suspended or struck off."""
        commands.note_measure(session, actor, firm_id, data, at=at)
        return _answer(session, actor, firm_id, at)

    @post(
        "/{firm_id:int}/measures/{measure_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_measure(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        measure_id: FromPath[RowId],
        data: JSONBody[Ended],
    ) -> Response[FirmOut]:
        """Note the last day of a measure."""
        commands.end_measure(session, actor, firm_id, measure_id, data, at=at)
        return _answer(session, actor, firm_id, at)

    @post("/{firm_id:int}/people", permission="firms.register", sync_to_thread=False)
    def note_person(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        firm_id: FromPath[RowId],
        data: JSONBody[NewPerson],
    ) -> Response[FirmOut]:
        """Note somebody of the firm."""
        commands.note_person(session, actor, firm_id, data, at=at)
        return _answer(session, actor, firm_id, at)

    @post(
        "/{firm_id:int}/people/{person_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_person(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        person_id: FromPath[RowId],
        data: JSONBody[Ended],
    ) -> Response[FirmOut]:
        """Note the last day of somebody in the firm."""
        commands.end_person(session, actor, firm_id, person_id, data, at=at)
        return _answer(session, actor, firm_id, at)

    @post("/{firm_id:int}/conflicts", permission="firms.register", sync_to_thread=False)
    def declare_conflict(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        firm_id: FromPath[RowId],
        data: JSONBody[NewConflict],
    ) -> Response[FirmOut]:
        """Declare a tie of the firm with an officer or a party."""
        commands.declare_conflict(session, actor, firm_id, data, at=at)
        return _answer(session, actor, firm_id, at)

    @post(
        "/{firm_id:int}/conflicts/{conflict_id:int}/end",
        permission="firms.register",
        sync_to_thread=False,
    )
    def end_conflict(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        firm_id: FromPath[RowId],
        conflict_id: FromPath[RowId],
        data: JSONBody[Ended],
    ) -> Response[FirmOut]:
        """Note that a tie ended."""
        commands.end_conflict(session, actor, firm_id, conflict_id, data, at=at)
        return _answer(session, actor, firm_id, at)


def _answer(session: Session, actor: Actor, firm_id: int, at: datetime) -> Response[FirmOut]:
    shown = queries.get_firm(session, actor, firm_id, local_day(at))
    headers = {"Location": f"/api/v1/valuation-firms/{firm_id}"}
    return Response(shown, status_code=201, headers=headers)
