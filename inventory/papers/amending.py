"""What an amendment may set right: words that stand on the paper, and never a sum of money; pure.

An error that changes the matter is recalled and replaced (C04/23 Art. 36(4)).
"""

import re
from collections.abc import Iterable
from html import unescape
from unicodedata import normalize

_TAG = re.compile(r"<[^>]*>")
_UNSEEN = re.compile(r"<(style|script|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_UNITS = frozenset({"đồng", "đ", "vnd", "vnđ", "nghìn", "ngàn", "triệu", "tỷ", "tỉ"})
_NUMERALS = frozenset(
    {"không", "một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "nhăm", "sáu", "bảy", "bẩy"}
    | {"tám", "chín", "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ"}
    | {"linh", "lẻ", "rưỡi"}
)
_GROUPS = re.compile(r"\d{1,3}(?:[., ]\d{3})+(?!\d)")
_COUNTED = re.compile(r"(\d+(?:[.,]\d+)*)\s*(đồng|đ|vnđ|vnd|nghìn|ngàn|triệu|tỷ|tỉ)\b")


def folded(text: str) -> str:
    """A text as it is compared: composed, in small letters, runs of blanks as one."""
    return " ".join(normalize("NFC", text).casefold().split())


def words_of_page(html: str) -> tuple[str, str]:
    """The words of a laid-out page, with parts that touch kept together, and kept apart."""
    seen = _UNSEEN.sub(" ", html)
    return folded(unescape(_TAG.sub("", seen))), folded(unescape(_TAG.sub(" ", seen)))


def after_passage(passage: str, words: Iterable[str]) -> str | None:
    """What follows a passage where it stands in some words; None where it stands in none.

    A part of a number is no passage.
    """
    wanted = folded(passage)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    behind = r"(?!\d)(?![.,]\d)" if wanted[-1:].isdigit() else ""
    pattern = re.compile(before + re.escape(wanted) + behind)
    for text in words:
        found = pattern.search(text)
        if found is not None:
            return text[found.end() :]
    return None


def changes_money(reads: str, shall_read: str, follows: str = "") -> bool:
    """Whether an amount of money, in digits or in words, differs between two passages.

    ``follows`` is what stands behind the passage: a unit of money there makes its figure an amount.
    """
    unit = next(iter(follows.split()), "").strip(".,;:()") if reads else ""
    behind = f" {unit}" if unit in _UNITS else ""
    return _amounts(folded(reads) + behind) != _amounts(folded(shall_read) + behind)


def _amounts(text: str) -> tuple[list[str], list[str]]:
    figures = [re.sub(r"\D", "", one) for one in _GROUPS.findall(text)]
    figures += [" ".join(one) for one in _COUNTED.findall(_GROUPS.sub(" ", text))]
    words = re.findall(r"\w+", text)
    numerals = [one for one in words if one in _NUMERALS] if _UNITS & set(words) else []
    return figures, numerals
