"""Giving a device what it needs to count without network; from then on the count waits for it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import Forbidden, Overtaken
from inventory.base.messages import _
from inventory.stocktakes.models import Stocktake, StocktakeDevice, StocktakeScan
from inventory.stocktakes.queries.packs import pack_of
from inventory.stocktakes.queries.stocktakes import unknown, visible_stocktakes
from inventory.stocktakes.rules import PackToken, StocktakeClosed, pack_ends, signed
from inventory.stocktakes.schemas.said import NewDevice
from inventory.stocktakes.schemas.told import Pack


def fetch_pack(
    session: Session, actor: Actor, reference: str, new: NewDevice, *, at: datetime
) -> Pack:
    """Make a pack for a device in somebody's hand; asked again it is made anew.

    Raises Forbidden, NotFound, StocktakeClosed, Conflict where another holds that device.
    """
    actor.require("stocktakes.count")
    stocktake = session.scalar(
        visible_stocktakes(actor)
        .where(Stocktake.reference == reference)
        .with_for_update(read=True, key_share=True)
    )
    if stocktake is None:
        raise unknown(reference)
    if stocktake.office_id != actor.office_id or actor.staff_id is None:
        raise Forbidden(_("An office counts its own places."))
    if stocktake.closed_at is not None:
        raise StocktakeClosed(_("%(reference)s is closed."), reference=reference)
    _register(session, actor, stocktake, new, at)
    s = StocktakeScan
    last = session.scalar(
        select(func.max(s.number)).where(s.stocktake_id == stocktake.id, s.device == new.device)
    )
    token = PackToken(stocktake.id, new.device, actor.staff_id, actor.name, pack_ends(at))
    return pack_of(session, stocktake, token, signed(token, stocktake.pack_key), last or 0, at=at)


def _register(
    session: Session, actor: Actor, stocktake: Stocktake, new: NewDevice, at: datetime
) -> None:
    session.execute(
        insert(StocktakeDevice)
        .values(
            stocktake_id=stocktake.id,
            device=new.device,
            office_id=stocktake.office_id,
            staff_id=actor.staff_id,
            staff_name=actor.name,
            name=new.name,
            reported_at=at,
        )
        .on_conflict_do_nothing()
    )
    holder = session.scalar(
        select(StocktakeDevice.staff_id).where(
            StocktakeDevice.stocktake_id == stocktake.id, StocktakeDevice.device == new.device
        )
    )
    if holder != actor.staff_id:
        raise Overtaken(_("Another counter holds that device."), field="device")
