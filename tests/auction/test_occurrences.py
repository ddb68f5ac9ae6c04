"""What is told, received or fixed: the limits that begin, end or fall away with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.agenda.queries import list_events
from auction.costs.delegated import begin_remittance
from auction.deadlines.queries import deadlines_of, deadlines_of_asset
from auction.deadlines.rules import DeadlineState
from auction.deadlines.succession import ended_limits, succeed
from auction.legal_rules.rules import RuleUnknown
from auction.legal_rules.shipped import shipped_rules
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import get_lot
from auction.notices.commands.waits import delegate_disposal
from auction.notices.schemas import NewSaleDelegation
from auction.occurrences.commands import record_occurrence
from auction.occurrences.queries import occurrences_of
from auction.occurrences.rules import (
    FORMS,
    About,
    FixedTooSoon,
    NothingDue,
    NoticeToo,
    Occurrence,
    OccurrenceIncomplete,
    RecordedBefore,
    StillTheirTime,
)
from auction.occurrences.schemas import NewOccurrence
from inventory.assets.rules import AssetKind
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, Invalid, NotFound
from inventory.cases.commands import record_notice
from inventory.cases.models import EnforcementCase
from inventory.cases.schemas import CaseNotice
from inventory.seizures.drawing import draw_minutes
from inventory.seizures.schemas import NewMinutes
from tests.auction.sold import SOLD_AT
from tests.make.auction import make_formed_lot
from tests.make.inventory import make_asset, make_case
from tests.make.money import make_delivered, make_sold
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
AT = datetime(2026, 9, 7, 3, tzinfo=UTC)
TODAY = AT.date()


def say(
    session: Session, who: Actor, about: About, ref: str | int, code: Occurrence, day: date, **more
):
    new = NewOccurrence(code=code, on=day, document=f"1/{code.value[:3].upper()}", **more)
    at = max(AT, datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    return record_occurrence(session, who, about, str(ref), new, at=AT if FORMS[code].ahead else at)


def tell_debtor(session: Session, who: Actor, case_id: int, on: date, *, at: datetime) -> None:
    record_notice(session, who, case_id, CaseNotice(notified_on=on), at=at)


@pytest.fixture
def case(session: Session, people: People) -> EnforcementCase:
    return make_case(session, people.officer, at=AT)


def known(session: Session, people: People, kind: str, ref: str, today: date = TODAY):
    return {
        row.rule_key: row
        for row in deadlines_of(session, people.officer, kind, ref, today=today)
        if row.voided_on is None
    }


def test_the_decision_is_told_within_its_time_and_what_follows_begins(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 34(3), 35(1)(2), 36(1), 37(1); D152/26 Art. 12(2), 17(3)."""
    officer, about = people.officer, (About.CASE, case.id)
    say(session, officer, *about, Occurrence.REQUEST_RECEIVED, date(2026, 8, 31))
    say(session, officer, *about, Occurrence.DECISION_ISSUED, TODAY)
    say(session, officer, *about, Occurrence.OFFICER_ASSIGNED, TODAY)
    say(session, officer, *about, Occurrence.NOTICE_POSTED, date(2026, 9, 9))
    tell_debtor(session, officer, case.id, date(2026, 9, 16), at=AT + timedelta(days=9))
    due = known(session, people, "case", case.decision_number, date(2026, 9, 16))
    assert {key: (row.due_on.day, row.state.value) for key, row in due.items()} == {
        "on_request_decision": (9, "met_in_time"),
        "notice_of_documents": (10, "met_in_time"),
        "copy_to_procuracy": (10, "breached"),
        "file_opened_by_officer": (9, "breached"),
        "public_posting_notice_days": (16, "met_in_time"),
        "voluntary_period": (28, "running"),
        "verification_start": (7, "running"),
    }
    with pytest.raises(RecordedBefore):
        say(session, officer, *about, Occurrence.DECISION_ISSUED, date(2026, 9, 8))


