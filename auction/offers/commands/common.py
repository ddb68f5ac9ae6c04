"""What every act between rounds needs: the locked lot, its end, a round that is broken off."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from auction.bidding.ledger import lock_assets
from auction.bidding.models import RoundOutcome
from auction.bidding.naming import refuse_named
from auction.bidding.queries import find_outcome
from auction.bidding.rules import Outcome
from auction.deadlines.commands import void_deadlines
from auction.deadlines.queries import due_after
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.rules import CalendarUnknown, RuleUnknown
from auction.life.ledger import take_step
from auction.life.rules import Step
from auction.lots.commands import await_step, lock_lot
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot, last_round
from auction.lots.rules import Act as LotAct
from auction.lots.rules import LotIsClosed, LotStep
from auction.lots.schemas import LotAssetRow
from auction.lots.subjects import due_subject
from auction.notices.commands.request_halt import Request, request_halt
from auction.valuations.queries import valuations_in_force
from auction.valuations.refusing import unpriced
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.money import check_amount, share_out
from inventory.cases.models import EnforcementCase

OF_A_LOT = (
    "reduction_decision_due",
    "reduction_decision_due_state_revenue",
    "reduction_agreement_call",
    "reduction_agreement_period",
    "failure_notice_to_parties",
    "next_round_target",
    "setoff_creditor_answer",
    "setoff_notify_debtor",
    "setoff_debtor_redeem",
    "setoff_creditor_pay",
    "coowner_priority_next",
    "auction_hold_due",
)
"""Limits of a lot that fall away when it leaves the auction."""


class OpenLot(NamedTuple):
    """A locked lot that is still open, its assets and its newest round."""

    lot: Lot
    assets: list[LotAssetRow]
    last: AuctionRound | None

    @property
    def asset_ids(self) -> list[int]:
        """The numbers of its assets."""
        return [asset.id for asset in self.assets]

    @property
    def asset_refs(self) -> list[str]:
        """The references of its assets."""
        return [asset.reference for asset in self.assets]

    @property
    def subject(self) -> audit.Subject:
        """The lot as the audit ledger knows it."""
        return audit.Subject("lot", self.lot.id, self.lot.reference, self.lot.office_id)

    @property
    def due(self) -> DeadlineSubject:
        """The lot as the deadlines know it."""
        return due_subject(self.lot)


def open_lot(session: Session, actor: Actor, reference: str) -> OpenLot:
    """The lot of a reference, locked, then its assets: the same order as that of an outcome.

    Raises NotFound, LotIsClosed.
    """
    lot = lock_lot(session, actor, reference)
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed; no round follows."), lot=reference)
    assets = assets_of_lot(session, lot.id)
    lock_assets(session, lot.id)
    return OpenLot(lot, assets, last_round(session, lot.id))


def case_of(session: Session, lot: Lot) -> EnforcementCase | None:
    """The case a lot is sold for, if it is one."""
    return session.get(EnforcementCase, lot.case_id) if lot.case_id is not None else None


def is_running(session: Session, last: AuctionRound | None) -> bool:
    """Whether a round waits for its outcome."""
    return last is not None and find_outcome(session, last.id) is None


def break_off(
    session: Session,
    actor: Actor,
    found: OpenLot,
    code: Outcome,
    *,
    reason: str,
    on: date,
    at: datetime,
    field: str,
    request: Request | None = None,
) -> None:
    """Stop or pause the round that waits for its outcome; it does not count as failed.

    L25 Art. 84. A ``request`` is issued. The key of the outcome is the last belt in a race.
    Raises WinnerNamed at the ``field`` of the act: from then on the sale goes on (Art. 84(3)).
    """
    held_round = found.last
    if held_round is None or not is_running(session, held_round):
        return
    refuse_named(session, found.lot, held_round, local_day(at), field=field)
    if request is not None:
        asked = request_halt(session, actor, found.lot, held_round, request, at=at)
        reason = f"{reason} ({asked.paper.number})"
    _write_outcome(session, actor, held_round, code, reason=reason, on=on, at=at)
    step = Step.PAUSED if code is Outcome.PAUSED else Step.STOPPED
    take_step(
        session,
        actor,
        found.asset_ids,
        step,
        on,
        at=at,
        note=reason,
        subject=found.due,
        lot_id=found.lot.id,
        round_id=held_round.id,
        round_number=held_round.number,
    )
    await_step(found.lot, LotStep.ROUND, on)
    data = {"number": held_round.number, "code": code.value, "reason": reason}
    audit.record(session, actor, LotAct.ROUND_CLOSED, found.subject, data, at=at)


def _write_outcome(
    session: Session,
    actor: Actor,
    held_round: AuctionRound,
    code: Outcome,
    *,
    reason: str,
    on: date,
    at: datetime,
) -> None:
    outcome = RoundOutcome(
        round_id=held_round.id,
        lot_id=held_round.lot_id,
        office_id=held_round.office_id,
        code=code.value,
        notified_on=on,
        reason=reason,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(outcome)
    session.flush()


def close(
    session: Session, actor: Actor, found: OpenLot, on: date, *, why: str, at: datetime
) -> None:
    """Close a lot that leaves the auction; what was due for it falls away."""
    found.lot.closed_on = on
    await_step(found.lot, None, None)
    session.flush()
    void_deadlines(session, actor, found.due, OF_A_LOT, at=at, why=why)


def due_or_none(session: Session, key: str, on: date, scope: str | None = None) -> date | None:
    """The end of a time limit, None where the law of that day knows none."""
    with suppress(RuleUnknown, CalendarUnknown):
        return due_after(session, key, on, scope)
    return None


def part_in_lot(
    session: Session, actor: Actor, found: OpenLot, asset_id: int, price: Decimal, *, on: date
) -> Decimal:
    """An asset's part of a price of its lot, by the values in force; the parts give the price.

    Raises ValuationMissing.
    """
    if len(found.assets) == 1:
        return price
    values = valuations_in_force(session, actor, found.asset_ids, on)
    missing = [one.reference for one in found.assets if one.id not in values]
    if missing:
        raise unpriced(session, ", ".join(missing), on)
    parts = share_out(price, [values[one].amount for one in found.asset_ids])
    return dict(zip(found.asset_ids, parts, strict=True))[asset_id]


def check_sum(amount: Decimal, field: str) -> None:
    """Refuse an amount that is negative or no whole đồng.

    Raises Invalid.
    """
    check_amount(amount, field=field)


def not_before(day: date, first: date, *, field: str) -> None:
    """Refuse a day that lies before the act it follows.

    Raises Invalid.
    """
    if day < first:
        raise Invalid(_("The day lies before %(first)s."), field=field, first=first)
