"""Queries scope by themselves: the session here is the program's own, which every policy lets see
everything, so only what the code says can hide a row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from inventory.assets import queries as assets
from inventory.assets.commands import Registered
from inventory.audit.queries import list_acts_on
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import NotFound
from inventory.cases import queries as cases
from inventory.cases.models import EnforcementCase
from inventory.custody import queries as custody
from inventory.custody.commands import move
from inventory.custody.schemas import Move
from inventory.evidence.commands import hold_asset_as_evidence
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import HoldKind
from inventory.evidence.schemas import NewHold
from inventory.seizures.queries import list_seizures
from inventory.warehouses import queries as places
from inventory.warehouses.commands import close_place
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_place
from tests.make.organisation import People

Read = Callable[[Session, Actor, Registered, EnforcementCase, Place, datetime], object]

LISTS: dict[str, Read] = {
    "assets": lambda s, a, made, case, place, at: assets.list_assets(s, a).items,
    "of a case": lambda s, a, made, case, place, at: (
        assets.list_assets(s, a, case_id=case.id).items
    ),
    "of a place": lambda s, a, made, case, place, at: (
        assets.list_assets_of_place(s, a, place.id).items
    ),
    "by number": lambda s, a, made, case, place, at: assets.find_reference(s, a, made.reference),
    "cases": lambda s, a, made, case, place, at: cases.list_cases(s, a).items,
    "places": lambda s, a, made, case, place, at: places.tree_of(s, a, made.office_id),
    "choices": lambda s, a, made, case, place, at: places.list_choices(
        s, a, made.office_id, at.date()
    ),
    "seizures": lambda s, a, made, case, place, at: list_seizures(s, a, made.reference),
    "holds": lambda s, a, made, case, place, at: list_holds(s, a, made.reference),
    "acts": lambda s, a, made, case, place, at: list_acts_on(s, a, "asset", made.id),
    "search": lambda s, a, made, case, place, at: assets.search_assets(s, a, "thaco").items,
}
SINGLE: dict[str, Read] = {
    "asset": lambda s, a, made, case, place, at: assets.get_asset(s, a, made.reference),
    "locked asset": lambda s, a, made, case, place, at: assets.lock_asset(s, a, made.reference),
    "holding": lambda s, a, made, case, place, at: custody.get_holding(s, a, made.reference),
    "chain": lambda s, a, made, case, place, at: custody.list_chain(s, a, made.reference),
    "case": lambda s, a, made, case, place, at: cases.get_case(s, a, case.id),
    "place": lambda s, a, made, case, place, at: places.get_place(s, a, place.id),
}


@pytest.fixture
def made(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    made = make_asset(session, people.keeper, case, at=at, place=store)
    new = NewHold(hold=HoldKind.TEMPORARY_HOLDING, agency="Công an", received_on=at.date())
    hold_asset_as_evidence(session, people.keeper, made.reference, new, at=at)
    return made


def actors(people: People) -> tuple[list[Actor], list[Actor]]:
    """Who sees the office's rows, and who does not, each with every permission."""
    seeing = [people.keeper, people.inspector, SYSTEM]
    blind = [people.foreign_keeper, people.administrator]
    every = replace(SYSTEM).channel
    return seeing, [replace(actor, channel=every) for actor in blind]


@pytest.mark.parametrize("read", LISTS.values(), ids=LISTS)
def test_a_list_holds_what_is_in_sight(
    session: Session,
    people: People,
    made: Registered,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    read: Read,
) -> None:
    seeing, blind = actors(people)
    for actor in seeing:
        reader = replace(actor, channel="system")
        assert read(session, reader, made, case, store, at), actor.name
    for actor in blind:
        assert not read(session, actor, made, case, store, at), actor.name


@pytest.mark.parametrize("read", SINGLE.values(), ids=SINGLE)
def test_one_thing_is_found_by_who_sees_it(
    session: Session,
    people: People,
    made: Registered,
    case: EnforcementCase,
    store: Place,
    at: datetime,
    read: Read,
) -> None:
    seeing, blind = actors(people)
    for actor in seeing:
        assert read(session, actor, made, case, store, at)
    for actor in blind:
        with pytest.raises(NotFound):
            read(session, actor, made, case, store, at)


def test_acts_of_custody_stay_in_sight(
    session: Session,
    people: People,
    made: Registered,
    store: Place,
    shelf: Place,
    at: datetime,
) -> None:
    new = Move(shelf.id, store.id, "x")
    with pytest.raises(NotFound):
        move(session, people.foreign_keeper, made.reference, new, at=at)
    assert move(session, people.keeper, made.reference, new, at=at).seq == 2


def test_arranging_stays_in_sight(
    session: Session, people: People, store: Place, at: datetime
) -> None:
    with pytest.raises(NotFound):
        close_place(session, people.foreign_keeper, store.id, at=at)
    with pytest.raises(NotFound):
        make_place(session, people.foreign_keeper, "Z", at=at, inside=store)
