"""An appendix to an auction contract, and its end by the office alone."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.commands.changing import append_contract, end_contract
from auction.auctioneers.commands.choosing import choose_organisation
from auction.auctioneers.models import AuctionContract
from auction.auctioneers.rules import EndKind, EndTooLate, WayNotOpen
from auction.auctioneers.schemas import NewAppendix, NewChoice, NewEnd
from auction.bidding.rules import Outcome
from auction.lots.models import Lot
from auction.lots.rules import PriceTooHigh, PriceTooLow
from auction.outcomes.commands.reduce_price import reduce_price
from inventory.base.clock import local_day
from inventory.base.errors import Unlawful
from tests.auction.test_auctioneers_contracts import TODAY, sign
from tests.auction.test_auctioneers_contracts import lot as chosen_lot
from tests.auction.test_bidding_sessions import BILLION, DAY, Room, lot, room
from tests.make.announcing import make_auction_house, make_call
from tests.make.auction import close_round, new_reduction
from tests.make.organisation import People

__all__ = ["chosen_lot", "lot", "room"]

ALONE = NewEnd(kind=EndKind.UNILATERAL, ended_on=TODAY, reason="Kê khai sai")


def test_the_office_ends_a_contract_alone_only_until_a_bidder_registered(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    room.register("Lê Văn Mua")
    with pytest.raises(EndTooLate) as refused:
        end_contract(session, people.officer, room.ref, ALONE, at=at)
    assert refused.value.article == "C02/22 Art. 6(2)"
    agreed = NewEnd(kind=EndKind.AGREED, ended_on=TODAY, reason="Hai bên thỏa thuận")
    assert end_contract(session, people.officer, room.ref, agreed, at=at).ended_on == TODAY


def test_it_ends_one_alone_before_anybody_registered(
    session: Session, people: People, room: Room, at: datetime
) -> None:
    assert end_contract(session, people.officer, room.ref, ALONE, at=at).end_kind == "unilateral"


def test_the_choice_of_a_contract_that_the_office_ended_alone_serves_no_other(
    session: Session, people: People, chosen_lot: Lot, at: datetime
) -> None:
    sign(session, people, chosen_lot, at)
    end_contract(session, people.officer, chosen_lot.reference, ALONE, at=at)
    with pytest.raises(WayNotOpen):
        sign(session, people, chosen_lot, at, number="16/HĐ-ĐG")


def appended(session: Session, people: People, lot: Lot, price: int, at: datetime) -> Decimal:
    new = NewAppendix(number=f"PL{price}", signed_on=local_day(at), starting_price=Decimal(price))
    made = append_contract(session, people.officer, lot.reference, new, at=at)
    return made.starting_price


def test_an_appendix_names_no_price_below_the_one_decided(
    session: Session, people: People, room: Room, lot: Lot, at: datetime
) -> None:
    held = at + 10 * DAY + DAY / 24
    close_round(session, people, lot, 1, Outcome.FAILED_NO_REGISTRATION, at=held)
    with pytest.raises(PriceTooLow) as refused:
        appended(session, people, lot, 900_000_000, held)
    assert refused.value.article == "L25 Art. 83(3)"
    assert refused.value.params["price"] == BILLION
    new = new_reduction(900_000_000, local_day(held))
    reduce_price(session, people.officer, lot.reference, 1, new, at=held)
    assert appended(session, people, lot, 900_000_000, held) == 900_000_000
    with pytest.raises(PriceTooLow):
        appended(session, people, lot, 899_999_999, held)
    with pytest.raises(PriceTooHigh):
        appended(session, people, lot, 900_000_001, held)


@pytest.mark.parametrize(
    ("price", "refusal"), [(BILLION, PriceTooHigh), (899 * 10**6, PriceTooLow)]
)
def test_a_new_contract_after_a_reduction_is_at_the_price_decided(
    session: Session,
    people: People,
    room: Room,
    lot: Lot,
    at: datetime,
    price: Decimal,
    refusal: type[Unlawful],
) -> None:
    held = at + 10 * DAY + DAY / 24
    close_round(session, people, lot, 1, Outcome.FAILED_NO_REGISTRATION, at=held)
    new = new_reduction(900_000_000, local_day(held))
    reduce_price(session, people.officer, lot.reference, 1, new, at=held)
    today = local_day(held)
    end = NewEnd(kind=EndKind.AGREED, ended_on=today, reason="Hai bên thỏa thuận")
    end_contract(session, people.officer, lot.reference, end, at=held)
    make_auction_house(session, people, "0777", at=at)
    later = held + 14 * DAY
    days = {"published": today, "until": local_day(held + 7 * DAY)}
    with pytest.raises(PriceTooHigh):
        make_call(session, people, lot, {"0777": 8}, **days, at=later)
    called = {**days, "price": 900_000_000}
    call = make_call(session, people, lot, {"0777": 8}, **called, at=later).reference
    choice = NewChoice(organisation="0777", chosen_on=local_day(later))
    choose_organisation(session, people.officer, call, choice, at=later)
    said = {"organisation": "0777", "signed_on": local_day(later), "number": "17/HĐ-ĐG"}
    with pytest.raises(refusal) as refused:
        sign(session, people, lot, later, **said, starting_price=Decimal(price))
    assert (refused.value.article, refused.value.params["price"]) == (
        "L25 Art. 83(3)",
        900_000_000,
    )
    made = sign(session, people, lot, later, **said, starting_price=Decimal(900_000_000))
    assert made.starting_price == 900_000_000


def test_before_the_first_round_an_appendix_keeps_the_price_of_the_contract(
    session: Session, people: People, chosen_lot: Lot, at: datetime
) -> None:
    sign(session, people, chosen_lot, at)
    with pytest.raises(PriceTooLow):
        appended(session, people, chosen_lot, BILLION - 1, at)
    assert appended(session, people, chosen_lot, BILLION, at) == BILLION
    assert session.scalars(select(AuctionContract.ended_on)).all() == [None]
