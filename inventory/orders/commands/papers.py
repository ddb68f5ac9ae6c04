"""The papers of an order: their data as they were at that moment (D65, D66, C04, C05-THADS)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.cases.models import EnforcementCase
from inventory.orders.queries import went_through
from inventory.orders.rules import Direction, Step
from inventory.orders.schemas import LineOut, MinutesPaper, OrderOut, OrderPaper, SlipPaper
from inventory.organisation.rules import Role
from inventory.papers.commands import issue
from inventory.papers.queries import copies_of_minutes
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import (
    About,
    CasePart,
    Issued,
    ItemLine,
    NewPaper,
    PaperData,
    Party,
    Signature,
)

HEAD, DEPUTY, KEEPER, ACCOUNTANT = "Thủ trưởng", "Phó Thủ trưởng", "Thủ kho", "Kế toán nghiệp vụ"
GIVER, TAKER = "Người giao", "Người nhận"
"""Posts as they are printed under a signature."""

BASIS, HANDED_OVER = "C04/23 Art. 11(2)", "C04/23 Art. 10(2)"
"""What orders and slips, and what hand-over minutes rest on."""

NOTHING: Mapping[int, Sequence[str]] = {}

ORDERS = {
    Direction.IN: PaperKind.STORE_IN_ORDER,
    Direction.OUT: PaperKind.STORE_OUT_ORDER,
}
SLIPS = {
    Direction.IN: PaperKind.RECEIPT_SLIP,
    Direction.OUT: PaperKind.RELEASE_SLIP,
}


def issue_order(
    session: Session, actor: Actor, order: OrderOut, *, for_head: bool, at: datetime
) -> Issued:
    """The order itself, signed by the head, or by a deputy in his stead."""
    signature = (
        Signature(post=DEPUTY, name=actor.name, on_behalf=f"KT. {HEAD}")
        if for_head
        else Signature(post=HEAD, name=actor.name)
    )
    data = OrderPaper(
        cases=_cases(session, order),
        bases=(BASIS, order.legal_basis),
        lines=_items(order.lines),
        signatures=(signature,),
        recipients=(KEEPER, ACCOUNTANT, GIVER if order.direction is Direction.IN else TAKER),
        order=order.reference,
        direction=order.direction,
        purpose=order.purpose,
        warehouse=order.warehouse,
        reason=order.reason,
        party=_party(order),
        planned_at=order.planned_at,
    )
    return _issue(session, actor, order, ORDERS[order.direction], data, at=at)


def recall_order(
    session: Session, actor: Actor, order: OrderOut, reason: str, *, at: datetime
) -> Issued:
    """What takes a signed order back (C04/23 Art. 36(4))."""
    signed = next(step for step in order.steps if step.step is Step.ORDER)
    data = PaperData(note=reason, signatures=(Signature(post=HEAD, name=actor.name),))
    new = _new(session, order, PaperKind.RECALL, data, recalls=signed.paper_reference)
    return issue(session, actor, new, at=at)


def issue_minutes(
    session: Session, actor: Actor, order: OrderOut, note: str | None, *, at: datetime
) -> Issued:
    """The hand-over minutes, signed by both sides."""
    keeper = Party(name=actor.name, post=KEEPER)
    comes = order.direction is Direction.IN
    party = _party(order)
    data = MinutesPaper(
        cases=_cases(session, order),
        bases=(HANDED_OVER, order.legal_basis),
        lines=_items(order.lines),
        signatures=(
            Signature(post=GIVER, name=party.name if comes else actor.name),
            Signature(post=TAKER, name=actor.name if comes else party.name),
            Signature(post=Role.ACCOUNTANT),
        ),
        note=note,
        order=order.reference,
        order_number=order.number or "",
        direction=order.direction,
        purpose=order.purpose,
        warehouse=order.warehouse,
        reason=order.reason,
        at=at,
        giver=party if comes else keeper,
        receiver=keeper if comes else party,
        copies=copies_of_minutes(session, at),
    )
    return _issue(session, actor, order, PaperKind.HANDOVER_MINUTES, data, at=at)


def issue_slip(session: Session, actor: Actor, order: OrderOut, *, at: datetime) -> Issued:
    """The receipt or release slip: giver or taker, keeper, accountant and head sign."""
    minutes = next((s.paper_number for s in order.steps if s.step is Step.MINUTES), None)
    comes = order.direction is Direction.IN
    data = SlipPaper(
        cases=_cases(session, order),
        bases=(BASIS, order.legal_basis),
        lines=_items(order.lines, went_through(session, order.id)),
        signatures=(
            Signature(post=GIVER if comes else TAKER, name=order.party_name),
            Signature(post=KEEPER, name=actor.name),
            Signature(post=Role.ACCOUNTANT),
            Signature(post=HEAD, name=order.signed_by),
        ),
        order=order.reference,
        order_number=order.number or "",
        direction=order.direction,
        purpose=order.purpose,
        warehouse=order.warehouse,
        reason=order.reason,
        party=_party(order),
        minutes_number=minutes,
    )
    return _issue(session, actor, order, SLIPS[order.direction], data, at=at)


def _issue(
    session: Session,
    actor: Actor,
    order: OrderOut,
    kind: PaperKind,
    data: PaperData,
    *,
    at: datetime,
) -> Issued:
    return issue(session, actor, _new(session, order, kind, data), at=at)


def _new(
    session: Session,
    order: OrderOut,
    kind: PaperKind,
    data: PaperData,
    *,
    recalls: str | None = None,
) -> NewPaper:
    about = [About("place", str(order.place_id))]
    named = [line.asset for line in order.lines if line.asset]
    through = went_through(session, order.id)
    things = dict.fromkeys([*named, *(ref for refs in through.values() for ref in refs)])
    about += [About("asset", ref) for ref in things]
    if order.case_id is not None:
        about.append(About("case", str(order.case_id)))
    return NewPaper(
        kind=kind,
        title=f"{order.reference} · {order.warehouse} · {order.party_name}",
        subject_kind="order",
        subject_ref=order.reference,
        data=data,
        about=tuple(about),
        recalls=recalls,
        office_id=order.office_id,
    )


def _party(order: OrderOut) -> Party:
    shown = next((step for step in order.steps if step.step is Step.CHECK), None)
    return Party(
        name=order.party_name,
        post=order.party_post,
        identity=(shown.identity if shown else None) or order.party_identity,
        authority=shown.authority if shown else None,
    )


def _items(
    lines: Sequence[LineOut], through: Mapping[int, Sequence[str]] = NOTHING
) -> tuple[ItemLine, ...]:
    """The lines of a paper; where a line named no asset yet, those that went through on it."""
    return tuple(
        ItemLine(
            name=line.description,
            code=line.asset or ", ".join(through.get(line.no, ())) or None,
            unit=line.unit,
            quantity=line.quantity,
            real=line.found,
            features="; ".join(filter(None, (line.identification, line.features))) or None,
            state=line.found_state or line.state,
            seal=line.found_seal or line.seal_number,
            note=line.found_note,
        )
        for line in lines
    )


def _cases(session: Session, order: OrderOut) -> tuple[CasePart, ...]:
    case = session.get(EnforcementCase, order.case_id) if order.case_id else None
    if case is None:
        return ()
    return (
        CasePart(
            number=case.decision_number,
            decided_on=case.decision_on,
            court=case.court,
            judgment=case.judgment,
            debtor=case.debtor_name,
            debtor_identity=case.debtor_identity,
            debtor_address=case.debtor_address,
            creditor=case.creditor_name,
            creditor_identity=case.creditor_identity,
            creditor_address=case.creditor_address,
        ),
    )
