"""The queue of what is to be reviewed, what is late in it, and what reading it costs."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.reviews.commands import conclude_review, open_review, sweep, write_finding
from auction.reviews.models import Review
from auction.reviews.queries.flags import list_flags
from auction.reviews.queries.history import history_of
from auction.reviews.queries.reviews import count_reviews, get_review, list_reviews
from auction.reviews.rules import (
    FlagOrder,
    ReviewState,
)
from inventory.base.actor import SYSTEM, Actor
from tests.make.auction import Auctioned, make_auctioned
from tests.make.organisation import People
from tests.make.reviews import conclusion, finding

Become = Callable[[Actor], Actor]
AS_OF = date(2026, 11, 23)


def test_the_queue_shows_each_asset_once_at_its_highest_tier(
    session: Session, people: People, at: datetime, become: Become
) -> None:
    items = [make_auctioned(session, people.office, failed) for failed in (3, 12, 7)]
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 12, 1), at=at)
    inspector = become(people.inspector)
    worst = list_flags(session, inspector, order=FlagOrder.WORST).items
    assert [(row.asset, row.tier, row.failed_in_a_row) for row in worst] == [
        (items[1].ref, 10, 12),
        (items[2].ref, 5, 7),
        (items[0].ref, 3, 3),
    ]
    newest = list_flags(session, inspector).items
    assert [row.asset for row in newest] == [items[2].ref, items[1].ref, items[0].ref]
    assert [row.asset for row in list_flags(session, inspector, tier=5).items] == [items[2].ref]
    assert list_flags(session, inspector, office_ids=[people.foreign.id]).items == []
    facts = worst[0].facts
    assert facts.first_price == 1_000_000_000
    assert facts.reduction_percent == Decimal("68.62")


@pytest.mark.parametrize("order", list(FlagOrder))
def test_pages_of_the_queue_continue_without_gap_or_double(
    session: Session, people: People, at: datetime, order: FlagOrder
) -> None:
    for failed in (3, 5, 3, 4, 10, 3, 5):
        make_auctioned(session, people.office, failed)
    sweep(lambda: nullcontext(session), SYSTEM, date(2027, 12, 1), at=at)
    whole = [row.id for row in list_flags(session, people.inspector, order=order).items]
    paged: list[int] = []
    cursor = None
    while True:
        page = list_flags(session, people.inspector, order=order, cursor=cursor, size=2)
        paged += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert len(whole) == 7


def test_an_inspection_is_to_be_concluded_in_time_after_its_last_finding(
    session: Session, inspector: Actor, item: Auctioned, at: datetime
) -> None:
    review = open_review(session, inspector, item.ref, at=at)
    assert get_review(session, inspector, review.id).conclusion_due is None
    write_finding(session, inspector, review.id, finding(), at=at)
    due = get_review(session, inspector, review.id).conclusion_due
    assert due is not None
    assert (due.due_on, due.article) == (date(2026, 12, 3), "C96/16 Art. 9(1)")

    def late(on: date) -> int:
        return count_reviews(session, inspector, on, state=ReviewState.LATE)

    assert [late(date(2026, 12, 3)), late(date(2026, 12, 4))] == [0, 1]
    listed = list_reviews(session, inspector, date(2026, 12, 4), state=ReviewState.LATE).items
    assert [row.id for row in listed] == [review.id]
    conclude_review(session, inspector, review.id, 2, conclusion(), at=at)
    assert late(date(2027, 1, 4)) == 0


def test_measures_past_their_date_are_shown_until_something_follows(
    session: Session, become: Become, people: People, item: Auctioned, at: datetime
) -> None:
    inspector = become(people.inspector)
    review = open_review(session, inspector, item.ref, at=at)
    write_finding(session, inspector, review.id, finding(), at=at)
    conclude_review(session, inspector, review.id, 2, conclusion(), at=at)

    def undone(on: date) -> int:
        return count_reviews(session, inspector, on, state=ReviewState.UNDONE)

    assert [undone(date(2026, 12, 31)), undone(date(2027, 1, 1))] == [0, 1]
    open_review(session, inspector, item.ref, at=at)
    assert undone(date(2027, 1, 1)) == 0


def test_the_history_of_an_asset_takes_the_same_statements_however_long_it_is(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    short = make_auctioned(session, people.office, 3)
    long = make_auctioned(session, people.office, 25)
    sweep(lambda: nullcontext(session), SYSTEM, date(2028, 12, 1), at=at)
    inspector = people.inspector
    for item in (short, long):
        review = open_review(session, inspector, item.ref, at=at)
        write_finding(session, inspector, review.id, finding(), at=at)
    for version in range(2):
        review_id = session.scalars(
            select(Review.id).where(Review.asset_id == long.asset.id).order_by(Review.id.desc())
        ).first()
        assert review_id is not None
        conclude_review(session, inspector, review_id, 2, conclusion(), at=at)
        again = open_review(session, inspector, long.ref, at=at)
        write_finding(session, inspector, again.id, finding(), at=at)
        assert version < 2
    session.expire_all()
    counts = []
    for item in (short, long):
        history_of(session, inspector, item.ref)
        statements.clear()
        history = history_of(session, inspector, item.ref)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
    assert len(history.rounds) == 25
    assert len(history.reviews) == 3


def test_the_queue_takes_the_same_statements_however_long_it_is(
    session: Session, people: People, at: datetime, statements: list[str]
) -> None:
    counts = []
    for more in (1, 9):
        for _i in range(more):
            make_auctioned(session, people.office, 5)
        sweep(lambda: nullcontext(session), SYSTEM, date(2027, 12, 1), at=at)
        statements.clear()
        list_flags(session, people.inspector)
        counts.append(len(statements))
    assert counts == [1, 1]
