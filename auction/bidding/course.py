"""What follows from what was said in a session: who leads, who won, whether it failed; pure.

Ascending bids only (PA16 Art. 58); the steps of the law: PA16 Art. 42-44, 49-52.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from auction.bidding.rules import Outcome
from auction.lots.rules import SessionForm
from inventory.base.errors import (
    Barred,
    Basis,
    Duplicate,
    Invalid,
    OutOfPlace,
    Overtaken,
    Unlawful,
)
from inventory.base.messages import _, labels

BALLOTS = frozenset({SessionForm.DIRECT_BALLOT, SessionForm.INDIRECT_BALLOT})
"""Forms in which nobody knows the others' bids, so that two may bid the same."""


class BidKind(StrEnum):
    """What was said or done in a session."""

    BID = "bid"
    WITHDRAWN = "withdrawn"
    DRAWN = "drawn"
    REFUSED_TO_SIGN = "refused_to_sign"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Tie(StrEnum):
    """Why somebody may not take part in an auction (PA16 Art. 38(4))."""

    INCAPABLE = "incapable"
    AUCTION_ORGANISATION = "auction_organisation"
    VALUER = "valuer"
    SELLER = "seller"
    NO_RIGHT_TO_BUY = "no_right_to_buy"


class NextBidder(StrEnum):
    """What the law says where the winner refuses on the spot: values of ``next_bidder_rule``."""

    COVERED = "next_bid_plus_deposit_covers_refused_bid"
    ASKED = "next_bidder_asked_whatever_he_bid"
    NOBODY = "round_fails_when_refused"


class DepositPaid(StrEnum):
    """How a deposit was paid."""

    BANK = "bank"
    CASH = "cash"


class DepositKind(StrEnum):
    """What happened to a deposit."""

    PAID = "paid"
    REFUNDED = "refunded"
    FORFEITED = "forfeited"
    EARNEST = "earnest"


class Forfeit(StrEnum):
    """Why a bidder loses his deposit (PA16 Art. 39(6))."""

    ABSENT = "absent"
    EXCLUDED = "excluded"
    REFUSED_TO_SIGN = "refused_to_sign"
    WITHDREW = "withdrew"
    REFUSED = "refused"


FORFEITED_BY = {
    BidKind.WITHDRAWN: Forfeit.WITHDREW,
    BidKind.REFUSED_TO_SIGN: Forfeit.REFUSED_TO_SIGN,
    BidKind.REFUSED: Forfeit.REFUSED,
}
"""What a bidder does in the session by which he loses his deposit."""


class RegistrationEnded(OutOfPlace):
    """The round has its outcome; nobody registers any more."""

    code = "registration_ended"


class BidderKnown(Duplicate):
    """The bidder is registered for this round already."""

    code = "bidder_known"


class DepositTaken(Duplicate):
    """That happened to the bidder's deposit before."""

    code = "deposit_taken"


class DepositMissing(Unlawful):
    """Who has not paid the deposit does not take part."""

    code = "deposit_missing"


class BidderExcluded(Unlawful):
    """The law keeps the person from taking part."""

    code = "bidder_excluded"


class BidTooLow(Unlawful):
    """The bid does not reach the least one allowed."""

    code = "bid_too_low"


class SingleBidder(Unlawful):
    """One bidder alone is not enough in this round."""

    code = "single_bidder"


class BiddingClosed(Barred):
    """After what was said before, this cannot be said any more."""

    code = "bidding_closed"


class SaidMeanwhile(Overtaken):
    """Somebody else entered something at the same moment."""

    code = "said_meanwhile"


class NotAmongTies(Invalid):
    """Lots are drawn among those who offered the same highest price."""

    code = "not_among_ties"


class Said(msgspec.Struct, frozen=True):
    """One thing said in a session, by the number of the bidder."""

    kind: BidKind
    bidder: int
    amount: Decimal | None = None


