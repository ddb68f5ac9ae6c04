"""Sessions over REST: log in for a bearer token, see who one is, log out."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.orm import Session as Transaction

from inventory.base.actor import Actor
from service.auth import commands
from service.auth.queries import address_of
from service.auth.schemas import Credentials, Session, Whoami


class SessionApi(Controller):
    """The session of the caller."""

    path = "/api/v1/session"
    tags = ("Session",)

    @post("/", public=True, sync_to_thread=False, security=[])
    def log_in(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[Credentials],
        at: NamedDependency[datetime],
    ) -> Session:
        """Log in; the answer holds the bearer token for all other calls."""
        database = request.app.state["database"]
        address = address_of(request.scope)
        opened = commands.log_in(database, data.login, data.password, address, at=at)
        return Session(opened.token, opened.expires_at, _whoami(opened.actor))

    @get("/", permission="account.own", sync_to_thread=False)
    def who(self, actor: NamedDependency[Actor]) -> Whoami:
        """Who the token stands for."""
        return _whoami(actor)

    @delete("/", permission="account.own", sync_to_thread=False)
    def log_out(
        self,
        request: Request[Any, Any, Any],
        session: NamedDependency[Transaction],
        at: NamedDependency[datetime],
    ) -> None:
        """End the session; the token is worth nothing afterwards."""
        commands.log_out(session, request.scope["state"]["token"], at=at)


def _whoami(actor: Actor) -> Whoami:
    return Whoami(
        name=actor.name,
        office_id=actor.office_id,
        roles=sorted(actor.roles),
        permissions=sorted(actor.permissions),
        locale=actor.locale,
    )
