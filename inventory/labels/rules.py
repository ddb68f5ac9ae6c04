"""What a label holds and how a scan is read; sizes of labels; why one is printed again.

A label shows a number and a QR code and nothing of the case: whoever finds one learns nothing.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from inventory.assets.rules import PREFIX as ASSET_PREFIX
from inventory.base.errors import Invalid, NotFound, OutOfPlace, Overtaken
from inventory.base.messages import _, labels
from inventory.base.references import check_digit, reference
from inventory.base.said import tidy

PLACE_PREFIX = "VT"
"""First letters of a place's number (vị trí). Neither they nor TS hold a vowel, so that a keyboard
that is set to Vietnamese leaves a scanned number as it is."""

SHOWN = 7
"""A number is shown with so many digits, zeros in front."""

MOST = 1000
"""So many labels are printed at once; what is more follows in a second run."""

DRAWN_FOR = timedelta(hours=1)
"""So long a run's file is given again, for a jammed printer; later it is a print with a reason."""


class LabelKind(StrEnum):
    """What a label is stuck on."""

    ASSET = "asset"
    PLACE = "place"


class Reason(StrEnum):
    """Why a label that was printed before is printed again."""

    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    LOST = "lost"
    REPACKED = "repacked"
    MISPRINTED = "misprinted"
    OTHER = "other"


class Paper(StrEnum):
    """What labels come on."""

    SHEET = "sheet"
    ROLL = "roll"


class UnknownCode(NotFound):
    """No asset or place in sight has that number; one of a foreign office reads the same."""

    code = "unknown_code"


class MistypedCode(Invalid):
    """The check digit does not fit the number."""

    code = "mistyped_code"


class OtherInstallation(NotFound):
    """The label was printed by another installation of the program."""

    code = "other_installation"


class WrongLabel(OutOfPlace):
    """An asset's label where a place's is wanted, or the other way round."""

    code = "wrong_label"


class NeverTakenIn(OutOfPlace):
    """Only what has an entry in the custody ledger gets a label."""

    code = "never_taken_in"


class JustPrinted(Overtaken):
    """Somebody else printed one of these labels in the same moment."""

    code = "label_just_printed"


class NoLongerDrawn(OutOfPlace):
    """The file of a run is given for a while only."""

    code = "label_run_over"


class Code(msgspec.Struct, frozen=True):
    """A number that was scanned or typed; ``mark`` where the label named its installation."""

    kind: LabelKind
    number: int
    reference: str
    mark: str | None = None


Millimetres = Annotated[float, msgspec.Meta(ge=0, le=1000)]

A4 = (210.0, 297.0)


class Format(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A size of label on its paper."""

    code: str
    paper: Paper
    width: Millimetres
    height: Millimetres
    columns: int = 1
    rows: int = 1
    left: Millimetres = 0.0
    top: Millimetres = 0.0
    across: Millimetres = 0.0
    down: Millimetres = 0.0
    pad: Millimetres = 1.5

    @property
    def each(self) -> int:
        """How many labels are on a page."""
        return self.columns * self.rows

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of a page."""
        return A4 if self.paper is Paper.SHEET else (self.width, self.height)


class Spot(msgspec.Struct, frozen=True):
    """Where a label lies: its page from 0, and its upper left corner there."""

    page: int
    left: float
    top: float


def spots(fmt: Format, start: int, n: int) -> Iterator[Spot]:
    """The places of n labels, row by row; ``start`` is the first free one of the first page."""
    for position in range(start - 1, start - 1 + n):
        page, on_page = divmod(position, fmt.each)
        row, column = divmod(on_page, fmt.columns)
        yield Spot(page, fmt.left + column * fmt.across, fmt.top + row * fmt.down)


def pages_of(fmt: Format, start: int, n: int) -> int:
    """How many pages a run takes."""
    return -(-(start - 1 + n) // fmt.each)


@cache
def formats() -> dict[str, Format]:
    """The sizes there are, by their codes."""
    path = Path(__file__).parent / "seed" / "formats.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))["format"]
    return {fmt.code: fmt for fmt in msgspec.convert(told, list[Format], strict=False)}


def format_of(code: str) -> Format:
    """The size of a code.

    Raises Invalid.
    """
    if code not in formats():
        raise Invalid(_("Choose one of the given values."), field="format")
    return formats()[code]


def check_start(fmt: Format, start: int) -> None:
    """Refuse to begin behind the last label of a page.

    Raises Invalid.
    """
    if not 1 <= start <= fmt.each:
        raise Invalid(_("A sheet has the labels 1 to %(n)s."), field="start", n=fmt.each)


def place_reference(place_id: int) -> str:
    """The number of a place as its label shows it."""
    return reference(PLACE_PREFIX, place_id)


def qr_text(address: str, mark: str, ref: str) -> str:
    """What the QR code of a label holds: an address that any camera opens.

    All capitals, so that the code has few and large squares; without a public address of the
    installation only the path, which the program's own search understands.
    """
    return f"{address}/L/{mark}/{ref}".upper()


_KINDS = {ASSET_PREFIX: LabelKind.ASSET, PLACE_PREFIX: LabelKind.PLACE}
_PREFIX = "|".join(_KINDS)
_GAP = r"[\s._\-\u2010-\u2015]"
_SCANNED = re.compile(rf"(?:^|/)L/(\d{{4}})/({_PREFIX})-?(\d{{7,18}}?)-?(\d)/?$")
_ADDRESS = re.compile(r"(?:^|/)L/\d{4}/")
_TYPED = re.compile(
    rf"^({_PREFIX}){_GAP}*(?:(\d{{1,18}}){_GAP}+(\d)|(\d{{7,17}})(\d))$", re.IGNORECASE
)


def read_code(text: str) -> Code | None:
    """The number in what was scanned or typed, None where it is not a code at all.

    Only the end of an address counts: a keyboard set to Vietnamese changes letters of the name
    of a machine, and the mark says whose label it is.
    Raises MistypedCode.
    """
    said = tidy(text).upper()
    mark: str | None = None
    if scanned := _SCANNED.search(said):
        mark, prefix, number, digit = scanned.groups()
    elif typed := _TYPED.match(said):
        prefix, number, digit = typed[1], typed[2] or typed[4], typed[3] or typed[5]
    elif _ADDRESS.search(said):
        raise MistypedCode(_("This code was read only in part; scan it again."), field="q")
    else:
        return None
    if check_digit(int(number)) != int(digit) or len(number) > max(SHOWN, len(str(int(number)))):
        raise MistypedCode(
            _("%(code)s is not a number of ours: a digit is wrong or two are swapped."),
            field="q",
            code=f"{prefix}-{number}-{digit}",
        )
    return Code(_KINDS[prefix], int(number), f"{prefix}-{int(number):0{SHOWN}d}-{digit}", mark)


labels(
    {
        LabelKind.ASSET: _("Assets"),
        LabelKind.PLACE: _("Places"),
        Reason.DAMAGED: _("Damaged"),
        Reason.UNREADABLE: _("Cannot be read any more"),
        Reason.LOST: _("Lost or fallen off"),
        Reason.REPACKED: _("Packed anew"),
        Reason.MISPRINTED: _("Printed badly"),
        Reason.OTHER: _("Another reason"),
        Paper.SHEET: _("A4 sheets"),
        Paper.ROLL: _("Label printer"),
    }
)
