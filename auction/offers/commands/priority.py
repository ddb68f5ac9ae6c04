"""The co-owners buy first: told, answered, one found among several, paid, or their time ran out."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.rules import Outcome
from auction.deadlines.commands import meet_by_act, set_limits, void_deadlines
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Direction
from auction.life.handbook import step_forms
from auction.life.ledger import take_step
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.lots.commands import place_in_lot
from auction.lots.queries import assets_of_lot, open_lot_of
from auction.lots.subjects import due_subject
from auction.offers.commands.common import (
    OpenLot,
    break_off,
    check_sum,
    not_before,
    open_lot,
)
from auction.offers.commands.parting import leave
from auction.offers.commands.terms import FIRST, NEXT, PAY, Offered, issue_notice, terms_of
from auction.offers.models import PriorityAnswer, PriorityOffer
from auction.offers.queries import open_priority, priorities_of
from auction.offers.rules import (
    Act,
    AnsweredBefore,
    ChosenBy,
    DrawNeeded,
    LotTaken,
    NoCoOwners,
    NotUnderWay,
    PriorityEnd,
    PriorityOpen,
    SumDiffers,
    TooEarly,
    TooLate,
    part_of,
)
from auction.offers.schemas import (
    NewChoice,
    NewLapse,
    NewPriority,
    NewPriorityAnswer,
    NewPriorityPayment,
)
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.assets.rules import AssetKind, scope_of
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import NotFound
from inventory.base.events import publish
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.titles.queries import titles_of


def offer_priority(
    session: Session, actor: Actor, reference: str, new: NewPriority, *, at: datetime
) -> PriorityOffer:
    """Tell the co-owners that they may buy first (L25 Art. 83(1); D152/26 Art. 63; L08 Art. 74(3)).

    The first time at the price found, later at the starting price of the round that comes.
    What is on hold is offered to nobody. Raises NotFound, NoCoOwners, OnHold, PriorityOpen,
    ValuationMissing, TooLate, OutOfTurn.
    """
    actor.require("offers.make")
    not_ahead(new.told_on, at, field="told_on")
    found, asset = _lock(session, actor, reference)
    title = titles_of(session, [asset.id], new.told_on).get(asset.id)
    if title is None or not title.co_owners:
        raise NoCoOwners(_("No co-owner is recorded for the asset."))
    refuse_on_hold(session, [asset.id], Stopped.AUCTION, on=new.told_on)
    offered = terms_of(session, actor, found, asset, new.told_on)
    offer = PriorityOffer(
        asset_id=asset.id,
        lot_id=found.lot.id if found else None,
        round_id=offered.held_round.id if offered.held_round else None,
        title_id=title.id,
        office_id=asset.office_id,
        price=offered.price,
        to_pay=part_of(offered.price, title.debtors_share),
        told_on=new.told_on,
        answer_by_on=offered.by,
        pay_by_on=due_after(session, PAY, offered.by),
        rule_key=offered.rule.key,
        rule_id=offered.rule.id,
        article=offered.rule.article,
        confidence=offered.rule.confidence.value,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    offer.notice = issue_notice(session, actor, asset, title, offer, at=at)
    twice = PriorityOpen(_("The co-owners were told and their time runs."))
    with refused_by(session, "uq_priority_offer_open", twice):
        session.add(offer)
        session.flush()
    _begin(session, actor, asset, offered, offer, at=at)
    data = {"price": str(offer.price), "to_pay": str(offer.to_pay), "rule": offer.rule_key}
    audit.record(session, actor, Act.PRIORITY_OFFERED, _subject(asset), data, at=at)
    return offer


def answer_priority(
    session: Session, actor: Actor, reference: str, new: NewPriorityAnswer, *, at: datetime
) -> PriorityAnswer:
    """Record what one co-owner says, in the time the law gives.

    Who wants it stops the round that comes: nobody else buys it while his time to pay runs.
    Raises NotFound, NotUnderWay, TooLate, OnHold, Conflict, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.answered_on, at, field="answered_on")
    found, asset = _lock(session, actor, reference)
    offer = _running(session, asset)
    not_before(new.answered_on, offer.told_on, field="answered_on")
    if new.answered_on > offer.answer_by_on:
        raise TooLate(
            _("The co-owners could answer until %(day)s (rule %(rule)s)."),
            field="answered_on",
            article=offer.article,
            day=offer.answer_by_on,
            rule=offer.rule_key,
        )
    if new.accepted:
        refuse_on_hold(session, [asset.id], Stopped.AUCTION, on=new.answered_on)
    title = titles_of(session, [asset.id], offer.told_on)[asset.id]
    if new.owner not in {owner.name for owner in title.co_owners}:
        raise NotFound(_("The title names no such co-owner."), field="owner")
    answer = PriorityAnswer(
        offer_id=offer.id,
        asset_id=asset.id,
        office_id=asset.office_id,
        owner=new.owner,
        accepted=new.accepted,
        answered_on=new.answered_on,
        document=new.document,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    twice = AnsweredBefore(_("That co-owner answered before."), field="owner")
    with refused_by(session, "uq_priority_answer_offer_id_owner", twice):
        session.add(answer)
        session.flush()
    if new.accepted and found is not None:
        why = "Chủ sở hữu chung thực hiện quyền ưu tiên mua"
        on = new.answered_on
        break_off(
            session, actor, found, Outcome.PAUSED, reason=why, on=on, at=at, field="answered_on"
        )
    data = {"owner": new.owner, "accepted": new.accepted, "document": new.document}
    audit.record(session, actor, Act.PRIORITY_ANSWERED, _subject(asset), data, at=at)
    return answer


def choose_owner(
    session: Session, actor: Actor, reference: str, new: NewChoice, *, at: datetime
) -> PriorityOffer:
    """Say which of several co-owners buys: they agreed, or lots were drawn, with minutes.

    D152/26 Art. 63(1). Raises NotFound, NotUnderWay, OnHold, DrawNeeded, TooEarly, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.chosen_on, at, field="chosen_on")
    _found, asset = _lock(session, actor, reference)
    offer = _running(session, asset)
    refuse_on_hold(session, [asset.id], Stopped.AUCTION, on=new.chosen_on)
    takers = priorities_of(session, [asset.id])[0].takers
    if new.owner not in takers:
        raise NotUnderWay(_("That co-owner did not say that he wants it."), field="owner")
    if len(takers) > 1 and new.chosen_by is ChosenBy.ALONE:
        raise _draw_needed(session, len(takers), new.chosen_on, field="chosen_by")
    if offer.chosen is not None:
        raise AnsweredBefore(_("Who buys was found before."), field="owner")
    _refuse_others_waiting(session, asset, offer, new.chosen_on)
    offer.chosen, offer.chosen_by = new.owner, new.chosen_by.value
    offer.chosen_on, offer.minutes = new.chosen_on, new.minutes
    session.flush()
    data = {"owner": new.owner, "by": new.chosen_by.value, "minutes": new.minutes}
    audit.record(session, actor, Act.PRIORITY_CHOSEN, _subject(asset), data, at=at)
    return offer


def pay_priority(
    session: Session, actor: Actor, reference: str, new: NewPriorityPayment, *, at: datetime
) -> PriorityOffer:
    """The co-owner pays in his time and has bought: the asset leaves its lot, the rest goes on.

    Raises NotFound, NotUnderWay, OnHold, DrawNeeded, TooLate, SumDiffers, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.paid_on, at, field="paid_on")
    check_sum(new.amount, "amount")
    found, asset = _lock(session, actor, reference)
    offer = _running(session, asset)
    refuse_on_hold(session, [asset.id], Stopped.AUCTION, on=new.paid_on)
    takers = priorities_of(session, [asset.id])[0].takers
    if not takers:
        raise NotUnderWay(_("No co-owner said that he wants it."))
    if offer.chosen is None:
        if len(takers) > 1:
            raise _draw_needed(session, len(takers), new.paid_on, field="paid_on")
        _refuse_others_waiting(session, asset, offer, new.paid_on)
        offer.chosen, offer.chosen_by = takers[0], ChosenBy.ALONE.value
        offer.chosen_on = new.paid_on
    _check_payment(session, offer, new)
    offer.paid_on, offer.paid_document = new.paid_on, new.document
    offer.ended_on, offer.ending = new.paid_on, PriorityEnd.PAID.value
    session.flush()
    _buy(
        session, actor, found or _lot_of_its_own(session, actor, asset, offer, at=at), offer, at=at
    )
    data = {"owner": offer.chosen, "amount": str(new.amount), "document": new.document}
    audit.record(session, actor, Act.PRIORITY_PAID, _subject(asset), data, at=at)
    return offer


