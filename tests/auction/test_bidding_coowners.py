"""What others own, too, is auctioned only after they were offered it: first, and before each round.

L25 Art. 83(1); D152/26 Art. 63(1); L08 Art. 74(3).
"""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import NotOfferedFirst, Outcome
from auction.outcomes.rules import OutcomeUnlawful
from tests.auction.test_offers_priority import own_together, tell
from tests.make.auction import HOUR, close_round, new_round
from tests.make.between import Between, lot_on_its_way
from tests.make.departures import let_through
from tests.make.organisation import People


@pytest.fixture
def way(session: Session, people: People, at: datetime) -> Between:
    """A lot that the debtor owns with his sister, before its first round."""
    made = lot_on_its_way(session, people, at=at)
    own_together(made, made.asset)
    return made


def sell(way: Between) -> None:
    said = {"sale_price": 1_000_000_000, "buyer_name": "Bà Mua", "minutes": "BB-16"}
    close_round(way.session, way.people, way.lot, way.rounds, Outcome.SOLD, at=way.now, **said)


def test_no_first_round_before_the_co_owners_were_told_and_their_time_ended(way: Between) -> None:
    with pytest.raises(NotOfferedFirst) as refused, way.session.begin_nested():
        way.announce(10)
    assert refused.value.article == "L25 Art. 83(1)"
    with way.session.begin_nested() as asked:
        tell(way)
        with pytest.raises(NotOfferedFirst), way.session.begin_nested():
            way.announce(10)
        asked.rollback()
    assert way.pass_co_owners().announce(10).rounds == 1


def test_a_later_round_is_no_sale_without_their_offer_at_its_price(
    way: Between, session: Session, people: People
) -> None:
    way.pass_co_owners().fail().reduce()
    with session.begin_nested() as told:
        way.announce(14)
        tell(way)
        way.wait(14)
        with pytest.raises(OutcomeUnlawful):  # what is asked of any sale, no more of co-owners
            sell(way)
        told.rollback()
    opens = new_round(way.price, way.now - HOUR)
    way.rounds = schedule_round(session, people.officer, way.ref, opens, at=way.now).number
    with pytest.raises(NotOfferedFirst) as refused:
        sell(way)
    assert refused.value.article == "L25 Art. 83(1); D152/26 Art. 63(1)"
    let_through(session, people, "coowner_priority_next", way.ref, at=way.now)
    sell(way)
