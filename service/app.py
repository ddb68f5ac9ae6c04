"""The web application: nothing else creates one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from litestar import Litestar, Request, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.template import TemplateConfig
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.attachments.rules import MEGABYTE, MILLION, Limits
from inventory.base import clock
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden
from inventory.base.messages import _
from inventory.base.storage import BlobStore
from inventory.organisation.models import Office
from service import errors, places, wiring
from service.auth.middleware import TransactionMiddleware, signed_in
from service.auth.receiving import FormRequest, removing_files
from service.database import Database
from service.settings import Settings
from service.web import openapi, security, shell
from service.web.engine import PageEngine

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


def create_app(settings: Settings | None = None) -> Litestar:
    """The application for some settings; without any, those of the environment."""
    settings = settings or Settings.from_env()
    database = Database(settings)
    over_https = settings.cookie_secure
    frame = shell.Shell(
        ways=places.WAYS,
        search=places.SEARCH,
        version=program_version(),
        demonstration=settings.demonstration,
    )
    app = Litestar(
        route_handlers=[healthz, readyz, *wiring.controllers(settings)],
        lifespan=[_lifespan],
        state=State({"database": database, "files": settings.file_store(), "frame": frame}),
        guards=[authorise],
        dependencies={
            "session": Provide(provide_session, sync_to_thread=False),
            "actor": Provide(provide_actor, sync_to_thread=False),
            "at": Provide(provide_at, sync_to_thread=False),
            "files": Provide(provide_files, sync_to_thread=False),
            "limits": Provide(provide_limits, sync_to_thread=False),
            "if_match": Provide(security.provide_if_match, sync_to_thread=False),
        },
        middleware=[DefineMiddleware(TransactionMiddleware, database=database)],
        exception_handlers=errors.exception_handlers(shell.translate_for),
        after_exception=[errors.name_every_fault],
        before_send=[security.header_hook(over_https=over_https), shell.forget_notice],
        csrf_config=security.csrf(settings.signing_key().decode(), over_https=over_https),
        template_config=TemplateConfig(instance=PageEngine(places.TEMPLATE_ROOMS, frame)),
        request_class=FormRequest,
        openapi_config=openapi.config(program_version()),
        plugins=[openapi.DecimalAsText()],
        request_max_body_size=security.BODY_LIMIT,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = removing_files(security.answer_head(app.asgi_handler))
    return app


def program_version() -> str:
    """Version of the installed program; a bare checkout has none."""
    try:
        return version("kebien")
    except PackageNotFoundError:
        return "0"


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """Deny by default: a route answers to those who hold its permission, or is marked public.

    Raises Unauthenticated, Forbidden.
    """
    if handler.opt.get("public"):
        return
    permission = handler.opt.get("permission")
    if permission is None:
        raise Forbidden(_("You are not permitted to do this."))
    signed_in(connection.scope.get("user")).require(permission)


def provide_at(request: AnyRequest) -> datetime:
    """The moment the request came in; one for all that it does.

    Session rests on it and actor on session only so that the framework provides one after the
    other: several at once would cost a task group a request.
    """
    at: datetime = request.scope["state"].get("at") or clock.now()
    return at


def provide_session(request: AnyRequest, at: NamedDependency[datetime]) -> Session:  # noqa: ARG001
    """The transaction of the request."""
    session: Session = request.scope["state"]["session"]
    return session


def provide_actor(request: AnyRequest, session: NamedDependency[Session]) -> Actor:  # noqa: ARG001
    """Who asks."""
    return signed_in(request.scope.get("user"))


def provide_files(request: AnyRequest, actor: NamedDependency[Actor]) -> BlobStore:  # noqa: ARG001
    """Where files lie; rests on actor so that one is provided after the other."""
    store: BlobStore = request.app.state["files"]
    return store


def provide_limits(request: AnyRequest, files: NamedDependency[BlobStore]) -> Limits:  # noqa: ARG001
    """The largest file and picture that are taken."""
    settings: Settings = request.app.state["database"].settings
    return Limits(file=settings.file_mb * MEGABYTE, pixels=settings.picture_megapixels * MILLION)


@get("/healthz", public=True, include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/readyz", public=True, transaction=True, include_in_schema=False, sync_to_thread=False)
def readyz(session: NamedDependency[Session]) -> dict[str, str]:
    """The database answers and has our schema: the transaction opens with a function of ours."""
    session.execute(select(1))
    return {"status": "ready"}


def start(app: Litestar) -> None:
    """Before the first request: learn the names of the offices, clear what was left half done."""
    frame: shell.Shell = app.state["frame"]
    _learn_offices(app.state["database"], frame)
    _clear_drafts(app)


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    start(app)
    yield
    app.state["database"].close()


def _clear_drafts(app: Litestar) -> None:
    """Remove what processes that were killed left half written in the file store."""
    store: BlobStore = app.state["files"]
    store.tidy(clock.now() - timedelta(days=1))


def _learn_offices(database: Database, frame: shell.Shell) -> None:
    """Names of the offices for the header, and whether there is made-up data to be marked."""
    with database.transaction(SYSTEM, read_only=True) as session:
        rows = session.execute(select(Office.id, Office.name, Office.demonstration)).all()
    frame.offices.update({office_id: name for office_id, name, _made_up in rows})
    frame.demonstration = frame.demonstration or any(made_up for _id, _name, made_up in rows)
