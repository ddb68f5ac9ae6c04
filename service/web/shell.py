"""What every page shows around its own content: the reader, the language, the ways onward."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from litestar import Request, Response, post
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from litestar.types import Message, Scope
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import NOTICE
from inventory.organisation.models import Office
from inventory.organisation.rules import Role
from service.web import locales
from service.web.catalogues import catalogue
from service.web.navigation import Way, open_ways

AnyRequest = Request[Any, Any, Any]

ONE_YEAR = 365 * 24 * 3600


@dataclass(slots=True)
class Shell:
    """Makes the part of a page's context that is the same on every page."""

    ways: list[Way]
    search: Way | None
    version: str
    demonstration: bool
    offices: dict[int, str] = field(default_factory=dict)

    def __call__(self, request: AnyRequest) -> dict[str, Any]:
        """The context of the shell for one request."""
        actor = reader_of(request)
        locale = locale_of(request)
        path = request.url.path
        searches = self.search is not None and actor is not None
        return {
            "request": request,
            "locale": locale,
            "actor": actor,
            "role_text": _roles(actor, locale),
            "office_name": self._office_name(request, actor),
            "ways": open_ways(self.ways, actor, path),
            "search_path": self._search_path(actor) if searches else "",
            "here": _here(request),
            "demonstration": self.demonstration,
            "notice": _notice(request),
            "csrf_token": value_or_default(ScopeState.from_scope(request.scope).csrf_token, ""),
            "version": self.version,
        }

    def _office_name(self, request: AnyRequest, actor: Actor | None) -> str:
        """Of an office that came after the process, the name is looked up once."""
        if actor is None:
            return ""
        session: Session | None = request.scope["state"].get("session")
        if actor.office_id not in self.offices and session is not None and session.is_active:
            named = select(Office.name).where(Office.id == actor.office_id)
            self.offices[actor.office_id] = session.scalars(named).one_or_none() or ""
        return self.offices.get(actor.office_id, "")

    def _search_path(self, actor: Actor | None) -> str:
        found = self.search
        return found.path if found and actor and actor.may(found.permission) else ""


def reader_of(request: AnyRequest) -> Actor | None:
    """Who is logged in, if anybody is."""
    actor = request.scope.get("user")
    return actor if isinstance(actor, Actor) else None


def locale_of(request: AnyRequest) -> str:
    """The language to answer in; who comes by a token is a program and says which it wants."""
    actor = reader_of(request)
    by_token = "authorization" in request.headers and actor is not None
    chosen = locales.asked_for if by_token else locales.choose
    return chosen(
        request.cookies.get(locales.COOKIE),
        actor.locale if actor else None,
        request.headers.get("accept-language"),
    )


def translate_for(request: AnyRequest, msgid: str, params: Mapping[str, object]) -> str:
    """A sentence in the language of who asked."""
    return locales.translate(locale_of(request), msgid, params)


@post("/locale", public=True, include_in_schema=False, sync_to_thread=False)
def choose_language(data: URLEncodedBody[dict[str, str]]) -> Response[Any]:
    """Remember the language on this device and go back to the page."""
    wanted = data.get("locale", "")
    chosen = wanted if wanted in locales.LOCALES else locales.DEFAULT
    cookie = Cookie(key=locales.COOKIE, value=chosen, max_age=ONE_YEAR, path="/", samesite="lax")
    return Redirect(local_path(data.get("next", "")), status_code=303, cookies=[cookie])


async def forget_notice(message: Message, scope: Scope) -> None:
    """Take back the cookie of a notice once a page has shown it."""
    if message["type"] != "http.response.start" or message["status"] != 200:
        return
    sent = dict(scope["headers"]).get(b"cookie", b"")
    headers = MutableScopeHeaders.from_message(message)
    if NOTICE.encode() in sent and headers.get("content-type", "").startswith("text/html"):
        gone = Cookie(key=NOTICE, value="", max_age=0, path="/", samesite="lax")
        headers.add("Set-Cookie", gone.to_header(header=""))


def local_path(path: str) -> str:
    """The path if it stays on this site, else the desk."""
    local = path.startswith("/") and not path.startswith(("//", "/\\"))
    return quote(path, safe="/?=&%:,~") if local else "/desk"


def _notice(request: AnyRequest) -> str:
    """The text of the notice that an act before left behind; only our own texts are shown."""
    msgid = unquote(request.cookies.get(NOTICE, ""))
    return msgid if msgid in catalogue(locales.DEFAULT).singular else ""


def _here(request: AnyRequest) -> str:
    if request.method != "GET":
        return "/desk"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


def _roles(actor: Actor | None, locale: str) -> str:
    held = [Role(name) for name in sorted(actor.roles)] if actor else []
    return ", ".join(locales.label(locale, role) for role in held)
