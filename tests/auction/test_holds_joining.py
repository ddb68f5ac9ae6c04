"""What is seized, or evidence, for a case on hold is held as well: limits, acts, lots."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Standstill
from auction.deadlines.queries import get_deadline
from auction.deadlines.schemas import DeadlineOut, DeadlineSubject
from auction.holds.models import Hold
from auction.holds.queries import first_stopping, get_hold
from auction.holds.rules import HoldKind, HoldSubject, Stopped
from auction.lots.queries import assets_of_lot
from auction.notices.queries import halts_of_lot
from inventory.assets.commands import Registered
from inventory.assets.rules import AssetKind
from inventory.audit.models import AuditEntry
from inventory.cases.models import EnforcementCase
from inventory.evidence.commands import hold_asset_as_evidence, register_evidence
from inventory.evidence.rules import HoldKind as EvidenceKind
from inventory.evidence.schemas import NewEvidence
from inventory.evidence.schemas import NewHold as NewEvidenceHold
from inventory.seizures.commands import register_seized_asset, seize_again
from inventory.seizures.schemas import NewSeizure
from tests.make.announcing import make_chosen, make_contract, new_contract
from tests.make.holds import finish_hold, make_hold
from tests.make.inventory import make_case, new_seized_asset
from tests.make.organisation import People
from tests.make.proportions import choose, make_owed_case

BEGAN = date(2026, 11, 9)
SEIZED = date(2026, 11, 16)
DUE = "valuation_contract_due"


@pytest.fixture
def case(session: Session, people: People, at: datetime) -> EnforcementCase:
    return make_case(session, people.officer, at=at)


def hold(
    session: Session,
    people: People,
    case: EnforcementCase,
    kind: HoldKind = HoldKind.COMPLAINT,
    *,
    at: datetime,
) -> Hold:
    about = {"subject_kind": HoldSubject.CASE}
    return make_hold(session, people.officer, kind, case.decision_number, BEGAN, at=at, **about)


def again(case: EnforcementCase, on: date = SEIZED) -> NewSeizure:
    return NewSeizure(case_number=case.decision_number, decision_number="35/QĐ-KB", decision_on=on)


def a_limit(
    session: Session, people: People, asset_id: int, ref: str, on: date, *, at: datetime
) -> DeadlineOut:
    about = DeadlineSubject("asset", ref, people.office.id, asset_id=asset_id)
    return set_deadline(session, people.officer, DUE, on, about, at=at)


def seize(
    session: Session, people: People, case: EnforcementCase, on: date, *, at: datetime
) -> Registered:
    new = new_seized_asset(case, decision_on=on)
    return register_seized_asset(session, people.officer, new, at=at)


@pytest.mark.parametrize(("on", "since"), [(SEIZED, SEIZED), (BEGAN - timedelta(days=3), BEGAN)])
def test_what_is_seized_for_a_case_on_hold_is_held_from_its_seizure_or_from_the_hold(
    session: Session,
    people: People,
    case: EnforcementCase,
    at: datetime,
    on: date,
    since: date,
) -> None:
    kept = hold(session, people, case, HoldKind.DISPUTE, at=at)
    assert get_hold(session, people.officer, kept.id).assets == ()
    made = seize(session, people, case, on, at=at)
    assert get_hold(session, people.officer, kept.id).assets == (made.reference,)
    found = first_stopping(session, [made.id], Stopped.AUCTION)
    assert found is not None
    assert found.id == kept.id
    limit = a_limit(session, people, made.id, made.reference, SEIZED, at=at)
    before = limit.due_on
    assert get_deadline(session, people.officer, limit.id).paused_on == since
    finish_hold(session, people.officer, kept, SEIZED + timedelta(days=2), at=at)
    on_again = get_deadline(session, people.officer, limit.id)
    assert on_again.paused_on is None
    assert on_again.due_on > before
    assert first_stopping(session, [made.id], Stopped.AUCTION) is None


def test_what_comes_under_a_hold_stands_in_the_audit_ledger(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    hold(session, people, case, at=at)
    made = seize(session, people, case, SEIZED, at=at)
    told = session.scalars(select(AuditEntry).where(AuditEntry.code == "holds.hold.joined")).one()
    assert told.data["assets"] == [made.reference]


def test_an_asset_seized_once_more_for_a_case_on_hold_stops_from_that_day(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    other = make_case(session, people.officer, "13/QĐ-THADS", at=at)
    made = seize(session, people, other, BEGAN, at=at)
    running = a_limit(session, people, made.id, made.reference, date(2026, 11, 13), at=at)
    broken = set_deadline(
        session,
        people.officer,
        "provisional_to_coercion",
        date(2026, 10, 1),
        DeadlineSubject("asset", made.reference, people.office.id, asset_id=made.id),
        at=at,
    )
    kept = hold(session, people, case, HoldKind.DISPUTE, at=at)
    assert get_deadline(session, people.officer, running.id).paused_on is None
    seize_again(session, people.officer, made.reference, again(case), at=at)
    assert get_deadline(session, people.officer, running.id).paused_on == SEIZED
    assert get_deadline(session, people.officer, broken.id).paused_on is None
    finish_hold(session, people.officer, kept, SEIZED - timedelta(days=3), at=at)
    told = get_deadline(session, people.officer, running.id)
    assert (told.paused_on, told.due_on) == (None, running.due_on), "it was over before it came"


def test_a_lot_under_contract_whose_asset_comes_under_a_hold_is_paused_once(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    """Two things of one lot, seized for the case one after the other."""
    lot = make_chosen(session, people, 600_000_000, 400_000_000, at=at)
    signed = new_contract(at.date(), organisation="0101")
    make_contract(session, people, lot, signed, at=at)
    first, second = assets_of_lot(session, lot.id)
    kept = hold(session, people, case, at=at)
    for n, one in enumerate((first, second)):
        new = NewSeizure(
            case_number=case.decision_number,
            decision_number=f"3{n}/QĐ-KB",
            decision_on=at.date(),
        )
        seize_again(session, people.officer, one.reference, new, at=at)
    (asked,) = halts_of_lot(session, people.officer, lot.id)
    assert (asked.kind, asked.hold_id) == ("pause", kept.id)
    standing = select(Standstill.from_on).where(Standstill.subject_ref == lot.reference)
    assert session.scalars(standing).all() == [at.date()]
    finish_hold(session, people.officer, kept, at.date(), at=at)
    told = [one.kind.value for one in halts_of_lot(session, people.officer, lot.id)]
    assert told == ["pause", "resume"]


@pytest.mark.parametrize("ended", [True, False])
def test_a_hold_that_is_over_or_is_about_another_case_draws_nothing_in(
    session: Session, people: People, case: EnforcementCase, at: datetime, ended: bool
) -> None:
    other = make_case(session, people.officer, "13/QĐ-THADS", at=at)
    kept = hold(session, people, case if ended else other, at=at)
    if ended:
        finish_hold(session, people.officer, kept, at.date(), at=at)
    made = seize(session, people, case, SEIZED, at=at)
    assert get_hold(session, people.officer, kept.id).assets == ()
    assert first_stopping(session, [made.id], Stopped.AUCTION) is None


def evidence(case: EnforcementCase) -> NewEvidence:
    return NewEvidence(
        hold=EvidenceKind.TEMPORARY_HOLDING,
        agency="Công an tỉnh Thử",
        received_on=SEIZED,
        case_number=case.decision_number,
        kind=AssetKind.VEHICLE,
        description="Xe tang vật",
    )


def test_evidence_of_a_case_on_hold_is_held_from_its_receipt(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    kept = hold(session, people, case, HoldKind.SUSPENSION, at=at)
    made = register_evidence(session, people.keeper, evidence(case), at=at)
    assert get_hold(session, people.officer, kept.id).assets == (made.reference,)
    limit = a_limit(session, people, made.id, made.reference, SEIZED, at=at)
    assert get_deadline(session, people.officer, limit.id).paused_on == SEIZED
    found = first_stopping(session, [made.id], Stopped.AUCTION)
    assert found is not None
    assert found.id == kept.id


def test_a_thing_that_is_here_and_becomes_evidence_in_a_case_on_hold_is_held(
    session: Session, people: People, case: EnforcementCase, at: datetime
) -> None:
    other = make_case(session, people.officer, "13/QĐ-THADS", at=at)
    made = seize(session, people, other, BEGAN, at=at)
    kept = hold(session, people, case, HoldKind.SUSPENSION, at=at)
    new = NewEvidenceHold(
        hold=EvidenceKind.TEMPORARY_HOLDING,
        agency="Công an tỉnh Thử",
        received_on=SEIZED,
        case_number=case.decision_number,
    )
    hold_asset_as_evidence(session, people.keeper, made.reference, new, at=at)
    assert get_hold(session, people.officer, kept.id).assets == (made.reference,)


def test_evidence_is_not_frozen_with_what_is_the_debtors_own(
    session: Session, people: People, at: datetime
) -> None:
    owed = make_owed_case(session, people, 600_000_000, at=at)
    choose(session, people, owed, 600_000_000, at=at)
    (frozen,) = session.scalars(select(Hold).where(Hold.subject_id == owed.id)).all()
    assert frozen.kind == HoldKind.TRANSACTIONS_FROZEN
    before = get_hold(session, people.officer, frozen.id).assets
    register_evidence(session, people.keeper, evidence(owed), at=at)
    assert get_hold(session, people.officer, frozen.id).assets == before
