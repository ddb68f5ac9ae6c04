"""A draft is tried on recorded history: what it would have changed, case by case."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from auction.bidding.models import RoundRuling
from auction.bidding.rules import Outcome
from auction.legal_rules.rules import Unit
from auction.lots.models import AuctionRound
from auction.simulations.queries import list_cases
from auction.simulations.rules import Change
from auction.simulations.schemas import SimulationOut
from inventory.base.actor import Actor
from inventory.organisation.models import Office
from tests.auction.trials import picture, runner
from tests.make.auction import (
    FAILED,
    fail_round,
    make_asset,
    make_auctioned,
    make_formed_lot,
    make_lot,
    make_round,
)
from tests.make.organisation import People
from tests.make.rules import Centre, make_centre
from tests.make.simulations import make_deadline, make_valuation


@pytest.fixture
def centre(session: Session, people: People) -> Centre:
    return make_centre(session, people)


@pytest.fixture
def run(session: Session, centre: Centre, at: datetime) -> Callable[..., SimulationOut]:
    return runner(session, centre, at)


def cases(session: Session, actor: Actor, found: SimulationOut) -> list[tuple[Change, str]]:
    return [(case.change, case.subject_ref) for case in list_cases(session, actor, found.id).items]


def test_cuts_that_a_lower_limit_forbids_become_breaches(
    session: Session, people: People, centre: Centre, run
) -> None:
    item = make_auctioned(session, people.office, 4)
    other = make_auctioned(session, people.foreign, 2)
    before = picture(session)
    found = run("max_reduction_pct", "8")
    assert found.totals == {Change.BECOMES_BREACH: 4}
    assert (found.judged, found.changed) == (4, 4)
    by_office = {figure.office_id: figure.number for figure in found.figures}
    assert by_office == {people.office.id: 3, people.foreign.id: 1}
    listed = cases(session, centre.head, found)
    assert sorted(ref for _change, ref in listed) == sorted(
        [item.lot.reference] * 3 + [other.lot.reference]
    )
    assert picture(session) == before


def test_a_breach_that_a_higher_limit_allows_stops_being_one(
    session: Session, people: People, run
) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    for number, price in enumerate((1000, 900, 750), 1):
        make_round(session, lot, number, date(2026, 8, number), FAILED, Decimal(price))
    found = run("max_reduction_pct", "20")
    assert found.totals == {Change.STOPS_BREACH: 1, Change.SAME: 1}


def test_a_price_rounded_by_a_few_dong_is_no_breach_in_a_trial_either(
    session: Session, people: People, run
) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    for number, price in enumerate((1_224_328_527, 1_101_895_673), 1):
        make_round(session, lot, number, date(2026, 8, number), FAILED, Decimal(price))
    assert run("max_reduction_pct", "15").totals == {Change.SAME: 1}


def test_a_reduction_is_judged_by_the_day_of_its_decision_and_counted_once(
    session: Session, people: People, at: datetime, run
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, 1_000_000_000, at=at)
    row = (
        "INSERT INTO price_reduction (lot_id, round_id, office_id, old_price, new_price, percent,"
        " decision_number, decided_on, article, recorded_at) SELECT lot_id, id, office_id,"
        " 1000000000, 920000000, 8, '1/QĐ', :on, 'L25', now() FROM auction_round"
        " WHERE lot_id = :lot"
    )
    session.execute(text(row), {"lot": lot.id, "on": at.date()})
    assert run("max_reduction_pct", "5").totals == {Change.BECOMES_BREACH: 1}
    make_round(session, lot, 2, at.date() + timedelta(days=9), None, Decimal(920_000_000))
    assert run("max_reduction_pct", "5").judged == 1


def test_only_the_days_asked_for_are_judged(session: Session, people: People, run) -> None:
    make_auctioned(session, people.office, 4)
    found = run("max_reduction_pct", "8", since=date(2026, 2, 1), until=date(2026, 3, 1))
    assert found.totals == {Change.BECOMES_BREACH: 2}
    assert (found.since, found.until) == (date(2026, 2, 1), date(2026, 3, 1))


def test_a_lower_tier_flags_more_assets_and_the_rest_earlier(
    session: Session, people: People, centre: Centre, run
) -> None:
    two, four, one = (make_auctioned(session, people.office, n) for n in (2, 4, 1))
    found = run("failed_rounds_flag", "2", scope="attention")
    assert cases(session, centre.head, found) == [
        (Change.RAISED, two.ref),
        (Change.MOVED, four.ref),
    ]
    assert one.ref not in {ref for _change, ref in cases(session, centre.head, found)}
    higher = run("failed_rounds_flag", "5", scope="attention")
    assert cases(session, centre.head, higher) == [(Change.NOT_RAISED, four.ref)]


def test_an_outcome_that_comes_to_count_raises_flags(
    session: Session, people: People, centre: Centre, run
) -> None:
    stopped = [FAILED, Outcome.STOPPED, FAILED]
    item = make_auctioned(session, people.office, outcomes=stopped)
    codes = (
        "failed_no_registration, failed_no_bid, failed_winner_refused_to_sign,"
        " failed_bid_withdrawn, failed_winner_refused, failed_single_registrant_not_allowed,"
        " failed_inferred"
    )
    found = run("counted_outcomes", f"{codes}, stopped")
    assert cases(session, centre.head, found) == [(Change.RAISED, item.ref)]
    assert run("counted_outcomes", codes).changed == 0


def test_an_outcome_that_no_longer_counts_takes_flags_away(
    session: Session, people: People, centre: Centre, run
) -> None:
    item = make_auctioned(session, people.office, 3)
    found = run("counted_outcomes", "failed_no_bid")
    assert cases(session, centre.head, found) == [(Change.NOT_RAISED, item.ref)]


def test_a_run_that_is_not_ended_by_a_sale_goes_on(
    session: Session, people: People, centre: Centre, run
) -> None:
    outcomes = [FAILED, FAILED, Outcome.DEFAULTED, FAILED]
    item = make_auctioned(session, people.office, outcomes=outcomes)
    found = run("resetting_outcomes", "sold, defaulted")
    assert cases(session, centre.head, found) == [(Change.NOT_RAISED, item.ref)]


def test_what_somebody_ruled_on_a_round_goes_before_a_draft(
    session: Session, people: People, at: datetime, run
) -> None:
    item = make_auctioned(session, people.office, outcomes=[FAILED, Outcome.STOPPED, FAILED])
    session.add(
        RoundRuling(
            round_id=item.rounds[1].id,
            lot_id=item.lot.id,
            office_id=people.office.id,
            meaning="neither",
            ground="wrong_code",
            article="PA16 Art. 52",
            ruled_on=at.date(),
            author_name="Người thử",
            recorded_at=at,
        )
    )
    session.flush()
    assert run("counted_outcomes", "failed_no_registration, stopped").totals == {}


def test_due_dates_move_and_what_was_in_time_comes_to_be_late(
    session: Session, people: People, centre: Centre, run
) -> None:
    early, late, open_one = (make_auctioned(session, people.office, 1) for _n in range(3))
    make_deadline(session, early, date(2026, 8, 3), date(2026, 8, 5))
    make_deadline(session, late, date(2026, 8, 3), date(2026, 9, 1))
    make_deadline(session, open_one, date(2026, 11, 20), None)
    found = run("pay_due", "10")
    assert {ref: change for change, ref in cases(session, centre.head, found)} == {
        early.lot.reference: Change.DUE_MOVED,
        late.lot.reference: Change.LATE,
        open_one.lot.reference: Change.DUE_MOVED,
    }
    longer = run("pay_due", "2", unit=Unit.MONTH)
    assert Change.LATE not in longer.totals


def test_what_was_late_comes_to_be_in_time(session: Session, people: People, run) -> None:
    item = make_auctioned(session, people.office, 1)
    make_deadline(session, item, date(2026, 8, 3), date(2026, 9, 20))
    assert run("pay_due", "60").totals == {Change.IN_TIME: 1}
    assert run("pay_due", "60", until=date(2026, 8, 2)).totals == {}


def told_before(session: Session, office: Office, days: int, kind: str = "movable") -> AuctionRound:
    """A round announced some calendar days before it was held."""
    asset = make_asset(session, office)
    asset.kind = kind
    lot = make_lot(session, office, asset)
    held = make_round(session, lot, 1, date(2026, 9, 21), FAILED, Decimal(10**9))
    held.announced_on = date(2026, 9, 21) - timedelta(days=days)
    session.flush()
    return held


def test_rounds_told_too_late_for_a_draft_become_breaches(
    session: Session, people: People, run
) -> None:
    told_before(session, people.office, 20, "house")
    told_before(session, people.office, 12, "movable")
    assert run("posting_immovable", "30").totals == {Change.BECOMES_BREACH: 1}
    assert run("posting_immovable", "10").totals == {Change.SAME: 1}
    assert run("posting_movable", "10").totals == {Change.BECOMES_BREACH: 1}


def test_rounds_that_the_simplified_procedure_was_open_to_are_not_judged_by_the_usual_periods(
    session: Session, people: People, run
) -> None:
    """Small worth, two failed auctions before, gold (PA16 Art. 53(1); D152/26 Art. 61(3))."""
    small = told_before(session, people.office, 5, "movable")
    small.starting_price = Decimal(49_999_999)
    told_before(session, people.office, 5, "gold")
    for failed in (1, 2):
        item = make_auctioned(session, people.office, failed=failed, start=date(2026, 7, 6))
        third = make_round(session, item.lot, 9, date(2026, 9, 21), FAILED, Decimal(10**9))
        third.announced_on = date(2026, 9, 16)
    session.flush()
    assert run("posting_movable", "8").totals == {Change.SAME: 1}
    assert run("posting_movable", "2").totals == {Change.STOPS_BREACH: 1}


def test_each_notice_that_was_recorded_is_judged_by_its_own_rule(
    session: Session, people: People, at: datetime, run
) -> None:
    held = told_before(session, people.office, 3, "house")
    insert = (
        "INSERT INTO lot_notice (lot_id, office_id, round_number, kind, place, from_on,"
        " recorded_at) VALUES (:lot, :office, 1, :kind, :place, :on, :at)"
    )
    for kind, place, day in (
        ("posting", "organisation_office", 20),
        ("posting", "commune_peoples_committee", 18),
        ("announcement", "press", 28),
        ("announcement", "portal", 18),
    ):
        on = date(2026, 9, 21) - timedelta(days=day)
        said = {"lot": held.lot_id, "office": people.office.id, "kind": kind, "place": place}
        session.execute(text(insert), {**said, "on": on, "at": at})
    assert run("posting_immovable", "19").totals == {Change.BECOMES_BREACH: 1}
    assert run("posting_immovable", "12").totals == {Change.SAME: 1}
    second = {"scope": "immovable"}
    assert run("announce_second_before", "19", **second).totals == {Change.BECOMES_BREACH: 1}
    assert run("announce_second_before", "10", **second).totals == {Change.SAME: 1}
    assert run("announce_spacing", "9").totals == {Change.BECOMES_BREACH: 1}
    assert run("announce_spacing", "1").totals == {Change.SAME: 1}


def test_deposits_outside_the_range_of_a_draft_become_breaches(
    session: Session, people: People, run
) -> None:
    item = make_auctioned(session, people.office, 2)
    for held, share in zip(item.rounds, (10, 25), strict=True):
        held.deposit = held.starting_price * share / 100
    session.flush()
    assert run("deposit_pct", "15", scope="least").totals == {
        Change.BECOMES_BREACH: 1,
        Change.SAME: 1,
    }
    assert run("deposit_pct", "30", scope="most").totals == {
        Change.STOPS_BREACH: 1,
        Change.SAME: 1,
    }


def test_a_higher_threshold_lets_the_officer_price_more_things(
    session: Session, people: People, at: datetime, run
) -> None:
    for amount in (20_000_000, 40_000_000, 90_000_000):
        make_valuation(session, people.office, amount, at)
    found = run("small_value_threshold", "10", region="region_1")
    assert found.totals == {Change.NOW_SMALL: 1, Change.SAME: 2}
    flat = run("small_value_threshold", "10000000", unit=Unit.VND, region="region_1")
    assert flat.totals == {Change.NOT_SMALL: 1, Change.SAME: 2}
