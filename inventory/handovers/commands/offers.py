"""Offering things to somebody, answering item by item, withdrawing, and letting an offer expire.

Nothing changes hands before the receiver says so; what he refuses or leaves unanswered stays with
who offered it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, OutOfPlace
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.gate import let_through
from inventory.custody.ledger import Step
from inventory.custody.rules import CustodyKind
from inventory.custody.standings import Standing, in_store, refuse_out_of_turn
from inventory.handovers.commands.minutes import one_office
from inventory.handovers.models import Handover, HandoverLine
from inventory.handovers.queries.offers import charges_of, no_such_offer, visible_offers
from inventory.handovers.rules import (
    ANSWER,
    HANDOVER_PREFIX,
    Answer,
    NeedsOrder,
    NotAnswerable,
    OfferClosed,
    OfferedAlready,
)
from inventory.handovers.schemas import (
    NewOffer,
)
from inventory.orders.rules import BY_ORDER_ONLY, Direction
from inventory.organisation.queries import appointments_on, get_staff

Sides = tuple[int | None, int | None]
"""Who gives and who takes, None where he has no account."""


class _Parties(NamedTuple):
    """Both sides; one of them is the actor."""

    giver_staff_id: int | None
    giver_name: str
    giver_post: str
    receiver_staff_id: int | None
    receiver_name: str
    receiver_post: str

    def sides(self) -> Sides:
        return self.giver_staff_id, self.receiver_staff_id


def offer(session: Session, actor: Actor, new: NewOffer, *, at: datetime) -> Handover:
    """Offer things to somebody, or take things over from somebody without an account.

    What lies in a warehouse is offered by its keeper, on the order that lets it out to him.
    Raises Forbidden, NotFound, NotAnswerable, NeedsOrder, IsAway, OfferedAlready, Invalid, and what
    the gate of custody raises.
    """
    actor.require("handovers.offer")
    answer_by = _answer_by(session, new, at)
    wanted = dict.fromkeys(map(tidy, new.assets))
    out = Direction.OUT
    standings = custody.lock_many(session, actor, wanted, at=at, order=new.order, direction=out)
    parties = _parties(session, actor, new, at)
    refuse_unfit(session, parties.sides(), standings, local_day(at))
    (handover_id,) = ids.take(session, "handover_id_seq")
    made = Handover(
        id=handover_id,
        reference=reference(HANDOVER_PREFIX, handover_id),
        office_id=one_office(standings),
        reason=new.reason,
        order_number=new.order or "",
        answer_by=answer_by,
        offered_at=at,
        offered_by_id=actor.staff_id,
        **parties._asdict(),
    )
    session.add(made)
    session.flush()
    doors = [
        (step_of(made, one).at_the_door(), CustodyKind.RELEASED)
        for one in standings
        if in_store(one)
    ]
    let_through(session, actor, doors, at=at)
    _add_lines(session, made, list(wanted), standings)
    data = {"assets": list(wanted), "giver": made.giver_name, "receiver": made.receiver_name}
    audit.record(session, actor, Act.HANDOVER_OFFERED, subject_of(made), data, at=at)
    return made


def withdraw(session: Session, actor: Actor, reference: str, *, at: datetime) -> Handover:
    """Take an offer back; what was answered stays answered.

    Raises Forbidden, NotFound, NotAnswerable, OfferClosed.
    """
    actor.require("handovers.offer")
    handover = lock_open(session, actor, reference)
    if handover.offered_by_id != actor.staff_id:
        raise NotAnswerable(_("Only who made the offer takes it back."))
    _end_open_lines(session, handover, Answer.WITHDRAWN, at=at)
    audit.record(session, actor, Act.HANDOVER_WITHDRAWN, subject_of(handover), at=at)
    return handover


def expire(session: Session, actor: Actor, reference: str, *, at: datetime) -> Handover:
    """End an offer whose day has passed; its open things stay with who offered them.

    Raises NotFound, OfferClosed, Conflict.
    """
    handover = lock_open(session, actor, reference)
    if handover.answer_by >= local_day(at):
        raise OutOfPlace(_("The offer may still be answered."))
    _end_open_lines(session, handover, Answer.EXPIRED, at=at)
    audit.record(session, actor, Act.HANDOVER_EXPIRED, subject_of(handover), at=at)
    return handover


def _answer_by(session: Session, new: NewOffer, at: datetime) -> date:
    today = local_day(at)
    if new.answer_by is None:
        return law.due_on(session, ANSWER, today)
    if new.answer_by < today:
        raise Invalid(_("The day to answer by has passed."), field="answer_by")
    return new.answer_by


def _parties(session: Session, actor: Actor, new: NewOffer, at: datetime) -> _Parties:
    """Both sides; one of them is the actor."""
    if new.giver_name:
        giver = (None, new.giver_name, new.giver_post or "")
        return _Parties(*giver, _staff_id(actor), actor.name, "")
    staff_id, name = None, new.receiver_name
    if new.receiver_code:
        staff = get_staff(session, new.receiver_code)
        held = appointments_on(session, staff.id, local_day(at))
        if not any(role.office_id == actor.office_id for role in held):
            raise Invalid(_("The receiver holds no post in this office."), field="receiver_code")
        if staff.id == actor.staff_id:
            raise Invalid(_("Nobody hands over to himself."), field="receiver_code")
        staff_id, name = staff.id, staff.name
    if not name:
        raise Invalid(_("Say who is to take over."), field="receiver_code")
    receiver = (staff_id, name, new.receiver_post or "")
    return _Parties(_staff_id(actor), actor.name, "", *receiver)


def _staff_id(actor: Actor) -> int:
    if actor.staff_id is None:
        raise Forbidden(_("Only a person hands over."))
    return actor.staff_id


def refuse_unfit(session: Session, sides: Sides, standings: Sequence[Standing], on: date) -> None:
    """Refuse what the giver does not answer for, and what may leave by order only.

    Raises IsAway, NotInCustody, NotAnswerable, NotTheKeeper, NeedsOrder.
    """
    giver, receiver = sides
    charges = charges_of(session, [standing.asset_id for standing in standings])
    for standing in standings:
        refuse_out_of_turn(standing, CustodyKind.HANDED_OVER)
        charge = charges.get(standing.asset_id)
        if charge is not None and charge.staff_id != giver:
            raise NotAnswerable(
                _("%(name)s answers for %(reference)s."),
                name=charge.name,
                reference=standing.reference,
            )
        outsider = giver is None or (receiver is None and not in_store(standing))
        if outsider and standing.place_id is not None:
            raise NeedsOrder(
                _("%(reference)s lies in %(place)s: it leaves by the order of the head only."),
                field="assets",
                reference=standing.reference,
                place=standing.place_name or "",
                **ruling(session, BY_ORDER_ONLY, on).basis,
            )


def step_of(handover: Handover, standing: Standing) -> Step:
    """The act that takes a thing over: out of a warehouse it is a release to the receiver."""
    leaves = in_store(standing)
    step = Step(
        standing,
        CustodyKind.RELEASED if leaves else CustodyKind.HANDED_OVER,
        handover.giver_name,
        handover.receiver_name,
        handover.reason,
        handover.reference,
    )
    return step._replace(takers=(handover.receiver_name,)) if leaves else step


def _add_lines(
    session: Session, made: Handover, order: list[str], standings: Sequence[Standing]
) -> None:
    rows = [
        {
            "handover_id": made.id,
            "asset_id": standing.asset_id,
            "office_id": made.office_id,
            "position": order.index(standing.reference) + 1,
        }
        for standing in standings
    ]
    taken = OfferedAlready(_("One of the things is offered to somebody already."), field="assets")
    with refused_by(session, "uq_handover_line_open", taken):
        session.execute(insert(HandoverLine), rows)


def lock_open(
    session: Session, actor: Actor, reference: str, *, at: datetime | None = None
) -> Handover:
    """An open offer, locked; one whose day has passed is closed where ``at`` is said.

    Raises NotFound, OfferClosed.
    """
    handover = session.scalar(
        visible_offers(actor).where(Handover.reference == tidy(reference)).with_for_update()
    )
    if handover is None:
        raise no_such_offer(reference)
    late = at is not None and handover.answer_by < local_day(at)
    if handover.closed_at is not None or late:
        raise OfferClosed(_("The offer is closed."))
    return handover


def _end_open_lines(session: Session, handover: Handover, answer: Answer, *, at: datetime) -> None:
    session.execute(
        update(HandoverLine)
        .where(HandoverLine.handover_id == handover.id, HandoverLine.answer.is_(None))
        .values(answer=answer, answered_at=at)
    )
    handover.closed_at = at
    session.flush()


def subject_of(handover: Handover) -> audit.Subject:
    """The offer as the audit ledger names it."""
    return audit.Subject("handover", handover.id, handover.reference, handover.office_id)
