"""Two requests to value again at once: one is granted; without the belts there would be two."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.valuations.commands import revaluation
from auction.valuations.commands.revaluation import request_revaluation
from auction.valuations.models import Revaluation
from auction.valuations.rules import RevaluationOpen
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import Act, drop, meeting, refusals, together
from tests.make.organisation import People
from tests.make.valuations import make_seized, make_told, new_request


@pytest.fixture
def asset(kept: Database, people: People, at: datetime) -> str:
    """An asset of whose price the parties were told."""
    with kept.transaction(SYSTEM) as session:
        made = make_seized(session, people, at=at)
        make_told(session, people, made, at=at)
        return made


def asking(people: People, asset: str, who: str, at: datetime) -> Act:
    new = new_request(asked_by=who)
    return lambda session: request_revaluation(session, people.officer, asset, new, at=at).id


def granted(kept: Database) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Revaluation)) or 0


def without_lock(session: Session, _actor: Actor, reference: str) -> Asset:
    return session.scalars(select(Asset).where(Asset.reference == reference)).one()


def test_of_two_requests_at_once_one_is_granted(
    kept: Database, people: People, asset: str, at: datetime
) -> None:
    acts = [asking(people, asset, who, at) for who in ("Người nợ", "Người được")]
    answers = together(kept, people.officer, *acts)
    assert refusals(answers) == [RevaluationOpen]
    assert granted(kept) == 1


def test_without_the_lock_the_keys_still_hold(
    kept: Database, people: People, asset: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revaluation, "lock_asset", without_lock)
    monkeypatch.setattr(revaluation, "count_requests", meeting(revaluation.count_requests))
    acts = [asking(people, asset, who, at) for who in ("Người nợ", "Người được")]
    assert len(refusals(together(kept, people.officer, *acts))) == 1
    assert granted(kept) == 1


def test_without_lock_and_keys_two_requests_would_be_granted(
    apart: Settings,
    kept: Database,
    people: People,
    asset: str,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(
        apart,
        "ALTER TABLE revaluation DROP CONSTRAINT uq_revaluation_asset_id_request_number",
        "DROP INDEX uq_revaluation_open",
    )

    def no_step(*_args: Any, **_named: Any) -> None:
        """The key of a step would hold too."""

    monkeypatch.setattr(revaluation, "take_step", no_step)
    monkeypatch.setattr(revaluation, "lock_asset", without_lock)
    monkeypatch.setattr(revaluation, "count_requests", meeting(revaluation.count_requests))
    acts = [asking(people, asset, who, at) for who in ("Người nợ", "Người được")]
    assert refusals(together(kept, people.officer, *acts)) == []
    assert granted(kept) == 2
