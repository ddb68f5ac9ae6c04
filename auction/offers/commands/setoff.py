"""The creditor takes the asset in set-off: asked, answered, the debtor's time, paid or lapsed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.queries import due_after
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Confidence
from auction.life.rules import Step
from auction.lots.recalls import refuse_recall
from auction.offers.commands.common import (
    OpenLot,
    case_of,
    check_sum,
    close,
    due_or_none,
    not_before,
    open_lot,
)
from auction.offers.commands.reckoning import (
    Sum,
    failed_to_take,
    issue_notice,
    notice_to_creditor,
    number_of,
    reckon,
    reductions_made,
    step_after,
)
from auction.offers.commands.stopping import stop_accepted
from auction.offers.models import SetOff
from auction.offers.queries import open_setoff
from auction.offers.redemption import least_sums
from auction.offers.rules import (
    Act,
    ClaimUnknown,
    LotTaken,
    NotUnderWay,
    OthersMustAgree,
    SetOffAsked,
    SetOffEnd,
    SetOffStage,
    SumDiffers,
    TooEarly,
    TooLate,
    stage_of,
)
from auction.offers.schemas import (
    NewAsk,
    NewDebtorNotice,
    NewLapse,
    NewSetOffAnswer,
    NewSetOffPayment,
)
from auction.papers.schemas import SetoffNoticeData
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.papers.schemas import Party

ANSWER, TELL = "setoff_creditor_answer", "setoff_notify_debtor"
REDEEM, PAY = "setoff_debtor_redeem", "setoff_creditor_pay"
REDUCTION = "reduction_decision_due"


def ask_creditor(
    session: Session, actor: Actor, lot_ref: str, new: NewAsk, *, at: datetime
) -> SetOff:
    """Tell the creditor in writing that he may take the asset (D152/26 Art. 65(6)).

    Raises NotFound, LotIsClosed, NoRightYet, SetOffAsked, ClaimUnknown, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.asked_on, at, field="asked_on")
    found = open_lot(session, actor, lot_ref)
    refuse_on_hold(session, found.asset_ids, Stopped.SETOFF, on=new.asked_on)
    refuse_recall(session, found.lot.id)
    failed = failed_to_take(session, found, new.asked_on)
    reductions = reductions_made(session, found, failed, new.asked_on)
    case = case_of(session, found.lot)
    creditor = new.creditor or (case.creditor_name if case else None)
    if creditor is None:
        raise ClaimUnknown(_("Name the creditor; the case names none."), field="creditor")
    price = failed.starting_price or Decimal(0)
    said = (new.claim, new.debt, new.deductions)
    due = reckon(session, found, creditor, price, said=said, on=new.asked_on)
    rule = rule_on(session, ANSWER, new.asked_on)
    by = due_after(session, ANSWER, new.asked_on)
    setoff = SetOff(
        lot_id=found.lot.id,
        round_id=failed.id,
        office_id=found.lot.office_id,
        creditor=creditor,
        price=price,
        reductions=reductions,
        debt=new.debt,
        **due.sums(),
        asked_on=new.asked_on,
        answer_by_on=by,
        rule_id=rule.id,
        article=rule.article,
        confidence=rule.confidence.value,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    data = notice_to_creditor(setoff, failed.number)
    setoff.notice = issue_notice(session, actor, found, data, new.asked_on, at=at)
    _add(session, setoff)
    set_limits(session, actor, (ANSWER,), new.asked_on, found.due, at=at)
    facts = {"round": failed.number, "price": str(price), "by": by.isoformat()}
    audit.record(session, actor, Act.CREDITOR_ASKED, found.subject, facts, at=at)
    return setoff


def _add(session: Session, setoff: SetOff) -> None:
    twice = SetOffAsked(_("The creditor was asked after that round already."), field="asked_on")
    still = SetOffAsked(_("What the creditor was asked before is still open."), field="asked_on")
    with (
        refused_by(session, "uq_setoff_round_id", twice),
        refused_by(session, "uq_setoff_open", still),
    ):
        session.add(setoff)
        session.flush()


def answer_setoff(
    session: Session, actor: Actor, lot_ref: str, new: NewSetOffAnswer, *, at: datetime
) -> SetOff:
    """Record what the creditor says; a time that no law fixes bars nobody (L25 Art. 83(3)).

    A round that was fixed meanwhile is stopped.
    Raises NotFound, LotIsClosed, NotUnderWay, OnHold, TooLate, OthersMustAgree, WinnerNamed,
    Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.answered_on, at, field="answered_on")
    found = open_lot(session, actor, lot_ref)
    setoff = _expect(session, found, SetOffStage.ANSWER, new.answered_on)
    not_before(new.answered_on, setoff.asked_on, field="answered_on")
    if new.accepted:
        refuse_on_hold(session, found.asset_ids, Stopped.SETOFF, on=local_day(at))
    fixed = setoff.confidence != Confidence.UNCONFIRMED
    if new.accepted and fixed and new.answered_on > setoff.answer_by_on:
        raise TooLate(
            _("The creditor could answer until %(day)s (rule %(rule)s)."),
            field="answered_on",
            article=setoff.article,
            day=setoff.answer_by_on,
            rule=ANSWER,
        )
    due = _reckon_anew(session, found, setoff, new) if new.accepted else None
    setoff.answered_on, setoff.accepted = new.answered_on, new.accepted
    setoff.answer_document, setoff.others_document = new.document, new.others_document
    if due is not None:
        setoff.claim, setoff.costs, setoff.to_pay = due.claim, due.costs, due.to_pay
        setoff.owners, setoff.rent = due.owners, due.rent
        session.flush()
        _accept(session, actor, found, setoff, new, at=at)
    else:
        setoff.ended_on, setoff.ending = new.answered_on, SetOffEnd.REFUSED.value
        session.flush()
        meet_by_act(session, actor, ANSWER, found.due, met_on=new.answered_on, at=at)
    data = {"accepted": new.accepted, "document": new.document, "to_pay": str(setoff.to_pay)}
    audit.record(session, actor, Act.CREDITOR_ANSWERED, found.subject, data, at=at)
    return setoff


def tell_debtor(
    session: Session, actor: Actor, lot_ref: str, new: NewDebtorNotice, *, at: datetime
) -> SetOff:
    """Tell the debtor that the creditor takes the asset: he may pay all and have it back.

    All is what he owes to everybody for whom it is seized, with the costs, as ``redeem`` asks.
    Raises NotFound, LotIsClosed, NotUnderWay, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.told_on, at, field="told_on")
    found = open_lot(session, actor, lot_ref)
    setoff = _expect(session, found, SetOffStage.TELL_DEBTOR, new.told_on)
    not_before(new.told_on, setoff.answered_on or setoff.asked_on, field="told_on")
    case = case_of(session, found.lot)
    by = due_after(session, REDEEM, new.told_on)
    setoff.told_on, setoff.debtor_by_on = new.told_on, by
    setoff.pay_by_on = due_or_none(session, PAY, by)
    least = least_sums(session, found.asset_ids, new.told_on, alone=False)
    debt = max(least.debt, setoff.claim)
    notice = SetoffNoticeData(
        to="debtor",
        addressee=Party(name=(case.debtor_name if case else None) or "–"),
        price=setoff.price,
        failed_round=number_of(session, setoff),
        until=by,
        claim=debt,
        costs=least.costs,
        to_pay=debt + least.costs,
        pay_until=setoff.pay_by_on,
    )
    setoff.debtor_notice = issue_notice(session, actor, found, notice, new.told_on, at=at)
    session.flush()
    meet_by_act(session, actor, TELL, found.due, met_on=new.told_on, at=at)
    set_limits(session, actor, (REDEEM,), new.told_on, found.due, at=at)
    set_limits(session, actor, (PAY,), by, found.due, at=at)
    data = {"told_on": new.told_on.isoformat(), "by": by.isoformat()}
    audit.record(session, actor, Act.DEBTOR_TOLD, found.subject, data, at=at)
    return setoff


