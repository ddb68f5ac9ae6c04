"""What is said in a session, one thing after another: bids, refusals, the next bidder."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.bidding.course import (
    FORFEITED_BY,
    BidderExcluded,
    BidKind,
    DepositMissing,
    Said,
    SingleBidder,
    check_said,
)
from auction.bidding.models import Bid, Bidder
from auction.bidding.queries import find_outcome
from auction.bidding.registering import EXCLUDED, forfeit, note_present
from auction.bidding.rules import Act, OutcomeAlreadyRecorded, RoundNotOpenedYet
from auction.bidding.schemas import NewSaid
from auction.bidding.sessions import RoundSession, get_bidder, round_of_lot, session_of
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot
from auction.lots.rules import SessionForm
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.money import check_amount

WITHDRAWN = "bid_withdrawn"
"""The rule on who withdraws his bid."""


def say(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewSaid, *, at: datetime
) -> Bid:
    """Enter what a bidder said or did in the session (PA16 Art. 42-44, 49-51, 58).

    The lot is locked, so that bids follow each other; their order is unique.
    Raises NotFound, OutcomeAlreadyRecorded, RoundNotOpenedYet, BidderExcluded, DepositMissing,
    SingleBidder, BiddingClosed, BidTooLow, NotAmongTies, OnHold, Invalid.
    """
    actor.require("bidders.register")
    lot = lock_lot(session, actor, lot_ref)
    held_round = round_of_lot(session, lot, number)
    _refuse_unready(session, held_round, at=at)
    assets = [asset.id for asset in assets_of_lot(session, lot.id)]
    refuse_on_hold(session, assets, Stopped.AUCTION, on=local_day(at))
    bidder = get_bidder(session, held_round, new.bidder)
    on = held_round.held_on or local_day(at)
    now = session_of(session, held_round, on)
    _refuse_unfit(session, held_round, bidder, now)
    _refuse_withdrawn(session, bidder, now, new.kind, on)
    one = Said(new.kind, new.bidder, new.amount if new.kind is BidKind.BID else None)
    _check(session, lot, held_round, now, one)
    bid = Bid(
        round_id=held_round.id,
        office_id=lot.office_id,
        bidder_id=bidder.id,
        seq=len(now.said) + 1,
        kind=one.kind.value,
        amount=one.amount,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(bid)
    session.flush()
    note_present(session, [bidder.id], at=at)
    if one.kind in FORFEITED_BY:
        forfeit(session, actor, bidder, FORFEITED_BY[one.kind], at=at)
    data = {
        "number": number,
        "bidder": bidder.number,
        "kind": one.kind.value,
        "amount": str(one.amount) if one.amount is not None else None,
    }
    audit.record(session, actor, Act.SAID, _subject(lot), data, at=at)
    return bid


def _check(
    session: Session, lot: Lot, held_round: AuctionRound, now: RoundSession, one: Said
) -> None:
    on = held_round.held_on or held_round.recorded_at.date()
    unit = smallest_unit(session, lot.currency, on)
    if one.amount is not None:
        check_amount(one.amount, unit, field="amount")
    check_said(
        now.course,
        one,
        starting_price=held_round.starting_price or Decimal(0),
        step=held_round.bid_step or unit,
        form=SessionForm(held_round.form) if held_round.form else None,
        basis=rule_on(session, "method", on).basis,
    )


def _refuse_unready(session: Session, held_round: AuctionRound, *, at: datetime) -> None:
    if find_outcome(session, held_round.id) is not None:
        raise OutcomeAlreadyRecorded(
            _("Round %(number)s has its outcome; its session is over."), number=held_round.number
        )
    if held_round.opens_at is not None and at < held_round.opens_at:
        raise RoundNotOpenedYet(
            _("Round %(number)s opens on %(day)s (rule %(rule)s). Lawful: bids from then on."),
            number=held_round.number,
            day=local_day(held_round.opens_at),
            **basis_on(session, "method", local_day(at)),
        )


def _refuse_unfit(
    session: Session, held_round: AuctionRound, bidder: Bidder, now: RoundSession
) -> None:
    if bidder.tie_article is not None:
        raise BidderExcluded(
            _("Bidder %(bidder)s may not take part; only who has no such tie bids."),
            field="bidder",
            article=bidder.tie_article,
            rule=EXCLUDED,
            bidder=bidder.number,
        )
    if bidder.number not in now.qualified:
        rule = rule_on(
            session, "deposit_pct", held_round.held_on or bidder.registered_at.date(), "least"
        )
        raise DepositMissing(
            _(
                "Bidder %(bidder)s has not paid the deposit of %(deposit)s; only who has paid it"
                " bids."
            ),
            field="bidder",
            bidder=bidder.number,
            deposit=held_round.deposit or Decimal(0),
            **rule.basis,
        )
    if len(now.qualified) == 1 and not now.single_allowed:
        raise SingleBidder(
            _("Bidder %(bidder)s is alone: this round fails (rule %(rule)s)."),
            field="bidder",
            article=now.single_article,
            bidder=bidder.number,
            rule="min_bidders",
        )


def _refuse_withdrawn(
    session: Session, bidder: Bidder, now: RoundSession, kind: BidKind, on: date
) -> None:
    """Who withdrew a bid takes no further part in this auction (PA16 Art. 50)."""
    gone = {one.bidder for one in now.said if one.kind is BidKind.WITHDRAWN}
    if kind is BidKind.BID and bidder.number in gone:
        raise BidderExcluded(
            _(
                "Bidder %(bidder)s withdrew a bid in this session and takes no further part (rule"
                " %(rule)s). Lawful: bids of the others."
            ),
            field="bidder",
            bidder=bidder.number,
            **basis_on(session, WITHDRAWN, on),
        )


def _subject(lot: Lot) -> audit.Subject:
    return audit.Subject("lot", lot.id, lot.reference, lot.office_id)
