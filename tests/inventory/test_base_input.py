"""What comes in: text in one form, every fault named, structs inside structs."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.base.errors import Conflict, Invalid
from inventory.base.messages import label_of, labels
from inventory.base.said import Line, Number, Said, tidy
from inventory.base.web import decode_body, decode_form, faults_of


class Inner(Said, frozen=True):
    place: int
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=10)]


class Outer(Said, frozen=True, kw_only=True):
    number: Number
    day: date
    amount: Decimal = Decimal(1)
    remark: Line | None = None
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  a  ", "a"),
        ("ho\u0300a", "hòa"),
        ("a\x00b\x07c", "abc"),
        ("a\u00a0b", "a b"),
        ("a\r\nb", "a\nb"),
        ("\ufeffa\u200b", "a"),
        ("\ud800x", "x"),
        ("👨\u200d👩", "👨\u200d👩"),
        (" \t\n", ""),
    ],
)
def test_text_is_kept_in_one_form(raw: str, kept: str) -> None:
    assert tidy(raw) == kept


@given(st.text())
def test_tidying_twice_changes_nothing_more(raw: str) -> None:
    kept = tidy(raw)
    assert tidy(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert "\x00" not in kept
    kept.encode()


def test_a_blank_text_is_missing() -> None:
    assert msgspec.json.decode(
        '{"number":" 1 ","day":"2026-11-23","remark":"  "}', type=Outer
    ) == Outer(number="1", day=date(2026, 11, 23))
    with pytest.raises(ValueError, match="number is blank"):
        Outer(number=" ", day=date(2026, 11, 23))


class Visit(Said, frozen=True):
    came_at: datetime
    left_at: datetime | None = None


class Trip(Said, frozen=True):
    visit: Visit


def test_a_day_and_hour_may_come_without_seconds_as_browsers_send_them() -> None:
    came = datetime(2026, 8, 1, 9, 30)
    assert decode_form(Visit, {"came_at": "2026-08-01T09:30"}) == Visit(came)
    assert decode_form(Trip, {"visit.came_at": "2026-08-01T09:30:00"}) == Trip(Visit(came))
    assert decode_form(Trip, {"visit.came_at": "2026-08-01T09:30"}) == Trip(Visit(came))
    with pytest.raises(Invalid) as refused:
        decode_form(Visit, {"came_at": "2026-08-01"})
    assert set(refused.value.fields) == {"came_at"}


def test_a_form_and_an_object_give_the_same_struct() -> None:
    form = {"number": "1", "day": "2026-11-23", "inner.place": "4", "inner.reason": "x", "_t": "z"}
    body = b'{"number":"1","day":"2026-11-23","inner":{"place":4,"reason":"x"}}'
    assert decode_form(Outer, form) == decode_body(Outer, body)


def test_a_struct_inside_is_missing_where_nothing_of_it_is_given() -> None:
    form = {"number": "1", "day": "2026-11-23", "inner.place": "", "inner.reason": ""}
    assert decode_form(Outer, form).inner is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"{}", ["day", "number"]),
        (b'{"number":"1","day":"x","amount":"y"}', ["amount", "day"]),
        (b'{"number":"1","day":"2026-11-23","other":1}', ["other"]),
        (b'{"number":5,"day":"2026-11-23","inner":{}}', ["inner.place", "inner.reason", "number"]),
        (
            b'{"number":"1","day":"2026-11-23","inner":{"place":"a","reason":"x","other":1}}',
            ["inner.other", "inner.place"],
        ),
        (b'{"number":"1","day":"2026-11-23","inner":[]}', ["inner"]),
        (b'{"number":"1","day":"2026-11-23","inner":{"place":1,"reason":" "}}', ["inner.reason"]),
        (b'{"number":"\\u200b","day":"2026-11-23"}', ["number"]),
    ],
)
def test_every_fault_is_named(body: bytes, fields: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        decode_body(Outer, body)
    assert sorted(refused.value.fields) == fields


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode_body(Outer, body)


def test_a_form_shows_the_faults_of_its_fields_and_raises_all_else() -> None:
    refusal = Conflict("no", field="number")
    assert faults_of(refusal) == {"number": ("no", {})}
    other = Conflict("no")
    with pytest.raises(Conflict) as raised:
        faults_of(other)
    assert raised.value is other


class Fruit(StrEnum):
    PLUM = "d"


class Grade(StrEnum):
    FOURTH = "d"


def test_a_code_has_the_text_of_its_own_list() -> None:
    labels({Fruit.PLUM: "Plum"})
    labels({Grade.FOURTH: "Fourth"})
    assert (label_of(Fruit.PLUM), label_of(Grade.FOURTH)) == ("Plum", "Fourth")
    assert label_of("d") == "d"
    assert label_of("no such code") == "no such code"
