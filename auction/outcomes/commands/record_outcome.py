"""Recording what happened in a round, what it means for each asset, and what is due after it."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from auction.bidding import ledger
from auction.bidding.coowners import refuse_sale_unoffered
from auction.bidding.models import RoundOutcome
from auction.bidding.naming import refuse_named
from auction.bidding.queries import rulings
from auction.bidding.registering import EXCLUDED, REFUND, keep_as_earnest
from auction.bidding.rules import (
    HALTED,
    MEANINGS,
    HaltNeeded,
    Held,
    Outcome,
    OutcomeAlreadyRecorded,
    OutcomeIncomplete,
    RoundNotOpenedYet,
    Ruling,
    refuse_unnamed,
    ruling_on,
)
from auction.deadlines.commands import set_limits
from auction.holds.queries import refuse_held_on
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on, rules_at_hand, rules_in_use
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.life.ledger import InRound, take_steps
from auction.life.queries import AssetStanding
from auction.life.rules import Step
from auction.life.schemas import Taken
from auction.lots.commands import keep_step, look_at_locked, note_breach, note_breaches
from auction.lots.models import AuctionRound, Lot
from auction.lots.rules import Act, LotStep
from auction.lots.subjects import due_subject
from auction.notices.commands.request_halt import RULES
from auction.notices.queries import notice_faults_of
from auction.notices.rules import Halt
from auction.outcomes.commands.follow_up import (
    breach_of,
    call_for_agreement,
    subject_of,
)
from auction.outcomes.commands.settling import (
    RoundNow,
    Settled,
    check_turn,
    refuse_too_few,
    refuse_unlisted,
    round_now,
    settle,
)
from auction.outcomes.rules import (
    LotSold,
    OutcomeUnlawful,
    Winner,
    code_faults,
    missing_faults,
    needs_opening,
    notice_faults,
    price_faults,
    registration_faults,
    sale_faults,
    steps_of_outcome,
)
from auction.outcomes.schemas import NewOutcome
from auction.reviews.commands import close_flags_on_sale
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import looked_at
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.together import add, gathered


class _Closing(NamedTuple):
    """What is being recorded of a round."""

    lot: Lot
    now: RoundNow
    outcome: RoundOutcome
    ruling: Ruling | None
    failed: int | None
    """How often the assets had failed in a row before, where it counts."""


def record_outcome(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewOutcome, *, at: datetime
) -> RoundOutcome:
    """Record what happened in a round and count it for each asset (PA16 Art. 52; L25 Art. 83, 84).

    What pauses or stops a round is requested with its ground and paper, and ends it (halt_round).
    Raises HaltNeeded, WinnerNamed; what ``end_round`` raises.
    """
    actor.require("rounds.close")
    _refuse_halt(session, new.code, local_day(at))
    return end_round(session, actor, lot_ref, number, new, at=at)


def end_round(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewOutcome, *, at: datetime
) -> RoundOutcome:
    """Part of the act that says how a round ended, or of that which paused or stopped it.

    Locks the lot, then its assets by id; the outcome's key is the last belt.
    A round is not held while a hold stops the auction: it is paused or stopped then.
    Raises NotFound, OutcomeAlreadyRecorded, RoundNotOpenedYet, OutcomeIncomplete, OutcomeUnlawful,
    MatchUnanswered, OutOfOrder, EnoughSold, NotOfferedFirst, OnHold.
    """
    actor.require("rounds.close")
    lot, version = look_at_locked(session, actor, lot_ref)
    with rules_at_hand(session, version):
        refuse_sale_unoffered(session, actor, lot, number, new.code, at=at)
        with gathered(session):
            outcome, sold = _record(session, actor, lot, number, new, at=at)
        if sold is not None:
            publish(session, sold)
        return outcome


def _refuse_halt(session: Session, code: Outcome, today: date) -> None:
    """A pause or a stop has a ground of the law, a paper and a request (L25 Art. 84(1), (2))."""
    if code not in HALTED:
        return
    key = RULES[Halt.PAUSE if code is Outcome.PAUSED else Halt.STOP]
    raise HaltNeeded(
        _(
            "“%(outcome)s” is no outcome to be entered (rule %(rule)s). Lawful: request it of the"
            " auction organisation on its ground and paper; the request ends the round."
        ),
        field="code",
        outcome=code,
        **basis_on(session, key, today),
    )


def _record(
    session: Session, actor: Actor, lot: Lot, number: int, new: NewOutcome, *, at: datetime
) -> tuple[RoundOutcome, LotSold | None]:
    now = round_now(session, lot, number)
    held_round = now.round
    _refuse_unready(session, lot, now, new.code, at=at)
    notified_on = new.notified_on or local_day(at)
    held_on = held_round.held_on or notified_on
    settled = settle(session, now, new, held_on)
    new = settled.said
    _check_outcome(session, lot, held_round, new, held_on, at=at)
    if not now.listed:
        refuse_unlisted(session, lot, held_round, new, held_on)
    refuse_too_few(session, lot, held_round, new, held_on)
    check_turn(session, actor, lot, now, new.code, at=at)
    assets = ledger.lock_assets(session, lot.id)
    counted = ledger.counted_before(session, assets, held_round)
    known = [one.standing for one in counted]
    if needs_opening(new.code):
        ever_held = any(one.ever_held for one in known)
        refuse_held_on(session, assets, Stopped.AUCTION, held_on, ever_held=ever_held)
    ruling = ruling_on(rulings(session), new.code, held_on)
    refuse_unnamed(rules_in_use(session, *MEANINGS), new.code, held_on)
    said = _said(lot, held_round, settled, ruling, notified_on)
    said |= {"recorded_at": at, "recorded_by_id": actor.staff_id}
    outcome = looked_at(RoundOutcome, said.items())
    add(session, RoundOutcome, [said])  # written with what it counts for: its key refuses a second
    failed: int | None = None
    if ruling is not None:
        failed = ledger.append(session, counted, held_round, ruling.held, held_on)
        if ruling.held is Held.SOLD:
            close_flags_on_sale(session, actor, assets, at=at)
    closing = _Closing(lot, now, outcome, ruling, failed)
    _note_breaches(session, closing, new, at=at)
    _go_on(session, lot, now, ruling, notified_on)
    data = {
        "number": number,
        "code": outcome.code,
        "held": ruling.held.value if ruling else None,
        "rule_id": outcome.rule_id,
        "sale_price": str(new.sale_price) if new.sale_price else None,
    }
    audit.record(session, actor, Act.ROUND_CLOSED, subject_of(lot), data, at=at)
    _take_steps(session, actor, known, closing, at=at)  # its limits go with all that is gathered
    winner = _follow_deposits(session, actor, lot, settled, held_on, at=at)
    sold = ruling is not None and ruling.held is Held.SOLD
    return outcome, _sold(outcome, held_on, winner) if sold else None


def _said(
    lot: Lot, held_round: AuctionRound, settled: Settled, ruling: Ruling | None, notified_on: date
) -> dict[str, Any]:
    new = settled.said
    return {
        "round_id": held_round.id,
        "lot_id": lot.id,
        "office_id": lot.office_id,
        "code": new.code.value,
        "notified_on": notified_on,
        "sale_price": new.sale_price,
        "buyer_name": new.buyer_name,
        "registered": new.registered,
        "minutes": new.minutes,
        "auctioneer": new.auctioneer,
        "consent": new.consent,
        "complaint": new.complaint,
        "winner_id": settled.winner.id if settled.winner else None,
        "reason": new.reason,
        "rule_id": ruling.rule_id if ruling else None,
    }


def _sold(outcome: RoundOutcome, sold_on: date, winner: Winner | None) -> LotSold:
    return LotSold(
        office_id=outcome.office_id,
        lot_id=outcome.lot_id,
        round_id=outcome.round_id,
        sold_on=sold_on,
        price=outcome.sale_price or Decimal(0),
        buyer=outcome.buyer_name,
        minutes=outcome.minutes,
        staff_id=outcome.recorded_by_id,
        at=outcome.recorded_at,
        winner=winner,
    )


def _refuse_unready(
    session: Session, lot: Lot, now: RoundNow, code: Outcome, *, at: datetime
) -> None:
    held_round = now.round
    number, ref = held_round.number, lot.reference
    if now.ended:
        raise OutcomeAlreadyRecorded(
            _("Round %(number)s of lot %(lot)s has its outcome."), number=number, lot=ref
        )
    if needs_opening(code) and held_round.opens_at is not None and at < held_round.opens_at:
        raise RoundNotOpenedYet(
            _(
                "Round %(number)s of lot %(lot)s opens on %(day)s (rule %(rule)s). Lawful: its"
                " outcome from then on; before, a request to pause or stop it."
            ),
            number=number,
            lot=ref,
            day=local_day(held_round.opens_at),
            **basis_on(session, "counted_outcomes", local_day(at)),
        )
    if code is Outcome.CANCELLED:
        refuse_named(session, lot, held_round, local_day(at), field="code")


def _check_outcome(
    session: Session,
    lot: Lot,
    held_round: AuctionRound,
    new: NewOutcome,
    held_on: date,
    *,
    at: datetime,
) -> None:
    today = local_day(at)
    unit = smallest_unit(session, lot.currency, held_on)
    asked = held_round.starting_price
    faults = code_faults(new.code)
    faults |= sale_faults(new.code, new.sale_price, unit)
    faults |= missing_faults(new.code, new.registered, new.reason, new.minutes)
    if new.notified_on is not None:
        faults |= notice_faults(new.code, new.notified_on, held_on, today)
    priced = {} if "sale_price" in faults else price_faults(new.code, new.sale_price, asked)
    listed = registration_faults(new.code, new.registered)
    if priced or listed:
        by = basis_on(session, "method" if priced else "counted_outcomes", held_on)
        refusal = OutcomeUnlawful(_("Some fields need another look."), **by)
        refusal.fields = {**faults, **priced, **listed}
        raise refusal
    if faults:
        raise OutcomeIncomplete.many(_("Some fields need another look."), faults)


def _follow_deposits(
    session: Session, actor: Actor, lot: Lot, settled: Settled, held_on: date, *, at: datetime
) -> Winner | None:
    """The losers have their deposits back in time, the winner's is earnest money; who won."""
    bidder = settled.winner
    if settled.listed:
        set_limits(session, actor, (REFUND,), held_on, due_subject(lot), at=at)
    if bidder is None:
        return None
    paid = keep_as_earnest(session, actor, bidder, at=at)
    return Winner(
        bidder_id=bidder.id,
        identity=bidder.identity_number,
        address=bidder.address,
        deposit=paid.amount if paid else None,
        deposit_on=local_day(paid.happened_at) if paid else None,
        deposit_document=paid.document if paid else None,
    )


