"""Marking a thing as a special kind, and counting cash."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.assets.rules import AssetKind
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid, NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.money import check_amount
from inventory.base.orm import refused_by
from inventory.custody.bounds import Bound, bind, refuse_wrong_form
from inventory.custody.care import ComesIn
from inventory.seals.queries import numbers_in_force
from inventory.specials.models import CashCount, CashLine, SpecialMark
from inventory.specials.queries import is_concluded, is_counted, list_marks
from inventory.specials.rules import (
    BY_KIND,
    AlreadyMarked,
    ConclusionNeeded,
    NotCash,
    NotCounted,
    SealNeeded,
    SpecialKind,
    SumDiffers,
    sum_of,
)
from inventory.specials.schemas import NewCashCount, NewMark


def mark_special(
    session: Session, actor: Actor, reference: str, new: NewMark, *, at: datetime
) -> SpecialMark:
    """Mark a thing as a special kind; from then on it is kept only where that kind may be.

    Raises NotFound, AlreadyMarked, SealNeeded, ConclusionNeeded, Invalid.
    """
    actor.require("evidence.register")
    if new.expert_on is not None:
        not_ahead(new.expert_on, at, field="expert_on")
    asset = lock_asset(session, actor, reference)
    _check(session, asset, new, at)
    mark = SpecialMark(
        asset_id=asset.id,
        office_id=asset.office_id,
        kind=new.kind.value,
        expert_number=new.expert_number,
        expert_body=new.expert_body,
        expert_on=new.expert_on,
        note=new.note,
        marked_at=at,
        marked_by_id=actor.staff_id,
    )
    twice = AlreadyMarked(_("It is marked as that kind already."), field="kind")
    with refused_by(session, "uq_special_mark_asset_id_kind", twice):
        session.add(mark)
    if new.kind in _BOUND:
        rule = ruling(session, "special_kind_kept_in", local_day(at), new.kind.value)
        reason = _BOUND[new.kind]
        bind(session, actor, asset.id, asset.office_id, reason=reason, rule=rule, at=at)
    if new.perishable_on is not None:
        asset.perishable_on = new.perishable_on
        asset.version += 1
        session.flush()
    data = {"kind": new.kind, "expert": new.expert_number, "perishable_on": new.perishable_on}
    audit.record(session, actor, Act.SPECIAL_MARKED, _subject(asset), _plain(data), at=at)
    return mark


def count_cash(
    session: Session, actor: Actor, reference: str, new: NewCashCount, *, at: datetime
) -> CashCount:
    """Record money by denominations; the notes must give the total (D62 Art. 18; D152/26 Art. 44).

    Raises NotFound, NotCash, SumDiffers, Invalid.
    """
    actor.require("evidence.register")
    not_ahead(new.counted_on, at, field="counted_on")
    unit = _smallest_unit(session, new.currency, at)
    check_amount(new.total, unit, field="total")
    for line in new.lines:
        check_amount(line.denomination, unit, field="lines")
        if not line.denomination:
            raise Invalid(_("A note of nothing is no note."), field="lines")
    found = sum_of((line.denomination, line.pieces) for line in new.lines)
    if found != new.total:
        raise SumDiffers(
            _("The notes give %(found)s, the total says %(total)s."),
            field="total",
            found=found,
            total=new.total,
        )
    asset = lock_asset(session, actor, reference)
    if asset.kind != AssetKind.CASH.value and all(
        mark.kind is not SpecialKind.CASH for mark in list_marks(session, actor, reference)
    ):
        raise NotCash(_("Mark the thing as cash first."))
    return _write_count(session, actor, asset, new, at)


def _write_count(
    session: Session, actor: Actor, asset: Asset, new: NewCashCount, at: datetime
) -> CashCount:
    count = CashCount(
        asset_id=asset.id,
        office_id=asset.office_id,
        currency=new.currency,
        total=new.total,
        counted_on=new.counted_on,
        counted_by=new.counted_by,
        note=new.note,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(count)
    session.flush()
    session.add_all(
        CashLine(
            count_id=count.id,
            asset_id=asset.id,
            office_id=asset.office_id,
            denomination=line.denomination,
            pieces=line.pieces,
            serials=line.serials,
        )
        for line in new.lines
    )
    session.flush()
    data = {"currency": new.currency, "total": str(new.total)}
    audit.record(session, actor, Act.CASH_COUNTED, _subject(asset), data, at=at)
    return count


def refuse_unready(session: Session, event: ComesIn) -> None:
    """What is money, valuable or a drug by its kind comes in only as the law keeps that kind.

    Raises KeptElsewhere, NotCounted, SealNeeded, ConclusionNeeded.
    """
    kind = BY_KIND[AssetKind(event.asset_kind)]
    if kind in _BOUND:
        rule = ruling(session, "special_kind_kept_in", event.on, kind.value)
        bound = (_BOUND[kind].value, sorted(rule.codes), rule.article)
        refuse_wrong_form(event.form, [bound], field=event.field)
    if kind is SpecialKind.CASH and not is_counted(session, event.asset_id):
        raise NotCounted(
            _(
                "Money comes in after its notes were counted: register it without a place, record"
                " denominations and currency, then take it in."
            ),
            field=event.field,
            **ruling(session, "cash_counted", event.on).basis,
        )
    if kind is SpecialKind.DRUGS:
        _refuse_loose_drugs(session, event)


def _refuse_loose_drugs(session: Session, event: ComesIn) -> None:
    sealed = ruling(session, "kept_sealed_only", event.on)
    if event.asset_id is not None and not numbers_in_force(session, event.asset_id):
        raise SealNeeded(
            _("This kind is received and kept under a seal only: seal it first."),
            field=event.field,
            **sealed.basis,
        )
    if not is_concluded(session, event.asset_id):
        raise ConclusionNeeded(
            _(
                "Drugs come in with their expert conclusion only: register them without a place,"
                " record seal and conclusion (special kind), then take them in."
            ),
            field=event.field,
            **sealed.basis,
        )


def alert_until(session: Session, at: datetime) -> timedelta:
    """How long before its day something that spoils is shown to the keeper."""
    return timedelta(days=int(str(ruling(session, "perishable_alert", local_day(at)).value)))


_BOUND = {
    SpecialKind.CASH: Bound.TREASURY,
    SpecialKind.PRECIOUS: Bound.TREASURY,
    SpecialKind.SECURITIES: Bound.TREASURY,
    SpecialKind.DANGEROUS: Bound.SPECIALISED,
    SpecialKind.TISSUE: Bound.SPECIALISED,
}
"""Kinds that are kept in certain forms of custody only; which ones, the dated rule says."""


def _check(session: Session, asset: Asset, new: NewMark, at: datetime) -> None:
    if new.kind is SpecialKind.PERISHABLE and not (new.perishable_on or asset.perishable_on):
        raise Invalid(_("Say until which day it keeps."), field="perishable_on")
    sealed = ruling(session, "kept_sealed_only", local_day(at))
    if new.kind in sealed.codes and not numbers_in_force(session, asset.id):
        raise SealNeeded(
            _("This kind is received and kept under a seal only: seal it first."),
            field="kind",
            **sealed.basis,
        )
    if new.kind is SpecialKind.DRUGS and not (new.expert_number and new.expert_body):
        raise ConclusionNeeded(
            _("Drugs are received with the number of the expert conclusion only."),
            field="expert_number",
            **sealed.basis,
        )


def _smallest_unit(session: Session, currency: str, at: datetime) -> Decimal:
    try:
        rule = ruling(session, "currency_smallest_unit", local_day(at), currency)
    except NotFound as error:
        raise Invalid(_("That currency is not known here."), field="currency") from error
    return Decimal(str(rule.value))


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    return {key: str(value) if value is not None else None for key, value in data.items()}


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
