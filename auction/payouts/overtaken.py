"""Payouts that rest on what changed since then: nothing more is paid by them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select, union, union_all
from sqlalchemy.orm import Session, aliased

from auction.claims.models import Claim, ClaimEntry
from auction.claims.rules import PartOf
from auction.costs.borne import costs_known
from auction.lots.models import Lot, LotAsset
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.planning import OWNED, SECURED
from auction.payouts.rights import with_changed_rights
from auction.payouts.rules import LineKind
from auction.payouts.schemas import ChangedClaim
from auction.sales.models import Sale
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.seizures.models import Seizure


class Overtaken(NamedTuple):
    """By payout, what changed since it was drawn up: claims, costs, what is due by no claim."""

    claims: Mapping[int, list[ChangedClaim]]
    costs: Mapping[int, "CostChange"]
    rights: Collection[int]

    @property
    def stopped(self) -> set[int]:
        """The payouts by which nothing more is paid, or that are not approved any more."""
        by_costs = {payout for payout, change in self.costs.items() if change.stops}
        return {*self.claims, *by_costs, *self.rights}


def overtaken_of(session: Session, payout_ids: Collection[int]) -> Overtaken:
    """What changed of some payouts: of the page, the list, the desks and the act that pays.

    Of what is paid only changed costs are told, of what is withdrawn nothing. In five statements.
    """
    return Overtaken(
        changed_claims(session, payout_ids),
        changed_costs(session, payout_ids),
        with_changed_rights(session, payout_ids),
    )


def changed_claims(session: Session, payout_ids: Collection[int]) -> dict[int, list[ChangedClaim]]:
    """By payout, the claims of its unpaid lines that changed since it was drawn up, and new ones.

    What payouts paid on a claim is no change: it was promised before. A change that was taken back
    is none either. A claim is new that has no line and would be paid from one that is unpaid.
    """
    found: dict[int, list[ChangedClaim]] = defaultdict(list)
    if not payout_ids:
        return found
    changes = _changes(Payout.id.in_(payout_ids))
    rows = session.execute(
        select(changes.c.payout_id, Claim.id, Claim.creditor, changes.c.changed)
        .join(Claim, Claim.id == changes.c.claim_id)
        .order_by(changes.c.payout_id, Claim.id)
    )
    for payout_id, claim_id, creditor, changed in rows:
        one = ChangedClaim(claim_id=claim_id, creditor=creditor, changed=Decimal(changed))
        found[payout_id].append(one)
    return found


class CostChange(NamedTuple):
    """By how much costs changed, and whether that stops what is still to be paid."""

    amount: Decimal
    stops: bool


def changed_costs(session: Session, payout_ids: Collection[int]) -> dict[int, CostChange]:
    """By payout that was not withdrawn, by how much the costs changed that it was drawn up on.

    Of what was sold, of its case, of what left that without a price. It stops a payout while
    something is to be paid that costs go before (L25 Art. 54(1)). In two statements.
    """
    unpaid = select(PayoutLine.id).where(
        PayoutLine.payout_id == Payout.id,
        PayoutLine.kind.not_in([kind.value for kind in OWNED]),
        PayoutLine.amount > _paid(),
    )
    rows = session.execute(
        select(Payout.id, Payout.sale_id, Payout.costs, unpaid.exists().label("stops")).where(
            Payout.id.in_(payout_ids), Payout.withdrawn_at.is_(None)
        )
    ).all()
    now = costs_known(session, {row.sale_id for row in rows}) if rows else {}
    found = {row.id: CostChange(now[row.sale_id] - row.costs, row.stops) for row in rows}
    return {payout: change for payout, change in found.items() if change.amount}


def count_overtaken(session: Session, actor: Actor) -> tuple[int, int]:
    """How many proposals, and how many approved payouts, rest on what changed since."""
    rows = session.execute(
        select(Payout.id, Payout.approved_at.is_not(None).label("approved")).where(
            Payout.withdrawn_at.is_(None),
            Payout.paid_at.is_(None),
            in_sight(Payout.office_id, actor),
        )
    )
    approved: dict[int, bool] = {row.id: row.approved for row in rows}
    found = overtaken_of(session, approved).stopped
    ready = sum(approved[one] for one in found)
    return len(found) - ready, ready


def _changes(which: ColumnElement[bool]) -> Any:
    """What changed of each claim of each open payout since it was drawn up, and what came to it."""
    drawn = (
        select(Payout.id, Payout.sale_id, Payout.claims_upto)
        .where(Payout.withdrawn_at.is_(None), Payout.paid_at.is_(None), which)
        .cte("drawn")
    )
    return union_all(_changed(drawn), _came(drawn)).subquery()


def _paid() -> Any:
    """What was paid on a line."""
    return (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.line_id == PayoutLine.id)
        .correlate(PayoutLine)
        .scalar_subquery()
    )


def _changed(drawn: CTE) -> Select[Any]:
    undone = aliased(ClaimEntry)
    part_of = func.coalesce(undone.part_of, ClaimEntry.part_of)
    principal, interest = func.sum(ClaimEntry.principal), func.sum(ClaimEntry.interest)
    unpaid = (
        select(PayoutLine.payout_id, PayoutLine.claim_id)
        .where(PayoutLine.amount > _paid(), PayoutLine.claim_id.is_not(None))
        .distinct()
        .subquery()
    )
    return (
        select(
            drawn.c.id.label("payout_id"),
            unpaid.c.claim_id,
            (principal + interest).label("changed"),
        )
        .join(unpaid, unpaid.c.payout_id == drawn.c.id)
        .join(ClaimEntry, ClaimEntry.claim_id == unpaid.c.claim_id)
        .outerjoin(undone, undone.id == ClaimEntry.reverses_id)
        .where(
            ClaimEntry.id > drawn.c.claims_upto,
            part_of.is_distinct_from(PartOf.PAYOUT.value),
        )
        .group_by(drawn.c.id, unpaid.c.claim_id)
        .having(or_(principal != 0, interest != 0))
    )


def _came(drawn: CTE) -> Select[Any]:
    """Claims without a line that have a part in money that is still to be paid.

    Of who asked before the coercion was decided also what is due by rank, of a secured claim what
    others' collateral brings too (L25 Art. 54(2), (3); L08 Art. 47(2), (3)).
    """
    about = _about(drawn)
    own, unpaid = aliased(PayoutLine), PayoutLine
    owed = (
        select(func.coalesce(func.sum(ClaimEntry.principal + ClaimEntry.interest), 0))
        .where(ClaimEntry.claim_id == Claim.id)
        .correlate(Claim)
        .scalar_subquery()
    )
    left = owed - _promised(about)
    secured = Claim.precedence.is_not(None)
    late = func.coalesce(Claim.asked_on > _held(drawn, func.min(_SINCE)), False)
    takes = or_(
        unpaid.kind.in_([LineKind.LATER.value, LineKind.DEBTOR.value]),
        and_(or_(secured, ~late), unpaid.kind == LineKind.RANK.value),
        and_(secured, unpaid.kind.in_([kind.value for kind in SECURED])),
    )
    line = select(unpaid.id).where(unpaid.payout_id == about.c.payout_id)
    return (
        select(about.c.payout_id, Claim.id.label("claim_id"), left.label("changed"))
        .join(Claim, Claim.id == about.c.claim_id)
        .join(drawn, drawn.c.id == about.c.payout_id)
        .where(
            or_(Claim.asked_on.is_not(None), Claim.joint_with.is_not(None), secured),
            ~select(own.id)
            .where(own.payout_id == about.c.payout_id, own.claim_id == Claim.id)
            .exists(),
            left > 0,
            line.where(unpaid.amount > _paid(), takes).exists(),
        )
    )


_SINCE = func.coalesce(Seizure.supplements_on, Seizure.decision_on)
_STOOD = (
    LotAsset.lot_id == Sale.lot_id,
    Seizure.asset_id == LotAsset.asset_id,
    Seizure.decision_on <= Sale.sold_on,
    or_(Seizure.released_on.is_(None), Seizure.released_on >= Sale.sold_on),
)
"""The seizures under which something was sold."""


def _held(drawn: CTE, what: Any) -> Any:
    return (
        select(what).where(Sale.id == drawn.c.sale_id, *_STOOD).correlate(drawn).scalar_subquery()
    )


def _about(drawn: CTE) -> Any:
    """By payout, the claims of the cases that its sale serves, and those that its things secure."""
    sold = (drawn.c.id.label("payout_id"), Claim.id.label("claim_id"))
    sale = Sale.id == drawn.c.sale_id
    of_lot = (Lot.id == Sale.lot_id, Claim.case_id == Lot.case_id)
    secured = (LotAsset.lot_id == Sale.lot_id, Claim.secured_on_id == LotAsset.asset_id)
    return union(
        select(*sold).where(sale, *of_lot),
        select(*sold).where(sale, *_STOOD, Claim.case_id == Seizure.case_id),
        select(*sold).where(sale, *secured),
    ).subquery()


def _promised(about: Any) -> Any:
    """What approved payouts of other sales will still pay on a claim."""
    line, payout, mine = aliased(PayoutLine), aliased(Payout), aliased(Payout)
    paid = (
        select(func.coalesce(func.sum(Voucher.amount), 0))
        .where(Voucher.line_id == line.id)
        .correlate(line)
        .scalar_subquery()
    )
    return (
        select(func.coalesce(func.sum(line.amount - paid), 0))
        .join(payout, payout.id == line.payout_id)
        .join(mine, mine.id == about.c.payout_id)
        .where(
            line.claim_id == Claim.id,
            payout.sale_id != mine.sale_id,
            payout.approved_at.is_not(None),
            payout.withdrawn_at.is_(None),
        )
        .correlate(Claim, about)
        .scalar_subquery()
    )
