"""What every response carries, and what every request is held to, whoever answers it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar.config.csrf import CSRFConfig
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.params import HeaderParameter
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from inventory.base.actor import Actor
from inventory.base.errors import DomainError, Invalid
from inventory.base.messages import _

Headers = dict[str, str]

CSRF_COOKIE = "kebien_csrf"
BODY_LIMIT = 2 * 1024 * 1024
API_DOCS = "/api/v1/docs"
CAMERA_PAGES = frozenset({"/scan", "/count"})
"""Pages that read codes with the camera; nowhere else may a script ask for it."""

_CONTENT_SOURCES: dict[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
_HEADERS: Headers = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ONE_YEAR = "max-age=31536000; includeSubDomains"


IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description="The ETag of the version that is changed."),
]


class PreconditionRequired(DomainError):
    """An edit that does not say which version it is an edit of."""

    code = "precondition_required"
    status = 428


def header_hook(*, over_https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """The hook that puts the security headers on every response, those of errors included."""
    common = {**_HEADERS, "Cache-Control": "no-store"}
    if over_https:
        common["Strict-Transport-Security"] = _ONE_YEAR
    pages = _encoded({**common, "Content-Security-Policy": _policy({})})
    styled = {"style-src": "'self' 'unsafe-inline'"}
    api_docs = _encoded({**common, "Content-Security-Policy": _policy(styled)})
    reading = {"script-src": "'self' 'wasm-unsafe-eval'"}
    camera = {
        "Content-Security-Policy": _policy(reading),
        "Permissions-Policy": _HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)"),
    }
    by_path = dict.fromkeys(CAMERA_PAGES, _encoded({**common, **camera})) | {API_DOCS: api_docs}

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            given = [*message["headers"]]
            names = {name for name, _value in given}
            wanted = by_path.get(scope["path"], pages)
            message["headers"] = given + [pair for pair in wanted if pair[0] not in names]

    return add_headers


def csrf(secret: str, *, over_https: bool) -> CSRFConfig:
    """Forms carry a token; the API needs none, it takes a bearer token and never a cookie."""
    return CSRFConfig(
        secret=secret,
        cookie_name=CSRF_COOKIE,
        cookie_secure=over_https,
        cookie_samesite="lax",
        cookie_httponly=True,
        exclude=["^/api/"],
    )


def answer_head(app: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET is answered, without the body."""

    async def headed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await app({**scope, "method": "GET"}, receive, send_without_body)

    return headed


def provide_if_match(actor: NamedDependency[Actor], version: IfMatch = None) -> int:  # noqa: ARG001
    """The version an edit was made from, out of ``If-Match: "7"``.

    Rests on actor only so that one is provided after the other.
    Raises PreconditionRequired, Invalid.
    """
    value = (version or "").strip()
    if not value:
        raise PreconditionRequired(_("Say with If-Match which version you are changing."))
    digits = value.removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit():
        raise Invalid(_("If-Match must hold the version as it was given in ETag."))
    return int(digits)


def _policy(exceptions: Headers) -> str:
    sources = {**_CONTENT_SOURCES, **exceptions}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
