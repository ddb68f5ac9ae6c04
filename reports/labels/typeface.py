"""The bold type of labels: the few letters a run needs, taken out of the font that is shipped."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from fontTools.subset import Options
    from fontTools.ttLib import TTFont

FILE = Path(__file__).resolve().parent.parent / "fonts" / "LiberationSerif-Bold.ttf"
NAME = "LiberationSerif-Bold"
BOX = "\u25a1"
"""Stands for a letter that the font does not have, so that the reader sees that one is missing."""

UNITS = 1000
"""Units of a letter's size in which PDF counts breadths."""


class Typeface(msgspec.Struct, frozen=True):
    """A part of the font: its file, and number and breadth of each letter in it."""

    file: bytes
    glyphs: dict[str, int]
    breadths: dict[int, int]
    ascent: int
    descent: int

    def coded(self, text: str) -> str:
        """A text as PDF writes it: the letters' numbers in hexadecimal."""
        return "".join(f"{self.glyphs.get(letter, 0):04x}" for letter in text)


def typeface_for(texts: set[str]) -> Typeface:
    """The type that writes these texts."""
    from fontTools.subset import Subsetter  # noqa: PLC0415 - loads slowly, labels are rare

    letters = known(set().union(*texts) | {" "})
    with _font() as font:
        worker = Subsetter(_options())
        worker.populate(text="".join(sorted(letters)))
        worker.subset(font)
        file = BytesIO()
        font.save(file, reorderTables=None)
        cmap, metrics = font.getBestCmap(), font["hmtx"]
        per_unit = UNITS / font["head"].unitsPerEm
        glyphs = {letter: font.getGlyphID(cmap[ord(letter)]) for letter in sorted(letters)}
        breadths = {
            number: round(metrics[font.getGlyphName(number)][0] * per_unit)
            for number in sorted(glyphs.values())
        }
        hhea = font["hhea"]
        return Typeface(
            file.getvalue(),
            glyphs,
            breadths,
            round(hhea.ascent * per_unit),
            round(hhea.descent * per_unit),
        )


def drawable(text: str) -> str:
    """The text with a box in the place of each letter that the font does not have."""
    have = known(set(text))
    return "".join(letter if letter in have else BOX for letter in text)


def breadth(text: str) -> float:
    """How broad a text is, as a multiple of its size."""
    return sum(_breadths().get(ord(letter), UNITS) for letter in text) / UNITS


def known(letters: set[str]) -> set[str]:
    """Those of the letters that the font has."""
    return {letter for letter in letters if ord(letter) in _breadths()}


@cache
def _breadths() -> dict[int, float]:
    with _font() as font:
        metrics, per_unit = font["hmtx"], UNITS / font["head"].unitsPerEm
        return {code: metrics[name][0] * per_unit for code, name in font.getBestCmap().items()}


def _font() -> "TTFont":
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above

    return TTFont(FILE, lazy=True, recalcTimestamp=False)


def _options() -> "Options":
    from fontTools.subset import Options  # noqa: PLC0415 - as above

    options = Options()
    options.layout_features = []
    options.name_IDs = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "GDEF", "GPOS", "GSUB", "FFTM"]
    return options
