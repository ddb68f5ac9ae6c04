"""Proposing how money is divided, approving it by a second person, withdrawing it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auction.claims.models import ClaimEntry
from auction.costs.borne import costs_known
from auction.deadlines.commands import extend_deadline, void_deadlines
from auction.deadlines.queries import deadlines_of
from auction.deadlines.schemas import DeadlineSubject
from auction.holds.queries import refuse_on_hold
from auction.holds.rules import Stopped
from auction.legal_rules.queries import basis_on, rule_on, rules_in_use
from auction.lots.models import Lot
from auction.lots.queries import assets_of_lot
from auction.payouts.commands.reckoning import cases_of, debtors_of, reckon
from auction.payouts.commands.renting import let_without_rent
from auction.payouts.commands.resting import lock_claims_of
from auction.payouts.commands.table import issue_table
from auction.payouts.models import Payout, PayoutLine, ShareEntry
from auction.payouts.overtaken import overtaken_of
from auction.payouts.planning import Plan
from auction.payouts.queries import live_vouchers, no_such_payout, visible_payouts
from auction.payouts.rules import (
    APPROVED_BY,
    Act,
    LineKind,
    NoLongerTime,
    OwnProposal,
    PaidOutAlready,
    PayoutFrozen,
    PayoutNotOpen,
    ProposalStale,
)
from auction.payouts.schemas import NewLongerTime, NewProposal, NewWithdrawal
from auction.payouts.shares import WAIT, ShareEntryKind, share_ref
from auction.sales.commands.writing import lock_sale
from auction.sales.models import Sale
from auction.sales.queries import assets_of, money_of
from auction.sales.rules import NotDelivered, NotPaidInFull, ProceedsChange, SaleFellAway
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.organisation.powers import refuse_other_head

WITHDRAWN = "Phương án phân chia đã bị rút lại"
"""Why what its payees were waited for falls away."""


def propose_payout(
    session: Session, actor: Actor, sale_id: int, new: NewProposal, *, at: datetime
) -> Payout:
    """Propose how the money of a sale is divided, by the law of today; a change is a new version.

    Raises NotFound, SaleEnded, NotPaidInFull, PayoutFrozen, NotDeductible, HomeUnsaid,
    RentUnknown, RentLeftOut, ThingsWorthMore.
    """
    actor.require("payouts.propose")
    sale = lock_sale(session, actor, sale_id)
    if sale.paid_on is None or money_of(session, sale.id, sale.price).missing:
        raise NotPaidInFull(
            _("The price is not paid in full; what is paid is divided once it is."),
            **basis_on(session, "payout_due", local_day(at)),
        )
    _refuse_frozen(session, sale.id)
    today = local_day(at)
    upto = session.scalar(select(func.max(ClaimEntry.id)))
    let = let_without_rent(session, actor, sale, at=at) if new.without_rent else None
    planned = reckon(session, actor, sale, new, today)
    version = session.scalar(select(func.max(Payout.version)).where(Payout.sale_id == sale.id))
    payout = Payout(
        office_id=sale.office_id,
        sale_id=sale.id,
        version=(version or 0) + 1,
        on_day=today,
        claims_upto=upto or 0,
        costs=costs_known(session, [sale.id])[sale.id],
        gross=planned.gross,
        net=planned.net,
        left_for_debtor=planned.left_for_debtor,
        without_rent=new.without_rent,
        rent_let=let,
        taxes=new.taxes,
        note=new.note,
        proposed_at=at,
        proposed_by_id=actor.staff_id,
    )
    _withdraw_earlier(session, sale.id, actor, at=at)
    session.add(payout)
    session.flush()
    _write_lines(session, payout, planned, debtor=_debtor(session, sale))
    data: dict[str, object] = {
        "version": payout.version,
        "gross": str(payout.gross),
        "net": str(payout.net),
    }
    record_act(session, actor, Act.PROPOSED, payout, data, at=at)
    return payout


def approve_payout(session: Session, actor: Actor, payout_id: int, *, at: datetime) -> Payout:
    """Approve a payout, as the head does and not who proposed it; from now on it is frozen.

    Raises NotFound, NotItsHead, PayoutNotOpen, OwnProposal, NotDelivered, ProposalStale, OnHold.
    """
    actor.require("payouts.approve")
    payout = lock_payout(session, actor, payout_id)
    by_head = basis_on(session, APPROVED_BY, local_day(at))
    refuse_other_head(session, actor, payout.office_id, by_head)
    if payout.approved_at is not None or payout.withdrawn_at is not None:
        raise PayoutNotOpen(_("This payout was approved or withdrawn before."))
    if payout.proposed_by_id is not None and payout.proposed_by_id == actor.staff_id:
        raise OwnProposal(
            _("Who proposed a payout does not approve it; another one with that power does."),
            **by_head,
        )
    sale = session.get_one(Sale, payout.sale_id)
    if sale.delivered_on is None:
        raise NotDelivered(
            _("The money is paid out after the asset is delivered."),
            **basis_on(session, "payout_due", local_day(at)),
        )
    lock_claims_of(session, payout)
    refuse_stale(session, actor, payout, sale)
    assets = [one.id for one in assets_of_lot(session, sale.lot_id)]
    refuse_on_hold(session, assets, Stopped.PAYOUT, on=local_day(at))
    payout.approved_at, payout.approved_by_id = at, actor.staff_id
    session.flush()
    payout.paper = issue_table(session, actor, payout, sale, at=at)
    session.flush()
    data: dict[str, object] = {"version": payout.version, "paper": payout.paper}
    record_act(session, actor, Act.APPROVED, payout, data, at=at)
    return payout


def withdraw_payout(
    session: Session, actor: Actor, payout_id: int, new: NewWithdrawal, *, at: datetime
) -> Payout:
    """Withdraw a payout of which nothing is paid, so that another version can follow.

    Raises NotFound, NotItsHead, PayoutNotOpen, PaidOutAlready.
    """
    actor.require("payouts.approve")
    payout = lock_payout(session, actor, payout_id)
    by_head = basis_on(session, APPROVED_BY, local_day(at))
    refuse_other_head(session, actor, payout.office_id, by_head)
    if payout.withdrawn_at is not None:
        raise PayoutNotOpen(_("This payout was withdrawn before."))
    _refuse_paid(session, payout.sale_id)
    payout.withdrawn_at, payout.withdrawn_by_id = at, actor.staff_id
    payout.withdrawn_because = new.reason
    session.flush()
    _wait_no_more(session, actor, payout, at=at)
    record_act(session, actor, Act.WITHDRAWN, payout, {"reason": new.reason}, at=at)
    return payout


def give_longer_time(
    session: Session, actor: Actor, sale_id: int, new: NewLongerTime, *, at: datetime
) -> None:
    """Let many creditors with little money be paid later, 45 days at most (D152/26 Art. 30(3)a).

    Raises NotFound, NotItsHead, NoLongerTime, NotDelivered, TooLong.
    """
    actor.require("payouts.approve")
    sale = lock_sale(session, actor, sale_id)
    today = local_day(at)
    refuse_other_head(session, actor, sale.office_id, basis_on(session, APPROVED_BY, today))
    rule = next(
        (one for one in rules_in_use(session, "payout_extension") if one.serves(today)), None
    )
    if rule is None:
        raise NoLongerTime(
            _("The law of %(on)s gives no longer time to pay out."),
            field="until",
            on=today,
            **basis_on(session, "payout_due", today),
        )
    lot = session.get_one(Lot, sale.lot_id)
    found = [
        one
        for one in deadlines_of(session, actor, "lot", lot.reference)
        if one.rule_key == "payout_due" and one.met_on is None
    ]
    if not found:
        raise NotDelivered(
            _("The asset has not been delivered yet; the time to pay out begins with it."),
            **basis_on(session, "payout_due", today),
        )
    extend_deadline(session, actor, found[-1].id, new.until, rule, document=new.document, at=at)
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    data = {"sale": sale.id, "until": new.until.isoformat(), "document": new.document}
    audit.record(session, actor, Act.EXTENDED, subject, data, at=at)


def follow_fallen_sale(session: Session, event: SaleFellAway) -> None:
    """What was proposed of a sale that fell away is withdrawn; what was paid is reversed first.

    Raises PaidOutAlready.
    """
    _refuse_paid(session, event.sale_id)
    for payout in session.scalars(
        select(Payout).where(Payout.sale_id == event.sale_id, Payout.withdrawn_at.is_(None))
    ):
        payout.withdrawn_at = event.at
        payout.withdrawn_because = "sale_fell_away"
        _wait_no_more(session, event.actor, payout, at=event.at)
    session.flush()


def refuse_new_proceeds(session: Session, event: ProceedsChange) -> None:
    """What a payout divides does not change under it; what comes later would never be divided.

    Raises PayoutFrozen.
    """
    if _approved(session, event.sale_id):
        rule = rule_on(session, APPROVED_BY, event.on)
        raise PayoutFrozen(
            _(
                "An approved payout divides the money of this sale (rule %(rule)s). Lawful: reverse"
                " its vouchers and withdraw it, then enter this and propose it anew."
            ),
            article=rule.article,
            rule=rule.key,
        )


def lock_payout(session: Session, actor: Actor, payout_id: int) -> Payout:
    """The payout, locked after its sale.

    Raises NotFound.
    """
    payout = session.scalar(visible_payouts(actor).where(Payout.id == payout_id))
    if payout is None:
        raise no_such_payout()
    lock_sale(session, actor, payout.sale_id, ended=True)
    session.refresh(payout, with_for_update={"key_share": True})
    return payout


def record_act(
    session: Session,
    actor: Actor,
    act: Act,
    payout: Payout,
    data: dict[str, object],
    *,
    at: datetime,
) -> None:
    """Tell the audit ledger of an act on a payout, under its lot."""
    sale = session.get_one(Sale, payout.sale_id)
    lot = session.get_one(Lot, sale.lot_id)
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    audit.record(session, actor, act, subject, {"payout": payout.id, **data}, at=at)


def _refuse_frozen(session: Session, sale_id: int) -> None:
    if _approved(session, sale_id):
        raise PayoutFrozen(_("An approved payout does not change; withdraw it first."))


def _approved(session: Session, sale_id: int) -> bool:
    statement = select(Payout.id).where(
        Payout.sale_id == sale_id,
        Payout.approved_at.is_not(None),
        Payout.withdrawn_at.is_(None),
    )
    return session.scalar(statement) is not None


def _refuse_paid(session: Session, sale_id: int) -> None:
    if live_vouchers(session, sale_id):
        raise PaidOutAlready(_("Money was paid out; reverse its vouchers first."))


def _withdraw_earlier(session: Session, sale_id: int, actor: Actor, *, at: datetime) -> None:
    earlier = session.scalars(
        select(Payout).where(Payout.sale_id == sale_id, Payout.withdrawn_at.is_(None))
    )
    for payout in earlier:
        payout.withdrawn_at, payout.withdrawn_by_id = at, actor.staff_id
        payout.withdrawn_because = "newer_version"


def _wait_no_more(session: Session, actor: Actor, payout: Payout, *, at: datetime) -> None:
    """Nobody fetches by a payout that was withdrawn what he was told to fetch."""
    lot = session.get_one(Lot, session.get_one(Sale, payout.sale_id).lot_id)
    told = (
        select(PayoutLine.position)
        .join(ShareEntry, ShareEntry.line_id == PayoutLine.id)
        .where(PayoutLine.payout_id == payout.id, ShareEntry.kind == ShareEntryKind.TOLD)
    )
    for position in session.scalars(told.order_by(PayoutLine.position)).all():
        ref = share_ref(lot.reference, payout.version, position)
        about = DeadlineSubject("share", ref, payout.office_id, lot_id=lot.id)
        void_deadlines(session, actor, about, WAIT, at=at, why=WITHDRAWN)


def _write_lines(session: Session, payout: Payout, planned: Plan, *, debtor: str | None) -> None:
    for position, line in enumerate(planned.lines, 1):
        due = line.due
        session.add(
            PayoutLine(
                payout_id=payout.id,
                office_id=payout.office_id,
                position=position,
                kind=due.kind.value,
                rank=due.rank if due.kind in {LineKind.RANK, LineKind.LATER} else None,
                claim_id=due.claim_id,
                payee=due.payee,
                owed=due.amount,
                amount=line.paid,
                fee=line.fee,
                fee_article=line.fee_article,
                held=due.held,
                set_off=due.set_off,
                source=due.source,
                article=due.article,
                confidence=due.confidence,
            )
        )
    if planned.left_for_debtor:
        rest = rule_on(session, "remainder_to", payout.on_day)
        session.add(
            PayoutLine(
                payout_id=payout.id,
                office_id=payout.office_id,
                position=len(planned.lines) + 1,
                kind=LineKind.DEBTOR.value,
                payee=debtor,
                owed=planned.left_for_debtor,
                amount=planned.left_for_debtor,
                fee=Decimal(0),
                held=False,
                set_off=False,
                article=rest.article,
                confidence=rest.confidence.value,
            )
        )
    session.flush()


def _debtor(session: Session, sale: Sale) -> str | None:
    return debtors_of(session, cases_of(session, sale, assets_of(session, sale.lot_id)))


def refuse_stale(session: Session, actor: Actor, payout: Payout, sale: Sale) -> None:
    """Refuse a proposal that would be another one today, were it made by the law of its day.

    Raises ProposalStale.
    """
    said = NewProposal(without_rent=payout.without_rent, taxes=payout.taxes)
    again = reckon(session, actor, sale, said, payout.on_day)
    kept = session.execute(
        select(PayoutLine.claim_id, PayoutLine.kind, PayoutLine.amount, PayoutLine.fee)
        .where(PayoutLine.payout_id == payout.id, PayoutLine.kind != LineKind.DEBTOR.value)
        .order_by(PayoutLine.position)
    )
    now = [(line.due.claim_id, line.due.kind.value, line.paid, line.fee) for line in again.lines]
    since = overtaken_of(session, [payout.id])
    changed = since.claims or since.costs or since.rights
    if changed or again.gross != payout.gross or [tuple(row) for row in kept] != now:
        raise ProposalStale(
            _("Money, claims or costs changed since the proposal; propose it anew.")
        )
