"""Seizure of an asset for a debt (L25 Art. 78-80)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import Barred, Duplicate, Invalid, Unlawful
from inventory.base.messages import _, labels
from inventory.papers.schemas import Party, Refusal

UNSAID = "…"
"""Stands in a form where a state is still to be written."""
MOST_PARTS = 4
"""What is said of somebody in one line: name, role, address, identity paper."""


class SeizureWay(StrEnum):
    """How a thing came under seizure: by a decision, by the judgment itself, or found on the spot.

    What the judgment seizes needs no decision (L25 Art. 78(2)); what is found on the spot is seized
    right after the first seizure, whose day gives the rank (L25 Art. 80(3), D152/26 Art. 54(6)).
    """

    DECISION = "decision"
    JUDGMENT = "judgment"
    ON_THE_SPOT = "on_the_spot"


class AlreadySeizedForCase(Duplicate):
    """The asset is under seizure for that case already."""

    code = "already_seized_for_case"


class SeizureUnfounded(Unlawful):
    """The judgment, or the first decision, that such a seizure must stand on is missing."""

    code = "seizure_unfounded"


class AssetsSeized(msgspec.Struct, frozen=True):
    """Assets came under seizure for a case, for rooms above; the decision is of a day.

    Not ``coerced`` by this office is what a judgment or another body seized.
    """

    actor: Actor
    asset_ids: tuple[int, ...]
    case_id: int
    on: date
    at: datetime
    coerced: bool = True


class CoercionBegins(msgspec.Struct, frozen=True):
    """The office seizes for a case of whose decision the debtor was told, for those who know until
    when he may pay of his own will.
    """

    actor: Actor
    case_id: int
    told_on: date
    on: date


class SeizureReleased(msgspec.Struct, frozen=True):
    """A seizure was released, unless a room above refuses; ``last``: the asset is under no other.

    ``case_id`` is the case it was seized for.
    """

    actor: Actor
    asset_id: int
    case_id: int
    on: date
    document: str
    last: bool
    at: datetime


class ChoiceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The debtor asks to have a thing seized, for those who know if it is enough.

    D152/26 Art. 54(4); ``frozen`` are his other assets by number, ``frozen_words`` those that have
    none here. ``asset_id`` is the thing where it is here already: it counts for what is known of
    it, and by the estimate where nothing is.
    """

    actor: Actor
    case_id: int
    case_number: str
    on: date
    estimated_value: Decimal | None
    expected_costs: Decimal
    frozen: tuple[str, ...]
    frozen_words: str | None
    asset_id: int | None = None
    at: datetime


class ChoiceSeized(msgspec.Struct, frozen=True, kw_only=True):
    """What he asked for was seized, for those who freeze his other assets for transactions."""

    asked: ChoiceAsked
    asset_id: int
    reference: str
    office_id: int
    decision_number: str


class SeizureHeld(msgspec.Struct, frozen=True, kw_only=True):
    """Things were seized on the spot by minutes, for those who know what had to be told before.

    ``immovable`` says that one of them is; ``force`` that police or others were called up.
    """

    actor: Actor
    asset_ids: tuple[int, ...]
    case_id: int
    on: date
    immovable: bool
    force: bool
    at: datetime


class CustodyAssigned(msgspec.Struct, frozen=True):
    """Seized things were given into somebody's custody by minutes."""

    actor: Actor
    asset_ids: tuple[int, ...]
    on: date
    document: str
    at: datetime


class DrawnUpAlready(Barred):
    """A paper of that kind is in force; a wrong one is recalled before another is drawn up."""

    code = "drawn_up_already"


class HourForbidden(Unlawful):
    """Nothing is coerced on that day or at that hour (L25 Art. 72(5))."""

    code = "coercion_hour_forbidden"


def may_coerce(at: time, hours: Sequence[str]) -> bool:
    """Whether an hour lies outside the night that the dated rule names: from the first to the last.

    Up to the first and from the last on it is allowed.
    """
    night_from, night_to = (time.fromisoformat(hour) for hour in hours)
    return night_to <= at <= night_from


def people_in(text: str | None, field: str) -> tuple[Party, ...]:
    """Who was there: a line each, ``name; role; address or body; identity paper``.

    Raises Invalid.
    """
    return tuple(_person(line, field) for line in _lines(text))


def refusals_in(text: str | None, field: str) -> tuple[Refusal, ...]:
    """Who did not sign: a line each, ``name: reason``.

    Raises Invalid.
    """
    return tuple(Refusal(*_pair(line, field)) for line in _lines(text))


def states_in(text: str | None, known: Collection[str], field: str) -> dict[str, str]:
    """The state of each thing: a line each, ``reference: state``.

    Raises Invalid.
    """
    said = (_pair(line, field) for line in _lines(text))
    found = {name: state for name, state in said if state != UNSAID}
    for reference in found:
        if reference not in known:
            raise Invalid(
                _("%(asset)s is not one of the seized things."), field=field, asset=reference
            )
    return found


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _pair(line: str, field: str) -> tuple[str, str]:
    name, mark, said = line.partition(":")
    if not (name.strip() and mark and said.strip()):
        raise Invalid(_("Write a line as name, colon, text: %(line)s"), field=field, line=line[:80])
    return name.strip(), said.strip()


def _person(line: str, field: str) -> Party:
    parts = [part.strip() or None for part in line.split(";")]
    if parts[0] is None or len(parts) > MOST_PARTS:
        raise Invalid(
            _("Write a line as name; role; address; identity paper: %(line)s"),
            field=field,
            line=line[:80],
        )
    role, address, identity = (*parts[1:], None, None, None)[:3]
    return Party(name=parts[0], role=role, address=address, identity=identity)


labels(
    {
        SeizureWay.DECISION: _("Seizure decision"),
        SeizureWay.JUDGMENT: _("Seized by the judgment itself"),
        SeizureWay.ON_THE_SPOT: _("Seized in addition, on the spot"),
    }
)
