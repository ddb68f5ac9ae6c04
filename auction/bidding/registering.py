"""Who registers for a round, and what happens to his deposit.

Registration and deposits are taken in by the auction organisation: what it did is recorded as it
was, and what does not fit a rule is a breach of the round. What is still to be done is refused.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from auction.bidding.course import (
    BidderKnown,
    DepositKind,
    DepositMissing,
    DepositPaid,
    DepositTaken,
    Forfeit,
    RegistrationEnded,
)
from auction.bidding.kin import check_bidder
from auction.bidding.models import Bidder, DepositEntry
from auction.bidding.queries import find_outcome
from auction.bidding.rules import Act, moment
from auction.bidding.schemas import NewBidder, NewDeposit, NewForfeit, NewRefund
from auction.bidding.sessions import closing_rule, get_bidder, refuse_ground, round_of_lot
from auction.bidding.terms import refuse_before_contract, refuse_paid_late
from auction.deadlines.commands import meet_by_act
from auction.deadlines.rules import due_date
from auction.holds.queries import refuse_held_on
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, calendar, rule_on
from auction.legal_rules.rules import CalendarUnknown, Rule, RuleUnknown, Unit, WorkingCalendar
from auction.lots.commands import lock_lot, note_breach
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot
from auction.lots.rules import DepositOutOfRange, FoundBreach
from auction.lots.subjects import due_subject
from auction.valuations.pricing import smallest_unit
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by

REFUND = "deposit_refund_losers"
EXCLUDED = "excluded_bidders"
"""The rule of who may not bid."""


def register_bidder(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewBidder, *, at: datetime
) -> Bidder:
    """Enter somebody into the list of a round (PA16 Art. 38); who may not bid, with the article.

    While a hold stops the auction nobody is entered.
    Raises NotFound, RegistrationEnded, RegistrationTooEarly, BidderKnown, BidderKeptOut,
    MatchUnanswered, OnHold, Invalid.
    """
    actor.require("bidders.register")
    lot, held_round = _open_round(session, actor, lot_ref, number)
    registered_at = moment(new.registered_at) if new.registered_at else at
    not_ahead(local_day(registered_at), at, field="registered_at")
    refuse_before_contract(session, held_round, local_day(registered_at))
    _refuse_held(session, lot, local_day(registered_at))
    match = check_bidder(session, lot, new, held_round.held_on or local_day(at))
    highest = select(func.coalesce(func.max(Bidder.number), 0))
    last = session.scalar(highest.where(Bidder.round_id == held_round.id)) or 0
    bidder = Bidder(
        round_id=held_round.id,
        lot_id=lot.id,
        office_id=lot.office_id,
        number=last + 1,
        name=new.name,
        identity_number=new.identity_number.replace(" ", ""),
        address=new.address,
        representative=new.representative,
        conditions=new.conditions,
        registered_at=registered_at,
        tie=new.tie.value if new.tie else None,
        tie_article=_tie_article(session, held_round, at) if new.tie else None,
        tie_source=new.tie_source if new.tie else None,
        match_found=match,
        match_answer=new.match_answer if match else None,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    known = BidderKnown(_("Somebody with that number is registered."), field="identity_number")
    with refused_by(session, "uq_bidder_round_id_identity_number", known):
        session.add(bidder)
        session.flush()
    _note_late(session, lot, held_round, bidder, at=at)
    data = {"number": number, "bidder": bidder.number, "tie": bidder.tie, "match": match}
    audit.record(session, actor, Act.REGISTERED, _subject(lot), data, at=at)
    return bidder


def note_deposit(
    session: Session,
    actor: Actor,
    lot_ref: str,
    number: int,
    new: NewDeposit,
    *,
    bidder: int,
    at: datetime,
) -> DepositEntry:
    """Note that a bidder paid his deposit, when and how (PA16 Art. 39).

    Raises NotFound, RegistrationEnded, DepositOutOfRange, DepositTooLate, DepositTaken, Invalid.
    """
    actor.require("bidders.register")
    lot, held_round = _open_round(session, actor, lot_ref, number)
    payer = get_bidder(session, held_round, bidder)
    paid_at = moment(new.paid_at) if new.paid_at else at
    not_ahead(local_day(paid_at), at, field="paid_at")
    refuse_paid_late(session, held_round, paid_at)
    on = local_day(paid_at)
    check_amount(new.amount, smallest_unit(session, lot.currency, on), field="amount")
    if new.amount <= 0 or (held_round.deposit is not None and new.amount != held_round.deposit):
        rule = rule_on(session, "deposit_pct", on, "least")
        raise DepositOutOfRange(
            _("The deposit of this round is %(deposit)s."),
            field="amount",
            deposit=held_round.deposit or Decimal(0),
            **rule.basis,
        )
    entry = _entry(actor, payer, DepositKind.PAID, new.amount, paid_at, at)
    entry.how, entry.document = new.how.value, new.document
    _add(session, entry)
    _note_payment(session, lot, held_round, payer, entry, at=at)
    _record(session, actor, lot, number, payer, entry)
    return entry


def forfeit_deposit(
    session: Session,
    actor: Actor,
    lot_ref: str,
    number: int,
    new: NewForfeit,
    *,
    bidder: int,
    at: datetime,
) -> DepositEntry:
    """A bidder loses his deposit on a ground of the law (PA16 Art. 39(6)); where it goes is said.

    Raises NotFound, DepositMissing, DepositTaken, RoundNotOpenedYet, Invalid.
    """
    actor.require("bidders.register")
    lot = lock_lot(session, actor, lot_ref)
    held_round = round_of_lot(session, lot, number)
    payer = get_bidder(session, held_round, bidder)
    refuse_ground(session, held_round, payer, new.ground, at=at)
    entry = forfeit(session, actor, payer, new.ground, at=at)
    if entry is None:
        raise DepositMissing(
            _("Bidder %(bidder)s has paid no deposit."),
            field="bidder",
            bidder=payer.number,
            **basis_on(session, "deposit_forfeit_grounds", local_day(at)),
        )
    _record(session, actor, lot, number, payer, entry)
    return entry


def forfeit(
    session: Session, actor: Actor, bidder: Bidder, ground: Forfeit, *, at: datetime
) -> DepositEntry | None:
    """Part of an act by which a bidder loses his deposit; None where he had paid none."""
    paid = session.scalar(_paid(bidder))
    if paid is None:
        return None
    rule = rule_on(session, "forfeited_deposit", local_day(at), "at_auction")
    entry = _entry(actor, bidder, DepositKind.FORFEITED, paid, at, at)
    entry.ground, entry.destination, entry.article = ground.value, str(rule.value), rule.article
    _add(session, entry)
    return entry


def refund_deposits(
    session: Session, actor: Actor, lot_ref: str, number: int, new: NewRefund, *, at: datetime
) -> int:
    """All who did not win have their deposits back (PA16 Art. 39(4)); how many.

    Raises NotFound, RegistrationEnded, Invalid.
    """
    actor.require("bidders.register")
    lot = lock_lot(session, actor, lot_ref)
    held_round = round_of_lot(session, lot, number)
    outcome = find_outcome(session, held_round.id)
    if outcome is None:
        raise RegistrationEnded(
            _("Round %(number)s has no outcome yet; nobody's deposit goes back."), number=number
        )
    on = new.on or local_day(at)
    not_ahead(on, at, field="on")
    ended = select(DepositEntry.bidder_id).where(
        DepositEntry.round_id == held_round.id, DepositEntry.kind != DepositKind.PAID
    )
    rows = session.execute(
        select(Bidder, DepositEntry.amount)
        .join(DepositEntry, DepositEntry.bidder_id == Bidder.id)
        .where(Bidder.round_id == held_round.id, Bidder.id.not_in(ended))
        .order_by(Bidder.number)
    ).all()
    noon = moment(datetime(on.year, on.month, on.day, 12))  # noqa: DTZ001 - moment() gives the zone
    for bidder, amount in rows:
        entry = _entry(actor, bidder, DepositKind.REFUNDED, amount, noon, at)
        entry.document = new.document
        session.add(entry)
    session.flush()
    subject = due_subject(lot)
    meet_by_act(session, actor, REFUND, subject, met_on=on, at=at)
    data = {"number": number, "refunded": [bidder.number for bidder, _amount in rows]}
    audit.record(session, actor, Act.DEPOSIT, _subject(lot), data, at=at)
    return len(rows)


def keep_as_earnest(
    session: Session, actor: Actor, bidder: Bidder, *, at: datetime
) -> DepositEntry | None:
    """The winner's deposit becomes earnest money (PA16 Art. 39(5)); what he had paid."""
    paid = session.scalar(
        select(DepositEntry).where(
            DepositEntry.bidder_id == bidder.id, DepositEntry.kind == DepositKind.PAID
        )
    )
    if paid is not None:
        _add(session, _entry(actor, bidder, DepositKind.EARNEST, paid.amount, at, at))
    return paid


