"""Texts for people: marked here in English, translated at the edge in the reader's language."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum

_labels: dict[tuple[type, str], str] = {}
_of_code: dict[str, set[str]] = defaultdict(set)


def _(msgid: str) -> str:
    """Mark a text for the catalogue; placeholders are written ``%(name)s``."""
    return msgid


def labels(mapping: Mapping[StrEnum, str]) -> None:
    """Give the members of a code list their texts; codes are stored, texts are shown.

    Lists that share a code are given apart: in one dictionary the second would replace the first.
    """
    for member, text in mapping.items():
        _labels[type(member), member] = text
        _of_code[str(member)].add(text)


def label_of(member: StrEnum | str) -> str:
    """The untranslated text of a code, the code itself where it has none.

    A bare code, as a row holds it, has a text where all lists that know it agree on one.
    """
    if isinstance(member, StrEnum):
        return _labels.get((type(member), member), str(member))
    texts = _of_code.get(member, ())
    return next(iter(texts)) if len(texts) == 1 else member
