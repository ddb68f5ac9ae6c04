"""Seizures and evidence: dated grounds of one asset, several over time."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.assets.models import Asset
from inventory.assets.queries import list_assets
from inventory.base.actor import Actor
from inventory.base.errors import Conflict, Forbidden, Invalid, NotFound
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseIsClosed
from inventory.evidence.commands import end_hold, hold_asset_as_evidence
from inventory.evidence.queries import list_holds
from inventory.evidence.rules import HoldKind
from inventory.evidence.schemas import HoldEnd, NewHold
from inventory.seals.commands import open_seal
from inventory.seals.rules import SealInUse
from inventory.seals.schemas import ReceivedSeal
from inventory.seizures.commands import release_seizure, seize_again
from inventory.seizures.queries import list_seizures
from inventory.seizures.rules import AlreadySeizedForCase
from inventory.seizures.schemas import NewSeizure, SeizureRelease
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset, make_case, make_evidence, take_in_at
from tests.make.organisation import People
from tests.make.seals import new_opening

Become = Callable[[Actor], Actor]
EARLIER = date(2026, 6, 5)
LATER = date(2026, 10, 5)


@pytest.fixture
def officer(people: People, case: EnforcementCase, become: Become) -> Actor:
    return become(people.officer)


@pytest.fixture
def asset(session: Session, officer: Actor, case: EnforcementCase, at: datetime) -> Registered:
    return make_asset(session, officer, case, at=at)


@pytest.fixture
def other_case(session: Session, officer: Actor, at: datetime) -> EnforcementCase:
    return make_case(session, officer, "77/QĐ-THADS", at=at)


def seizure(case: EnforcementCase | str, day: date = LATER) -> NewSeizure:
    number = case if isinstance(case, str) else case.decision_number
    return NewSeizure(case_number=number, decision_number="90/QĐ-KB", decision_on=day)


def releasing(case: EnforcementCase, day: date) -> SeizureRelease:
    return SeizureRelease(
        case_number=case.decision_number, release_decision="5/QĐ-GT", released_on=day
    )


def hold(**said: object) -> NewHold:
    facts = {"hold": HoldKind.EVIDENCE, "agency": "Công an tỉnh", "received_on": EARLIER}
    return NewHold(**{**facts, **said})


def test_an_asset_is_evidence_first_and_seized_for_a_debt_later(
    session: Session, officer: Actor, case: EnforcementCase, at: datetime
) -> None:
    made = make_evidence(
        session, officer, at=at, seal=ReceivedSeal(number="NP-1"), first_minutes="BB-1"
    )
    seize_again(session, officer, made.reference, seizure(case), at=at)
    held = list_holds(session, officer, made.reference)
    end = HoldEnd(hold_id=held[0].id, end_decision="Trả lại", ended_on=LATER)
    end_hold(session, officer, made.reference, end, at=at)
    assert [h.ended_on for h in list_holds(session, officer, made.reference)] == [LATER]
    seizures = list_seizures(session, officer, made.reference)
    assert [(s.case_number, s.released_on) for s in seizures] == [(case.decision_number, None)]
    assert session.scalar(select(func.count()).select_from(Asset)) == 1


def test_an_asset_is_seized_for_two_cases_and_released_from_one(
    session: Session,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    other_case: EnforcementCase,
    at: datetime,
) -> None:
    seize_again(session, officer, asset.reference, seizure(other_case), at=at)
    release_seizure(session, officer, asset.reference, releasing(case, LATER), at=at)
    for one in (case, other_case):
        rows = list_assets(session, officer, case_id=one.id).items
        assert [row.reference for row in rows] == [asset.reference]
    states = {
        s.case_number: s.released_on for s in list_seizures(session, officer, asset.reference)
    }
    assert states == {case.decision_number: LATER, other_case.decision_number: None}


def test_an_asset_is_not_seized_twice_for_one_case_at_a_time(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
) -> None:
    with pytest.raises(AlreadySeizedForCase) as refused:
        seize_again(session, officer, asset.reference, seizure(case), at=at)
    assert list(refused.value.fields) == ["case_number"]
    release_seizure(session, officer, asset.reference, releasing(case, LATER), at=at)
    seize_again(session, officer, asset.reference, seizure(case), at=at)
    assert len(list_seizures(session, officer, asset.reference)) == 2


def test_days_must_be_possible(
    session: Session, officer: Actor, asset: Registered, case: EnforcementCase, at: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        seize_again(session, officer, asset.reference, seizure(case, date(2027, 1, 1)), at=at)
    assert list(refused.value.fields) == ["decision_on"]
    for day in (date(2027, 1, 1), date(2026, 8, 2)):
        with pytest.raises(Invalid) as refused:
            release_seizure(session, officer, asset.reference, releasing(case, day), at=at)
        assert list(refused.value.fields) == ["released_on"]
    release_seizure(session, officer, asset.reference, releasing(case, date(2026, 8, 3)), at=at)


def test_a_seizure_needs_an_open_case_and_an_asset(
    session: Session,
    officer: Actor,
    asset: Registered,
    case: EnforcementCase,
    other_case: EnforcementCase,
    at: datetime,
) -> None:
    with pytest.raises(NotFound):
        seize_again(session, officer, asset.reference, seizure("không có"), at=at)
    with pytest.raises(NotFound):
        seize_again(session, officer, "TS-9999999-9", seizure(case), at=at)
    with pytest.raises(NotFound):
        release_seizure(session, officer, asset.reference, releasing(other_case, LATER), at=at)
    other_case.closed_on = LATER
    session.flush()
    with pytest.raises(CaseIsClosed):
        seize_again(session, officer, asset.reference, seizure(other_case), at=at)


def test_a_seal_holds_one_thing_at_a_time(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    seal = ReceivedSeal(number="NP-1")
    made = make_evidence(session, officer, at=at, seal=seal)
    before = session.scalar(select(func.count()).select_from(Asset))
    with pytest.raises(SealInUse) as refused:
        make_evidence(session, officer, at=at, seal=seal)
    assert list(refused.value.fields) == ["seal.number"]
    with pytest.raises(SealInUse):
        hold_asset_as_evidence(session, officer, asset.reference, hold(seal=seal), at=at)
    assert session.scalar(select(func.count()).select_from(Asset)) == before
    open_seal(session, officer, made.reference, new_opening("NP-1"), at=at)
    hold_asset_as_evidence(session, officer, asset.reference, hold(seal=seal), at=at)


def test_things_without_a_seal_do_not_stand_in_each_other_s_way(
    session: Session, officer: Actor, at: datetime
) -> None:
    for _i in range(2):
        make_evidence(session, officer, at=at, hold=HoldKind.TEMPORARY_HOLDING)
    assert session.scalar(select(func.count()).select_from(Asset)) == 2


def test_another_office_may_use_the_same_seal_number(
    session: Session, people: People, officer: Actor, become: Become, at: datetime
) -> None:
    make_evidence(session, officer, at=at, seal=ReceivedSeal(number="NP-1"))
    become(people.foreign_keeper)
    made = make_evidence(session, people.foreign_keeper, at=at, seal=ReceivedSeal(number="NP-1"))
    assert made.office_id == people.foreign_keeper.office_id


def test_a_hold_ends_once_and_not_before_it_began(
    session: Session, officer: Actor, asset: Registered, at: datetime
) -> None:
    made = make_evidence(session, officer, at=at, received_on=date(2026, 9, 1))
    held = list_holds(session, officer, made.reference)[0]

    def end(day: date, hold_id: int = held.id) -> None:
        new = HoldEnd(hold_id=hold_id, end_decision="Trả", ended_on=day)
        end_hold(session, officer, made.reference, new, at=at)

    for day in (date(2026, 8, 31), date(2027, 1, 1)):
        with pytest.raises(Invalid) as refused:
            end(day)
        assert list(refused.value.fields) == ["ended_on"]
    with pytest.raises(NotFound):
        end(LATER, held.id + 1000)
    end(LATER)
    with pytest.raises(Conflict):
        end(LATER)


def test_evidence_is_taken_in_and_sent_for_a_case_in_the_same_act(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> None:
    made = make_evidence(
        session,
        people.keeper,
        at=at,
        case_number=case.decision_number,
        take_in=take_in_at(store),
    )
    assert made.case_id == case.id
    held = list_holds(session, people.keeper, made.reference)
    assert [h.case_number for h in held] == [case.decision_number]


def test_an_inspector_records_no_ground(
    session: Session, people: People, asset: Registered, case: EnforcementCase, at: datetime
) -> None:
    with pytest.raises(Forbidden):
        seize_again(session, people.inspector, asset.reference, seizure(case), at=at)
    with pytest.raises(Forbidden):
        release_seizure(session, people.keeper, asset.reference, releasing(case, LATER), at=at)
    with pytest.raises(Forbidden):
        hold_asset_as_evidence(session, people.inspector, asset.reference, hold(), at=at)
