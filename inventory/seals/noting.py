"""How seals were found whenever somebody looked at them, and what follows where one is damaged."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.law import ruling
from inventory.custody.commands import impede
from inventory.custody.rules import CustodyKind, Hindrance, SealsNoted, SealState
from inventory.custody.schemas import NewImpediment
from inventory.seals.models import Seal, SealCheck, SealDamage
from inventory.seals.rules import Occasion


def note_handled(session: Session, event: SealsNoted) -> None:
    """Keep how each seal was found when custody handled its thing; part of that act."""
    entry = event.entry
    seals = session.scalars(
        select(Seal).where(
            Seal.asset_id == entry.asset_id,
            Seal.number.in_(event.states),
            Seal.ended_at.is_(None),
        )
    )
    occasion = _OCCASIONS.get(entry.kind, Occasion.MOVED)
    for one in seals.all():
        state = event.states[one.number]
        note_state(session, event.actor, one, state, occasion, at=entry.at, seq=entry.seq)


def note_counted(
    session: Session, actor: Actor, asset_id: int, state: SealState, *, at: datetime, note: str
) -> bool:
    """Keep how the seal of a thing was found at a stocktake, once that is confirmed.

    False where it is under none, or under several and nobody said which.
    """
    seals = session.scalars(
        select(Seal).where(Seal.asset_id == asset_id, Seal.ended_at.is_(None)).limit(2)
    ).all()
    if len(seals) != 1:
        return False
    note_state(session, actor, seals[0], state, Occasion.COUNT, at=at, note=note)
    return True


_OCCASIONS = {
    CustodyKind.TAKEN_IN: Occasion.TAKEN_IN,
    CustodyKind.ARRIVED: Occasion.TAKEN_IN,
    CustodyKind.RETURNED: Occasion.TAKEN_IN,
    CustodyKind.RELEASED: Occasion.RELEASED,
    CustodyKind.SENT: Occasion.RELEASED,
    CustodyKind.HANDED_OVER: Occasion.RECEIPT,
    CustodyKind.LENT: Occasion.RELEASED,
}
"""When a seal is looked at in an act of custody; every other act is a move."""


def note_state(
    session: Session,
    actor: Actor,
    sealed: Seal,
    state: SealState,
    occasion: Occasion,
    *,
    at: datetime,
    seq: int | None = None,
    note: str | None = None,
) -> SealCheck:
    """Keep how a seal was found, and by which custody entry; a damage waits for its conclusion.

    It is kept by the office that has the thing now, whichever put the seal on.
    """
    asset = session.get_one(Asset, sealed.asset_id)
    check = SealCheck(
        seal_id=sealed.id,
        asset_id=asset.id,
        office_id=asset.office_id,
        occasion=occasion.value,
        seq=seq,
        state=state.value,
        note=note,
        at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
    )
    session.add(check)
    session.flush()
    if state is not SealState.WHOLE and occasion is not Occasion.OPENING:
        _raise_damage(session, actor, asset, sealed, state, occasion=occasion, at=at)
    return check


def _raise_damage(
    session: Session,
    actor: Actor,
    asset: Asset,
    sealed: Seal,
    state: SealState,
    *,
    occasion: Occasion,
    at: datetime,
) -> None:
    """A damage is raised once; after its conclusion the same state is known."""
    known = session.scalar(
        select(SealDamage.id).where(
            SealDamage.seal_id == sealed.id,
            or_(SealDamage.state == state.value, SealDamage.concluded_on.is_(None)),
        )
    )
    if known is not None:
        return
    rule = ruling(session, "damaged_seal_at_receipt", local_day(at))
    session.add(
        SealDamage(
            seal_id=sealed.id,
            asset_id=asset.id,
            office_id=asset.office_id,
            state=state.value,
            occasion=occasion.value,
            article=rule.article,
            found_at=at,
            recorded_by_id=actor.staff_id,
        )
    )
    session.flush()
    why = f"Niêm phong {sealed.number}: chờ kết luận của cơ quan có thẩm quyền"
    new = NewImpediment(code=Hindrance.TORN_SEAL, reason=why)
    impede(session, actor, [asset.reference], new, at=at, source=sealed.number)