def _lot_of_its_own(
    session: Session, actor: Actor, asset: Asset, offer: PriorityOffer, *, at: datetime
) -> OpenLot:
    """The lot of an asset bought before one was formed: what follows is that of any sale."""
    lot = place_in_lot(session, actor, [asset], asset.description, at=at)
    lot.formed_on = offer.told_on
    offer.lot_id = lot.id
    return OpenLot(lot, assets_of_lot(session, lot.id), None)


def _buy(
    session: Session, actor: Actor, found: OpenLot, offer: PriorityOffer, *, at: datetime
) -> None:
    """The asset leaves its lot and its sale begins, paid; the rest of the lot goes on."""
    on, document = offer.paid_on or local_day(at), offer.paid_document or ""
    reason = "Chủ sở hữu chung đã mua tài sản theo quyền ưu tiên"
    said = {"why": PriorityEnd.PAID.value, "reason": reason, "document": document}
    lot = leave(session, actor, found, [offer.asset_id], on, at=at, **said)
    about = due_subject(lot)
    asset = session.get_one(Asset, offer.asset_id)
    meet_by_act(session, actor, (FIRST, NEXT, PAY), _due(asset), met_on=on, at=at)
    take_step(
        session,
        actor,
        [asset.id],
        Step.BOUGHT_FIRST,
        on,
        at=at,
        document=document,
        subject=about,
        lot_id=lot.id,
    )
    taken = LotTaken(
        setoff=False,
        lot_id=lot.id,
        office_id=offer.office_id,
        taker=offer.chosen or "",
        price=offer.price,
        paid=offer.to_pay,
        on=on,
        document=document,
        actor=actor,
        at=at,
    )
    publish(session, taken)


