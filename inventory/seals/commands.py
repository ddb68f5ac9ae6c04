"""Sealing, looking at seals, opening them, and recording what the competent body concluded."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.assets.queries import lock_asset
from inventory.audit import ledger as audit
from inventory.audit.rules import Act
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.days import not_ahead
from inventory.base.errors import Invalid
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.base.orm import refused_by
from inventory.custody.commands import unimpede
from inventory.custody.rules import Hindrance
from inventory.seals import minutes
from inventory.seals.models import Seal, SealCheck, SealDamage, SealOpening, SealPresent
from inventory.seals.noting import note_state
from inventory.seals.queries import find_picture, standing_now
from inventory.seals.rules import (
    NoDamageOpen,
    NotSealed,
    Occasion,
    OpenedSealWaits,
    SealInUse,
    SealNotWaiting,
    SealStanding,
    WitnessMissing,
)
from inventory.seals.schemas import (
    NewCheck,
    NewConclusion,
    NewOpening,
    NewSeal,
    PictureOut,
    Present,
    ReceivedSeal,
)

IN_FORCE = "uq_seal_in_force"


def seal(session: Session, actor: Actor, reference: str, new: NewSeal, *, at: datetime) -> Seal:
    """Seal a thing, for the first time or again after an opening, with minutes (D127/17 Art. 8).

    Raises NotFound, SealInUse, OpenedSealWaits, SealNotWaiting, WitnessMissing, Invalid.
    """
    actor.require("seals.apply")
    not_ahead(new.sealed_on, at, field="sealed_on")
    _need_witness(session, new.present, at)
    asset = lock_asset(session, actor, reference)
    opened = _replaced(session, asset, new, at)
    picture = _pictured(session, asset, new.photo_sha256)
    made = Seal(
        office_id=asset.office_id,
        asset_id=asset.id,
        number=new.number,
        sealed_on=new.sealed_on,
        sealed_by=new.sealed_by,
        state_before=new.state_before,
        state_after=new.state_after,
        photo_sha256=new.photo_sha256,
        replaces_id=opened.id if opened else None,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    with refused_by(session, IN_FORCE, _in_use(new.number, "number")):
        paper = minutes.of_sealing(session, actor, asset, new, picture=picture, at=at)
        made.minutes, made.paper = paper.number, paper.reference
        session.add(made)
    _add_present(session, made, new.present)
    data = {"number": new.number, "replaces": new.replaces, "minutes": made.minutes}
    audit.record(session, actor, Act.SEAL_APPLIED, _subject(asset), data, at=at)
    return made


def receive_seal(
    session: Session,
    actor: Actor,
    asset_id: int,
    office_id: int,
    new: ReceivedSeal,
    *,
    agency: str,
    at: datetime,
) -> Seal:
    """Record the seal that is on a thing when it comes, as part of the act that receives it.

    Raises SealInUse.
    """
    made = Seal(
        office_id=office_id,
        asset_id=asset_id,
        number=new.number,
        sealed_on=new.sealed_on,
        sealed_by=new.sealed_by or agency,
        minutes=new.minutes,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    with refused_by(session, IN_FORCE, _in_use(new.number, "seal.number")):
        session.add(made)
    note_state(session, actor, made, new.state, Occasion.RECEIPT, at=at)
    return made


def open_seal(
    session: Session, actor: Actor, reference: str, new: NewOpening, *, at: datetime
) -> SealOpening:
    """Open a seal: looked at first, with witnesses, for a reason, with minutes (D127/17 Art. 11).

    Raises NotFound, NotSealed, WitnessMissing, Invalid.
    """
    actor.require("seals.apply")
    not_ahead(new.opened_on, at, field="opened_on")
    _need_witness(session, new.present, at)
    asset = lock_asset(session, actor, reference)
    sealed = _in_force(session, asset, new.number)
    if sealed.sealed_on is not None and new.opened_on < sealed.sealed_on:
        raise Invalid(_("The opening lies before the sealing."), field="opened_on")
    picture = _pictured(session, asset, new.photo_sha256)
    paper = minutes.of_opening(session, actor, asset, sealed, new, picture=picture, at=at)
    opening = SealOpening(
        seal_id=sealed.id,
        asset_id=asset.id,
        office_id=asset.office_id,
        opened_on=new.opened_on,
        opened_by=new.opened_by,
        purpose=new.purpose.value,
        reason=new.reason,
        state_found=new.state_found.value,
        found=new.found,
        minutes=paper.number,
        paper=paper.reference,
        photo_sha256=new.photo_sha256,
        recorded_at=at,
        recorded_by_id=actor.staff_id,
    )
    session.add(opening)
    sealed.ended_at = at
    session.flush()
    _add_present(session, sealed, new.present, opening)
    note_state(session, actor, sealed, new.state_found, Occasion.OPENING, at=at)
    data = {"number": new.number, "purpose": new.purpose, "minutes": opening.minutes}
    audit.record(session, actor, Act.SEAL_OPENED, _subject(asset), data, at=at)
    return opening


def check_seal(
    session: Session, actor: Actor, reference: str, new: NewCheck, *, at: datetime
) -> SealCheck:
    """Note how a seal is found; torn or missing waits for the competent body's conclusion.

    Raises NotFound, NotSealed.
    """
    actor.require("seals.note")
    asset = lock_asset(session, actor, reference)
    sealed = _in_force(session, asset, new.number)
    check = note_state(session, actor, sealed, new.state, new.occasion, at=at, note=new.note)
    data = {"number": new.number, "state": new.state, "occasion": new.occasion}
    audit.record(session, actor, Act.SEAL_CHECKED, _subject(asset), data, at=at)
    return check


def conclude_damage(
    session: Session, actor: Actor, reference: str, new: NewConclusion, *, at: datetime
) -> SealDamage:
    """Record the competent body's conclusion on a torn or missing seal; then intake is free again.

    Raises NotFound, NoDamageOpen, Invalid.
    """
    actor.require("seals.apply")
    not_ahead(new.concluded_on, at, field="concluded_on")
    asset = lock_asset(session, actor, reference)
    damage = session.scalar(
        select(SealDamage)
        .join(Seal, Seal.id == SealDamage.seal_id)
        .where(
            Seal.asset_id == asset.id,
            Seal.number == new.number,
            SealDamage.concluded_on.is_(None),
        )
    )
    if damage is None:
        raise NoDamageOpen(_("No damage of that seal waits for a conclusion."), field="number")
    if new.concluded_on < local_day(damage.found_at):
        raise Invalid(_("The conclusion lies before the finding."), field="concluded_on")
    damage.concluded_on = new.concluded_on
    damage.conclusion_body = new.conclusion_body
    damage.conclusion_number = new.conclusion_number
    damage.conclusion = new.conclusion
    damage.concluded_by_id = actor.staff_id
    session.flush()
    unimpede(
        session,
        actor,
        [asset.reference],
        Hindrance.TORN_SEAL,
        new.conclusion_number,
        at=at,
        source=new.number,
    )
    data = {"number": new.number, "conclusion": new.conclusion_number}
    audit.record(session, actor, Act.SEAL_CONCLUDED, _subject(asset), data, at=at)
    return damage


def _need_witness(session: Session, present: Iterable[Present], at: datetime) -> None:
    rule = ruling(session, "sealing_witnesses", local_day(at))
    if not any(one.role in rule.codes for one in present):
        raise WitnessMissing(
            _("A witness or a representative of the commune must be present."),
            field="present",
            **rule.basis,
        )


def _pictured(session: Session, asset: Asset, sha256: str | None) -> PictureOut | None:
    """The attached picture that is named; one of another thing shows another seal."""
    if sha256 is None:
        return None
    picture = find_picture(session, asset.id, sha256)
    if picture is None:
        raise Invalid(_("Attach the picture to this asset first."), field="photo_sha256")
    return picture


def _replaced(session: Session, asset: Asset, new: NewSeal, at: datetime) -> Seal | None:
    """The opened seal that a new one replaces; while one waits, the new one must name it."""
    waiting = session.scalars(
        select(Seal).where(Seal.asset_id == asset.id, standing_now == SealStanding.OPEN.value)
    ).all()
    if new.replaces is None:
        if waiting:
            raise OpenedSealWaits(
                _("The seal %(number)s was opened and is not replaced yet: say that this does."),
                field="replaces",
                number=waiting[0].number,
                **ruling(session, "sealed_reopen_rule", local_day(at)).basis,
            )
        return None
    for one in waiting:
        if one.number == new.replaces:
            return one
    raise SealNotWaiting(_("No opened seal of that number waits."), field="replaces")


def _in_force(session: Session, asset: Asset, number: str) -> Seal:
    found = session.scalar(
        select(Seal).where(
            Seal.asset_id == asset.id, Seal.number == number, Seal.ended_at.is_(None)
        )
    )
    if found is None:
        raise NotSealed(_("The asset carries no such seal in force."), field="number")
    return found


def _add_present(
    session: Session, sealed: Seal, present: Iterable[Present], opening: SealOpening | None = None
) -> None:
    session.add_all(
        SealPresent(
            seal_id=sealed.id,
            opening_id=opening.id if opening else None,
            asset_id=sealed.asset_id,
            office_id=(opening or sealed).office_id,
            name=one.name,
            role=one.role.value,
            refusal=one.refusal,
        )
        for one in present
    )
    session.flush()


def _in_use(number: str, field: str) -> SealInUse:
    return SealInUse(
        _("Something is held under the seal %(seal)s already."), field=field, seal=number
    )


def _subject(asset: Asset) -> audit.Subject:
    return audit.Subject("asset", asset.id, asset.reference, asset.office_id)