class Standing(msgspec.Struct, frozen=True):
    """A bid that still stands."""

    bidder: int
    amount: Decimal


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Where a session stands.

    ``leaders`` share the highest standing bid; ``next_bidder`` is asked whether he takes the asset
    after the winner refused it, where ``covered`` says that the law of the day lets him.
    """

    standing: tuple[Standing, ...] = ()
    leaders: tuple[int, ...] = ()
    refused: Standing | None = None
    next_bidder: Standing | None = None
    covered: bool = False
    withdrawn: bool = False
    failed: Outcome | None = None
    winner: Standing | None = None
    spoken: bool = False

    @property
    def highest(self) -> Decimal | None:
        """The highest standing bid."""
        return self.standing[0].amount if self.standing else None


class Terms(NamedTuple):
    """What a session is held on: the deposit, and whom the law of the day asks after a refusal."""

    deposit: Decimal
    next_bidder: NextBidder = NextBidder.COVERED


def course_of(said: Sequence[Said], terms: Terms) -> Course:
    """Follow a session from its first bid on."""
    course = Course()
    for one in said:
        course = _STEPS[one.kind](course, one, terms)
    return course


def check_said(
    course: Course,
    one: Said,
    *,
    starting_price: Decimal,
    step: Decimal,
    form: SessionForm | None,
    basis: Basis,
) -> None:
    """Refuse what cannot be said now, and a bid that is too low.

    Raises BiddingClosed, BidTooLow, NotAmongTies.
    """
    if not _may_be_said(course, one):
        raise BiddingClosed(
            _(
                "After what was said before, “%(kind)s” cannot be said any more (rule %(rule)s)."
                " Lawful: the outcome that follows from what was said."
            ),
            kind=one.kind,
            **basis,
        )
    if one.kind is BidKind.DRAWN and one.bidder not in course.leaders:
        raise NotAmongTies(
            _("Lots are drawn among those who offered the same highest price."), field="bidder"
        )
    if one.kind is BidKind.BID:
        least = least_bid(course, one.bidder, starting_price, step, form)
        if one.amount is None or one.amount < least:
            raise BidTooLow(
                _("The lowest bid allowed now is %(least)s."),
                field="amount",
                least=least,
                **basis,
            )


def least_bid(
    course: Course, bidder: int, starting_price: Decimal, step: Decimal, form: SessionForm | None
) -> Decimal:
    """The lowest bid that is allowed now: the starting price itself may be offered.

    By ballot everybody bids unseen, so that only his own earlier bid binds him.
    """
    if form in BALLOTS:
        own = [one.amount for one in course.standing if one.bidder == bidder]
        return max([starting_price, *own])
    return starting_price if course.highest is None else course.highest + step


def proposed(
    course: Course, registered: int, qualified: int, *, single_allowed: bool
) -> Outcome | None:
    """What follows from what was recorded (PA16 Art. 38(2), 52(1)); None while all is not said."""
    if not qualified:
        return Outcome.FAILED_NO_BID if registered else Outcome.FAILED_NO_REGISTRATION
    if qualified == 1 and not single_allowed:
        return Outcome.FAILED_SINGLE_REGISTRANT
    if course.failed is not None:
        return course.failed
    if not course.spoken:
        return Outcome.FAILED_NO_BID
    return Outcome.SOLD if course.winner is not None else None


def _bid(course: Course, one: Said, _terms: Terms) -> Course:
    others = [old for old in course.standing if old.bidder != one.bidder]
    return _standing([*others, Standing(one.bidder, one.amount or Decimal(0))])


def _withdrawn(course: Course, one: Said, _terms: Terms) -> Course:
    """The auction goes on from the bid before; it fails where nobody bids any more."""
    led = one.bidder in course.leaders
    left = _standing([old for old in course.standing if old.bidder != one.bidder])
    if not led:
        return left
    failed = Outcome.FAILED_BID_WITHDRAWN
    return msgspec.structs.replace(left, withdrawn=True, failed=failed, winner=None)


def _drawn(course: Course, one: Said, _terms: Terms) -> Course:
    chosen = next(old for old in course.standing if old.bidder == one.bidder)
    return msgspec.structs.replace(course, leaders=(one.bidder,), winner=chosen)


def _refused_to_sign(course: Course, _one: Said, _terms: Terms) -> Course:
    failed = Outcome.FAILED_WINNER_REFUSED_TO_SIGN
    return msgspec.structs.replace(course, winner=None, failed=failed)


def _refused(course: Course, one: Said, terms: Terms) -> Course:
    """The next bidder is asked, where the law of the day lets him take what was refused."""
    refused = next(old for old in course.standing if old.bidder == one.bidder)
    left = [old for old in course.standing if old.bidder != one.bidder]
    found = left[0] if left else None
    covered = found is not None and _may_take(found, refused, terms)
    return msgspec.structs.replace(
        course,
        refused=refused,
        next_bidder=found,
        covered=covered,
        winner=None,
        failed=None if covered else Outcome.FAILED_WINNER_REFUSED,
    )


def _may_take(found: Standing, refused: Standing, terms: Terms) -> bool:
    """Whether the next bidder is asked (PA16 Art. 51(1))."""
    if terms.next_bidder is NextBidder.COVERED:
        return found.amount + terms.deposit >= refused.amount
    return terms.next_bidder is NextBidder.ASKED


def _accepted(course: Course, _one: Said, _terms: Terms) -> Course:
    return msgspec.structs.replace(course, winner=course.next_bidder)


def _declined(course: Course, _one: Said, _terms: Terms) -> Course:
    return msgspec.structs.replace(course, failed=Outcome.FAILED_WINNER_REFUSED)


def _standing(bids: Sequence[Standing]) -> Course:
    ordered = tuple(sorted(bids, key=lambda one: -one.amount))
    leaders = tuple(one.bidder for one in ordered if one.amount == ordered[0].amount)
    winner = ordered[0] if len(leaders) == 1 else None
    return Course(standing=ordered, leaders=leaders, winner=winner, spoken=True)


def _may_be_said(course: Course, one: Said) -> bool:
    asked = course.next_bidder is not None and course.covered and course.failed is None
    match one.kind:
        case BidKind.BID:
            return course.refused is None and course.failed in {
                None,
                Outcome.FAILED_BID_WITHDRAWN,
            }
        case BidKind.WITHDRAWN:
            bidding = {old.bidder for old in course.standing}
            return course.refused is None and course.failed is None and one.bidder in bidding
        case BidKind.DRAWN:
            return course.refused is None and course.failed is None and len(course.leaders) > 1
        case BidKind.REFUSED:
            first = course.refused is None
            return first and course.winner is not None and course.winner.bidder == one.bidder
        case BidKind.REFUSED_TO_SIGN:
            return course.winner is not None and course.winner.bidder == one.bidder
        case _:
            waiting = asked and course.winner is None and course.next_bidder is not None
            return waiting and course.next_bidder.bidder == one.bidder  # type: ignore[union-attr]


_STEPS = {
    BidKind.BID: _bid,
    BidKind.WITHDRAWN: _withdrawn,
    BidKind.DRAWN: _drawn,
    BidKind.REFUSED_TO_SIGN: _refused_to_sign,
    BidKind.REFUSED: _refused,
    BidKind.ACCEPTED: _accepted,
    BidKind.DECLINED: _declined,
}

labels(
    {
        BidKind.BID: _("Bid"),
        BidKind.WITHDRAWN: _("Withdrew his bid"),
        BidKind.DRAWN: _("Chosen by drawing lots"),
        BidKind.REFUSED_TO_SIGN: _("Winner refused to sign the minutes"),
        BidKind.REFUSED: _("Winner refused the purchase"),
        BidKind.ACCEPTED: _("Next bidder takes the asset"),
        BidKind.DECLINED: _("Next bidder does not take it"),
        Tie.INCAPABLE: _("Lacks legal capacity"),
        Tie.AUCTION_ORGANISATION: _("Works for the auction organisation, or kin of the auctioneer"),
        Tie.VALUER: _("Valued the asset, or kin of who did"),
        Tie.SELLER: _("Decides on the sale or acts for the seller, or kin of such a person"),
        Tie.NO_RIGHT_TO_BUY: _("Has no right to buy this asset"),
        DepositPaid.BANK: _("By bank"),
        DepositPaid.CASH: _("In cash"),
        DepositKind.PAID: _("Paid"),
        DepositKind.REFUNDED: _("Refunded"),
        DepositKind.FORFEITED: _("Forfeited"),
        DepositKind.EARNEST: _("Became earnest money"),
    }
)
# Codes that stand in two lists are equal as keys, so each list has labels of its own.
labels(
    {
        Forfeit.ABSENT: _("Absent without force majeure"),
        Forfeit.EXCLUDED: _("Excluded for misconduct"),
        Forfeit.REFUSED_TO_SIGN: _("Refused to sign the minutes"),
        Forfeit.WITHDREW: _("Withdrew the bid"),
        Forfeit.REFUSED: _("Refused the purchase"),
    }
)
