"""How a page answers after an act: onward with a notice, whole or as a part of a page."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

AnyRequest = Request[Any, Any, Any]

NOTICE = "kebien_notice"
"""Cookie that carries a notice (its untranslated text) to the next page."""


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
