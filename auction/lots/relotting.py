"""Closing lots and forming others of their assets: offered apart, together, or anew."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auction.deadlines.commands import void_deadlines
from auction.legal_rules.queries import basis_on
from auction.lots.commands import await_step, lock_lot, place_in_lot, refuse_unfit
from auction.lots.models import Lot, LotAsset, LotLink
from auction.lots.recalls import refuse_recall
from auction.lots.rules import Act, LotIsClosed, LotStep, NotOfThese, Relot, RoundStillOpen
from auction.lots.schemas import NewRelot
from auction.lots.subjects import due_subject
from auction.lots.taking import refuse_taking
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _


class Parted(NamedTuple):
    """How the assets of a lot go different ways: groups of their ids, why, on which paper."""

    groups: Sequence[Sequence[int]]
    reason: str
    document: str | None


def relot(session: Session, actor: Actor, new: NewRelot, *, at: datetime) -> list[Lot]:
    """Close open lots and form new ones of their assets; links keep where each came from.

    Without new ones the lots are withdrawn, and what was due for them falls away; so an asset is
    free to go to another office. What the assets have failed so far goes with them: their counts
    hang on no lot. While the creditor is asked, or takes it, the lot stays (L25 Art. 83(3)).
    Raises NotFound, LotIsClosed, RoundStillOpen, RecallPending, SetOffOpen, NotOfThese,
    Impeded, ValuationMissing, Invalid.
    """
    actor.require("lots.form")
    if len(set(new.lots)) < len(new.lots):
        raise Invalid(_("A lot is named twice."), field="lots")
    olds = [lock_lot(session, actor, ref) for ref in sorted(new.lots)]
    for old in olds:
        _refuse_busy(session, old, local_day(at))
        refuse_recall(session, old.id, field="lots")
        refuse_taking(session, old.id, local_day(at), field="lots", ever=True)
    assets = _assets_of(session, olds)
    _refuse_strange(new, assets)
    today = local_day(at)
    for old in olds:
        old.closed_on = today
        await_step(old, None, None)
        if not new.parts:
            subject = due_subject(old)
            void_deadlines(session, actor, subject, None, at=at, why=Relot.WITHDRAWN.value)
    session.flush()
    named = [assets[ref] for part in new.parts for ref in part.assets]
    if named:
        refuse_unfit(session, actor, named, today)
    made = [
        place_in_lot(session, actor, [assets[ref] for ref in part.assets], part.description, at=at)
        for part in new.parts
    ]
    _tell(session, actor, olds, made, reason=new.reason, document=new.document, at=at)
    return made


def part_lot(
    session: Session, actor: Actor, old: Lot, parted: Parted, *, at: datetime
) -> list[Lot]:
    """Part of the acts by which some assets leave a lot: a lot of each group of its assets.

    The old lot was locked and closed by the caller. Nothing is asked of prices here: what is
    offered next asks for a price in force itself.
    """
    assets = {one.id: one for one in _assets_of(session, [old]).values()}
    made = [
        place_in_lot(session, actor, [assets[one] for one in group], old.description, at=at)
        for group in parted.groups
    ]
    why, document = parted.reason, parted.document
    _tell(session, actor, [old], made, reason=why, document=document, at=at)
    return made


def _tell(
    session: Session,
    actor: Actor,
    olds: Sequence[Lot],
    made: Sequence[Lot],
    *,
    reason: str,
    document: str | None,
    at: datetime,
) -> None:
    """Keep which lot came out of which, and tell it in the ledger."""
    kind = _kind(olds, made)
    links = [
        {
            "from_lot_id": old.id,
            "to_lot_id": lot.id,
            "office_id": lot.office_id,
            "kind": kind.value,
            "reason": reason,
            "document": document,
            "made_at": at,
            "made_by_id": actor.staff_id,
        }
        for old, lot in _ties(session, olds, made)
    ]
    if links:
        session.execute(insert(LotLink), links)
    told = {"kind": kind.value, "lots": [lot.reference for lot in made], "reason": reason}
    for old in olds:
        subject = audit.Subject("lot", old.id, old.reference, old.office_id)
        audit.record(session, actor, Act.RELOTTED, subject, told, at=at)


def _refuse_busy(session: Session, lot: Lot, today: date) -> None:
    if lot.closed_on is not None:
        raise LotIsClosed(_("The lot %(lot)s is closed."), field="lots", lot=lot.reference)
    if lot.awaits == LotStep.OUTCOME:
        raise RoundStillOpen(
            _(
                "The last round of lot %(lot)s has no outcome yet (rule %(rule)s). Lawful: other"
                " lots after its outcome."
            ),
            field="lots",
            lot=lot.reference,
            **basis_on(session, "counted_outcomes", today),
        )


def _assets_of(session: Session, lots: Sequence[Lot]) -> dict[str, Asset]:
    """The assets of some lots by reference, locked in the order of their ids."""
    found = session.scalars(
        select(Asset)
        .join(LotAsset, LotAsset.asset_id == Asset.id)
        .where(LotAsset.lot_id.in_([lot.id for lot in lots]))
        .order_by(Asset.id)
        .with_for_update(key_share=True, of=Asset)
    )
    return {asset.reference: asset for asset in found}


def _refuse_strange(new: NewRelot, assets: dict[str, Asset]) -> None:
    named = Counter(ref for part in new.parts for ref in part.assets)
    strange = sorted(named.keys() - assets.keys())
    if strange:
        raise NotOfThese(
            _("%(reference)s is in none of the lots that are closed."),
            field="parts",
            reference=", ".join(strange),
        )
    twice = sorted(ref for ref, times in named.items() if times > 1)
    if twice:
        raise Invalid(_("An asset is named twice."), field="parts")


def _kind(olds: Sequence[Lot], made: Sequence[Lot]) -> Relot:
    if not made:
        return Relot.WITHDRAWN
    if len(olds) > 1:
        return Relot.MERGED
    return Relot.SPLIT if len(made) > 1 else Relot.ANEW


def _ties(session: Session, olds: Sequence[Lot], made: Sequence[Lot]) -> list[tuple[Lot, Lot]]:
    """Which new lot has an asset of which old one."""
    rows = session.execute(
        select(LotAsset.lot_id, LotAsset.asset_id).where(
            LotAsset.lot_id.in_([lot.id for lot in (*olds, *made)])
        )
    )
    within: dict[int, set[int]] = {}
    for lot_id, asset_id in rows:
        within.setdefault(lot_id, set()).add(asset_id)
    return [
        (old, lot)
        for old in olds
        for lot in made
        if within.get(old.id, set()) & within.get(lot.id, set())
    ]
