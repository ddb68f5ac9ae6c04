"""Nothing is seized for a case while a hold stops its coercion; evidence taken is no seizure."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from auction.holds.models import Hold
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from inventory.assets.commands import Registered
from inventory.assets.rules import AssetKind
from inventory.cases.models import EnforcementCase
from inventory.evidence.commands import register_evidence
from inventory.evidence.rules import HoldKind as EvidenceKind
from inventory.evidence.schemas import NewEvidence
from inventory.seizures.commands import register_seized_asset, seize_again
from inventory.seizures.drawing import draw_minutes
from inventory.seizures.rules import SeizureWay
from inventory.seizures.schemas import NewMinutes, NewSeizure
from tests.make.holds import finish_hold, make_hold
from tests.make.inventory import make_case, new_seized_asset
from tests.make.organisation import People

BEGAN = date(2026, 11, 9)
DURING = date(2026, 11, 16)
BEFORE = BEGAN - timedelta(days=3)


@pytest.fixture
def case(session: Session, people: People, at: datetime) -> EnforcementCase:
    return make_case(session, people.officer, at=at)


@pytest.fixture
def other(session: Session, people: People, at: datetime) -> EnforcementCase:
    return make_case(session, people.officer, "13/QĐ-THADS", at=at)


@pytest.fixture
def hold(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> Callable[..., Hold]:
    def open_one(kind: HoldKind = HoldKind.SUSPENSION, from_on: date = BEGAN) -> Hold:
        about = {"subject_kind": HoldSubject.CASE, "until": date(2026, 12, 1), "requested_at": at}
        number = case.decision_number
        return make_hold(session, people.officer, kind, number, from_on, at=at, **about)

    return open_one


@pytest.fixture
def seize(session: Session, people: People, at: datetime) -> Callable[..., Registered]:
    def seized(case: EnforcementCase, on: date = DURING, **said: object) -> Registered:
        new = new_seized_asset(case, decision_on=on, **said)
        return register_seized_asset(session, people.officer, new, at=at)

    return seized


@pytest.fixture
def again(session: Session, people: People, at: datetime) -> Callable[..., object]:
    def seized(ref: str, case: EnforcementCase, on: date = DURING) -> object:
        number = case.decision_number
        new = NewSeizure(case_number=number, decision_number="35/QĐ-KB", decision_on=on)
        return seize_again(session, people.officer, ref, new, at=at)

    return seized


@pytest.mark.parametrize(
    ("kind", "from_on", "article"),
    [
        (HoldKind.COURT_ACCEPTED, BEGAN, "L25 Art. 46(1)d"),
        (HoldKind.PROTEST_AUTHORITY, BEGAN, "L25 Art. 46(2)"),
        (HoldKind.CREDITOR_AGREES, BEGAN, "L25 Art. 46(1)"),
        (HoldKind.SUSPENSION, BEGAN, "L25 Art. 47"),
        (HoldKind.SUSPENSION, date(2026, 6, 8), "L08 Art. 49"),
    ],
)
def test_a_seizure_is_refused_by_the_article_of_the_hold(
    hold: Callable[..., Hold],
    seize: Callable[..., Registered],
    case: EnforcementCase,
    kind: HoldKind,
    from_on: date,
    article: str,
) -> None:
    hold(kind, from_on)
    with pytest.raises(OnHold) as refused:
        seize(case)
    assert refused.value.article == article
    assert refused.value.params["rule"] == "hold_stops_acts"
    assert refused.value.fields.keys() == {"decision_on"}


def test_a_further_seizure_for_the_case_is_refused_and_one_for_another_is_not(
    hold: Callable[..., Hold],
    seize: Callable[..., Registered],
    again: Callable[..., object],
    case: EnforcementCase,
    other: EnforcementCase,
) -> None:
    theirs, mine = seize(other, BEFORE), seize(case, BEFORE)
    hold()
    with pytest.raises(OnHold):
        again(theirs.reference, case)
    again(mine.reference, other)


def test_a_thing_on_hold_itself_is_not_seized_for_any_case(
    session: Session,
    people: People,
    seize: Callable[..., Registered],
    again: Callable[..., object],
    case: EnforcementCase,
    other: EnforcementCase,
    at: datetime,
) -> None:
    made = seize(case, BEFORE)
    until = date(2026, 12, 1)
    make_hold(session, people.officer, HoldKind.HARVEST, made.reference, BEGAN, at=at, until=until)
    with pytest.raises(OnHold) as refused:
        again(made.reference, other)
    assert refused.value.article == "L25 Art. 81(3)"


def test_what_is_no_coercion_of_these_days_passes(
    session: Session,
    people: People,
    hold: Callable[..., Hold],
    seize: Callable[..., Registered],
    case: EnforcementCase,
    at: datetime,
) -> None:
    kept = hold()
    seize(case, BEFORE)
    seize(case, way=SeizureWay.JUDGMENT, decision_number="12/2026/HS-ST")
    seize(case, seized_by="Cơ quan Cảnh sát điều tra", decision_number="7/QĐ")
    finish_hold(session, people.officer, kept, DURING, at=at)
    seize(case, DURING + timedelta(days=1))
    with pytest.raises(OnHold):
        seize(case)


@pytest.mark.parametrize("kind", [HoldKind.DISPUTE, HoldKind.COMPLAINT])
def test_a_hold_that_lets_coercion_go_on_lets_things_be_seized(
    hold: Callable[..., Hold],
    seize: Callable[..., Registered],
    case: EnforcementCase,
    kind: HoldKind,
) -> None:
    hold(kind)
    seize(case)


def test_evidence_is_taken_in_for_a_case_on_hold(
    session: Session,
    people: People,
    hold: Callable[..., Hold],
    case: EnforcementCase,
    at: datetime,
) -> None:
    hold()
    new = NewEvidence(
        hold=EvidenceKind.TEMPORARY_HOLDING,
        agency="Công an tỉnh Thử",
        received_on=DURING,
        case_number=case.decision_number,
        kind=AssetKind.VEHICLE,
        description="Xe tang vật",
    )
    register_evidence(session, people.keeper, new, at=at)


def test_minutes_of_a_day_on_hold_are_refused_though_the_decision_is_older(
    session: Session,
    people: People,
    hold: Callable[..., Hold],
    seize: Callable[..., Registered],
    case: EnforcementCase,
    at: datetime,
) -> None:
    made = seize(case, BEFORE)
    hold()
    said = NewMinutes(
        case_number=case.decision_number,
        at=datetime(2026, 11, 16, 9),
        place="Thôn 3",
        present="Trần Văn Nợ; người phải thi hành án; số 8 Chợ Hàng",
        custody="giao người phải thi hành án bảo quản",
    )
    with pytest.raises(OnHold) as refused:
        draw_minutes(session, people.officer, made.reference, said, at=at)
    assert refused.value.fields.keys() == {"at"}