def note_present(session: Session, bidder_ids: list[int], *, at: datetime) -> None:
    """Bidders came to the session; the first time counts."""
    absent = Bidder.id.in_(bidder_ids), Bidder.present_at.is_(None)
    session.execute(update(Bidder).where(*absent).values(present_at=at))


def _open_round(
    session: Session, actor: Actor, lot_ref: str, number: int
) -> tuple[Lot, AuctionRound]:
    lot = lock_lot(session, actor, lot_ref)
    held_round = round_of_lot(session, lot, number)
    if find_outcome(session, held_round.id) is not None:
        raise RegistrationEnded(
            _("Round %(number)s of lot %(lot)s has its outcome; its list is closed."),
            number=number,
            lot=lot.reference,
        )
    return lot, held_round


def _refuse_held(session: Session, lot: Lot, on: date) -> None:
    assets = [asset.id for asset in assets_of_lot(session, lot.id)]
    refuse_held_on(session, assets, Stopped.AUCTION, on)


def _tie_article(session: Session, held_round: AuctionRound, at: datetime) -> str:
    return rule_on(session, EXCLUDED, held_round.held_on or local_day(at)).article


def _paid(bidder: Bidder) -> Select[Decimal]:
    return select(DepositEntry.amount).where(
        DepositEntry.bidder_id == bidder.id, DepositEntry.kind == DepositKind.PAID
    )


