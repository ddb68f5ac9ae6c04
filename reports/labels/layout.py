"""Where code and number lie on a label, in millimetres and points, for every size of label."""

import re

import msgspec

from inventory.labels.rules import Format
from reports.labels.typeface import breadth

POINTS = 72 / 25.4
"""Points in a millimetre."""

LEADING = 1.15
GAP = 1.2
LARGEST = 30.0


class Box(msgspec.Struct, frozen=True):
    """A rectangle on a label."""

    left: float
    top: float
    width: float
    height: float


class Line(msgspec.Struct, frozen=True):
    """A line of a label: its text, its size in points and where it begins."""

    text: str
    size: float
    top: float


def code_box(fmt: Format) -> Box:
    """The square of the QR code: beside the number on broad labels, above it on high ones."""
    width, height = fmt.width - 2 * fmt.pad, fmt.height - 2 * fmt.pad
    if _broad(fmt):
        side = min(height, width * 0.5, 45.0)
        return Box(fmt.pad, (fmt.height - side) / 2, side, side)
    side = min(width, height * 0.62, 60.0)
    return Box((fmt.width - side) / 2, fmt.pad, side, side)


def text_box(fmt: Format) -> Box:
    """What is left for the number."""
    code = code_box(fmt)
    if _broad(fmt):
        left = code.left + code.width + GAP
        return Box(left, fmt.pad, fmt.width - left - fmt.pad, fmt.height - 2 * fmt.pad)
    top = code.top + code.height + GAP
    return Box(fmt.pad, top, fmt.width - 2 * fmt.pad, fmt.height - top - fmt.pad)


def lines_of(fmt: Format, main: list[list[str]], small: list[str]) -> list[Line]:
    """The lines of a label in the middle of its height, the main text as large as the box allows.

    ``main`` are ways to break the main text into lines; the one that can be largest is taken.
    """
    box = text_box(fmt)
    room = box.height * POINTS - len(small) * _small(fmt) * LEADING
    size, texts = max(((_fit(way, box, room), way) for way in main), key=lambda fit: fit[0])
    sized = [(text, size) for text in texts] + [(text, _small(fmt)) for text in small]
    high = sum(points * LEADING for _text, points in sized) / POINTS
    top = box.top + max(0.0, (box.height - high) / 2)
    lines = []
    for text, points in sized:
        lines.append(Line(text, points, round(top, 3)))
        top += points * LEADING / POINTS
    return lines


def ways_of_number(number: str) -> list[list[str]]:
    """A number stays whole, or is broken after its letters."""
    prefix, dash, rest = number.partition("-")
    return [[number], [prefix + dash, rest]]


def ways_of_code(code: str) -> list[list[str]]:
    """A place's own code is broken after its dashes and blanks, or anywhere if it has none."""
    most = max(map(len, _PART.findall(code)))
    return [_packed(code, n) for n in range(min(most, LONGEST), max(len(code), most) + 1)]


LONGEST = 10
"""A part of a code that is longer is cut."""

_PART = re.compile(r"[^-/ ._]+[-/ ._]*|[-/ ._]+")


def _packed(code: str, most: int) -> list[str]:
    lines = [""]
    for whole in _PART.findall(code):
        for part in (whole[n : n + most] for n in range(0, len(whole), most)):
            if len(lines[-1]) + len(part) <= most:
                lines[-1] += part
            else:
                lines.append(part)
    return [line.strip() for line in lines if line.strip()]


def _broad(fmt: Format) -> bool:
    return fmt.width >= 1.2 * fmt.height


def _small(fmt: Format) -> float:
    return max(5.0, min(9.0, fmt.height * 0.22))


def _fit(texts: list[str], box: Box, room: float) -> float:
    """The largest size at which every text stands on its own line and all are within the box."""
    by_height = room / (len(texts) * LEADING)
    by_width = box.width * POINTS / max(map(breadth, texts))
    return round(min(LARGEST, by_height, by_width) - 0.05, 1)
