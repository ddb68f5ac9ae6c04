"""What nobody bought goes back to the debtor, who may not trade it until the debt is done."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.queries import meaning_of
from auction.bidding.rules import Held
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import lowest_next_price
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.models import AuctionRound, PriceReduction
from auction.lots.taking import SetOffOpen
from auction.offers.commands.common import OpenLot, case_of, not_before, open_lot, part_in_lot
from auction.offers.commands.parting import leave
from auction.offers.commands.reductions import weigh_floor
from auction.offers.models import SetOff, UnsoldReturn
from auction.offers.queries import open_setoff, reductions_of, setoff_after
from auction.offers.rules import (
    RIGHT,
    AboveFloor,
    Act,
    CreditorNotAsked,
    Floor,
    FloorTest,
    OutOfTurn,
)
from auction.offers.schemas import NewReturn
from auction.papers.commands import issue_paper
from auction.papers.schemas import ReturnUnsoldData
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.money import DONG
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Party


class _Back(NamedTuple):
    """What goes back: the assets, their last price, and their value after the reduction."""

    asset_ids: list[int]
    asset_refs: list[str]
    last_price: Decimal
    reduced: Decimal


def return_unsold(
    session: Session, actor: Actor, lot_ref: str, new: NewReturn, *, at: datetime
) -> UnsoldReturn:
    """Give back what is not above the costs when reduced (L25 Art. 83(3); L08 Art. 104(3)).

    The whole lot, or one asset of several: then the rest goes on.
    Raises NotFound, LotIsClosed, OutOfTurn, SetOffOpen, AboveFloor, CreditorNotAsked, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.returned_on, at, field="returned_on")
    if new.refused_on > new.returned_on:
        raise Invalid(_("The refusal lies after the return."), field="refused_on")
    found = open_lot(session, actor, lot_ref)
    failed = _failed_round(session, found, new.returned_on)
    back = _what_goes_back(session, actor, found, failed, new)
    floor = weigh_floor(session, back.asset_ids, back.reduced, new.returned_on, DONG)
    _refuse_above(session, floor, back.reduced, new.returned_on)
    asked = _refuse_unasked(session, found, failed, new.returned_on)
    first = asked.asked_on if asked else failed.held_on
    not_before(new.refused_on, first or new.refused_on, field="refused_on")
    costs = floor.costs if floor else Decimal(0)
    minutes = _issue(session, actor, found, failed, new, back=back, costs=costs, at=at)
    _take_step(session, actor, found, failed, new, back=back, minutes=minutes, at=at)
    said = {"why": "returned", "reason": "Giao lại tài sản không bán được", "document": new.refusal}
    lot = leave(session, actor, found, back.asset_ids, new.returned_on, at=at, **said)
    law = rule_on(session, "max_reduction_pct", new.returned_on)
    returned = UnsoldReturn(
        lot_id=lot.id,
        round_id=failed.id,
        office_id=lot.office_id,
        last_price=back.last_price,
        reduced_value=back.reduced,
        costs=costs,
        returned_on=new.returned_on,
        refused_on=new.refused_on,
        refusal=new.refusal,
        receiver=new.receiver,
        rule_id=floor.rule_id if floor else law.id,
        article=floor.article if floor else law.article,
        confidence=(floor.confidence if floor else law.confidence).value,
        minutes=minutes,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(returned)
    session.flush()
    data = {"price": str(back.last_price), "costs": str(costs), "refusal": new.refusal}
    audit.record(session, actor, Act.RETURNED, found.subject, data, at=at)
    return returned


def _what_goes_back(
    session: Session, actor: Actor, found: OpenLot, failed: AuctionRound, new: NewReturn
) -> _Back:
    """The whole lot, or one of its assets with its part of the prices.

    A reduction that was decided after the round is the reduced value; else the lowest lawful one.
    Raises NotFound, ValuationMissing.
    """
    price, on = failed.starting_price or Decimal(0), new.returned_on
    decided = session.scalar(
        select(PriceReduction.new_price).where(PriceReduction.round_id == failed.id)
    )
    limit = rule_on(session, "max_reduction_pct", on)
    reduced = lowest_next_price(price, limit, DONG) if decided is None else decided
    if new.asset is None:
        return _Back(found.asset_ids, found.asset_refs, price, reduced)
    asset_id = {one.reference: one.id for one in found.assets}.get(new.asset)
    if asset_id is None:
        raise NotFound(_("There is no asset %(reference)s."), field="asset", reference=new.asset)
    parts = [part_in_lot(session, actor, found, asset_id, sum_, on=on) for sum_ in (price, reduced)]
    return _Back([asset_id], [new.asset], *parts)


def _take_step(
    session: Session,
    actor: Actor,
    found: OpenLot,
    failed: AuctionRound,
    new: NewReturn,
    *,
    back: _Back,
    minutes: str,
    at: datetime,
) -> None:
    whole = len(back.asset_ids) == len(found.assets)
    take_step(
        session,
        actor,
        back.asset_ids,
        Step.RETURNED_RESTRICTED,
        new.returned_on,
        at=at,
        document=minutes,
        subject=found.due if whole else None,
        lot_id=found.lot.id,
        round_id=failed.id,
        round_number=failed.number,
    )


def _failed_round(session: Session, found: OpenLot, on: date) -> AuctionRound:
    last = found.last
    if last is None or meaning_of(session, last) is not Held.FAILED:
        raise OutOfTurn(
            _("Only after a round that failed an asset goes back unsold."),
            **basis_on(session, "floor_test", on),
        )
    return last


def _refuse_above(session: Session, floor: FloorTest | None, reduced: Decimal, on: date) -> None:
    if floor is None or floor.state is not Floor.REACHED:
        raise AboveFloor(
            _(
                "After the next reduction it would cost %(price)s, above the costs of %(costs)s:"
                " it is offered further."
            ),
            price=reduced,
            costs=floor.costs if floor else Decimal(0),
            **basis_on(session, "floor_test", on),
        )


def _refuse_unasked(
    session: Session, found: OpenLot, failed: AuctionRound, on: date
) -> SetOff | None:
    """Where the creditor has the right to take it, he was asked and does not."""
    if open_setoff(session, found.lot.id) is not None:
        raise SetOffOpen(
            _("The creditor’s right is under way; it goes back once he does not take it."),
            **basis_on(session, RIGHT, on),
        )
    enough = rule_on(session, "setoff_from_reduction", on)
    asked = setoff_after(session, failed.id)
    if asked is None and reductions_of(session, found.asset_ids) >= enough.number:
        raise CreditorNotAsked(
            _("Ask the creditor in writing first whether he takes the asset (rule %(rule)s)."),
            article=enough.article,
            rule=enough.key,
        )
    return asked


def _issue(
    session: Session,
    actor: Actor,
    found: OpenLot,
    failed: AuctionRound,
    new: NewReturn,
    *,
    back: _Back,
    costs: Decimal,
    at: datetime,
) -> str:
    case = case_of(session, found.lot)
    data = ReturnUnsoldData(
        at=at,
        place=new.place,
        receiver=Party(name=new.receiver),
        last_price=back.last_price,
        costs=costs,
        rounds=failed.number,
        creditor_refused_on=new.refused_on,
        refusal=new.refusal,
        officer=Party(name=actor.name),
    )
    paper = issue_paper(
        session,
        actor,
        PaperKind.RETURN_UNSOLD_MINUTES,
        data,
        subject_kind="lot",
        subject_ref=found.lot.reference,
        office_id=found.lot.office_id,
        assets=back.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=new.returned_on,
        at=at,
    )
    return paper.reference
