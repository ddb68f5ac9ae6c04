"""Reading the session of a round: who registered and paid, what was said, what follows from it."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from auction.bidding.course import (
    BidKind,
    Course,
    DepositKind,
    DepositPaid,
    Forfeit,
    NextBidder,
    Said,
    Terms,
    Tie,
    course_of,
    proposed,
)
from auction.bidding.failures import failed_before
from auction.bidding.models import Bid, Bidder, DepositEntry
from auction.bidding.queries import find_outcome
from auction.bidding.rules import Outcome, RoundNotOpenedYet
from auction.bidding.schemas import BidderOut, SaidOut
from auction.legal_rules.queries import basis_on, rule_on, rules_in_use
from auction.legal_rules.rules import Rule
from auction.lots.models import AuctionRound, Lot
from auction.notices.queries import law_for
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _

AFTER_FAILED = "after_failed_first"
"""The scope of the rule on bidders needed for a round after a failed one."""
NEXT_BIDDER = "next_bidder_rule"
"""The rule on who is asked where the winner refuses; without one of that day nobody is."""
GROUNDS = "deposit_forfeit_grounds"
"""The rule on what costs a bidder his deposit."""
SENT_OUT = frozenset({Forfeit.EXCLUDED, Forfeit.ABSENT})
"""Who was sent out, or did not come, takes no part: what he had said is as if he had not."""


class RoundSession(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of a session, and what follows from it.

    ``registered`` are those who registered with all that it takes, the deposit paid (PA16 Art.
    38(2)); ``qualified`` those of them who may bid. ``single_allowed`` says whether one bidder
    alone may be enough: the asset was offered in vain before, in whatever lot.
    """

    bidders: list[BidderOut]
    said: list[SaidOut]
    course: Course
    registered: int
    qualified: list[int]
    single_allowed: bool
    single_article: str
    proposal: Outcome | None


def round_of_lot(session: Session, lot: Lot, number: int) -> AuctionRound:
    """The round of a lot.

    Raises NotFound.
    """
    found = session.scalar(
        select(AuctionRound).where(AuctionRound.lot_id == lot.id, AuctionRound.number == number)
    )
    if found is None:
        raise NotFound(_("Lot %(lot)s has no round %(number)s."), lot=lot.reference, number=number)
    return found


def get_bidder(session: Session, held_round: AuctionRound, number: int) -> Bidder:
    """A bidder of a round by his number.

    Raises NotFound.
    """
    found = session.scalar(
        select(Bidder).where(Bidder.round_id == held_round.id, Bidder.number == number)
    )
    if found is None:
        raise NotFound(
            _("Nobody has the number %(bidder)s in this round."), field="bidder", bidder=number
        )
    return found


def session_of(session: Session, held_round: AuctionRound, on: date) -> RoundSession:
    """The session of a round in a fixed number of statements, by the law of its day."""
    bidders = bidders_of(session, held_round)
    said = said_in(session, held_round.id)
    known = [r for r in rules_in_use(session, "min_bidders", NEXT_BIDDER) if r.serves(on)]
    asked = next((NextBidder(str(r.value)) for r in known if r.key == NEXT_BIDDER), None)
    sent_out = {one.number for one in bidders if one.deposit_ground in SENT_OUT}
    course = course_of(
        [Said(one.kind, one.bidder, one.amount) for one in said if one.bidder not in sent_out],
        Terms(held_round.deposit or Decimal(0), asked or NextBidder.NOBODY),
    )
    rules = {r.scope: r for r in known if r.key != NEXT_BIDDER}
    allowed = _single_allowed(rules, failed_before(session, held_round.lot_id, held_round.id))
    qualified = [one.number for one in bidders if one.qualified]
    registered = sum(one.valid for one in bidders)
    proposal = proposed(course, registered, len(qualified), single_allowed=allowed)
    return RoundSession(
        bidders=bidders,
        said=said,
        course=course,
        registered=registered,
        qualified=qualified,
        single_allowed=allowed,
        single_article=rules[None].article if None in rules else "",
        proposal=proposal if bidders else None,
    )


def refuse_ground(
    session: Session, held_round: AuctionRound, bidder: Bidder, ground: Forfeit, *, at: datetime
) -> None:
    """What somebody does whose bid stands is entered in the session; his deposit goes with it.

    Raises RoundNotOpenedYet, Invalid.
    """
    if ground is Forfeit.ABSENT:
        _refuse_not_absent(session, held_round, bidder, at=at)
    if ground in SENT_OUT or find_outcome(session, held_round.id) is not None:
        return
    standing = session_of(session, held_round, held_round.held_on or local_day(at)).course.standing
    if bidder.number in {one.bidder for one in standing}:
        raise Invalid(
            _("The bid of bidder %(bidder)s stands: enter in the session what was said."),
            field="ground",
            bidder=bidder.number,
        )


