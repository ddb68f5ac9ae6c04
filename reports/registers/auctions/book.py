"""The register of auctioned property as it is closed by quarters."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import msgspec
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.papers.rules import PaperKind
from reports.registers.auctions.queries import lines_between
from reports.registers.auctions.rules import amended, as_of, ended_on
from reports.registers.auctions.schemas import AuctionCells, AuctionClosingPaper, AuctionEntry
from reports.registers.books import Book, Found
from reports.registers.rules import AUCTION_REGISTER
from reports.registers.schemas import Amendment

LOOKED_BACK = timedelta(days=731)
"""How long before a quarter a round may lie whose line is looked at again for corrections.

A sale that is not delivered is looked at however old it is.
"""


def _lines(session: Session, actor: Actor, since: date, until: date) -> Iterator[Found]:
    for line in lines_between(session, actor, since - LOOKED_BACK, until, pending=True):
        if line.on < since and line.frozen is None:
            continue
        cells = as_of(line, until)
        said = msgspec.to_builtins(cells)
        yield Found("round", line.id, said, line.frozen, partial(_entry, cells))


def _entry(cells: AuctionCells, was: tuple[Amendment, ...]) -> AuctionEntry:
    return AuctionEntry(cells=cells, amendments=was)


def _count(session: Session, actor: Actor, since: date, until: date) -> tuple[int, int, int]:
    """Lines still open before the quarter, rounds in it, and lines that ended in it."""
    opening = came = went = 0
    for line in lines_between(session, actor, since - LOOKED_BACK, until, pending=True):
        ended = ended_on(as_of(line, until))
        if line.on < since and ended is not None and ended < since:
            continue
        opening += line.on < since
        came += line.on >= since
        went += ended is not None
    return opening, came, went


AUCTIONS = Book(
    register=AUCTION_REGISTER,
    permission="auction_register.close",
    kind=PaperKind.AUCTION_REGISTER_CLOSING,
    count=_count,
    lines=_lines,
    amended=amended,
    paper=AuctionClosingPaper,
)
"""The register of auctioned property."""
