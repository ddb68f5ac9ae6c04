"""Paying the lines of an approved payout by voucher, and reversing a voucher by another."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from auction.claims.commands import append_change, lock_claims, owed_on, undo_change
from auction.claims.models import ClaimEntry
from auction.claims.rules import EntryKind, Owed, PartOf
from auction.holds.queries import refuse_held_on
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.queries import standing_of
from auction.life.rules import State, Step
from auction.payouts.commands.lateness import refuse_late
from auction.payouts.commands.proposing import lock_payout, record_act
from auction.payouts.commands.resting import refuse_overtaken
from auction.payouts.commands.sharing import withdraw_deposit
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.queries import no_such_payout
from auction.payouts.rules import (
    APPROVED_BY,
    KEPT,
    SET_OFF_BY,
    Act,
    CashNotThere,
    PaidAlready,
    PayoutNotApproved,
    VoucherNumberTaken,
    VoucherReversed,
    VoucherWay,
)
from auction.payouts.schemas import NewVoucher, NewVoucherReversal
from auction.payouts.shares import WAIT
from auction.sales.commands.writing import step
from auction.sales.models import Sale
from auction.sales.queries import assets_of, money_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight

TAKEN = "uq_voucher_office_id_number"


def pay_line(
    session: Session, actor: Actor, line_id: int, new: NewVoucher, *, at: datetime
) -> Voucher:
    """Pay a line of an approved payout; with the last one the asset's way ends (L25 Art. 54(6)).

    After its time limit only where a second person lets it. Raises NotFound, OnHold,
    PayoutNotApproved, ClaimsChanged, CostsChanged, PaidAlready, PayoutLate, CashNotThere,
    VoucherNumberTaken, Invalid.
    """
    actor.require("payouts.pay")
    line, payout = _locked(session, actor, line_id)
    if new.way in KEPT:
        raise Invalid(
            _("Money that was not fetched is deposited after its payee was told and waited for."),
            field="way",
            article=rule_on(session, WAIT, new.paid_on).article,
        )
    _refuse_held(session, payout, new)
    _refuse_unapproved(session, payout, at=at)
    attempt_of(session, line)
    refuse_late(session, actor, payout, line, new.paid_on, field="paid_on", at=at)
    return write_voucher(session, actor, line, payout, new, at=at)


def write_voucher(
    session: Session,
    actor: Actor,
    line: PayoutLine,
    payout: Payout,
    new: NewVoucher,
    *,
    at: datetime,
) -> Voucher:
    """Part of the acts that pay a locked line: its voucher, its claim, the end of the way.

    Raises PayoutNotApproved, ClaimsChanged, CostsChanged, PaidAlready, CashNotThere,
    VoucherNumberTaken, Invalid.
    """
    _refuse_unapproved(session, payout, at=at)
    attempt = attempt_of(session, line)
    refuse_overtaken(session, payout, on=local_day(at))
    _check(session, line, payout, new, at=at)
    entry = _pay_claim(session, actor, line, new, at=at)
    voucher = Voucher(
        line_id=line.id,
        office_id=line.office_id,
        attempt=attempt,
        number=new.number,
        way=new.way.value,
        amount=line.amount,
        paid_on=new.paid_on,
        claim_entry_id=entry.id if entry else None,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    _add(session, voucher)
    data: dict[str, object] = {"line": line.id, "voucher": new.number}
    record_act(session, actor, Act.PAID, payout, data | {"amount": str(line.amount)}, at=at)
    _close(session, actor, payout, at=at)
    session.flush()
    return voucher


def reverse_voucher(
    session: Session, actor: Actor, voucher_id: int, new: NewVoucherReversal, *, at: datetime
) -> Voucher:
    """Undo a payment by a further voucher; what was paid on a claim is owed again.

    Raises NotFound, VoucherReversed, VoucherNumberTaken, ShareNotThere.
    """
    actor.require("payouts.pay")
    found = session.scalar(
        select(Voucher).where(Voucher.id == voucher_id, in_sight(Voucher.office_id, actor))
    )
    if found is None:
        raise NotFound(_("There is no such voucher."))
    line, payout = _locked(session, actor, found.line_id)
    undone = session.scalar(select(Voucher.id).where(Voucher.reverses_id == found.id))
    if undone is not None or found.reverses_id is not None:
        raise VoucherReversed(_("This voucher was reversed before, or is itself a reversal."))
    if found.claim_entry_id is not None and line.claim_id is not None:
        (claim,) = lock_claims(session, actor, [line.claim_id])
        entry = session.get_one(ClaimEntry, found.claim_entry_id)
        undo_change(session, actor, claim, entry, new.number, at=at)
    if VoucherWay(found.way) in KEPT:
        withdraw_deposit(session, actor, found, new.number, at=at)
    back = Voucher(
        line_id=line.id,
        office_id=line.office_id,
        attempt=found.attempt,
        number=new.number,
        way=found.way,
        amount=-found.amount,
        paid_on=local_day(at),
        reverses_id=found.id,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    _add(session, back)
    payout.paid_at = None
    session.flush()
    data: dict[str, object] = {"line": line.id, "voucher": found.number, "by": new.number}
    record_act(session, actor, Act.REVERSED, payout, data, at=at)
    return back


def attempt_of(session: Session, line: PayoutLine) -> int:
    """Which payment of a line comes next; only one stands at a time.

    Raises PaidAlready.
    """
    undone = aliased(Voucher)
    rows = session.execute(
        select(Voucher.attempt, undone.id)
        .outerjoin(undone, undone.reverses_id == Voucher.id)
        .where(Voucher.line_id == line.id, Voucher.reverses_id.is_(None))
    ).all()
    if any(reversal is None for _attempt, reversal in rows):
        raise PaidAlready(_("This line was paid; reverse its voucher first."))
    return len(rows) + 1


def _locked(session: Session, actor: Actor, line_id: int) -> tuple[PayoutLine, Payout]:
    line = session.scalar(
        select(PayoutLine).where(PayoutLine.id == line_id, in_sight(PayoutLine.office_id, actor))
    )
    if line is None:
        raise no_such_payout()
    return line, lock_payout(session, actor, line.payout_id)


def _refuse_unapproved(session: Session, payout: Payout, *, at: datetime) -> None:
    if payout.approved_at is None or payout.withdrawn_at is not None:
        raise PayoutNotApproved(
            _("Nothing is paid before the head approved."),
            **basis_on(session, APPROVED_BY, local_day(at)),
        )


def _refuse_held(session: Session, payout: Payout, new: NewVoucher) -> None:
    """Nothing is paid out while the case is suspended; on deposit it stays (D152/26 30(8))."""
    if new.way is not VoucherWay.TERM_DEPOSIT:
        assets = assets_of(session, session.get_one(Sale, payout.sale_id).lot_id)
        refuse_held_on(session, assets, Stopped.PAYOUT, new.paid_on)


def _check(
    session: Session, line: PayoutLine, payout: Payout, new: NewVoucher, *, at: datetime
) -> None:
    if not line.amount:
        raise Invalid(_("There is nothing to pay on this line."))
    approved_on = local_day(payout.approved_at or at)
    if not approved_on <= new.paid_on <= local_day(at):
        raise Invalid(
            _("The day must lie between %(first)s and %(last)s."),
            field="paid_on",
            first=approved_on,
            last=local_day(at),
        )
    if line.held and new.way is not VoucherWay.TERM_DEPOSIT:
        raise Invalid(
            _("The share of a joint creditor who has not asked goes on a term deposit."),
            field="way",
            article=rule_on(session, "joint_creditor_deposit", new.paid_on).article,
        )
    if line.set_off != (new.way is VoucherWay.SET_OFF):
        raise Invalid(
            _("What was set off against the price is paid as set off, and nothing else is."),
            field="way",
            **basis_on(session, SET_OFF_BY, new.paid_on),
        )
    if not line.set_off:
        _refuse_more_than_cash(session, line, payout, new)


def _refuse_more_than_cash(
    session: Session, line: PayoutLine, payout: Payout, new: NewVoucher
) -> None:
    """Only what came in as money goes out as money (D152/26 Art. 66)."""
    sale = session.get_one(Sale, payout.sale_id)
    money = money_of(session, sale.id, sale.price)
    spent = session.scalar(
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .join(PayoutLine, PayoutLine.id == Voucher.line_id)
        .where(PayoutLine.payout_id == payout.id, PayoutLine.set_off.is_(False))
    )
    left = money.proceeds - money.set_off - Decimal(spent or 0)
    if line.amount > left:
        raise CashNotThere(
            _(
                "Of this sale %(left)s is left in money, the rest was set off (rule %(rule)s)."
                " Lawful: the lines that it covers are paid; what the taker set off beyond his"
                " part is claimed from him, and then paid."
            ),
            left=max(left, Decimal(0)),
            **basis_on(session, SET_OFF_BY, new.paid_on),
        )


def _pay_claim(
    session: Session, actor: Actor, line: PayoutLine, new: NewVoucher, *, at: datetime
) -> ClaimEntry | None:
    """Note on the claim that it was paid, principal before interest."""
    if line.claim_id is None:
        return None
    (claim,) = lock_claims(session, actor, [line.claim_id])
    part = owed_on(session, claim).split(line.amount)
    paid = Owed(-part.principal, -part.interest)
    return append_change(
        session,
        actor,
        claim,
        EntryKind.PAID,
        paid,
        on=new.paid_on,
        document=new.number,
        part_of=PartOf.PAYOUT,
        at=at,
    )


def _add(session: Session, voucher: Voucher) -> None:
    taken = VoucherNumberTaken(
        _("The office has a voucher %(number)s already."),
        field="number",
        number=voucher.number,
    )
    with refused_by(session, TAKEN, taken):
        session.add(voucher)


def _close(session: Session, actor: Actor, payout: Payout, *, at: datetime) -> None:
    """End the way of the assets once every line is paid."""
    paid = (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.line_id == PayoutLine.id)
        .correlate(PayoutLine)
        .scalar_subquery()
    )
    waiting = session.scalar(
        select(func.count())
        .select_from(PayoutLine)
        .where(PayoutLine.payout_id == payout.id, PayoutLine.amount != paid)
    )
    if waiting:
        return
    payout.paid_at = at
    session.flush()
    sale = session.get_one(Sale, payout.sale_id)
    assets = assets_of(session, sale.lot_id)
    if standing_of(session, assets[:1])[assets[0]].state != State.PAID_OUT:
        step(session, actor, sale, Step.PAID_OUT, local_day(at), document=payout.paper, at=at)
