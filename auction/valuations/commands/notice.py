"""Telling the parties the price (D152/26 Art. 60(6)); from then on a re-valuation may be asked."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import meet_by_act
from auction.legal_rules.queries import rules_in_use
from auction.papers.schemas import ValuationNoticeData
from auction.valuations.commands.window import WINDOW, open_window
from auction.valuations.models import PriceNotice, Valuation
from auction.valuations.pricing import (
    due_day,
    issue_of,
    newest_valuation,
    note_act,
    open_revaluation,
    subject_of,
)
from auction.valuations.queries import count_requests, previous_price, rule_serving
from auction.valuations.refusing import priced_again, unpriced
from auction.valuations.rules import (
    Act,
    NoticeGivenAlready,
    ValuationMethod,
)
from auction.valuations.schemas import NewPriceNotice
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.papers.rules import PaperKind


def tell_parties(
    session: Session, actor: Actor, reference: str, new: NewPriceNotice, *, at: datetime
) -> PriceNotice:
    """Tell the parties the newest price; the time to ask for a re-valuation begins.

    After a re-valuation that was asked for no further request follows.
    Raises NotFound, ValuationMissing, RevaluationOpen, NoticeGivenAlready, Invalid.
    """
    actor.require("valuations.record")
    asset = lock_asset(session, actor, reference)
    valuation = _to_be_told(session, asset, new.told_on)
    if not valuation.valued_on <= new.told_on <= local_day(at):
        raise Invalid(_("The day must lie between the valuation and today."), field="told_on")
    if new.advance is not None:
        check_amount(new.advance, field="advance")
    again = count_requests(session, asset.id) > 0 or valuation.method == ValuationMethod.AGREED
    rule = rule_serving(rules_in_use(session, WINDOW), WINDOW, new.told_on)
    ends_on = None if again else due_day(session, WINDOW, new.told_on)
    data = _paper(session, valuation, new, ends_on, again=again)
    paper = issue_of(session, actor, PaperKind.VALUATION_NOTICE, data, asset, on=new.told_on, at=at)
    notice = PriceNotice(
        valuation_id=valuation.id,
        asset_id=asset.id,
        office_id=asset.office_id,
        told_on=new.told_on,
        told=new.told,
        advance=new.advance,
        window_ends_on=ends_on,
        article=rule.article if rule else None,
        paper=paper.number,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    twice = NoticeGivenAlready(_("The parties were told of this price."))
    with refused_by(session, "uq_price_notice_valuation_id", twice):
        session.add(notice)
        session.flush()
    _follow(session, actor, asset, new.told_on, ends_on, at=at)
    said: dict[str, object] = {"valuation": valuation.id, "paper": paper.number}
    note_act(session, actor, Act.TOLD, asset, said, at=at)
    return notice


def _to_be_told(session: Session, asset: Asset, on: date) -> Valuation:
    valuation = newest_valuation(session, asset.id)
    if valuation is None:
        raise unpriced(session, asset.reference, on)
    if open_revaluation(session, asset.id) is not None:
        raise priced_again(session, asset.reference, on)
    return valuation


def _paper(
    session: Session,
    valuation: Valuation,
    new: NewPriceNotice,
    ends_on: date | None,
    *,
    again: bool,
) -> ValuationNoticeData:
    return ValuationNoticeData(
        price=valuation.amount,
        method=valuation.method,
        firm=valuation.firm,
        certificate=valuation.certificate_number,
        valued_on=valuation.valued_on,
        valid_until=valuation.valid_until,
        again=again,
        previous_price=previous_price(session, valuation) if again else None,
        ask_until=ends_on,
        advance=None if again else new.advance,
        recipients=tuple(line.strip() for line in new.told.splitlines() if line.strip()),
    )


def _follow(
    session: Session,
    actor: Actor,
    asset: Asset,
    told_on: date,
    ends_on: date | None,
    *,
    at: datetime,
) -> None:
    """The notice is in time or late; the parties' window begins, and then the contract is due."""
    meet_by_act(session, actor, "price_notice_due", subject_of(asset), met_on=told_on, at=at)
    if ends_on is not None:
        open_window(session, actor, asset, told_on, ends_on, at=at)
