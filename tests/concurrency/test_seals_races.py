"""Officers who race for one seal number, or open one seal at once: one of them wins.

The control shows two things under one number where the index is missing.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from inventory.base.actor import SYSTEM
from inventory.papers.models import Paper
from inventory.seals.commands import open_seal, seal
from inventory.seals.models import Seal, SealOpening
from inventory.seals.rules import NotSealed, SealInUse
from service.database import Database
from tests.concurrency.races import at_once, drop
from tests.make.inventory import make_asset, make_case
from tests.make.organisation import People, make_people
from tests.make.seals import new_opening, new_seal

OFFICERS = 4


@dataclass
class Office:
    """Committed: people and unsealed assets."""

    people: People
    assets: list[str]


@pytest.fixture(scope="module")
def office(lone: Database) -> Office:
    at = datetime(2026, 11, 23).astimezone()
    with lone.transaction(SYSTEM) as session:
        people = make_people(session, at)
        case = make_case(session, people.officer, at=at)
        made = [make_asset(session, people.officer, case, at=at) for _n in range(OFFICERS)]
        return Office(people, [one.reference for one in made])


def put_on(lone: Database, office: Office, asset: str, number: str, at: datetime) -> None:
    with lone.transaction(office.people.officer) as session:
        seal(session, office.people.officer, asset, new_seal(number), at=at)


def open_it(lone: Database, office: Office, asset: str, number: str, at: datetime) -> None:
    with lone.transaction(office.people.officer) as session:
        open_seal(session, office.people.officer, asset, new_opening(number), at=at)


def in_force(lone: Database, number: str) -> int:
    with lone.transaction(SYSTEM, read_only=True) as session:
        counted = select(func.count()).where(Seal.number == number, Seal.ended_at.is_(None))
        return session.scalar(counted) or 0


def test_one_number_seals_one_thing_and_the_minutes_have_no_gap(
    lone: Database, office: Office, at: datetime
) -> None:
    raised = at_once([partial(put_on, lone, office, one, "R-1", at) for one in office.assets])
    assert [type(error) for error in raised if error] == [SealInUse] * (OFFICERS - 1)
    assert in_force(lone, "R-1") == 1
    with lone.transaction(SYSTEM, read_only=True) as session:
        serials = session.scalars(select(Paper.serial).order_by(Paper.serial)).all()
    assert list(serials) == list(range(1, len(serials) + 1))


def test_a_seal_is_opened_once(lone: Database, office: Office, at: datetime) -> None:
    asset = office.assets[0]
    put_on(lone, office, asset, "R-2", at)
    raised = at_once([partial(open_it, lone, office, asset, "R-2", at) for _n in range(OFFICERS)])
    assert [type(error) for error in raised if error] == [NotSealed] * (OFFICERS - 1)
    with lone.transaction(SYSTEM, read_only=True) as session:
        opened = (
            select(func.count()).select_from(SealOpening).join(Seal).where(Seal.number == "R-2")
        )
        assert session.scalar(opened) == 1


def test_without_the_index_one_number_seals_several_things(
    lone: Database, office: Office, at: datetime
) -> None:
    drop(lone.settings, "DROP INDEX uq_seal_in_force")
    raised = at_once([partial(put_on, lone, office, one, "R-9", at) for one in office.assets])
    assert raised == [None] * OFFICERS
    assert in_force(lone, "R-9") == OFFICERS
