"""Keepers who print the same label in the same moment: one of them is told so."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from inventory.base.actor import SYSTEM, Actor
from inventory.labels import commands
from inventory.labels.commands import print_labels
from inventory.labels.models import AssetLabel
from inventory.labels.rules import JustPrinted, Reason
from inventory.labels.schemas import NewRun
from service.database import Database
from tests.concurrency.races import drop
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.organisation import make_people

TWO = 2


@pytest.fixture(scope="module")
def keeper_and_number(
    lone: Database, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Actor, str]:
    at = datetime(2026, 11, 23).astimezone()
    with lone.transaction(SYSTEM) as session:
        people = make_people(session, at)
        case = make_case(session, people.officer, at=at)
        store = make_place(session, people.keeper, at=at)
        asset = make_asset(session, people.keeper, case, at=at, place=store)
        return people.keeper, asset.reference


def both_print(
    lone: Database, keeper: Actor, number: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> list[BaseException | None]:
    """Two prints of one label that have both read how often it was printed before either writes."""
    both_have_read = threading.Barrier(TWO)
    check = commands._check_reason

    def check_late(*args: object) -> None:
        check(*args)
        both_have_read.wait(timeout=10)

    monkeypatch.setattr(commands, "_check_reason", check_late)

    def go() -> None:
        new = NewRun(format="a4-24", numbers=[number], reason=Reason.LOST)
        with lone.transaction(keeper) as session:
            print_labels(session, keeper, new, address="", at=at)

    acts: list[Callable[[], None]] = [partial(go) for _n in range(TWO)]
    with ThreadPoolExecutor(TWO) as pool:
        return [done.exception() for done in [pool.submit(act) for act in acts]]


def counts(lone: Database) -> list[int]:
    with lone.transaction(SYSTEM, read_only=True) as session:
        return sorted(session.scalars(select(AssetLabel.nth)))


def test_one_of_two_is_told_that_the_label_was_printed_just_now(
    lone: Database,
    keeper_and_number: tuple[Actor, str],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised = [e for e in both_print(lone, *keeper_and_number, at, monkeypatch) if e]

    assert [type(error) for error in raised] == [JustPrinted]
    assert counts(lone) == [1]


def test_control_without_the_key_both_would_count_as_the_same_print(
    lone: Database,
    keeper_and_number: tuple[Actor, str],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(lone.settings, "ALTER TABLE asset_label DROP CONSTRAINT pk_asset_label")

    assert both_print(lone, *keeper_and_number, at, monkeypatch) == [None, None]
    assert counts(lone)[-2:] == [2, 2]
