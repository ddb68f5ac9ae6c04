"""Several lots of a case on one day: the highest price first, and the end when enough is sold."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.queries import runs_of
from auction.bidding.rules import Outcome
from auction.costs.commands import enter_cost
from auction.costs.rules import CostKind
from auction.costs.schemas import NewCost
from auction.lots.models import AuctionRound, Breach, Lot
from auction.lots.queries import get_lot
from auction.notices.queries import halts_of_lot
from auction.notices.rules import Halt
from auction.notices.schemas import NewHalt
from auction.outcomes.commands.halt_round import halt_round
from auction.outcomes.commands.stop_session import stop_session
from auction.outcomes.rules import NoSession, NotCovered, OutOfOrder
from auction.outcomes.schemas import NewStop
from auction.outcomes.sessions import sale_session, to_cover
from auction.sales.models import Sale
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM
from inventory.base.errors import Invalid
from inventory.cases.models import EnforcementCase
from inventory.papers.models import Paper
from tests.make.auction import close_round, make_formed_lot, new_round
from tests.make.money import make_claim
from tests.make.organisation import People

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SMALL, MIDDLE, GREAT = 100_000_000, 300_000_000, 900_000_000


@pytest.fixture
def lots(session: Session, people: People, at: datetime) -> list[Lot]:
    """Three lots of one case whose rounds opened an hour ago, the smallest formed first."""
    made = [make_formed_lot(session, people, price, at=at) for price in (SMALL, MIDDLE, GREAT)]
    for lot, price in zip(made, (SMALL, MIDDLE, GREAT), strict=True):
        lot.case_id = made[0].case_id
        schedule_round(session, people.officer, lot.reference, new_round(price, at - HOUR), at=at)
    session.flush()
    return made


def sell(session: Session, people: People, lot: Lot, price: int, at: datetime) -> None:
    close_round(session, people, lot, 1, Outcome.SOLD, at=at, sale_price=price)


def test_the_lot_of_the_highest_price_comes_first(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    small, middle, great = lots
    now = sale_session(session, people.officer, great.case_id, (at - HOUR).date())
    assert now is not None
    assert [line.lot for line in now.lines] == [one.reference for one in (great, middle, small)]
    with pytest.raises(OutOfOrder) as refused:
        sell(session, people, small, SMALL, at)
    assert refused.value.article == "L25 Art. 83(6), 84(2)đ"
    assert refused.value.params["first"] == great.reference
    sell(session, people, great, GREAT, at)
    sell(session, people, middle, MIDDLE, at)


def test_when_enough_is_sold_the_others_are_stopped_and_have_not_failed(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    small, middle, great = lots
    new = NewStop(owed=Decimal(850_000_000), document="3/CV-THADS")
    with pytest.raises(NotCovered):
        stop_session(session, people.officer, small.reference, new, at=at)
    sell(session, people, great, GREAT, at)
    stopped = stop_session(session, people.officer, small.reference, new, at=at)
    assert set(stopped) == {small.reference, middle.reference}
    for lot in (small, middle):
        assets = [one.id for one in get_lot(session, SYSTEM, lot.reference).assets]
        assert runs_of(session, assets) == {}
        assert lot.closed_on is None
    reason = session.scalar(
        text("SELECT reason FROM round_outcome WHERE lot_id = :lot"), {"lot": small.id}
    )
    assert reason.startswith("L25 Art. 83(6), 84(2)đ: 900,000,000 ≥ 850,000,000")
    for lot in (small, middle):
        (asked,) = halts_of_lot(session, people.officer, lot.id)
        assert (asked.kind, asked.ground, asked.article) == (
            "stop",
            "debt_covered",
            "L25 Art. 84(2)đ",
        )
        paper = session.scalars(select(Paper).where(Paper.reference == asked.paper)).one()
        assert (paper.kind, paper.subject_ref) == ("stop_request", lot.reference)
        assert paper.data["basis_document"] == "3/CV-THADS"
    with pytest.raises(NoSession):
        stop_session(session, people.officer, small.reference, new, at=at)


def test_a_lot_alone_has_no_session(session: Session, people: People, at: datetime) -> None:
    lot = make_formed_lot(session, people, at=at)
    schedule_round(
        session, people.officer, lot.reference, new_round(1_000_000_000, at - HOUR), at=at
    )
    with pytest.raises(NoSession):
        stop_session(session, people.officer, lot.reference, NewStop(owed=Decimal(1)), at=at)
    sell(session, people, lot, 1_000_000_000, at)
    assert not session.scalars(select(Breach).where(Breach.rule_key == "several_lots_order")).all()


def test_what_covers_the_debt_but_not_the_costs_paid_before_it_stops_nothing(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    small, _middle, great = lots
    case = session.get_one(EnforcementCase, great.case_id)
    make_claim(session, people, case, at=at, principal=GREAT)
    held_on = (at - HOUR).date()
    assert to_cover(session, case.id, held_on) == GREAT
    asset = get_lot(session, SYSTEM, great.reference).assets[0]
    session.get_one(Asset, asset.id).case_id = case.id
    facts = {"spent_on": held_on, "document": "PC-9"}
    new = NewCost(kind=CostKind.COERCION, amount=Decimal(5_000_000), **facts)
    enter_cost(session, people.officer, asset.reference, new, at=at)
    assert to_cover(session, case.id, held_on) == GREAT + 5_000_000
    sell(session, people, great, GREAT, at)
    with pytest.raises(NotCovered):
        stop_session(session, people.officer, small.reference, NewStop(), at=at)


def test_a_stop_for_enough_sold_is_reckoned_like_that_of_the_session(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    """A lot alone on its day, too: what other sales of the case brought counts (L25 84(2)đ)."""
    small, middle, great = lots
    case = session.get_one(EnforcementCase, great.case_id)
    make_claim(session, people, case, at=at, principal=GREAT)
    new = NewHalt(kind=Halt.STOP, ground="debt_covered", document="12/BB")
    with pytest.raises(NotCovered) as refused:
        halt_round(session, people.officer, small.reference, 1, new, at=at)
    assert refused.value.article == "L25 Art. 83(6), 84(2)đ"
    assert set(refused.value.fields) == {"ground"}
    sell(session, people, great, GREAT, at)
    halt_round(session, people.officer, middle.reference, 1, new, at=at)
    sale = session.scalars(select(Sale)).one()
    sale.defaulted_on, sale.default_document = at.date(), "13/BB"
    session.flush()
    with pytest.raises(NotCovered):
        halt_round(session, people.officer, small.reference, 1, new, at=at)


def test_what_was_sold_on_an_earlier_day_ends_a_session_and_what_fell_away_does_not(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    """L25 Art. 84(2)đ: by what the sales of the case brought, whatever the day."""
    small, middle, great = lots
    case = session.get_one(EnforcementCase, great.case_id)
    make_claim(session, people, case, at=at, principal=GREAT)
    sell(session, people, great, GREAT, at)
    held = session.scalars(select(AuctionRound).where(AuctionRound.lot_id == great.id)).one()
    held.held_on = (at - 9 * DAY).date()
    sale = session.scalars(select(Sale)).one()
    sale.defaulted_on, sale.default_document = at.date(), "13/BB"
    session.flush()
    with pytest.raises(NotCovered):
        stop_session(session, people.officer, small.reference, NewStop(), at=at)
    sale.defaulted_on = sale.default_document = None
    session.flush()
    stopped = stop_session(session, people.officer, small.reference, NewStop(), at=at)
    assert set(stopped) == {small.reference, middle.reference}


def test_without_a_claim_a_document_says_what_is_owed(
    session: Session, people: People, lots: list[Lot], at: datetime
) -> None:
    sell(session, people, lots[2], GREAT, at)
    with pytest.raises(Invalid, match="name the document"):
        stop_session(
            session, people.officer, lots[0].reference, NewStop(owed=Decimal(GREAT)), at=at
        )
