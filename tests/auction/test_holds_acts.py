"""What a hold stops, through the commands of the rooms above."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from auction.auctioneers.commands.contracts import sign_contract
from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind
from auction.bidding.schemas import NewSaid
from auction.holds.models import Hold
from auction.holds.rules import HoldKind, HoldSubject, OnHold
from auction.lots.models import Lot
from tests.make.announcing import make_auction_house, new_contract
from tests.make.auction import new_round
from tests.make.holds import make_hold
from tests.make.organisation import People


def hold(session: Session, people: People, lot: Lot, kind: HoldKind, *, at: datetime) -> Hold:
    """A hold on the lot since three days ago."""
    on = at.date() - timedelta(days=3)
    about = {"subject_kind": HoldSubject.LOT}
    return make_hold(session, people.officer, kind, lot.reference, on, at=at, **about)


def test_nobody_bids_while_the_auction_is_paused(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    opens = new_round(1_000_000_000, at - timedelta(hours=1))
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    hold(session, people, lot, HoldKind.COMPLAINT, at=at)
    bid = NewSaid(bidder=1, kind=BidKind.BID)
    with pytest.raises(OnHold) as refusal:
        say(session, people.officer, lot.reference, 1, bid, at=at)
    assert refusal.value.article == "L25 Art. 84(1)b"


def test_no_contract_is_signed_while_the_ownership_is_disputed(
    session: Session, people: People, lot: Lot, at: datetime
) -> None:
    hold(session, people, lot, HoldKind.DISPUTE, at=at)
    make_auction_house(session, people, at=at)
    with pytest.raises(OnHold, match="at the latest") as refusal:
        sign_contract(session, people.officer, lot.reference, new_contract(at.date()), at=at)
    assert refusal.value.article == "L25 Art. 39(3)"
    assert refusal.value.params["until"] == date(2026, 12, 21)
