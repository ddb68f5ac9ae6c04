"""Finding a price again: on a party's request, once; for a breach; because a certificate lapsed."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auction.costs.rules import Bearer
from auction.deadlines.commands import void_deadlines
from auction.holds.models import Hold, HoldAsset
from auction.holds.rules import HoldKind
from auction.legal_rules.queries import basis_on, rule_on
from auction.legal_rules.rules import Rule
from auction.life.ledger import take_step
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.valuations.announced import announced_on
from auction.valuations.certificates import runs_out
from auction.valuations.commands.window import WINDOW, window_end
from auction.valuations.models import PriceNotice, Revaluation, Valuation
from auction.valuations.pricing import (
    CONTRACT_DUE,
    due_day,
    newest_valuation,
    note_act,
    open_revaluation,
    subject_of,
)
from auction.valuations.queries import count_requests, is_kept, last_request, notice_of
from auction.valuations.refusing import priced_again, unpriced
from auction.valuations.rules import (
    AGAIN,
    Act,
    Ground,
    GroundNotLawful,
    NotExpired,
    NoticeMissing,
    RevaluationTooLate,
    RevaluationUsedUp,
)
from auction.valuations.schemas import RevaluationGround, RevaluationRequest
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount

GROUNDS = "revaluation_grounds"
MOST = "revaluation_requests_max"
PAYER = "revaluation_payer"
UNTIL = "revaluation_until"
START = "revaluation_start"


def request_revaluation(
    session: Session, actor: Actor, reference: str, new: RevaluationRequest, *, at: datetime
) -> Revaluation:
    """Grant a party's request to find the price again (L25 Art. 82(2)c; L08 Art. 99(1)b).

    Within the window after the notice, as often as the law allows, with the advance paid; who asks
    pays. Raises NotFound, ValuationMissing, NoticeMissing, RevaluationOpen, RevaluationUsedUp,
    RevaluationTooLate, StepOutOfTurn, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.asked_on, at, field="asked_on")
    check_amount(new.advance, field="advance")
    if not new.advance:
        raise Invalid(_("Who asks pays an advance on the cost."), field="advance")
    rule = _lawful_ground(session, Ground.REQUEST, new.asked_on)
    if new.party is Bearer.STATE:
        raise Invalid(_("Choose one of the given values."), field="party")
    valuation = _priced(session, asset, new.asked_on)
    number = next_request(session, asset, new.asked_on)
    notice = _told(session, valuation, new.asked_on)
    _refuse_late(session, notice, new, rule)
    _refuse_contracted(session, asset, valuation, new.asked_on)
    if notice.advance is not None and new.advance < notice.advance:
        raise Invalid(
            _("The notice asks for an advance of %(amount)s."),
            field="advance",
            amount=notice.advance,
        )
    payer = rule_on(session, PAYER, new.asked_on, "request")
    again = Revaluation(
        ground=Ground.REQUEST.value,
        request_number=number,
        asked_by=new.asked_by,
        party=new.party.value,
        document=new.document,
        on_day=new.asked_on,
        advance=new.advance,
        advance_receipt=new.advance_receipt,
        valuation_id=valuation.id,
    )
    return _open(session, actor, asset, again, payer, step=Step.REVALUATION, at=at)


def reopen_price(
    session: Session, actor: Actor, reference: str, new: RevaluationGround, *, at: datetime
) -> Revaluation:
    """Record that the price is to be found again for a breach or a lapsed certificate.

    The State pays; the creditor does where his postponement let the certificate lapse (L25 Art.
    53(4), 53(5)). Raises NotFound, ValuationMissing, RevaluationOpen, GroundNotLawful, NotExpired,
    StepOutOfTurn.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    not_ahead(new.on_day, at, field="on_day")
    if new.ground is Ground.REQUEST:
        raise Invalid(_("A party's request is recorded as such."), field="ground")
    _lawful_ground(session, new.ground, new.on_day)
    valuation = _priced(session, asset, new.on_day)
    expired = new.ground is Ground.EXPIRED
    if expired:
        _refuse_valid(session, valuation, new.on_day)
    scope, postponed = "breach", None
    if expired:
        postponed = new.postponement or _postponed(session, asset.id, valuation.valid_until)
        scope = "postponed_by_creditor" if postponed else "expired"
    payer = rule_on(session, PAYER, new.on_day, scope)
    document = f"{new.document}; {postponed}" if postponed else new.document
    again = Revaluation(
        ground=new.ground.value,
        document=document,
        on_day=new.on_day,
        valuation_id=valuation.id,
    )
    return _open(session, actor, asset, again, payer, step=Step.REPRICING, at=at)


def _open(
    session: Session,
    actor: Actor,
    asset: Asset,
    again: Revaluation,
    payer: Rule,
    *,
    step: Step,
    at: datetime,
) -> Revaluation:
    again.asset_id, again.office_id = asset.id, asset.office_id
    again.payer, again.payer_article = str(payer.value), payer.article
    again.start_due_on = due_day(session, START, again.on_day)
    again.recorded_at, again.recorded_by_id = at, actor.staff_id
    session.add(again)
    session.flush()
    why = again.document
    void_deadlines(session, actor, subject_of(asset), CONTRACT_DUE, at=at, why=why)
    take_step(session, actor, [asset.id], step, again.on_day, document=again.document, at=at)
    said: dict[str, object] = {
        "revaluation": again.id,
        "ground": again.ground,
        "payer": again.payer,
        "article": again.payer_article,
    }
    note_act(session, actor, Act.REVALUATION_GROUNDED, asset, said, at=at)
    return again


def _postponed(session: Session, asset_id: int, valid_until: date | None) -> str | None:
    """The paper of the creditor's postponement during which the certificate ran out."""
    held = (
        select(Hold.document)
        .join(HoldAsset, HoldAsset.hold_id == Hold.id)
        .where(
            HoldAsset.asset_id == asset_id,
            Hold.kind == HoldKind.CREDITOR_AGREES.value,
            Hold.started_on <= valid_until,
            or_(Hold.ended_on.is_(None), Hold.ended_on >= valid_until),
        )
        .order_by(Hold.id)
        .limit(1)
    )
    return session.scalar(held)


