"""A rule is entered by one person, approved by another, and never overwritten."""

from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.legal_rules import commands
from auction.legal_rules.commands import load_rules
from auction.legal_rules.drafting import (
    Closing,
    DecisionsStand,
    DraftClosed,
    DraftOverlaps,
    DraftStale,
    DraftUnknown,
    NotAtCentre,
    OwnDraft,
    SameRule,
    WrongValue,
)
from auction.legal_rules.drafts import (
    count_waiting,
    differences,
    get_draft,
    history_of,
    list_drafts,
)
from auction.legal_rules.entering import (
    approve_draft,
    enter_draft,
    reject_draft,
    withdraw_draft,
)
from auction.legal_rules.models import LegalRule, RuleSet
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.legal_rules.rules import Confidence, RuleUnknown, Unit
from auction.legal_rules.shipped import shipped_parameters
from auction.simulations.commands import simulate
from auction.simulations.schemas import NewSimulation
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM
from inventory.base.errors import Forbidden, Invalid
from tests.make.auction import fail_round, make_formed_lot
from tests.make.organisation import People
from tests.make.rules import WHY, Centre, make_approved, make_centre, make_draft, new_draft

LAST = date(2026, 12, 31)
FIRST = date(2027, 1, 1)
KEY = "setoff_creditor_answer"
"""A limit that is not confirmed and on which no decision of these tests stands."""


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


def test_a_draft_has_no_effect_until_a_second_person_approves_it(
    session: Session, centre: Centre, at: datetime
) -> None:
    draft = make_draft(session, centre, KEY, at=at, value="4")
    assert (draft.act, draft.value, draft.unit) == (None, 4, Unit.WORKING_DAY)
    assert rule_on(session, KEY, FIRST).value == 3
    assert count_waiting(session) == 1
    done = approve_draft(session, centre.head, draft.id, WHY, at=at)
    assert (done.act, done.closed_by_name) == (Closing.APPROVED, centre.head.name)
    assert rule_on(session, KEY, FIRST).value == 4
    assert count_waiting(session) == 0


def test_the_row_before_is_closed_on_the_day_before_and_the_one_decisions_stood_on_stays(
    session: Session, centre: Centre, at: datetime
) -> None:
    stood_on = rule_on(session, KEY, LAST)
    make_approved(session, centre, KEY, at=at, value="4")
    before = rule_on(session, KEY, LAST)
    assert (before.value, before.valid_to, before.article) == (3, LAST, stood_on.article)
    assert before.id != stood_on.id
    kept = session.get_one(LegalRule, stood_on.id)
    assert (kept.value, kept.valid_to, kept.valid_from) == (3, None, stood_on.valid_from)
    assert kept.retired_set_id is not None
    lines = [line for line in history_of(session, KEY) if line.row.valid_from >= date(2026, 7, 1)]
    assert [(line.in_use, line.row.valid_from, line.row.valid_to) for line in lines] == [
        (False, date(2026, 7, 1), None),
        (True, date(2026, 7, 1), LAST),
        (True, FIRST, None),
    ]


def test_a_draft_that_ends_gives_way_to_the_row_before_it(
    session: Session, centre: Centre, at: datetime
) -> None:
    make_approved(session, centre, KEY, at=at, value="4", valid_to=date(2027, 6, 30))
    days = (LAST, FIRST, date(2027, 6, 30), date(2027, 7, 1))
    assert [rule_on(session, KEY, day).value for day in days] == [3, 4, 4, 3]


def test_a_guess_that_a_lawyer_confirms_is_replaced_from_its_first_day(
    session: Session, centre: Centre, at: datetime
) -> None:
    guess = rule_on(session, KEY, LAST)
    assert guess.confidence is Confidence.UNCONFIRMED
    make_approved(session, centre, KEY, at=at, value="3", valid_from=guess.valid_from)
    assert rule_on(session, KEY, LAST).confidence is Confidence.READ
    assert len([r for r in rules_in_use(session, KEY) if r.valid_from == guess.valid_from]) == 1


def test_who_entered_a_draft_neither_approves_nor_rejects_it(
    session: Session, centre: Centre, at: datetime
) -> None:
    draft = enter_draft(session, centre.head, new_draft(KEY, "4"), at=at)
    simulate(session, centre.head, NewSimulation(draft_id=draft.id), at=at)
    for act in (approve_draft, reject_draft):
        with pytest.raises(OwnDraft):
            act(session, centre.head, draft.id, WHY, at=at)
    approve_draft(session, centre.deputy, draft.id, WHY, at=at)