def end_priority(
    session: Session, actor: Actor, reference: str, new: NewLapse, *, at: datetime
) -> PriorityOffer:
    """End a right that nobody used or paid in time: the asset goes to auction (L25 Art. 83(1)).

    Raises NotFound, NotUnderWay, TooEarly, Invalid.
    """
    actor.require("offers.make")
    not_ahead(new.on, at, field="on")
    _found, asset = _lock(session, actor, reference)
    offer = _running(session, asset)
    told = priorities_of(session, [asset.id])[0]
    title = titles_of(session, [asset.id], offer.told_on)[asset.id]
    all_refused = not told.takers and len(told.answers) == len(title.co_owners)
    last = offer.pay_by_on if told.takers else offer.answer_by_on
    if new.on <= last and not all_refused:
        raise TooEarly(
            _("The time of the co-owners runs until %(day)s (rule %(rule)s)."),
            field="on",
            article=offer.article,
            day=last,
            rule=PAY if told.takers else offer.rule_key,
        )
    ending = PriorityEnd.UNPAID if told.takers else PriorityEnd.NOBODY
    offer.ended_on, offer.ending = new.on, ending.value
    session.flush()
    void_deadlines(session, actor, _due(asset), (FIRST, NEXT, PAY), at=at, why=ending.value)
    data = {"ending": ending.value, "note": new.note}
    audit.record(session, actor, Act.PRIORITY_ENDED, _subject(asset), data, at=at)
    return offer


