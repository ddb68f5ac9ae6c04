"""Who may send files, asked before the first byte of them is read.

A route that takes files says ``upload=True``; it has a larger limit than all others, and whoever
may not use it cannot fill the disk with what he sends.
"""

import math
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, InternalServerException
from litestar.types import ASGIApp, Empty, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from inventory.base import clock
from inventory.base.errors import Invalid, TooLarge, Unauthenticated
from inventory.base.messages import _
from inventory.base.uploads import Form, close_files, read_form
from service.auth.commands import token_hash
from service.auth.queries import open_as
from service.auth.rules import token_in
from service.database import Database

MEGABYTE = 1024 * 1024


class FormRequest(Request[Any, Any, Any]):
    """A request whose files are read to disk, by those who may send them."""

    async def form(self) -> FormMultiDict:
        """The fields of the form, read once.

        Raises Unauthenticated, Forbidden, TooLarge, Invalid.
        """
        state = ScopeState.from_scope(self.scope)
        if state.form is Empty:
            await self.be_admitted()
            if self.content_type[0] == RequestEncodingType.MULTI_PART:
                boundary = self.content_type[1].get("boundary", "")
                folder = self._database.settings.passing_dir
                state.form = await read_form(self._pieces(), boundary, folder)
        return await super().form()

    async def be_admitted(self) -> None:
        """Refuse what a route that takes files is not to be sent.

        Raises Unauthenticated, Forbidden, TooLarge, HTTPException (no form with files).
        """
        if not self._takes_files:
            return
        permission = self.route_handler.opt["permission"]
        self._require(permission)
        if self.content_type[0] != RequestEncodingType.MULTI_PART:
            raise HTTPException(status_code=415)
        if (self.content_length or 0) > self._limit:
            raise self._too_large()

    @property
    def _database(self) -> Database:
        database: Database = self.app.state["database"]
        return database

    @property
    def _takes_files(self) -> bool:
        return bool(self.route_handler.opt.get("upload"))

    @property
    def _limit(self) -> float:
        if self._takes_files:
            return self._database.settings.upload_mb * MEGABYTE
        return math.inf

    def _require(self, permission: str) -> None:
        token = token_in(self.scope["path"], self.headers)
        with self._database.sessions() as session:
            hashed = token_hash(token) if token else b""
            opened = open_as(session.connection(), hashed, at=clock.now(), read_only=True, key=None)
        if opened.actor is None:
            raise Unauthenticated(_("Please log in."))
        opened.actor.require(permission)

    async def _pieces(self) -> AsyncIterator[bytes]:
        """The body, up to the limit of the route."""
        received = 0
        try:
            async for piece in self.stream():
                received += len(piece)
                if received > self._limit:
                    raise self._too_large()
                yield piece
        except InternalServerException as error:
            raise Invalid(_("The connection broke off; nothing was stored.")) from error

    def _too_large(self) -> TooLarge:
        most = self._database.settings.upload_mb
        return TooLarge(_("At most %(most)s MB may be sent at once."), most=most)


def removing_files(app: ASGIApp) -> ASGIApp:
    """Remove the files of a request when it is over, wherever it ended."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        finally:
            form: Form | Any = ScopeState.from_scope(scope).form
            if form is not Empty:
                close_files(form)

    return served
