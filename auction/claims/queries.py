"""Claims of a case with what is owed and their rank on a day; how much the case is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from auction.claims.models import Claim, ClaimEntry
from auction.claims.rules import STATE_KINDS, ClaimKind, Precedence, rank_of
from auction.claims.schemas import ClaimOut, ClaimRow, EntryOut
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight
from inventory.cases.models import EnforcementCase
from inventory.organisation.models import Staff
from inventory.titles.queries import collateral_of
from inventory.titles.schemas import CollateralOut

_SAID = (
    "id",
    "case_id",
    "office_id",
    "kind",
    "creditor",
    "pay_to",
    "asked_on",
    "joint_with",
    "precedence",
    "secured_on_id",
    "judgment",
)


def visible_claims(actor: Actor) -> Select[Claim]:
    """Claims of offices in the actor's sight."""
    return select(Claim).where(in_sight(Claim.office_id, actor))


def debt_of(session: Session, case_id: int, on: date) -> Decimal:
    """What is still owed in a case on a day to those who asked for enforcement by then.

    Without the costs of enforcement, which the room of costs knows.
    """
    return debts_of(session, [case_id], on)[case_id]


def debts_of(session: Session, case_ids: Collection[int], on: date) -> dict[int, Decimal]:
    """The same of several cases, in one statement."""
    rows = session.execute(
        select(ClaimEntry.case_id, func.sum(ClaimEntry.principal + ClaimEntry.interest))
        .join(Claim, Claim.id == ClaimEntry.claim_id)
        .where(
            ClaimEntry.case_id.in_(case_ids),
            ClaimEntry.happened_on <= on,
            Claim.asked_on <= on,
        )
        .group_by(ClaimEntry.case_id)
    )
    found = {case_id: Decimal(owed or 0) for case_id, owed in rows}
    return {case_id: found.get(case_id, Decimal(0)) for case_id in case_ids}


def state_debt_of(session: Session, case_id: int, on: date) -> Decimal:
    """What the State itself is still owed in a case: court fees, fines, money back-collected."""
    found = session.scalar(
        select(func.sum(ClaimEntry.principal + ClaimEntry.interest))
        .join(Claim, Claim.id == ClaimEntry.claim_id)
        .where(
            ClaimEntry.case_id == case_id,
            ClaimEntry.happened_on <= on,
            Claim.kind.in_([kind.value for kind in STATE_KINDS]),
        )
    )
    return Decimal(found or 0)


def claims_of(session: Session, actor: Actor, case_ids: Sequence[int], on: date) -> list[ClaimRow]:
    """Every claim of some cases with what is owed on a day and the rank of that day.

    Two statements, however many claims. Raises RuleUnknown.
    """
    rules = rules_in_use(session, "payment_ranks")
    statement = _owed(actor, on).where(Claim.case_id.in_(case_ids)).order_by(Claim.id)
    return [_row(row, rules, on) for row in session.execute(statement).mappings()]


def claims_secured_on(session: Session, asset_ids: Sequence[int], on: date) -> list[ClaimRow]:
    """Every claim that one of some assets secures, of whichever case."""
    rules = rules_in_use(session, "payment_ranks")
    statement = _owed(SYSTEM, on).where(Claim.secured_on_id.in_(asset_ids)).order_by(Claim.id)
    return [_row(row, rules, on) for row in session.execute(statement).mappings()]


