"""Before a seizure: verified, put under a provisional measure by minutes or by decision, ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineOut
from auction.life.queries import life_of
from auction.life.rules import State, Step, StepOutOfTurn
from auction.life.schemas import LifeOut
from inventory.assets.rules import AssetKind
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.commands import record_notice
from inventory.cases.rules import NotifiedAlready
from inventory.cases.schemas import CaseNotice
from inventory.measures.commands import (
    decide_measure,
    end_measure,
    register_measured,
    take_measure,
)
from inventory.measures.queries import list_measures
from inventory.measures.rules import (
    DecidedAlready,
    EndedAlready,
    MeasureIncomplete,
    MeasureKind,
)
from inventory.measures.schemas import (
    MeasureEnd,
    NewMeasure,
    NewMeasuredAsset,
    NewMeasureDecision,
)
from inventory.seizures.commands import seize_again
from inventory.seizures.schemas import NewSeizure
from tests.conftest import AT
from tests.make import inventory
from tests.make.organisation import People

TODAY = local_day(AT)
CASE = "12/QĐ-THADS"
DAY = timedelta(days=1)


def new_measure(kind: MeasureKind, taken_at: datetime = AT, **said: Any) -> NewMeasure:
    return NewMeasure(measure=kind, case_number=CASE, taken_at=taken_at, **said)


def registered(
    session: Session, people: People, kind: MeasureKind, taken_at: datetime, **said: Any
) -> str:
    """A thing that becomes known by a verification or a measure; its number."""
    inventory.make_case(session, people.officer, CASE, at=taken_at)
    new = NewMeasuredAsset(
        measure=kind,
        case_number=CASE,
        taken_at=taken_at,
        kind=AssetKind.VEHICLE,
        description="Xe ô tô tải 2,5 tấn",
        **said,
    )
    return register_measured(session, people.officer, new, at=taken_at).reference


def seize(session: Session, people: People, reference: str, at: datetime) -> None:
    new = NewSeizure(case_number=CASE, decision_number="34/QĐ-KB", decision_on=local_day(at))
    seize_again(session, people.officer, reference, new, at=at)


def life(session: Session, people: People, reference: str) -> LifeOut:
    return life_of(session, people.officer, reference, TODAY)


def limit(found: LifeOut, key: str) -> DeadlineOut:
    (one,) = [due for due in found.due if due.rule_key == key]
    return one


def test_a_verification_begins_a_life_and_the_seizure_follows_it(
    session: Session, people: People
) -> None:
    reference = registered(session, people, MeasureKind.VERIFICATION, AT, minutes="3/BB-XM")
    assert life(session, people, reference).state is State.IDENTIFIED
    seize(session, people, reference, AT)
    found = life(session, people, reference)
    assert [(one.number, one.step, one.document) for one in found.steps] == [
        ("1", Step.IDENTIFIED, "3/BB-XM"),
        ("4", Step.SEIZED, "34/QĐ-KB"),
    ]
    assert found.unrecorded == []


def test_the_verification_begins_so_many_days_after_the_time_to_pay(
    session: Session, people: People
) -> None:
    told_at = datetime(2026, 11, 2, 3, tzinfo=UTC)
    case = inventory.make_case(session, people.officer, CASE, at=told_at)
    notice = CaseNotice(notified_on=date(2026, 11, 2))
    record_notice(session, people.officer, case.id, notice, at=told_at)
    due = {
        one.rule_key: (one.started_on, one.due_on, one.article)
        for one in deadlines_of(session, people.officer, "case", CASE)
    }
    assert due == {
        "voluntary_period": (date(2026, 11, 2), date(2026, 11, 12), "L25 Art. 36(1)"),
        "verification_start": (date(2026, 11, 12), date(2026, 11, 23), "L25 Art. 37(1)"),
    }
    made = inventory.make_evidence(session, people.keeper, at=AT)
    new = new_measure(MeasureKind.VERIFICATION, minutes="3/BB-XM")
    take_measure(session, people.officer, made.reference, new, at=AT)
    met = {one.rule_key: one.met_on for one in deadlines_of(session, people.officer, "case", CASE)}
    assert met["verification_start"] == TODAY
    with pytest.raises(NotifiedAlready):
        record_notice(session, people.officer, case.id, notice, at=AT)
    with pytest.raises(NotFound):
        record_notice(session, people.foreign_officer, case.id, notice, at=AT)


def test_a_notice_does_not_lie_before_its_decision(session: Session, people: People) -> None:
    case = inventory.make_case(session, people.officer, CASE, at=AT)
    early = CaseNotice(notified_on=date(2026, 7, 5))
    with pytest.raises(Invalid):
        record_notice(session, people.officer, case.id, early, at=AT)


def test_a_measure_by_minutes_is_decided_on_within_its_hours_and_leads_to_the_seizure(
    session: Session, people: People
) -> None:
    begun = AT - 3 * DAY
    reference = registered(session, people, MeasureKind.HOLDING, begun, minutes="1/BB-TG")
    (measure,) = list_measures(session, people.officer, reference)
    assert measure.decide_by == begun + DAY
    found = life(session, people, reference)
    assert (found.state, found.steps[0].number) == (State.MEASURED, "2")
    due = limit(found, "provisional_measure_decision")
    assert (due.started_on, due.due_on, due.met_on) == (
        local_day(begun),
        local_day(begun + DAY),
        None,
    )
    decision = NewMeasureDecision(
        measure_id=measure.id, decision_number="9/QĐ-TG", decided_at=begun + DAY
    )
    decide_measure(session, people.officer, reference, decision, at=AT)
    (measure,) = list_measures(session, people.officer, reference)
    assert not measure.late
    assert limit(life(session, people, reference), due.rule_key).met_on == due.due_on
    with pytest.raises(DecidedAlready):
        decide_measure(session, people.officer, reference, decision, at=AT)
    seize(session, people, reference, AT)
    found = life(session, people, reference)
    assert [one.number for one in found.steps] == ["2", "2b", "3"]
    assert found.state is State.SEIZED
    assert limit(found, "provisional_to_coercion").met_on == TODAY
    assert limit(found, "valuation_contract_due").started_on == TODAY
    assert found.steps[-1].article == "L25 Art. 66(4)"


def test_a_late_decision_shows_that_it_was_late(session: Session, people: People) -> None:
    begun = AT - 3 * DAY
    reference = registered(session, people, MeasureKind.FREEZE, begun, minutes="1/BB-PT")
    (measure,) = list_measures(session, people.officer, reference)
    late = NewMeasureDecision(
        measure_id=measure.id,
        decision_number="9/QĐ-PT",
        decided_at=begun + DAY + timedelta(minutes=1),
    )
    decide_measure(session, people.officer, reference, late, at=AT)
    (measure,) = list_measures(session, people.officer, reference)
    assert measure.late


def test_a_measure_by_decision_needs_no_minutes_and_meets_its_hours_at_once(
    session: Session, people: People
) -> None:
    said = {"decision_number": "9/QĐ-TDGD", "told": "Viện kiểm sát; Văn phòng đăng ký đất đai"}
    reference = registered(session, people, MeasureKind.STOP_TRANSACTIONS, AT, **said)
    found = life(session, people, reference)
    assert [one.number for one in found.steps] == ["2", "2b"]
    assert limit(found, "provisional_measure_decision").met_on == TODAY
    (measure,) = list_measures(session, people.officer, reference)
    assert measure.decide_by is None


def test_what_was_verified_may_be_measured_and_the_end_of_the_measure_ends_its_life(
    session: Session, people: People
) -> None:
    reference = registered(session, people, MeasureKind.VERIFICATION, AT, minutes="3/BB-XM")
    new = new_measure(MeasureKind.FREEZE, decision_number="9/QĐ-PT")
    measure = take_measure(session, people.officer, reference, new, at=AT)
    end = MeasureEnd(measure_id=measure.id, end_decision="10/QĐ-CD", ended_on=TODAY)
    end_measure(session, people.officer, reference, end, at=AT)
    found = life(session, people, reference)
    assert [one.number for one in found.steps] == ["1", "2", "2b", "31"]
    assert found.ended
    with pytest.raises(EndedAlready):
        end_measure(session, people.officer, reference, end, at=AT)


def test_no_measure_is_taken_on_what_is_seized_but_a_verification_is_added(
    session: Session, people: People
) -> None:
    case = inventory.make_case(session, people.officer, CASE, at=AT)
    made = inventory.make_asset(session, people.keeper, case, at=AT)
    new = new_measure(MeasureKind.FREEZE, decision_number="9/QĐ-PT")
    with pytest.raises(StepOutOfTurn) as refused:
        take_measure(session, people.officer, made.reference, new, at=AT)
    assert refused.value.article == "L25 Art. 66, 67, 68, 69"
    verified_at = datetime(2026, 7, 30, 3, tzinfo=UTC)
    new = new_measure(MeasureKind.VERIFICATION, verified_at, minutes="3/BB-XM")
    take_measure(session, people.officer, made.reference, new, at=AT)
    found = life(session, people, made.reference)
    assert found.unrecorded == []
    assert found.steps[-1].afterwards


FAULTS = [
    ({"measure": MeasureKind.VERIFICATION}, "minutes"),
    (
        {"measure": MeasureKind.VERIFICATION, "minutes": "1", "decision_number": "2"},
        "decision_number",
    ),
    ({"measure": MeasureKind.FREEZE}, "decision_number"),
]


@pytest.mark.parametrize(("said", "field"), FAULTS)
def test_a_measure_says_on_which_paper_it_stands(
    session: Session, people: People, said: dict[str, Any], field: str
) -> None:
    inventory.make_case(session, people.officer, CASE, at=AT)
    made = inventory.make_evidence(session, people.keeper, at=AT)
    new = NewMeasure(case_number=CASE, taken_at=AT, **said)
    with pytest.raises(MeasureIncomplete) as refused:
        take_measure(session, people.officer, made.reference, new, at=AT)
    assert field in refused.value.fields
    assert refused.value.article


def test_nothing_is_verified_before_the_case(session: Session, people: People) -> None:
    inventory.make_case(session, people.officer, CASE, at=AT)
    made = inventory.make_evidence(session, people.keeper, at=AT)
    early = datetime(2026, 7, 5, 3, tzinfo=AT.tzinfo)
    said = {"measure": MeasureKind.VERIFICATION, "minutes": "1", "taken_at": early}
    new = NewMeasure(case_number=CASE, **said)
    with pytest.raises(Invalid, match="before the decision of the case"):
        take_measure(session, people.officer, made.reference, new, at=AT)
    thing = {"kind": AssetKind.VEHICLE, "description": "Xe máy"}
    with pytest.raises(Invalid, match="before the decision of the case"):
        register_measured(
            session, people.officer, NewMeasuredAsset(case_number=CASE, **said, **thing), at=AT
        )


def test_only_an_officer_of_the_office_measures(session: Session, people: People) -> None:
    inventory.make_case(session, people.officer, CASE, at=AT)
    made = inventory.make_evidence(session, people.keeper, at=AT)
    new = new_measure(MeasureKind.FREEZE, decision_number="9/QĐ-PT")
    with pytest.raises(Forbidden):
        take_measure(session, people.keeper, made.reference, new, at=AT)
    with pytest.raises(NotFound):
        take_measure(session, people.foreign_officer, made.reference, new, at=AT)
    assert list_measures(session, people.foreign_officer, made.reference) == []
    ahead = new_measure(MeasureKind.FREEZE, AT + DAY, decision_number="9/QĐ-PT")
    with pytest.raises(Invalid):
        take_measure(session, people.officer, made.reference, ahead, at=AT)
