"""Valuations somebody may see, and the one in force on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from auction.valuations.models import Valuation
from auction.valuations.rules import holds_on
from auction.valuations.schemas import ValuationOut, ValuationRow, ValuedAsset
from inventory.assets.models import Asset
from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.messages import _
from inventory.base.scope import in_sight

_COLUMNS = tuple(getattr(Valuation, name) for name in ValuationRow.__struct_fields__)


def visible_valuations(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Valuations of the offices the actor sees, as rows."""
    return select(*_COLUMNS).where(in_sight(Valuation.office_id, actor))


def get_asset(session: Session, actor: Actor, reference: str) -> ValuedAsset:
    """The asset of a reference.

    Raises NotFound, also where it is another office's.
    """
    row = session.execute(
        select(Asset.id, Asset.reference, Asset.office_id, Asset.kind, Asset.description).where(
            Asset.reference == reference, in_sight(Asset.office_id, actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no asset %(reference)s."), reference=reference)
    return ValuedAsset(*row)


def list_valuations(
    session: Session, actor: Actor, asset: ValuedAsset, on: date
) -> list[ValuationOut]:
    """All valuations of an asset, the newest first: a handful in an asset's life."""
    statement = (
        visible_valuations(actor)
        .where(Valuation.asset_id == asset.id)
        .order_by(Valuation.valued_on.desc(), Valuation.id.desc())
    )
    rows = session.execute(statement).mappings()
    return [_out(msgspec.convert(dict(row), ValuationRow), asset.reference, on) for row in rows]


def valuations_in_force(
    session: Session, actor: Actor, asset_ids: Sequence[int], on: date
) -> dict[int, ValuationRow]:
    """The newest valuation in force on a day of each asset that has one."""
    statement = _in_force(actor, on).where(Valuation.asset_id.in_(asset_ids))
    return {row.asset_id: row for row in _rows(session, statement) if row.asset_id is not None}


def valuations_of_lot(
    session: Session, actor: Actor, lot_id: int, asset_ids: Sequence[int], on: date
) -> list[ValuationRow]:
    """What holds on a day for a lot: the newest valuation of each asset and of the lot itself."""
    statement = _in_force(actor, on).where(
        or_(Valuation.asset_id.in_(asset_ids), Valuation.lot_id == lot_id)
    )
    newest = {(row.asset_id, row.lot_id): row for row in _rows(session, statement)}
    return list(newest.values())


def _in_force(actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    return (
        visible_valuations(actor)
        .where(
            Valuation.valued_on <= on,
            or_(Valuation.valid_until.is_(None), Valuation.valid_until >= on),
        )
        .order_by(Valuation.asset_id, Valuation.valued_on, Valuation.id)
    )


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[ValuationRow]:
    rows = session.execute(statement).mappings()
    return [msgspec.convert(dict(row), ValuationRow) for row in rows]


def _out(said: ValuationRow, asset: str, on: date) -> ValuationOut:
    in_force = holds_on(said.valued_on, said.valid_until, on)
    return ValuationOut(**msgspec.structs.asdict(said), asset=asset, in_force=in_force)