def _refuse_not_absent(
    session: Session, held_round: AuctionRound, bidder: Bidder, *, at: datetime
) -> None:
    """Nobody is absent before the round opens, and who was there or bid was not (PA16 Art. 39(6)).

    Raises RoundNotOpenedYet, Invalid.
    """
    if held_round.opens_at is not None and at < held_round.opens_at:
        raise RoundNotOpenedYet(
            _(
                "Round %(number)s opens on %(day)s: nobody is absent before (rule %(rule)s)."
                " Lawful: from then on, who does not come."
            ),
            field="ground",
            number=held_round.number,
            day=local_day(held_round.opens_at),
            **basis_on(session, GROUNDS, local_day(at)),
        )
    if bidder.present_at is not None:
        raise Invalid(
            _("Bidder %(bidder)s is noted as present, or bid: he is not absent."),
            field="ground",
            bidder=bidder.number,
        )


def bidders_of(session: Session, held_round: AuctionRound) -> list[BidderOut]:
    """Everybody who registered for a round, by number, with what became of his deposit."""
    paid, ended = aliased(DepositEntry), aliased(DepositEntry)
    rows = session.execute(
        select(Bidder, paid, ended)
        .outerjoin(paid, (paid.bidder_id == Bidder.id) & (paid.kind == DepositKind.PAID))
        .outerjoin(ended, (ended.bidder_id == Bidder.id) & (ended.kind != DepositKind.PAID))
        .where(Bidder.round_id == held_round.id)
        .order_by(Bidder.number)
    )
    return [_bidder(held_round, *row) for row in rows]


def said_in(session: Session, round_id: int) -> list[SaidOut]:
    """Everything said in a session, in its order."""
    rows = session.execute(
        select(Bid.seq, Bidder.number, Bidder.name, Bid.kind, Bid.amount, Bid.recorded_at)
        .join(Bidder, Bidder.id == Bid.bidder_id)
        .where(Bid.round_id == round_id)
        .order_by(Bid.seq)
    )
    return [
        SaidOut(
            seq=seq, bidder=bidder, name=name, kind=BidKind(kind), amount=amount, recorded_at=at
        )
        for seq, bidder, name, kind, amount, at in rows
    ]


def _single_allowed(rules: dict[str | None, Rule], failed: int) -> bool:
    needed = rules.get(AFTER_FAILED) if failed else None
    needed = needed or rules.get(None)
    return needed is None or needed.number <= 1


def _bidder(
    held_round: AuctionRound, bidder: Bidder, paid: DepositEntry | None, ended: DepositEntry | None
) -> BidderOut:
    valid = bidder.tie is None and (paid is not None or held_round.deposit is None)
    return BidderOut(
        id=bidder.id,
        number=bidder.number,
        name=bidder.name,
        identity_number=bidder.identity_number,
        address=bidder.address,
        representative=bidder.representative,
        conditions=bidder.conditions,
        registered_at=bidder.registered_at,
        tie=Tie(bidder.tie) if bidder.tie else None,
        tie_article=bidder.tie_article,
        tie_source=bidder.tie_source,
        match_found=bidder.match_found,
        match_answer=bidder.match_answer,
        present_at=bidder.present_at,
        deposit=paid.amount if paid else None,
        deposit_paid_at=paid.happened_at if paid else None,
        deposit_how=DepositPaid(paid.how) if paid and paid.how else None,
        deposit_ended=DepositKind(ended.kind) if ended else None,
        deposit_ground=Forfeit(ended.ground) if ended and ended.ground else None,
        deposit_destination=ended.destination if ended else None,
        valid=valid,
        qualified=valid and (ended is None or ended.ground not in SENT_OUT),
    )


def closing_rule(session: Session, held_round: AuctionRound, on: date) -> Rule:
    """When the list of a round closes, by the procedure that it may use (PA16 Art. 38(2), 53(3)).

    Raises RuleUnknown.
    """
    if held_round.starting_price is not None:
        failed = failed_before(session, held_round.lot_id, held_round.id)
        price, opening = held_round.starting_price, held_round.held_on
        law = law_for(session, held_round.lot_id, price, on, failed=failed, opening=opening)
        if law is not None:
            return law.closing
    return rule_on(session, "registration_close", on)
