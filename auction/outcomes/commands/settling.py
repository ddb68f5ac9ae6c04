"""What an officer says of a round must be what its list, its session and its turn say."""

from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.course import Course
from auction.bidding.failures import failed_before
from auction.bidding.kin import refuse_buyer
from auction.bidding.models import Bidder
from auction.bidding.registering import EXCLUDED
from auction.bidding.rules import Outcome, OutcomeIncomplete
from auction.bidding.sessions import AFTER_FAILED, RoundSession, session_of
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import RuleUnknown
from auction.lots.commands import note_breach
from auction.lots.models import AuctionRound, Lot
from auction.lots.subjects import due_subject
from auction.notices.queries import OF_ROUND, OfRound, of_round
from auction.outcomes.commands.follow_up import breach_of
from auction.outcomes.rules import EnoughSold, Faults, OutcomeUnlawful, OutOfOrder, needs_opening
from auction.outcomes.schemas import NewOutcome
from auction.outcomes.sessions import RULE, brought, lines_of_session, to_cover
from inventory.base.actor import Actor
from inventory.base.direct import Looking
from inventory.base.errors import NotFound
from inventory.base.messages import _, label_of

LEAST = "min_bidders"
"""The rule on how many must register."""
_NOW = Looking(
    AuctionRound,
    "WHERE lot_id = %(lot)s::bigint AND number = %(number)s::bigint",
    "EXISTS (SELECT FROM bidder b WHERE b.round_id = auction_round.id)",
    "NOT EXISTS (SELECT FROM auction_round n"
    " WHERE n.lot_id = auction_round.lot_id AND n.number > auction_round.number)",
    "EXISTS (SELECT FROM round_outcome o WHERE o.round_id = auction_round.id)",
    "EXISTS (SELECT FROM lot o JOIN auction_round r ON r.lot_id = o.id"
    " WHERE o.case_id = %(case)s::bigint AND r.held_on = auction_round.held_on"
    " AND r.id <> auction_round.id)",
    *OF_ROUND,
)


class RoundNow(NamedTuple):
    """A round, whether somebody is in its list, whether it is its lot's newest, or has ended.

    And whether it is one of several of its case on the same day, and what was announced of it.
    """

    round: AuctionRound
    listed: bool
    newest: bool
    ended: bool
    several: bool
    announced: OfRound


def round_now(session: Session, lot: Lot, number: int) -> RoundNow:
    """The round of a lot with what closing it must know, in one statement.

    Raises NotFound.
    """
    said = {"lot": lot.id, "number": number, "case": lot.case_id}
    found = _NOW.ask(session.connection(), said)
    if found is None:
        raise NotFound(_("Lot %(lot)s has no round %(number)s."), lot=lot.reference, number=number)
    held_round, (listed, newest, ended, several, *announced) = found
    return RoundNow(held_round, listed, newest, ended, several, of_round(*announced))


class Settled(NamedTuple):
    """An outcome with what the session knows filled in, who won, and whether there is a list."""

    said: NewOutcome
    winner: Bidder | None
    listed: bool


def settle(session: Session, now: RoundNow, new: NewOutcome, held_on: date) -> Settled:
    """Compare an outcome with the list and the session, and fill in what they know.

    Where nobody was entered into the list there is nothing to compare with (``refuse_unlisted``).
    Raises OutcomeIncomplete.
    """
    held_round = now.round
    if not now.listed or not needs_opening(new.code):
        return Settled(new, None, now.listed)
    told = session_of(session, held_round, held_on)
    faults = _faults(told, new)
    if faults:
        raise OutcomeIncomplete.many(_("Some fields need another look."), faults)
    winner = told.course.winner if new.code is Outcome.SOLD else None
    number = winner.bidder if winner else None
    bidder = session.scalar(
        select(Bidder).where(Bidder.round_id == held_round.id, Bidder.number == number)
    )
    filled = msgspec.structs.replace(
        new,
        registered=told.registered,
        sale_price=winner.amount if winner else new.sale_price,
        buyer_name=bidder.name if bidder else new.buyer_name,
    )
    return Settled(filled, bidder, now.listed)


def refuse_unlisted(
    session: Session, lot: Lot, held_round: AuctionRound, new: NewOutcome, on: date
) -> None:
    """Who buys registered and paid his deposit: a sale has a winner of the list (PA16 Art. 38, 39).

    Of a round that was recorded only once it had opened the list may be lost: then the buyer is
    compared with the seller's side as a bidder would be, and the sale stands as a breach.
    Raises OutcomeUnlawful, MatchUnanswered.
    """
    if new.code is not Outcome.SOLD:
        return
    if held_round.opens_at is not None and held_round.recorded_at < held_round.opens_at:
        raise OutcomeUnlawful(
            _(
                "Nobody is in the list of round %(number)s: who buys registered and paid his"
                " deposit before (rule %(rule)s). Lawful: enter the list, the deposits and the"
                " bids; the winner follows from them."
            ),
            field="code",
            number=held_round.number,
            **basis_on(session, EXCLUDED, on),
        )
    if new.buyer_name is not None:
        refuse_buyer(session, lot, new.buyer_name, on)


