"""The parties' time to ask for a re-valuation: a limit that runs from the notice to its end."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import run_out, set_limits, void_deadlines
from auction.deadlines.models import Deadline
from auction.legal_rules.queries import rules_in_use
from auction.valuations.models import PriceNotice
from auction.valuations.pricing import subject_of
from auction.valuations.queries import rule_serving
from inventory.assets.models import Asset
from inventory.base.actor import Actor

WINDOW = "revaluation_request_window"
CONTRACT = "auction_contract_due"


def open_window(
    session: Session, actor: Actor, asset: Asset, told_on: date, ends_on: date, *, at: datetime
) -> None:
    """With the notice the window begins, and after it the auction contract is due.

    A contract waits for its end: what was due from the price before it falls away.
    """
    subject = subject_of(asset)
    set_limits(session, actor, [WINDOW], told_on, subject, at=at)
    if _follows_window(session, ends_on):
        why = f"Thời hạn yêu cầu thẩm định giá lại đến hết ngày {ends_on:%d/%m/%Y}"
        void_deadlines(session, actor, subject, CONTRACT, at=at, why=why)
    _contract_due(session, actor, asset, ends_on, at=at)


def close_window(session: Session, actor: Actor, deadline_id: int, *, at: datetime) -> None:
    """Close a window whose last day has passed; the contract is due from that day.

    Where a hold moved the end, what was due after the old one is counted from the new one. Again,
    or while the window runs, it changes nothing.
    """
    ended = run_out(session, actor, deadline_id, at=at)
    if ended is None or ended.asset_id is None:
        return
    asset = session.get_one(Asset, ended.asset_id)
    told = select(PriceNotice.window_ends_on).where(
        PriceNotice.asset_id == asset.id, PriceNotice.told_on == ended.started_on
    )
    planned = session.scalars(told.order_by(PriceNotice.id.desc()).limit(1)).first()
    if planned is None or planned == ended.due_on:
        return
    why = f"Thời hạn yêu cầu thẩm định giá lại kết thúc ngày {ended.due_on:%d/%m/%Y}"
    moved = void_deadlines(session, actor, subject_of(asset), CONTRACT, at=at, why=why)
    if moved:
        _contract_due(session, actor, asset, ended.due_on, at=at)


def window_end(session: Session, notice: PriceNotice) -> date | None:
    """The last day of the window of a notice, as holds moved it; the last day ever while it stands
    still."""
    if notice.window_ends_on is None:
        return None
    row = session.execute(
        select(Deadline.due_on, Deadline.paused_on).where(
            Deadline.rule_key == WINDOW,
            Deadline.asset_id == notice.asset_id,
            Deadline.started_on == notice.told_on,
        )
    ).first()
    if row is None:
        return notice.window_ends_on
    return row.due_on if row.paused_on is None else date.max


def _contract_due(
    session: Session, actor: Actor, asset: Asset, ends_on: date, *, at: datetime
) -> None:
    if _follows_window(session, ends_on):
        set_limits(session, actor, [CONTRACT], ends_on, subject_of(asset), at=at)


def _follows_window(session: Session, ends_on: date) -> bool:
    """Whether by the law of a day the contract is due from the end of the window."""
    row = rule_serving(rules_in_use(session, CONTRACT), CONTRACT, ends_on)
    return row is not None and row.anchor == "revaluation_window_end"
