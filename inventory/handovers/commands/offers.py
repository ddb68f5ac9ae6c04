"""Offering things to somebody, answering item by item, withdrawing, and letting an offer expire.

Nothing changes hands before the receiver says so; what he refuses or leaves unanswered stays with
who offered it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Forbidden, Invalid, OutOfPlace
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.ledger import Step
from inventory.custody.rules import CustodyKind
from inventory.custody.standings import Standing, refuse_out_of_turn
from inventory.handovers.commands.minutes import amiss, issue_letter, issue_minutes, one_office
from inventory.handovers.models import Handover, HandoverLine, HandoverSignature
from inventory.handovers.queries.offers import charges_of, no_such_offer, visible_offers
from inventory.handovers.rules import (
    ANSWER,
    HANDOVER_PREFIX,
    Answer,
    NeedsOrder,
    NotAnswerable,
    NotTheReceiver,
    OfferClosed,
    OfferedAlready,
    ReasonMissing,
    SignatureMissing,
)
from inventory.handovers.schemas import (
    Answered,
    HandoverPaper,
    LineAnswer,
    NewAnswers,
    NewOffer,
)
from inventory.organisation.queries import appointments_on, get_staff
from inventory.papers.schemas import Party


def offer(session: Session, actor: Actor, new: NewOffer, *, at: datetime) -> Handover:
    """Offer things to somebody, or take things over from somebody without an account.

    Raises Forbidden, NotFound, NotAnswerable, NeedsOrder, IsAway, OfferedAlready, Invalid.
    """
    actor.require("handovers.offer")
    answer_by = _answer_by(session, new, at)
    wanted = dict.fromkeys(map(tidy, new.assets))
    standings = custody.lock_many(session, actor, wanted, at=at)
    parties = _parties(session, actor, new, at)
    _refuse_unfit(session, parties, standings)
    (handover_id,) = ids.take(session, "handover_id_seq")
    made = Handover(
        id=handover_id,
        reference=reference(HANDOVER_PREFIX, handover_id),
        office_id=one_office(standings),
        reason=new.reason,
        answer_by=answer_by,
        offered_at=at,
        offered_by_id=actor.staff_id,
        **parties,
    )
    session.add(made)
    session.flush()
    _add_lines(session, made, list(wanted), standings)
    data = {"assets": list(wanted), "giver": made.giver_name, "receiver": made.receiver_name}
    audit.record(session, actor, Act.HANDOVER_OFFERED, _subject(made), data, at=at)
    return made


def answer(
    session: Session, actor: Actor, reference: str, new: NewAnswers, *, at: datetime
) -> Answered:
    """Take over or refuse things of an offer, one by one.

    Who has no account signs at the screen of the other side.
    Raises Forbidden, NotFound, NotTheReceiver, OfferClosed, ReasonMissing, SignatureMissing.
    """
    actor.require("handovers.answer")
    handover = _lock_open(session, actor, reference, at=at)
    _refuse_other(actor, handover)
    if None in (handover.giver_staff_id, handover.receiver_staff_id) and new.signed is None:
        raise SignatureMissing(
            _("Who has no account signs with name, post and identity paper."), field="signed.name"
        )
    _answer_lines(session, actor, handover, new.answers, at=at)
    if new.signed is not None:
        _keep_signature(session, actor, handover, new, at=at)
    paper, letter = _papers(session, actor, handover, new, at=at)
    left = _close_if_answered(session, handover, at=at)
    accepted = sum(said.accepted for said in new.answers)
    refused = len(new.answers) - accepted
    data = {"accepted": accepted, "refused": refused, "paper": paper, "letter": letter}
    audit.record(session, actor, Act.HANDOVER_ANSWERED, _subject(handover), data, at=at)
    return Answered(handover.reference, accepted, refused, left, paper, letter)


def withdraw(session: Session, actor: Actor, reference: str, *, at: datetime) -> Handover:
    """Take an offer back; what was answered stays answered.

    Raises Forbidden, NotFound, NotAnswerable, OfferClosed.
    """
    actor.require("handovers.offer")
    handover = _lock_open(session, actor, reference)
    if handover.offered_by_id != actor.staff_id:
        raise NotAnswerable(_("Only who made the offer takes it back."))
    _end_open_lines(session, handover, Answer.WITHDRAWN, at=at)
    audit.record(session, actor, Act.HANDOVER_WITHDRAWN, _subject(handover), at=at)
    return handover


def expire(session: Session, actor: Actor, reference: str, *, at: datetime) -> Handover:
    """End an offer whose day has passed; its open things stay with who offered them.

    Raises NotFound, OfferClosed, Conflict.
    """
    handover = _lock_open(session, actor, reference)
    if handover.answer_by >= local_day(at):
        raise OutOfPlace(_("The offer may still be answered."))
    _end_open_lines(session, handover, Answer.EXPIRED, at=at)
    audit.record(session, actor, Act.HANDOVER_EXPIRED, _subject(handover), at=at)
    return handover


def _answer_by(session: Session, new: NewOffer, at: datetime) -> date:
    today = local_day(at)
    if new.answer_by is None:
        return law.due_on(session, ANSWER, today)
    if new.answer_by < today:
        raise Invalid(_("The day to answer by has passed."), field="answer_by")
    return new.answer_by


def _parties(
    session: Session, actor: Actor, new: NewOffer, at: datetime
) -> dict[str, int | str | None]:
    """Both sides; one of them is the actor."""
    if new.giver_name:
        return {
            "giver_staff_id": None,
            "giver_name": new.giver_name,
            "giver_post": new.giver_post or "",
            "receiver_staff_id": _staff_id(actor),
            "receiver_name": actor.name,
            "receiver_post": "",
        }
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
    return {
        "giver_staff_id": _staff_id(actor),
        "giver_name": actor.name,
        "giver_post": "",
        "receiver_staff_id": staff_id,
        "receiver_name": name,
        "receiver_post": new.receiver_post or "",
    }


def _staff_id(actor: Actor) -> int:
    if actor.staff_id is None:
        raise Forbidden(_("Only a person hands over."))
    return actor.staff_id


def _refuse_unfit(
    session: Session, parties: dict[str, int | str | None], standings: Sequence[Standing]
) -> None:
    """Refuse what the giver does not answer for, and what may leave by order only."""
    charges = charges_of(session, [standing.asset_id for standing in standings])
    giver, receiver = parties["giver_staff_id"], parties["receiver_staff_id"]
    for standing in standings:
        refuse_out_of_turn(standing, CustodyKind.HANDED_OVER)
        if standing.place_id is not None and None in (giver, receiver):
            raise NeedsOrder(
                _("%(reference)s lies in %(place)s: it leaves by the order of the head only."),
                field="assets",
                reference=standing.reference,
                place=standing.place_name or "",
            )
        charge = charges.get(standing.asset_id)
        if charge is not None and charge.staff_id != giver:
            raise NotAnswerable(
                _("%(name)s answers for %(reference)s."),
                name=charge.name,
                reference=standing.reference,
            )


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


def _lock_open(
    session: Session, actor: Actor, reference: str, *, at: datetime | None = None
) -> Handover:
    handover = session.scalar(
        visible_offers(actor).where(Handover.reference == tidy(reference)).with_for_update()
    )
    if handover is None:
        raise no_such_offer(reference)
    late = at is not None and handover.answer_by < local_day(at)
    if handover.closed_at is not None or late:
        raise OfferClosed(_("The offer is closed."))
    return handover


def _refuse_other(actor: Actor, handover: Handover) -> None:
    answers = handover.receiver_staff_id
    if answers is None:
        answers = handover.giver_staff_id
    if actor.staff_id is None or answers != actor.staff_id:
        raise NotTheReceiver(
            _("%(name)s answers this offer."),
            name=handover.receiver_name
            if handover.receiver_staff_id is not None
            else handover.giver_name,
        )


def _answer_lines(
    session: Session,
    actor: Actor,
    handover: Handover,
    answers: Sequence[LineAnswer],
    *,
    at: datetime,
) -> None:
    said = {tidy(answer.asset): answer for answer in answers}
    for name, one in said.items():
        if not one.accepted and not one.reason:
            raise ReasonMissing(_("Say why %(asset)s is refused."), field="answers", asset=name)
    standings = custody.lock_many(session, actor, dict.fromkeys(said), at=at)
    _refuse_closed(session, handover, standings)
    steps = [
        Step(
            standing,
            CustodyKind.HANDED_OVER,
            handover.giver_name,
            handover.receiver_name,
            handover.reason,
            handover.reference,
        )
        for standing in standings
        if said[standing.reference].accepted
    ]
    written = {e.asset_id: e.seq for e in custody.write_steps(session, actor, steps, at=at)}
    session.execute(
        update(HandoverLine),
        [
            {
                "handover_id": handover.id,
                "asset_id": standing.asset_id,
                "answer": Answer.ACCEPTED if standing.asset_id in written else Answer.REFUSED,
                "reason": said[standing.reference].reason,
                "answered_at": at,
                "seq": written.get(standing.asset_id),
            }
            for standing in standings
        ],
    )


def _refuse_closed(session: Session, handover: Handover, standings: Sequence[Standing]) -> None:
    """Refuse things that do not wait for an answer in this offer."""
    open_lines = set(
        session.scalars(
            select(HandoverLine.asset_id).where(
                HandoverLine.handover_id == handover.id, HandoverLine.answer.is_(None)
            )
        )
    )
    for standing in standings:
        if standing.asset_id not in open_lines:
            raise OfferClosed(
                _("%(asset)s does not wait for an answer here."), asset=standing.reference
            )


def _keep_signature(
    session: Session, actor: Actor, handover: Handover, new: NewAnswers, *, at: datetime
) -> None:
    signed = new.signed
    if signed is None:
        return
    session.add(
        HandoverSignature(
            handover_id=handover.id,
            office_id=handover.office_id,
            name=signed.name,
            post=signed.post,
            proof=signed.proof,
            proof_number=signed.proof_number,
            signed_at=at,
            witness_id=actor.staff_id,
        )
    )


def _papers(
    session: Session, actor: Actor, handover: Handover, new: NewAnswers, *, at: datetime
) -> tuple[str | None, str | None]:
    """The receiver's receipt where he took something over, and the letter to an outsider of whom
    one of us did not."""
    taken = [tidy(said.asset) for said in new.answers if said.accepted]
    refused = {tidy(said.asset): said.reason for said in new.answers if not said.accepted}
    data = HandoverPaper(
        giver=Party(name=handover.giver_name, post=handover.giver_post or None),
        receiver=Party(name=handover.receiver_name, post=handover.receiver_post or None),
        reason=handover.reason,
        at=at,
        lines=items_of(session, taken),
        refused=items_of(session, list(refused), notes=refused),
    )
    of_offer = (("handover", handover.reference), handover.office_id, data)
    receipt = issue_minutes(session, actor, *of_offer, at=at).reference if taken else None
    if handover.giver_staff_id is not None:
        return receipt, None
    lines = amiss(session, refused, Answer.REFUSED)
    return receipt, issue_letter(session, actor, *of_offer, lines=lines, at=at)


def _close_if_answered(session: Session, handover: Handover, *, at: datetime) -> int:
    left = session.scalars(
        select(HandoverLine.asset_id).where(
            HandoverLine.handover_id == handover.id, HandoverLine.answer.is_(None)
        )
    ).all()
    if not left:
        handover.closed_at = at
    session.flush()
    return len(left)


def _end_open_lines(session: Session, handover: Handover, answer: Answer, *, at: datetime) -> None:
    session.execute(
        update(HandoverLine)
        .where(HandoverLine.handover_id == handover.id, HandoverLine.answer.is_(None))
        .values(answer=answer, answered_at=at)
    )
    handover.closed_at = at
    session.flush()


def _subject(handover: Handover) -> audit.Subject:
    return audit.Subject("handover", handover.id, handover.reference, handover.office_id)
