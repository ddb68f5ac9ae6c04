"""One request, one transaction, one actor.

The transaction is opened by one statement that also finds out who asks; it is committed when the
answer is ready and before its first byte leaves, and rolled back by every answer of 400 and above.
GET and HEAD run read-only. A POST with an Idempotency-Key is answered a second time as the first.

Who a token stands for never changes while it is valid, so a process remembers it for a while and
opens the transaction only when the request first asks the database; that statement checks the token
again, so a session that was ended reads and writes nothing.
"""

import asyncio
import hashlib
from functools import partial
from time import monotonic
from typing import Any

from anyio import to_thread
from litestar import Request
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from litestar.types.asgi_types import HTTPRequestEvent, HTTPResponseStartEvent
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory.base import clock
from inventory.base.actor import Actor
from inventory.base.errors import TooLarge, Unauthenticated
from inventory.base.messages import _
from service.auth.commands import token_hash
from service.auth.models import RememberedAnswer
from service.auth.queries import Opened, open_as
from service.auth.rules import KeyUsedForOther
from service.database import OPENING, Database

COOKIE = "kebien_session"
API = "/api/"
LARGEST_BODY = 10_000_000
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class TransactionMiddleware:
    """Wraps every route that names a permission (or asks for a transaction) in a transaction."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app = app
        self.database = database
        self.gate = asyncio.Semaphore(database.settings.threads)
        self.known = KnownTokens()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; requests wait for a connection here, not inside a thread."""
        if scope["type"] != ScopeType.HTTP or not _wanted(scope):
            await self.app(scope, receive, send)
            return
        async with self.gate:
            unit = _Unit(self.database.sessions(), scope, self.known)
            try:
                receive = await unit.open(receive)
                if unit.answered():
                    await unit.repeat(send)
                else:
                    await self.app(scope, receive, partial(unit.send, send))
            finally:
                if not unit.ended:
                    await to_thread.run_sync(unit.session.close)


class KnownTokens:
    """Actors of tokens that were valid a short while ago, by the tokens' hashes."""

    SECONDS = 60.0
    MOST = 10_000

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[float, Actor]] = {}

    def get(self, token: bytes) -> Actor | None:
        """The actor of a token, if it was seen lately."""
        seen, actor = self._known.get(token, (0.0, None))
        return actor if monotonic() - seen < self.SECONDS else None

    def put(self, token: bytes, actor: Actor) -> None:
        """Remember who a valid token stands for."""
        if len(self._known) >= self.MOST:
            self._known.clear()
        self._known[token] = (monotonic(), actor)

    def drop(self, token: bytes) -> None:
        """Forget a token that turned out not to be valid."""
        self._known.pop(token, None)