def _note_breaches(session: Session, closing: _Closing, new: NewOutcome, *, at: datetime) -> None:
    if new.code is Outcome.SOLD and not closing.now.listed:
        on = closing.now.round.held_on or local_day(at)
        _note_unlisted(session, closing, new, on, at=at)
    if needs_opening(new.code):
        _note_notices(session, closing, at=at)


def _note_notices(session: Session, closing: _Closing, *, at: datetime) -> None:
    """What the posting and the announcements of a round that was held lacked (PA16 Art. 35, 57)."""
    lot, held_round, now = closing.lot, closing.now.round, closing.now
    with suppress(CalendarUnknown):
        faults = notice_faults_of(
            session, held_round, closing.failed, now.announced, several=now.several
        )
        found = [breach_of(one.rule, lot, held_round.id, one.facts) for one in faults]
        note_breaches(session, found, at=at)


def _note_unlisted(
    session: Session, closing: _Closing, new: NewOutcome, on: date, *, at: datetime
) -> None:
    """That nobody could see whether the buyer may bid (PA16 Art. 38(4))."""
    with suppress(RuleUnknown):
        rule = rule_on(session, EXCLUDED, on)
        facts: dict[str, str | int] = {"unlisted": new.buyer_name or "–"}
        note_breach(session, breach_of(rule, closing.lot, closing.now.round.id, facts), at=at)


