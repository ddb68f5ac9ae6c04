"""Rights between rounds that somebody may see, reductions of assets, what the creditor may ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from auction.bidding.models import AssetRound
from auction.bidding.rules import Held
from auction.claims.queries import claims_of, claims_secured_on, unclaimed_on
from auction.claims.rules import ORDERED, ClaimKind, Precedence, asked_before
from auction.claims.schemas import ClaimRow
from auction.life.queries import of_this_life
from auction.lots.models import AuctionRound, Lot, PriceReduction
from auction.offers.entitlement import CaseClaim
from auction.offers.models import (
    AssetExit,
    ExitExpense,
    PriorityAnswer,
    PriorityOffer,
    SeizureRecall,
    SetOff,
    UnsoldReturn,
)
from auction.offers.promised import promised_on
from auction.offers.rules import stage_of
from auction.offers.schemas import (
    ExitOut,
    ExpenseOut,
    PriorityAnswerOut,
    PriorityOut,
    RecallOut,
    ReturnOut,
    SetOffOut,
)
from inventory.assets.models import Asset
from inventory.base.actor import SYSTEM, Actor
from inventory.base.listing import PAGE_SIZE, Page, decode_cursor, page_of
from inventory.base.scope import in_sight
from inventory.seizures.queries import held_for


def reductions_of(
    session: Session, asset_ids: Sequence[int], *, except_after: int | None = None
) -> int:
    """How often the price of every one was reduced since it was last sold or seized anew.

    Reductions follow the asset through its lots and count under both laws (L25 Art. 116(4)); one
    after a round that was ruled not to count does not. ``except_after`` leaves one round out.
    """
    of_asset = aliased(AssetRound)
    sold = (
        select(func.coalesce(func.max(of_asset.seq), 0))
        .where(of_asset.asset_id == AssetRound.asset_id, of_asset.result == Held.SOLD.value)
        .correlate(AssetRound)
        .scalar_subquery()
    )
    rows = session.execute(
        select(AssetRound.asset_id, func.count(PriceReduction.id))
        .join(PriceReduction, PriceReduction.round_id == AssetRound.round_id)
        .where(
            AssetRound.asset_id.in_(asset_ids),
            AssetRound.result == Held.FAILED.value,
            AssetRound.seq > sold,
            AssetRound.round_id != (except_after or 0),
            of_this_life(AssetRound.asset_id, AssetRound.held_on),
        )
        .group_by(AssetRound.asset_id)
    )
    counted = {row[0]: row[1] for row in rows}
    return min((counted.get(asset_id, 0) for asset_id in asset_ids), default=0)


def open_setoff(session: Session, lot_id: int) -> SetOff | None:
    """The set-off of a lot that is under way."""
    return session.scalar(select(SetOff).where(SetOff.lot_id == lot_id, SetOff.ended_on.is_(None)))


def setoff_after(session: Session, round_id: int) -> SetOff | None:
    """The creditor's right after one round, if he was asked."""
    return session.scalar(select(SetOff).where(SetOff.round_id == round_id))


def open_priority(session: Session, asset_id: int) -> PriorityOffer | None:
    """The co-owners' right on an asset that is under way."""
    return session.scalar(
        select(PriorityOffer).where(
            PriorityOffer.asset_id == asset_id, PriorityOffer.ended_on.is_(None)
        )
    )


def open_recall(session: Session, lot_id: int) -> SeizureRecall | None:
    """The recall of a lot's seizure that is still to be decided."""
    return session.scalar(
        select(SeizureRecall).where(
            SeizureRecall.lot_id == lot_id, SeizureRecall.recalled_on.is_(None)
        )
    )


def last_reduction(session: Session, lot_id: int) -> PriceReduction | None:
    """The newest reduction of a lot's price."""
    newest = select(PriceReduction).where(PriceReduction.lot_id == lot_id)
    return session.scalar(newest.order_by(PriceReduction.id.desc()).limit(1))


