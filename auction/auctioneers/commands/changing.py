"""What follows a signed auction contract: an appendix for the next round, and its end."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, column, exists, func, select, table
from sqlalchemy.orm import Session

from auction.auctioneers.commands.contracts import MAY, in_force, record_contract
from auction.auctioneers.models import AuctionContract, ContractAppendix
from auction.auctioneers.rules import (
    Act,
    ContractIncomplete,
    ContractNumberTaken,
    EndKind,
    EndTooLate,
)
from auction.auctioneers.schemas import NewAppendix, NewEnd
from auction.legal_rules.queries import rule_on, rules_in_use
from auction.lots.carrying import least_first_price, refuse_other_price
from auction.lots.commands import lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.rules import PriceTooLow
from auction.valuations.pricing import smallest_unit
from auction.valuations.queries import newest_values
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by

CANCELS = "org_choice_cancelled"
"""The rule on what follows from untrue information of an organisation."""
LOWERS = "max_reduction_pct"
_BIDDER = table("bidder", column("round_id", BigInteger))
_OUTCOME = table("round_outcome", column("round_id", BigInteger))
"""Bidders and outcomes belong to a room above."""


def append_contract(
    session: Session, actor: Actor, lot_ref: str, new: NewAppendix, *, at: datetime
) -> ContractAppendix:
    """Add an appendix to the contract in force, for the next round, at that round's price.

    Raises NotFound, ContractEnded, ContractIncomplete, ContractNumberTaken, PriceTooLow,
    PriceTooHigh.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    contract = in_force(session, lot)
    not_ahead(new.signed_on, at, field="signed_on")
    if new.signed_on < contract.signed_on:
        raise ContractIncomplete(
            _("The contract was signed on %(day)s, after this."),
            field="signed_on",
            day=contract.signed_on,
        )
    check_amount(
        new.starting_price,
        smallest_unit(session, lot.currency, new.signed_on),
        field="starting_price",
    )
    _refuse_price(session, lot, contract, new)
    made = ContractAppendix(
        contract_id=contract.id,
        office_id=lot.office_id,
        number=new.number,
        signed_on=new.signed_on,
        starting_price=new.starting_price,
        vat_included=new.vat_included,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = ContractNumberTaken(_("There is an appendix with that number."), field="number")
    with refused_by(session, "uq_contract_appendix_contract_id_number", taken):
        session.add(made)
        session.flush()
    data = {"contract": contract.number, "number": new.number, "price": str(new.starting_price)}
    record_contract(session, actor, Act.APPENDED, lot, data, at=at)
    return made


def end_contract(
    session: Session, actor: Actor, lot_ref: str, new: NewEnd, *, at: datetime
) -> AuctionContract:
    """End the contract in force; by the office alone until bidders' files are taken in.

    Raises NotFound, ContractEnded, ContractIncomplete, EndTooLate.
    """
    actor.require(MAY)
    lot = lock_lot(session, actor, lot_ref)
    contract = in_force(session, lot)
    not_ahead(new.ended_on, at, field="ended_on")
    if new.ended_on < contract.signed_on:
        raise ContractIncomplete(
            _("The contract was signed on %(day)s, after this."),
            field="ended_on",
            day=contract.signed_on,
        )
    _refuse_before_round(session, contract, new.ended_on)
    if new.kind is EndKind.UNILATERAL:
        _refuse_files_taken(session, contract, new.ended_on)
    contract.ended_on, contract.end_kind, contract.end_reason = (
        new.ended_on,
        new.kind.value,
        new.reason,
    )
    session.flush()
    data = {"contract": contract.number, "kind": new.kind.value, "reason": new.reason}
    record_contract(session, actor, Act.ENDED, lot, data, at=at)
    return contract


def _refuse_files_taken(session: Session, contract: AuctionContract, on: date) -> None:
    """The office ends the contract alone only before a round under it has its first bidder.

    Raises EndTooLate (C02/22 Art. 6(2)).
    """
    r = AuctionRound
    number = session.scalar(
        select(r.number)
        .where(
            r.contract_id == contract.id,
            exists().where(_BIDDER.c.round_id == r.id),
            ~exists().where(_OUTCOME.c.round_id == r.id),
        )
        .limit(1)
    )
    rules = rules_in_use(session, CANCELS)
    rule = next((one for one in rules if one.serves(on)), None)
    if number is None or rule is None:
        return
    raise EndTooLate(
        _(
            "Bidders' files for round %(number)s were taken in (rule %(rule)s): the office no"
            " longer ends the contract alone. Lawful: its end by agreement, or a request to stop"
            " the auction on a ground of the law."
        ),
        field="kind",
        number=number,
        **rule.basis,
    )


def _refuse_price(session: Session, lot: Lot, contract: AuctionContract, new: NewAppendix) -> None:
    """An appendix names the price of the next round; before the first none below the contract's.

    Raises PriceTooLow, PriceTooHigh (L25 Art. 83(3)).
    """
    refuse_other_price(session, lot.id, new.starting_price, new.signed_on)
    price = _first_price(session, lot, contract, new.signed_on)
    if last_round(session, lot.id) is not None or new.starting_price >= price:
        return
    raise PriceTooLow(
        _(
            "The lot is offered at %(price)s next (rule %(rule)s). Lawful: that price; a lower one"
            " after a decision that reduces it."
        ),
        field="starting_price",
        price=price,
        **rule_on(session, LOWERS, new.signed_on).basis,
    )


def _first_price(session: Session, lot: Lot, contract: AuctionContract, on: date) -> Decimal:
    """What an appendix before the first round names at the least.

    For a lot that came out of the contract's: what its assets bring along, else their value.
    """
    if contract.lot_id == lot.id:
        return contract.starting_price
    valued = newest_values(session, [one.id for one in assets_of_lot(session, lot.id)], on)
    brought = least_first_price(
        session, lot.id, valued, smallest_unit(session, lot.currency, on), on
    )
    return sum((one.amount for one in valued.values()), Decimal(0)) if brought is None else brought


def _refuse_before_round(session: Session, contract: AuctionContract, ended_on: date) -> None:
    """A contract does not end as of a day before a round was fixed under it."""
    r = AuctionRound
    newest = session.scalar(select(func.max(r.recorded_at)).where(r.contract_id == contract.id))
    fixed_on = local_day(newest) if newest else None
    if fixed_on is None or ended_on >= fixed_on:
        return
    rule = rule_on(session, "auction_under_contract", fixed_on)
    raise ContractIncomplete(
        _(
            "A round was fixed under this contract on %(day)s (rule %(rule)s). Lawful: an end on"
            " that day or later."
        ),
        field="ended_on",
        article=rule.article,
        day=fixed_on,
        rule=rule.key,
    )
