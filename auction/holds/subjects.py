"""What a hold is about: the asset, lot or case somebody named, with all assets and lots in it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Select, column, select, table, union
from sqlalchemy.orm import Session

from auction.holds.queries import LOT, LOT_ASSET
from auction.holds.rules import WAITS, HoldKind, HoldSubject, JudgmentOrders
from auction.holds.schemas import NewHold
from auction.legal_rules.queries import basis_on
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.said import tidy
from inventory.base.scope import in_sight
from inventory.cases.commands import mark_held
from inventory.cases.models import EnforcementCase
from inventory.seizures.models import Seizure
from inventory.seizures.rules import SeizureWay

_GROUNDS = [
    table(name, column("asset_id", BigInteger), column("case_id", BigInteger))
    for name in ("seizure", "evidence_hold")
]
"""The grounds on which assets are held for a case."""


class Held(NamedTuple):
    """What is held: the subject itself, the assets in it, and the open lots they are in."""

    kind: HoldSubject
    id: int
    ref: str
    office_id: int
    asset_ids: list[int]
    subjects: tuple[tuple[str, int, str], ...]


def refuse_ordered(session: Session, held: Held, new: NewHold) -> Held:
    """What a judgment itself seized waits for nobody who claims to own it (L25 Art. 39(3)).

    Answers what is held. Raises JudgmentOrders.
    """
    if new.kind is not HoldKind.DISPUTE:
        return held
    ordered = session.execute(
        select(Asset.reference, Seizure.decision_number)
        .join(Seizure, Seizure.asset_id == Asset.id)
        .where(
            Asset.id.in_(held.asset_ids),
            Seizure.way == SeizureWay.JUDGMENT.value,
            Seizure.released_on.is_(None),
        )
        .order_by(Asset.id)
        .limit(1)
    ).one_or_none()
    if ordered is None:
        return held
    raise JudgmentOrders(
        _(
            "The judgment %(paper)s itself disposes of %(asset)s: a claim of somebody else does not"
            " keep it (rule %(rule)s). Lawful: go on; he asks the court for a review of the"
            " judgment, and a suspension follows from there."
        ),
        field="subject_ref",
        paper=ordered.decision_number,
        asset=ordered.reference,
        **basis_on(session, WAITS[new.kind], new.started_on),
    )


def find_held(session: Session, actor: Actor, kind: HoldSubject, ref: str) -> Held:
    """The subject of a hold; its assets are locked until the transaction ends, in their order.

    Raises NotFound.
    """
    find = {HoldSubject.ASSET: _asset, HoldSubject.LOT: _lot, HoldSubject.CASE: _case}[kind]
    found = session.execute(find(actor, tidy(ref))).first()
    if found is None:
        raise NotFound(
            _("There is no such asset, lot or case in sight: %(ref)s."),
            field="subject_ref",
            ref=ref,
        )
    subject_id, reference, office_id = found
    assets = _lock_assets(session, actor, kind, subject_id)
    if kind is HoldSubject.CASE:
        mark_held(session, subject_id)
        assets = _lock_assets(session, actor, kind, subject_id)
    lots = open_lots(session, [asset_id for asset_id, _ref in assets])
    if kind is HoldSubject.LOT:
        lots = sorted({*lots, (subject_id, reference)})
    subjects = [(HoldSubject.ASSET.value, *asset) for asset in assets]
    subjects += [(HoldSubject.LOT.value, *lot) for lot in lots]
    if kind is HoldSubject.CASE:
        subjects.append((kind.value, subject_id, reference))
    ids = [asset_id for asset_id, _ref in assets]
    return Held(kind, subject_id, reference, office_id, ids, tuple(subjects))


Found = Select[int, str, int]


def _asset(actor: Actor, ref: str) -> Found:
    return select(Asset.id, Asset.reference, Asset.office_id).where(
        Asset.reference == ref, in_sight(Asset.office_id, actor)
    )


def _lot(actor: Actor, ref: str) -> Found:
    return select(LOT.c.id, LOT.c.reference, LOT.c.office_id).where(
        LOT.c.reference == ref, in_sight(LOT.c.office_id, actor)
    )


def _case(actor: Actor, ref: str) -> Found:
    c = EnforcementCase
    return select(c.id, c.decision_number, c.office_id).where(
        c.decision_number == ref, in_sight(c.office_id, actor), c.closed_on.is_(None)
    )


def _lock_assets(
    session: Session, actor: Actor, kind: HoldSubject, subject_id: int
) -> list[tuple[int, str]]:
    match kind:
        case HoldSubject.ASSET:
            wanted = Asset.id == subject_id
        case HoldSubject.LOT:
            members = select(LOT_ASSET.c.asset_id).where(LOT_ASSET.c.lot_id == subject_id)
            wanted = Asset.id.in_(members)
        case HoldSubject.CASE:
            grounds = (
                select(ground.c.asset_id).where(ground.c.case_id == subject_id)
                for ground in _GROUNDS
            )
            own = select(Asset.id).where(Asset.case_id == subject_id)
            wanted = Asset.id.in_(union(own, *grounds))
    statement = (
        select(Asset.id, Asset.reference)
        .where(wanted, in_sight(Asset.office_id, actor))
        .order_by(Asset.id)
        .with_for_update(of=Asset, key_share=True)
    )
    return [(row.id, row.reference) for row in session.execute(statement)]


def open_lots(session: Session, asset_ids: Sequence[int]) -> list[tuple[int, str]]:
    statement = (
        select(LOT.c.id, LOT.c.reference)
        .join(LOT_ASSET, LOT_ASSET.c.lot_id == LOT.c.id)
        .where(LOT_ASSET.c.asset_id.in_(asset_ids), LOT.c.closed_on.is_(None))
        .distinct()
        .order_by(LOT.c.id)
    )
    return [(row.id, row.reference) for row in session.execute(statement)]
