"""What nobody bought goes back to the debtor, who may not trade it until the debt is done."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.bidding.queries import meaning_of
from auction.bidding.rules import Held
from auction.legal_rules.queries import rule_on
from auction.legal_rules.rules import lowest_next_price
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.models import AuctionRound
from auction.offers.commands.common import OpenLot, case_of, close, open_lot
from auction.offers.commands.reductions import weigh_floor
from auction.offers.models import SetOff, UnsoldReturn
from auction.offers.queries import open_setoff, reductions_of, setoff_after
from auction.offers.rules import (
    AboveFloor,
    Act,
    CreditorNotAsked,
    Floor,
    FloorTest,
    OutOfTurn,
    SetOffOpen,
)
from auction.offers.schemas import NewReturn
from auction.papers.commands import issue_paper
from auction.papers.schemas import ReturnUnsoldData
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import DONG
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Party


def return_unsold(
    session: Session, actor: Actor, lot_ref: str, new: NewReturn, *, at: datetime
) -> UnsoldReturn:
    """Give a lot back whose reduced value is not above the costs (L25 Art. 83(3); L08 Art. 104(3)).

    Raises NotFound, LotIsClosed, OutOfTurn, SetOffOpen, AboveFloor, CreditorNotAsked, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.returned_on, at, field="returned_on")
    if new.refused_on > new.returned_on:
        raise Invalid(_("The refusal lies after the return."), field="refused_on")
    found = open_lot(session, actor, lot_ref)
    failed = _failed_round(session, found)
    price = failed.starting_price or Decimal(0)
    limit = rule_on(session, "max_reduction_pct", new.returned_on)
    reduced = lowest_next_price(price, limit, DONG)
    floor = weigh_floor(session, found.asset_ids, reduced, new.returned_on, DONG)
    _refuse_above(floor, reduced)
    _refuse_unasked(session, found, failed, new.returned_on)
    costs = floor.costs if floor else Decimal(0)
    returned = UnsoldReturn(
        lot_id=found.lot.id,
        round_id=failed.id,
        office_id=found.lot.office_id,
        last_price=price,
        reduced_value=reduced,
        costs=costs,
        returned_on=new.returned_on,
        refused_on=new.refused_on,
        refusal=new.refusal,
        receiver=new.receiver,
        rule_id=floor.rule_id if floor else limit.id,
        article=floor.article if floor else limit.article,
        confidence=(floor.confidence if floor else limit.confidence).value,
        minutes=_issue(session, actor, found, failed, new, costs=costs, at=at),
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(returned)
    session.flush()
    _take_step(session, actor, found, failed, returned, at=at)
    close(session, actor, found, new.returned_on, why="returned", at=at)
    data = {"price": str(price), "costs": str(costs), "refusal": new.refusal}
    audit.record(session, actor, Act.RETURNED, found.subject, data, at=at)
    return returned


def _take_step(
    session: Session,
    actor: Actor,
    found: OpenLot,
    failed: AuctionRound,
    returned: UnsoldReturn,
    *,
    at: datetime,
) -> None:
    take_step(
        session,
        actor,
        found.asset_ids,
        Step.RETURNED_RESTRICTED,
        returned.returned_on,
        at=at,
        document=returned.minutes,
        subject=found.due,
        lot_id=found.lot.id,
        round_id=failed.id,
        round_number=failed.number,
    )


def _failed_round(session: Session, found: OpenLot) -> AuctionRound:
    last = found.last
    if last is None or meaning_of(session, last) is not Held.FAILED:
        raise OutOfTurn(_("Only after a round that failed an asset goes back unsold."))
    return last


def _refuse_above(floor: FloorTest | None, reduced: Decimal) -> None:
    if floor is None or floor.state is not Floor.REACHED:
        raise AboveFloor(
            _(
                "After the next reduction it would cost %(price)s, above the costs of %(costs)s:"
                " it is offered further."
            ),
            article=floor.article if floor else None,
            price=reduced,
            costs=floor.costs if floor else Decimal(0),
        )


def _refuse_unasked(
    session: Session, found: OpenLot, failed: AuctionRound, on: date
) -> SetOff | None:
    """Where the creditor has the right to take it, he was asked and does not."""
    if open_setoff(session, found.lot.id) is not None:
        raise SetOffOpen(_("The creditor’s right is under way."))
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
    costs: Decimal,
    at: datetime,
) -> str:
    case = case_of(session, found.lot)
    data = ReturnUnsoldData(
        at=at,
        place=new.place,
        receiver=Party(name=new.receiver),
        last_price=failed.starting_price or Decimal(0),
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
        assets=found.asset_refs,
        case_number=case.decision_number if case else None,
        step_on=new.returned_on,
        at=at,
    )
    return paper.reference