class _Unit:
    """The transaction of one request."""

    def __init__(self, session: Session, scope: HTTPScope, known: KnownTokens) -> None:
        self.session = session
        self.known = known
        self.scope = scope
        self.at = clock.now()
        self.headers = Headers.from_scope(scope)
        self.api = scope["path"].startswith(API)
        self.key = self.headers.get("idempotency-key") if scope["method"] == "POST" else None
        self.request_hash = b""
        self.token_hash = b""
        self.opened = Opened(None, None, None, None, None)
        self.start: HTTPResponseStartEvent | None = None
        self.ended = False
        self.refused = False

    async def open(self, receive: Receive) -> Receive:
        """Find out who asks; answers the receive that the rest of the program reads from."""
        if self.key is not None:
            receive = await self._read_whole(receive)
        token = self._token()
        self.token_hash = token_hash(token) if token else b""
        actor = None if self.key else self.known.get(self.token_hash)
        if actor is not None:
            self.session.info[OPENING] = self._check
        else:
            self.opened = await to_thread.run_sync(self._open)
            actor = self.opened.actor
            if actor is not None:
                self.known.put(self.token_hash, actor)
        state = self.scope["state"]
        state["session"], state["at"], state["token"] = self.session, self.at, token
        self.scope["user"] = actor.through("api") if actor is not None and self.api else actor
        return receive

    def answered(self) -> bool:
        """Whether the same request was answered before.

        Raises KeyUsedForOther where the key came with another request.
        """
        if self.opened.request_hash is None:
            return False
        if self.opened.request_hash != self.request_hash:
            raise KeyUsedForOther(_("This Idempotency-Key was used for another request."))
        return True

    async def repeat(self, send: Send) -> None:
        """Give the remembered answer again."""
        opened = self.opened
        headers = [(k.encode(), v.encode()) for k, v in (opened.headers or {}).items()]
        headers.append((b"idempotent-replay", b"true"))
        await send(
            {"type": "http.response.start", "status": opened.status or 200, "headers": headers}
        )
        await send({"type": "http.response.body", "body": opened.body or b"", "more_body": False})

    async def send(self, send: Send, message: Message) -> None:
        """Hold the answer back until the transaction has ended."""
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] == "http.response.body" and self.start is not None:
            start, self.start = self.start, None
            if not self.ended:
                try:
                    await to_thread.run_sync(self._end, start, message.get("body", b""))
                except Exception as error:  # noqa: BLE001 - whatever it is, the answer is a refusal
                    await self._refuse(send, error)
                    return
            await send(start)
        if self.refused:
            return
        await send(message)

    async def _refuse(self, send: Send, error: Exception) -> None:
        """Nothing was committed: answer that instead of the success that was ready."""
        self.refused = True
        app = self.scope["litestar_app"]
        request: Request[Any, Any, Any] = Request(self.scope)
        handler = app.exception_handlers[Exception]
        answer = handler(request, error).to_asgi_response(None, request)
        await answer(self.scope, _nothing, send)

    def _end(self, start: HTTPResponseStartEvent, body: bytes) -> None:
        self.ended = True
        try:
            if OPENING in self.session.info:
                self.session.connection()  # the handler asked nothing: the token is checked here
            if start["status"] < 400 and self.scope["method"] not in SAFE:
                self._remember(start, body)
                self.session.commit()
        finally:
            self.session.close()

    def _open(self) -> Opened:
        return self._opened_on(self.session.connection())

    def _check(self, connection: Connection) -> None:
        """Open the transaction of a token known from before.

        Raises Unauthenticated where it was ended in the meantime.
        """
        if self._opened_on(connection).actor is None:
            self.known.drop(self.token_hash)
            raise Unauthenticated(_("Please log in."))

    def _opened_on(self, connection: Connection) -> Opened:
        read_only = self.scope["method"] in SAFE
        return open_as(connection, self.token_hash, at=self.at, read_only=read_only, key=self.key)

    def _remember(self, start: HTTPResponseStartEvent, body: bytes) -> None:
        actor = self.opened.actor
        if self.key is None or actor is None or actor.staff_id is None:
            return
        headers = {k.decode(): v.decode() for k, v in start["headers"] if k != b"set-cookie"}
        statement = insert(RememberedAnswer).values(
            staff_id=actor.staff_id,
            key=self.key,
            request_hash=self.request_hash,
            status=start["status"],
            headers=headers,
            body=body,
            at=self.at,
        )
        try:
            self.session.execute(statement)
        except IntegrityError as error:
            self.session.rollback()
            raise KeyUsedForOther(
                _("The same request is being answered just now; ask again.")
            ) from error

    async def _read_whole(self, receive: Receive) -> Receive:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            if len(body) > LARGEST_BODY:
                raise TooLarge(_("The request is too large."))
            more = message.get("more_body", False)
        line = f"{self.scope['method']} {self.scope['path']}\n".encode()
        self.request_hash = hashlib.sha256(line + bytes(body)).digest()
        whole: HTTPRequestEvent = {
            "type": "http.request",
            "body": bytes(body),
            "more_body": False,
        }
        left = [whole]

        async def again() -> Any:
            return left.pop() if left else await receive()

        return again

    def _token(self) -> str | None:
        if self.api:
            scheme, _space, token = self.headers.get("authorization", "").partition(" ")
            return token if scheme.lower() == "bearer" else None
        return _cookie(self.headers.get("cookie", ""))


async def _nothing() -> Any:
    return {"type": "http.disconnect"}


def _wanted(scope: Scope) -> bool:
    opt = scope["route_handler"].opt
    return bool(opt.get("permission") or opt.get("transaction"))


def _cookie(header: str) -> str | None:
    for part in header.split(";"):
        name, _equals, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return None


def signed_in(user: Actor | None) -> Actor:
    """The actor of the request.

    Raises Unauthenticated where nobody is logged in.
    """
    if user is None:
        raise Unauthenticated(_("Please log in."))
    return user
