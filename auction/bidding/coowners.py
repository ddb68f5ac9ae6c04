"""What co-owners own, too, is auctioned only after it was offered to them, first and before each.

L25 Art. 83(1); D152/26 Art. 63(1); L08 Art. 74(3).
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, column, or_, select, table
from sqlalchemy.orm import Session

from auction.bidding.models import AssetRound
from auction.bidding.rules import NotOfferedFirst, Outcome
from auction.departures.commands import allow_departure
from auction.legal_rules.queries import basis_on, rule_on
from auction.life.queries import of_this_life
from auction.lots.models import AuctionRound, Lot
from auction.lots.queries import assets_of_lot
from auction.lots.subjects import due_subject
from inventory.assets.models import Asset
from inventory.assets.rules import AssetKind, scope_of
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.messages import _
from inventory.titles.queries import titles_of

FIRST, NEXT = "coowner_priority_first", "coowner_priority_next"

_OFFER = table(
    "priority_offer",
    column("asset_id", BigInteger),
    column("round_id", BigInteger),
    column("told_on", Date),
    column("answer_by_on", Date),
    column("ended_on", Date),
)
"""Offers to co-owners belong to a room above."""


def refuse_unoffered(session: Session, lot_id: int, on: date) -> None:
    """No first round is fixed before the co-owners were told and their time has ended.

    Raises NotOfferedFirst.
    """
    owned = _owned(session, [one.id for one in assets_of_lot(session, lot_id)], on)
    if not owned:
        return
    of_asset = select(_OFFER.c.asset_id).where(
        _OFFER.c.asset_id.in_(owned),
        _OFFER.c.ended_on.is_not(None),
        of_this_life(_OFFER.c.asset_id, _OFFER.c.told_on),  # type: ignore[arg-type]  # columns of a table
    )
    told = {*session.scalars(of_asset), *_held_before(session, owned)}
    asset = next((one for one in owned if one not in told), None)
    if asset is not None:
        thing = session.get_one(Asset, asset)
        raise NotOfferedFirst(
            _(
                "%(reference)s has co-owners, who buy first (rule %(rule)s). Lawful: the round once"
                " they were told of the price, and their time ended without a buyer and that is"
                " recorded."
            ),
            field="opens_at",
            reference=thing.reference,
            **basis_on(session, FIRST, on, scope_of(AssetKind(thing.kind))),
        )


def refuse_sale_unoffered(
    session: Session, actor: Actor, lot: Lot, number: int, code: Outcome, *, at: datetime
) -> None:
    """A later round is no sale where the co-owners were not told of its price before.

    Raises NotOfferedFirst, unless a second person lets what has happened be recorded.
    """
    if code is not Outcome.SOLD:
        return
    this = (AuctionRound.lot_id == lot.id) & (AuctionRound.number == number)
    held = session.scalar(select(AuctionRound).where(this))
    if held is None:
        return
    on = held.held_on or local_day(at)
    owned = _owned(session, [one.id for one in assets_of_lot(session, lot.id)], on)
    later = _held_before(session, owned) if owned else set()
    over = or_(_OFFER.c.ended_on.is_not(None), _OFFER.c.answer_by_on < on)
    told = select(_OFFER.c.asset_id).where(_OFFER.c.round_id == held.id, over)
    missing = later - set(session.scalars(told)) if later else later
    if not missing:
        return
    thing = session.get_one(Asset, min(missing))
    rule = rule_on(session, NEXT, on)
    refusal = NotOfferedFirst(
        _(
            "%(reference)s has co-owners, who were not told that they may buy it at the starting"
            " price of round %(number)s (rule %(rule)s). Lawful: the round stopped before it is"
            " held, and the next after they were told; what was sold is recorded only where a"
            " second person lets it."
        ),
        field="code",
        reference=thing.reference,
        number=number,
        **rule.basis,
    )
    facts = {"asset": thing.reference, "round": number}
    allow_departure(session, actor, refusal, rule, due_subject(lot), at=at, facts=facts)


def _owned(session: Session, assets: Sequence[int], on: date) -> list[int]:
    """Those of some assets that others own, too."""
    return sorted(one for one, title in titles_of(session, assets, on).items() if title.co_owners)


def _held_before(session: Session, assets: Sequence[int]) -> set[int]:
    """Those of some assets of which a round was held since their seizure."""
    held = select(AssetRound.asset_id).where(
        AssetRound.asset_id.in_(assets), of_this_life(AssetRound.asset_id, AssetRound.held_on)
    )
    return set(session.scalars(held))
