"""Log-in rules: how long a session lasts and how often one may guess."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from inventory.base.clock import TZ
from inventory.base.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    TooManyAttempts,
    Unauthenticated,
)
from inventory.base.messages import _

COOKIE = "kebien_session"
API = "/api/"
SESSION = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
MOST_FAILURES = 10
SHORTEST_PASSWORD = 12


class WrongLogIn(Unauthenticated):
    """Name or password is wrong; which of them is not said."""

    code = "wrong_log_in"


class NoAppointment(Forbidden):
    """The person holds no role in any office today."""

    code = "no_appointment"


class TooManyLogIns(TooManyAttempts):
    """Guessed too often; wait for the window to pass."""

    code = "too_many_log_ins"


class LengthRequired(DomainError):
    """A body of unknown length."""

    code = "length_required"
    status = 411


class KeyUsedForOther(Conflict):
    """The Idempotency-Key came before with another request."""

    code = "idempotency_key_reused"


def session_ends(at: datetime) -> datetime:
    """End of a session: after twelve hours, but not past the legal day.

    Appointments begin and end with a day, so a session never outlives the one it rests on.
    """
    midnight = at.astimezone(TZ).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(at + SESSION, midnight + timedelta(days=1))


def token_in(path: str, headers: Mapping[str, str]) -> str | None:
    """The token a request came with: the interface takes a bearer, pages take a cookie."""
    if path.startswith(API):
        scheme, _space, token = headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else None
    for part in headers.get("cookie", "").split(";"):
        name, _equals, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return None


def check_password(password: str) -> str:
    """A password of sufficient length.

    Raises Invalid.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            _("A password has at least %(n)s characters."), field="password", n=SHORTEST_PASSWORD
        )
    return password
