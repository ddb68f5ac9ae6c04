"""The register of evidence, seized and held property (Mẫu 13): its year, its lines, its closings.

Nothing in it is typed: lines follow from grounds and custody. What was closed is frozen, and a
later change shows beside it as an amendment (C04/23 Art. 30(4)).
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any

import msgspec

from inventory.base.errors import Conflict, Forbidden
from inventory.base.messages import _, labels

QUARTERS = 4
_ISO = re.compile(r"\d{4}-\d\d-\d\d$")
FIRST = bytes(32).hex()
"""What the first closing says of the one before it."""

FILLED_LATER = ("out_on", "out_document", "receiver", "place", "balance", "passings")
"""The columns that change as work goes on. The others are written once, also where they are filled
later: a decision that says something else than when it was closed is a correction."""

INWARD = frozenset({"taken_in", "arrived", "returned"})
LENT = "lent"


class LineKind(StrEnum):
    """On which ground a line stands."""

    SEIZURE = "seizure"
    EVIDENCE = "evidence"
    TEMPORARY_HOLDING = "temporary_holding"


class Signs(StrEnum):
    """Who signs the closing of a register."""

    KEEPER = "keeper"
    ACCOUNTANT = "accountant"
    HEAD = "head"


EVIDENCE_REGISTER, AUCTION_REGISTER = 13, 17
SIGNERS: Mapping[int, tuple[Signs, ...]] = {
    EVIDENCE_REGISTER: tuple(Signs),
    AUCTION_REGISTER: (Signs.ACCOUNTANT, Signs.HEAD),
}
"""Who signs which register (C04/23 Art. 30(4)); that the accountant signs the other one is C."""


class QuarterNotOver(Conflict):
    """A quarter is closed when it is over."""

    code = "quarter_not_over"


class ClosedAlready(Conflict):
    """The quarter is closed."""

    code = "quarter_closed_already"


class EarlierOpen(Conflict):
    """Quarters are closed one after the other."""

    code = "earlier_quarter_open"


class SignedAlready(Conflict):
    """In that post somebody signed already, or this person signed in another."""

    code = "closing_signed_already"


class NotAPost(Forbidden):
    """Those sign who hold a post of the register."""

    code = "no_post_that_signs"


class StatYear(msgspec.Struct, frozen=True):
    """A statistical year, named after the calendar year it ends in."""

    year: int
    starts_on: date
    ends_on: date

    def quarter(self, number: int) -> tuple[date, date]:
        """The first and the last day of a quarter."""
        starts = _months_after(self.starts_on, 3 * (number - 1))
        ends = _months_after(self.starts_on, 3 * number) - timedelta(days=1)
        return starts, ends

    def quarter_of(self, on: date) -> int:
        """The quarter in which a day falls."""
        months = (on.year - self.starts_on.year) * 12 + on.month - self.starts_on.month
        return min(max(months // 3 + 1, 1), QUARTERS)


class Passing(msgspec.Struct, frozen=True):
    """A thing came in or left: the day, the custody act, its voucher, from whom or to whom."""

    on: date
    kind: str
    document: str | None
    party: str

    @property
    def inward(self) -> bool:
        """Whether it came in."""
        return self.kind in INWARD


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says; texts and days as they were.

    ``in_on`` is the first intake, ``out_on`` the way out where the thing is out; ``passings`` are
    all of them. What is given out for a time stays on the books.
    """

    started_on: date
    kind: LineKind
    case: str
    judgment: str | None
    asset: str
    description: str
    quantity: Decimal
    unit: str | None
    condition: str | None
    document: str | None
    in_on: date | None = None
    in_document: str | None = None
    place: str | None = None
    decision: str | None = None
    decided_on: date | None = None
    out_on: date | None = None
    out_document: str | None = None
    receiver: str | None = None
    balance: Decimal = Decimal(0)
    passings: tuple[Passing, ...] = ()

    @property
    def between(self) -> list[Passing]:
        """What came and left after the first intake, without the way out where it is out."""
        return list(self.passings[1 : None if self.out_on is None else -1])

    @property
    def lent(self) -> bool:
        """Whether it is given out for a time."""
        return bool(self.passings) and self.passings[-1].kind == LENT