def test_a_draft_is_closed_once(session: Session, centre: Centre, at: datetime) -> None:
    draft = make_approved(session, centre, KEY, at=at, value="4")
    with pytest.raises(DraftClosed):
        approve_draft(session, centre.deputy, draft.id, WHY, at=at)
    with pytest.raises(DraftClosed):
        reject_draft(session, centre.deputy, draft.id, WHY, at=at)
    with pytest.raises(DraftClosed):
        withdraw_draft(session, centre.inspector, draft.id, WHY, at=at)


def test_a_rejected_and_a_withdrawn_draft_change_nothing_and_keep_their_reasons(
    session: Session, centre: Centre, at: datetime
) -> None:
    rejected, taken_back = (make_draft(session, centre, KEY, at=at, value=v) for v in ("4", "5"))
    done = reject_draft(session, centre.head, rejected.id, WHY, at=at)
    assert (done.act, done.closing_reason) == (Closing.REJECTED, WHY.reason)
    with pytest.raises(Forbidden):
        withdraw_draft(session, centre.head, taken_back.id, WHY, at=at)
    done = withdraw_draft(session, centre.inspector, taken_back.id, WHY, at=at)
    assert done.act is Closing.WITHDRAWN
    assert rule_on(session, KEY, FIRST).value == 3
    assert [row.id for row in list_drafts(session, key=KEY).items] == [taken_back.id, rejected.id]
    assert list_drafts(session, waiting=True).items == []


def test_only_people_of_the_centre_enter_and_approve_rules(
    session: Session, people: People, centre: Centre, at: datetime
) -> None:
    with pytest.raises(NotAtCentre):
        enter_draft(session, people.head, new_draft(KEY, "4"), at=at)
    with pytest.raises(NotAtCentre):
        enter_draft(session, SYSTEM, new_draft(KEY, "4"), at=at)
    for nobody in (people.officer, people.keeper, people.administrator):
        with pytest.raises(Forbidden):
            enter_draft(session, nobody, new_draft(KEY, "4"), at=at)
    draft = make_draft(session, centre, KEY, at=at, value="4")
    with pytest.raises(NotAtCentre):
        approve_draft(session, people.head, draft.id, WHY, at=at)
    with pytest.raises(Forbidden):
        approve_draft(session, centre.inspector, draft.id, WHY, at=at)


WRONG = [
    ("max_reduction_pct", {"value": "110"}, WrongValue, "value"),
    ("max_reduction_pct", {"value": "-1"}, WrongValue, "value"),
    ("max_reduction_pct", {"value": "ten"}, WrongValue, "value"),
    ("max_reduction_pct", {"value": "8, 9"}, WrongValue, "value"),
    ("max_reduction_pct", {"value": "8", "unit": Unit.DAY}, WrongValue, "unit"),
    ("max_reduction_pct", {"value": "8", "scope": "movable"}, WrongValue, "scope"),
    ("failed_rounds_flag", {"value": "2"}, WrongValue, "scope"),
    ("pay_due", {"value": "30.5"}, WrongValue, "value"),
    ("pay_due", {"value": "45", "anchor": "the_moon"}, WrongValue, "anchor"),
    ("pay_due", {"value": "45", "valid_to": date(2026, 12, 1)}, Invalid, "valid_to"),
    ("counted_outcomes", {"value": "failed_no_bid, sold_to_the_moon"}, WrongValue, "value"),
    ("counted_outcomes", {"value": "failed_no_bid, failed_no_bid"}, WrongValue, "value"),
    ("warehouse_transfer_deadline", {"value": "soon"}, WrongValue, "value"),
    ("no_coercion_hours", {"value": "22:00, 25:00"}, WrongValue, "value"),
    ("stat_year", {"value": "13-01, 09-30"}, WrongValue, "value"),
    ("no_such_rule", {"value": "1"}, RuleUnknown, "key"),
    ("setoff_creditor_answer", {"value": "", "article": "L25"}, ValueError, ""),
]


@pytest.mark.parametrize(("key", "said", "refusal", "field"), WRONG)
def test_a_value_that_does_not_fit_its_rule_is_refused(
    session: Session, centre: Centre, at: datetime, key, said, refusal, field
) -> None:
    with pytest.raises(refusal) as refused:
        enter_draft(session, centre.head, new_draft(key, **said), at=at)
    assert not field or field in refused.value.fields


def test_a_draft_needs_its_article_and_the_text_it_is_taken_from() -> None:
    for missing in ("article", "source_text", "reason"):
        with pytest.raises(ValueError, match=missing):
            new_draft(KEY, "4", **{missing: " "})


