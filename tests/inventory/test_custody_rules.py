"""The canonical form of an entry, its hash, and what breaks a chain."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inventory.custody.rules import (
    GENESIS,
    Break,
    CustodyKind,
    Entry,
    Held,
    Link,
    break_between,
    break_of_holding,
    canonical,
    entry_hash,
)

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


def entry(**said: Any) -> Entry:
    facts = {
        "asset_id": 1,
        "seq": 1,
        "kind": CustodyKind.TAKEN_IN,
        "from_place_id": None,
        "to_place_id": 4,
        "giver": "A",
        "receiver": "Kho",
        "reason": "Kê biên",
        "document": "",
        "at": AT,
        "staff_id": 2,
        "actor_name": "Thủ kho",
        "office_id": 3,
    }
    return Entry(**{**facts, **said})


def link(previous: bytes = GENESIS, **said: Any) -> Link:
    made = entry(**said)
    return Link(made, previous, entry_hash(made, previous))


def moved(after: Link, **said: Any) -> Link:
    facts = {"seq": 2, "kind": CustodyKind.MOVED, "from_place_id": 4, "to_place_id": 5}
    return link(after.hash, **{**facts, **said})


def test_the_form_names_the_length_of_every_field_in_bytes() -> None:
    assert canonical(entry(), b"\x01") == (
        "1:11:18:taken_in0:1:41:A3:Kho9:Kê biên0:16:17953992001234561:29:Thủ kho1:32:01".encode()
    )


def test_words_cannot_move_from_one_field_to_the_next() -> None:
    one = canonical(entry(giver="AB", receiver="C"), GENESIS)
    other = canonical(entry(giver="A", receiver="BC"), GENESIS)
    assert one != other


@pytest.mark.parametrize("name", [n for n in Entry.__struct_fields__ if n != "kind"])
def test_every_field_changes_the_hash(name: str) -> None:
    other: dict[str, Any] = {"at": AT.replace(microsecond=123457)}
    value = other.get(name, "other" if isinstance(getattr(entry(), name), str) else 99)
    assert entry_hash(entry(**{name: value}), GENESIS) != entry_hash(entry(), GENESIS)


def test_a_chain_that_continues_is_whole() -> None:
    first = link()
    second = moved(first)
    out = link(second.hash, seq=3, kind=CustodyKind.RELEASED, from_place_id=5, to_place_id=None)
    back = link(out.hash, seq=4)
    assert [break_between(a, b) for a, b in ((None, first), (first, second), (second, out))] == [
        None
    ] * 3
    assert break_between(out, back) is None


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        ({"seq": 3}, Break.SEQUENCE),
        ({"from_place_id": 9}, Break.ORIGIN),
        ({"kind": CustodyKind.TAKEN_IN}, Break.KIND),
        ({"kind": CustodyKind.RELEASED}, Break.KIND),
    ],
)
def test_a_link_that_does_not_follow_is_named(spoilt: dict[str, Any], expected: Break) -> None:
    first = link()
    assert break_between(first, moved(first, **spoilt)) is expected


def test_a_link_after_another_hash_is_named() -> None:
    first = link()
    stray = moved(first)._replace(previous=bytes(31) + b"\x01")
    assert break_between(first, stray) is Break.LINK


def test_changed_content_is_named() -> None:
    first = link()
    forged = Link(entry(giver="B"), first.previous, first.hash)
    assert break_between(None, forged) is Break.HASH


def test_a_chain_must_begin_with_a_taking_in_from_nowhere() -> None:
    assert break_between(None, link(from_place_id=4)) is Break.ORIGIN
    assert break_between(None, link(seq=2)) is Break.SEQUENCE


def held(last: Link, **said: Any) -> Held:
    e = last.entry
    left = Held(e.to_place_id, e.receiver, e.at, e.seq, last.hash, str(e.kind), None)
    return left._replace(**said)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"place_id": 5},
        {"receiver": "B"},
        {"since": AT.replace(year=2025)},
        {"seq": 2},
        {"hash": b""},
        {"kind": "moved"},
        {"home_place_id": 4},
    ],
)
def test_a_holding_says_what_the_last_link_says(spoilt: dict[str, Any]) -> None:
    last = link()
    assert break_of_holding(last, held(last)) is None
    assert break_of_holding(last, held(last, **spoilt)) is Break.HOLDING
    assert break_of_holding(last, None) is Break.HOLDING_MISSING


def test_an_asset_without_a_chain_is_in_no_place() -> None:
    nowhere = Held(None, "", AT, 0, GENESIS, "", None)
    assert break_of_holding(None, nowhere) is None
    assert break_of_holding(None, nowhere._replace(place_id=4)) is Break.HOLDING
    assert break_of_holding(None, nowhere._replace(seq=1)) is Break.HOLDING
