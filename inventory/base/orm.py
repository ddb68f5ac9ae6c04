"""Table base, column types and the naming of constraints, so that a broken one can be named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from inventory.base.errors import DomainError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Ref = Annotated[int, mapped_column(BigInteger)]
MoneyColumn = Annotated[Decimal, mapped_column(Numeric(20, 2))]
Snapshot = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - the name and form are SQLAlchemy's
        str: Text(),
        int: BigInteger(),
        datetime: DateTime(timezone=True),
        date: Date(),
        Decimal: Numeric(20, 2),
        bytes: LargeBinary(),
    }


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {}
"""Name of a constraint → what it means to a person when it refuses a row."""


def means(constraint: str, error: type[DomainError]) -> None:
    """Pair a constraint of a table with the refusal it stands for."""
    CONSTRAINT_ERRORS[constraint] = error


@contextmanager
def refused_by(session: Session, constraint: str, refusal: DomainError) -> Iterator[None]:
    """Turn a broken constraint into a refusal that leaves the transaction fit for further reading.

    So that a form can be shown again with what was typed. Costs a savepoint.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != constraint:
            raise
        raise refusal from error