def _lock(session: Session, actor: Actor, reference: str) -> tuple[OpenLot | None, Asset]:
    """The open lot of an asset where there is one, and the asset, locked in that order."""
    asset_id = session.scalar(select(Asset.id).where(Asset.reference == reference))
    lot = open_lot_of(session, actor, asset_id) if asset_id is not None else None
    found = open_lot(session, actor, lot) if lot is not None else None
    return found, lock_asset(session, actor, reference)


def _running(session: Session, asset: Asset) -> PriorityOffer:
    offer = open_priority(session, asset.id)
    if offer is None:
        raise NotUnderWay(_("The co-owners were not told, or their time is over."))
    return offer


def _begin(
    session: Session,
    actor: Actor,
    asset: Asset,
    offered: Offered,
    offer: PriorityOffer,
    *,
    at: datetime,
) -> None:
    """The limits of the offer, and its step: of the first sale, or of a later one."""
    due = _due(asset)
    scope = scope_of(AssetKind(asset.kind))
    if offered.rule.direction is Direction.BEFORE and offered.held_round is not None:
        opens_at = offered.held_round.opens_at
        opens_on = local_day(opens_at) if opens_at else offered.held_round.held_on
        set_limits(session, actor, (NEXT,), opens_on or offer.told_on, due, at=at)
    else:
        set_limits(session, actor, (offer.rule_key,), offer.told_on, due, at=at, scope=scope)
    set_limits(session, actor, (PAY,), offer.answer_by_on, due, at=at)
    state, ids = standing_of(session, [asset.id])[asset.id].state, [asset.id]
    first = offered.held_round is None and state in {State.PRICED, State.NONE, State.SEIZED}
    step = Step.PRIORITY_OFFERED if first else Step.PRIORITY_OFFERED_NEXT
    if first or state in step_forms()[step].origins:
        take_step(session, actor, ids, step, offer.told_on, at=at, document=offer.notice)
    meet_by_act(session, actor, "priority_notice_due", due, met_on=offer.told_on, at=at)


def _check_payment(session: Session, offer: PriorityOffer, new: NewPriorityPayment) -> None:
    if new.paid_on > offer.pay_by_on:
        raise TooLate(
            _("The co-owner could pay until %(day)s; the asset goes to auction (%(rule)s)."),
            field="paid_on",
            article=rule_on(session, PAY, offer.answer_by_on).article,
            day=offer.pay_by_on,
            rule=PAY,
        )
    if new.amount != offer.to_pay:
        raise SumDiffers(
            _("The co-owner pays %(sum)s for the debtor’s part."),
            field="amount",
            article=offer.article,
            rule=offer.rule_key,
            sum=offer.to_pay,
        )


def _refuse_others_waiting(session: Session, asset: Asset, offer: PriorityOffer, on: date) -> None:
    """Whoever has not answered may still want it until his time is over."""
    told = priorities_of(session, [asset.id])[0]
    title = titles_of(session, [asset.id], offer.told_on)[asset.id]
    if on <= offer.answer_by_on and len(told.answers) < len(title.co_owners):
        raise TooEarly(
            _("The other co-owners may answer until %(day)s (rule %(rule)s)."),
            article=offer.article,
            day=offer.answer_by_on,
            rule=offer.rule_key,
        )


def _draw_needed(session: Session, count: int, on: date, *, field: str) -> DrawNeeded:
    return DrawNeeded(
        _("%(count)s co-owners want it: let them agree or draw lots, with minutes."),
        field=field,
        count=count,
        **basis_on(session, "priority_draw", on),
    )


def _due(asset: Asset) -> DeadlineSubject:
    return DeadlineSubject("asset", asset.reference, asset.office_id, asset_id=asset.id)


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
