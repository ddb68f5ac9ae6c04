"""From the web server's threads to the application: one request, one thread, no event loop.

The server hands every request to a thread of its own (the interface of PEP 3333), and the
application answers it there, from the first byte of the body to the commit. Nothing in it waits for
anything but the body and the database, so a loop between the two would only be passed through.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from contextvars import Context
from typing import Any, BinaryIO, cast

from litestar import Litestar
from litestar.types import HTTPReceiveMessage, HTTPScope, Message

from inventory.base.answers import CONTENT
from inventory.base.storage import PIECE
from service.app import create_app, start
from service.auth.middleware import run_at_once

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

_HEADER = "HTTP_"
_BESIDE = (("CONTENT_TYPE", b"content-type"), ("CONTENT_LENGTH", b"content-length"))
"""Headers that the interface hands over under names of their own."""


def application() -> "Gateway":
    """The application of the environment's settings, ready for its first request."""
    app = create_app()
    start(app)
    return Gateway(app)


class Gateway:
    """The application as the server calls it."""

    def __init__(self, app: Litestar) -> None:
        self.app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request in the thread it comes in; what it sets there is gone with it."""
        exchange = _Exchange(environ)
        Context().run(run_at_once, self.app(exchange.scope, exchange.receive, exchange.send))
        start_response(f"{exchange.status} ", exchange.headers)
        if exchange.content is None:
            return exchange.body
        if environ["REQUEST_METHOD"] == "HEAD":
            exchange.content.close()
            return []
        return _pieces(exchange.content)


class _Exchange:
    """A request and its answer."""

    def __init__(self, environ: Environ) -> None:
        self.scope = scope_of(environ)
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.body: list[bytes] = []
        self.content: BinaryIO | None = None
        self._input = environ["wsgi.input"]
        self._left = int(environ.get("CONTENT_LENGTH") or 0)

    async def receive(self) -> HTTPReceiveMessage:
        """The next piece of the body; where less comes than was announced, it was cut off."""
        piece: bytes = self._input.read(min(self._left, PIECE)) if self._left else b""
        if self._left and not piece:
            return cast("HTTPReceiveMessage", {"type": "http.disconnect"})
        self._left -= len(piece)
        return {"type": "http.request", "body": piece, "more_body": self._left > 0}

    async def send(self, message: Message) -> None:
        """Keep what is to be sent; a file is sent when all else is done."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
            ]
        elif message["type"] == "http.response.body":
            self.content = cast("dict[str, Any]", message).get(CONTENT)
            self.body.append(message["body"])


def scope_of(environ: Environ) -> HTTPScope:
    """A request in the words of the application's framework."""
    raw = environ["PATH_INFO"].encode("latin-1")
    headers = [
        (name[len(_HEADER) :].lower().replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in environ.items()
        if name.startswith(_HEADER)
    ]
    headers += [(name, environ[key].encode("latin-1")) for key, name in _BESIDE if key in environ]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": environ["SERVER_PROTOCOL"].partition("/")[2],
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": raw.decode("utf-8", "replace"),
        "raw_path": raw,
        "query_string": environ["QUERY_STRING"].encode("latin-1"),
        "root_path": "",
        "headers": headers,
        "client": (environ["REMOTE_ADDR"], 0),
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
        "state": {},
        "extensions": {CONTENT: {}},
    }
    return cast("HTTPScope", scope)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with closing(content):
        while piece := content.read(PIECE):
            yield piece
