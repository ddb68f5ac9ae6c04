"""One request, one transaction, one actor.

The transaction is opened by one statement that also finds out who asks; it is committed when the
answer is ready and before its first byte leaves, and rolled back by every answer of 400 and above.
GET and HEAD run read-only. A POST with an Idempotency-Key is answered a second time as the first.

Who a token stands for never changes while it is valid, so a process remembers it for a while and
opens the transaction only when the request first asks the database; that statement checks the token
again, so a session that was ended reads and writes nothing.
"""

import hashlib
from collections.abc import Awaitable, Coroutine
from contextlib import closing
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, cast

from litestar import Request
from litestar.datastructures import Headers
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import InternalServerException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from litestar.types.asgi_types import HTTPResponseStartEvent
from litestar.utils.scope.state import ScopeState
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory.base import clock
from inventory.base.actor import Actor
from inventory.base.answers import CONTENT
from inventory.base.errors import Invalid, Unauthenticated
from inventory.base.messages import _
from inventory.base.storage import PIECE
from inventory.base.uploads import Form, fingerprint
from service.auth.commands import token_hash
from service.auth.models import RememberedAnswer
from service.auth.queries import Opened, open_as, still_valid
from service.auth.receiving import FormRequest
from service.auth.rules import API, KeyUsedForOther, LengthRequired, token_in
from service.database import OPENING, Database

REFUSED = 400
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class TransactionMiddleware:
    """Wraps every route that names a permission (or asks for a transaction) in a transaction.

    The whole request, from the first byte of its body to the commit, runs in the thread it comes
    in. When the body is there it waits here for its turn, and so for a connection. Routes inside
    may not wait for anything else.
    """

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app = app
        self.database = database
        self.known = KnownTokens()
        self.turns = BoundedSemaphore(database.settings.threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP or not _wanted(scope):
            await self.app(scope, receive, send)
            return
        body = await _read(FormRequest(scope, receive)) if scope["method"] not in SAFE else b""
        with self.turns:
            unit = _Unit(self.database.sessions(), scope, self.known, body)
            unit.serve(self.app)
        whole = CONTENT in (scope.get("extensions") or {})
        for message in unit.answer:
            await (send(message) if whole else _send_on(message, send))


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

    def __init__(self, session: Session, scope: HTTPScope, known: KnownTokens, body: bytes) -> None:
        self.session = session
        self.known = known
        self.scope = scope
        self.at = clock.now()
        self.headers = Headers.from_scope(scope)
        self.api = scope["path"].startswith(API)
        self.key = self.headers.get("idempotency-key") if scope["method"] == "POST" else None
        self.request_hash = _hash(scope, body) if self.key else b""
        self.token_hash = b""
        self.opened = Opened(None, None, None, None, None)
        self.answer: list[Message] = []

    def serve(self, app: ASGIApp) -> None:
        """Do all of the request in this thread; what is to be sent is in ``answer`` afterwards."""
        try:
            self._find_out_who()
            if self._answered():
                self._repeat()
            else:
                run_at_once(app(self.scope, _nothing, self._keep))
                self._end()
        finally:
            self.session.close()

    async def _keep(self, message: Message) -> None:
        self.answer.append(message)

    def _find_out_who(self) -> None:
        token = token_in(self.scope["path"], self.headers)
        self.token_hash = token_hash(token) if token else b""
        actor = None if self.key else self.known.get(self.token_hash)
        if actor is not None:
            self.session.info[OPENING] = self._check
        else:
            self.opened = self._opened_on(self.session.connection())
            actor = self.opened.actor
            if actor is not None:
                self.known.put(self.token_hash, actor)
        state = self.scope["state"]
        state["session"], state["at"], state["token"] = self.session, self.at, token
        self.scope["user"] = actor.through("api") if actor is not None and self.api else actor

    def _answered(self) -> bool:
        """Whether the same request was answered before.

        Raises KeyUsedForOther where the key came with another request.
        """
        if self.opened.request_hash is None:
            return False
        if self.opened.request_hash != self.request_hash:
            raise KeyUsedForOther(_("This Idempotency-Key was used for another request."))
        return True

    def _repeat(self) -> None:
        """Give the remembered answer again."""
        opened = self.opened
        headers = [(k.encode(), v.encode()) for k, v in (opened.headers or {}).items()]
        headers.append((b"idempotent-replay", b"true"))
        self.answer = [
            {"type": "http.response.start", "status": opened.status or 200, "headers": headers},
            {"type": "http.response.body", "body": opened.body or b"", "more_body": False},
        ]

    def _end(self) -> None:
        """Commit what was done, or answer that it could not be, instead of the success."""
        try:
            if OPENING in self.session.info:
                self.session.connection()  # the handler asked nothing: the token is checked here
            start = self.answer[0]
            if start["type"] == "http.response.start" and start["status"] < REFUSED:
                self._remember(start)
                self.session.commit()  # of reading as well: a rollback drops all that is prepared
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is a refusal
            self._drop_answer()
            app = self.scope["litestar_app"]
            request: Request[Any, Any, Any] = Request(self.scope)
            refusal = app.exception_handlers[Exception](request, error)
            run_at_once(refusal.to_asgi_response(None, request)(self.scope, _nothing, self._keep))

    def _drop_answer(self) -> None:
        for message in self.answer:
            content = cast("dict[str, Any]", message).pop(CONTENT, None)
            if content is not None:
                content.close()
        self.answer.clear()

    def _check(self, connection: Connection) -> None:
        """Open the transaction of a token known from before.

        Raises Unauthenticated where it was ended in the meantime.
        """
        read_only = self.scope["method"] in SAFE
        if not still_valid(connection, self.token_hash, at=self.at, read_only=read_only):
            self.known.drop(self.token_hash)
            raise Unauthenticated(_("Please log in."))

    def _opened_on(self, connection: Connection) -> Opened:
        read_only = self.scope["method"] in SAFE
        return open_as(connection, self.token_hash, at=self.at, read_only=read_only, key=self.key)

    def _remember(self, start: HTTPResponseStartEvent) -> None:
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
            body=b"".join(cast("bytes", m.get("body", b"")) for m in self.answer[1:]),
            at=self.at,
        )
        try:
            self.session.execute(statement)
        except IntegrityError as error:
            self.session.rollback()
            raise KeyUsedForOther(
                _("The same request is being answered just now; ask again.")
            ) from error