def claims_on(
    session: Session, case_id: int | None, asset_ids: Sequence[int], creditor: str, on: date
) -> list[CaseClaim]:
    """The claims on the money of some assets, in the order of the payout; a creditor's are his.

    Those of the lot's case, of every other case for which the assets are under seizure, and what
    the assets secure, as the payout divides among them (L25 Art. 54; L08 Art. 47): less what
    approved payouts of other money promise on them.
    """
    held = held_for(session, asset_ids, on)
    cases = {*held.cases, *([case_id] if case_id is not None else [])}
    rows = {one.id: one for one in claims_of(session, SYSTEM, sorted(cases), on)}
    rows |= {one.id: one for one in claims_secured_on(session, asset_ids, on)}
    secured = _secured(rows.values(), asset_ids)
    promised = promised_on(session, list(rows), on)
    mine = creditor.casefold()
    found = [
        structs.replace(
            _claim(one, asset_ids, secured, held.since),
            amount=max(one.owed.total - promised.get(one.id, Decimal(0)), Decimal(0)),
            mine=one.creditor.casefold() == mine,
        )
        for one in rows.values()
        if one.is_paid(on) and one.owed.total > 0
    ]
    others = unclaimed_on(session, asset_ids, rows.values(), on)
    return found + [
        CaseClaim(
            FIRST_TURN,
            debt.secured_amount,
            mine=False,
            asks=False,
            assets=frozenset({asset}),
            recorded=False,
        )
        for asset, debts in sorted(others.items())
        for debt in debts
    ]


def _secured(rows: Iterable[ClaimRow], asset_ids: Sequence[int]) -> dict[str, frozenset[int]]:
    """The assets that secure what each judgment granted, by the judgment."""
    found: dict[str, frozenset[int]] = {}
    for one in rows:
        asset, judgment = one.secured_on_id, one.judgment
        if one.precedence in ORDERED and asset is not None and asset in asset_ids and judgment:
            found[judgment] = found.get(judgment, frozenset()) | {asset}
    return found


def _claim(
    row: ClaimRow,
    asset_ids: Sequence[int],
    secured: Mapping[str, frozenset[int]],
    coercion_on: date | None,
) -> CaseClaim:
    """When a claim is paid, and from what.

    What is secured before the ranks, from what its asset brings, and by its rank for what that does
    not cover, where its creditor asked; who asked late after the ranks.
    """
    late = row.asked_on is not None and not asked_before(row.asked_on, coercion_on)
    asks = row.asked_on is not None
    ranked = CaseClaim(
        row.rank + (LATER_TURN if late else 0), row.owed.total, mine=False, asks=asks
    )
    fee_of = secured.get(row.judgment or "") if row.kind is ClaimKind.COURT_FEES else None
    asset = row.secured_on_id
    if row.precedence is not None and asset is not None and asset in asset_ids:
        turn = SECURED_TURN if row.precedence in ORDERED else FIRST_TURN
        assets = frozenset({asset})
    elif fee_of:
        turn, assets = FEE_TURN, fee_of
    else:
        return ranked
    no_creditor = row.precedence is Precedence.MORTGAGEE_NOT_CREDITOR
    has_rank = not no_creditor and (asks or row.joint_with is not None)
    return structs.replace(ranked, rank=turn, assets=assets, rest=ranked.rank if has_rank else None)


FIRST_TURN, FEE_TURN, SECURED_TURN, LATER_TURN = -3, -2, -1, 100
"""Turns before and after those of the ranks: no law has as many ranks."""


def setoffs_of(session: Session, lot_id: int, today: date) -> list[SetOffOut]:
    """Every right of the creditor on a lot, the newest first."""
    rows = session.execute(
        select(SetOff, AuctionRound.number)
        .join(AuctionRound, AuctionRound.id == SetOff.round_id)
        .where(SetOff.lot_id == lot_id)
        .order_by(SetOff.id.desc())
    ).all()
    return [_setoff(one, number, today) for one, number in rows]


def priorities_of(session: Session, asset_ids: Sequence[int]) -> list[PriorityOut]:
    """Every right of co-owners on some assets, the newest first."""
    rows = session.execute(
        select(PriorityOffer, Asset.reference)
        .join(Asset, Asset.id == PriorityOffer.asset_id)
        .where(PriorityOffer.asset_id.in_(asset_ids))
        .order_by(PriorityOffer.id.desc())
    ).all()
    answers: defaultdict[int, list[PriorityAnswerOut]] = defaultdict(list)
    if rows:
        said = select(PriorityAnswer).where(
            PriorityAnswer.offer_id.in_([offer.id for offer, _reference in rows])
        )
        for one in session.scalars(said.order_by(PriorityAnswer.id)):
            answers[one.offer_id].append(_filled(PriorityAnswerOut, one))
    return [
        _filled(PriorityOut, offer, asset=reference, answers=answers[offer.id])
        for offer, reference in rows
    ]


