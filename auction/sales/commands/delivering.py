"""The price on deposit, its interest, the delivery decision, the delivery, and what is noted."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.costs.delegated import begin_remittance
from auction.deadlines.commands import meet_by_act
from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.departures.commands import allow_departure
from auction.departures.schemas import Allowed
from auction.holds.queries import refuse_held_on, refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.rules import Step
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot
from auction.lots.subjects import due_subject
from auction.papers.commands import issue_paper
from auction.papers.schemas import DeliveryDecisionData, DeliveryMinutesData
from auction.sales.commands.overdue import refuse_proposed
from auction.sales.commands.writing import (
    append,
    check_day,
    lock_sale,
    note,
    references_of,
    step,
)
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import assets_of, delivery_limit, money_of, officer_in_charge
from auction.sales.rules import (
    AFTER_DELIVERY,
    NOTES,
    Act,
    DeliveredAlready,
    DeliveryLate,
    DeliveryNotDecided,
    EntryKind,
    NotDelivered,
    NotPaidInFull,
    Way,
)
from auction.sales.schemas import (
    NewDecision,
    NewDelivery,
    NewNote,
    NewTermDeposit,
)
from inventory.base.actor import Actor
from inventory.base.clock import TZ, local_day
from inventory.base.errors import Barred, Invalid
from inventory.base.messages import _
from inventory.organisation.powers import refuse_coercion
from inventory.papers.models import Paper
from inventory.papers.queries import done_to
from inventory.papers.rules import PaperKind, PaperState, state_after
from inventory.papers.schemas import Issued, Party
from inventory.seizures.coercion import HOURS, refuse_day, refuse_hour


class DecisionStands(Barred):
    """A delivery decision is in force: no second one is issued beside it."""

    code = "delivery_decision_stands"


def put_on_deposit(
    session: Session, actor: Actor, sale_id: int, new: NewTermDeposit, *, at: datetime
) -> SaleEntry:
    """Put the price on a term deposit while the asset is not delivered (D152/26 Art. 30(7)).

    Raises NotFound, SaleEnded, NotPaidInFull, DeliveredAlready, Invalid.
    """
    actor.require("sales.receive")
    sale = lock_sale(session, actor, sale_id)
    paid_on = _refuse_unfit(session, sale, new.deposited_on)
    check_day(new.deposited_on, paid_on, local_day(at), "deposited_on")
    rule = rule_on(session, "bank_deposit_if_undelivered", new.deposited_on)
    entry = append(
        session,
        actor,
        sale,
        EntryKind.TERM_DEPOSIT,
        new.deposited_on,
        document=new.document,
        words=new.bank,
        rule=rule,
        at=at,
    )
    step(session, actor, sale, Step.PUT_ON_DEPOSIT, new.deposited_on, document=new.document, at=at)
    note(session, actor, Act.DEPOSITED, sale, {"bank": new.bank}, at=at)
    return entry


def decide_delivery(
    session: Session, actor: Actor, sale_id: int, new: NewDecision, *, at: datetime
) -> Issued:
    """Decide that the asset is handed to who bought or took it (L25 Art. 86(2); L08 Art. 103).

    That the judgment is annulled after full payment does not stop it (L25 Art. 86(4)).
    Raises NotFound, SaleEnded, NotPaidInFull, DeliveredAlready, DecisionStands, OnHold, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    paid_on = _refuse_unfit(session, sale, new.decided_on)
    check_day(new.decided_on, paid_on, local_day(at), "decided_on")
    lot = session.get_one(Lot, sale.lot_id)
    _refuse_decided(session, sale, lot, new.decided_on)
    assets = [one.id for one in assets_of_lot(session, lot.id)]
    refuse_on_hold(session, assets, Stopped.DELIVERY, on=local_day(at))
    held = session.get(AuctionRound, sale.round_id) if sale.round_id else None
    money = money_of(session, sale.id, sale.price)
    paper = issue_paper(
        session,
        actor,
        PaperKind.DELIVERY_DECISION,
        DeliveryDecisionData(
            way=sale.way,
            receiver=_receiver(sale),
            price=sale.price,
            paid=money.paid,
            paid_on=paid_on,
            round_number=held.number if held else None,
            sale_document=sale.document,
            deliver_until=sale.delivery_due_on,
            handed_by=new.handed_by,
            registers=(new.registers,) if new.registers else (),
        ),
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=sale.office_id,
        assets=references_of(session, sale),
        step_on=new.decided_on,
        at=at,
    )
    sale.decided_on = new.decided_on
    append(session, actor, sale, EntryKind.DECISION, new.decided_on, document=paper.number, at=at)
    note(session, actor, Act.DECIDED, sale, {"paper": paper.reference}, at=at)
    return paper


