"""What the dated row of the day of the step says decides: a new version changes what happens."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auction.auctioneers.rules import FormNotLawful
from auction.bidding.calling import say
from auction.bidding.commands import schedule_round
from auction.bidding.course import BidKind, NextBidder, Said, Terms, course_of
from auction.bidding.registering import note_deposit, register_bidder
from auction.bidding.rules import Outcome, OutcomeUnnamed
from auction.bidding.schemas import NewBidder, NewDeposit, NewSaid
from auction.bidding.sessions import round_of_lot, session_of
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.lots.queries import get_lot
from auction.lots.relotting import relot
from auction.lots.rules import PriceTooLow, RoundDidNotFail, SessionForm
from auction.lots.schemas import NewPart, NewRelot
from auction.outcomes.commands.reduce_price import reduce_price
from auction.outcomes.queries import lot_file
from auction.sales.commands.paying import default_sale
from auction.sales.schemas import NewDefault
from tests.auction.sold import SOLD_AT, standing
from tests.conftest import AT
from tests.make.announcing import make_chosen, make_contract, new_contract
from tests.make.auction import close_round, make_formed_lot, new_reduction, new_round
from tests.make.money import make_sold
from tests.make.organisation import People
from tests.make.rules import make_approved, make_centre

TODAY, SINCE = AT.date(), date(2026, 11, 1)
HOUR = timedelta(hours=1)
BILLION, DEPOSIT = 1_000_000_000, 100_000_000


def decree(session: Session, people: People, key: str, value: str) -> None:
    """A new version of a rule, entered by one person and approved by another."""
    make_approved(session, make_centre(session, people), key, value=value, valid_from=SINCE, at=AT)


REFUSED = [Said(BidKind.BID, 1, Decimal(90)), Said(BidKind.BID, 2, Decimal(100))]
REFUSED += [Said(BidKind.REFUSED, 2)]


@pytest.mark.parametrize(
    ("rule", "deposit", "asked"),
    [
        (NextBidder.COVERED, 10, True),
        (NextBidder.COVERED, 9, False),
        (NextBidder.ASKED, 0, True),
        (NextBidder.NOBODY, 10, False),
    ],
)
def test_whom_the_law_asks_after_a_refusal(rule: NextBidder, deposit: int, asked: bool) -> None:
    course = course_of(REFUSED, Terms(Decimal(deposit), rule))
    assert course.covered is asked
    assert (course.failed is Outcome.FAILED_WINNER_REFUSED) is not asked


@pytest.mark.parametrize("code", NextBidder)
def test_a_new_version_says_whether_the_next_bidder_is_asked(
    session: Session, people: People, code: NextBidder
) -> None:
    """PA16 Art. 51(1)."""
    if code.value != rule_on(session, "next_bidder_rule", TODAY).value:
        decree(session, people, "next_bidder_rule", code.value)
    officer, lot = people.officer, make_formed_lot(session, people, at=AT)
    opens = new_round(BILLION, AT - HOUR, deposit=DEPOSIT)
    schedule_round(session, officer, lot.reference, opens, at=AT)
    for seq, name in enumerate(("Lê Văn Mua", "Trần Thị Bán"), 1):
        bidder = NewBidder(name=name, identity_number=f"0790{seq}")
        register_bidder(session, officer, lot.reference, 1, bidder, at=AT)
        paid = NewDeposit(amount=Decimal(DEPOSIT), paid_at=AT - timedelta(days=1))
        note_deposit(session, officer, lot.reference, 1, paid, bidder=seq, at=AT)
    for one in (
        NewSaid(bidder=1, kind=BidKind.BID, amount=Decimal(BILLION)),
        NewSaid(bidder=2, kind=BidKind.BID, amount=Decimal(BILLION + DEPOSIT + 1)),
        NewSaid(bidder=2, kind=BidKind.REFUSED),
    ):
        say(session, officer, lot.reference, 1, one, at=AT)
    now = session_of(session, round_of_lot(session, lot, 1), TODAY)
    assert now.course.covered is (code is NextBidder.ASKED)


def defaulted(session: Session, people: People) -> tuple[Lot, object]:
    sale = make_sold(session, people, at=SOLD_AT)
    new = NewDefault(cancelled_on=date(2026, 10, 15), document="12/TB-HGK")
    default_sale(session, people.officer, sale.id, new, at=AT)
    return session.get_one(Lot, sale.lot_id), sale


def test_after_a_default_the_price_stays_as_the_rule_says(
    session: Session, people: People, browse_as: Any
) -> None:
    lot, _sale = defaulted(session, people)
    price = lot_file(session, people.officer, lot.reference, TODAY).next_price
    assert price is not None
    assert (price.rule_key, price.lowest, price.highest) == (
        "price_after_default",
        BILLION,
        BILLION,
    )
    page = browse_as("officer")
    assert "step=reduction" not in page.get(f"/lots/{lot.reference}").text
    assert "/rounds/1/reduction" not in page.get(f"/lots/{lot.reference}?step=reduction").text
    reduced = new_reduction(900_000_000, TODAY)
    with pytest.raises(RoundDidNotFail) as refusal:
        reduce_price(session, people.officer, lot.reference, 1, reduced, at=AT)
    assert refusal.value.params["rule"] == "price_after_default"


def test_a_new_version_lets_the_price_be_reduced_after_a_default(
    session: Session, people: People, browse_as: Any
) -> None:
    decree(session, people, "price_after_default", "reduced_as_after_failure")
    lot, sale = defaulted(session, people)
    price = lot_file(session, people.officer, lot.reference, TODAY).next_price
    assert price is not None
    assert (price.rule_key, price.lowest) == ("max_reduction_pct", 900_000_000)
    page = browse_as("officer")
    assert f"/lots/{lot.reference}?step=reduction" in page.get(f"/lots/{lot.reference}").text
    assert "/rounds/1/reduction" in page.get(f"/lots/{lot.reference}?step=reduction").text
    too_low = new_reduction(899_999_999, TODAY)
    with pytest.raises(PriceTooLow):
        reduce_price(session, people.officer, lot.reference, 1, too_low, at=AT)
    reduced = new_reduction(900_000_000, TODAY)
    reduce_price(session, people.officer, lot.reference, 1, reduced, at=AT)
    assert standing(session, sale) == "reduced"
    again = new_round(900_000_000, AT + timedelta(days=40))
    schedule_round(session, people.officer, lot.reference, again, at=AT)


def test_a_price_reduced_after_a_default_goes_along_into_a_lot_formed_anew(
    session: Session, people: People
) -> None:
    decree(session, people, "price_after_default", "reduced_as_after_failure")
    lot, _sale = defaulted(session, people)
    reduced = new_reduction(900_000_000, TODAY)
    reduce_price(session, people.officer, lot.reference, 1, reduced, at=AT)
    (asset,) = get_lot(session, people.officer, lot.reference).assets
    anew = NewRelot(
        lots=[lot.reference],
        parts=[NewPart(assets=[asset.reference], description="Đem bán lại")],
        reason="Bán lại",
    )
    (again,) = relot(session, people.officer, anew, at=AT)
    price = lot_file(session, people.officer, again.reference, TODAY).next_price
    assert price is not None
    assert price.lowest == 900_000_000


def test_a_new_version_says_which_outcomes_count_for_nothing(
    session: Session, people: People
) -> None:
    """PA16 Art. 52: what no rule of the day names is not recorded without a meaning."""
    lots = [make_formed_lot(session, people, at=AT) for _n in range(2)]
    for lot in lots:
        opens = new_round(BILLION, AT - HOUR)
        schedule_round(session, people.officer, lot.reference, opens, at=AT)
    first, second = lots
    close_round(session, people, first, 1, Outcome.CANCELLED, at=AT)
    decree(session, people, "uncounted_outcomes", "stopped, paused, defaulted")
    with pytest.raises(OutcomeUnnamed) as refusal:
        close_round(session, people, second, 1, Outcome.CANCELLED, at=AT)
    assert refusal.value.params["rule"] == "uncounted_outcomes"
    assert "stopped" in refusal.value.params["lawful"]
    assert "cancelled" not in refusal.value.params["lawful"]
    close_round(session, people, second, 1, Outcome.STOPPED, at=AT)


def test_a_new_version_says_which_forms_an_auction_may_have(
    session: Session, people: People
) -> None:
    """PA16 Art. 40."""
    officer, known = people.officer, make_formed_lot(session, people, at=AT)
    chosen = make_chosen(session, people, at=AT)
    decree(session, people, "auction_forms", "direct_ballot, online")
    with pytest.raises(FormNotLawful) as signing:
        make_contract(session, people, chosen, new_contract(TODAY, organisation="0101"), at=AT)
    opens = new_round(BILLION, AT + timedelta(days=40), form=SessionForm.ORAL)
    with pytest.raises(FormNotLawful) as fixing:
        schedule_round(session, officer, known.reference, opens, at=AT)
    for refusal in (signing, fixing):
        assert refusal.value.params["rule"] == "auction_forms"
        assert refusal.value.params["lawful"] == (SessionForm.DIRECT_BALLOT, SessionForm.ONLINE)
