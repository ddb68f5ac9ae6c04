"""Two parts released at once, with real commits: of two equal things one stays; and without it."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.proportions import commands
from auction.proportions.commands import release_part
from auction.proportions.rules import NeededStill
from auction.proportions.schemas import NewPartRelease
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.seizures.models import Seizure
from service.database import Database
from tests.concurrency.races import Act, meeting, refusals, together
from tests.make.organisation import People
from tests.make.proportions import make_owed_case, seize

NUMBER = "48/QĐ-THADS"


@pytest.fixture
def refs(kept: Database, people: People, at: datetime) -> list[str]:
    """Two things, of which either covers what is owed."""
    with kept.transaction(SYSTEM) as session:
        case = make_owed_case(session, people, 400_000_000, NUMBER, at=at)
        return [seize(session, people, case, 500_000_000, at=at) for _n in range(2)]


def releasing(people: People, asset: str, at: datetime) -> Act:
    new = NewPartRelease(case_number=NUMBER, released_on=local_day(at))
    return lambda session: release_part(session, people.officer, asset, new, at=at).id


def still_seized(kept: Database) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        statement = select(func.count()).where(Seizure.released_on.is_(None))
        return session.scalars(statement).one()


def test_of_two_releases_at_once_the_second_finds_the_first(
    kept: Database, people: People, refs: list[str], at: datetime
) -> None:
    answers = together(kept, people.officer, *[releasing(people, one, at) for one in refs])
    assert refusals(answers) == [NeededStill]
    assert still_seized(kept) == 1


def test_without_the_lock_of_the_case_nothing_would_stay_seized(
    kept: Database,
    people: People,
    refs: list[str],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "lock_case", _unlocked)
    monkeypatch.setattr(commands, "_refuse_needed", meeting(commands._refuse_needed))
    answers = together(kept, people.officer, *[releasing(people, one, at) for one in refs])
    assert refusals(answers) == []
    assert still_seized(kept) == 0


def _unlocked(_session: Session, _case_id: int) -> None:
    return
