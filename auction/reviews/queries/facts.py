"""What flags were raised on, read from the rounds they name; a held round is never changed."""

from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from auction.bidding.diagnoses import causes_in_run, counted_in
from auction.bidding.models import AssetRound
from auction.lots.models import AuctionRound, Lot
from auction.reviews.models import Flag
from auction.reviews.schemas import Facts
from inventory.assets.models import Asset

_first = aliased(AuctionRound, name="first_round")
_last = aliased(AuctionRound, name="last_round")
_lot = aliased(Lot, name="last_lot")
_NAMES = ("lots", "first_held_on", "last_held_on", "first_price", "last_price", "currency")
_CAUSES = "facts_causes"
_HUNDREDTH = Decimal("0.01")


def with_facts(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A statement over flags and their assets, with the columns that ``facts_of`` reads."""
    return (
        statement.add_columns(*_columns())
        .join(_first, _first.id == Flag.first_round_id)
        .join(_last, _last.id == Flag.last_round_id)
        .join(_lot, _lot.id == _last.lot_id)
    )


@cache
def _columns() -> tuple[ColumnElement[Any], ...]:
    """Made once: making them would cost a list more than reading it."""
    values = (
        _lots(),
        _first.held_on,
        _last.held_on,
        _first.starting_price,
        _last.starting_price,
        _lot.currency,
    )
    return (
        Asset.reference.label("facts_asset"),
        _lot.reference.label("last_lot"),
        causes_in_run(Flag.asset_id, Flag.first_round_id, Flag.last_round_id).label(_CAUSES),
        *(value.label(f"facts_{name}") for name, value in zip(_NAMES, values, strict=True)),
    )


def facts_of(row: Row[*tuple[Any, ...]], failed_in_a_row: int) -> Facts:
    """The facts among the columns of a row."""
    named = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
    first, last = named["facts_first_price"], named["facts_last_price"]
    causes, diagnosed = counted_in(named[_CAUSES])
    return Facts(
        asset=named["facts_asset"],
        failed_in_a_row=failed_in_a_row,
        reduction_percent=_reduction(first, last),
        causes=causes,
        diagnosed=diagnosed,
        **{name: named[f"facts_{name}"] for name in _NAMES},
    )


def _reduction(first: Decimal | None, last: Decimal | None) -> Decimal | None:
    """By how many per cent a price fell."""
    if not first or last is None:
        return None
    return (100 * (1 - last / first)).quantize(_HUNDREDTH)


def _lots() -> ColumnElement[Any]:
    """References of the lots in which the asset failed from the first round to the last."""
    held, begun, ended = aliased(AssetRound), aliased(AssetRound), aliased(AssetRound)
    offered, lot = aliased(AuctionRound), aliased(Lot)
    several = (
        select(func.array_agg(lot.reference.distinct()))
        .select_from(held)
        .join(begun, (begun.asset_id == held.asset_id) & (begun.round_id == Flag.first_round_id))
        .join(ended, (ended.asset_id == held.asset_id) & (ended.round_id == Flag.last_round_id))
        .join(offered, offered.id == held.round_id)
        .join(lot, lot.id == offered.lot_id)
        .where(held.asset_id == Flag.asset_id, held.seq.between(begun.seq, ended.seq))
        .correlate(Flag)
        .scalar_subquery()
    )
    the_last = array([_lot.reference])
    return case((_first.lot_id == _last.lot_id, the_last), else_=func.coalesce(several, the_last))
