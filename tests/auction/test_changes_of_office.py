"""An asset goes to another office: its failures, price, flag and limits go with it (L25 Art. 50).

What the first office did stays its own: the other one reads of it what concerns the asset.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.models import AssetRound, FailureRun
from auction.bidding.queries import check_runs
from auction.bidding.rules import Meaning, Outcome
from auction.costs.commands import enter_cost
from auction.costs.queries import list_costs
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.deadlines.commands import meet_by_act, set_deadline
from auction.deadlines.queries import deadlines_of_asset, get_deadline
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import list_holds
from auction.holds.rules import HoldKind, OnHold
from auction.life.queries import life_of
from auction.lots.commands import form_lot
from auction.lots.elsewhere import AssetElsewhere, LotOfAnotherOffice, SoldHere
from auction.lots.models import Lot, LotAsset
from auction.lots.queries import get_lot, list_lots, read_lot
from auction.lots.relotting import relot
from auction.lots.rules import (
    AssetInOpenLot,
    PriceTooLow,
)
from auction.lots.schemas import NewLot, NewPart, NewRelot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.queries import lot_file
from auction.outcomes.schemas import NewRuling
from auction.reviews.commands import conclude_review, open_review, sweep, write_finding
from auction.reviews.queries.flags import count_open
from auction.reviews.queries.history import history_of
from auction.reviews.queries.reviews import list_reviews
from auction.valuations.queries import get_asset, list_valuations
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.base.errors import NotFound
from tests.make.auction import (
    close_round,
    fail_round,
    make_formed_lot,
    new_reduction,
    new_round,
    under_contract,
)
from tests.make.holds import finish_hold, make_hold
from tests.make.inventory import make_place
from tests.make.moving import become, make_moved, send_over
from tests.make.organisation import People
from tests.make.reviews import conclusion, finding

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = AT.date()
LIMIT = "reduction_decision_due"
PRICES = (600_000_000, 400_000_000)
FAILED = 3
LAST = Decimal(810_000_000)
"""What the lot was last offered at."""


class Story(NamedTuple):
    """Two assets that failed together: the first went to the other office, the second stayed."""

    lot: str
    gone: str
    gone_id: int
    stayed: str
    deadline: int


@pytest.fixture
def story(session: Session, people: People) -> Story:
    store = make_place(session, people.keeper, at=AT)
    lot = make_formed_lot(session, people, *PRICES, at=AT, place=store)
    gone, stayed = (one for one in get_lot(session, SYSTEM, lot.reference).assets)
    _fail_three_times(session, people, lot)
    spent = NewCost(
        kind=CostKind.STORAGE, amount=Decimal(5_000_000), spent_on=TODAY, document="HD-1"
    )
    enter_cost(session, people.officer, gone.reference, spent, at=AT)
    subject = DeadlineSubject("asset", gone.reference, people.office.id, asset_id=gone.id)
    limit = set_deadline(session, people.officer, LIMIT, TODAY, subject, at=AT)
    sweep(lambda: nullcontext(session), SYSTEM, TODAY, at=AT)
    part = NewPart(assets=[stayed.reference], description="Tài sản còn lại")
    new = NewRelot(lots=[lot.reference], parts=[part], reason="Ủy thác xử lý tài sản")
    relot(session, people.officer, new, at=AT)
    make_moved(session, people, store, gone.reference, at=AT)
    return Story(lot.reference, gone.reference, gone.id, stayed.reference, limit.id)


def _fail_three_times(session: Session, people: People, lot: Lot) -> None:
    price = Decimal(sum(PRICES))
    for number in range(1, FAILED + 1):
        fail_round(session, people, lot, price, at=AT)
        if number < FAILED:
            price = price * 9 / 10
            decided = new_reduction(price, TODAY, f"{number}/QĐ-GG")
            reduce_price(session, people.officer, lot.reference, number, decided, at=AT)


def test_the_new_office_sees_all_that_happened_to_the_asset(
    session: Session, people: People, story: Story
) -> None:
    there = become(session, people.foreign_officer)
    told = history_of(session, there, story.gone)
    assert (told.asset.failed_in_a_row, told.asset.office) == (FAILED, "THADS tỉnh Khác")
    assert [line.lot for line in told.rounds] == [story.lot] * FAILED
    assert [line.outcome.code for line in told.rounds if line.outcome] == [
        "failed_no_registration"
    ] * FAILED
    assert len([line for line in told.rounds if line.reduction]) == FAILED - 1
    assert [flag.closed_at for flag in told.flags] == [None]
    assert len(told.grounds) == 1
    life = life_of(session, there, story.gone, TODAY)
    assert [step.lot for step in life.steps if step.step == "round_failed"] == [story.lot] * FAILED
    assert story.deadline in [one.id for one in life.due]
    asset = get_asset(session, there, story.gone)
    values = list_valuations(session, there, asset, TODAY)
    assert [value.amount for value in values] == [Decimal(PRICES[0])]
    costs = list_costs(session, there, story.gone_id, None)
    assert [cost.amount for cost in costs.items] == [Decimal(5_000_000)]


def test_the_new_office_offers_it_on_where_the_first_one_stopped(
    session: Session, people: People, story: Story
) -> None:
    there = become(session, people.foreign_officer)
    new = NewLot(assets=[story.gone], description="Tài sản nhận ủy thác")
    lot = form_lot(session, there, new, at=AT)
    under_contract(session, lot)
    share = LAST * PRICES[0] / sum(PRICES)
    shown = lot_file(session, there, lot.reference, TODAY)
    assert shown.next_price is not None
    assert shown.next_price.lowest == share
    assert [run.failed_in_a_row for run in shown.runs] == [FAILED]
    soon = AT - timedelta(hours=1)
    with pytest.raises(PriceTooLow) as refused:
        schedule_round(session, there, lot.reference, new_round(share - 1, soon), at=AT)
    assert refused.value.params["brought"] == share
    fail_round(session, people, lot, share, at=AT, by=there)
    decided = new_reduction(share * 9 / 10, TODAY, "1/QĐ-GG")
    reduce_price(session, there, lot.reference, 1, decided, at=AT)
    fail_round(session, people, lot, share * 9 / 10, at=AT, by=there)
    become(session, SYSTEM)
    run = session.get_one(FailureRun, story.gone_id)
    assert (run.failed_in_a_row, run.office_id) == (FAILED + 2, people.foreign.id)
    assert check_runs(session) == []


def test_of_the_old_lot_the_new_office_reads_the_rounds_and_its_own_line(
    session: Session, people: People, story: Story
) -> None:
    there = become(session, people.foreign_officer)
    shown = lot_file(session, there, story.lot, TODAY)
    assert [asset.reference for asset in shown.lot.assets] == [story.gone]
    assert [line.round.number for line in shown.rounds] == [1, 2, 3]
    assert list_lots(session, there).items == []
    assert session.scalars(select(LotAsset.asset_id)).all() == [story.gone_id]
    assert set(session.scalars(select(AssetRound.asset_id))) == {story.gone_id}
    with pytest.raises(NotFound):
        history_of(session, there, story.stayed)
    with pytest.raises(LotOfAnotherOffice):
        schedule_round(session, there, story.lot, new_round(LAST, AT), at=AT)
    third = become(session, people.foreign_keeper)
    assert [asset.reference for asset in read_lot(session, third, story.lot).assets] == [story.gone]


def test_the_first_office_reads_what_it_did_and_writes_nothing_more_on_the_asset(
    session: Session, people: People, story: Story
) -> None:
    here = become(session, people.officer)
    shown = lot_file(session, here, story.lot, TODAY)
    assert [line.round.number for line in shown.rounds] == [1, 2, 3]
    assert len([line for line in shown.rounds if line.reduction]) == FAILED - 1
    assert [asset.reference for asset in shown.lot.assets] == [story.stayed]
    assert len(session.scalars(select(LotAsset.asset_id)).all()) == 3
    with pytest.raises(NotFound):
        get_asset(session, here, story.gone)
    with pytest.raises(NotFound):
        get_deadline(session, here, story.deadline)
    own = {"gone": story.gone_id}
    for table in ("failure_run", "valuation"):
        changed = f"SELECT asset_id FROM {table} WHERE asset_id = :gone FOR UPDATE"
        assert session.execute(text(changed), own).all() == []
    ruling = NewRuling(meaning=Meaning.NEITHER, ground="Chưa niêm yết", article="PA16 Art. 35")
    with pytest.raises(AssetElsewhere):
        give_ruling(session, become(session, people.head), story.lot, 3, ruling, at=AT)
    give_ruling(session, become(session, people.inspector), story.lot, 3, ruling, at=AT)
    become(session, SYSTEM)
    assert session.get_one(FailureRun, story.gone_id).failed_in_a_row == FAILED - 1


def test_its_flag_and_its_limits_are_the_new_offices_to_answer(
    session: Session, people: People, story: Story
) -> None:
    here = become(session, people.officer)
    assert count_open(session, here) == 1  # of what stayed
    there = become(session, people.foreign_officer)
    assert count_open(session, there) == 1
    due = [one for one in deadlines_of_asset(session, there, story.gone_id) if one.met_on is None]
    assert story.deadline in [one.id for one in due]
    gone = session.get_one(Asset, story.gone_id)
    subject = DeadlineSubject("asset", gone.reference, gone.office_id, asset_id=gone.id)
    assert meet_by_act(session, there, LIMIT, subject, met_on=TODAY, at=AT) == 1
    assert get_deadline(session, there, story.deadline).met_on == TODAY
    inspector = become(session, people.inspector)
    review = open_review(session, inspector, story.gone, at=AT)
    write_finding(session, inspector, review.id, finding(), at=AT)
    conclude_review(session, inspector, review.id, 2, conclusion(), at=AT)
    there = become(session, people.foreign_officer)
    assert count_open(session, there) == 0
    assert [one.id for one in history_of(session, there, story.gone).reviews] == [review.id]


def test_a_review_and_a_hold_that_are_open_go_on_in_the_new_office(
    session: Session, people: People
) -> None:
    store = make_place(session, people.keeper, at=AT)
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = get_lot(session, SYSTEM, lot.reference).assets
    review = open_review(session, people.inspector, asset.reference, at=AT)
    write_finding(session, people.inspector, review.id, finding(), at=AT)
    hold = make_hold(session, people.officer, HoldKind.DISPUTE, asset.reference, TODAY, at=AT)
    with pytest.raises(AssetInOpenLot):
        send_over(session, people, store, asset.reference, at=AT)
    become(session, people.officer)
    withdrawn = NewRelot(lots=[lot.reference], parts=[], reason="Ủy thác xử lý tài sản")
    assert relot(session, people.officer, withdrawn, at=AT) == []
    assert get_lot(session, people.officer, lot.reference).closed_on == TODAY
    make_moved(session, people, store, asset.reference, at=AT)
    here = become(session, people.officer)
    assert list_holds(session, here).items == []
    assert list_reviews(session, here, TODAY).items == []
    there = become(session, people.foreign_officer)
    assert [one.id for one in list_holds(session, there).items] == [hold.id]
    assert [one.id for one in list_reviews(session, there, TODAY).items] == [review.id]
    (shown,) = history_of(session, there, asset.reference).reviews
    assert len(shown.findings) == 1
    new = NewLot(assets=[asset.reference], description="Tài sản nhận ủy thác")
    again = form_lot(session, there, new, at=AT)
    under_contract(session, again)
    with pytest.raises(OnHold):
        schedule_round(session, there, again.reference, new_round(LAST, AT), at=AT)
    finish_hold(session, there, hold, TODAY, at=AT)
    become(session, SYSTEM)
    assert (hold.office_id, hold.ended_on) == (people.foreign.id, TODAY)


def test_what_was_sold_goes_nowhere_before_the_buyer_has_it(
    session: Session, people: People
) -> None:
    store = make_place(session, people.keeper, at=AT)
    lot = make_formed_lot(session, people, at=AT, place=store)
    (asset,) = get_lot(session, SYSTEM, lot.reference).assets
    opens = new_round(1_000_000_000, AT - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=AT)
    close_round(session, people, lot, 1, Outcome.SOLD, at=AT, sale_price=1_000_000_000)
    with pytest.raises(SoldHere) as refused:
        send_over(session, people, store, asset.reference, at=AT)
    assert refused.value.params["rule"] == "delivery_due"


def test_every_page_that_the_assets_page_leads_to_is_there_for_the_new_office(
    story: Story, browse_as: Callable[[str], TestClient]
) -> None:
    browser = browse_as("foreign_officer")
    page = browser.get(f"/assets/{story.gone}").text
    led = set(re.findall(r'href="(/(?:lots|deadlines|assets|reviews|holds)/[^"#?]+)"', page))
    assert f"/lots/{story.lot}" in led
    for href in sorted(led):
        assert browser.get(href).status_code == 200, href
    lot = browser.get(f"/lots/{story.lot}").text
    assert "THADS tỉnh Thử" in lot
    assert story.stayed not in lot
    assert f"/lots/{story.lot}/relot" not in lot
    assert browser.get(f"/lots/{story.lot}/rounds/1").status_code == 404  # who bid is not theirs
    life = browser.get(f"/assets/{story.gone}/life").text
    for href in sorted(set(re.findall(r'href="(/(?:lots|deadlines|holds)/[^"#?]+)"', life))):
        assert browser.get(href).status_code == 200, href
