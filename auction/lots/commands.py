"""Forming lots, and noting what in the record does not fit a rule."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert as insert_rows
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from auction.holds.joining import hold_new_lot
from auction.legal_rules.queries import VERSION, Version, basis_on, rule_on
from auction.life.queries import standings
from auction.life.rules import GONE, UNDELIVERED
from auction.lots.elsewhere import LotOfAnotherOffice, SoldHere
from auction.lots.models import Breach, Lot, LotAsset
from auction.lots.queries import is_readable, no_such_lot, visible_lots
from auction.lots.rules import (
    PREFIX,
    Act,
    AssetAway,
    AssetGone,
    AssetInOpenLot,
    FoundBreach,
    LotStep,
)
from auction.lots.schemas import NewLot
from auction.valuations.queries import valuations_in_force
from auction.valuations.refusing import unpriced
from inventory.assets.models import Asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.direct import Looking
from inventory.base.errors import DomainError, Invalid, NotFound, OutOfPlace
from inventory.base.messages import _
from inventory.base.numbering import ids, reference
from inventory.base.scope import in_sight, in_sight_of, sight_of
from inventory.base.together import add, change
from inventory.cases.models import EnforcementCase
from inventory.cases.rules import CaseIsClosed
from inventory.custody.models import Holding
from inventory.custody.queries import first_hindered
from inventory.custody.rules import HINDERS, CustodyKind, Hindrance, Impeded
from inventory.handovers.rules import LeavesOffice
from inventory.seizures.models import Seizure

_LOCKED = Looking(
    Lot,
    f"WHERE reference = %(reference)s AND {in_sight_of('office_id')} FOR NO KEY UPDATE",
    *VERSION,
)


def form_lot(session: Session, actor: Actor, new: NewLot, *, at: datetime) -> Lot:
    """Put assets together that are to be auctioned as one, each with a price in force.

    Locks the assets in the order of their ids, so that no asset gets into two open lots.
    Raises NotFound, AssetInOpenLot, Impeded, AssetAway, ValuationMissing, Invalid.
    """
    actor.require("lots.form")
    today = local_day(at)
    assets = _lock_assets(session, actor, new.assets)
    refuse_unfit(session, actor, assets, today)
    return place_in_lot(session, actor, assets, new.description, at=at)


def refuse_unfit(session: Session, actor: Actor, assets: Sequence[Asset], on: date) -> None:
    """Refuse assets that cannot be offered: in an open lot, gone, missing, under way, or unpriced.

    Raises Conflict, AssetInOpenLot, AssetGone, CaseIsClosed, Impeded, AssetAway, ValuationMissing.
    """
    _one_office(assets)
    ids_of = [asset.id for asset in assets]
    _refuse_open_elsewhere(session, ids_of)
    _refuse_gone(session, ids_of)
    _refuse_ended(session, ids_of)
    refuse_missing(session, ids_of, on)
    _refuse_away(session, ids_of)
    _refuse_unpriced(session, actor, assets, on)


def place_in_lot(
    session: Session, actor: Actor, assets: Sequence[Asset], description: str, *, at: datetime
) -> Lot:
    """Part of the acts that form a lot: the lot with its assets, in their order."""
    office_id, today = _one_office(assets), local_day(at)
    (lot_id,) = ids.take(session, "lot_id_seq")
    lot = Lot(
        id=lot_id,
        reference=reference(PREFIX, lot_id),
        office_id=office_id,
        case_id=_one_case(assets),
        description=description,
        formed_on=today,
        awaits=LotStep.ROUND.value,
        awaits_on=today,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(lot)
    session.flush()
    placed = [
        {"lot_id": lot_id, "asset_id": asset.id, "position": position}
        for position, asset in enumerate(assets, 1)
    ]
    session.execute(insert_rows(LotAsset), placed)
    hold_new_lot(session, lot.id, lot.reference, [asset.id for asset in assets])
    subject = audit.Subject("lot", lot.id, lot.reference, lot.office_id)
    data = {"assets": [asset.reference for asset in assets]}
    audit.record(session, actor, Act.LOT_FORMED, subject, data, at=at)
    return lot


def lock_lot(session: Session, actor: Actor, reference: str) -> Lot:
    """The lot of a reference, locked: acts on one lot follow each other.

    Raises NotFound, LotOfAnotherOffice.
    """
    lot = session.scalar(
        visible_lots(actor).where(Lot.reference == reference).with_for_update(key_share=True)
    )
    if lot is None:
        raise _not_ours(session, actor, reference)
    return lot


def _not_ours(session: Session, actor: Actor, reference: str) -> DomainError:
    """Why a lot is not acted on: nobody sees it here, or it is what another office did."""
    if not is_readable(session, actor, reference):
        return no_such_lot(reference)
    return LotOfAnotherOffice(
        _(
            "The lot %(lot)s is another office's record and is read only. Lawful: offer the "
            "asset in a lot of your own; its failures and its last price go with it."
        ),
        lot=reference,
    )


def look_at_locked(session: Session, actor: Actor, reference: str) -> tuple[Lot, Version]:
    """The same for an act that changes nothing of the lot but through ``keep_step``.

    With it comes which rules there are, for ``rules_at_hand``.
    Raises NotFound, LotOfAnotherOffice.
    """
    session.flush()
    found = _LOCKED.ask(session.connection(), {"reference": reference, **sight_of(actor)})
    if found is None:
        raise _not_ours(session, actor, reference)
    return found


def keep_step(
    session: Session, lot: Lot, step: LotStep | None, on: date | None, *, closed_on: date | None
) -> None:
    """Keep what a lot that is only looked at waits for, or that it was closed."""
    kept: dict[str, Any] = {"id": lot.id, "awaits": step.value if step else None}
    kept["awaits_on"] = on if step else None
    if closed_on is not None:
        kept["closed_on"] = closed_on
    change(session, Lot, kept)
    known = session.identity_map.get(identity_key(Lot, lot.id))
    if known is not None:
        session.expire(known)  # another act of the same transaction has the lot at hand


def await_step(lot: Lot, step: LotStep | None, on: date | None) -> None:
    """Keep what a locked lot waits for, from a day on."""
    lot.awaits = step.value if step else None
    lot.awaits_on = on if step else None


def note_breach(session: Session, found: FoundBreach, *, at: datetime) -> None:
    """Note a step that does not fit a rule; noted once for a rule and a round."""
    note_breaches(session, [found], at=at)


def note_breaches(session: Session, found: Sequence[FoundBreach], *, at: datetime) -> None:
    """Note many, as an import finds them; those noted before stay as they are."""
    rows = [
        {
            "rule_key": one.rule_key,
            "rule_id": one.rule_id,
            "article": one.article,
            "confidence": one.confidence,
            "lot_id": one.lot_id,
            "round_id": one.round_id,
            "office_id": one.office_id,
            "facts": one.facts,
            "found_at": at,
        }
        for one in found
    ]
    add(session, Breach, rows, unless_known=True)


def refuse_missing(session: Session, asset_ids: Sequence[int], on: date) -> None:
    """What was confirmed missing, or written off, is not offered to anybody until it is found.

    Raises Impeded.
    """
    lost = (Hindrance.MISSING, Hindrance.WRITTEN_OFF)
    found = next(filter(None, (first_hindered(session, asset_ids, one) for one in lost)), None)
    if found is not None:
        raise Impeded(
            _("%(reference)s may not be touched for now: %(reason)s."),
            field="assets",
            reference=found[0],
            reason=found[1],
            **basis_on(session, HINDERS, on),
        )


def _refuse_away(session: Session, asset_ids: Sequence[int]) -> None:
    """Refuse what is on its way or taken out; where it stands is kept until the act is written.

    Raises AssetAway.
    """
    standing = session.execute(
        select(Asset.reference, Holding.kind)
        .join(Holding, Holding.asset_id == Asset.id)
        .where(Asset.id.in_(asset_ids))
        .order_by(Asset.id)
        .with_for_update(read=True, of=Holding)
    ).all()
    texts: dict[str, str] = {
        CustodyKind.SENT: _("%(reference)s is on its way to another office; it is offered there."),
        CustodyKind.LENT: _("%(reference)s is taken out for proceedings; it is offered once back."),
    }
    for reference_, kind in standing:
        if kind in texts:
            raise AssetAway(texts[kind], field="assets", reference=reference_)


def _refuse_gone(session: Session, asset_ids: Sequence[int]) -> None:
    """What is sold and not lost again, or no longer seized, is not offered (L25 Art. 83)."""
    for standing in standings(session, asset_ids):
        if standing.state in GONE:
            raise AssetGone(
                _(
                    "%(reference)s is not offered: %(state)s since %(since)s. Lawful: what is "
                    "seized, or whose sale was cancelled or fell away."
                ),
                field="assets",
                reference=standing.reference,
                state=standing.state,
                since=standing.since_on or "–",
            )


def _refuse_ended(session: Session, asset_ids: Sequence[int]) -> None:
    """What only a closed case holds is released and not sold for it.

    Raises CaseIsClosed.
    """
    of_other = (
        select(Seizure.id)
        .join(EnforcementCase, EnforcementCase.id == Seizure.case_id)
        .where(
            Seizure.asset_id == Asset.id,
            Seizure.released_on.is_(None),
            EnforcementCase.closed_on.is_(None),
        )
    )
    ended = session.execute(
        select(Asset.reference, EnforcementCase.decision_number)
        .join(EnforcementCase, EnforcementCase.id == Asset.case_id)
        .where(Asset.id.in_(asset_ids), EnforcementCase.closed_on.is_not(None), ~of_other.exists())
        .order_by(Asset.id)
    ).first()
    if ended is not None:
        raise CaseIsClosed(
            _("The case %(case)s of %(asset)s is closed: it is released, not sold for it."),
            field="assets",
            case=ended.decision_number,
            asset=ended.reference,
        )


def refuse_leaving(session: Session, event: LeavesOffice) -> None:
    """What is being auctioned does not go to another office before its lot is closed.

    Nor does what was sold before the buyer has it: who sold it delivers it.
    Raises AssetInOpenLot, SoldHere.
    """
    _refuse_open_elsewhere(session, event.asset_ids)
    for standing in standings(session, event.asset_ids):
        if standing.state in UNDELIVERED:
            rule = rule_on(session, "delivery_due", event.on)
            raise SoldHere(
                _(
                    "%(reference)s was sold on %(since)s and is not delivered yet (rule %(rule)s). "
                    "Lawful: deliver it, or cancel the sale, before it goes to another office."
                ),
                field="assets",
                article=rule.article,
                rule=rule.key,
                reference=standing.reference,
                since=standing.since_on or "–",
            )


def _lock_assets(session: Session, actor: Actor, references: Sequence[str]) -> list[Asset]:
    """The assets in the order asked for, locked in the order of their ids."""
    if len(set(references)) < len(references):
        raise Invalid(_("An asset is named twice."), field="assets")
    found = session.scalars(
        select(Asset)
        .where(Asset.reference.in_(references), in_sight(Asset.office_id, actor))
        .order_by(Asset.id)
        .with_for_update(key_share=True)
    )
    by_reference = {asset.reference: asset for asset in found}
    missing = [ref for ref in references if ref not in by_reference]
    if missing:
        raise NotFound(
            _("There is no asset %(reference)s."), field="assets", reference=", ".join(missing)
        )
    return [by_reference[ref] for ref in references]


def _one_office(assets: Sequence[Asset]) -> int:
    if len({asset.office_id for asset in assets}) > 1:
        raise OutOfPlace(_("The assets belong to different offices."), field="assets")
    return assets[0].office_id


def _one_case(assets: Sequence[Asset]) -> int | None:
    cases = {asset.case_id for asset in assets}
    return cases.pop() if len(cases) == 1 else None


def _refuse_open_elsewhere(session: Session, asset_ids: Sequence[int]) -> None:
    row = session.execute(
        select(Asset.reference, Lot.reference)
        .join(LotAsset, LotAsset.asset_id == Asset.id)
        .join(Lot, Lot.id == LotAsset.lot_id)
        .where(LotAsset.asset_id.in_(asset_ids), Lot.closed_on.is_(None))
        .order_by(Asset.id)
        .limit(1)
    ).one_or_none()
    if row is not None:
        raise AssetInOpenLot(
            _("%(reference)s is in lot %(lot)s, which is still open."),
            field="assets",
            reference=row[0],
            lot=row[1],
        )


def _refuse_unpriced(session: Session, actor: Actor, assets: Sequence[Asset], on: date) -> None:
    priced = valuations_in_force(session, actor, [asset.id for asset in assets], on)
    missing = [asset.reference for asset in assets if asset.id not in priced]
    if missing:
        raise unpriced(session, ", ".join(missing), on, field="assets")
