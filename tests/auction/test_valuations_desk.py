"""What waits on prices: pages that go on where the last one ended, in as many statements."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from auction.valuations.commands.agreement import agree_to_keep_price
from auction.valuations.commands.revaluation import request_revaluation
from auction.valuations.pricing_file import (
    list_expiring,
    list_reopened,
    list_untold,
    pricing_of,
    pricing_page_of,
)
from auction.valuations.rules import NextAct, NotExpired
from auction.valuations.schemas import KeptPrice
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from tests.make.auction import make_formed_lot
from tests.make.organisation import People
from tests.make.valuations import make_certified, make_seized, make_told, new_request

TODAY = date(2026, 11, 23)


@pytest.fixture
def priced(session: Session, people: People, at: datetime) -> list[str]:
    """Three assets whose certificates run out soon and of which nobody was told."""
    made = [make_seized(session, people, at=at) for _n in range(3)]
    for n, asset in enumerate(made):
        make_certified(session, people, asset, at=at, valid_until=date(2026, 12, 1 + n % 2))
    return made


def all_of(listing: Callable[..., object]) -> list[str]:
    """Every row, a page of one after the other."""
    found, cursor = [], None
    while True:
        page = listing(cursor=cursor, size=1)
        found += [row.asset for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_certificates_that_run_out_soon_the_first_one_first(
    session: Session, people: People, priced: list[str], at: datetime
) -> None:
    first, second, third = priced
    listing = partial(list_expiring, session, people.officer, TODAY)
    assert all_of(listing) == [first, third, second]
    assert list_expiring(session, people.officer, date(2026, 10, 31)).items == []
    assert list_expiring(session, people.foreign_officer, TODAY).items == []
    kept = KeptPrice(agreed_on=TODAY, parties="Hai bên đương sự")
    with pytest.raises(NotExpired):
        agree_to_keep_price(session, people.officer, first, kept, at=at)


def test_parties_to_be_told_and_prices_of_old_histories_are_left_alone(
    session: Session, people: People, priced: list[str], at: datetime
) -> None:
    listing = partial(list_untold, session, people.officer)
    assert all_of(listing) == priced
    assert list_untold(session, people.officer).items[0].due_on == date(2026, 8, 18)
    assert list_untold(session, people.foreign_officer).items == []


def test_revaluations_in_progress(session: Session, people: People, at: datetime) -> None:
    made = [make_seized(session, people, at=at) for _n in range(2)]
    for asset in made:
        make_told(session, people, asset, at=at)
        request_revaluation(session, people.officer, asset, new_request(), at=at)
    listing = partial(list_reopened, session, people.officer)
    assert all_of(listing) == made
    assert list_reopened(session, people.foreign_officer).items == []


def test_lists_and_the_page_of_a_price_take_as_many_statements_for_few_as_for_many(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    def counted(read: Callable[[], object]) -> int:
        statements.clear()
        read()
        return len(statements)

    officer = people.officer
    asset = make_seized(session, people, at=at)
    make_certified(session, people, asset, at=at, valid_until=date(2026, 12, 1))
    reads = (
        lambda: list_expiring(session, officer, TODAY),
        lambda: list_untold(session, officer),
        lambda: pricing_of(session, officer, asset, TODAY),
    )
    before = [counted(read) for read in reads]
    for _n in range(3):
        more = make_seized(session, people, at=at)
        make_certified(session, people, more, at=at, valid_until=date(2026, 12, 1))
    assert [counted(read) for read in reads] == before


def test_what_comes_next_after_each_act(session: Session, people: People, at: datetime) -> None:
    officer = people.officer
    asset = make_seized(session, people, at=at)

    def following(on: date = TODAY) -> list[NextAct]:
        return pricing_page_of(session, officer, asset, on).next

    assert following() == [NextAct.AGREEMENT, NextAct.CONTRACT, NextAct.FACTS]
    make_told(session, people, asset, at=at)
    assert following(date(2026, 8, 20)) == [NextAct.REQUEST, NextAct.GROUND]
    assert following() == [NextAct.GROUND]
    request_revaluation(session, officer, asset, new_request(), at=at)
    assert following() == [NextAct.CONTRACT, NextAct.FACTS]
    with pytest.raises(NotFound):
        pricing_page_of(session, people.foreign_officer, asset, TODAY)


def test_a_value_recorded_without_its_acts_is_to_be_told_too(
    session: Session, people: People, at: datetime, become: Callable[[Actor], Actor]
) -> None:
    make_formed_lot(session, people, at=at, told=False)
    become(people.officer)
    assert len(list_untold(session, people.officer).items) == 1
