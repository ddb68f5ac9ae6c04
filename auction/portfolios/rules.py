"""What a portfolio holds, who signs its hand-over, and what may go wrong; pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from inventory.base.errors import Duplicate, Invalid, NotFound, OutOfPlace
from inventory.base.messages import _, labels

PREFIX = "BG"
"""First letters of a hand-over's reference (bàn giao)."""
MOST = 20_000
"""Things of one portfolio."""


class Group(StrEnum):
    """What a thing of a portfolio is."""

    CASE = "case"
    ASSET = "asset"
    LOT = "lot"
    DEADLINE = "deadline"
    HOLD = "hold"
    EVIDENCE_KEY = "evidence_key"


class State(StrEnum):
    """Where a hand-over stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """The acts of this room as the audit ledger keeps them."""

    DRAWN_UP = "portfolios.handover.drawn_up"
    GIVEN = "portfolios.handover.given"
    TAKEN = "portfolios.handover.taken"
    CANCELLED = "portfolios.handover.cancelled"
    CASE_REASSIGNED = "portfolios.case.reassigned"


class HandoverUnknown(NotFound):
    """No such hand-over, or none this actor may see."""

    code = "portfolio_unknown"


class HandoverOpen(Duplicate):
    """A hand-over of that officer's portfolio is open already."""

    code = "portfolio_open"


class HandoverEnded(OutOfPlace):
    """The hand-over is done or was cancelled."""

    code = "portfolio_ended"


class SignedAlready(Duplicate):
    """That side signed already."""

    code = "portfolio_signed"


class NothingToHandOver(Invalid):
    """The officer has no open case."""

    code = "portfolio_empty"


class PortfolioTooLarge(Invalid):
    """The portfolio holds more than one hand-over lists; nothing is left out silently."""

    code = "portfolio_too_large"


class Thing(msgspec.Struct, frozen=True):
    """A thing of a portfolio as far as the rules look at it."""

    id: int
    group: Group
    case_id: int | None


def refusals_of(things: Iterable[Thing], said: Mapping[int, str]) -> dict[int, str]:
    """What is not taken over and why: what was refused, and what hangs on a refused case.

    Raises Invalid where a thing is not of this portfolio.
    """
    known = {one.id: one for one in things}
    if unknown := set(said) - set(known):
        raise Invalid(
            _("Line %(number)s is not of this portfolio."), field="refused", number=min(unknown)
        )
    refused = dict(said)
    cases = {
        one.case_id: said[one.id]
        for one in known.values()
        if one.group is Group.CASE and one.id in said
    }
    for one in known.values():
        if one.case_id in cases:
            refused.setdefault(one.id, cases[one.case_id])
    return refused


def refusals_in(text: str | None) -> dict[int, str]:
    """Refusals as they are typed: a line each, ``number: reason``.

    Raises Invalid.
    """
    found: dict[int, str] = {}
    for line in (text or "").splitlines():
        number, mark, reason = line.partition(":")
        if not line.strip():
            continue
        if not (number.strip().isdecimal() and mark and reason.strip()):
            raise Invalid(
                _("Write a line as number, colon, reason: %(line)s"),
                field="refused",
                line=line[:80],
            )
        found[int(number)] = reason.strip()
    return found


labels(
    {
        Group.CASE: _("Case"),
        Group.ASSET: _("Asset"),
        Group.LOT: _("Lot"),
        Group.DEADLINE: _("Due date"),
        Group.HOLD: _("Hold"),
        Group.EVIDENCE_KEY: _("Evidence, seals and keys"),
        State.OPEN: _("Waits for signatures"),
        State.DONE: _("Handed over"),
        State.CANCELLED: _("Cancelled"),
        Act.DRAWN_UP: _("Hand-over of a portfolio drawn up"),
        Act.GIVEN: _("Portfolio given"),
        Act.TAKEN: _("Portfolio taken over"),
        Act.CANCELLED: _("Hand-over of a portfolio cancelled"),
        Act.CASE_REASSIGNED: _("Case given to another officer"),
    }
)
