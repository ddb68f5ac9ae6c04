"""Texts for people: marked here in English, translated at the edge in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum

_labels: dict[StrEnum, str] = {}


def _(msgid: str) -> str:
    """Mark a text for the catalogue; placeholders are written ``%(name)s``."""
    return msgid


def labels(mapping: Mapping[StrEnum, str]) -> None:
    """Give the members of a code list their texts; codes are stored, texts are shown."""
    _labels.update(mapping)


def label_of(member: StrEnum) -> str:
    """The untranslated text of a code, the code itself where it has none."""
    return _labels.get(member, str(member))
