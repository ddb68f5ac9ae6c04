"""Makes stocktakes and the scans of their devices through the commands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.stocktakes.commands.judge import end_first_count
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.commands.take_scans import take_scans
from inventory.stocktakes.models import Stocktake
from inventory.stocktakes.rules import Period
from inventory.stocktakes.schemas.said import NewStocktake, ScanSaid, Upload
from inventory.stocktakes.schemas.told import UploadTaken
from inventory.warehouses.models import Place


def make_stocktake(
    session: Session, keeper: Actor, place: Place | int, *, at: datetime, **said: Any
) -> Stocktake:
    """An open stocktake of a place."""
    facts: dict[str, Any] = {
        "place_id": place if isinstance(place, int) else place.id,
        "period": Period.QUARTER,
        "basis": "Kế hoạch kiểm kê quý IV",
    }
    return open_stocktake(session, keeper, NewStocktake(**{**facts, **said}), at=at)


def scans_of(
    codes: Iterable[str], place: Place | int, *, at: datetime, first: int = 1, **said: Any
) -> list[ScanSaid]:
    """Scans of codes at a place, numbered as a device numbers them, a second apart."""
    place_id = place if isinstance(place, int) else place.id
    return [
        ScanSaid(number=n, place_id=place_id, scanned_at=at + timedelta(seconds=n), code=c, **said)
        for n, c in enumerate(codes, first)
    ]


def send(
    session: Session,
    actor: Actor,
    stocktake: Stocktake | str,
    scans: Iterable[ScanSaid],
    *,
    at: datetime,
    device: str = "",
    **said: Any,
) -> UploadTaken:
    """One upload of a device; it says that it has finished unless told otherwise."""
    facts: dict[str, Any] = {"device": device or f"phone-{actor.staff_id}", "done": True}
    upload = Upload(scans=tuple(scans), **{**facts, **said})
    reference = stocktake if isinstance(stocktake, str) else stocktake.reference
    return take_scans(session, actor, reference, upload, at=at)


def count_first(
    session: Session,
    counter: Actor,
    stocktake: Stocktake,
    codes: Iterable[str],
    place: Place | int,
    *,
    at: datetime,
) -> Stocktake:
    """A whole first count by one person in one place."""
    send(session, counter, stocktake, scans_of(codes, place, at=at), at=at)
    return end_first_count(session, counter, stocktake.reference, at=at)
