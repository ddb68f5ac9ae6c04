"""What follows from what was said in a session, as tables."""

from decimal import Decimal

import pytest

from auction.bidding.course import (
    BiddingClosed,
    BidKind,
    BidTooLow,
    Course,
    NotAmongTies,
    Said,
    Terms,
    check_said,
    course_of,
    proposed,
)
from auction.bidding.rules import Outcome
from auction.lots.rules import SessionForm
from inventory.base.errors import Basis, DomainError

START, STEP, DEPOSIT = Decimal(1000), Decimal(50), Decimal(200)
B, W, S, R = BidKind.BID, BidKind.WITHDRAWN, BidKind.REFUSED_TO_SIGN, BidKind.REFUSED
A, D, L = BidKind.ACCEPTED, BidKind.DECLINED, BidKind.DRAWN


def said(*steps: tuple[BidKind, int] | tuple[BidKind, int, int]) -> list[Said]:
    return [Said(one[0], one[1], Decimal(one[2]) if len(one) > 2 else None) for one in steps]


def outcome(*steps: tuple[BidKind, int] | tuple[BidKind, int, int]) -> Outcome | None:
    return proposed(course_of(said(*steps), Terms(DEPOSIT)), 3, 3, single_allowed=False)


BY = Basis(article="PA16 Art. 58", rule="method")


def check(course: Course, one: Said, form: SessionForm | None = None) -> None:
    check_said(course, one, starting_price=START, step=STEP, form=form, basis=BY)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], Outcome.FAILED_NO_BID),
        ([(B, 1, 1000)], Outcome.SOLD),
        ([(B, 1, 1000), (B, 2, 1050)], Outcome.SOLD),
        ([(B, 1, 1000), (W, 1)], Outcome.FAILED_BID_WITHDRAWN),
        ([(B, 1, 1000), (B, 2, 1050), (W, 2)], Outcome.FAILED_BID_WITHDRAWN),
        ([(B, 1, 1000), (B, 2, 1050), (W, 2), (B, 3, 1050)], Outcome.SOLD),
        ([(B, 1, 1000), (B, 2, 1050), (S, 2)], Outcome.FAILED_WINNER_REFUSED_TO_SIGN),
        ([(B, 1, 1000), (R, 1)], Outcome.FAILED_WINNER_REFUSED),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2)], None),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2), (A, 1)], Outcome.SOLD),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2), (D, 1)], Outcome.FAILED_WINNER_REFUSED),
        ([(B, 1, 1000), (B, 2, 1201), (R, 2)], Outcome.FAILED_WINNER_REFUSED),
        ([(B, 1, 1000), (B, 2, 1000)], None),
        ([(B, 1, 1000), (B, 2, 1000), (L, 2)], Outcome.SOLD),
    ],
)
def test_the_outcome_follows_from_what_was_said(
    steps: list[tuple[BidKind, int]], expected: Outcome | None
) -> None:
    assert outcome(*steps) is expected


def test_nobody_or_one_alone_fails_whatever_was_said() -> None:
    assert proposed(Course(), 0, 0, single_allowed=True) is Outcome.FAILED_NO_REGISTRATION
    assert proposed(Course(), 2, 0, single_allowed=True) is Outcome.FAILED_NO_BID
    one = course_of(said((B, 1, 1000)), Terms(DEPOSIT))
    assert proposed(one, 2, 1, single_allowed=False) is Outcome.FAILED_SINGLE_REGISTRANT
    assert proposed(one, 1, 1, single_allowed=True) is Outcome.SOLD


def test_the_next_bidder_pays_his_own_bid_and_wins_only_where_it_reaches_with_the_deposit() -> None:
    course = course_of(said((B, 1, 1000), (B, 2, 1200), (R, 2), (A, 1)), Terms(DEPOSIT))
    assert course.winner is not None
    assert (course.winner.bidder, course.winner.amount) == (1, 1000)
    assert course.covered


@pytest.mark.parametrize(
    ("past", "one", "form", "refusal"),
    [
        ([], (B, 1, 999), None, BidTooLow),
        ([], (B, 1, 1000), None, None),
        ([(B, 1, 1000)], (B, 2, 1049), None, BidTooLow),
        ([(B, 1, 1000)], (B, 2, 1050), None, None),
        ([(B, 1, 1000)], (B, 2, 1000), None, BidTooLow),
        ([(B, 1, 1000)], (B, 2, 1000), SessionForm.DIRECT_BALLOT, None),
        ([(B, 1, 1000)], (B, 2, 999), SessionForm.DIRECT_BALLOT, BidTooLow),
        ([(B, 1, 1000), (B, 2, 1050), (W, 2)], (B, 3, 1049), None, BidTooLow),
        ([(B, 1, 1000), (R, 1)], (B, 2, 5000), None, BiddingClosed),
        ([(B, 1, 1000)], (R, 2), None, BiddingClosed),
        ([(B, 1, 1000)], (A, 2), None, BiddingClosed),
        ([(B, 1, 1000)], (W, 2), None, BiddingClosed),
        ([(B, 1, 1000), (S, 1)], (R, 1), None, BiddingClosed),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2)], (A, 2), None, BiddingClosed),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2)], (A, 1), None, None),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2), (A, 1)], (R, 1), None, BiddingClosed),
        ([(B, 1, 1000), (B, 2, 1200), (R, 2), (A, 1)], (S, 1), None, None),
        ([(B, 1, 1000), (B, 2, 1000)], (L, 3), SessionForm.DIRECT_BALLOT, NotAmongTies),
        ([(B, 1, 1000), (B, 2, 1050)], (L, 2), SessionForm.DIRECT_BALLOT, BiddingClosed),
    ],
)
def test_what_may_be_said_next(
    past: list[tuple[BidKind, int]],
    one: tuple[BidKind, int],
    form: SessionForm | None,
    refusal: type[DomainError] | None,
) -> None:
    course = course_of(said(*past), Terms(DEPOSIT))
    (now,) = said(one)
    if refusal is None:
        check(course, now, form)
        return
    with pytest.raises(refusal):
        check(course, now, form)


def test_the_winner_of_a_drawing_may_still_be_overbid_by_none() -> None:
    course = course_of(said((B, 1, 1000), (B, 2, 1000), (L, 1)), Terms(DEPOSIT))
    with pytest.raises(BiddingClosed):
        check(course, said((L, 2))[0], SessionForm.DIRECT_BALLOT)
