"""Case 35 in the rules: which row serves a step when the law changes, also by a draft."""

from datetime import UTC, date, datetime

from auction.deadlines.commands import set_deadline
from auction.deadlines.models import Deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.queries import rule_on
from inventory.base.actor import SYSTEM
from tests.edge_cases.table import Office, edge_case
from tests.make.auction import make_auctioned
from tests.make.rules import make_approved, make_centre

LAST_OLD, FIRST_NEW = date(2026, 6, 30), date(2026, 7, 1)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@edge_case(35, "L25 Art. 116(3), 116(4)")
def each_step_has_the_limit_of_its_own_day(office: Office) -> None:
    session, _people = office
    limits = {day: rule_on(session, "max_reduction_pct", day) for day in (LAST_OLD, FIRST_NEW)}
    assert limits[LAST_OLD].article == "L08 Art. 104(5)"
    assert limits[FIRST_NEW].article == "L25 Art. 83(3)"
    answers = {day: rule_on(session, "setoff_debtor_redeem", day) for day in (LAST_OLD, FIRST_NEW)}
    assert [(answers[day].value, answers[day].unit) for day in answers] == [(30, "d"), (5, "wd")]


@edge_case(35, "L25 Art. 116(3), 116(4)")
def a_limit_that_runs_keeps_the_row_it_began_with_when_the_law_changes(office: Office) -> None:
    session, people = office
    lot = make_auctioned(session, people.office, 1).lot
    subject = DeadlineSubject("lot", lot.reference, lot.office_id, lot_id=lot.id)
    began = set_deadline(session, SYSTEM, "pay_due", date(2026, 11, 20), subject, at=AT)
    stood_on = session.get_one(Deadline, began.id).rule_id
    centre = make_centre(session, people)
    make_approved(session, centre, "pay_due", at=AT, value="45", valid_from=date(2026, 12, 1))
    kept = session.get_one(Deadline, began.id)
    assert (kept.rule_id, kept.due_on) == (stood_on, began.due_on)
    later = set_deadline(session, SYSTEM, "pay_due", date(2026, 12, 1), subject, at=AT)
    assert (later.due_on - date(2026, 12, 1)).days >= 45
