"""Keepers of warehouses: who is one, and how one follows another."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from inventory.base.actor import Actor
from inventory.base.errors import (
    Barred,
    Duplicate,
    Forbidden,
    Invalid,
    NotEntitled,
    OutOfPlace,
    Unlawful,
)
from inventory.base.messages import _, labels

DUTIES = "keeper_duties"
"""The keeper's duties."""

JOINT_COUNT = "keepers_count_together"
"""What is handed over between keepers is counted and signed for."""


class Ending(StrEnum):
    """Why an appointment no longer gives access."""

    RENEWED = "renewed"
    FOLLOWED = "followed"
    RELIEVED = "relieved"


class Signing(StrEnum):
    """Whose signature under the joint count it is."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    HEAD = "head"


class KeeperChangeOpened(msgspec.Struct, frozen=True):
    """A warehouse is to get another keeper, from a day: both count it before access moves."""

    actor: Actor
    place_id: int
    decision: str
    begins_on: date
    at: datetime


class CountedOnPaper(msgspec.Struct, frozen=True):
    """The head recorded that both counted on paper, and why."""

    actor: Actor
    place_id: int
    reason: str
    at: datetime


class KeeperChanged(msgspec.Struct, frozen=True):
    """Access to a warehouse went from one keeper to another."""

    place_id: int
    office_id: int
    staff_id: int


class NotTheKeeper(NotEntitled):
    """Only the keeper appointed to a warehouse acts there."""

    code = "not_the_keeper"


class NotAWarehouse(Invalid):
    """A keeper is appointed to a whole warehouse, not to a spot inside one."""

    code = "not_a_warehouse"


class NotAKeeper(Unlawful):
    """Who is appointed must hold the role of keeper in the office."""

    code = "not_a_keeper"


class OwnKeeper(Forbidden):
    """The head does not appoint himself."""

    code = "own_keeper"


class KeeperThere(Duplicate):
    """The warehouse has a keeper already."""

    code = "keeper_there"


class ChangeIsOpen(Duplicate):
    """A change of keeper has not come to its end."""

    code = "keeper_change_is_open"


class NoChangeOpen(OutOfPlace):
    """There is no change of keeper to count or sign for."""

    code = "no_keeper_change_open"


class NotCountedYet(Barred):
    """Both sign what was counted, so the joint count comes first."""

    code = "not_counted_yet"


class SignedAlready(Duplicate):
    """That side has signed already."""

    code = "signed_already"


class CountedAlready(Duplicate):
    """The joint count of the change is recorded already."""

    code = "counted_already"


labels(
    {
        Ending.RENEWED: _("Renewed"),
        Ending.FOLLOWED: _("Handed over to the next keeper"),
        Ending.RELIEVED: _("Relieved by the head"),
    }
)
