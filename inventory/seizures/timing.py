"""When the office may seize: not before its case, nor in the time the debtor has to pay himself."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.rules import IMMOVABLE_KINDS, AssetKind
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.seizures.rules import CoercionBegins, SeizureHeld


def begin_coercion(
    session: Session,
    actor: Actor,
    case_id: int,
    days: tuple[date | None, date | None],
    on: date,
    *,
    by_request: bool,
) -> None:
    """Refuse a seizure before its case; the rooms above refuse one in the debtor's own time.

    ``days`` are those of the decision of the case and of its notice; what the debtor asks to have
    seized is no coercion. Raises Invalid.
    """
    decided_on, told_on = days
    if decided_on is not None and on < decided_on:
        raise Invalid(
            _("The day lies before the decision of the case, of %(day)s."),
            field="decision_on",
            day=decided_on,
        )
    if told_on is not None and not by_request:
        publish(session, CoercionBegins(actor, case_id, told_on, on))


def tell_held(
    session: Session,
    actor: Actor,
    mades: Sequence[Registered],
    kinds: Sequence[AssetKind],
    on: date,
    *,
    at: datetime,
) -> None:
    """A house or land seized by minutes of elsewhere: what had to be told before counts as well."""
    case_id = next((made.case_id for made in mades if made.case_id is not None), None)
    if case_id is None or not IMMOVABLE_KINDS & set(kinds):
        return
    held = SeizureHeld(
        actor=actor,
        asset_ids=tuple(made.id for made in mades),
        case_id=case_id,
        on=on,
        immovable=True,
        force=False,
        at=at,
    )
    publish(session, held)
