"""Money paid out after its time limit: a second person lets it, once for a payout."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from auction.deadlines.queries import deadlines_of
from auction.deadlines.rules import DeadlineState
from auction.deadlines.schemas import DeadlineOut
from auction.departures.commands import allow_departure
from auction.departures.models import Departure, DepartureUse
from auction.legal_rules.queries import rule_on
from auction.lots.models import Lot
from auction.lots.subjects import due_subject
from auction.payouts.models import Payout, PayoutLine, ShareEntry
from auction.payouts.rules import PayoutLate
from auction.payouts.shares import ShareEntryKind
from auction.sales.models import Sale
from inventory.base.actor import Actor
from inventory.base.messages import _

DUE = "payout_due"


def refuse_late(
    session: Session,
    actor: Actor,
    payout: Payout,
    line: PayoutLine,
    on: date,
    *,
    field: str,
    at: datetime,
) -> None:
    """Let money through after its limit only where a second person let the payout be late.

    He is asked once for a payout, not for each line. In time is also what the payee was told of
    in time (L25 Art. 59(1)); what was set off is no money, and force majeure excuses (D152/26
    Art. 30(3)d). Raises PayoutLate.
    """
    if line.set_off or _told_before(session, line):
        return
    lot = session.get_one(Lot, session.get_one(Sale, payout.sale_id).lot_id)
    limit = _limit(session, actor, lot)
    if limit is None or limit.state_on(on) is not DeadlineState.BREACHED:
        return
    if _let_before(session, payout):
        return
    rule = rule_on(session, DUE, limit.started_on)
    refusal = PayoutLate(
        _(
            "The money was to be paid out by %(due)s (rule %(rule)s). Lawful after it: force"
            " majeure with its proof, or a payout that a second person lets through."
        ),
        field=field,
        due=limit.due_on,
        **rule.basis,
    )
    facts = {"payout": payout.id, "due_on": limit.due_on.isoformat(), "paid_on": on.isoformat()}
    allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)


def _limit(session: Session, actor: Actor, lot: Lot) -> DeadlineOut | None:
    """The open limit of a lot's payout: the one that began last."""
    limits = [
        one
        for one in deadlines_of(session, actor, "lot", lot.reference)
        if one.rule_key == DUE and one.met_on is None and one.voided_on is None
    ]
    return max(limits, key=lambda one: one.started_on, default=None)


def _told_before(session: Session, line: PayoutLine) -> bool:
    """Whether the payee was told to fetch his money; that was tested when he was told."""
    told = ShareEntry.kind == ShareEntryKind.TOLD.value
    return session.scalar(select(exists().where(ShareEntry.line_id == line.id, told))) or False


def _let_before(session: Session, payout: Payout) -> bool:
    """Whether a second person let this payout be late before."""
    used = (
        select(DepartureUse.departure_id)
        .join(Departure, Departure.id == DepartureUse.departure_id)
        .where(
            Departure.rule_key == DUE,
            Departure.office_id == payout.office_id,
            DepartureUse.facts["payout"].as_integer() == payout.id,
        )
    )
    return session.scalar(select(used.exists())) or False