def test_a_debtor_without_means_is_verified_again_in_half_a_year(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 38(3)."""
    tell_debtor(session, people.officer, case.id, TODAY, at=AT)
    say(session, people.officer, About.CASE, case.id, Occurrence.NO_MEANS_FOUND, date(2026, 9, 21))
    due = known(session, people, "case", case.decision_number)
    assert due["verification_start"].met_on == date(2026, 9, 21)
    assert due["reverify_not_enforceable"].due_on == date(2027, 3, 22)


def test_who_fulfils_by_himself_ends_it(
    session: Session, people: People, case: EnforcementCase
) -> None:
    with pytest.raises(NothingDue):
        say(session, people.officer, About.CASE, case.id, Occurrence.FULFILLED_BY_ONESELF, TODAY)
    tell_debtor(session, people.officer, case.id, TODAY, at=AT)
    day = date(2026, 9, 10)
    say(session, people.officer, About.CASE, case.id, Occurrence.FULFILLED_BY_ONESELF, day)
    due = known(session, people, "case", case.decision_number)
    assert (set(due), due["voluntary_period"].met_on) == ({"voluntary_period"}, day)


def test_the_seizure_of_an_immovable_is_told_three_working_days_before(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 72(7), 80(2)a: parties, procuracy and land authority; the costs two days before."""
    officer, about = people.officer, (About.CASE, case.id)
    with pytest.raises(FixedTooSoon) as soon:
        say(session, officer, *about, Occurrence.SEIZURE_FIXED, date(2026, 9, 9))
    assert soon.value.article == "L25 Art. 80(2)a"
    assert soon.value.params["first"] == date(2026, 9, 10)
    say(session, officer, *about, Occurrence.SEIZURE_FIXED, date(2026, 9, 18))
    due = known(session, people, "case", case.decision_number)
    assert due["seizure_notice_immovable"].due_on == date(2026, 9, 15)
    assert due["coercion_cost_notice"].due_on == date(2026, 9, 16)
    with pytest.raises(NoticeToo) as alone:
        say(session, officer, *about, Occurrence.SEIZURE_NOTICE, date(2026, 9, 14), procuracy=True)
    assert list(alone.value.fields) == ["land_authority"]
    told = {"procuracy": True, "land_authority": True}
    say(session, officer, *about, Occurrence.SEIZURE_NOTICE, date(2026, 9, 14), **told)
    say(session, officer, *about, Occurrence.COST_NOTICE, date(2026, 9, 17))
    due = known(session, people, "case", case.decision_number, date(2026, 9, 18))
    assert due["seizure_notice_immovable"].state is DeadlineState.MET_IN_TIME
    assert due["coercion_cost_notice"].state is DeadlineState.MET_LATE
    seen = occurrences_of(session, officer, About.CASE, str(case.id), TODAY)
    notice = next(one for one in seen.occurred if one.code is Occurrence.SEIZURE_NOTICE)
    assert [one.en for one in notice.told][1:] == ["procuracy", "land authority"]


def test_another_day_takes_the_place_of_the_one_that_was_fixed(
    session: Session, people: People, case: EnforcementCase
) -> None:
    for day in (date(2026, 9, 18), date(2026, 9, 25)):
        say(session, people.officer, About.CASE, case.id, Occurrence.COERCION_FIXED, day)
    rows = deadlines_of(session, people.officer, "case", case.decision_number)
    assert [(row.started_on.day, row.voided_why is None) for row in rows] == [
        (18, False),
        (25, True),
    ]
    say(session, people.officer, About.CASE, case.id, Occurrence.COERCION_CALLED_OFF, TODAY)
    assert known(session, people, "case", case.decision_number) == {}
    with pytest.raises(NothingDue):
        say(session, people.officer, About.CASE, case.id, Occurrence.COST_NOTICE, TODAY)


def test_before_the_law_of_2025_the_parties_are_told_and_no_costs(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L08 Art. 88(1)."""
    day = date(2026, 6, 10)
    say(session, people.officer, About.CASE, case.id, Occurrence.SEIZURE_FIXED, day)
    say(session, people.officer, About.CASE, case.id, Occurrence.SEIZURE_NOTICE, date(2026, 6, 4))
    due = known(session, people, "case", case.decision_number)
    assert due["seizure_notice_immovable"].article == "L08 Art. 88(1)"
    assert set(due) == {"seizure_notice_immovable"}


def test_the_limits_of_a_case_stand_with_its_assets_and_in_the_calendar(
    session: Session, people: People
) -> None:
    lot = make_formed_lot(session, people, at=AT)
    assert lot.case_id is not None
    tell_debtor(session, people.officer, lot.case_id, TODAY, at=AT)

    (own,) = session.scalars(select(LotAsset.asset_id).where(LotAsset.lot_id == lot.id))
    found = deadlines_of_asset(session, people.officer, own)
    assert "voluntary_period" in {row.rule_key for row in found}
    days = (date(2026, 9, 17), date(2026, 9, 17))
    listed = list_events(session, people.officer, *days).items
    assert [one.subject_kind for one in listed] == ["case"]


def test_a_thing_whose_custody_costs_more_than_it_is_worth(
    session: Session, people: People
) -> None:
    """D152/26 Art. 24(3): the debtor has ten days; then the contract ends."""
    lot = make_formed_lot(session, people, at=AT)
    ref = asset_of(session, lot)
    say(session, people.officer, About.ASSET, ref, Occurrence.CUSTODY_TOO_DEAR, TODAY)
    with pytest.raises(StillTheirTime) as early:
        say(session, people.officer, About.ASSET, ref, Occurrence.CUSTODY_ENDED, date(2026, 9, 17))
    assert early.value.params["day"] == date(2026, 9, 17)
    later = datetime(2026, 9, 18, 3, tzinfo=UTC)
    (waiting,) = ended_limits(session, later, 10)
    succeed(session, SYSTEM, waiting, at=later)
    say(session, people.officer, About.ASSET, ref, Occurrence.CUSTODY_ENDED, date(2026, 9, 18))
    seen = occurrences_of(session, people.officer, About.ASSET, ref, date(2026, 9, 18))
    assert [one.code for one in seen.occurred] == [
        Occurrence.CUSTODY_ENDED,
        Occurrence.CUSTODY_TOO_DEAR,
    ]
    assert seen.limits[0].met_on == date(2026, 9, 17)


def asset_of(session: Session, lot: Lot) -> str:
    return get_lot(session, SYSTEM, lot.reference).assets[0].reference


def test_the_file_of_a_sale_and_a_request_to_annul_it(session: Session, people: People) -> None:
    """PA16 Art. 45; JC11/16 Art. 5(3) until June 2026."""

    sold = make_sold(session, people, at=SOLD_AT)

    ref = session.get_one(Lot, sold.lot_id).reference
    with pytest.raises(NothingDue):
        say(session, people.officer, About.LOT, ref, Occurrence.PAPERS_BACK, date(2026, 9, 15))
    say(session, people.officer, About.LOT, ref, Occurrence.RESULT_FILE, date(2026, 9, 16))
    rows = deadlines_of(session, people.officer, "lot", ref, today=date(2026, 9, 16))
    states = [row.state for row in rows if row.rule_key == "result_to_seller"]
    assert states == [DeadlineState.MET_IN_TIME] * 2
    with pytest.raises(RuleUnknown):
        say(session, people.officer, About.LOT, ref, Occurrence.ANNULMENT_ASKED, date(2026, 9, 16))
    say(session, people.officer, About.LOT, ref, Occurrence.ANNULMENT_ASKED, date(2026, 6, 22))
    due = known(session, people, "lot", ref)["annulment_agreement"]
    assert (due.due_on, due.article) == (date(2026, 7, 2), "JC11/16 Art. 5(3)")
    say(session, people.officer, About.LOT, ref, Occurrence.ANNULMENT_TALKS, date(2026, 7, 1))
    assert known(session, people, "lot", ref)["annulment_agreement"].met_on == date(2026, 7, 1)


def test_a_delegated_sale_is_taken_up_and_its_proceeds_are_remitted(
    session: Session, people: People, become: Become
) -> None:
    """L25 Art. 50(3), D152/26 Art. 27(1)b: five working days each, of the office that sells."""
    ref = asset_of(session, make_formed_lot(session, people, at=AT))
    new = NewSaleDelegation(office=people.foreign.code, decision="5/QĐ-UT", delegated_on=TODAY)
    made = delegate_disposal(session, people.head, ref, new, at=AT)
    about = (About.DELEGATION, made.id)
    with pytest.raises(NotFound):
        say(session, people.officer, *about, Occurrence.DELEGATION_RECEIVED, TODAY)
    theirs = become(people.foreign_officer)
    say(session, theirs, *about, Occurrence.DELEGATION_RECEIVED, date(2026, 9, 8))
    found = occurrences_of(session, theirs, About.DELEGATION, str(made.id), TODAY)
    (accept,) = found.limits
    assert (accept.rule_key, accept.due_on) == ("delegated_disposal_accept", date(2026, 9, 15))
    say(session, theirs, *about, Occurrence.DELEGATION_ACCEPTED, date(2026, 9, 10))
    with pytest.raises(OccurrenceIncomplete):
        say(session, theirs, *about, Occurrence.PROCEEDS_REMITTED, date(2026, 9, 18))
    seen = occurrences_of(session, become(people.officer), About.DELEGATION, str(made.id), TODAY)
    assert [one.code for one in seen.occurred] == [
        Occurrence.DELEGATION_ACCEPTED,
        Occurrence.DELEGATION_RECEIVED,
    ]


def test_with_the_delivery_the_proceeds_are_due(session: Session, people: People) -> None:

    ref = asset_of(session, make_formed_lot(session, people, at=AT))
    new = NewSaleDelegation(office=people.foreign.code, decision="5/QĐ-UT", delegated_on=TODAY)
    delegate_disposal(session, people.head, ref, new, at=AT)
    for office in (people.office.id, people.foreign.id):
        begin_remittance(session, SYSTEM, office, [ref], date(2026, 9, 14), at=AT)
    (due,) = deadlines_of(session, SYSTEM, "delegation", ref)
    assert (due.rule_key, due.office_id) == ("delegated_disposal_remit", people.foreign.id)
    assert due.due_on == date(2026, 9, 21)
    assert make_delivered(session, people, at=SOLD_AT).delivered_on == date(2026, 9, 14)


def test_two_offices_may_have_a_case_of_the_same_number(
    session: Session, people: People, case: EnforcementCase, become: Become
) -> None:
    ours, number = case.id, case.decision_number
    tell_debtor(session, people.officer, ours, TODAY, at=AT)
    stranger = become(people.foreign_officer)
    theirs = make_case(session, stranger, number, at=AT).id
    with pytest.raises(NotFound):
        say(session, stranger, About.CASE, ours, Occurrence.COERCION_FIXED, date(2026, 9, 18))
    tell_debtor(session, stranger, theirs, TODAY, at=AT)
    for who in (people.foreign_officer, people.officer):
        (own, _then) = deadlines_of(session, become(who), "case", number)
        assert own.office_id == who.office_id


@pytest.mark.parametrize(
    ("code", "day", "refusal"),
    [
        (Occurrence.REQUEST_RECEIVED, date(2026, 9, 8), Invalid),
        (Occurrence.RESULT_FILE, TODAY, OccurrenceIncomplete),
    ],
)
def test_what_is_not_yet_or_not_of_a_case(
    session: Session, people: People, case: EnforcementCase, code: Occurrence, day: date, refusal
) -> None:
    new = NewOccurrence(code=code, on=day, document="1")
    with pytest.raises(refusal):
        record_occurrence(session, people.officer, About.CASE, str(case.id), new, at=AT)
    with pytest.raises(Forbidden):
        record_occurrence(session, people.keeper, About.CASE, str(case.id), new, at=AT)


def test_every_code_belongs_to_something_and_every_limit_is_a_parameter() -> None:

    keys = {rule.key for rule in shipped_rules()}
    used = {
        limit.partition("/")[0]
        for form in FORMS.values()
        for limit in (*form.starts, *form.meets, *form.drops, *([form.after] if form.after else []))
    }
    assert set(FORMS) == set(Occurrence)
    assert used <= keys


def seize_house(
    session: Session, people: People, case: EnforcementCase, *, force: bool = False
) -> None:
    """Minutes of the seizure of a house on the morning of the 18th of September."""
    at = datetime(2026, 9, 18, 9, tzinfo=UTC)
    said = {"kind": AssetKind.HOUSE, "decision_on": date(2026, 9, 16)}
    made = make_asset(session, people.keeper, case, at=at, **said)
    new = NewMinutes(
        case_number=case.decision_number,
        at=datetime(2026, 9, 18, 2, tzinfo=UTC),
        place="số 8 Chợ Hàng",
        custody="giao người phải thi hành án bảo quản",
        force=force,
    )
    draw_minutes(session, people.officer, made.reference, new, at=at)


def test_a_seizure_that_nobody_was_told_of_breaks_the_limit(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 80(2)a."""
    seize_house(session, people, case)
    due = known(session, people, "case", case.decision_number, date(2026, 9, 18))
    assert set(due) == {"seizure_notice_immovable"}
    broken = due["seizure_notice_immovable"]
    assert (broken.due_on, broken.state) == (date(2026, 9, 15), DeadlineState.BREACHED)


def test_a_seizure_held_on_another_day_than_fixed_counts_from_its_own(
    session: Session, people: People, case: EnforcementCase
) -> None:
    """L25 Art. 72(7), 80(2)a."""
    officer, about = people.officer, (About.CASE, case.id)
    say(session, officer, *about, Occurrence.SEIZURE_FIXED, date(2026, 9, 17))
    told = {"procuracy": True, "land_authority": True}
    say(session, officer, *about, Occurrence.SEIZURE_NOTICE, date(2026, 9, 11), **told)
    seize_house(session, people, case, force=True)
    rows = deadlines_of(session, officer, "case", case.decision_number, today=date(2026, 9, 18))
    states = {(row.rule_key, row.started_on.day): row.state.value for row in rows}
    assert states == {
        ("seizure_notice_immovable", 17): "met_in_time",
        ("coercion_cost_notice", 17): "void",
        ("seizure_notice_immovable", 18): "met_in_time",
        ("coercion_cost_notice", 18): "breached",
    }
