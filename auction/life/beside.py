"""What stands beside the way of an asset and is no state of it: holds, where it is kept, flags."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.holds.queries import holds_of
from auction.holds.rules import HoldSubject
from auction.holds.schemas import HoldRow
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.cases.models import EnforcementCase
from inventory.custody.queries import get_holding
from inventory.custody.schemas import HoldingOut
from inventory.organisation.models import Staff


class Mark(NamedTuple):
    """An open flag of an asset: the tier it reached, and the review that looks at it."""

    tier: int
    failed_in_a_row: int
    raised_at: datetime
    review_id: int | None


Flags = Callable[[Session, Actor, int], list[Mark] | None]
"""The open flags of an asset, as the room above knows them; None for who may not see them."""

_flags: list[Flags] = []


def flagged_by(flags: Flags) -> None:
    """Let the room above that flags assets answer; called where the program is put together."""
    _flags[:] = [flags]


class Beside(NamedTuple):
    """What stands beside the way of an asset."""

    officer: str | None
    holds: list[HoldRow]
    holding: HoldingOut | None
    flags: list[Mark] | None


def beside_way(session: Session, actor: Actor, asset: Asset) -> Beside:
    """The open holds, where the asset is kept, its flags, and whose it is to go on with it."""
    held = holds_of(session, actor, HoldSubject.ASSET, asset.reference, [asset.id])
    officer = session.scalar(
        select(Staff.name)
        .join(EnforcementCase, EnforcementCase.officer_id == Staff.id)
        .where(EnforcementCase.id == asset.case_id)
    )
    holding = None
    with suppress(NotFound):
        holding = get_holding(session, actor, asset.reference)
    return Beside(
        officer=officer,
        holds=[one for one in held if one.ended_on is None],
        holding=holding,
        flags=_flags[0](session, actor, asset.id),
    )