def test_a_draft_that_runs_into_a_later_row_is_refused_with_the_lawful_end(
    session: Session, centre: Centre, at: datetime
) -> None:
    make_approved(session, centre, KEY, at=at, value="4", valid_from=date(2028, 1, 1))
    with pytest.raises(DraftOverlaps, match="2028-01-01") as refused:
        make_draft(session, centre, KEY, at=at, value="5")
    assert "valid_to" in refused.value.fields
    make_approved(session, centre, KEY, at=at, value="5", valid_to=date(2027, 12, 31))
    days = (LAST, FIRST, date(2027, 12, 31), date(2028, 1, 1))
    assert [rule_on(session, KEY, day).value for day in days] == [3, 5, 5, 4]


def test_a_draft_that_changes_nothing_is_refused(
    session: Session, centre: Centre, at: datetime
) -> None:
    made = make_approved(session, centre, KEY, at=at, value="4")
    with pytest.raises(SameRule):
        make_draft(session, centre, KEY, at=at, value="4", valid_from=date(2027, 5, 1))
    assert get_draft(session, made.id).act is Closing.APPROVED


def test_a_draft_entered_before_its_row_changed_must_be_entered_anew(
    session: Session, centre: Centre, at: datetime
) -> None:
    early = make_draft(session, centre, KEY, at=at, value="4", valid_from=date(2028, 1, 1))
    make_approved(session, centre, KEY, at=at, value="5")
    with pytest.raises(DraftStale):
        approve_draft(session, centre.head, early.id, WHY, at=at)


def test_a_row_that_decisions_stand_on_is_not_gone_behind_unless_that_is_said(
    session: Session, people: People, centre: Centre, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    key = "failure_notice_to_parties"
    said = {"value": "4", "valid_from": at.date()}
    with pytest.raises(DecisionsStand) as refused:
        make_draft(session, centre, key, at=at, **said)
    assert "retroactive" in refused.value.fields
    before = rule_on(session, key, at.date())
    make_approved(session, centre, key, at=at, **said, retroactive=True)
    assert rule_on(session, key, at.date()).value == 4
    stood = "SELECT count(*) FROM deadline WHERE rule_id = :rule"
    assert session.scalar(text(stood), {"rule": before.id}) == 1


def test_decisions_taken_while_a_draft_waits_are_seen_when_it_is_approved(
    session: Session, people: People, centre: Centre, at: datetime
) -> None:
    key = "failure_notice_to_parties"
    draft = make_draft(session, centre, key, at=at, value="4", valid_from=at.date())
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    with pytest.raises(DecisionsStand):
        approve_draft(session, centre.head, draft.id, WHY, at=at)


def test_an_unknown_draft_is_not_found(session: Session, centre: Centre, at: datetime) -> None:
    with pytest.raises(DraftUnknown):
        approve_draft(session, centre.head, 10**9, WHY, at=at)


def test_every_act_is_in_the_audit_ledger(session: Session, centre: Centre, at: datetime) -> None:
    draft = make_approved(session, centre, KEY, at=at, value="4")
    entries = session.execute(
        select(AuditEntry.code, AuditEntry.staff_id)
        .where(AuditEntry.subject_kind == "rule_draft", AuditEntry.subject_id == draft.id)
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("legal_rules.draft.entered", centre.inspector.staff_id),
        ("legal_rules.draft.approved", centre.head.staff_id),
    ]


def test_a_newer_release_keeps_what_people_entered_and_says_where_it_differs(
    session: Session, centre: Centre, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_approved(session, centre, KEY, at=at, value="4")
    before = {rule.id for rule in rules_in_use(session)}
    monkeypatch.setattr(commands, "rules_digest", lambda: "of a newer release")
    loaded = load_rules(session, SYSTEM, at=at)
    assert (loaded.added, loaded.retired, loaded.kept) == (0, 0, (KEY,))
    assert {rule.id for rule in rules_in_use(session)} == before
    (found,) = differences(session)
    assert (found.key, len(found.shipped), len(found.in_use)) == (KEY, 2, 3)
    assert found.in_use[-1] == "2027-01-01 – : 4 working days (Thông tư 01/2027/TT-BTP Điều 5)"


def test_loading_again_after_an_approval_changes_nothing(
    session: Session, centre: Centre, at: datetime
) -> None:
    make_approved(session, centre, KEY, at=at, value="4")
    sets = session.scalar(select(func.count()).select_from(RuleSet))
    again = load_rules(session, SYSTEM, at=at)
    assert (again.added, again.retired, again.kept) == (0, 0, ())
    assert session.scalar(select(func.count()).select_from(RuleSet)) == sets


def test_what_is_shipped_differs_nowhere_while_nobody_entered_anything(session: Session) -> None:
    assert shipped_parameters()
    assert differences(session) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_draft SET value = '50'",
        "DELETE FROM rule_draft",
        "UPDATE rule_draft_closing SET act = 'approved'",
        "DELETE FROM rule_draft_closing",
    ],
)
def test_a_draft_and_its_end_are_never_changed(session: Session, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))
