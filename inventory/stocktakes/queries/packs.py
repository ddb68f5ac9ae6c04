"""Packs: the list of a stocktake as a device may hold it, blind where the count is blind."""

import hashlib
import hmac
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.stocktakes.models import Stocktake, StocktakeItem
from inventory.stocktakes.queries.stocktakes import places_of
from inventory.stocktakes.rules import PackToken, blinded, veiled
from inventory.stocktakes.schemas.told import Pack, PackItem, PackPlace


def pack_of(
    session: Session,
    stocktake: Stocktake,
    token: PackToken,
    token_text: str,
    last_number: int,
    *,
    at: datetime,
) -> Pack:
    """The pack of a device: places by name; things by their blinded numbers, in no order.

    Who scans a thing can read its description; who only looks at the pack cannot.
    """
    i = StocktakeItem
    salt = hashlib.sha256(stocktake.pack_key).hexdigest()[:16] if stocktake.blind else ""
    rows = session.execute(
        select(i.reference, i.place_id, i.description).where(i.stocktake_id == stocktake.id)
    )
    items = [
        PackItem(blinded(salt, ref), place_id, veiled(salt, ref, what))
        if salt
        else PackItem(ref, place_id, what)
        for ref, place_id, what in rows
    ]
    items.sort()
    places = [PackPlace(*row) for row in places_of(session, stocktake.id)]
    body = msgspec.json.encode([places, items, token])
    return Pack(
        stocktake=stocktake.reference,
        title=stocktake.place_name,
        token=token_text,
        counter=token.name,
        expires=token.expires,
        server_ms=int(at.timestamp() * 1000),
        blind=stocktake.blind,
        salt=salt,
        root_id=stocktake.place_id,
        last_number=last_number,
        places=places,
        items=items,
        signature=hmac.new(stocktake.pack_key, body, hashlib.sha256).hexdigest(),
    )
