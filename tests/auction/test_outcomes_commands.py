"""Closing rounds: counters, limits, breaches, refusals."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.models import FailureRun, RoundOutcome
from auction.bidding.queries import check_runs
from auction.bidding.rules import (
    MatchUnanswered,
    Outcome,
    OutcomeAlreadyRecorded,
    OutcomeIncomplete,
    RoundNotOpenedYet,
)
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.lots.models import Lot
from auction.lots.queries import get_lot
from auction.lots.rules import Act, LotStep
from auction.outcomes.commands.record_outcome import record_outcome
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.rules import OutcomeUnlawful
from auction.outcomes.schemas import NewOutcome
from auction.reviews.models import Flag
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import Forbidden, NotFound
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseKind
from tests.auction.closed import breaches
from tests.make.auction import (
    FAILED,
    close_round,
    fail_round,
    make_asset,
    make_lot,
    make_round,
    new_reduction,
    new_round,
)
from tests.make.inventory import make_case
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
BILLION = 1_000_000_000
DAY, WEEK = timedelta(days=1), timedelta(days=7)
TODAY = date(2026, 11, 23)


def failed_in_a_row(session: Session, lot: Lot) -> list[int]:
    assets = [asset.id for asset in get_lot(session, SYSTEM, lot.reference).assets]
    runs = session.scalars(
        select(FailureRun.failed_in_a_row)
        .where(FailureRun.asset_id.in_(assets))
        .order_by(FailureRun.asset_id)
    )
    return list(runs)


def due(session: Session, people: People, lot: Lot) -> dict[str, date]:
    found = deadlines_of(session, people.officer, "lot", lot.reference)
    return {one.rule_key: one.due_on for one in found}


def test_a_failed_round_counts_and_sets_what_is_due_by_the_law_of_2026(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    """The 24th of November is a holiday."""
    outcome = close_round(session, people, opened, 1, FAILED, at=at, registered=0)

    assert (outcome.code, outcome.notified_on) == ("failed_no_registration", TODAY)
    assert outcome.rule_id is not None
    assert failed_in_a_row(session, opened) == [1]
    assert (opened.awaits, opened.awaits_on) == (LotStep.REDUCTION, TODAY)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.code == Act.ROUND_CLOSED))
    (entry,) = entries.all()
    assert (entry.subject_ref, entry.data["held"]) == (opened.reference, "failed")
    assert entry.data["rule_id"] == outcome.rule_id
    assert due(session, people, opened) == {
        "failure_notice_to_parties": date(2026, 11, 26),
        "failed_papers_back": date(2026, 11, 26),
        "reduction_decision_due": date(2026, 12, 1),
    }


def test_a_round_of_june_told_in_july_follows_the_new_law(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_lot(session, people.office)
    make_round(session, lot, 1, date(2026, 6, 25), None, Decimal(BILLION))
    close_round(session, people, lot, 1, FAILED, at=at, notified_on=date(2026, 7, 2))
    assert set(due(session, people, lot)) == {
        "failure_notice_to_parties",
        "failed_papers_back",
        "reduction_decision_due",
    }


def test_under_the_old_law_the_parties_were_called_after_the_first_failure_only(
    session: Session, people: People, at: datetime
) -> None:
    """Failures are those of the assets, through every lot: the lot has one."""
    lot = make_lot(session, people.office, make_asset(session, people.office))
    for number, day in ((1, date(2025, 3, 3)), (2, date(2025, 5, 5))):
        make_round(session, lot, number, day, None, Decimal(BILLION))
        close_round(session, people, lot, number, FAILED, at=at, notified_on=day)
    found = deadlines_of(session, people.officer, "lot", lot.reference)
    assert [(one.rule_key, one.started_on) for one in found] == [
        ("failed_papers_back", date(2025, 3, 3)),
        ("reduction_agreement_call", date(2025, 3, 3)),
        ("failed_papers_back", date(2025, 5, 5)),
    ]


def test_the_result_is_told_with_the_outcome_and_its_file_is_still_due(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    """PA16 Art. 45: one working day for the result, three for the file."""
    heard = {"notified_on": TODAY, "registered": 3, "buyer_name": "Nguyễn Văn Mua"}
    close_round(session, people, opened, 1, Outcome.SOLD, at=at, sale_price=BILLION, **heard)
    told, dossier = (
        one
        for one in deadlines_of(session, people.officer, "lot", opened.reference, today=TODAY)
        if one.rule_key == "result_to_seller"
    )
    assert (told.state, told.met_on) == (DeadlineState.MET_IN_TIME, TODAY)
    assert (dossier.started_on, dossier.due_on) == (date(2026, 11, 22), date(2026, 11, 26))
    assert (dossier.met_on, dossier.confidence.value) == (None, "C")


def test_for_the_revenue_of_the_state_the_decision_is_due_after_each_failure(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 104(4): ten days, and nobody is called to agree."""
    lot = make_lot(session, people.office, make_asset(session, people.office))
    case = make_case(session, people.officer, "9/QĐ-CĐ", at=at)
    session.get_one(EnforcementCase, case.id).kind = CaseKind.OWN_MOTION.value
    lot.case_id = case.id
    day = date(2025, 3, 3)
    make_round(session, lot, 1, day, None, Decimal(BILLION))
    close_round(session, people, lot, 1, FAILED, at=at, notified_on=day)
    assert due(session, people, lot) == {
        "failed_papers_back": date(2025, 3, 6),
        "reduction_decision_due_state_revenue": date(2025, 3, 13),
    }


