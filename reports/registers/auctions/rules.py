"""What of a line of the register of auctioned property is frozen, and when a line has ended."""

from collections.abc import Mapping
from datetime import date

import msgspec

from reports.registers.auctions.schemas import AuctionCells, AuctionLine

IN_THE_RECORD = frozenset(
    {"meaning", "outcome", "reduction", "reduced_on", "percent", "new_price", "paid_on"}
)
"""Columns whose corrections are in the record itself, with their own day."""

FOLLOWS = frozenset({"paid_out_on"})
"""Columns that change as work goes on."""

LATER = ("reduced_on", "paid_on", "delivered_on", "paid_out_on", "defaulted_on", "cancelled_on")


def cells_of(line: AuctionLine) -> AuctionCells:
    """What a line says today."""
    return AuctionCells(**{name: getattr(line, name) for name in AuctionCells.__struct_fields__})


def as_of(line: AuctionLine, on: date) -> AuctionCells:
    """A line as it stood at the end of a day, without what came later."""
    cells = cells_of(line)
    later = [name for name in LATER if (day := getattr(cells, name)) is not None and day > on]
    gone: dict[str, object] = dict.fromkeys(later)
    if "reduced_on" in gone:
        gone |= {"reduction": None, "percent": None, "new_price": None}
    return msgspec.structs.replace(cells, **gone)


def ended_on(cells: AuctionCells) -> date | None:
    """When a line was done with: the round itself, or what followed its sale."""
    if cells.outcome is None:
        return None
    if cells.outcome != "sold" and cells.buyer is None:
        return cells.on
    return cells.paid_out_on or cells.cancelled_on or cells.defaulted_on


def amended(was: Mapping[str, object], now: Mapping[str, object]) -> dict[str, object]:
    """What a frozen line said in the columns that say something else now.

    A column that was empty and is filled later is no amendment.
    """
    return {
        name: value
        for name, value in was.items()
        if value is not None and name not in FOLLOWS and now.get(name) != value
    }
