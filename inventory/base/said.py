"""What people and programs send in: text is put into one form before anybody looks at it."""

import unicodedata
from functools import cache
from types import NoneType
from typing import Annotated, get_args

import msgspec

RowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""The number of a row, as far as the database counts."""

Line = Annotated[str, msgspec.Meta(max_length=300)]
"""A line of text."""

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
"""The number of a paper."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parent of every input: its texts are NFC, without blanks around them and control characters.

    An optional text that is blank counts as not given; a required one is refused.
    """

    def __post_init__(self) -> None:
        """Tidy the texts.

        Raises ValueError where a required one is blank; decoding makes a named fault of it.
        """
        for name, optional, may_be_empty in _texts(type(self)):
            value = getattr(self, name)
            if value is None:
                continue
            clean = tidy(value)
            if not clean and not optional and not may_be_empty:
                raise ValueError(f"{name} is blank")
            if clean != value:
                kept = None if optional and not clean else clean
                msgspec.structs.force_setattr(self, name, kept)


def tidy(text: str) -> str:
    """Text as it is kept: NFC, trimmed, its lines kept, other control characters gone."""
    if not text.isprintable():
        text = "".join(map(_kept, text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def _kept(letter: str) -> str:
    if letter.isprintable() or letter in "\n\t\u200c\u200d":
        return letter
    return " " if unicodedata.category(letter) == "Zs" else ""


@cache
def _texts(shape: type[msgspec.Struct]) -> tuple[tuple[str, bool, bool], ...]:
    """Each text field of a struct: its name, whether it may be missing, whether it may be empty."""
    found = []
    for field in msgspec.structs.fields(shape):
        kinds = {_bare(kind) for kind in (get_args(field.type) or (field.type,))}
        if str in kinds:
            found.append((field.name, NoneType in kinds, field.default == ""))
    return tuple(found)


def _bare(kind: object) -> object:
    return getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind
