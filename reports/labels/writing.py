"""A run of labels as PDF, written straight from its boxes: codes as pictures of one bit a square.

A thousand labels are a thousand times the same few marks, for which HTML is a long way round: this
takes a tenth of the time, needs no process of its own, and asks viewers to print at actual size.
"""

import hashlib
from collections.abc import Sequence
from io import BytesIO

import msgspec
import pydyf

from inventory.labels.rules import Format, Spot
from reports.labels.layout import LEADING, POINTS, Box, Line
from reports.labels.typeface import NAME, UNITS, Typeface, typeface_for

TITLE = "Tem nhãn"
FRAME = 0.3
"""Breadth of a frame's line, in points."""


class DrawnLabel(msgspec.Struct, frozen=True):
    """A label on its page: its code as rows of squares, dark ones true, and its lines."""

    spot: Spot
    code: list[list[bool]]
    lines: list[Line]


class Sheet(msgspec.Struct, frozen=True):
    """A page with its labels, and frames where edges are to be seen."""

    labels: list[DrawnLabel]
    frames: Sequence[Spot] = ()


def write_pdf(fmt: Format, code: Box, text: Box, sheets: Sequence[Sheet]) -> bytes:
    """The pages as a PDF at true millimetres; the same pages give the same bytes."""
    pdf = pydyf.PDF()
    pdf.info["Title"] = pydyf.String(TITLE)
    pdf.catalog["Lang"] = pydyf.String("vi")
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"PrintScaling": "/None"})
    texts = {line.text for sheet in sheets for label in sheet.labels for line in label.lines}
    face = typeface_for(texts)
    font = _font(pdf, face)
    width, height = (side * POINTS for side in fmt.page)
    for sheet in sheets:
        stream = pydyf.Stream(compress=True)
        for spot in sheet.frames:
            _frame(stream, fmt, spot)
        for label in sheet.labels:
            _code(stream, fmt, code, label)
            for line in label.lines:
                below = fmt.page[1] - label.spot.top - line.top
                _line(stream, face, line, label.spot.left + text.left, below)
        pdf.add_object(stream)
        box = pydyf.Array([0, 0, round(width, 3), round(height, 3)])
        fonts = pydyf.Dictionary({"Font": pydyf.Dictionary({"F": font.reference})})
        pdf.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": pdf.pages.reference,
                    "MediaBox": box,
                    "Contents": stream.reference,
                    "Resources": fonts,
                }
            )
        )
    return _bytes(pdf)


def _bytes(pdf: pydyf.PDF) -> bytes:
    every = hashlib.sha256(b"".join(item.data for item in pdf.objects if item.free != "f"))
    file = BytesIO()
    pdf.write(file, identifier=every.hexdigest()[:32].encode(), compress=True)
    return file.getvalue()


def _frame(stream: pydyf.Stream, fmt: Format, spot: Spot) -> None:
    bottom = fmt.page[1] - spot.top - fmt.height
    sides = (spot.left, bottom, fmt.width, fmt.height)
    stream.stream.append(f"{FRAME} w {' '.join(_points(side) for side in sides)} re S")


def _code(stream: pydyf.Stream, fmt: Format, box: Box, label: DrawnLabel) -> None:
    left, top = label.spot.left + box.left, label.spot.top + box.top
    bottom = fmt.page[1] - top - box.height
    where = f"{_points(box.width)} 0 0 {_points(box.height)} {_points(left)} {_points(bottom)}"
    n = len(label.code)
    stream.stream.append(f"q {where} cm BI /W {n} /H {n} /BPC 1 /CS /G /F /AHx ID")
    stream.stream.append(b"".join(map(_row, label.code)).hex().encode() + b"> EI Q")


def _row(squares: list[bool]) -> bytes:
    """Squares as bits, eight to a byte, light ones set."""
    bits = "".join("0" if dark else "1" for dark in squares)
    padded = bits.ljust(-(-len(bits) // 8) * 8, "1")
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


def _line(stream: pydyf.Stream, face: Typeface, line: Line, left: float, top: float) -> None:
    """A line of text; its base is where a line of that leading would have it."""
    high = (face.ascent - face.descent) / UNITS
    base = line.size * ((LEADING - high) / 2 + face.ascent / UNITS) / POINTS
    where = f"{_points(left)} {_points(top - base)}"
    stream.stream.append(f"BT /F {line.size} Tf {where} Td <{face.coded(line.text)}> Tj ET")


def _points(millimetres: float) -> str:
    return f"{millimetres * POINTS:.3f}"


def _font(pdf: pydyf.PDF, face: Typeface) -> pydyf.Dictionary:
    """The font as PDF has it: the file, how broad its letters are, and which letters they are."""
    name = f"/{hashlib.sha256(face.file).hexdigest()[:6].translate(_CAPITALS)}+{NAME}"
    file = pydyf.Stream([face.file], {"Length1": len(face.file)}, compress=True)
    pdf.add_object(file)
    described = pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4,
            "FontBBox": pydyf.Array([-200, face.descent, 1200, face.ascent]),
            "ItalicAngle": 0,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": 700,
            "StemV": 120,
            "FontFile2": file.reference,
        }
    )
    pdf.add_object(described)
    breadths = pydyf.Array()
    for number, wide in face.breadths.items():
        breadths.extend([number, f"[{wide}]"])
    letters = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            "FontDescriptor": described.reference,
            "CIDToGIDMap": "/Identity",
            "W": breadths,
        }
    )
    pdf.add_object(letters)
    meaning = pydyf.Stream([_meaning(face).encode()], compress=True)
    pdf.add_object(meaning)
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([letters.reference]),
            "ToUnicode": meaning.reference,
        }
    )
    pdf.add_object(font)
    return font


_CAPITALS = str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP")


def _meaning(face: Typeface) -> str:
    """Which letter each number stands for, so that text can be searched and copied."""
    pairs = [
        f"<{number:04x}> <{letter.encode('utf-16-be').hex()}>"
        for letter, number in face.glyphs.items()
    ]
    blocks = [pairs[n : n + 100] for n in range(0, len(pairs), 100)]
    maps = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "/CMapName /Adobe-Identity-UCS def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{maps}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
