"""The co-owners buy first: windows of both laws, several of them, lots drawn, too late."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.queries import find_outcome
from auction.deadlines.queries import deadlines_of
from auction.holds.models import Hold
from auction.holds.rules import HoldKind, OnHold
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.queries import last_round
from auction.offers.commands.priority import (
    answer_priority,
    choose_owner,
    end_priority,
    offer_priority,
    pay_priority,
)
from auction.offers.models import PriorityOffer
from auction.offers.rules import (
    AnsweredBefore,
    ChosenBy,
    DrawNeeded,
    NoCoOwners,
    NotUnderWay,
    PriorityEnd,
    PriorityOpen,
    SumDiffers,
    TooEarly,
    TooLate,
)
from auction.offers.schemas import (
    NewChoice,
    NewLapse,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
)
from auction.sales.queries import list_undelivered
from inventory.assets.queries import get_asset
from inventory.assets.rules import AssetKind
from inventory.base.errors import NotFound
from inventory.titles.commands import record_title
from inventory.titles.rules import OwnerRole
from inventory.titles.schemas import NewOwner, NewTitle
from tests.make.auction import HOUR, make_formed_lot, make_valued_asset, new_round
from tests.make.between import BILLION, Between, lot_of_the_old_law, lot_on_its_way
from tests.make.holds import finish_hold, make_hold
from tests.make.organisation import People

SISTERS = ("Trần Thị Chung", "Trần Thị Riêng")


def own_together(way: Any, reference: str, *, sisters: int = 1, on: date | None = None) -> None:
    """The debtor and his sisters own it in equal parts."""
    owners = [NewOwner(role=OwnerRole.DEBTOR, name="Trần Văn Nợ", over=1, under=1 + sisters)]
    owners += [
        NewOwner(role=OwnerRole.CO_OWNER, name=name, over=1, under=1 + sisters)
        for name in SISTERS[:sisters]
    ]
    new = NewTitle(from_on=on or date(2026, 8, 3), document="GCN 1", owners=owners)
    record_title(way.session, way.people.officer, reference, new, at=way.now)


class Asset(Between):
    """A valued asset in no lot."""

    reference: str

    @property
    def asset(self) -> str:
        return self.reference

    @property
    def asset_id(self) -> int:
        return get_asset(self.session, self.people.officer, self.reference).id


def valued(
    session: Session, people: People, at: datetime, kind: AssetKind = AssetKind.VEHICLE
) -> Asset:
    way = Asset(session, people, None, BILLION, at)  # type: ignore[arg-type]  # it is in no lot
    way.reference = make_valued_asset(session, people, at=at, kind=kind)
    return way


def tell(way: Between) -> PriorityOffer:
    new = NewPriority(told_on=way.today)
    return offer_priority(way.session, way.people.officer, way.asset, new, at=way.now)


def answer(way: Between, owner: str = SISTERS[0], *, accepted: bool = True) -> None:
    new = NewPriorityAnswer(
        owner=owner, accepted=accepted, answered_on=way.today, document=f"Đơn {owner}"
    )
    answer_priority(way.session, way.people.officer, way.asset, new, at=way.now)


def choose(way: Between, owner: str, by: ChosenBy) -> PriorityOffer:
    new = NewChoice(owner=owner, chosen_by=by, chosen_on=way.today, minutes="BB-BT 1")
    return choose_owner(way.session, way.people.officer, way.asset, new, at=way.now)


def pay(way: Between, amount: Decimal | int) -> PriorityOffer:
    new = NewPriorityPayment(paid_on=way.today, amount=Decimal(amount), document="BL-1")
    return pay_priority(way.session, way.people.officer, way.asset, new, at=way.now)


def end(way: Between) -> PriorityOffer:
    new = NewLapse(on=way.today)
    return end_priority(way.session, way.people.officer, way.asset, new, at=way.now)


@pytest.mark.parametrize(
    ("kind", "by", "pay_by"),
    [
        (AssetKind.VEHICLE, date(2026, 12, 1), date(2026, 12, 8)),
        (AssetKind.HOUSE, date(2026, 12, 8), date(2026, 12, 15)),
    ],
)
def test_at_the_first_sale_five_working_days_for_movables_and_fifteen_days_for_land(
    session: Session, people: People, at: datetime, kind: AssetKind, by: date, pay_by: date
) -> None:
    """L25 Art. 83(1)."""
    way = valued(session, people, at, kind)
    own_together(way, way.asset)
    offer = tell(way)
    assert (offer.answer_by_on, offer.pay_by_on) == (by, pay_by)
    assert (offer.price, offer.to_pay) == (BILLION, 500_000_000)
    assert offer.article == "L25 Art. 83(1)"
    assert standing_of(session, [way.asset_id])[way.asset_id].state is State.PRIORITY_OFFERED
    with pytest.raises(PriorityOpen):
        tell(way)


def test_under_the_old_law_one_month_and_later_fifteen_days(
    session: Session, people: People, at: datetime
) -> None:
    """L08 Art. 74(3)."""
    start = datetime(2026, 3, 2, 2, tzinfo=UTC)
    way = lot_of_the_old_law(session, people, at=at, start=start)
    way.now = at
    own_together(way, way.asset, on=date(2026, 1, 5))
    way.now = start
    offer = tell(way)
    assert (offer.answer_by_on, offer.article) == (date(2026, 4, 2), "L08 Art. 74(3)")
    way.until(date(2026, 4, 3))
    end(way)
    way.fail().reduce(agreed=True).announce(40)
    later = tell(way)
    assert later.answer_by_on == date(2026, 4, 20)
    assert later.price == 900_000_000


def test_the_only_co_owner_pays_for_the_debtors_part_and_has_bought(
    session: Session, people: People, at: datetime
) -> None:
    way = valued(session, people, at)
    own_together(way, way.asset)
    tell(way)
    answer(way)
    way.until(date(2026, 12, 7))
    with pytest.raises(SumDiffers):
        pay(way, BILLION)
    paid = pay(way, 500_000_000)
    assert (paid.ending, paid.chosen, paid.chosen_by) == (PriorityEnd.PAID, SISTERS[0], "alone")
    assert standing_of(session, [way.asset_id])[way.asset_id].state is State.SOLD_PAID
    (row,) = list_undelivered(session, people.officer, way.today).items
    assert (row.way, row.buyer, row.state) == ("priority", SISTERS[0], "paid")
    assert (row.price, row.paid) == (BILLION, BILLION)
    dues = deadlines_of(session, people.officer, "lot", row.lot)
    limits = {one.rule_key: one.due_on for one in dues}
    assert limits["delivery_due_non_auction"] == row.delivery_due_on == date(2026, 12, 10)
    told = deadlines_of(session, people.officer, "asset", way.asset)
    assert {one.met_on for one in told if one.rule_key == "priority_pay"} <= {way.today}


def test_who_pays_late_loses_it_to_the_auction(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 83(1)."""
    way = valued(session, people, at)
    own_together(way, way.asset)
    tell(way)
    answer(way)
    with pytest.raises(TooEarly):
        end(way)
    way.until(date(2026, 12, 9))
    with pytest.raises(TooLate) as late:
        pay(way, 500_000_000)
    assert (late.value.article, late.value.params["day"]) == ("L25 Art. 83(1)", date(2026, 12, 8))
    assert end(way).ending == PriorityEnd.UNPAID


