"""Two people end one hold, or open one that the law allows once, with real commits; each race is
shown to exist without its belts."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Deadline, DeadlineMove
from auction.deadlines.schemas import DeadlineSubject
from auction.holds import commands, subjects
from auction.holds.commands import end_hold, open_hold
from auction.holds.models import Hold
from auction.holds.queries import get_hold, visible_holds
from auction.holds.rules import EndReason, HoldEnded, HoldIsOpen, HoldKind, HoldSubject
from auction.holds.schemas import HoldEnd
from inventory.assets.rules import AssetKind
from inventory.base.actor import SYSTEM, Actor
from inventory.evidence.commands import register_evidence
from inventory.evidence.rules import HoldKind as EvidenceKind
from inventory.evidence.schemas import NewEvidence
from inventory.seizures.commands import register_seized_asset
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import Act, drop, refusals, together
from tests.make.auction import make_asset
from tests.make.holds import make_hold, new_hold
from tests.make.inventory import make_case, new_seized_asset
from tests.make.organisation import People, make_people

LATER = datetime(2026, 8, 31, 3, tzinfo=UTC)


@pytest.fixture
def people(kept: Database) -> People:
    with kept.transaction(SYSTEM) as session:
        return make_people(session, LATER)


@pytest.fixture
def asset(kept: Database, people: People) -> str:
    """An asset with a limit of 2 July."""
    with kept.transaction(SYSTEM) as session:
        made = make_asset(session, people.office)
        about = DeadlineSubject("asset", made.reference, people.office.id, asset_id=made.id)
        on = date(2026, 7, 2)
        set_deadline(session, people.officer, "valuation_contract_due", on, about, at=LATER)
        return made.reference


@pytest.fixture
def hold(kept: Database, people: People, asset: str) -> int:
    """A hold on it since 6 July."""
    with kept.transaction(SYSTEM) as session:
        on = date(2026, 7, 6)
        kind = HoldKind.COURT_ACCEPTED
        return make_hold(session, people.officer, kind, asset, on, at=LATER).id


def ending(people: People, hold: int, on: date) -> Act:
    end = HoldEnd(ended_on=on, reason=EndReason.GROUND_GONE, document="9/QĐ")
    return lambda session: end_hold(session, people.officer, hold, end, at=LATER).ended_on


def both_ends(people: People, hold: int) -> list[Act]:
    return [ending(people, hold, date(2026, 7, day)) for day in (10, 17)]


def read_together(barrier: threading.Barrier) -> Callable[..., Hold]:
    """Reads a hold without its lock, and waits until everybody did."""

    def read(session: Session, actor: Actor, hold_id: int) -> Hold:
        found = session.scalars(select(Hold).where(Hold.id == hold_id, visible_holds(actor))).one()
        barrier.wait(10)
        return found

    return read


def resumed(kept: Database) -> tuple[int, date]:
    """How often the limit went on, and until when it runs."""
    with kept.transaction(SYSTEM, read_only=True) as session:
        moves = session.scalar(
            select(func.count()).select_from(DeadlineMove).where(DeadlineMove.why == "resume")
        )
        due = session.scalars(
            select(Deadline.due_on).where(Deadline.rule_key == "valuation_contract_due")
        ).one()
        return moves or 0, due


def test_a_hold_that_two_people_end_at_once_ends_once(
    kept: Database, people: People, hold: int
) -> None:
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == [HoldEnded]
    (ended_on,) = [answer for answer in answers if isinstance(answer, date)]
    due = {date(2026, 7, 10): date(2026, 7, 16), date(2026, 7, 17): date(2026, 7, 23)}
    assert resumed(kept) == (1, due[ended_on])


def test_without_the_lock_the_database_still_lets_a_hold_end_once(
    kept: Database, people: People, hold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "lock_hold", read_together(threading.Barrier(2)))
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == [ProgrammingError]
    assert resumed(kept)[0] == 1


def test_without_lock_and_trigger_a_hold_would_end_twice(
    apart: Settings,
    kept: Database,
    people: People,
    hold: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "DROP TRIGGER keep_hold ON hold")
    monkeypatch.setattr(commands, "lock_hold", read_together(threading.Barrier(2)))
    answers = together(kept, people.officer, *both_ends(people, hold))
    assert refusals(answers) == []
    assert sorted(map(str, answers)) == ["2026-07-10", "2026-07-17"]


Come = Callable[[Session, People, str], str]


def seized(session: Session, people: People, case: str) -> str:
    new = new_seized_asset(case, decision_on=date(2026, 8, 12))
    return register_seized_asset(session, people.officer, new, at=LATER).reference


def received(session: Session, people: People, case: str) -> str:
    new = NewEvidence(
        hold=EvidenceKind.TEMPORARY_HOLDING,
        agency="Công an tỉnh Thử",
        received_on=date(2026, 8, 12),
        case_number=case,
        kind=AssetKind.VEHICLE,
        description="Xe tang vật",
    )
    return register_evidence(session, people.keeper, new, at=LATER).reference


def coming_and_holding(
    kept: Database, people: People, first: str, come: Come
) -> tuple[str, list[str]]:
    """A thing comes to a case and the case is put on hold; the second comes before the commit of
    the first. Answers the thing, and what the hold keeps.
    """
    with kept.transaction(SYSTEM) as session:
        case = make_case(session, people.officer, at=LATER).decision_number
    done = {"thing": threading.Event(), "hold": threading.Event()}

    def hold(session: Session) -> int:
        about = {"subject_kind": HoldSubject.CASE}
        new = new_hold(HoldKind.COMPLAINT, case, date(2026, 8, 10), **about)
        return open_hold(session, people.officer, new, at=LATER).id

    def in_turn(name: str, act: Act) -> Act:
        other = done["hold" if name == "thing" else "thing"]

        def run(session: Session) -> object:
            if name != first:
                other.wait(10)
            answer = act(session)
            done[name].set()
            if name == first:
                other.wait(1)
            return answer

        return run

    bring = partial(come, people=people, case=case)
    acts = (in_turn("thing", bring), in_turn("hold", hold))
    reference, hold_id = together(kept, people.officer, *acts)
    with kept.transaction(SYSTEM, read_only=True) as session:
        held = get_hold(session, people.officer, int(str(hold_id))).assets
    return str(reference), list(held)


@pytest.mark.parametrize("come", [seized, received])
@pytest.mark.parametrize("first", ["thing", "hold"])
def test_what_comes_to_a_case_while_a_hold_of_it_begins_is_held(
    kept: Database, people: People, first: str, come: Come
) -> None:
    reference, held = coming_and_holding(kept, people, first, come)
    assert held == [reference]


@pytest.mark.parametrize("come", [seized, received])
@pytest.mark.parametrize("first", ["thing", "hold"])
def test_without_the_lock_of_the_case_it_would_slip_through(
    kept: Database, people: People, monkeypatch: pytest.MonkeyPatch, first: str, come: Come
) -> None:
    monkeypatch.setattr(subjects, "mark_held", lambda *_said: None)
    _reference, held = coming_and_holding(kept, people, first, come)
    assert held == []


def opening(people: People, asset: str) -> Act:
    new = new_hold(HoldKind.COMPLAINT, asset, date(2026, 7, 6))
    return lambda session: open_hold(session, people.officer, new, at=LATER).kind


def test_two_people_open_one_hold_of_a_kind(kept: Database, people: People, asset: str) -> None:
    answers = together(kept, people.officer, *[opening(people, asset)] * 2)
    assert refusals(answers) == [HoldIsOpen]


def test_without_the_lock_of_the_assets_two_would_be_open(
    kept: Database, people: People, asset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = threading.Barrier(2)
    real = commands._refuse_second

    def refuse_second(*args: Any) -> None:
        real(*args)
        barrier.wait(10)

    def unlocked(session: Session, _actor: Actor, _kind: Any, subject_id: int) -> Any:
        return [(subject_id, asset)]

    monkeypatch.setattr(subjects, "_lock_assets", unlocked)
    monkeypatch.setattr(commands, "_refuse_second", refuse_second)
    answers = together(kept, people.officer, *[opening(people, asset)] * 2)
    assert refusals(answers) == []
