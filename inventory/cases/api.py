"""Cases over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.cases import commands, queries
from inventory.cases.schemas import CaseNotice, CaseOut, CaseRow, NewCase


class CaseApi(Controller):
    """Enforcement cases."""

    path = "/api/v1/cases"
    tags = ("Cases",)

    @get("/", permission="cases.read", sync_to_thread=False)
    def list_cases(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[CaseRow]:
        """Cases of the offices in sight, the newest first."""
        return queries.list_cases(session, actor, cursor=cursor)

    @get("/{case_id:int}", permission="cases.read", sync_to_thread=False)
    def get_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        case_id: FromPath[int],
    ) -> CaseOut:
        """One case."""
        return queries.get_case(session, actor, case_id)

    @post("/", permission="cases.open", sync_to_thread=False)
    def open_case(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: JSONBody[NewCase],
    ) -> Response[CaseOut]:
        """Open a case of one's own office."""
        case = commands.open_case(session, actor, data, at=at)
        shown = queries.get_case(session, actor, case.id)
        return Response(shown, status_code=201, headers={"Location": f"/api/v1/cases/{case.id}"})

    @post("/{case_id:int}/notice", permission="cases.open", status_code=200, sync_to_thread=False)
    def record_notice(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[int],
        data: JSONBody[CaseNotice],
    ) -> CaseOut:
        """Record on which day the debtor was told of the decision."""
        commands.record_notice(session, actor, case_id, data, at=at)
        return queries.get_case(session, actor, case_id)
