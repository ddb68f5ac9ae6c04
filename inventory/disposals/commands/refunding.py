"""What was forfeited and paid in is asked back of the finance body (L25 Art. 57(2)).

C04/23 Art. 12(3): further steps, nothing that was recorded is removed.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.base.said import tidy
from inventory.disposals.commands.steps import add_step
from inventory.disposals.models import Disposal, DisposalStep
from inventory.disposals.queries import no_such_disposal, visible_disposals
from inventory.disposals.rules import FORFEITURE_ANNULLED, OutOfTurn, Step, Way, WrongWay
from inventory.disposals.schemas import NewRefundAsked, NewRefunded


def ask_refund(
    session: Session, actor: Actor, reference: str, new: NewRefundAsked, *, at: datetime
) -> Disposal:
    """Ask the finance body to refund what was forfeited by a decision that is annulled.

    Raises Forbidden, NotFound, WrongWay, OutOfTurn, Invalid.
    """
    actor.require("disposals.decide")
    disposal = _finished(session, actor, reference)
    before = _taken(session, disposal, Step.REMITTED)
    if before is None:
        raise WrongWay(_("Only money that was paid into the budget is asked back."))
    _check_day(new.asked_on, before.done_on, at, "asked_on")
    rule = law.ruling(session, FORFEITURE_ANNULLED, new.asked_on)
    with refused_by(session, "uq_disposal_step_once", _again()):
        add_step(
            session,
            actor,
            disposal,
            Step.REFUND_ASKED,
            new.asked_on,
            paper=new.paper,
            words=f"{new.finance_body}; {new.annulled_by}",
            amount=before.amount,
            article=rule.article,
            at=at,
        )
    return disposal


def receive_refund(
    session: Session, actor: Actor, reference: str, new: NewRefunded, *, at: datetime
) -> Disposal:
    """Record that the finance body refunded it, all of it, and who was given it.

    Raises Forbidden, NotFound, OutOfTurn, Invalid.
    """
    actor.require("disposals.remit")
    disposal = _finished(session, actor, reference)
    asked = _taken(session, disposal, Step.REFUND_ASKED)
    if asked is None:
        raise OutOfTurn(_("The finance body is asked first."))
    _check_day(new.refunded_on, asked.done_on, at, "refunded_on")
    amount = check_amount(new.amount, field="amount")
    if asked.amount is not None and amount != asked.amount:
        raise Invalid(
            _("What was paid in is refunded: %(sum)s."), field="amount", sum=Decimal(asked.amount)
        )
    rule = law.ruling(session, FORFEITURE_ANNULLED, new.refunded_on)
    with refused_by(session, "uq_disposal_step_once", _again()):
        add_step(
            session,
            actor,
            disposal,
            Step.REFUNDED,
            new.refunded_on,
            paper=new.paper,
            words=new.receiver,
            amount=amount,
            article=rule.article,
            at=at,
        )
    return disposal


def _finished(session: Session, actor: Actor, reference: str) -> Disposal:
    found = session.scalar(
        visible_disposals(actor).where(Disposal.reference == tidy(reference)).with_for_update()
    )
    if found is None:
        raise no_such_disposal(reference)
    if found.way != Way.FORFEIT:
        raise WrongWay(_("That step belongs to another way of disposal."))
    return found


def _taken(session: Session, disposal: Disposal, step: Step) -> DisposalStep | None:
    return session.scalar(
        select(DisposalStep).where(
            DisposalStep.disposal_id == disposal.id, DisposalStep.step == step
        )
    )


def _check_day(day: date, first: date, at: datetime, field: str) -> None:
    not_ahead(day, at, field=field)
    if day < first:
        raise Invalid(_("The day lies before %(first)s."), field=field, first=first)


def _again() -> OutOfTurn:
    return OutOfTurn(_("Another step comes first, or this one was taken."))