def passed(cells: Cells, passings: Sequence[Passing]) -> Cells:
    """A line with when its thing came and left, and how much of it is on the books."""
    came = next((one for one in passings if one.inward), None)
    last = passings[-1] if passings else None
    out = None if last is None or last.inward else last
    stays = last is not None and (last.inward or last.kind == LENT)
    return msgspec.structs.replace(
        cells,
        in_on=came.on if came else None,
        in_document=came.document if came else None,
        out_on=out.on if out else None,
        out_document=out.document if out else None,
        receiver=out.party if out else None,
        balance=cells.quantity if stays else Decimal(0),
        passings=tuple(passings),
    )


def as_of(cells: Cells, on: date) -> Cells:
    """A line as it stood at the end of a day, without what came later."""
    cells = passed(cells, [one for one in cells.passings if one.on <= on])
    changes: dict[str, object] = {}
    if cells.decided_on is not None and cells.decided_on > on:
        changes |= {"decided_on": None, "decision": None}
    if cells.in_on is None:
        changes["place"] = None
    return msgspec.structs.replace(cells, **changes) if changes else cells


def name_of(register: int, year: int, quarter: int) -> str:
    """What a closing is called: 13/2027/1."""
    return f"{register}/{year}/{quarter}"


def year_named(number: int, begins: str, ends: str) -> StatYear:
    """The statistical year of a number for a start and an end such as 10-01 and 09-30."""
    end = _day(number, ends)
    start = _day(number, begins)
    return StatYear(number, start if start <= end else _day(number - 1, begins), end)


def year_of(on: date, begins: str, ends: str) -> StatYear:
    """The statistical year in which a day falls."""
    year = year_named(on.year, begins, ends)
    return year if on <= year.ends_on else year_named(on.year + 1, begins, ends)


def digest_of(cells: Mapping[str, object]) -> str:
    """SHA-256 over what a line says."""
    return hashlib.sha256(msgspec.json.encode(cells, order="sorted")).hexdigest()


def chained(previous: str, line: str) -> str:
    """SHA-256 that binds a frozen line, or a closing, to the one before it."""
    return hashlib.sha256(f"{previous}{line}".encode()).hexdigest()


def amended(was: Mapping[str, object], now: Mapping[str, object]) -> dict[str, object]:
    """What a frozen line said in the columns that say something else now.

    A column that was empty and is filled later is no amendment, nor is one that follows the work.
    """
    return {
        name: value
        for name, value in was.items()
        if value is not None and name not in FILLED_LATER and now.get(name) != value
    }


def amended_since(
    frozen: Sequence[Mapping[str, Any]],
    now: Mapping[str, object],
    differs: Callable[[Mapping[str, object], Mapping[str, object]], dict[str, object]],
) -> Iterator[tuple[str, object, date | None]]:
    """What each closing found changed against the one before it, and what changed since."""
    for one, following in zip_longest(frozen, frozen[1:]):
        then = now if following is None else following["cells"]
        on = None if following is None else date.fromisoformat(following["on"])
        for column, was in differs(one["cells"], then).items():
            yield column, was, on


def shown(was: object) -> str:
    """What a frozen cell said, as the register writes it: days from day to year."""
    text = str(was)
    return f"{text[8:]}/{text[5:7]}/{text[:4]}" if _ISO.match(text) else text


def _day(year: int, month_day: str) -> date:
    month, day = map(int, month_day.split("-"))
    return date(year, month, day)


def _months_after(on: date, n: int) -> date:
    months = on.month - 1 + n
    return on.replace(year=on.year + months // 12, month=months % 12 + 1)


labels(
    {
        LineKind.SEIZURE: _("Seized"),
        LineKind.EVIDENCE: _("Evidence"),
        LineKind.TEMPORARY_HOLDING: _("Temporary holding"),
        Signs.KEEPER: _("Warehouse keeper"),
        Signs.ACCOUNTANT: _("Enforcement accountant"),
        Signs.HEAD: _("Head of office"),
    }
)