def unclaimed_on(
    session: Session,
    asset_ids: Sequence[int],
    rows: Iterable[ClaimRow],
    on: date,
    *,
    sold_on: date | None = None,
) -> dict[int, list[CollateralOut]]:
    """By asset, what it secures for others than its creditors that stands in none of the claims.

    Of what is sold also what it secured that day: for the buyer it is struck out, and paid from the
    price. Claims and titles are held together by the holder's name. Where a claim's is in no title,
    the claims are taken for all of them: nothing is paid twice.
    """
    claimed: defaultdict[int, set[str]] = defaultdict(set)
    for one in rows:
        if one.precedence is Precedence.MORTGAGEE_NOT_CREDITOR and one.secured_on_id is not None:
            claimed[one.secured_on_id].add(one.creditor.casefold())
    secured: defaultdict[int, dict[int, CollateralOut]] = defaultdict(dict)
    for day in sorted({on, sold_on or on}):
        for asset, debts in collateral_of(session, asset_ids, day).items():
            secured[asset].update({one.id: one for one in debts})
    found: dict[int, list[CollateralOut]] = {}
    for asset, by_id in secured.items():
        of_others = [one for one in by_id.values() if one.seized_for_other]
        if claimed[asset] <= {one.holder.casefold() for one in by_id.values()}:
            found[asset] = [one for one in of_others if one.holder.casefold() not in claimed[asset]]
    return found


def get_claim(session: Session, actor: Actor, claim_id: int, on: date) -> ClaimOut:
    """One claim with all its changes.

    Raises NotFound.
    """
    row = session.execute(
        _owed(actor, on)
        .add_columns(Claim.identity, Claim.note)
        .group_by(Claim.identity, Claim.note)
        .where(Claim.id == claim_id)
    )
    found = row.mappings().one_or_none()
    if found is None:
        raise no_such_claim()
    said = dict(found)
    extra = {name: said.pop(name) for name in ("identity", "note")}
    claim = _row(said, rules_in_use(session, "payment_ranks"), on)
    return ClaimOut(claim=claim, **extra, entries=_entries(session, claim_id))


def no_such_claim() -> NotFound:
    """The refusal for a claim that is not there or not in sight."""
    return NotFound(_("There is no such claim."))


def _entries(session: Session, claim_id: int) -> list[EntryOut]:
    later = aliased(ClaimEntry)
    rows = session.execute(
        select(
            ClaimEntry.id,
            ClaimEntry.kind,
            ClaimEntry.principal,
            ClaimEntry.interest,
            ClaimEntry.happened_on,
            ClaimEntry.document,
            ClaimEntry.part_of,
            ClaimEntry.reverses_id,
            later.id.is_not(None).label("reversed"),
            ClaimEntry.recorded_at,
            Staff.name.label("by"),
        )
        .outerjoin(later, later.reverses_id == ClaimEntry.id)
        .outerjoin(Staff, Staff.id == ClaimEntry.recorded_by_id)
        .where(ClaimEntry.claim_id == claim_id)
        .order_by(ClaimEntry.id)
    )
    return [msgspec.convert(dict(row), EntryOut) for row in rows.mappings()]


def _owed(actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    """Claims with the sum of their changes up to a day, as rows."""
    by_then = ClaimEntry.happened_on <= on
    said = tuple(getattr(Claim, name) for name in _SAID)
    granted = ClaimEntry.kind == "granted"
    sums = (
        func.coalesce(
            func.sum(ClaimEntry.principal + ClaimEntry.interest).filter(granted, by_then), 0
        ).label("granted"),
        func.coalesce(func.sum(ClaimEntry.principal).filter(by_then), 0).label("principal"),
        func.coalesce(func.sum(ClaimEntry.interest).filter(by_then), 0).label("interest"),
    )
    named = (EnforcementCase.decision_number, Asset.reference)
    statement: Select[*tuple[Any, ...]] = (
        select(*said, named[0].label("case_number"), named[1].label("secured_on"), *sums)
        .join(EnforcementCase, EnforcementCase.id == Claim.case_id)
        .join(ClaimEntry, ClaimEntry.claim_id == Claim.id)
        .outerjoin(Asset, Asset.id == Claim.secured_on_id)
        .where(in_sight(Claim.office_id, actor))
        .group_by(*said, *named)
    )
    return statement


def _row(row: Any, rules: Sequence[Rule], on: date) -> ClaimRow:
    said = dict(row)
    rank = rank_of(rules, ClaimKind(said["kind"]), on)
    law = {"rank": int(rank.number), "article": rank.article, "confidence": rank.confidence}
    return msgspec.convert({**said, **law}, ClaimRow)