def _lawful_ground(session: Session, ground: Ground, on: date) -> Rule:
    rule = rule_on(session, GROUNDS, on)
    if ground.value not in rule.codes:
        raise GroundNotLawful(
            _("Rule %(rule)s knows these grounds for valuing again: %(lawful)s."),
            field="ground",
            article=rule.article,
            rule=rule.key,
            lawful=tuple(Ground(code) for code in rule.codes),
        )
    return rule


def _priced(session: Session, asset: Asset, on: date) -> Valuation:
    if open_revaluation(session, asset.id) is not None:
        raise priced_again(session, asset.reference, on)
    valuation = newest_valuation(session, asset.id)
    if valuation is None:
        raise unpriced(session, asset.reference, on)
    return valuation


def next_request(session: Session, asset: Asset, on: date) -> int:
    """The number of a request of a day; the parties have one, before the auction contract.

    Raises RevaluationUsedUp.
    """
    most = rule_on(session, MOST, on)
    before = count_requests(session, asset.id)
    if before >= most.number:
        raise RevaluationUsedUp(
            _(
                "A re-valuation may be asked for %(most)s time(s): rule %(rule)s; it was asked for"
                " before. Lawful: the price stands; it is found again for a recorded breach, or"
                " because its certificate lapsed."
            ),
            article=most.article,
            most=most.number,
            rule=most.key,
        )
    return last_request(session, asset.id) + 1


def _told(session: Session, valuation: Valuation, on: date) -> PriceNotice:
    notice = notice_of(session, valuation.id)
    if notice is None:
        raise NoticeMissing(
            _("The parties were not told of this price yet; their time to ask begins with it."),
            **basis_on(session, WINDOW, on),
        )
    return notice


def _refuse_late(
    session: Session, notice: PriceNotice, new: RevaluationRequest, rule: Rule
) -> None:
    ends_on = window_end(session, notice)
    if ends_on is not None and notice.told_on <= new.asked_on <= ends_on:
        return
    raise RevaluationTooLate(
        _(
            "A re-valuation could be asked for from %(first)s to %(last)s: rule %(rule)s. Lawful:"
            " the price stands, or a breach found by an authority."
        ),
        field="asked_on",
        article=notice.article or rule.article,
        first=notice.told_on,
        last=ends_on or notice.told_on,
        rule=WINDOW,
    )


def _refuse_contracted(session: Session, asset: Asset, valuation: Valuation, on: date) -> None:
    """By the law of 2025 no request follows the auction contract, by that of 2008 none follows
    the public announcement of the auction at this price."""
    until = rule_on(session, UNTIL, on)
    if until.value == "auction_contract_signed":
        state = standing_of(session, [asset.id])[asset.id].state
        text = _("The auction is contracted: rule %(rule)s.") if state is State.CONTRACTED else None
    else:
        told = announced_on(session, asset.id, valuation.valued_on, on)
        text = _("The auction is announced publicly: rule %(rule)s.") if told else None
    if text is not None:
        raise RevaluationTooLate(text, field="asked_on", article=until.article, rule=until.key)


def _refuse_valid(session: Session, valuation: Valuation, on: date) -> None:
    v = valuation
    until = runs_out(session, v.method, v.valued_on, v.valid_until)
    lapsed = until is not None and until < on
    if not lapsed or is_kept(session, valuation.id):
        raise NotExpired(
            _("The certificate has not run out, or the parties keep its price."),
            field="ground",
            **basis_on(session, AGAIN, on),
        )
