"""From the cells of a row to our records."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from auction.imports.rows import RowReader, RowRefused
from auction.imports.rules import TARGETS, FilesUnreadable
from auction.imports.schemas import ProfileFile

HEAD = """
title = "t"
source = "s"
currency = "VND"
time_zone = "Asia/Ho_Chi_Minh"
office.code = "O"
codes.words = { a = "first", b = "" }
[files.x.columns]
id = "text"
part = "text?"
letter = "text?"
at = "moment?"
price = "amount?"
result = "text?"
[files.x]
key = ["id"]
"""
HEADER = ["id", "part", "letter", "at", "price", "result"]


def reader(records: str, header=HEADER) -> RowReader:
    profile = msgspec.toml.decode(HEAD + records, type=ProfileFile)
    return RowReader("x", profile.files["x"], profile, header, Decimal(1))


def case(note: str, cells: list[str]) -> object:
    """The note of a case whose note is made as said."""
    ((name, (key, *fields)),) = reader(f'case.ref = "id"\ncase.note = {note}').read(cells)
    assert (name, key) == ("case", cells[0])
    return dict(zip(TARGETS["case"].fields, fields, strict=True))["note"]


@pytest.mark.parametrize(
    ("said", "cells", "note"),
    [
        ('"part"', ["1", "x", "", "", "", ""], "x"),
        ('"part"', ["1", " ", "", "", "", ""], None),
        ('"{part} of {id}"', ["1", "x", "", "", "", ""], "x of 1"),
        ('"{part} of {id}"', ["1", "", "", "", "", ""], None),
        ('"100 % {id}"', ["1", "", "", "", "", ""], "100 % 1"),
        ('["part", "letter"]', ["1", "", "a", "", "", ""], "a"),
        ('["part", "letter"]', ["1", "", "", "", "", ""], None),
        ('{ value = "same" }', ["1", "", "", "", "", ""], "same"),
        ('{ column = "letter", codes = "words" }', ["1", "", "a", "", "", ""], "first"),
        ('{ column = "letter", codes = "words" }', ["1", "", "b", "", "", ""], None),
        ('{ column = "letter", codes = "words" }', ["1", "", "", "", "", ""], None),
        (
            '{ join = ["part", "no {id}", { column = "letter", codes = "words" }] }',
            ["1", "x", "a", "", "", ""],
            "x, no 1, first",
        ),
        ('{ join = ["part", "letter"], separator = " / " }', ["1", "", "a", "", "", ""], "a"),
        ('{ join = ["part", "letter"] }', ["1", "", "", "", "", ""], None),
        ('"at"', ["1", "", "", "2026-08-01T18:30:00Z", "", ""], "2026-08-02 01:30"),
        ('"since {at}"', ["1", "", "", "2026-08-01T18:30:00Z", "", ""], "since 2026-08-02 01:30"),
        ('"price"', ["1", "", "", "", "700", ""], "700"),
    ],
)
def test_a_field_is_made_as_the_profile_says(said, cells, note):
    assert case(said, cells) == note


def test_a_moment_gives_the_day_of_the_sources_clocks():
    read = reader('round.of_lot = "id"\nround.number = { value = "1" }\nround.held_on = "at"').read
    ((_name, (_key, *fields)),) = read(["1", "", "", "2026-08-01T18:30:00Z", "", ""])
    made = dict(zip(TARGETS["round"].fields, fields, strict=True))
    assert (made["number"], made["held_on"]) == (1, date(2026, 8, 2))


def test_a_moment_stays_a_moment_where_one_is_wanted():
    read = reader('round.of_lot = "id"\nround.number = { value = "1" }\nround.opens_at = "at"').read
    ((_name, (_key, *fields)),) = read(["1", "", "", "2026-08-01T18:30:00Z", "", ""])
    made = dict(zip(TARGETS["round"].fields, fields, strict=True))
    assert made["opens_at"] == datetime(2026, 8, 1, 18, 30, tzinfo=UTC)


VALUED = (
    'valuation.ref = "id"\nvaluation.of_lot = "id"\nvaluation.amount = "price"\n'
    'valuation.valued_on = "at"'
)


@pytest.mark.parametrize("price", ["", "0"])
def test_a_record_without_what_it_needs_is_not_made(price):
    assert reader(VALUED).read(["1", "", "", "2026-08-01T18:30:00Z", price, ""]) == []


def test_a_row_without_what_its_record_must_have_is_refused():
    with pytest.raises(RowRefused) as refused:
        reader(VALUED).read(["1", "", "", "", "700", ""])
    assert [reason[0] for reason in refused.value.reasons] == ["valued_on"]


def test_a_row_of_another_width_is_refused():
    with pytest.raises(RowRefused) as refused:
        reader('case.ref = "id"').read(["1", "2"])
    ((_where, msgid, params),) = refused.value.reasons
    assert msgid % params == "the row has 2 cells, the header 6"


def test_everything_that_is_wrong_with_a_row_is_named():
    with pytest.raises(RowRefused) as refused:
        reader('case.ref = "id"').read(["", "", "", "soon", "-5", ""])
    assert [reason[0] for reason in refused.value.reasons] == ["id", "at", "price"]


def test_a_code_the_profile_does_not_know_refuses_the_row():
    with pytest.raises(RowRefused) as refused:
        reader('case.ref = "id"\ncase.note = { column = "letter", codes = "words" }').read(
            ["1", "", "z", "", "", ""]
        )
    ((where, msgid, params),) = refused.value.reasons
    assert (where, msgid % params) == ("letter", "z is not one of the codes of the profile")


SOLD = """
round.of_lot = "id"
round.number = { value = "1" }
round.sale_price = "price"
round.outcome = { column = "result", codes = "results" }
[codes.results]
sold = "sold"
failed = "failed_no_bid"
"""


def test_a_price_without_a_sale_refuses_the_row():
    read = reader(SOLD).read
    assert read(["1", "", "", "", "700", "sold"])
    assert read(["1", "", "", "", "", "failed"])
    with pytest.raises(RowRefused, match="a price without a sale"):
        read(["1", "", "", "", "700", "failed"])


def test_columns_may_come_in_another_order_and_with_others():
    header = ["extra", *reversed(HEADER)]
    ((_name, (_key, ref, *_rest)),) = reader('case.ref = "id"', header).read(
        ["?", "", "", "", "", "", "7"]
    )
    assert ref == "7"


def test_missing_columns_refuse_the_file_and_are_named():
    with pytest.raises(FilesUnreadable, match=r"x.csv lacks the columns part, price; it has id"):
        reader('case.ref = "id"', ["id", "letter", "at", "result"])
