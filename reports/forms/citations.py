"""Articles as a Vietnamese paper cites them: short in tables, in full in the legal bases."""

import re
from collections.abc import Iterable
from functools import cache

from auction.legal_rules import words
from reports.pdf.typesetting import words_of

SHORT_NAMES = ("review_dossier/labels.html", "laws")

_PLAIN = re.compile(r"(?:(?<=^)|(?<=; ))(?:Điều \d+, )+Điều \d+ ")


def cite(article: str) -> str:
    """``L25 Art. 83(3)`` is khoản 3 Điều 83 Luật THADS 2025."""
    text = words.cite(article).vi
    for full, short in _names().items():
        text = text.replace(full, short)
    return _PLAIN.sub(lambda run: "Điều " + run[0].replace("Điều ", ""), text)


def texts_of(articles: Iterable[str | None]) -> list[tuple[str, str]]:
    """The texts some articles belong to, in order, each with its short name where it has one."""
    codes = {part.partition(" Art. ")[0].strip() for a in articles if a for part in a.split(";")}
    named = [(word.vi, _names().get(word.vi, "")) for code, word in _sources() if code in codes]
    return [(full, "" if full.replace(" số ", " ") == short else short) for full, short in named]


@cache
def _names() -> dict[str, str]:
    short = words_of(*SHORT_NAMES)
    return {word.vi: short[code] for code, word in _sources() if code in short}


def _sources() -> list[tuple[str, words.Word]]:
    return list(words.vocabulary()["sources"].items())
