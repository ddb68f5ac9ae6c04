"""Refusals the program expects to make; each knows its HTTP status, its text and its kind.

DomainError
├── Invalid             422  the input is not what was asked for (carries every faulty field)
│   └── Unlawful        422  ByLaw: the law forbids what was said
├── Unauthenticated     401
├── Forbidden           403  no permission, or not this person's part
│   └── NotEntitled     403  ByLaw: the law gives the act to somebody else
├── NotFound            404  unknown, or of an office the actor may not see: the same answer
├── Conflict            409
│   ├── Barred          409  ByLaw: the law wants something else first
│   ├── Duplicate       409  it was done before, or the number is taken
│   ├── Overtaken       409  somebody else was faster, or is at it now
│   ├── OutOfPlace      409  nothing is there, or left, for the act to act on
│   └── Unfit           409  what is stored or set up does not serve
├── PreconditionFailed  412  the thing changed since it was read (If-Match)
├── TooLarge            413
├── TooManyAttempts     429
└── Unavailable         503  a part of the machine that is needed is missing or busy

What is refused by the law derives from ``ByLaw``: it cannot be made without the rule and the
article, which come from the dated row that serves on the day of the step, and its text says what
would be lawful. Everything else says by its ``kind`` why it needs no article.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self, TypedDict

Param = str | int | Decimal | date | tuple[str, ...]
"""A value in a message; amounts and days are written as the reader's language writes them."""


class Kind(StrEnum):
    """Why something is refused; only what the law refuses needs an article."""

    LAW = "law"
    FORM = "form"
    ACCESS = "access"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    CONCURRENCY = "concurrency"
    PLACE = "place"
    MACHINE = "machine"


class DomainError(Exception):
    """A refusal with a text for people and a code for programs.

    ``departs`` names the rule and the subject where a second person may let the act through.
    ``kind`` is None only where each kind below decides.
    """

    kind: ClassVar[Kind | None] = None
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


class Basis(TypedDict):
    """What a refusal by the law stands on."""

    article: str
    rule: str


class ByLaw(DomainError):
    """The law forbids the act: which rule, by which article; the text says what would be lawful.

    Both come from the dated row that serves on the day of the step.
    """

    kind: ClassVar[Kind | None] = Kind.LAW

    def __init__(
        self,
        message_id: str,
        /,
        *,
        article: str,
        rule: str,
        field: str | None = None,
        **params: Param,
    ) -> None:
        super().__init__(message_id, field=field, article=article, rule=rule, **params)


class Invalid(DomainError):
    """The input is not what was asked for."""

    kind: ClassVar[Kind | None] = Kind.FORM
    code = "invalid"
    status = 422

    @classmethod
    def many(cls, message_id: str, fields: Mapping[str, tuple[str, dict[str, Param]]], /) -> Self:
        """One refusal that names every faulty field at once."""
        error = cls(message_id)
        error.fields = dict(fields)
        return error


class Unlawful(ByLaw, Invalid):
    """The law forbids what was said."""

    code = "unlawful"


class Unauthenticated(DomainError):
    """Nobody is logged in, or the log-in was wrong."""

    kind: ClassVar[Kind | None] = Kind.ACCESS
    code = "unauthenticated"
    status = 401


class Forbidden(DomainError):
    """The actor is known and may not do this."""

    kind: ClassVar[Kind | None] = Kind.ACCESS
    code = "forbidden"
    status = 403


class NotEntitled(ByLaw, Forbidden):
    """The law gives the act to somebody else."""


class NotFound(DomainError):
    """Unknown, or not for this actor's eyes; both read the same."""

    kind: ClassVar[Kind | None] = Kind.UNKNOWN
    code = "not_found"
    status = 404


class Conflict(DomainError):
    """The present state does not allow the act; the kinds below say why."""

    code = "conflict"
    status = 409


class Barred(ByLaw, Conflict):
    """The law wants something else first."""


class Duplicate(Conflict):
    """It was done before, or the name or number is taken."""

    kind: ClassVar[Kind | None] = Kind.DUPLICATE


class Overtaken(Conflict):
    """Somebody else was faster, or is at it now."""

    kind: ClassVar[Kind | None] = Kind.CONCURRENCY


class OutOfPlace(Conflict):
    """Nothing is there, or left, for the act to act on."""

    kind: ClassVar[Kind | None] = Kind.PLACE


class Unfit(Conflict):
    """What is stored or set up does not serve."""

    kind: ClassVar[Kind | None] = Kind.MACHINE


class PreconditionFailed(DomainError):
    """The thing changed since the actor read it."""

    kind: ClassVar[Kind | None] = Kind.CONCURRENCY
    code = "precondition_failed"
    status = 412


class TooLarge(DomainError):
    """More was sent than is taken."""

    kind: ClassVar[Kind | None] = Kind.FORM
    code = "too_large"
    status = 413


class TooManyAttempts(DomainError):
    """Tried too often; wait."""

    kind: ClassVar[Kind | None] = Kind.ACCESS
    code = "too_many_attempts"
    status = 429


class Unavailable(DomainError):
    """A part of the machine that is needed is missing or busy."""

    kind: ClassVar[Kind | None] = Kind.MACHINE
    code = "unavailable"
    status = 503
