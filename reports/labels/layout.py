"""Where code and number lie on a label, in millimetres and points, for every size of label."""

from math import ceil

import msgspec

from inventory.labels.rules import Format

POINTS = 72 / 25.4
"""Points in a millimetre."""

BREADTH = 0.6
"""Breadth of a bold letter or digit, as a part of its size."""

LEADING = 1.15
GAP = 1.2
SIZES = [size / 2 for size in range(44, 7, -1)]


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


def lines_of(fmt: Format, main: str, small: list[str]) -> list[Line]:
    """The lines of a label, as large as the box allows, in the middle of its height.

    The number is broken after its prefix where that makes it larger; the code of a place anywhere.
    """
    box = text_box(fmt)
    room = box.height * POINTS - sum(_small(fmt) * LEADING for _line in small)
    whole, broken = _fit([main], box, room), _fit(_broken(main), box, room)
    size = max(whole, broken)
    texts = [main] if whole == size else _broken(main)
    parts = [part for text in texts for part in _cut(text, size, box)]
    sized = [(part, size) for part in parts] + [(line, _small(fmt)) for line in small]
    high = sum(points * LEADING for _text, points in sized) / POINTS
    top = box.top + max(0.0, (box.height - high) / 2)
    lines = []
    for text, points in sized:
        lines.append(Line(text, points, round(top, 3)))
        top += points * LEADING / POINTS
    return lines


def _broad(fmt: Format) -> bool:
    return fmt.width >= 1.2 * fmt.height


def _small(fmt: Format) -> float:
    return max(5.0, min(9.0, fmt.height * 0.22))


def _broken(main: str) -> list[str]:
    prefix, dash, rest = main.partition("-")
    return [prefix + dash, rest] if rest else [main]


def _fit(texts: list[str], box: Box, room: float) -> float:
    """The largest size at which every text stands on one line; else one at which they fit cut."""
    for size in SIZES:
        one_line = max(map(len, texts)) * size * BREADTH <= box.width * POINTS
        if one_line and len(texts) * size * LEADING <= room:
            return size
    for size in SIZES:
        if sum(len(_cut(text, size, box)) for text in texts) * size * LEADING <= room:
            return min(size, 8.0)
    return SIZES[-1]


def _cut(text: str, size: float, box: Box) -> list[str]:
    most = max(1, int(box.width * POINTS / (size * BREADTH)))
    return [text[n * most : (n + 1) * most] for n in range(ceil(len(text) / most))]
