"""Payouts that rest on claims which changed since they were drawn up: nothing is paid by them."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from auction.claims.models import Claim, ClaimEntry
from auction.claims.rules import PartOf
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.schemas import ChangedClaim
from inventory.base.actor import Actor
from inventory.base.scope import in_sight


def changed_claims(session: Session, payout_ids: Collection[int]) -> dict[int, list[ChangedClaim]]:
    """By payout, the claims of its unpaid lines that changed since it was drawn up.

    What payouts paid on a claim is no change: it was promised before. A change that was taken back
    is none either.
    """
    found: dict[int, list[ChangedClaim]] = defaultdict(list)
    if not payout_ids:
        return found
    changes = _changes().where(Payout.id.in_(payout_ids)).subquery()
    rows = session.execute(
        select(changes.c.payout_id, Claim.id, Claim.creditor, changes.c.changed)
        .join(Claim, Claim.id == changes.c.claim_id)
        .order_by(changes.c.payout_id, Claim.id)
    )
    for payout_id, claim_id, creditor, changed in rows:
        one = ChangedClaim(claim_id=claim_id, creditor=creditor, changed=Decimal(changed))
        found[payout_id].append(one)
    return found


def count_overtaken(session: Session, actor: Actor) -> tuple[int, int]:
    """How many proposals, and how many approved payouts, rest on claims that changed since."""
    changes = _changes().where(in_sight(Payout.office_id, actor)).subquery()
    row = session.execute(
        select(
            func.count(Payout.id.distinct()).filter(Payout.approved_at.is_(None)),
            func.count(Payout.id.distinct()).filter(Payout.approved_at.is_not(None)),
        )
        .select_from(changes)
        .join(Payout, Payout.id == changes.c.payout_id)
    ).one()
    return int(row[0]), int(row[1])


def _changes() -> Select[Any]:
    """What changed of each claim of each open payout, since it was drawn up."""
    undone = aliased(ClaimEntry)
    part_of = func.coalesce(undone.part_of, ClaimEntry.part_of)
    principal, interest = func.sum(ClaimEntry.principal), func.sum(ClaimEntry.interest)
    paid = (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.line_id == PayoutLine.id)
        .correlate(PayoutLine)
        .scalar_subquery()
    )
    unpaid = (
        select(PayoutLine.payout_id, PayoutLine.claim_id)
        .where(PayoutLine.amount > paid, PayoutLine.claim_id.is_not(None))
        .distinct()
        .subquery()
    )
    return (
        select(
            Payout.id.label("payout_id"),
            unpaid.c.claim_id,
            (principal + interest).label("changed"),
        )
        .join(unpaid, unpaid.c.payout_id == Payout.id)
        .join(ClaimEntry, ClaimEntry.claim_id == unpaid.c.claim_id)
        .outerjoin(undone, undone.id == ClaimEntry.reverses_id)
        .where(
            Payout.withdrawn_at.is_(None),
            Payout.paid_at.is_(None),
            ClaimEntry.id > Payout.claims_upto,
            part_of.is_distinct_from(PartOf.PAYOUT.value),
        )
        .group_by(Payout.id, unpaid.c.claim_id)
        .having(or_(principal != 0, interest != 0))
    )