def _refuse_decided(session: Session, sale: Sale, lot: Lot, on: date) -> None:
    """One decision hands the asset over; it is set right or recalled before another follows.

    Raises DecisionStands.
    """
    if sale.decided_on is None:
        return
    issued = session.scalars(
        select(Paper)
        .where(
            Paper.kind == PaperKind.DELIVERY_DECISION.value,
            Paper.subject_kind == "lot",
            Paper.subject_ref == lot.reference,
            Paper.office_id == sale.office_id,
            Paper.issued_at >= sale.recorded_at,
        )
        .order_by(Paper.id)
    )
    for paper in issued:
        if state_after(done_to(session, paper.id)) in (PaperState.IN_FORCE, PaperState.AMENDED):
            raise DecisionStands(
                _(
                    "Decision %(number)s of %(day)s hands the asset over already (rule %(rule)s)."
                    " Lawful: set a small error of it right by a further paper; else recall it,"
                    " then decide anew."
                ),
                number=paper.number,
                day=paper.dated_on,
                **basis_on(session, "delivery_by_decision", on),
            )


def deliver(
    session: Session, actor: Actor, sale_id: int, new: NewDelivery, *, at: datetime
) -> Issued:
    """Hand the asset over, with minutes; after its time limit only where a second person lets it.

    Raises NotFound, SaleEnded, NotPaidInFull, DeliveryNotDecided, DeliveredAlready,
    DeliveryLate, OnHold, PowerNotGiven, HourForbidden, Invalid.
    """
    actor.require("sales.follow")
    sale = lock_sale(session, actor, sale_id)
    _refuse_unfit(session, sale, new.delivered_on)
    if sale.decided_on is None:
        raise _undecided(session, new.delivered_on)
    check_day(new.delivered_on, sale.decided_on, local_day(at), "delivered_on")
    refuse_held_on(session, assets_of(session, sale.lot_id), Stopped.DELIVERY, new.delivered_on)
    began_at = _begun(new, at=at)
    if new.coercion:
        _refuse_force(session, sale, new, began_at)
    late = _let_late(session, actor, sale, new.delivered_on, at=at)
    lot = session.get_one(Lot, sale.lot_id)
    assets = references_of(session, sale)
    paper = issue_paper(
        session,
        actor,
        PaperKind.DELIVERY_MINUTES,
        _minutes(session, actor, sale, new, at=began_at or at),
        subject_kind="lot",
        subject_ref=lot.reference,
        office_id=sale.office_id,
        assets=assets,
        step_on=new.delivered_on,
        at=at,
    )
    sale.delivered_on, sale.due_on = new.delivered_on, None
    sale.officer_id = officer_in_charge(session, sale)
    append(
        session,
        actor,
        sale,
        EntryKind.DELIVERED,
        new.delivered_on,
        document=paper.number,
        words=late.words if late else None,
        at=at,
    )
    step(session, actor, sale, Step.DELIVERED, new.delivered_on, document=paper.number, at=at)
    begin_remittance(session, actor, sale.office_id, assets, new.delivered_on, at=at)
    data: dict[str, object] = {"paper": paper.reference, "late": late is not None}
    note(session, actor, Act.DELIVERED, sale, data, at=at)
    return paper


def note_after_sale(
    session: Session, actor: Actor, sale_id: int, new: NewNote, *, at: datetime
) -> SaleEntry:
    """Note obstruction, the file for the register, an annulled judgment, a later re-occupation.

    What is delivered stays delivered: who re-occupies it is a matter for commune and police
    (D152/26 Art. 67(2)). Raises NotFound, SaleEnded, NotDelivered, NotPaidInFull, Invalid.
    """
    actor.require("sales.follow")
    if new.kind not in NOTES:
        raise Invalid(_("Choose one of the given values."), field="kind")
    sale = lock_sale(session, actor, sale_id)
    check_day(new.happened_on, sale.sold_on, local_day(at), "happened_on")
    if new.kind in AFTER_DELIVERY and sale.delivered_on is None:
        raise NotDelivered(
            _("The asset has not been delivered yet; that follows the delivery."),
            field="kind",
            **basis_on(session, "registration_file_due", new.happened_on),
        )
    if new.kind is EntryKind.JUDGMENT_ANNULLED and sale.paid_on is None:
        raise NotPaidInFull(
            _("Only a price that is paid in full keeps the sale; terminate the case."),
            **basis_on(session, "judgment_annulled_after_payment", new.happened_on),
        )
    entry = append(
        session,
        actor,
        sale,
        new.kind,
        new.happened_on,
        document=new.document,
        words=new.words,
        at=at,
    )
    _follow_note(session, actor, sale, new, at=at)
    note(session, actor, Act.NOTED, sale, {"kind": new.kind.value}, at=at)
    return entry


