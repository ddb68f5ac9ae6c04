"""Scheduling the next round of a lot at a lawful price."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.auctioneers.models import AuctionContract
from auction.auctioneers.since import check_found_since
from auction.bidding.coowners import refuse_unoffered
from auction.bidding.queries import find_outcome, reducible
from auction.bidding.rules import moment
from auction.bidding.terms import Terms, check_sums, terms_of_round
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.ledger import InRound, take_steps
from auction.life.rules import Step
from auction.life.schemas import Taken
from auction.lots.carrying import least_first_price
from auction.lots.commands import await_step, lock_lot, refuse_missing
from auction.lots.models import AuctionRound, Lot, PriceReduction
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.recalls import refuse_recall
from auction.lots.rules import (
    Act,
    LotIsClosed,
    LotStep,
    PriceTooHigh,
    PriceTooLow,
    RoundDatesWrong,
    RoundStillOpen,
    check_round_price,
    step_day,
)
from auction.lots.schemas import NewRound
from auction.lots.subjects import due_subject
from auction.lots.taking import refuse_taking
from auction.notices.commands.opening import check_notice
from auction.valuations.pricing import smallest_unit
from auction.valuations.queries import valuations_to_offer
from auction.valuations.rules import ValuationMissing, value_of
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import check_amount

Faults = dict[str, tuple[str, dict[str, Param]]]


def schedule_round(
    session: Session, actor: Actor, lot_ref: str, new: NewRound, *, at: datetime
) -> AuctionRound:
    """Offer a lot once more, or for the first time, at a lawful price (L25 Art. 82(4), 83(3)).

    Locks it. Raises NotFound, LotIsClosed, RoundStillOpen, RoundDatesWrong, ContractMissing,
    FormNotLawful, ValuationMissing, PriceTooLow, PriceTooHigh, ReductionMissing, RoundTooEarly,
    PriceFoundSince, DepositOutOfRange, DossierFeeTooHigh, NoticeTooShort, NotBefore,
    DelegationHolds, Impeded, OnHold, RecallPending, SetOffOpen, NotOfferedFirst.
    """
    actor.require("rounds.schedule")
    lot = lock_lot(session, actor, lot_ref)
    last = last_round(session, lot.id)
    _refuse_unready(session, lot, last, local_day(at))
    assets = [asset.id for asset in assets_of_lot(session, lot.id)]
    refuse_on_hold(session, assets, Stopped.AUCTION, on=local_day(at))
    on = step_day(local_day(at), held_on := local_day(moment(new.opens_at)))
    unit = smallest_unit(session, lot.currency, on)
    _check_fields(new, last, held_on, unit)
    terms = terms_of_round(session, lot, new, at=at)
    _check_price(
        session, actor, lot, last, new.starting_price, terms=terms, on=on, unit=unit, at=at
    )
    check_sums(session, actor, lot, new, at=at)
    _check_notice(session, actor, lot, last, new, on=on, at=at)
    made = AuctionRound(
        lot_id=lot.id,
        office_id=lot.office_id,
        number=last.number + 1 if last else 1,
        starting_price=new.starting_price,
        deposit=new.deposit,
        bid_step=new.bid_step,
        dossier_fee=new.dossier_fee,
        form=terms.form.value if terms.form else None,
        method=terms.method,
        contract_id=terms.contract.id if terms.contract else None,
        announced_on=new.announced_on,
        opens_at=moment(new.opens_at),
        held_on=held_on,
        organisation=terms.organisation,
        venue=new.venue,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    await_step(lot, LotStep.OUTCOME, held_on)
    session.flush()
    _announce(session, actor, lot, made, assets, on=on, at=at)
    return made


def _announce(
    session: Session,
    actor: Actor,
    lot: Lot,
    made: AuctionRound,
    assets: Sequence[int],
    *,
    on: date,
    at: datetime,
) -> None:
    """The step of each asset that a round is announced with, and the ledger."""
    subject = due_subject(lot)
    announced = Taken(steps=(Step.ANNOUNCED, Step.OFFERED_AGAIN), on=on)
    take_steps(
        session,
        actor,
        assets,
        [announced],
        at=at,
        subject=subject,
        about=InRound(lot.id, made.id, made.number),
    )
    data = {"number": made.number, "price": str(made.starting_price), "on": str(made.held_on)}
    about = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    audit.record(session, actor, Act.ROUND_SCHEDULED, about, data, at=at)


def _refuse_unready(session: Session, lot: Lot, last: AuctionRound | None, today: date) -> None:
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=lot.reference)
    if last is not None and find_outcome(session, last.id) is None:
        raise RoundStillOpen(
            _(
                "Round %(number)s of lot %(lot)s has no outcome yet (rule %(rule)s). Lawful: the"
                " next round after the outcome of this one."
            ),
            number=last.number,
            lot=lot.reference,
            **basis_on(session, "counted_outcomes", today),
        )
    refuse_recall(session, lot.id)
    refuse_taking(session, lot.id, today)
    if last is None:
        refuse_unoffered(session, lot.id, today)
    refuse_missing(session, [asset.id for asset in assets_of_lot(session, lot.id)], today)


def _check_fields(new: NewRound, last: AuctionRound | None, held_on: date, unit: Decimal) -> None:
    faults: Faults = {}
    for name in ("starting_price", "deposit", "bid_step", "dossier_fee"):
        amount = getattr(new, name)
        if amount is not None:
            _gather(faults, partial(check_amount, amount, unit, field=name))
    if new.starting_price == 0:
        faults["starting_price"] = (_("The amount must be more than nothing."), {})
    before = last.held_on if last else None
    if before is not None and held_on < before:
        day: dict[str, Param] = {"day": before}
        faults["opens_at"] = (_("The round before was held on %(day)s, after this one."), day)
    faults |= _announced_faults(new.announced_on, before, held_on)
    if faults:
        raise RoundDatesWrong.many(_("Some fields need another look."), faults)


def _announced_faults(announced_on: date | None, before: date | None, held_on: date) -> Faults:
    if announced_on is None:
        return {}
    if announced_on >= held_on:
        return {"announced_on": (_("The announcement comes before the day of the round."), {})}
    if before is not None and announced_on < before:
        return {"announced_on": (_("The round before was held on %(day)s."), {"day": before})}
    return {}


def _check_notice(
    session: Session,
    actor: Actor,
    lot: Lot,
    last: AuctionRound | None,
    new: NewRound,
    *,
    on: date,
    at: datetime,
) -> None:
    check_notice(
        session,
        actor,
        lot,
        moment(new.opens_at),
        number=last.number + 1 if last else 1,
        price=new.starting_price,
        on=on,
        announced_on=new.announced_on,
        at=at,
    )


def _gather(faults: Faults, check: Callable[[], object]) -> None:
    try:
        check()
    except Invalid as error:
        faults.update(error.fields)


def _check_price(
    session: Session,
    actor: Actor,
    lot: Lot,
    last: AuctionRound | None,
    price: Decimal,
    *,
    terms: Terms,
    on: date,
    unit: Decimal,
    at: datetime,
) -> None:
    if last is None or last.starting_price is None:
        _check_first_price(session, actor, lot, price, terms.contract, on=on, unit=unit, at=at)
        return
    decision = session.scalar(select(PriceReduction).where(PriceReduction.round_id == last.id))
    stands = decision is not None and reducible(session, last, decision.decided_on)
    decided = decision.new_price if decision is not None and stands else None
    limit = rule_on(session, "max_reduction_pct", on)
    check_round_price(price, last.starting_price, decided, limit, unit)


def _check_first_price(
    session: Session,
    actor: Actor,
    lot: Lot,
    price: Decimal,
    contract: AuctionContract | None,
    *,
    on: date,
    unit: Decimal,
    at: datetime,
) -> None:
    rule = rule_on(session, "first_starting_price", on)
    names = {asset.id: asset.reference for asset in assets_of_lot(session, lot.id)}
    assets, signed_on = list(names), contract.signed_on if contract else None
    found = valuations_to_offer(session, actor, lot.id, assets, on, signed_on=signed_on)
    value = value_of({one.asset_id: one.amount for one in found}, assets)
    if value is None:
        raise ValuationMissing(
            _("Not every asset of the lot has a valuation in force on %(day)s."),
            field="starting_price",
            day=on,
            **rule.basis,
        )
    valued = {one.asset_id: one for one in found if one.asset_id is not None}
    if contract is not None:
        prices = {names[asset_id]: one for asset_id, one in valued.items()}
        check_found_since(session, actor, lot, contract, prices=prices, price=price, on=on, at=at)
    brought = least_first_price(session, lot.id, valued, unit, on)
    if brought is not None and price < brought:
        raise PriceTooLow(
            _("The assets were offered before: %(brought)s at the least (rule %(rule)s)."),
            field="starting_price",
            article=rule.article,
            brought=brought,
            rule=rule.key,
        )
    if brought is None and price != value:
        refusal = PriceTooLow if price < value else PriceTooHigh
        raise refusal(
            _(
                "The first round starts at the value found or agreed on, %(value)s (rule %(rule)s)."
                " Lawful: that price."
            ),
            field="starting_price",
            article=rule.article,
            value=value,
            rule=rule.key,
        )