def refuse_too_few(
    session: Session, lot: Lot, held_round: AuctionRound, new: NewOutcome, on: date
) -> None:
    """One bidder is enough only after an auction in vain (PA16 Art. 49).

    And where the seller agreed in writing and nobody complained of the procedure.
    Raises OutcomeUnlawful.
    """
    if new.code is not Outcome.SOLD or new.registered is None:
        return
    with suppress(RuleUnknown):
        rule = rule_on(session, LEAST, on)
        if new.registered >= rule.number:
            return
        failed = failed_before(session, lot.id, held_round.id)
        rule = rule_on(session, LEAST, on, AFTER_FAILED) if failed else rule
        if new.registered < rule.number:
            raise OutcomeUnlawful(
                _(
                    "%(registered)s registered; a sale needs %(least)s at the least (rule"
                    " %(rule)s). Lawful: that the round failed."
                ),
                field="registered",
                registered=new.registered,
                least=int(rule.number),
                **rule.basis,
            )
        if not new.consent:
            raise OutcomeUnlawful(
                _(
                    "A single bidder buys only with the seller's written consent (rule %(rule)s)."
                    " Lawful: enter the paper of the consent, or that the round failed."
                ),
                field="consent",
                **rule.basis,
            )
        if new.complaint:
            raise OutcomeUnlawful(
                _(
                    "A single bidder does not buy where the procedure was complained of (rule"
                    " %(rule)s). Lawful: that the round failed."
                ),
                field="complaint",
                **rule.basis,
            )


def check_turn(
    session: Session,
    actor: Actor,
    lot: Lot,
    now: RoundNow,
    code: Outcome,
    *,
    at: datetime,
) -> None:
    """Of several lots of a case the one of the highest price comes first (L25 Art. 83(6)).

    After enough was sold nothing more is, but on a departure, and it stays a breach.
    Raises OutOfOrder, EnoughSold.
    """
    held_round = now.round
    if not now.several or not needs_opening(code):
        return
    if lot.case_id is None or held_round.held_on is None:
        return
    lines = lines_of_session(session, actor, lot.case_id, held_round.held_on)
    turn = next((n for n, line in enumerate(lines) if line.lot_id == lot.id), 0)
    with suppress(RuleUnknown):
        if len(lines) < 2:
            return
        rule = rule_on(session, RULE, held_round.held_on)
        before = next((line for line in lines[:turn] if line.outcome is None), None)
        if before is not None:
            raise OutOfOrder(
                _("Lot %(first)s is offered first, its price is higher (rule %(rule)s)."),
                article=rule.article,
                first=before.lot,
                rule=rule.key,
            )
        owed = to_cover(session, lot.case_id, held_round.held_on)
        sold = brought(session, lot.case_id, lines, owed)
        if code is Outcome.SOLD and owed and sold >= owed:
            facts = {"price_sold": str(sold), "price_owed": str(owed)}
            refusal = EnoughSold(
                _(
                    "Sold for %(sold)s, owed %(owed)s: the lots that are left are not sold (rule"
                    " %(rule)s). Lawful: a stop of this round, as enough is sold."
                ),
                field="code",
                sold=sold,
                owed=owed,
                **rule.basis,
            )
            allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)
            note_breach(session, breach_of(rule, lot, held_round.id, facts), at=at)


def _faults(now: RoundSession, new: NewOutcome) -> Faults:
    registered = now.registered
    faults: Faults = {}
    if new.registered is not None and new.registered != registered:
        text = _("The list has %(registered)s bidders who may take part.")
        faults["registered"] = (text, {"registered": registered})
    if now.proposal is None:
        faults["code"] = (_open_text(now.course), {})
    elif new.code is not now.proposal:
        text = _("By the list and the bids it is: %(outcome)s.")
        faults["code"] = (text, {"outcome": label_of(now.proposal)})
    winner = now.course.winner
    if new.code is Outcome.SOLD and winner is not None:
        name = next(one.name for one in now.bidders if one.number == winner.bidder)
        if new.sale_price is not None and new.sale_price != winner.amount:
            text = _("The winning bid is %(price)s.")
            faults["sale_price"] = (text, {"price": winner.amount})
        if new.buyer_name is not None and new.buyer_name != name:
            faults["buyer_name"] = (_("The winner is %(name)s."), {"name": name})
    return faults


def _open_text(course: Course) -> str:
    if course.next_bidder is not None:
        return _("The next bidder has not said yet whether he takes the asset.")
    return _("Some offered the same highest price: let them bid again or draw lots first.")