def test_an_answer_after_the_time_is_refused_and_the_right_ends(
    session: Session, people: People, at: datetime
) -> None:
    way = valued(session, people, at)
    own_together(way, way.asset)
    tell(way)
    way.until(date(2026, 12, 2))
    with pytest.raises(TooLate) as late:
        answer(way)
    assert late.value.article == "L25 Art. 83(1)"
    assert end(way).ending == PriorityEnd.NOBODY


def test_several_co_owners_agree_or_draw_lots_with_minutes(
    session: Session, people: People, at: datetime
) -> None:
    """D152/26 Art. 63(1)."""
    way = valued(session, people, at)
    own_together(way, way.asset, sisters=2)
    assert tell(way).to_pay == 333_333_334
    answer(way)
    with pytest.raises(TooEarly):
        pay(way, 333_333_334)
    answer(way, SISTERS[1])
    with pytest.raises(DrawNeeded) as draw:
        pay(way, 333_333_334)
    assert draw.value.article == "D152/26 Art. 63(1)"
    with pytest.raises(DrawNeeded):
        choose(way, SISTERS[1], ChosenBy.ALONE)
    with pytest.raises(NotUnderWay):
        choose(way, "Người lạ", ChosenBy.DRAWN)
    chosen = choose(way, SISTERS[1], ChosenBy.DRAWN)
    assert (chosen.chosen, chosen.minutes) == (SISTERS[1], "BB-BT 1")
    with pytest.raises(AnsweredBefore):
        choose(way, SISTERS[0], ChosenBy.DRAWN)
    assert pay(way, 333_333_334).ending == PriorityEnd.PAID


