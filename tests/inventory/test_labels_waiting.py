"""What was taken in and bears no label: on the desk, in the backlog, printed by one button."""

from collections.abc import Callable
from datetime import datetime

import pytest
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from inventory.assets.rules import IMMOVABLE_KINDS, AssetKind
from inventory.backlog.queries import count_alarms, list_alarms
from inventory.backlog.rules import Alarm
from inventory.base.actor import Actor
from inventory.base.errors import Invalid
from inventory.cases.models import EnforcementCase
from inventory.custody.commands import release
from inventory.custody.queries import count_waiting, list_waiting
from inventory.custody.rules import NEVER_STORED
from inventory.labels import queries
from inventory.labels.commands import print_labels
from inventory.labels.schemas import NewRun
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case, release_from
from tests.make.organisation import People

Browse = Callable[[str], TestClient]
ALL = NewRun(waiting=True, format="a4-24")


@pytest.fixture
def held(
    session: Session, people: People, case: EnforcementCase, shelf: Place, at: datetime
) -> list[str]:
    """Numbers of three assets on the shelf; a fourth was never taken in."""
    make_asset(session, people.keeper, case, at=at)
    return [
        make_asset(session, people.keeper, case, at=at, place=shelf).reference for _n in range(3)
    ]


def alarms(session: Session, actor: Actor, at: datetime) -> int:
    counts = {one.alarm: one.count for one in count_alarms(session, actor, at=at)}
    return counts.get(Alarm.TO_LABEL, 0)


def test_what_is_taken_in_waits_until_its_label_is_printed(
    session: Session, people: People, held: list[str], shelf: Place, at: datetime
) -> None:
    keeper = people.keeper
    assert [row.reference for row in queries.list_waiting(session, keeper)] == held
    rows = list_alarms(session, people.head, Alarm.TO_LABEL, at=at).items
    assert [(row.ref, row.figure) for row in rows] == [(ref, shelf.name) for ref in held]
    print_labels(session, keeper, NewRun(numbers=held[:1], format="a4-24"), address="", at=at)
    assert queries.count_waiting(session, keeper) == alarms(session, keeper, at) == 2
    assert print_labels(session, keeper, ALL, address="", at=at).number == 2
    assert queries.count_waiting(session, keeper) == alarms(session, keeper, at) == 0
    with pytest.raises(Invalid, match="all of them have one"):
        print_labels(session, keeper, ALL, address="", at=at)


def test_what_left_again_waits_no_more(
    session: Session, people: People, held: list[str], shelf: Place, at: datetime
) -> None:
    release(session, people.keeper, held[0], release_from(session, shelf, held[0]), at=at)
    assert queries.count_waiting(session, people.keeper) == alarms(session, people.keeper, at) == 2


def test_another_office_labels_its_own(
    session: Session,
    people: People,
    held: list[str],
    foreign_store: Place,
    become: Callable[[Actor], Actor],
    at: datetime,
) -> None:
    case = make_case(session, people.foreign_officer, "88/QĐ", at=at)
    theirs = make_asset(session, people.foreign_keeper, case, at=at, place=foreign_store.id)
    stranger = become(people.foreign_keeper)
    assert [row.reference for row in queries.list_waiting(session, stranger)] == [theirs.reference]
    assert alarms(session, stranger, at) == 1
    assert print_labels(session, stranger, ALL, address="", at=at).number == 1
    assert queries.count_waiting(session, become(people.keeper)) == len(held)


def test_one_button_on_the_desk_prints_them_all(browse: Browse, held: list[str]) -> None:
    keeper = browse("keeper")
    desk = keeper.get("/desk").text
    assert 'name="waiting" value="true"' in desk
    assert all(ref in desk for ref in held)
    pressed = {"kind": "asset", "format": "a4-24", "start": "1", "waiting": "true"}
    printed = keeper.post("/labels/new", data=pressed, follow_redirects=True)
    assert printed.status_code == 200
    assert all(ref in printed.text for ref in held)
    assert 'name="waiting" value="true"' not in keeper.get("/desk").text
    assert held[0] not in keeper.get("/labels/new?waiting=true").text


def test_who_prints_no_labels_is_not_asked_to(browse: Browse, held: list[str]) -> None:
    officer = browse("officer")
    assert 'action="/labels/new"' not in officer.get("/desk").text
    assert held[0] in officer.get("/backlog?kind=to_label").text


def test_land_and_houses_never_wait_to_be_taken_in(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    made = [
        make_asset(session, people.keeper, case, at=at, kind=kind)
        for kind in (*sorted(IMMOVABLE_KINDS), AssetKind.CLAIM, AssetKind.MOVABLE)
    ]
    assert count_waiting(session, people.keeper) == 1
    (row,) = list_waiting(session, people.keeper).items
    assert row.reference == made[-1].reference


def test_what_is_never_stored_are_kinds_of_assets_and_all_immovables_among_them() -> None:
    assert set(NEVER_STORED) <= set(AssetKind)
    assert set(NEVER_STORED) >= IMMOVABLE_KINDS
