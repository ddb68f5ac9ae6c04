"""Papers issued at once, some of them taken back: numbers without a gap, one winner per recall.

The control shows the gap where the counter is not part of the act.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from inventory.base.actor import SYSTEM, Actor
from inventory.papers import commands
from inventory.papers.commands import issue, recall
from inventory.papers.models import Paper
from inventory.papers.queries import find_gaps
from inventory.papers.rules import PaperKind, PaperNotInForce
from inventory.papers.schemas import NewPaper, NewRecall, PaperData
from service.database import Database
from tests.concurrency.races import at_once
from tests.make.organisation import People, make_people

WRITERS = 4


EACH = 6


class TakenBack(Exception):
    """An act that failed after its paper had got a number."""


@pytest.fixture(scope="module")
def people(lone: Database) -> People:
    with lone.transaction(SYSTEM) as session:
        return make_people(session, datetime(2026, 11, 23).astimezone())


def slip(**said: str) -> NewPaper:
    return NewPaper(
        kind=PaperKind.RECEIPT_SLIP,
        title="Phiếu nhập kho",
        subject_kind="order",
        subject_ref="LNK-1",
        data=PaperData(),
        **said,
    )


def issue_some(lone: Database, actor: Actor, at: datetime, *, every: int) -> None:
    """Issue papers one act each; every so many acts fail at their end."""
    for n in range(EACH):
        with suppress(TakenBack), lone.transaction(actor) as session:
            issue(session, actor, slip(), at=at)
            if n % every == 1:
                raise TakenBack


def numbers(lone: Database, office_id: int, year: int) -> list[int]:
    chosen = select(Paper.serial).where(
        Paper.office_id == office_id,
        Paper.year == year,
        Paper.kind == PaperKind.RECEIPT_SLIP.value,
    )
    with lone.transaction(SYSTEM, read_only=True) as session:
        return list(session.scalars(chosen.order_by(Paper.serial)))


def test_writers_of_two_offices_and_years_with_acts_that_fail_leave_no_gap(
    lone: Database, people: People, at: datetime
) -> None:
    later = at + timedelta(days=60)
    acts = [
        partial(issue_some, lone, actor, on, every=every)
        for actor, on, every in (
            (people.keeper, at, 2),
            (people.officer, at, 3),
            (people.keeper, later, 2),
            (people.foreign_keeper, at, 2),
        )
    ]
    assert at_once(acts) == [None] * WRITERS
    failed = {2: EACH // 2, 3: EACH // 3}
    assert numbers(lone, people.office.id, 2026) == list(range(1, 2 * EACH - failed[2] - 1))
    assert numbers(lone, people.office.id, 2027) == list(range(1, EACH - failed[2] + 1))
    assert numbers(lone, people.foreign.id, 2026) == list(range(1, EACH - failed[2] + 1))
    with lone.transaction(SYSTEM, read_only=True) as session:
        assert find_gaps(session) == []


def test_a_paper_is_recalled_once_and_replaced_once(
    lone: Database, people: People, at: datetime
) -> None:
    with lone.transaction(people.head) as session:
        named = issue(session, people.head, slip(), at=at).reference

    def call_back() -> None:
        with lone.transaction(people.head) as session:
            recall(session, people.head, named, NewRecall(reason="Sai nội dung"), at=at)

    def replace() -> None:
        with lone.transaction(people.head) as session:
            issue(session, people.head, slip(replaces=named), at=at)

    for act in (call_back, replace):
        raised = at_once([act] * WRITERS)
        lost = [type(error) for error in raised if error]
        assert lost == [PaperNotInForce] * (WRITERS - 1)
    with lone.transaction(SYSTEM, read_only=True) as session:
        assert find_gaps(session) == []


def test_a_counter_outside_the_act_would_leave_gaps(
    lone: Database, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = count(1000)
    monkeypatch.setattr(commands, "next_number", lambda *_series: next(careless))
    issue_some(lone, people.foreign_keeper, at + timedelta(days=500), every=2)
    with lone.transaction(SYSTEM, read_only=True) as session:
        assert [gap.office_id for gap in find_gaps(session)] == [people.foreign.id]
