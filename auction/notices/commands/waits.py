"""Days before which a thing is not sold, and sales delegated to another office."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rule_on
from auction.notices.models import DisposalDelegation, SaleWait
from auction.notices.rules import (
    Act,
    DelegationHolds,
    DelegationPaused,
    DelegationRuns,
    MayNotDelegate,
    NotFree,
    NoticeIncomplete,
)
from auction.notices.schemas import NewAgreement, NewSaleDelegation, NewWait, SaleDelegationAct
from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Duplicate, NotFound
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.base.scope import in_sight
from inventory.organisation.powers import Power, lacks
from inventory.organisation.queries import get_office

MAY = "notices.record"
DELEGATES = "disposals.delegate"
_MOVE = text("SELECT kebien_move_delegated(:delegation)")
"""By the database itself: the asset is in the sight of one of the two offices only."""


def set_wait(
    session: Session, actor: Actor, asset_ref: str, new: NewWait, *, at: datetime
) -> SaleWait:
    """Set a day before which an asset is not sold (L25 Art. 81(3)).

    Raises NotFound, RuleUnknown where the law of today knows no such day.
    """
    actor.require(MAY)
    asset = lock_asset(session, actor, asset_ref)
    rule = rule_on(session, "sale_not_before", local_day(at))
    made = SaleWait(
        asset_id=asset.id,
        office_id=asset.office_id,
        ground=new.ground.value,
        not_before_on=new.not_before_on,
        document=new.document,
        article=rule.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(made)
    session.flush()
    data = {"ground": new.ground.value, "day": new.not_before_on.isoformat()}
    _record(session, actor, Act.WAIT_SET, asset, {**data, "document": new.document}, at=at)
    return made


def agree_wait(
    session: Session,
    actor: Actor,
    asset_ref: str,
    wait_id: int,
    new: NewAgreement,
    *,
    at: datetime,
) -> SaleWait:
    """Record that the parties agree in writing to an earlier sale.

    Raises NotFound, Conflict, Invalid.
    """
    actor.require(MAY)
    asset = lock_asset(session, actor, asset_ref)
    wait = session.scalar(
        select(SaleWait)
        .where(SaleWait.id == wait_id, SaleWait.asset_id == asset.id)
        .with_for_update()
    )
    if wait is None:
        raise NotFound(_("There is no such day set."))
    if wait.agreed_on is not None:
        raise Duplicate(_("The parties have agreed before."), field="agreement")
    not_ahead(new.agreed_on, at, field="agreed_on")
    wait.agreed_on, wait.agreement = new.agreed_on, new.agreement
    session.flush()
    data = {"agreement": new.agreement, "on": new.agreed_on.isoformat()}
    _record(session, actor, Act.WAIT_AGREED, asset, data, at=at)
    return wait


def delegate_disposal(
    session: Session, actor: Actor, asset_ref: str, new: NewSaleDelegation, *, at: datetime
) -> DisposalDelegation:
    """Let the office of another province sell an asset (L25 Art. 50; D152/26 Art. 27).

    The asset itself goes over with its acceptance there. A bailiff's office may not delegate
    (L25 Art. 31(4)). Raises NotFound, MayNotDelegate, NoticeIncomplete, Conflict.
    """
    actor.require(DELEGATES)
    asset = lock_asset(session, actor, asset_ref)
    not_ahead(new.delegated_on, at, field="delegated_on")
    ban = lacks(session, asset.office_id, Power.DELEGATION, new.delegated_on)
    if ban is not None:
        raise MayNotDelegate(
            _("A bailiff's office sells itself and may not delegate (rule %(rule)s)."),
            field="office",
            article=ban.article,
            rule=ban.key,
        )
    rule = rule_on(session, "disposal_delegation", new.delegated_on)
    other = get_office(session, new.office, local_day(at))
    if other.id == asset.office_id:
        raise NoticeIncomplete(_("Choose another office."), field="office")
    made = DisposalDelegation(
        asset_id=asset.id,
        asset=asset.reference,
        from_office_id=asset.office_id,
        to_office_id=other.id,
        decision=new.decision,
        delegated_on=new.delegated_on,
        article=rule.article,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    taken = Duplicate(_("The sale of this asset is delegated already."), field="office")
    with refused_by(session, "uq_disposal_delegation_open", taken):
        session.add(made)
        session.flush()
    data = {"to": other.code, "decision": new.decision, "rule_id": rule.id}
    _record(session, actor, Act.DELEGATED, asset, data, at=at)
    return made


def pause_delegation(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    """Pause a delegated sale; the delegating office may, wherever the asset is.

    Raises NotFound, DelegationPaused.
    """
    found = _own(session, actor, delegation_id, new, at=at)
    if found.paused_on is not None:
        raise DelegationPaused(_("This delegation is paused already."), field="on")
    found.paused_on, found.pause_document = new.on, new.document
    session.flush()
    _note(session, actor, Act.DELEGATION_PAUSED, found, new, at=at)
    return found


def resume_delegation(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    """Let a paused sale go on.

    Raises NotFound, DelegationRuns.
    """
    found = _own(session, actor, delegation_id, new, at=at)
    if found.paused_on is None:
        raise DelegationRuns(_("This delegation is not paused."), field="on")
    found.paused_on = found.pause_document = None
    session.flush()
    _note(session, actor, Act.DELEGATION_RESUMED, found, new, at=at)
    return found


def take_up_delegation(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    """Take over a delegated asset that lies in no warehouse (L25 Art. 50; D152/26 Art. 27).

    What it failed, its price, flags and limits come with it. A thing in a warehouse comes by a
    transfer. Raises NotFound, DelegationHolds, NotFree.
    """
    found = _open(session, actor, delegation_id, new, at=at)
    if not actor.sees(found.to_office_id):
        raise NotFound(_("There is no such delegation to you."))
    if found.paused_on is not None:
        raise DelegationHolds(
            _("The delegating office paused it on %(day)s. Lawful: take it over once it goes on."),
            field="on",
            article=found.article,
            rule="disposal_delegation",
            day=found.paused_on,
        )
    taken = NotFree(
        _(
            "%(reference)s lies in a warehouse, is in an open lot, is sold or came over before. "
            "Lawful: a transfer brings what lies in a warehouse; a lot is withdrawn first."
        ),
        field="on",
        reference=found.asset,
    )
    with refused_by(session, "delegated_free", taken):
        session.execute(_MOVE, {"delegation": found.id})
    subject = audit.Subject("asset", found.asset_id, found.asset, found.to_office_id)
    data = {"delegation": found.id, "on": new.on.isoformat(), "document": new.document}
    audit.record(session, actor, Act.DELEGATION_TAKEN_UP, subject, data, at=at)
    return found


def end_delegation(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    """End a delegation; the other office sells no more of it.

    What lies in no warehouse and is not offered there comes back at once. Raises NotFound.
    """
    found = _own(session, actor, delegation_id, new, at=at)
    found.ended_on, found.end_document = new.on, new.document
    session.flush()
    session.execute(_MOVE, {"delegation": found.id})
    _note(session, actor, Act.DELEGATION_ENDED, found, new, at=at)
    return found


def _own(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    found = _open(session, actor, delegation_id, new, at=at)
    if not actor.sees(found.from_office_id):
        raise NotFound(_("There is no such delegation of yours."))
    return found


def _open(
    session: Session, actor: Actor, delegation_id: int, new: SaleDelegationAct, *, at: datetime
) -> DisposalDelegation:
    actor.require(DELEGATES)
    not_ahead(new.on, at, field="on")
    d = DisposalDelegation
    found = session.scalar(
        select(d)
        .where(
            d.id == delegation_id,
            d.ended_on.is_(None),
            or_(in_sight(d.from_office_id, actor), in_sight(d.to_office_id, actor)),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound(_("There is no such delegation of yours."))
    return found


def _note(
    session: Session,
    actor: Actor,
    act: Act,
    about: DisposalDelegation,
    new: SaleDelegationAct,
    *,
    at: datetime,
) -> None:
    subject = audit.Subject("asset", about.asset_id, about.asset, about.from_office_id)
    data = {"delegation": about.id, "on": new.on.isoformat(), "document": new.document}
    audit.record(session, actor, act, subject, data, at=at)


def _record(
    session: Session, actor: Actor, act: Act, asset: Asset, data: dict[str, Any], *, at: datetime
) -> None:
    subject = audit.Subject("asset", asset.id, asset.reference, asset.office_id)
    audit.record(session, actor, act, subject, data, at=at)
