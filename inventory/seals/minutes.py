"""The minutes of sealing and of opening, issued as papers in the act itself."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.papers.commands import issue
from inventory.papers.rules import PaperKind
from inventory.papers.schemas import Issued, ItemLine, NewPaper, Party, Signature
from inventory.seals.models import Seal
from inventory.seals.schemas import (
    NewOpening,
    NewSeal,
    PictureOut,
    Present,
    Refusal,
    SealingMinutes,
    UnsealingMinutes,
)

_SIGNS = "Người niêm phong"
_OPENS = "Người mở niêm phong"


def of_sealing(
    session: Session,
    actor: Actor,
    asset: Asset,
    new: NewSeal,
    *,
    picture: PictureOut | None,
    at: datetime,
) -> Issued:
    """Issue the minutes of a sealing (D127/17 Art. 8(3))."""
    data = SealingMinutes(
        seal_number=new.number,
        on=new.sealed_on,
        place=asset.location,
        sealed_by=Party(name=new.sealed_by),
        present=_parties(new.present),
        refusals=_refusals(new.present),
        state_before=new.state_before,
        state_after=new.state_after,
        replaces=new.replaces,
        photo_sha256=new.photo_sha256,
        photo_name=picture.name if picture else None,
        bases=("D127/17 Art. 8",),
        lines=(_line(asset, new.number),),
        signatures=_signatures(_SIGNS, new.sealed_by, new.present),
    )
    kind = PaperKind.SEALING_MINUTES
    return issue(session, actor, _paper(kind, "Biên bản niêm phong", asset, data), at=at)


def of_opening(
    session: Session,
    actor: Actor,
    asset: Asset,
    sealed: Seal,
    new: NewOpening,
    *,
    picture: PictureOut | None,
    at: datetime,
) -> Issued:
    """Issue the minutes of an opening (D127/17 Art. 11)."""
    data = UnsealingMinutes(
        seal_number=sealed.number,
        seal_minutes=sealed.minutes,
        on=new.opened_on,
        place=asset.location,
        opened_by=Party(name=new.opened_by),
        present=_parties(new.present),
        refusals=_refusals(new.present),
        purpose=new.purpose,
        reason=new.reason,
        state_found=new.state_found,
        found=new.found,
        photo_sha256=new.photo_sha256,
        photo_name=picture.name if picture else None,
        bases=("D127/17 Art. 11",),
        lines=(_line(asset, sealed.number),),
        signatures=_signatures(_OPENS, new.opened_by, new.present),
    )
    kind = PaperKind.UNSEALING_MINUTES
    return issue(session, actor, _paper(kind, "Biên bản mở niêm phong", asset, data), at=at)


def _paper(
    kind: PaperKind, title: str, asset: Asset, data: SealingMinutes | UnsealingMinutes
) -> NewPaper:
    return NewPaper(
        kind=kind,
        title=f"{title} {data.seal_number}",
        subject_kind="asset",
        subject_ref=asset.reference,
        data=data,
        office_id=asset.office_id,
    )


def _line(asset: Asset, number: str) -> ItemLine:
    return ItemLine(
        name=asset.description,
        code=asset.reference,
        unit=asset.unit,
        quantity=asset.quantity,
        features=asset.identification,
        state=asset.condition,
        seal=number,
    )


def _parties(present: Iterable[Present]) -> tuple[Party, ...]:
    return tuple(Party(name=one.name, role=one.role.value) for one in present)


def _refusals(present: Iterable[Present]) -> tuple[Refusal, ...]:
    return tuple(Refusal(one.name, one.refusal) for one in present if one.refusal)


def _signatures(post: str, name: str, present: Iterable[Present]) -> tuple[Signature, ...]:
    signed = (Signature(post="Người tham gia", name=one.name) for one in present if not one.refusal)
    return (Signature(post=post, name=name), *signed)
