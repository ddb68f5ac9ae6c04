"""What is sold, offered, or taken by its creditor leaves by no other way meanwhile."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from auction.bidding.queries import find_outcome
from auction.bidding.rules import SaleStands
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.relotting import relot
from auction.lots.rules import RoundStillOpen
from auction.lots.schemas import NewPart, NewRelot
from auction.lots.taking import SetOffOpen
from auction.offers.commands.leaving import settle
from auction.offers.rules import NoRightYet
from auction.offers.schemas import NewSettlement
from auction.outcomes.queries import lot_file
from auction.outcomes.schemas import SetOff
from inventory.base.clock import local_day
from inventory.base.errors import ByLaw
from inventory.cases.models import EnforcementCase
from inventory.seizures.commands import release_seizure, seize_again
from inventory.seizures.schemas import NewSeizure, SeizureRelease
from tests.auction.sold import SOLD_AT, lot_of
from tests.make.between import Between, failed_lot, lot_on_its_way
from tests.make.inventory import make_case
from tests.make.money import make_delivered, make_paid, make_sold
from tests.make.organisation import People


def case_of(session: Session, lot: Lot) -> str:
    return session.get_one(EnforcementCase, lot.case_id).decision_number


def release(session: Session, people: People, lot: Lot, at: datetime, case: str = "") -> None:
    asset = assets_of_lot(session, lot.id)[0].reference
    case, on = case or case_of(session, lot), local_day(at)
    new = SeizureRelease(case_number=case, release_decision="9/QĐ-GT", released_on=on)
    with session.begin_nested():
        release_seizure(session, people.officer, asset, new, at=at)


def state(session: Session, lot: Lot) -> State:
    asset = assets_of_lot(session, lot.id)[0].id
    return standing_of(session, [asset])[asset].state


@pytest.mark.parametrize("make", [make_sold, make_paid])
def test_after_the_sale_nobody_settles_without_the_buyer_or_releases_it(
    session: Session, people: People, at: datetime, make: object
) -> None:
    """D152/26 Art. 14(2); L25 Art. 95(3)."""
    sale = make(session, people, at=SOLD_AT)  # type: ignore[operator]  # one of two
    lot = lot_of(session, sale)
    asset = assets_of_lot(session, lot.id)[0].reference
    new = NewSettlement(agreed_on=local_day(at), document="BB-TT")
    with pytest.raises(SaleStands) as refused:
        settle(session, people.officer, asset, new, at=at)
    assert refused.value.article == "D152/26 Art. 14(2)"
    assert refused.value.params["sale"] == sale.id
    with pytest.raises(SaleStands):
        release(session, people, lot, at)


def test_what_was_delivered_is_released(session: Session, people: People, at: datetime) -> None:
    lot = lot_of(session, make_delivered(session, people, at=SOLD_AT))
    release(session, people, lot, at)
    assert state(session, lot) is State.DELIVERED


def test_what_is_offered_in_a_round_is_released_after_it(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 84(2)."""
    way = lot_on_its_way(session, people, at=at).announce(10)
    with pytest.raises(RoundStillOpen) as refused:
        release(session, people, way.lot, at)
    assert refused.value.article == "L25 Art. 84(3)"
    asset = assets_of_lot(session, way.lot.id)[0].reference
    make_case(session, people.officer, "77/QĐ-THADS", at=at)
    other = NewSeizure(case_number="77/QĐ-THADS", decision_number="8/QĐ", decision_on=way.today)
    seize_again(session, people.officer, asset, other, at=at)
    with pytest.raises(RoundStillOpen):
        release(session, people, way.lot, at)
    release(session, people, way.lot, at, "77/QĐ-THADS")


@pytest.mark.parametrize("accepted", [False, True])
def test_what_the_creditor_may_take_or_takes_stays_seized(
    session: Session, people: People, at: datetime, *, accepted: bool
) -> None:
    """L25 Art. 83(3)."""
    way: Between = failed_lot(session, people, 3, at=at).ask()
    if accepted:
        way.answer(accepted=True)
    with pytest.raises(SetOffOpen) as refused:
        release(session, people, way.lot, way.now)
    assert isinstance(refused.value, ByLaw)
    if not accepted:
        way.answer(accepted=False)
        release(session, people, way.lot, way.now)
        assert state(session, way.lot) is State.RELEASED


def relotted(way: Between, *, anew: bool = True) -> Between:
    """The lot is closed, and another one formed of the same asset."""
    parts = [NewPart(assets=[way.asset], description="Bán lại")] if anew else []
    new = NewRelot(lots=[way.ref], parts=parts, reason="Lập lại lô", document=None)
    made = relot(way.session, way.people.officer, new, at=way.now)
    if anew:
        way.lot = made[0]
    return way


def shown(way: Between) -> SetOff | None:
    return lot_file(way.session, way.people.officer, way.ref, way.today).set_off


@pytest.mark.parametrize("accepted", [False, True])
def test_no_other_lot_and_no_round_passes_over_the_creditor_who_is_asked_or_takes_it(
    session: Session, people: People, at: datetime, *, accepted: bool
) -> None:
    """L25 Art. 83(3), 84(2); D152/26 Art. 65(6)."""
    way = failed_lot(session, people, 3, at=at)
    way.let_through("setoff_creditor_asked").reduce().ask()
    if accepted:
        way.answer(accepted=True)
    with pytest.raises(SetOffOpen) as refused:
        way.announce(10)
    assert refused.value.article in {"D152/26 Art. 65(6)", "L25 Art. 83(3)"}
    for anew in (True, False):
        with pytest.raises(SetOffOpen):
            relotted(way, anew=anew)


def test_who_accepts_late_stops_the_round_that_was_fixed_meanwhile(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 84(2)d: a time that no law fixes bars nobody."""
    way = failed_lot(session, people, 3, at=at)
    way.let_through("setoff_creditor_asked").reduce().ask().wait(9).announce(10)
    way.wait(1).answer(accepted=True)
    last = last_round(session, way.lot.id)
    outcome = find_outcome(session, last.id) if last else None
    assert outcome is not None
    assert (outcome.code, state(session, way.lot)) == ("stopped", State.SETOFF_OFFERED)


def test_another_lot_of_the_same_asset_takes_nothing_from_the_creditor(
    session: Session, people: People, at: datetime
) -> None:
    """L25 Art. 83(3): page and act count by the asset."""
    way = relotted(failed_lot(session, people, 3, at=at))
    right = shown(way)
    assert right is not None
    assert (right.price, right.reductions) == (810_000_000, 2)
    way.ask().answer(accepted=False)
    way.rounds = 0
    way.fail()
    assert shown(way) is not None
    way.ask()


def test_what_was_reduced_twice_is_offered_once_more_before_the_creditor_may_take_it(
    session: Session, people: People, at: datetime
) -> None:
    way = failed_lot(session, people, 2, at=at).reduce()
    assert shown(way) is None
    with pytest.raises(NoRightYet):
        way.ask()
