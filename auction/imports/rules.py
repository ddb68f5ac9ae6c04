"""What can be imported: the fields of each of our records, and how the text of a cell is read.

Pure. A cell that cannot be read raises CellFault, which refuses its row and not the file.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

from auction.bidding.rules import Outcome
from auction.notices.rules import Place as NoticePlace
from auction.valuations.rules import ValuationMethod
from inventory.assets.rules import AssetKind
from inventory.base.errors import Invalid, Param
from inventory.base.messages import _
from inventory.base.money import DONG
from inventory.cases.rules import CaseKind
from inventory.evidence.rules import HoldKind

Value = str | int | Decimal | date | datetime | None
Convert = Callable[[str], Value]

LARGEST_AMOUNT = Decimal(10) ** 18
LONGEST_NUMBER = 9


class ProfileFaulty(Invalid):
    """The profile does not say how to read the files."""

    code = "profile_faulty"


class FilesUnreadable(Invalid):
    """The files of the source cannot be read as the profile describes them."""

    code = "files_unreadable"


class CellFault(Exception):
    """A cell that does not hold what its column should; refuses the row."""

    def __init__(self, msgid: str, **params: Param) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params


class Type(StrEnum):
    """What a column holds, and what a field of ours takes."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    AMOUNT = "amount"
    COUNT = "count"
    QUANTITY = "quantity"


class Field(msgspec.Struct, frozen=True):
    """A field of one of our records."""

    kind: Type = Type.TEXT
    required: bool = False
    default: str | None = None
    codes: type[StrEnum] | None = None


class Target(msgspec.Struct, frozen=True):
    """One of our records: its fields, which of them name it, and what it cannot be without.

    A row without a value for ``needs`` simply has no such record; a row without a value for a
    required field is refused.
    """

    fields: Mapping[str, Field]
    name: tuple[str, ...]
    needs: tuple[str, ...] = ()
    repeats: bool = False


TEXT = Field()
NAME = Field(required=True)
DAY = Field(Type.DAY)
AMOUNT = Field(Type.AMOUNT)
COUNT = Field(Type.COUNT)

TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "case": Target(
            {
                "ref": NAME,
                "number": TEXT,
                "kind": Field(default=CaseKind.IMPORTED, codes=CaseKind),
                "decision_on": DAY,
                "court": TEXT,
                "judgment": TEXT,
                "debtor_name": TEXT,
                "creditor_name": TEXT,
                "note": TEXT,
            },
            name=("ref",),
        ),
        "lot": Target(
            {
                "ref": NAME,
                "of_case": TEXT,
                "description": NAME,
                "currency": TEXT,
                "formed_on": DAY,
                "deposit": AMOUNT,
                "kind": Field(codes=AssetKind),
                "location": TEXT,
                "owner_name": TEXT,
            },
            name=("ref",),
        ),
        "asset": Target(
            {
                "ref": NAME,
                "of_case": TEXT,
                "of_lot": TEXT,
                "kind": Field(codes=AssetKind),
                "description": NAME,
                "identification": TEXT,
                "quantity": Field(Type.QUANTITY, default="1"),
                "unit": TEXT,
                "condition": TEXT,
                "owner_name": TEXT,
                "location": TEXT,
            },
            name=("ref",),
            repeats=True,
        ),
        "round": Target(
            {
                "of_lot": NAME,
                "number": Field(Type.COUNT, required=True),
                "starting_price": AMOUNT,
                "deposit": AMOUNT,
                "announced_on": DAY,
                "opens_at": Field(Type.MOMENT),
                "held_on": DAY,
                "organisation": TEXT,
                "venue": TEXT,
                "note": TEXT,
                "source_ref": TEXT,
                "outcome": Field(codes=Outcome),
                "source_code": TEXT,
                "reason": TEXT,
                "minutes": TEXT,
                "registered": COUNT,
                "sale_price": AMOUNT,
                "buyer_name": TEXT,
            },
            name=("of_lot", "number"),
        ),
        "announcement": Target(
            {
                "of_lot": NAME,
                "number": Field(Type.COUNT, required=True),
                "place": Field(default=NoticePlace.PORTAL, codes=NoticePlace),
                "name": TEXT,
                "source_number": TEXT,
                "from_on": Field(Type.DAY, required=True),
                "earlier": TEXT,
                "seller_bound": TEXT,
            },
            name=("of_lot", "number"),
            needs=("from_on",),
        ),
        "registration": Target(
            {
                "of_lot": NAME,
                "number": Field(Type.COUNT, required=True),
                "from_on": Field(Type.DAY, required=True),
                "until_on": DAY,
            },
            name=("of_lot", "number"),
            needs=("from_on",),
        ),
        "remark": Target(
            {"of_lot": NAME, "number": Field(Type.COUNT, required=True), "text": NAME},
            name=("of_lot", "number", "text"),
            repeats=True,
        ),
        "valuation": Target(
            {
                "ref": NAME,
                "of_lot": TEXT,
                "of_asset": TEXT,
                "amount": Field(Type.AMOUNT, required=True),
                "currency": TEXT,
                "method": Field(default=ValuationMethod.RECORDED, codes=ValuationMethod),
                "firm": TEXT,
                "certificate_number": TEXT,
                "valued_on": Field(Type.DAY, required=True),
                "note": TEXT,
            },
            name=("ref",),
            needs=("amount",),
        ),
        "seizure": Target(
            {
                "of_asset": NAME,
                "of_case": NAME,
                "decision_number": NAME,
                "decision_on": Field(Type.DAY, required=True),
                "minutes": TEXT,
            },
            name=("of_asset", "of_case", "decision_number"),
            needs=("decision_on",),
        ),
        "evidence": Target(
            {
                "of_asset": NAME,
                "of_case": TEXT,
                "kind": Field(default=HoldKind.EVIDENCE, codes=HoldKind),
                "agency": TEXT,
                "first_minutes": TEXT,
                "received_on": Field(Type.DAY, required=True),
            },
            name=("of_asset", "received_on"),
            needs=("received_on",),
        ),
    }
)
"""Our records in the order in which they are written.

What a lot says of kind, location, owner and deposit holds for its assets and rounds that say
nothing of it themselves; the agency of a case holds for its evidence.
"""

