"""Termination of enforcement over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from auction.terminations.annulling import annul_termination
from auction.terminations.commands import terminate_case
from auction.terminations.queries import terminations_of
from auction.terminations.schemas import NewAnnulment, NewTermination, TerminationOut
from inventory.base.actor import Actor
from inventory.base.said import RowId
from inventory.cases.queries import get_case


class TerminationApi(Controller):
    """Decisions that terminate a case or some of its claims."""

    path = "/api/v1/cases/{case_id:int}/terminations"
    tags = ("Cases",)

    @get("/", permission="cases.read", sync_to_thread=False)
    def list_terminations(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        case_id: FromPath[RowId],
    ) -> list[TerminationOut]:
        """The decisions on a case, the first one first."""
        get_case(session, actor, case_id)
        return terminations_of(session, actor, case_id)

    @post("/", permission="cases.terminate", sync_to_thread=False)
    def terminate(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case_id: FromPath[RowId],
        data: JSONBody[NewTermination],
    ) -> list[TerminationOut]:
        """Record the decision: rounds are stopped, limits and claims end, releases become due."""
        terminate_case(session, actor, case_id, data, at=at)
        return terminations_of(session, actor, case_id)

    @post("/{termination_id:int}/annulment", permission="cases.terminate", sync_to_thread=False)
    def annul(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        case_id: FromPath[RowId],
        termination_id: FromPath[RowId],
        data: JSONBody[NewAnnulment],
    ) -> list[TerminationOut]:
        """Annul a wrong decision: the case is open again, its claims are owed again."""
        annul_termination(session, actor, case_id, termination_id, data, at=at)
        return terminations_of(session, actor, case_id)
