"""Reading cases of missing things and write-offs."""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.scope import in_sight
from inventory.custody.models import Impediment
from inventory.custody.rules import Hindrance
from inventory.losses.models import MissingCase, WriteOff, WriteOffReversal
from inventory.losses.rules import Liability
from inventory.losses.schemas import CaseOut, WriteOffOut


def list_cases(session: Session, actor: Actor, reference: str) -> list[CaseOut]:
    """The cases of a thing, the last one first."""
    c = MissingCase
    rows = session.execute(
        select(*(getattr(c, name) for name in CaseOut.__struct_fields__))
        .join(Asset, Asset.id == c.asset_id)
        .where(Asset.reference == reference, in_sight(c.office_id, actor))
        .order_by(c.id.desc())
    )
    return [msgspec.convert(dict(row), CaseOut) for row in rows.mappings()]


def list_write_offs(session: Session, actor: Actor, reference: str) -> list[WriteOffOut]:
    """The write-offs of a thing, the last one first."""
    w, r = WriteOff, WriteOffReversal
    own = WriteOffOut.__struct_fields__[:10]
    rows = session.execute(
        select(*(getattr(w, name) for name in own), r.recorded_at, r.reason, r.paper, r.number)
        .join(Asset, Asset.id == w.asset_id)
        .outerjoin(r, r.write_off_id == w.id)
        .where(Asset.reference == reference, in_sight(w.office_id, actor))
        .order_by(w.id.desc())
    )
    names = WriteOffOut.__struct_fields__
    made = [WriteOffOut(**dict(zip(names, row, strict=True))) for row in rows]
    return [msgspec.structs.replace(one, liability=Liability(one.liability)) for one in made]


def missed_by(session: Session, asset_id: int) -> list[str]:
    """What confirmed that a thing is missing: stocktakes and minutes, while that stands."""
    i = Impediment
    found = select(i.source).where(
        i.asset_id == asset_id, i.code == Hindrance.MISSING, i.lifted_at.is_(None)
    )
    return list(session.scalars(found.order_by(i.id)))


def find_write_off(session: Session, asset_id: int) -> WriteOff | None:
    """The write-off of a thing that is in force."""
    w, r = WriteOff, WriteOffReversal
    return session.scalar(
        select(w)
        .outerjoin(r, r.write_off_id == w.id)
        .where(w.asset_id == asset_id, r.id.is_(None))
        .order_by(w.id.desc())
        .limit(1)
    )