def exits_of(session: Session, asset_ids: Sequence[int]) -> list[ExitOut]:
    """Why some assets left the auction without a buyer."""
    rows = session.execute(
        select(AssetExit, Asset.reference)
        .join(Asset, Asset.id == AssetExit.asset_id)
        .where(AssetExit.asset_id.in_(asset_ids))
        .order_by(AssetExit.id)
    ).all()
    lines: defaultdict[int, list[ExpenseOut]] = defaultdict(list)
    if rows:
        e = ExitExpense
        paid = select(e.exit_id, e.bidder, e.amount, e.document).where(
            e.exit_id.in_([one.id for one, _reference in rows])
        )
        for row in session.execute(paid.order_by(e.id)):
            lines[row.exit_id].append(ExpenseOut(row.bidder, row.amount, row.document))
    return [_filled(ExitOut, one, asset=reference, lines=lines[one.id]) for one, reference in rows]


def return_of(session: Session, lot_id: int) -> ReturnOut | None:
    """How a lot went back unsold, if it did."""
    found = session.scalar(select(UnsoldReturn).where(UnsoldReturn.lot_id == lot_id))
    return _filled(ReturnOut, found) if found is not None else None


def recalls_of(session: Session, lot_id: int) -> list[RecallOut]:
    """The recalls of a lot's seizure."""
    rows = session.execute(_recalls().where(SeizureRecall.lot_id == lot_id)).mappings()
    return [msgspec.convert(dict(row), RecallOut) for row in rows]


def list_recalls(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[RecallOut]:
    """Seizures that are to be recalled at once, the oldest first."""
    statement = (
        _recalls()
        .where(
            SeizureRecall.recalled_on.is_(None),
            Lot.closed_on.is_(None),
            in_sight(SeizureRecall.office_id, actor),
        )
        .order_by(SeizureRecall.id)
        .limit(size + 1)
    )
    after = decode_cursor(cursor, int)
    if after:
        statement = statement.where(SeizureRecall.id > after[0])
    rows = session.execute(statement).mappings()
    found = [msgspec.convert(dict(row), RecallOut) for row in rows]
    return page_of(found, size, key=lambda row: (row.id,))


def count_setoffs(session: Session, actor: Actor) -> int:
    """How many creditors' rights are under way in the offices in sight."""
    found = select(func.count(SetOff.id)).where(
        SetOff.ended_on.is_(None), in_sight(SetOff.office_id, actor)
    )
    return session.scalar(found) or 0


def days_between_rounds(session: Session, lot_id: int) -> Decimal | None:
    """How many days lay between the rounds of a lot on average; None before the second."""
    r = AuctionRound
    row = session.execute(
        select(func.min(r.held_on), func.max(r.held_on), func.count(r.held_on)).where(
            r.lot_id == lot_id
        )
    ).one()
    first, last, rounds = row
    if first is None or last is None or rounds < 2:
        return None
    return Decimal((last - first).days) / (rounds - 1)


def _recalls() -> Select[*tuple[Any, ...]]:
    names = [name for name in RecallOut.__struct_fields__ if name != "lot"]
    columns = (getattr(SeizureRecall, name) for name in names)
    statement: Select[*tuple[Any, ...]] = select(Lot.reference.label("lot"), *columns)
    return statement.join(Lot, Lot.id == SeizureRecall.lot_id)


def _setoff(one: SetOff, number: int, today: date) -> SetOffOut:
    stage = stage_of(one.answered_on, one.told_on, one.debtor_by_on, one.ended_on, today)
    out: SetOffOut = _filled(SetOffOut, one, round_number=number, stage=stage)
    return out


def _filled(shape: type[Any], row: object, **more: Any) -> Any:
    names = [name for name in shape.__struct_fields__ if name not in more]
    return msgspec.convert({name: getattr(row, name) for name in names} | more, shape)
