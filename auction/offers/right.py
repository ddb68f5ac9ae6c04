"""When the creditor may take an asset: after which failed round, and by how many reductions.

One answer for the page and for the act: it follows the asset through its lots, so that another lot
of it takes nothing from him (L25 Art. 83(3); L08 Art. 104(2)).
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.models import AssetRound
from auction.bidding.queries import meaning_of
from auction.bidding.rules import Held
from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.rules import Rule
from auction.life.queries import of_this_life
from auction.lots.models import AuctionRound, LotAsset
from auction.lots.queries import last_round
from auction.offers.queries import reductions_of
from auction.offers.rules import RIGHT


class Right(NamedTuple):
    """The creditor's right: the round that failed, the reductions before it, the rule."""

    failed: AuctionRound
    reductions: int
    rule: Rule


def right_of(session: Session, lot_id: int, asset_ids: Sequence[int], on: date) -> Right | None:
    """His right to take what an open lot holds, if he has it on a day."""
    failed = failed_round(session, asset_ids, last_round(session, lot_id))
    serving = [one for one in rules_in_use(session, RIGHT) if one.serves(on)]
    if failed is None or not serving:
        return None
    done = reductions_before(session, asset_ids, failed)
    return Right(failed, done, serving[0]) if done >= serving[0].number else None


def failed_round(
    session: Session, asset_ids: Sequence[int], last: AuctionRound | None
) -> AuctionRound | None:
    """The newest round of a lot, or where it had none that of the same assets before; if it failed.

    A lot of other assets than before waits for a round of its own: its price was that of all.
    """
    found = last if last is not None else _round_before(session, asset_ids)
    failed = found is not None and meaning_of(session, found) is Held.FAILED
    return found if failed else None


def reductions_before(session: Session, asset_ids: Sequence[int], failed: AuctionRound) -> int:
    """How often it was reduced before a round: what was reduced after it found no buyer yet."""
    return reductions_of(session, asset_ids, except_after=failed.id)


def _round_before(session: Session, asset_ids: Sequence[int]) -> AuctionRound | None:
    """The last round of exactly these assets, in the lot they were in before."""
    newest = session.scalar(
        select(AssetRound.round_id)
        .where(
            AssetRound.asset_id.in_(asset_ids),
            of_this_life(AssetRound.asset_id, AssetRound.held_on),
        )
        .order_by(AssetRound.held_on.desc(), AssetRound.round_id.desc())
        .limit(1)
    )
    held = session.get(AuctionRound, newest) if newest is not None else None
    if held is None:
        return None
    members = select(LotAsset.asset_id).where(LotAsset.lot_id == held.lot_id)
    same = set(session.scalars(members)) == set(asset_ids)
    last = last_round(session, held.lot_id)
    return held if same and last is not None and last.id == held.id else None
