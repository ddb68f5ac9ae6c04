"""What an actor may see, said in a statement; row-level security says the same once more."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, bindparam, true
from sqlalchemy.dialects.postgresql import ARRAY

from inventory.base.actor import Actor


def in_sight_of(column: str) -> str:
    """The same for a statement that is written out; ``sight_of`` gives its parameters."""
    return f"(%(sees_all)s OR {column} = ANY (%(offices)s::bigint[]))"


def sight_of(actor: Actor) -> dict[str, Any]:
    """The parameters of ``in_sight_of``."""
    return {"sees_all": actor.sees_all, "offices": sorted(actor.office_ids)}


def in_sight(office_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Rows of offices within the actor's sight; one parameter however many offices they are."""
    if actor.sees_all:
        return true()
    if len(actor.office_ids) == 1:
        (only,) = actor.office_ids
        one: ColumnElement[bool] = office_id == only
        return one
    offices = bindparam(None, sorted(actor.office_ids), type_=ARRAY(BigInteger))
    many: ColumnElement[bool] = office_id == any_(offices)
    return many
