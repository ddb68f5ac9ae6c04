"""Databases in which every transaction commits, and the people who meet there."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from auction.bidding.commands import schedule_round
from inventory.base.actor import SYSTEM
from service.database import Database
from service.settings import Settings
from tests.apart import database_apart
from tests.concurrency.leaving import Told
from tests.make.announcing import notice_was_given
from tests.make.auction import make_formed_lot, new_round
from tests.make.between import lot_on_its_way
from tests.make.lone import lone_database
from tests.make.organisation import People, make_people

MOST = 8
"""As many connections as the fullest race has people."""


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty database of the module's own, on a server of its own."""
    with lone_database(tmp_path_factory.mktemp("races"), threads=MOST) as database:
        yield database


@pytest.fixture
def apart(database: Database) -> Iterator[Settings]:
    """A database of the test's own, with the legal rules: its belts can be taken away."""
    with database_apart(database) as settings:
        yield settings


@pytest.fixture
def kept(apart: Settings) -> Iterator[Database]:
    """The database apart, in which every transaction commits."""
    database = Database(apart, pool_size=4)
    yield database
    database.close()


@pytest.fixture
def people(kept: Database, at: datetime) -> People:
    """The people of two offices, committed."""
    with kept.transaction(SYSTEM) as session:
        return make_people(session, at)


@pytest.fixture
def lot(kept: Database, people: People, at: datetime) -> str:
    """A lot whose first round has opened."""
    with kept.transaction(SYSTEM) as session:
        made = make_formed_lot(session, people, at=at)
        opens = at - timedelta(hours=1)
        new = new_round(1_000_000_000, opens)
        schedule_round(session, people.officer, made.reference, new, at=at)
        return made.reference


@pytest.fixture
def opening(kept: Database, people: People, at: datetime) -> Told:
    """A lot whose round opens today, written down then; the debtor paid the week before."""
    with kept.transaction(SYSTEM) as session:
        way = lot_on_its_way(session, people, at=at)
        new = new_round(way.price, at + timedelta(days=7))
        notice_was_given(session, people, way.lot, new.opens_at, at=at)
        fixed = schedule_round(session, people.officer, way.ref, new, at=new.opens_at)
        way.rounds = fixed.number
        told = Told(way)
    told.now = at + timedelta(days=7, hours=1)
    return told