def test_in_later_rounds_until_three_working_days_before_the_opening_at_its_price(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 83(1); D152/26 Art. 63(1): the round waits while the co-owner pays."""
    way = lot_on_its_way(session, people, at=at)
    own_together(way, way.asset)
    way.pass_co_owners().fail().reduce().announce(14)
    offer = tell(way)
    assert offer.answer_by_on == date(2026, 12, 2)
    assert (offer.price, offer.to_pay) == (900_000_000, 450_000_000)
    way.until(date(2026, 12, 2))
    answer(way)
    last = last_round(session, way.lot.id)
    assert last is not None
    outcome = find_outcome(session, last.id)
    assert outcome is not None
    assert outcome.code == "paused"
    way.until(date(2026, 12, 9))
    assert pay(way, 450_000_000).ending == PriorityEnd.PAID
    assert way.lot.closed_on == way.today
    assert standing_of(session, [way.asset_id])[way.asset_id].state is State.SOLD_PAID


def test_nearer_to_the_opening_nobody_is_told_any_more(
    session: Session, people: People, at: datetime
) -> None:
    way = lot_on_its_way(session, people, at=at)
    own_together(way, way.asset)
    way.pass_co_owners().fail().reduce().announce(3)
    with pytest.raises(TooLate) as late:
        tell(way)
    assert late.value.article == "L25 Art. 83(1); D152/26 Art. 63(1)"
    assert late.value.params["day"] == date(2026, 11, 20)


def test_without_co_owners_or_by_a_stranger_nothing_is_offered(
    session: Session, people: People, at: datetime
) -> None:
    way = valued(session, people, at)
    with pytest.raises(NoCoOwners):
        tell(way)
    own_together(way, way.asset)
    with pytest.raises(NotUnderWay):
        answer(way)
    tell(way)
    with pytest.raises(NotFound):
        answer(way, "Người lạ")
    answer(way, accepted=False)
    with pytest.raises(AnsweredBefore):
        answer(way)
    with pytest.raises(NotUnderWay):
        pay(way, 500_000_000)
    assert end(way).ending == PriorityEnd.NOBODY


def test_an_asset_in_a_lot_of_several_is_offered_at_its_part_of_the_price(
    session: Session, people: People, at: datetime
) -> None:
    lot = make_formed_lot(session, people, 600_000_000, 400_000_000, at=at)
    way = Between(session, people, lot, BILLION, at)
    own_together(way, way.asset)
    way.pass_co_owners().fail().reduce()
    opens = new_round(900_000_000, way.now + timedelta(days=25) + HOUR)
    schedule_round(session, people.officer, way.ref, opens, at=way.now)
    assert tell(way).to_pay == 270_000_000


def test_what_is_on_hold_is_neither_offered_nor_accepted_nor_paid(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 46(1), 84(1): the co-owners wait as bidders do; who declines may say so."""
    way = valued(session, people, at)
    own_together(way, way.asset, sisters=2)

    def held() -> Hold:
        said = {"kind": HoldKind.COMPLAINT, "ref": way.asset, "from_on": way.today}
        return make_hold(way.session, way.people.officer, at=way.now, **said)

    def refused(act: Callable[[], object]) -> None:
        with pytest.raises(OnHold) as refusal, way.session.begin_nested():
            act()
        assert refusal.value.article

    first = held()
    refused(lambda: tell(way))
    finish_hold(way.session, way.people.officer, first, way.today, at=way.now)
    offer = tell(way)
    second = held()
    refused(lambda: answer(way))
    answer(way, SISTERS[1], accepted=False)
    finish_hold(way.session, way.people.officer, second, way.today, at=way.now)
    answer(way)
    third = held()
    refused(lambda: choose(way, SISTERS[0], ChosenBy.ALONE))
    refused(lambda: pay(way, offer.to_pay))
    finish_hold(way.session, way.people.officer, third, way.today, at=way.now)
    assert pay(way, offer.to_pay).paid_on == way.today
