"""Refusals the program expects to make; each knows its HTTP status and its text.

DomainError
├── Invalid             422  the input is not what was asked for (carries every faulty field)
│   └── Unlawful        422  a rule of law forbids it (carries the article)
├── Unauthenticated     401
├── Forbidden           403
├── NotFound            404  unknown, or of an office the actor may not see: the same answer
├── Conflict            409  somebody else was first, or the state does not allow it
├── PreconditionFailed  412  the thing changed since it was read (If-Match)
├── TooLarge            413
├── TooManyAttempts     429
└── Unavailable         503  a part of the machine that is needed is missing or busy
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

Param = str | int | Decimal | date | tuple[str, ...]
"""A value in a message; amounts and days are written as the reader's language writes them."""


class DomainError(Exception):
    """A refusal with a text for people and a code for programs.

    ``departs`` names the rule and the subject where a second person may let the act through.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(
        self,
        message_id: str,
        /,
        *,
        field: str | None = None,
        article: str | None = None,
        **params: Param,
    ) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params: dict[str, Param] = params
        self.article = article
        self.departs: dict[str, Param] | None = None
        self.fields: dict[str, tuple[str, dict[str, Param]]] = {}
        if field is not None:
            self.fields[field] = (message_id, params)

    def __str__(self) -> str:
        """English text with its values, for logs and the command line."""
        text = self.message_id % self.params if self.params else self.message_id
        if len(self.fields) > 1:
            parts = (f"{name}: {msgid % values}" for name, (msgid, values) in self.fields.items())
            return f"{text} ({'; '.join(parts)})"
        return text


class Invalid(DomainError):
    """The input is not what was asked for."""

    code = "invalid"
    status = 422

    @classmethod
    def many(cls, message_id: str, fields: Mapping[str, tuple[str, dict[str, Param]]], /) -> Self:
        """One refusal that names every faulty field at once."""
        error = cls(message_id)
        error.fields = dict(fields)
        return error


class Unlawful(Invalid):
    """A rule of law forbids the act; ``article`` says which."""

    code = "unlawful"


class Unauthenticated(DomainError):
    """Nobody is logged in, or the log-in was wrong."""

    code = "unauthenticated"
    status = 401


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    code = "forbidden"
    status = 403


class NotFound(DomainError):
    """Unknown, or not for this actor's eyes; both read the same."""

    code = "not_found"
    status = 404


class Conflict(DomainError):
    """The present state does not allow the act."""

    code = "conflict"
    status = 409


class PreconditionFailed(DomainError):
    """The thing changed since the actor read it."""

    code = "precondition_failed"
    status = 412


class TooLarge(DomainError):
    """More was sent than is taken."""

    code = "too_large"
    status = 413


class TooManyAttempts(DomainError):
    """Tried too often; wait."""

    code = "too_many_attempts"
    status = 429


class Unavailable(DomainError):
    """A part of the machine that is needed is missing or busy."""

    code = "unavailable"
    status = 503
