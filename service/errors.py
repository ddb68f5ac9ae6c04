"""Every failure becomes one answer: a problem document (RFC 9457), a page or a part of a page.

A refusal says what was wrong, in the reader's language, for all fields at once. A fault of the
program says only an incident number, which is in the log beside the trace.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Request, Response
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, HTTPException, ValidationException
from litestar.response import Template
from litestar.types import ExceptionHandlersMap, Scope
from sqlalchemy.exc import DataError, DBAPIError

from auction.legal_rules.certainty import certainty
from inventory.base import clock
from inventory.base.clock import local_day
from inventory.base.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Param,
    TooManyAttempts,
    Unavailable,
)
from inventory.base.messages import _
from inventory.base.orm import CONSTRAINT_ERRORS
from inventory.base.web import decode_body

AnyRequest = Request[Any, Any, Any]
Translate = Callable[[AnyRequest, str, Mapping[str, object]], str]
Fault = tuple[str, Mapping[str, object]]

PROBLEM_JSON = "application/problem+json"
API = "/api/"
LOGIN = "/login"
FAULTS = "kebien_faults"

logger = logging.getLogger("kebien.errors")


class FieldFault(msgspec.Struct, frozen=True):
    """One faulty field of the input."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of a refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    article: str | None = None
    rule: str | None = None
    confidence: str | None = None
    incident: str | None = None
    departs: dict[str, Param] | None = None
    errors: list[FieldFault] = []


class Refusal(msgspec.Struct, frozen=True):
    """What went wrong, before it is put into a language and a form."""

    status: int
    code: str
    message: Fault
    fields: Mapping[str, Fault] = {}
    article: str | None = None
    incident: str | None = None
    departs: dict[str, Param] | None = None
    headers: Mapping[str, str] = {}


def exception_handlers(translate: Translate) -> ExceptionHandlersMap:
    """The handlers of the application: one for everything."""

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        found = request.scope["state"].pop(FAULTS, None)
        return _response(request, refusal_of(found or error), translate)

    return {Exception: answer, HTTPException: answer, DomainError: answer}


async def name_every_fault(error: Exception, scope: Scope) -> None:
    """Where a JSON body was refused at its first fault, find the others as well."""
    data = getattr(scope.get("route_handler"), "parsed_data_field", None)
    if not isinstance(error, _FAULTY_BODY) or data is None:
        return
    request: AnyRequest = Request(scope)
    if request.content_type[0] != RequestEncodingType.JSON:
        return
    try:
        decode_body(data.annotation, await request.body())
    except Invalid as found:
        scope["state"][FAULTS] = found
    except RecursionError:
        scope["state"][FAULTS] = Invalid(_("The body is not valid JSON."))


_FAULTY_BODY = (ValidationException, UnicodeDecodeError, RecursionError)


