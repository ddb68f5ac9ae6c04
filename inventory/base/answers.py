"""How a page answers after an act: onward with a notice, whole or as a part of a page."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.response.base import ASGIResponse
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

AnyRequest = Request[Any, Any, Any]

NOTICE = "kebien_notice"
"""Cookie that carries a notice (its untranslated text) to the next page."""


CONTENT = "kebien.content"
"""Key of the message that carries a file; the transaction's middleware sends its pieces."""


class FileAnswer(Response[None]):
    """A file of the store, sent piece by piece when the transaction is over."""

    def __init__(
        self, file: BinaryIO, *, size: int, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(None, status_code=200, media_type=media_type, headers=dict(headers))
        self.file = file
        self.size = size

    def to_asgi_response(self, *_args: Any, **_more: Any) -> ASGIResponse:
        """The answer as the server sends it."""
        given = {**(self.headers or {}), "content-type": self.media_type or ""}
        return _FileResponse(self.file, self.size, cast("Mapping[str, str]", given))


class _FileResponse(ASGIResponse):
    def __init__(self, file: BinaryIO, size: int, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.file = file
        said = {**headers, "content-length": str(size)}
        self.raw = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in said.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": 200,
            "headers": self.raw,
        }
        await send(start)
        body = {"type": "http.response.body", "body": b"", "more_body": False, CONTENT: self.file}
        await send(cast("HTTPResponseBodyEvent", body))


def wants_part(request: AnyRequest) -> bool:
    """Whether the page asks for a part of itself only."""
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


def onward(request: AnyRequest, path: str, notice: str = "") -> Response[Any]:
    """Go on to a page of ours after an act, saying there what was done."""
    cookies = []
    if notice:
        cookies.append(Cookie(key=NOTICE, value=quote(notice), path="/", samesite="lax"))
    if wants_part(request):
        return Response(None, status_code=200, headers={"HX-Redirect": path}, cookies=cookies)
    return Redirect(path, status_code=303, cookies=cookies)
