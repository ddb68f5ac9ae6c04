"""What was still due for a lot falls away where its assets ended and are seized anew."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.deadlines.commands import void_deadlines
from auction.deadlines.queries import deadlines_of
from auction.life.ledger import LASTING, SEIZED_ANEW
from auction.life.queries import standing_of
from auction.life.rules import CLOSED, LifeBegan
from auction.lots.models import Lot, LotAsset
from auction.lots.subjects import due_subject
from inventory.base.actor import SYSTEM


def leave_lots_behind(session: Session, event: LifeBegan) -> None:
    """The open limits of the lots of a life that ended fall away with it.

    Not while another asset of the lot is still on its way; and a buyer's title goes on.
    """
    begun = set(event.asset_ids)
    held = select(LotAsset.lot_id).where(LotAsset.asset_id.in_(begun))
    members: defaultdict[int, set[int]] = defaultdict(set)
    for lot_id, asset_id in session.execute(
        select(LotAsset.lot_id, LotAsset.asset_id).where(LotAsset.lot_id.in_(held))
    ):
        members[lot_id].add(asset_id)
    others = sorted(set().union(*members.values()) - begun)
    standing = standing_of(session, others) if others else {}
    ended = [
        lot_id
        for lot_id, assets in members.items()
        if all(standing[one].state in CLOSED for one in assets - begun)
    ]
    for lot in session.scalars(select(Lot).where(Lot.id.in_(ended)).order_by(Lot.id)):
        subject = due_subject(lot)
        open_ones = {
            one.rule_key
            for one in deadlines_of(session, SYSTEM, "lot", lot.reference)
            if one.met_on is None and one.voided_on is None
        }
        keys = sorted(open_ones - LASTING)
        if keys:
            void_deadlines(session, event.actor, subject, keys, at=event.at, why=SEIZED_ANEW)
