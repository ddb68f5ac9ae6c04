"""Offices and the caller over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.organisation import queries
from inventory.organisation.merging import end_office
from inventory.organisation.queries import OfficeRow
from inventory.organisation.schemas import Me, NewEnd, Succeeded


class OrganisationApi(Controller):
    """The organisation."""

    path = "/api/v1"
    tags = ("Organisation",)

    @get("/offices", permission="organisation.read", sync_to_thread=False)
    def offices(
        self, session: NamedDependency[Session], at: NamedDependency[datetime]
    ) -> list[OfficeRow]:
        """All offices of today in Vietnamese order."""
        return queries.list_offices(session, local_day(at))

    @post("/offices/{office_id:int}/end", permission="organisation.arrange", sync_to_thread=False)
    def end(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        office_id: FromPath[int],
        data: JSONBody[NewEnd],
    ) -> Succeeded:
        """End an office; what it had goes to its successor."""
        return end_office(session, actor, office_id, data, at=at)

    @get("/me", permission="account.own", sync_to_thread=False)
    def me(self, actor: NamedDependency[Actor]) -> Me:
        """Who the token stands for, and what he may do."""
        return Me(
            name=actor.name,
            office_id=actor.office_id,
            roles=sorted(actor.roles),
            permissions=sorted(actor.permissions),
            locale=actor.locale,
        )