def pay_setoff(
    session: Session, actor: Actor, lot_ref: str, new: NewSetOffPayment, *, at: datetime
) -> SetOff:
    """The creditor pays what is due and takes the asset; the lot is closed (D152/26 Art. 66).

    Raises NotFound, LotIsClosed, NotUnderWay, TooEarly, TooLate, SumDiffers, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.paid_on, at, field="paid_on")
    check_sum(new.amount, "amount")
    found = open_lot(session, actor, lot_ref)
    refuse_on_hold(session, found.asset_ids, Stopped.SETOFF, on=new.paid_on)
    setoff = _accepted(session, found)
    if setoff.debtor_by_on is None or new.paid_on <= setoff.debtor_by_on:
        raise _debtors_time(session, setoff, new.paid_on, "paid_on")
    if setoff.pay_by_on is not None and new.paid_on > setoff.pay_by_on:
        raise TooLate(
            _("The creditor could pay until %(day)s; the price is reduced further (%(rule)s)."),
            field="paid_on",
            article=rule_on(session, PAY, setoff.debtor_by_on).article,
            day=setoff.pay_by_on,
            rule=PAY,
        )
    if new.amount != setoff.to_pay:
        raise SumDiffers(
            _("The creditor pays %(sum)s: the value %(price)s less his part."),
            field="amount",
            sum=setoff.to_pay,
            price=setoff.price,
            **basis_on(session, "setoff_sum", new.paid_on),
        )
    setoff.paid_on, setoff.paid_document = new.paid_on, new.document
    setoff.ended_on, setoff.ending = new.paid_on, SetOffEnd.PAID.value
    session.flush()
    on = new.paid_on
    step_after(session, actor, found, setoff, Step.SETOFF_PAID, on=on, document=new.document, at=at)
    meet_by_act(session, actor, (REDEEM, PAY), found.due, met_on=new.paid_on, at=at)
    close(session, actor, found, new.paid_on, why="setoff", at=at)
    data = {"amount": str(new.amount), "price": str(setoff.price), "document": new.document}
    audit.record(session, actor, Act.SETOFF_PAID, found.subject, data, at=at)
    publish(session, _taken(actor, setoff, new, at=at))
    return setoff


def _taken(actor: Actor, setoff: SetOff, new: NewSetOffPayment, *, at: datetime) -> LotTaken:
    return LotTaken(
        setoff=True,
        lot_id=setoff.lot_id,
        office_id=setoff.office_id,
        taker=setoff.creditor,
        price=setoff.price,
        paid=new.amount,
        on=new.paid_on,
        document=new.document,
        actor=actor,
        at=at,
    )


def lapse_setoff(
    session: Session, actor: Actor, lot_ref: str, new: NewLapse, *, at: datetime
) -> SetOff:
    """End a right whose time ran out: no answer, or not paid; the next reduction may follow.

    Raises NotFound, LotIsClosed, NotUnderWay, TooEarly, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.on, at, field="on")
    found = open_lot(session, actor, lot_ref)
    setoff = open_setoff(session, found.lot.id)
    if setoff is None:
        raise NotUnderWay(_("No set-off is under way."))
    if setoff.accepted:
        _fall_back(session, actor, found, setoff, new, at=at)
    else:
        end_unanswered(session, actor, found, setoff, new.on, at=at)
    return setoff


