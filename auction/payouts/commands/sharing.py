"""What every act on money that was not fetched needs: the locked line, its entries, one more."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import void_deadlines
from auction.deadlines.schemas import DeadlineSubject
from auction.legal_rules.rules import Rule
from auction.lots.models import Lot
from auction.payouts.commands.proposing import lock_payout
from auction.payouts.models import Payout, PayoutLine, ShareEntry, Voucher
from auction.payouts.queries import no_such_payout
from auction.payouts.shares import (
    ShareAct,
    ShareEntryKind,
    ShareNotThere,
    ShareState,
    Standing,
    share_ref,
    standing,
)
from auction.sales.models import Sale
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.scope import in_sight


class Locked(NamedTuple):
    """A line locked with its payout, where its money stands, and by which paper he was told."""

    line: PayoutLine
    payout: Payout
    stands: Standing | None
    told_on: date
    notice: str | None
    paid_in: Decimal

    @property
    def due_on(self) -> date | None:
        """The day by which the next thing is due."""
        return self.stands.due_on if self.stands else None

    @property
    def kept(self) -> Decimal:
        """How much is kept."""
        return self.stands.kept if self.stands else Decimal(0)


class Happened(NamedTuple):
    """What an entry says."""

    kind: ShareEntryKind
    on: date
    document: str
    amount: Decimal | None = None
    words: str | None = None
    rule: Rule | None = None
    due_on: date | None = None
    voucher_id: int | None = None


def locked(session: Session, actor: Actor, line_id: int, *, at: datetime) -> Locked:
    """The line, locked after its sale and payout: acts on one share follow each other.

    Raises NotFound.
    """
    line = session.scalar(
        select(PayoutLine).where(PayoutLine.id == line_id, in_sight(PayoutLine.office_id, actor))
    )
    if line is None:
        raise no_such_payout()
    payout = lock_payout(session, actor, line.payout_id)
    entries = session.scalars(
        select(ShareEntry).where(ShareEntry.line_id == line.id).order_by(ShareEntry.id)
    ).all()
    rows = [(ShareEntryKind(one.kind), one.amount, one.due_on) for one in entries]
    told_on = entries[0].happened_on if entries else payout.on_day
    notice = entries[0].document if entries else None
    paid_in = [one.amount or Decimal(0) for one in entries if one.kind == ShareEntryKind.REMITTED]
    stands = standing(rows, local_day(at))
    return Locked(line, payout, stands, told_on, notice, sum(paid_in, Decimal(0)))


def expect(found: Locked, *states: ShareState | None) -> None:
    """Refuse an act that does not follow from where the money stands.

    Raises ShareNotThere.
    """
    state = found.stands.state if found.stands else None
    in_money = found.line.amount and not found.line.held and not found.line.set_off
    if state not in states or not in_money:
        if state is None:
            raise ShareNotThere(_("Nobody was told to fetch the money of this line."))
        raise ShareNotThere(
            _("The money of this line stands at “%(state)s”; that does not follow from there."),
            state=state,
        )


def check_span(day: date, first: date, at: datetime, field: str) -> None:
    """Refuse a day before what it follows, or in the future.

    Raises Invalid.
    """
    if not first <= day <= local_day(at):
        raise Invalid(
            _("The day must lie between %(first)s and %(last)s."),
            field=field,
            first=first,
            last=local_day(at),
        )


def write(
    session: Session, actor: Actor, found: Locked, new: Happened, *, at: datetime
) -> ShareEntry:
    """Write an entry of a share, and tell the audit ledger of it under the lot."""
    entry = ShareEntry(
        line_id=found.line.id,
        office_id=found.line.office_id,
        kind=new.kind.value,
        happened_on=new.on,
        amount=new.amount,
        document=new.document,
        words=new.words,
        voucher_id=new.voucher_id,
        due_on=new.due_on,
        rule_id=new.rule.id if new.rule else None,
        article=new.rule.article if new.rule else None,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(entry)
    session.flush()
    lot = session.get_one(Lot, session.get_one(Sale, found.payout.sale_id).lot_id)
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    data = {"line": found.line.id, "document": new.document}
    data |= {"amount": str(new.amount)} if new.amount is not None else {}
    audit.record(session, actor, ShareAct(f"payouts.share.{new.kind}"), subject, data, at=at)
    return entry


def subject_of(session: Session, found: Locked) -> DeadlineSubject:
    """The share as the deadlines know it: its lot, version and place."""
    lot = session.get_one(Lot, session.get_one(Sale, found.payout.sale_id).lot_id)
    ref = share_ref(lot.reference, found.payout.version, found.line.position)
    return DeadlineSubject("share", ref, found.line.office_id, lot_id=lot.id)


def withdraw_deposit(
    session: Session, actor: Actor, voucher: Voucher, number: str, *, at: datetime
) -> None:
    """Take a deposit back with its voucher, while nothing followed it.

    Raises ShareNotThere.
    """
    found = locked(session, actor, voucher.line_id, at=at)
    newest = session.scalars(
        select(ShareEntry).where(ShareEntry.line_id == voucher.line_id).order_by(ShareEntry.id)
    ).all()
    if newest[-1].voucher_id != voucher.id:
        raise ShareNotThere(
            _("More was entered of this deposit since; its voucher is not reversed any more.")
        )
    kind, due = ShareEntryKind.WITHDRAWN, newest[0].due_on
    undone = Happened(kind, local_day(at), number, amount=voucher.amount, due_on=due)
    write(session, actor, found, undone, at=at)
    about = subject_of(session, found)
    void_deadlines(session, actor, about, ("unclaimed_to_state",), at=at, why="reversed")