@pytest.mark.parametrize("code", [Outcome.STOPPED, Outcome.PAUSED, Outcome.CANCELLED])
@pytest.mark.parametrize("before_opening", [True, False])
def test_an_interrupted_round_never_counts_and_sets_nothing_due(
    session: Session, people: People, lot: Lot, at: datetime, code: Outcome, before_opening: bool
) -> None:
    fail_round(session, people, lot, BILLION, at=at - WEEK)
    opens = at + 3 * WEEK if before_opening else at - DAY
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, opens), at=at)
    before = due(session, people, lot)

    close_round(session, people, lot, 2, code, at=at)

    assert failed_in_a_row(session, lot) == [1]
    assert due(session, people, lot) == before
    assert lot.awaits == LotStep.ROUND
    assert check_runs(session) == []


def test_a_sale_ends_the_run_closes_the_lot_and_its_flags(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    first = fail_round(session, people, lot, BILLION, at=at - WEEK)
    (asset,) = get_lot(session, SYSTEM, lot.reference).assets
    flag = Flag(
        asset_id=asset.id,
        office_id=lot.office_id,
        rule_key="failed_rounds_flag",
        tier=3,
        run_number=1,
        failed_in_a_row=3,
        first_round_id=first.id,
        last_round_id=first.id,
        as_of=TODAY,
        raised_at=at,
    )
    session.add(flag)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at - DAY), at=at)

    close_round(
        session, people, lot, 2, Outcome.SOLD, at=at, sale_price=BILLION, buyer_name="Lê Văn Mua"
    )

    assert failed_in_a_row(session, lot) == [0]
    run = session.scalars(select(FailureRun)).one()
    assert (run.run_number, run.held_rounds, run.flag_at) == (2, 2, 3)
    assert (lot.closed_on, lot.awaits, lot.awaits_on) == (date(2026, 11, 22), None, None)
    session.refresh(flag)
    assert (flag.closed_reason, flag.closed_at) == ("sold", at)
    assert due(session, people, lot)["pay_due"] == date(2026, 12, 22)


