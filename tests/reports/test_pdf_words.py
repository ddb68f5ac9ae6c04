"""Amounts in Vietnamese words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pdf.words import dong_in_words, number_in_words

WORDS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def heard(words: str) -> int:
    """The number somebody understands who hears the words; shares nothing with the code."""
    before, after, group, digit = 0, 0, 0, 0
    for word in words.split():
        if word in WORDS:
            digit = WORDS[word]
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group, digit = group + 10 * digit, 0
        elif word == "trăm":
            group, digit = group + 100 * digit, 0
        elif word in SCALES:
            after, group, digit = after + (group + digit) * SCALES[word], 0, 0
        elif word == "tỷ":
            before, after, group, digit = (before + after + group + digit) * 10**9, 0, 0, 0
        else:
            assert word in {"linh", "lẻ"}, word
    return before + after + group + digit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1_000, "một nghìn"),
        (1_001, "một nghìn không trăm linh một"),
        (1_010, "một nghìn không trăm mười"),
        (2_024, "hai nghìn không trăm hai mươi tư"),
        (21_000, "hai mươi mốt nghìn"),
        (1_000_000, "một triệu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (450_000_000, "bốn trăm năm mươi triệu"),
        (1_000_000_000, "một tỷ"),
        (5_000_020_000, "năm tỷ không trăm hai mươi nghìn"),
        (
            28_654_599_633,
            "hai mươi tám tỷ sáu trăm năm mươi tư triệu năm trăm chín mươi chín nghìn"
            " sáu trăm ba mươi ba",
        ),
        (1_000_000_000_000, "một nghìn tỷ"),
        (1_234_000_000_000, "một nghìn hai trăm ba mươi tư tỷ"),
        (50_000_000_000_000, "năm mươi nghìn tỷ"),
        (1_000_000_000_005, "một nghìn tỷ không trăm linh năm"),
        (-15, "âm mười lăm"),
    ],
)
def test_a_number_is_read_as_on_official_papers(number: int, words: str):
    assert number_in_words(number) == words


def test_the_south_says_le_where_the_north_says_linh():
    assert number_in_words(105, empty_ten="lẻ") == "một trăm lẻ năm"
    assert number_in_words(1_001, empty_ten="lẻ") == "một nghìn không trăm lẻ một"


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_who_hears_the_words_understands_the_number(number: int):
    assert heard(number_in_words(number)) == number


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_fifteen_is_never_muoi_nam_and_twenty_one_never_muoi_mot(number: int):
    words = f" {number_in_words(number)} "
    for wrong in (" mươi một ", " mươi bốn ", " mươi năm ", " mười năm ", " mười mốt "):
        assert wrong not in words


def test_an_amount_begins_with_a_capital_and_ends_with_the_currency():
    assert dong_in_words(Decimal("120000000.00")) == "Một trăm hai mươi triệu đồng"
    assert dong_in_words(Decimal(0)) == "Không đồng"


def test_a_part_of_a_dong_is_not_read():
    with pytest.raises(ValueError, match="no fractions"):
        dong_in_words(Decimal("1.5"))