def _go_on(
    session: Session,
    lot: Lot,
    now: RoundNow,
    ruling: Ruling | None,
    notified_on: date,
) -> None:
    """Close a sold lot; else keep what it waits for, unless a later round is under way."""
    if ruling is not None and ruling.held is Held.SOLD:
        keep_step(session, lot, None, None, closed_on=now.round.held_on or notified_on)
    elif now.newest:
        reducible = ruling is not None and now.round.starting_price is not None
        step = LotStep.REDUCTION if reducible else LotStep.ROUND
        keep_step(session, lot, step, notified_on, closed_on=None)


def _take_steps(
    session: Session, actor: Actor, known: list[AssetStanding], closing: _Closing, *, at: datetime
) -> None:
    """The steps of the assets that the outcome means, and the limits that begin with them."""
    lot, now, outcome, ruling, failed = closing
    held_round = now.round
    notified_on = outcome.notified_on or local_day(at)
    held_on = held_round.held_on or notified_on
    steps = [
        Taken(
            steps=(step,),
            on=notified_on if step in (Step.PAUSED, Step.STOPPED) else held_on,
            document=outcome.minutes,
            note=outcome.reason,
            limits_from=notified_on if step is Step.ROUND_FAILED else None,
            told_on=notified_on,
        )
        for step in steps_of_outcome(Outcome(outcome.code), ruling.held if ruling else None)
    ]
    about = InRound(lot.id, held_round.id, held_round.number)
    subject, assets = due_subject(lot), [one.asset_id for one in known]
    take_steps(session, actor, assets, steps, at=at, subject=subject, about=about, known=known)
    if ruling is not None and ruling.held is Held.FAILED:
        call_for_agreement(session, actor, lot, failed or 0, notified_on, at=at)
