"""The log-in page and the way out."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.base.errors import DomainError, Invalid
from inventory.base.web import decode_form
from service.auth import commands
from service.auth.queries import address_of
from service.auth.rules import COOKIE
from service.auth.schemas import Credentials
from service.database import Database
from service.web.shell import local_path

AnyRequest = Request[Any, Any, Any]


class SessionPages(Controller):
    """Log-in and log-out in a browser."""

    include_in_schema = False

    @get("/login", public=True, sync_to_thread=False)
    def show(self, request: AnyRequest) -> Template:
        """The log-in form."""
        return _form({}, None, request.query_params.get("next", ""))

    @post("/login", public=True, sync_to_thread=False)
    def log_in(
        self,
        request: AnyRequest,
        data: URLEncodedBody[dict[str, str]],
        at: NamedDependency[datetime],
    ) -> Response[Any]:
        """Open a session and go on to where the reader wanted to be."""
        database: Database = request.app.state["database"]
        onward = data.get("next", "")
        try:
            said = decode_form(Credentials, data)
            opened = commands.log_in(
                database, said.login, said.password, address_of(request.scope), at=at
            )
        except DomainError as error:
            return _form(data, error, onward)
        cookie = Cookie(
            key=COOKIE,
            value=opened.token,
            path="/",
            httponly=True,
            secure=database.settings.cookie_secure,
            samesite="lax",
            expires=None,
        )
        return Redirect(local_path(onward), status_code=303, cookies=[cookie])

    @post("/logout", public=True, transaction=True, sync_to_thread=False)
    def log_out(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
    ) -> Response[Any]:
        """End the session on the server, not only on this device."""
        token = request.scope["state"]["token"]
        if token:
            commands.log_out(session, token, at=at)
        gone = Cookie(key=COOKIE, value="", path="/", max_age=0, httponly=True, samesite="lax")
        return Redirect("/login", status_code=303, cookies=[gone])


def _form(said: dict[str, str], error: DomainError | None, onward: str) -> Template:
    fields = error.fields if isinstance(error, Invalid) else {}
    message = (error.message_id, error.params) if error and not fields else None
    return Template(
        "auth/login.html",
        context={
            "values": {"login": said.get("login", "")},
            "errors": fields,
            "message": message,
            "next": onward,
        },
        status_code=error.status if error else 200,
    )
