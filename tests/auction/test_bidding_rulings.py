"""What a round means may be ruled apart from what happened: counters, flags, prices follow."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auction.bidding.models import RoundRuling
from auction.bidding.queries import asset_history, check_runs, lines_of_lot, runs_of
from auction.bidding.rules import (
    Held,
    Meaning,
    NothingToRule,
    Outcome,
    RuledSo,
    SaleGone,
    SaleStands,
)
from auction.deadlines.queries import deadlines_of
from auction.life.queries import life_of
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import get_lot
from auction.lots.rules import LotStep, PriceTooLow, RoundDidNotFail
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling, rule_round
from auction.outcomes.queries import lot_file
from auction.outcomes.schemas import NewRuling
from auction.reviews.commands import sweep
from auction.reviews.models import Flag
from auction.reviews.queries.standings import lots_by_failures
from auction.sales.commands.paying import default_sale
from auction.sales.schemas import NewDefault
from inventory.base.actor import SYSTEM, Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, NotFound
from tests.make.auction import (
    FAILED,
    Auctioned,
    close_round,
    fail_round,
    make_asset,
    make_auctioned,
    make_formed_lot,
    make_lot,
    make_round,
    new_reduction,
    new_round,
    schedule_round,
)
from tests.make.money import make_sold
from tests.make.organisation import People

Become = Callable[[Actor], Actor]
BILLION = 1_000_000_000
WEEK = timedelta(days=7)
AS_OF = date(2026, 11, 23)


def ruling(meaning: Meaning, **said: object) -> NewRuling:
    facts = {"ground": "Tổ chức đấu giá niêm yết sai", "article": "PA16 Art. 35"}
    return NewRuling(**{"meaning": meaning, **facts, **said})


def rule(
    session: Session,
    who: Actor,
    item: Lot,
    number: int,
    meaning: Meaning,
    at: datetime,
    **said: object,
) -> RoundRuling:
    return give_ruling(session, who, item.reference, number, ruling(meaning, **said), at=at)


def failed(session: Session, item: Auctioned) -> tuple[int, int]:
    run = runs_of(session, [item.asset.id])[item.asset.id]
    return run.held_rounds, run.failed_in_a_row


def flags(session: Session, item: Auctioned) -> list[tuple[int, int, str | None]]:
    rows = session.execute(
        select(Flag.tier, Flag.run_number, Flag.closed_reason)
        .where(Flag.asset_id == item.asset.id)
        .order_by(Flag.id)
    )
    return [(tier, run, why) for tier, run, why in rows]


def run_sweep(session: Session, at: datetime) -> None:
    sweep(lambda: nullcontext(session), SYSTEM, AS_OF, at=at)


def standing(session: Session, lot: Lot, on: date = AS_OF) -> int | None:
    with lots_by_failures(session, on, at_least=1) as found:
        return {one.lot: one.failed_in_a_row for one in found.lots}.get(lot.reference)


def test_a_round_that_is_ruled_not_to_count_leaves_counter_flags_and_standing(
    session: Session, people: People, at: datetime
) -> None:
    item = make_auctioned(session, people.office, 3)
    run_sweep(session, at)
    assert flags(session, item) == [(3, 1, None)]
    assert standing(session, item.lot) == 3

    made = rule(session, people.inspector, item.lot, 2, Meaning.NEITHER, at)

    assert failed(session, item) == (2, 2)
    assert flags(session, item) == [(3, 1, "ruled")]
    assert standing(session, item.lot) == 2
    assert standing(session, item.lot, AS_OF - WEEK) == 3, "on an earlier day it still counted"
    assert check_runs(session) == []
    assert (made.author_name, made.ruled_on) == (people.inspector.name, AS_OF)
    line = lines_of_lot(session, item.lot.id)[1]
    assert line.outcome is not None
    assert (line.outcome.code, line.outcome.held) == (FAILED, None), "what happened stays"
    assert [one.id for one in line.rulings] == [made.id]
    history = asset_history(session, [item.asset.id])
    assert [one.failed_in_a_row for one in history] == [1, 1, 2]


def test_a_later_ruling_keeps_the_earlier_and_the_flag_is_raised_anew(
    session: Session, people: People, at: datetime
) -> None:
    item = make_auctioned(session, people.office, 5)
    run_sweep(session, at)
    rule(session, people.inspector, item.lot, 5, Meaning.NEITHER, at)
    assert flags(session, item) == [(3, 1, "ruled"), (5, 1, "ruled"), (3, 2, None)]
    run_sweep(session, at)
    assert len(flags(session, item)) == 3

    second = rule(session, people.head, item.lot, 5, Meaning.FAILED, at + WEEK)
    run_sweep(session, at + WEEK)

    assert failed(session, item) == (5, 5)
    assert flags(session, item)[2:] == [(3, 2, None), (5, 2, None)]
    kept = session.scalars(select(RoundRuling).order_by(RoundRuling.id)).all()
    assert [one.supersedes_id for one in kept] == [None, kept[0].id]
    assert kept[1].id == second.id
    assert standing(session, item.lot, AS_OF + 2 * WEEK) == 5
    assert check_runs(session) == []


def test_a_sale_that_fell_away_opens_the_lot_again_at_the_same_price(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, BILLION, at=at - 2 * WEEK)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at - WEEK), at=at)
    close_round(session, people, lot, 2, Outcome.SOLD, at=at, sale_price=BILLION)
    (asset,) = get_lot(session, SYSTEM, lot.reference).assets
    sold = runs_of(session, [asset.id])[asset.id]
    assert (sold.failed_in_a_row, sold.run_number, lot.awaits) == (0, 2, None)

    held_round = lot_file(session, SYSTEM, lot.reference, AS_OF).rounds[1].round
    rule_round(
        session,
        people.officer,
        session.get_one(AuctionRound, held_round.id),
        Meaning.NEITHER,
        "Người mua không nộp tiền",
        article="D152/26 Art. 65(1)",
        on=AS_OF,
        at=at,
    )

    run = runs_of(session, [asset.id])[asset.id]
    assert (run.failed_in_a_row, run.held_rounds, run.run_number) == (1, 1, 2)
    assert (lot.closed_on, lot.awaits, lot.awaits_on) == (None, LotStep.ROUND, AS_OF)
    file = lot_file(session, SYSTEM, lot.reference, AS_OF)
    assert file.next_price is not None
    assert (file.next_price.lowest, file.next_price.highest) == (BILLION, BILLION)
    assert standing(session, lot) == 1


@pytest.mark.parametrize("meaning", [Meaning.FAILED, Meaning.NEITHER])
def test_while_a_sale_stands_nobody_rules_its_round_away(
    session: Session, people: People, at: datetime, meaning: Meaning
) -> None:
    """PA16 Art. 72: the result is annulled or the buyer defaults first; else two could buy."""
    lot = make_formed_lot(session, people, at=at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at - WEEK), at=at)
    close_round(session, people, lot, 1, Outcome.SOLD, at=at, sale_price=BILLION)
    with pytest.raises(SaleStands) as refused:
        rule(session, people.head, lot, 1, meaning, at)
    assert refused.value.article == "PA16 Art. 72; D152/26 Art. 67(4)"
    assert lot.closed_on is not None


def test_a_sale_that_fell_away_does_not_come_back_by_a_ruling(
    session: Session, people: People, at: datetime
) -> None:
    """PA16 Art. 72, 73: the lot is offered again, or taken otherwise; else two could buy."""
    sale = make_sold(session, people, at=at - WEEK)
    new = NewDefault(cancelled_on=local_day(at), document="12/TB-HGK", refused_in_writing=True)
    default_sale(session, people.officer, sale.id, new, at=at)
    lot = session.get_one(Lot, sale.lot_id)
    assert lot.closed_on is None
    with pytest.raises(SaleGone) as refused:
        rule(session, people.head, lot, 1, Meaning.SOLD, at)
    assert refused.value.article == "PA16 Art. 72; D152/26 Art. 67(4)"
    assert lot.closed_on is None


def test_a_reduction_after_a_round_that_no_longer_counts_lowers_nothing(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, BILLION, at=at)
    new = new_reduction(900_000_000, AS_OF)
    reduce_price(session, people.officer, lot.reference, 1, new, at=at)
    rule(session, people.head, lot, 1, Meaning.NEITHER, at)
    with pytest.raises(PriceTooLow):
        schedule_round(
            session, people.officer, lot.reference, new_round(800_000_000, at + 3 * WEEK), at=at
        )
    price = lot_file(session, SYSTEM, lot.reference, AS_OF).next_price
    assert price is not None
    assert (price.lowest, price.decided) == (Decimal(BILLION), False)
    with pytest.raises(RoundDidNotFail):
        reduce_price(
            session, people.officer, lot.reference, 1, new_reduction(890_000_000, AS_OF, "2"), at=at
        )
    rule(session, people.head, lot, 1, Meaning.FAILED, at)
    price = lot_file(session, SYSTEM, lot.reference, AS_OF).next_price
    assert price is not None
    assert (price.lowest, price.decided) == (Decimal(900_000_000), True)


def test_only_inspector_and_head_rule_and_only_on_what_they_see(
    session: Session, people: People, at: datetime, become: Become
) -> None:
    here = make_auctioned(session, people.office, 1).lot.reference
    elsewhere = make_auctioned(session, people.foreign, 1).lot.reference
    new = ruling(Meaning.NEITHER)
    for who in (people.officer, people.keeper, people.administrator):
        with pytest.raises(Forbidden):
            give_ruling(session, become(who), here, 1, new, at=at)
    with pytest.raises(NotFound):
        give_ruling(session, become(people.head), elsewhere, 1, new, at=at)
    give_ruling(session, become(people.inspector), elsewhere, 1, new, at=at)


def test_there_is_nothing_to_rule_without_an_outcome_or_where_it_means_that_already(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at)
    with pytest.raises(NothingToRule):
        rule(session, people.head, lot, 1, Meaning.NEITHER, at)
    item = make_auctioned(session, people.office, 1)
    with pytest.raises(RuledSo):
        rule(session, people.head, item.lot, 1, Meaning.FAILED, at)
    before = date(2026, 1, 11)
    with pytest.raises(Invalid) as refused:
        rule(session, people.head, item.lot, 1, Meaning.NEITHER, at, ruled_on=before)
    assert set(refused.value.fields) == {"ruled_on"}


def test_a_ruling_is_never_changed(
    session: Session, people: People, at: datetime, become: Become
) -> None:
    item = make_auctioned(session, people.office, 1)
    rule(session, become(people.head), item.lot, 1, Meaning.NEITHER, at)
    with pytest.raises(ProgrammingError):
        session.execute(text("UPDATE round_ruling SET meaning = 'failed'"))


def test_a_stopped_round_may_be_ruled_a_failure(
    session: Session, people: People, at: datetime
) -> None:
    item = make_auctioned(session, people.office, outcomes=[FAILED, Outcome.STOPPED, FAILED])
    rule(session, people.inspector, item.lot, 2, Meaning.FAILED, at)
    assert failed(session, item) == (3, 3)
    line = lines_of_lot(session, item.lot.id)[1]
    assert line.outcome is not None
    assert line.outcome.held is Held.FAILED
    assert standing(session, item.lot) == 3


def life(session: Session, lot: Lot) -> tuple[str, list[str], list[str]]:
    """Where the asset of a lot stands, its last steps, and what they say was passed over."""
    ref = get_lot(session, SYSTEM, lot.reference).assets[0].reference
    told = life_of(session, SYSTEM, ref, AS_OF)
    return told.state, [one.step for one in told.steps][-2:], told.unrecorded


def open_limits(session: Session, lot: Lot) -> set[str]:
    rows = deadlines_of(session, SYSTEM, "lot", lot.reference)
    return {one.rule_key for one in rows if one.met_on is None and one.voided_on is None}


@pytest.mark.parametrize("code", [Outcome.STOPPED, Outcome.PAUSED])
def test_a_stopped_round_ruled_a_failure_is_followed_by_a_reduction_in_turn(
    session: Session, people: People, at: datetime, code: Outcome
) -> None:
    lot = make_formed_lot(session, people, at=at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at)
    close_round(session, people, lot, 1, code, at=at)
    before = life(session, lot)[2]

    made = rule(session, people.head, lot, 1, Meaning.FAILED, at)

    state, steps, unrecorded = life(session, lot)
    assert (state, steps) == ("failed", [code.value, "round_failed"])
    assert unrecorded == before, "the opening did not happen; nothing was left out"
    assert {"failure_notice_to_parties", "reduction_decision_due"} <= open_limits(session, lot)
    reduced = new_reduction(900_000_000, AS_OF)
    reduce_price(session, people.officer, lot.reference, 1, reduced, at=at)
    assert life(session, lot)[:2] == ("reduced", ["round_failed", "price_reduced"])
    price = lot_file(session, SYSTEM, lot.reference, AS_OF).next_price
    assert price is not None
    assert price.lowest == Decimal(900_000_000)
    assert made.ruled_on == AS_OF


@pytest.mark.parametrize(
    ("ruled_on", "called"), [(date(2025, 3, 10), True), (date(2026, 7, 6), False)]
)
def test_a_ruling_that_makes_the_first_failure_calls_the_parties_under_the_old_law_only(
    session: Session, people: People, at: datetime, ruled_on: date, called: bool
) -> None:
    lot = make_lot(session, people.office, make_asset(session, people.office))
    for number, day in ((1, date(2025, 3, 3)), (2, date(2025, 5, 5))):
        make_round(session, lot, number, day, None, Decimal(BILLION))
        code = Outcome.STOPPED
        close_round(session, people, lot, number, code, at=at, notified_on=day)
        on = ruled_on if number == 1 else max(ruled_on, date(2025, 5, 12))
        rule(session, people.head, lot, number, Meaning.FAILED, at, ruled_on=on)
    found = [
        (one.started_on, one.article)
        for one in deadlines_of(session, people.officer, "lot", lot.reference)
        if one.rule_key == "reduction_agreement_call"
    ]
    assert found == ([(ruled_on, "L08 Art. 104(1)")] if called else [])
    again = [(2, Meaning.NEITHER, date(2025, 5, 13)), (1, Meaning.NEITHER, date(2025, 5, 14))]
    for number, meaning, on in again if called else ():
        rule(session, people.head, lot, number, meaning, at, ruled_on=on)
    assert "reduction_agreement_call" not in open_limits(session, lot), "with the failure"


def test_withdrawing_the_ruling_takes_its_consequences_back_by_a_step_of_its_own(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at)
    close_round(session, people, lot, 1, Outcome.STOPPED, at=at)
    rule(session, people.head, lot, 1, Meaning.FAILED, at)

    rule(session, people.head, lot, 1, Meaning.NEITHER, at)

    assert life(session, lot)[:2] == ("contracted", ["round_failed", "failure_withdrawn"])
    assert not {"failure_notice_to_parties", "reduction_decision_due"} & open_limits(session, lot)
    asset_id = get_lot(session, SYSTEM, lot.reference).assets[0].id
    assert runs_of(session, [asset_id])[asset_id].failed_in_a_row == 0
    price = lot_file(session, SYSTEM, lot.reference, AS_OF).next_price
    assert price is not None
    assert price.lowest == Decimal(BILLION)
    with pytest.raises(RoundDidNotFail):
        reduce_price(
            session, people.officer, lot.reference, 1, new_reduction(900_000_000, AS_OF), at=at
        )
    again = new_round(BILLION, at + 4 * WEEK)
    assert schedule_round(session, people.officer, lot.reference, again, at=at).number == 2
    assert life(session, lot)[0] == "announced"


def test_a_failure_that_counts_again_brings_its_price_decision_back(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    fail_round(session, people, lot, BILLION, at=at)
    reduced = new_reduction(900_000_000, AS_OF)
    reduce_price(session, people.officer, lot.reference, 1, reduced, at=at)
    rule(session, people.head, lot, 1, Meaning.NEITHER, at)
    assert life(session, lot)[0] == "contracted"
    rule(session, people.head, lot, 1, Meaning.FAILED, at)
    assert life(session, lot)[:2] == ("reduced", ["round_failed", "price_reduced"])


def test_a_ruling_on_a_round_that_others_followed_leaves_the_life_as_it_went_on(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, at=at)
    schedule_round(session, people.officer, lot.reference, new_round(BILLION, at + 3 * WEEK), at=at)
    close_round(session, people, lot, 1, Outcome.STOPPED, at=at)
    again = new_round(BILLION, at + 4 * WEEK)
    schedule_round(session, people.officer, lot.reference, again, at=at)
    rule(session, people.inspector, lot, 1, Meaning.FAILED, at)
    assert life(session, lot)[0] == "announced"
