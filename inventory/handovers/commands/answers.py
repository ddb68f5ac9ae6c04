"""Answering an offer thing by thing: taken over with a receipt, or refused for a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.assets.queries import items_of
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.custody import ledger as custody
from inventory.custody.care import Found, seals_of
from inventory.custody.standings import Standing
from inventory.handovers.commands.minutes import amiss, issue_letter, issue_minutes
from inventory.handovers.commands.offers import lock_open, refuse_unfit, step_of, subject_of
from inventory.handovers.models import Handover, HandoverLine, HandoverSignature
from inventory.handovers.rules import (
    Answer,
    NotTheReceiver,
    OfferClosed,
    ReasonMissing,
    SignatureMissing,
)
from inventory.handovers.schemas import Answered, HandoverPaper, LineAnswer, NewAnswers
from inventory.orders.rules import Direction
from inventory.papers.schemas import Party


def answer(
    session: Session, actor: Actor, reference: str, new: NewAnswers, *, at: datetime
) -> Answered:
    """Take over or refuse things of an offer, one by one.

    Who has no account signs at the screen of the other side. What lies in a warehouse is released
    to the receiver, by the keeper who offered it.
    Raises Forbidden, NotFound, NotTheReceiver, OfferClosed, ReasonMissing, SignatureMissing,
    NotAnswerable, NeedsOrder, and what the gate of custody raises.
    """
    actor.require("handovers.answer")
    handover = lock_open(session, actor, reference, at=at)
    _refuse_other(actor, handover)
    if None in (handover.giver_staff_id, handover.receiver_staff_id) and new.signed is None:
        raise SignatureMissing(
            _("Who has no account signs with name, post and identity paper."), field="signed.name"
        )
    taken = {tidy(one.asset) for one in new.answers if one.accepted}
    seals = seals_of(new.seals, taken)
    _answer_lines(session, actor, handover, new.answers, seals, at=at)
    if new.signed is not None:
        _keep_signature(session, actor, handover, new, at=at)
    paper, letter = _papers(session, actor, handover, new, seals, at=at)
    left = _close_if_answered(session, handover, at=at)
    accepted = sum(said.accepted for said in new.answers)
    refused = len(new.answers) - accepted
    data = {"accepted": accepted, "refused": refused, "paper": paper, "letter": letter}
    audit.record(session, actor, Act.HANDOVER_ANSWERED, subject_of(handover), data, at=at)
    return Answered(handover.reference, accepted, refused, left, paper, letter)


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
    seals: Found,
    *,
    at: datetime,
) -> None:
    said = {tidy(answer.asset): answer for answer in answers}
    for name, one in said.items():
        if not one.accepted and not one.reason:
            raise ReasonMissing(_("Say why %(asset)s is refused."), field="answers", asset=name)
    standings = custody.lock_many(
        session,
        actor,
        dict.fromkeys(said),
        at=at,
        order=handover.order_number or None,
        direction=Direction.OUT,
        keeper=handover.giver_staff_id,
    )
    _refuse_closed(session, handover, standings)
    sides = (handover.giver_staff_id, handover.receiver_staff_id)
    taken = [one for one in standings if said[one.reference].accepted]
    refuse_unfit(session, sides, taken, local_day(at))
    steps = [step_of(handover, one)._replace(seals=seals.get(one.reference, {})) for one in taken]
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
    session: Session,
    actor: Actor,
    handover: Handover,
    new: NewAnswers,
    seals: Found,
    *,
    at: datetime,
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
        order_number=handover.order_number or None,
        lines=items_of(session, taken, seals=seals),
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