def end_unanswered(
    session: Session, actor: Actor, found: OpenLot, setoff: SetOff, on: date, *, at: datetime
) -> None:
    """End a right that was not answered in its time.

    Raises TooEarly.
    """
    if on <= setoff.answer_by_on:
        raise TooEarly(
            _("The creditor may answer until %(day)s (rule %(rule)s)."),
            field="on",
            article=setoff.article,
            day=setoff.answer_by_on,
            rule=ANSWER,
        )
    setoff.ended_on, setoff.ending = on, SetOffEnd.NO_ANSWER.value
    session.flush()
    void_deadlines(session, actor, found.due, (ANSWER,), at=at, why=SetOffEnd.NO_ANSWER.value)
    data = {"ending": SetOffEnd.NO_ANSWER.value}
    audit.record(session, actor, Act.SETOFF_ENDED, found.subject, data, at=at)


def _reckon_anew(session: Session, found: OpenLot, setoff: SetOff, new: NewSetOffAnswer) -> Sum:
    """The sum with the costs of the day; with several creditors the others agree first.

    Raises OthersMustAgree.
    """
    said = (setoff.claim, setoff.debt, setoff.deductions)
    due = reckon(session, found, setoff.creditor, setoff.price, said=said, on=new.answered_on)
    if due.creditors > 1 and new.others_document is None:
        raise OthersMustAgree(
            _("There are %(count)s creditors: the others agree in writing first."),
            field="others_document",
            count=due.creditors,
            **basis_on(session, "taken_by_agreement", new.answered_on),
        )
    return due


