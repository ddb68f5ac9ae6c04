"""Once the winner of a round is named nothing takes the lot out of the auction (L25 Art. 84(3))."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.models import RoundOutcome
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import WinnerNamed
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.offers.commands.leaving import redeem, settle
from auction.offers.schemas import NewExpense, NewRedemption, NewSettlement
from auction.terminations.commands import terminate_case
from auction.terminations.rules import Ground
from auction.terminations.schemas import NewTermination
from tests.make.auction import new_round
from tests.make.between import Between, lot_on_its_way

BEFORE = date(2026, 11, 20)
BIDDERS = ("Lê Văn Mua", "Trần Thị Bán")


@pytest.fixture
def bid_on(session, people, at) -> Between:
    """A round that opened an hour ago, with two bidders, of whom one bids the starting price."""
    way = lot_on_its_way(session, people, at=at)
    opens = new_round(way.price, at - timedelta(hours=1))
    schedule_round(session, people.officer, way.ref, opens, at=at)
    where = (session, people.officer, way.ref, 1)
    for turn, name in enumerate(BIDDERS, 1):
        register_bidder(*where, NewBidder(name=name, identity_number=f"0{turn}"), at=at)
        paid = NewDeposit(amount=way.price / 10, paid_at=at - timedelta(days=1))
        note_deposit(*where, paid, bidder=turn, at=at)
    say(*where, NewSaid(bidder=1, amount=way.price), at=at)
    return way


def redeemed(way: Between) -> None:
    claims = [NewExpense(bidder=name, amount=Decimal(0), document="CV 1") for name in BIDDERS]
    sums = {"debt": Decimal(1), "costs": Decimal(0), "expenses": claims}
    new = NewRedemption(paid_on=BEFORE, document="BL-3", **sums)
    redeem(way.session, way.people.officer, way.asset, new, at=way.now)


def settled(way: Between) -> None:
    new = NewSettlement(agreed_on=BEFORE, document="BB-TT 1")
    settle(way.session, way.people.officer, way.asset, new, at=way.now)


def terminated(way: Between) -> None:
    new = NewTermination(
        ground=Ground.PARTIES_ASK,
        ground_on=way.today,
        document="Đơn 1",
        decision_number="7/QĐ-ĐC",
        decided_on=way.today,
    )
    terminate_case(way.session, way.people.head, way.lot.case_id, new, at=way.now)


ACTS = [(redeemed, "paid_on"), (settled, "agreed_on"), (terminated, "scope")]


@pytest.mark.parametrize(("act", "field"), ACTS)
def test_a_named_winner_is_not_stopped_by_another_act(
    bid_on: Between, act: Callable[[Between], None], field: str
) -> None:
    where = (bid_on.session, bid_on.people.officer, bid_on.ref, 1)
    say(*where, NewSaid(bidder=1, kind=BidKind.REFUSED), at=bid_on.now)
    with pytest.raises(WinnerNamed) as refused:
        act(bid_on)
    assert refused.value.article == "L25 Art. 84(3)"
    assert set(refused.value.fields) == {field}
    assert bid_on.session.scalars(select(RoundOutcome.code)).all() == []


@pytest.mark.parametrize(("act", "field"), ACTS)
def test_while_nobody_has_won_the_round_is_stopped(
    bid_on: Between, act: Callable[[Between], None], field: str
) -> None:
    act(bid_on)
    assert bid_on.session.scalars(select(RoundOutcome.code)).all() == ["stopped"], field