def test_a_second_outcome_and_one_before_the_opening_are_refused(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    with pytest.raises(OutcomeAlreadyRecorded):
        close_round(session, people, opened, 1, Outcome.SOLD, at=at, sale_price=BILLION)
    schedule_round(
        session, people.officer, opened.reference, new_round(BILLION, at + 3 * WEEK), at=at
    )
    with pytest.raises(RoundNotOpenedYet):
        close_round(session, people, opened, 2, FAILED, at=at)
    close_round(session, people, opened, 2, FAILED, at=at + 3 * WEEK)


def test_every_faulty_field_of_an_outcome_is_named_at_once(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    said = {"registered": 0, "sale_price": BILLION - 1, "notified_on": date(2026, 11, 24)}
    with pytest.raises(OutcomeUnlawful) as refused:
        close_round(session, people, opened, 1, Outcome.SOLD, at=at, **said)
    assert (refused.value.params["rule"], refused.value.article) == ("method", "PA16 Art. 58")
    assert set(refused.value.fields) == {"registered", "sale_price", "notified_on"}
    with pytest.raises(OutcomeIncomplete) as refused:
        close_round(session, people, opened, 1, Outcome.RELISTED_SAME_PRICE, at=at)
    assert set(refused.value.fields) == {"code"}
    assert session.scalars(select(RoundOutcome)).all() == []


def test_the_only_bidder_of_a_first_round_does_not_buy(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    alone = {"sale_price": BILLION, "registered": 1, "consent": "15/CV-THADS"}
    with pytest.raises(OutcomeUnlawful) as refused:
        close_round(session, people, opened, 1, Outcome.SOLD, at=at, **alone)
    assert set(refused.value.fields) == {"registered"}
    assert (refused.value.article, refused.value.params["least"]) == ("PA16 Art. 49", 2)
    assert session.scalars(select(RoundOutcome)).all() == []


def test_a_buyer_without_a_list_is_compared_as_a_bidder_is_and_a_breach_stays(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    sold = {"sale_price": BILLION, "registered": 2}
    for name in ("Người thử officer", "Trung tâm  Thử", "Công ty Thẩm định giá Thử"):
        with pytest.raises(MatchUnanswered) as refused:
            close_round(session, people, opened, 1, Outcome.SOLD, at=at, buyer_name=name, **sold)
        assert set(refused.value.fields) == {"buyer_name"}
    close_round(session, people, opened, 1, Outcome.SOLD, at=at, buyer_name="Bà Mua", **sold)
    (breach,) = breaches(session, "excluded_bidders")
    assert breach.facts == {"unlisted": "Bà Mua"}


def test_after_a_failed_round_one_bidder_may_be_enough(
    session: Session, people: People, opened: Lot, at: datetime
) -> None:
    close_round(session, people, opened, 1, FAILED, at=at)
    schedule_round(session, people.officer, opened.reference, new_round(BILLION, at - DAY), at=at)
    said = {"sale_price": BILLION, "registered": 1, "consent": "15/CV-THADS"}
    close_round(session, people, opened, 2, Outcome.SOLD, at=at, **said)
    assert breaches(session, "min_bidders") == []


@pytest.mark.parametrize(
    ("said", "fact"),
    [({}, "consent"), ({"consent": "15/CV-THADS", "complaint": "Niêm yết thiếu"}, "complaint")],
)
def test_one_bidder_is_not_enough_without_consent_or_with_a_complaint(
    session: Session,
    people: People,
    opened: Lot,
    at: datetime,
    said: dict[str, str],
    fact: str,
) -> None:
    """PA16 Art. 49: the seller agrees in writing and nobody complains of the procedure."""
    close_round(session, people, opened, 1, FAILED, at=at)
    schedule_round(session, people.officer, opened.reference, new_round(BILLION, at - DAY), at=at)
    facts = {"sale_price": BILLION, "registered": 1, **said}
    with pytest.raises(OutcomeUnlawful) as refused:
        close_round(session, people, opened, 2, Outcome.SOLD, at=at, **facts)
    assert (refused.value.article, set(refused.value.fields)) == ("PA16 Art. 49", {fact})


def test_others_than_officers_of_the_office_record_nothing(
    session: Session, people: People, opened: Lot, at: datetime, become: Become
) -> None:
    ref, outcome = opened.reference, NewOutcome(code=FAILED)
    for actor in (people.keeper, people.head, people.inspector, people.administrator):
        with pytest.raises(Forbidden):
            record_outcome(session, actor, ref, 1, outcome, at=at)
        with pytest.raises(Forbidden):
            reduce_price(session, actor, ref, 1, new_reduction(1, TODAY), at=at)
    stranger = become(people.foreign_officer)
    with pytest.raises(NotFound):
        record_outcome(session, stranger, ref, 1, outcome, at=at)
    become(SYSTEM)


def test_under_row_level_security_an_officer_does_the_whole_work(
    session: Session, people: People, opened: Lot, at: datetime, become: Become
) -> None:
    ref = opened.reference
    officer = become(people.officer)
    record_outcome(session, officer, ref, 1, NewOutcome(code=FAILED), at=at)
    reduce_price(session, officer, ref, 1, new_reduction(900_000_000, TODAY), at=at)
    schedule_round(session, officer, ref, new_round(900_000_000, at - DAY / 24), at=at)
    sold = NewOutcome(code=Outcome.SOLD, sale_price=Decimal(900_000_000), registered=2)
    record_outcome(session, officer, ref, 2, sold, at=at)
    become(SYSTEM)
    assert session.scalars(select(FailureRun.held_rounds)).all() == [2]


@pytest.mark.parametrize("table", ["round_outcome", "price_reduction", "breach"])
@pytest.mark.parametrize("act", ["UPDATE {} SET article = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_was_recorded_cannot_be_changed(session: Session, table: str, act: str) -> None:
    statement = act.format(table)
    if table == "round_outcome":
        statement = statement.replace("article", "code")
    with pytest.raises(Exception, match=r"permission denied|append-only"):
        session.execute(text(statement))