def _accept(
    session: Session,
    actor: Actor,
    found: OpenLot,
    setoff: SetOff,
    new: NewSetOffAnswer,
    *,
    at: datetime,
) -> None:
    """While the creditor takes it no reduction is due and no round held (L25 Art. 84(2)d)."""
    on, step = new.answered_on, Step.SETOFF_ACCEPTED
    stop_accepted(session, actor, found, document=new.document, on=on, at=at)
    step_after(session, actor, found, setoff, step, on=on, document=new.document, at=at)
    void_deadlines(session, actor, found.due, (REDUCTION,), at=at, why="setoff")


def _fall_back(
    session: Session, actor: Actor, found: OpenLot, setoff: SetOff, new: NewLapse, *, at: datetime
) -> None:
    last = setoff.pay_by_on or setoff.debtor_by_on
    if last is None or new.on <= last:
        raise _debtors_time(session, setoff, new.on, "on")
    setoff.ended_on, setoff.ending = new.on, SetOffEnd.FELL_BACK.value
    setoff.end_note = new.note
    session.flush()
    step_after(session, actor, found, setoff, Step.SETOFF_LAPSED, on=new.on, document=None, at=at)
    data = {"ending": SetOffEnd.FELL_BACK.value, "note": new.note}
    audit.record(session, actor, Act.SETOFF_ENDED, found.subject, data, at=at)


def _expect(session: Session, found: OpenLot, stage: SetOffStage, on: date) -> SetOff:
    setoff = open_setoff(session, found.lot.id)
    if setoff is None:
        raise NotUnderWay(_("No set-off is under way."))
    now = stage_of(setoff.answered_on, setoff.told_on, setoff.debtor_by_on, setoff.ended_on, on)
    if now is not stage:
        raise NotUnderWay(_("The set-off does not wait for that now."))
    return setoff


def _accepted(session: Session, found: OpenLot) -> SetOff:
    setoff = open_setoff(session, found.lot.id)
    if setoff is None or not setoff.accepted:
        raise NotUnderWay(_("No set-off is under way."))
    return setoff


def _debtors_time(session: Session, setoff: SetOff, on: date, field: str) -> TooEarly:
    by = rule_on(session, REDEEM, setoff.told_on or on)
    last = setoff.pay_by_on if field == "on" else setoff.debtor_by_on
    if last is None:
        return TooEarly(_("Tell the debtor first; he has a time to pay."), **by.basis)
    return TooEarly(
        _("The time of the other runs until %(day)s (rule %(rule)s)."),
        field=field,
        article=by.article,
        day=last,
        rule=PAY if field == "on" else REDEEM,
    )