SALES = frozenset({Outcome.SOLD, Outcome.DEFAULTED})
"""Outcomes that may have a sale price."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d+", re.ASCII)


def converter(kind: Type, zone: ZoneInfo, unit: Decimal = DONG) -> Convert:
    """How a column's cells are read; an empty cell never gets here."""
    if kind is Type.AMOUNT:
        return lambda cell: amount(cell, unit)
    if kind is Type.MOMENT:
        return lambda cell: moment(cell, zone)
    return _CONVERTERS[kind]


@lru_cache(maxsize=8192)
def day(cell: str) -> date:
    """A day written 2026-08-01."""
    if _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    raise CellFault(_("%(value)s is not a day such as 2026-08-01"), value=_short(cell))


def moment(cell: str, zone: ZoneInfo) -> datetime:
    """A moment in ISO 8601; without an offset it is meant in the source's time zone."""
    if not _DAY.match(cell):
        raise CellFault(_("%(value)s is not a date and time in ISO 8601"), value=_short(cell))
    try:
        read = datetime.fromisoformat(cell)
    except ValueError:
        raise CellFault(
            _("%(value)s is not a date and time in ISO 8601"), value=_short(cell)
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=zone)


def amount(cell: str, unit: Decimal) -> Decimal:
    """An amount in plain digits, a whole multiple of its currency's smallest unit."""
    read = _number(cell)
    if read >= LARGEST_AMOUNT:
        raise CellFault(_("%(value)s is too large"), value=_short(cell))
    if read % unit:
        raise CellFault(
            _("%(value)s is finer than the currency's smallest unit %(unit)s"),
            value=_short(cell),
            unit=str(unit),
        )
    return read


def count(cell: str) -> int:
    """A whole number from 1 on."""
    if not _WHOLE.fullmatch(cell) or len(cell) > LONGEST_NUMBER or int(cell) == 0:
        raise CellFault(_("%(value)s is not a whole number from 1 on"), value=_short(cell))
    return int(cell)


def quantity(cell: str) -> Decimal:
    """How much there is: more than nothing, to a thousandth."""
    read = _number(cell)
    if read == 0 or read >= LARGEST_AMOUNT / 1000 or read % Decimal("0.001"):
        raise CellFault(_("%(value)s is not a quantity"), value=_short(cell))
    return read


def text(cell: str) -> str:
    """The words as they are."""
    return cell


def _number(cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell):
        raise CellFault(_("%(value)s is not a number in plain digits"), value=_short(cell))
    read = Decimal(cell)
    if read < 0:
        raise CellFault(_("%(value)s is negative"), value=_short(cell))
    return read


def _short(cell: str) -> str:
    return cell if len(cell) <= 60 else f"{cell[:60]}…"


_CONVERTERS: dict[Type, Convert] = {
    Type.TEXT: text,
    Type.DAY: day,
    Type.COUNT: count,
    Type.QUANTITY: quantity,
}