def _entry(  # noqa: PLR0917 - the facts of an entry, in its order
    actor: Actor,
    bidder: Bidder,
    kind: DepositKind,
    amount: Decimal,
    happened_at: datetime,
    at: datetime,
) -> DepositEntry:
    return DepositEntry(
        bidder_id=bidder.id,
        round_id=bidder.round_id,
        lot_id=bidder.lot_id,
        office_id=bidder.office_id,
        kind=kind.value,
        amount=amount,
        happened_at=happened_at,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )


def _add(session: Session, entry: DepositEntry) -> None:
    before = DepositTaken(_("That happened to the deposit of this bidder before."), field="bidder")
    one = "uq_deposit_entry_bidder_id_kind"
    with refused_by(session, "uq_deposit_entry_ended", before), refused_by(session, one, before):
        session.add(entry)
        session.flush()


def _record(  # noqa: PLR0917 - whose entry in which round
    session: Session, actor: Actor, lot: Lot, number: int, bidder: Bidder, entry: DepositEntry
) -> None:
    data = {
        "number": number,
        "bidder": bidder.number,
        "kind": entry.kind,
        "amount": str(entry.amount),
        "ground": entry.ground,
        "destination": entry.destination,
    }
    audit.record(session, actor, Act.DEPOSIT, _subject(lot), data, at=entry.recorded_at)


def _note_late(
    session: Session, lot: Lot, held_round: AuctionRound, bidder: Bidder, *, at: datetime
) -> None:
    """A registration after the list closed is what happened, and a breach (PA16 Art. 38(2), 53).

    By the simplified procedure the list closes a day later. A list may be open on a day off.
    """
    opens_on = held_round.held_on
    on = local_day(bidder.registered_at)
    if opens_on is None:
        return
    with suppress(RuleUnknown, CalendarUnknown):
        rule = closing_rule(session, held_round, opens_on)
        closes_on = _last_day(rule, opens_on, calendar(session))
        if on > closes_on:
            facts: dict[str, str | int] = {
                "bidder": bidder.number,
                "registered_on": on.isoformat(),
                "closes_on": closes_on.isoformat(),
            }
            note_breach(session, _breach(rule, lot, held_round, facts), at=at)


def _last_day(rule: Rule, opens_on: date, calendar: WorkingCalendar) -> date:
    """The last day on which a list may be open: so many days before, a day off or not."""
    if rule.unit is Unit.DAY:
        return opens_on - timedelta(days=int(rule.number))
    return due_date(opens_on, rule, calendar).due_on


def _note_payment(
    session: Session,
    lot: Lot,
    held_round: AuctionRound,
    bidder: Bidder,
    entry: DepositEntry,
    *,
    at: datetime,
) -> None:
    """A deposit outside its window, or too great for cash, is a breach (PA16 Art. 39(1), (2))."""
    on, opens_on = local_day(entry.happened_at), held_round.held_on
    with suppress(RuleUnknown, CalendarUnknown):
        cash = rule_on(session, "deposit_cash_direct_max", on)
        if entry.how == DepositPaid.CASH and entry.amount >= cash.number:
            facts: dict[str, str | int] = {
                "bidder": bidder.number,
                "price_paid": str(entry.amount),
                "price_most": str(cash.number),
            }
            note_breach(session, _breach(cash, lot, held_round, facts), at=at)
    if opens_on is None:
        return
    with suppress(RuleUnknown, CalendarUnknown):
        window = rule_on(session, "deposit_collect_window", on)
        from_on = due_date(opens_on, window, calendar(session)).due_on
        if not from_on <= on < opens_on:
            facts = {
                "bidder": bidder.number,
                "paid_on": on.isoformat(),
                "from_on": from_on.isoformat(),
                "opens_on": opens_on.isoformat(),
            }
            note_breach(session, _breach(window, lot, held_round, facts), at=at)


def _breach(
    rule: Rule, lot: Lot, held_round: AuctionRound, facts: dict[str, str | int]
) -> FoundBreach:
    return FoundBreach(
        rule_key=rule.key,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        lot_id=lot.id,
        round_id=held_round.id,
        office_id=lot.office_id,
        facts=facts,
    )


def _subject(lot: Lot) -> audit.Subject:
    return audit.Subject("lot", lot.id, lot.reference, lot.office_id)