def _follow_note(session: Session, actor: Actor, sale: Sale, new: NewNote, *, at: datetime) -> None:
    on = new.happened_on
    if new.kind is EntryKind.TITLE_FILE:
        step(session, actor, sale, Step.TITLE_FILE, on, document=new.document, at=at)
    if new.kind is EntryKind.OLD_TITLE:
        subject = due_subject(session.get_one(Lot, sale.lot_id))
        meet_by_act(session, actor, "old_title_cancelled", subject, met_on=on, at=at)


def _undecided(session: Session, on: date) -> DeliveryNotDecided:
    return DeliveryNotDecided(
        _("Decide the delivery first; it is handed over on that decision, with minutes."),
        **basis_on(session, "delivery_by_decision", on),
    )


def _refuse_unfit(session: Session, sale: Sale, on: date) -> date:
    refuse_proposed(session, sale)
    if sale.paid_on is None:
        key = delivery_limit(session, Way(sale.way), on)
        raise NotPaidInFull(
            _("The price is not paid in full; the time to deliver begins with the last payment."),
            **basis_on(session, key, on),
        )
    if sale.delivered_on is not None:
        raise DeliveredAlready(_("The asset has been delivered."))
    return sale.paid_on


def _begun(new: NewDelivery, *, at: datetime) -> datetime | None:
    """The moment the delivery began, on its day.

    Raises Invalid.
    """
    typed = new.began_at
    if typed is None:
        return None
    began_at = typed if typed.tzinfo else typed.replace(tzinfo=TZ)
    if began_at > at:
        raise Invalid(_("The moment lies in the future."), field="began_at")
    if local_day(began_at) != new.delivered_on:
        raise Invalid(_("The hour is not one of the day of the delivery."), field="began_at")
    return began_at


def _refuse_force(
    session: Session, sale: Sale, new: NewDelivery, began_at: datetime | None
) -> None:
    """Force asks for the power, a lawful day and a lawful hour, as at a seizure (L25 Art. 72(5)).

    Raises PowerNotGiven, HourForbidden, Invalid.
    """
    on = new.delivered_on
    refuse_coercion(session, sale.office_id, on, field="coercion")
    refuse_day(session, on, force=True, field="delivered_on")
    if began_at is None:
        raise Invalid(
            _("Say at which hour the coercion began (rule %(rule)s)."),
            field="began_at",
            article=rule_on(session, HOURS, on).article,
            rule=HOURS,
        )
    refuse_hour(session, began_at, field="began_at")


def _let_late(
    session: Session, actor: Actor, sale: Sale, on: date, *, at: datetime
) -> Allowed | None:
    """Who let a delivery through after its day, if it comes after it; force majeure excuses it.

    Raises DeliveryLate.
    """
    due, paid_on = sale.delivery_due_on, sale.paid_on
    if due is None or paid_on is None or on <= due:
        return None
    subject = due_subject(session.get_one(Lot, sale.lot_id))
    rule = rule_on(session, delivery_limit(session, Way(sale.way), paid_on), paid_on)
    for one in deadlines_of(session, actor, "lot", subject.ref):
        if one.rule_key == rule.key and one.met_on is None and one.voided_on is None:
            due = max(due, one.due_on)
            if one.state_on(on) is DeadlineState.EXCUSED:
                return None
    if on <= due:
        return None
    refusal = DeliveryLate(
        _(
            "The delivery was due on %(due)s (rule %(rule)s). Lawful after it: force majeure with"
            " its proof, or a delivery that a second person lets through."
        ),
        field="delivered_on",
        due=due,
        **rule.basis,
    )
    facts = {"due_on": due.isoformat(), "delivered_on": on.isoformat()}
    return allow_departure(session, actor, refusal, rule, subject, at=at, facts=facts)


def _minutes(
    session: Session, actor: Actor, sale: Sale, new: NewDelivery, *, at: datetime
) -> DeliveryMinutesData:
    decision = session.scalar(
        select(SaleEntry.document)
        .where(SaleEntry.sale_id == sale.id, SaleEntry.kind == EntryKind.DECISION.value)
        .order_by(SaleEntry.id.desc())
        .limit(1)
    )
    return DeliveryMinutesData(
        at=at,
        place=new.place,
        note=new.state,
        receiver=_receiver(sale, new.receiver_identity),
        officer=Party(name=actor.name),
        giver=Party(name=new.giver) if new.giver else None,
        decision_number=decision,
        decision_on=sale.decided_on,
        papers=(new.papers,) if new.papers else (),
        coercion=new.coercion,
    )


def _receiver(sale: Sale, identity: str | None = None) -> Party:
    said = identity or sale.buyer_identity
    return Party(name=sale.buyer, address=sale.buyer_address, identity=said)
