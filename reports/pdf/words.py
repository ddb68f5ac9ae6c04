"""Amounts in Vietnamese words, as they stand on receipts and decisions beside the figures."""

from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_BILLION = 10**9


def number_in_words(number: int, *, empty_ten: str = "linh") -> str:
    """Read a whole number; 105 has an empty ten: linh in the north, lẻ in the south."""
    if number < 0:
        return f"âm {number_in_words(-number, empty_ten=empty_ten)}"
    if number == 0:
        return _DIGITS[0]
    return " ".join(_read(number, empty_ten=empty_ten, follows=False))


def dong_in_words(amount: Decimal, *, empty_ten: str = "linh") -> str:
    """Một trăm hai mươi triệu đồng: first letter upper case, whole đồng only."""
    whole = int(amount)
    if whole != amount:
        raise ValueError(f"đồng have no fractions: {amount}")
    words = number_in_words(whole, empty_ten=empty_ten)
    return f"{words[0].upper()}{words[1:]} đồng"


def ordinal_in_words(number: int) -> str:
    """The place in a row as it follows ``thứ``: nhất, hai, ba, tư, năm …"""
    return {1: "nhất", 4: "tư"}.get(number) or number_in_words(number)


def _read(number: int, *, empty_ten: str, follows: bool) -> list[str]:
    """The words of a positive number; `follows` when words of higher places stand before it."""
    high, low = divmod(number, _BILLION)
    words: list[str] = []
    if high:
        words += [*_read(high, empty_ten=empty_ten, follows=follows), "tỷ"]
    for power in (2, 1, 0):
        group = low // 1000**power % 1000
        if group:
            words += _read_group(group, empty_ten=empty_ten, follows=follows or bool(words))
            words += [_SCALES[power]] if power else []
    return words


def _read_group(group: int, *, empty_ten: str, follows: bool) -> list[str]:
    """Three digits: hundreds are read, even empty ones, where higher places stand before them."""
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    words: list[str] = []
    if hundreds or follows:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0 and units and words:
        words.append(empty_ten)
    elif tens == 1:
        words.append("mười")
    elif tens:
        words += [_DIGITS[tens], "mươi"]
    if units:
        words.append(_unit_after(tens, units))
    return words


def _unit_after(tens: int, units: int) -> str:
    """21 is mốt, 24 is tư, 15 and 25 are lăm."""
    if tens >= 2 and units == 1:
        return "mốt"
    if tens >= 2 and units == 4:
        return "tư"
    if tens >= 1 and units == 5:
        return "lăm"
    return _DIGITS[units]
