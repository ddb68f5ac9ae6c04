"""Which assets a number means: an asset's own, a lot's, or that of the source they came from."""

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auction.lots.models import Lot, LotAsset
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import Conflict, NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight


class SubjectUnknown(NotFound):
    """No asset and no lot of that number, or none this actor may see."""

    code = "asset_or_lot_unknown"


class SubjectAmbiguous(Conflict):
    """Several imported things bear that number."""

    code = "asset_or_lot_ambiguous"


class Subject(msgspec.Struct, frozen=True):
    """What a dossier is about: the assets, in order, and the number under which they were asked."""

    reference: str
    asset_ids: tuple[int, ...]


def find_subject(session: Session, actor: Actor, ref: str) -> Subject:
    """The assets behind an asset's, a lot's or a source's number.

    Raises SubjectUnknown, SubjectAmbiguous.
    """
    asset = session.execute(
        select(Asset.reference, Asset.id).where(
            in_sight(Asset.office_id, actor), Asset.reference == ref
        )
    ).first()
    if asset is not None:
        return Subject(asset.reference, (asset.id,))
    lots = session.execute(
        select(Lot.reference, Lot.id).where(
            in_sight(Lot.office_id, actor), or_(Lot.reference == ref, Lot.source_ref == ref)
        )
    ).all()
    if len(lots) > 1:
        raise SubjectAmbiguous(
            _("Several lots bear the number %(ref)s: %(lots)s."),
            ref=ref,
            lots=", ".join(sorted(lot.reference for lot in lots)),
        )
    if lots:
        return _assets_of_lot(session, lots[0].reference, lots[0].id)
    return _asset_of_source(session, actor, ref)


def _assets_of_lot(session: Session, reference: str, lot_id: int) -> Subject:
    statement = select(LotAsset.asset_id).where(LotAsset.lot_id == lot_id)
    ids = session.scalars(statement.order_by(LotAsset.position, LotAsset.asset_id)).all()
    if not ids:
        raise SubjectUnknown(_("The lot %(ref)s holds no asset."), ref=reference)
    return Subject(reference, tuple(ids))


def _asset_of_source(session: Session, actor: Actor, ref: str) -> Subject:
    found = session.execute(
        select(Asset.reference, Asset.id).where(
            in_sight(Asset.office_id, actor), Asset.source_ref == ref
        )
    ).all()
    if len(found) > 1:
        raise SubjectAmbiguous(
            _("Several assets bear the number %(ref)s: %(assets)s."),
            ref=ref,
            assets=", ".join(sorted(asset.reference for asset in found)),
        )
    if not found:
        raise SubjectUnknown(_("There is no asset or lot %(ref)s."), ref=ref)
    return Subject(found[0].reference, (found[0].id,))
