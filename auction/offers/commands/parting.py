"""Assets leave a lot: alone, the rest goes on in a lot formed at once, or all, and it is closed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from auction.deadlines.commands import set_limits
from auction.deadlines.queries import deadlines_of
from auction.lots.commands import await_step
from auction.lots.models import Lot
from auction.lots.recalls import refuse_recall
from auction.lots.relotting import Parted, part_lot
from auction.lots.subjects import due_subject
from auction.offers.commands.common import OpenLot, close
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor

GO_ON = ("next_round_target", "auction_hold_due")
"""Limits of a lot that the rest of it keeps."""


def leave(
    session: Session,
    actor: Actor,
    found: OpenLot,
    asset_ids: Sequence[int],
    on: date,
    *,
    why: str,
    reason: str,
    document: str,
    at: datetime,
) -> Lot:
    """Take assets out of an open lot; answers the closed lot that they are in from now on.

    All of them: the lot itself is closed. Some: they get a lot of their own, closed at once, and
    the rest goes on in a lot formed in the same act. Failures follow each asset, and the rest is
    offered no lower than its part of the last price (auction/lots/carrying.py).
    Raises RecallPending.
    """
    rest = [one for one in found.asset_ids if one not in asset_ids]
    if rest:
        refuse_recall(session, found.lot.id)
    running = _running(session, actor, found) if rest else {}
    close(session, actor, found, on, why=why, at=at)
    if not rest:
        return found.lot
    parted = Parted(groups=[list(asset_ids), rest], reason=reason, document=document)
    gone, goes_on = part_lot(session, actor, found.lot, parted, at=at)
    gone.formed_on = goes_on.formed_on = on
    gone.closed_on = on
    await_step(gone, None, None)
    session.flush()
    subject = due_subject(goes_on)
    scopes = {scope_of(AssetKind(one.kind)) for one in found.assets if one.id in rest}
    scope = "immovable" if "immovable" in scopes else "movable"
    for key, started_on in running.items():
        set_limits(session, actor, (key,), started_on, subject, at=at, scope=scope)
    return gone


def _running(session: Session, actor: Actor, found: OpenLot) -> dict[str, date]:
    """The limits of the lot that its rest keeps, by the day each began."""
    return {
        one.rule_key: one.started_on
        for one in deadlines_of(session, actor, "lot", found.lot.reference)
        if one.rule_key in GO_ON and one.met_on is None and one.voided_why is None
    }