def refusal_of(error: BaseException) -> Refusal:
    """What a failure means to the person who asked."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, ValidationException):
        return _of_validation(error)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _of_http(error)
    if isinstance(error, OverflowError) and _BEYOND_THE_CALENDAR in str(error):
        return _of_domain(Invalid(_("A date lies too far away to reckon with.")))
    return _incident(error)


_BEYOND_THE_CALENDAR = "date value out of range"
"""What a day says from which more days are counted than the years up to 9999 have."""


def _of_domain(error: DomainError) -> Refusal:
    headers: dict[str, str] = {}
    if isinstance(error, TooManyAttempts | Unavailable):
        headers["Retry-After"] = str(error.params.get("seconds", 5))
    return Refusal(
        status=error.status,
        code=error.code,
        message=(error.message_id, error.params),
        fields=error.fields,
        article=error.article,
        departs=error.departs,
        headers=headers,
    )


def _of_database(error: DBAPIError) -> Refusal:
    diagnosis = getattr(error.orig, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    state = getattr(error.orig, "sqlstate", None) or ""
    known = CONSTRAINT_ERRORS.get(constraint or "")
    if known is not None:
        return _of_domain(known(_("This is already recorded, or does not fit what is recorded.")))
    for beginning, meaning in _STATES.items():
        if state.startswith(beginning):
            return _of_domain(meaning())
    if isinstance(error, DataError):
        return _of_domain(_STATES["22"]())
    if error.connection_invalidated or not state:
        logger.error("database unavailable", exc_info=error)
        return _of_domain(Unavailable(_("The database cannot be reached at the moment.")))
    return _incident(error)


_STATES: dict[str, Callable[[], DomainError]] = {
    "23505": lambda: Conflict(_("This is already recorded, or does not fit what is recorded.")),
    "23P01": lambda: Conflict(_("This is already recorded, or does not fit what is recorded.")),
    "23503": lambda: Conflict(_("Something this refers to is not there, or is still in use.")),
    "22": lambda: Invalid(_("A value is too large, too long or not of its kind.")),
    "40": lambda: Conflict(_("Somebody else was changing the same thing. Please try again.")),
    "55P03": lambda: Conflict(_("Somebody else was changing the same thing. Please try again.")),
    "42501": lambda: Forbidden(_("You are not permitted to do this.")),
    "57": lambda: Unavailable(_("The database cannot be reached at the moment.")),
    "53": lambda: Unavailable(_("The database cannot be reached at the moment.")),
    "08": lambda: Unavailable(_("The database cannot be reached at the moment.")),
}


def _of_validation(error: ValidationException) -> Refusal:
    faults = [fault for fault in error.extra or [] if isinstance(fault, dict)]
    unfit: Fault = (_("The value is not valid."), {})
    fields = {str(fault.get("key", "body")): unfit for fault in faults}
    return Refusal(422, Invalid.code, (_("Some fields need another look."), {}), fields)


def _of_http(error: HTTPException) -> Refusal:
    status = error.status_code
    code, text = _HTTP.get(status, ("refused", _("The request could not be understood.")))
    if isinstance(error, ClientException) and status == 400 and "JSON" in error.detail:
        text = _("The body is not valid JSON.")
    return Refusal(status, code, (text, {}), headers=error.headers or {})


_HTTP: dict[int, tuple[str, str]] = {
    401: ("unauthenticated", _("Please log in.")),
    403: ("forbidden", _("You are not permitted to do this.")),
    404: ("not_found", _("There is nothing here, or it is not yours to see.")),
    405: ("method_not_allowed", _("This cannot be done here.")),
    413: ("too_large", _("That is more than may be sent at once.")),
    415: ("unsupported_media_type", _("This kind of content is not accepted here.")),
    429: ("too_many_attempts", _("Too many attempts. Please wait a little.")),
}


def _incident(error: BaseException) -> Refusal:
    incident = secrets.token_hex(6)
    logger.error("incident %s", incident, exc_info=error)
    return Refusal(
        status=500,
        code="incident",
        message=(_("Something went wrong on our side; nothing was changed."), {}),
        incident=incident,
    )


def _response(request: AnyRequest, refusal: Refusal, translate: Translate) -> Response[Any]:
    only_json = request.headers.get("accept") == "application/json"
    if only_json or request.url.path.startswith(API):
        return _document(request, refusal, translate)
    if refusal.status == 401:
        return _to_login(request)
    return _page(request, refusal, translate)


def _document(request: AnyRequest, refusal: Refusal, translate: Translate) -> Response[Any]:
    headers = dict(refusal.headers)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        problem_of(request, refusal, translate),
        status_code=refusal.status,
        media_type=PROBLEM_JSON,
        headers=headers,
    )


def _sureness(refusal: Refusal) -> str | None:
    """How sure the article of a refusal is: read (A), known (B) or to be confirmed (C)."""
    if refusal.article is None:
        return None
    _text, values = refusal.message
    return certainty(refusal.article, local_day(clock.now()), values.get("rule"))


def _rule(refusal: Refusal) -> str | None:
    """The key of the dated rule that a refusal by the law stands on."""
    _text, values = refusal.message
    named = values.get("rule")
    return str(named) if refusal.article and named else None


def problem_of(request: AnyRequest, refusal: Refusal, translate: Translate) -> Problem:
    """The refusal in the reader's language."""
    return Problem(
        type=f"urn:kebien:problem:{refusal.code}",
        title=translate(request, _title(refusal.status), {}),
        status=refusal.status,
        detail=translate(request, *refusal.message),
        instance=quote(request.scope["path"]),
        code=refusal.code,
        article=refusal.article,
        rule=_rule(refusal),
        confidence=_sureness(refusal),
        departs=refusal.departs,
        incident=refusal.incident,
        errors=[
            FieldFault(field, translate(request, *fault)) for field, fault in refusal.fields.items()
        ],
    )


def _page(request: AnyRequest, refusal: Refusal, translate: Translate) -> Response[Any]:
    part = "hx-request" in request.headers and "hx-boosted" not in request.headers
    headers = dict(refusal.headers)
    if part:
        headers.update({"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"})
    return Template(
        "shell/_problem.html" if part else "shell/error.html",
        context={"problem": problem_of(request, refusal, translate)},
        status_code=refusal.status,
        media_type="text/html",
        headers=headers,
    )


def _to_login(request: AnyRequest) -> Response[Any]:
    """Send somebody without a session to the log-in page and back to where he wanted to be."""
    if "hx-request" in request.headers:
        back = urlsplit(request.headers.get("hx-current-url", "/desk")).path
        return Response(
            None, status_code=401, headers={"HX-Redirect": f"{LOGIN}?next={quote(back)}"}
        )
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = quote(f"{request.url.path}{query}") if request.method == "GET" else ""
    target = f"{LOGIN}?next={wanted}" if wanted not in {"", "/"} else LOGIN
    return Response(None, status_code=303, headers={"Location": target})


def _title(status: int) -> str:
    return _TITLES.get(status, _("Refused"))


_TITLES: dict[int, str] = {
    401: _("Log-in needed"),
    403: _("Not permitted"),
    404: _("Not found"),
    405: _("Not possible here"),
    409: _("Conflict"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    422: _("Please correct the input"),
    428: _("Version needed"),
    429: _("Too many attempts"),
    500: _("A fault of the program"),
    503: _("Not available at the moment"),
}