def run_at_once(waiting: Awaitable[None]) -> None:
    """Run to its end, without an event loop, what has nothing to wait for."""
    work = cast("Coroutine[Any, Any, None]", waiting)
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("a route inside a transaction waited for something")


async def _read(request: FormRequest) -> bytes:
    """The body; a form with files is read into files, which the route finds read already.

    Raises Invalid where it broke off, LengthRequired where nobody could tell whether it did.
    """
    if "transfer-encoding" in request.headers and request.content_length is None:
        raise LengthRequired(_("Say with Content-Length how long the body is."))
    if request.content_type[0] == RequestEncodingType.MULTI_PART:
        await request.form()
        return fingerprint(cast("Form", ScopeState.from_scope(request.scope).form))
    await request.be_admitted()
    try:
        return await request.body()
    except InternalServerException as error:
        raise Invalid(_("The connection broke off; nothing was stored.")) from error


async def _send_on(message: Message, send: Send) -> None:
    """Send a message; a file that it carries goes piece by piece."""
    content = cast("dict[str, Any]", message).pop(CONTENT, None)
    if content is None:
        await send(message)
        return
    with closing(content):
        while piece := content.read(PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _hash(scope: HTTPScope, body: bytes) -> bytes:
    line = f"{scope['method']} {scope['path']}\n".encode()
    return hashlib.sha256(line + body).digest()


async def _nothing() -> Any:
    """What is left of a body that was read already, or that a GET announces and does not have."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _wanted(scope: Scope) -> bool:
    return in_one_transaction(scope["route_handler"])


def in_one_transaction(handler: BaseRouteHandler) -> bool:
    """Whether a route is served in a transaction: it names a permission or asks for one."""
    return bool(handler.opt.get("permission") or handler.opt.get("transaction"))


def signed_in(user: Actor | None) -> Actor:
    """The actor of the request.

    Raises Unauthenticated where nobody is logged in.
    """
    if user is None:
        raise Unauthenticated(_("Please log in."))
    return user
