"""The ledger in the database: what its trigger refuses, and that both compute the same hash."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory.assets.commands import Registered
from inventory.cases.models import EnforcementCase
from inventory.custody.entries import row_of
from inventory.custody.models import CustodyEntry
from inventory.custody.rules import GENESIS, CustodyKind, Entry, entry_hash
from inventory.warehouses.models import Place
from tests.make.inventory import make_asset
from tests.make.organisation import People

NAMES = ("asset_id", "seq", "kind", "from_place_id", "to_place_id", "giver", "receiver", "reason")
NAMES += ("document", "at", "staff_id", "actor_name", "office_id", "previous_hash")
IN_SQL = text(
    "SELECT kebien_custody_hash(ROW("
    + ", ".join(f":{name}" for name in NAMES)
    + ", CAST(NULL AS bytea))::custody_entry)"
)

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
ids = st.integers(1, 2**63 - 1)
moments = st.datetimes(
    datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)
) | st.integers(0, 999_999).map(
    lambda n: datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC) + timedelta(microseconds=n)
)
entries = st.builds(
    Entry,
    asset_id=ids,
    seq=ids,
    kind=st.sampled_from(CustodyKind),
    from_place_id=st.none() | ids,
    to_place_id=st.none() | ids,
    giver=words,
    receiver=words,
    reason=words,
    document=words,
    at=moments,
    staff_id=st.none() | ids,
    actor_name=words,
    office_id=ids,
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entry=entries, previous=st.binary(min_size=32, max_size=32))
def test_program_and_database_compute_the_same_hash(
    session: Session, entry: Entry, previous: bytes
) -> None:
    row = row_of(entry, previous)
    del row["hash"]
    assert session.execute(IN_SQL, row).scalar_one() == entry_hash(entry, previous)


@pytest.mark.parametrize(
    "odd",
    ["", "Đặng Thị Hòa", "Ho\u0300a", "a:b|3:c", "\U0001f697\u200d", "'; --", "\n\t", "x" * 5000],
)
def test_odd_words_hash_alike(session: Session, at: datetime, odd: str) -> None:
    entry = Entry(1, 1, CustodyKind.TAKEN_IN, None, 1, odd, odd, odd, odd, at, None, odd, 1)
    row = row_of(entry, GENESIS)
    assert session.execute(IN_SQL, row).scalar_one() == row["hash"]


@pytest.fixture
def asset(
    session: Session, people: People, case: EnforcementCase, store: Place, at: datetime
) -> Registered:
    """An asset with one entry: taken into the warehouse."""
    return make_asset(session, people.keeper, case, at=at, place=store)


def next_row(
    session: Session, asset: Registered, store: Place, shelf: Place, at: datetime, **said: Any
) -> dict[str, Any]:
    """The row that would move the asset to the shelf."""
    last = session.get_one(CustodyEntry, (asset.id, 1))
    facts = {
        "asset_id": asset.id,
        "seq": 2,
        "kind": CustodyKind.MOVED,
        "from_place_id": store.id,
        "to_place_id": shelf.id,
        "giver": store.name,
        "receiver": shelf.name,
        "reason": "Sắp xếp",
        "document": "",
        "at": at,
        "staff_id": None,
        "actor_name": "Thủ kho",
        "office_id": asset.office_id,
    }
    return row_of(Entry(**{**facts, **said}), last.hash)


def test_a_row_that_continues_the_chain_is_taken(
    session: Session, asset: Registered, store: Place, shelf: Place, at: datetime
) -> None:
    session.execute(insert(CustodyEntry).values(next_row(session, asset, store, shelf, at)))
    assert session.get_one(CustodyEntry, (asset.id, 2)).to_place_id == shelf.id


@pytest.mark.parametrize(
    ("said", "spoilt"),
    [
        ({}, {"hash": bytes(32)}),
        ({}, {"giver": "Người khác"}),
        ({}, {"previous_hash": GENESIS}),
        ({"seq": 3}, {}),
        ({"seq": 1}, {}),
        ({"from_place_id": None}, {}),
        ({"from_place_id": -1}, {}),
    ],
)
def test_the_trigger_refuses_a_row_that_does_not(
    session: Session,
    asset: Registered,
    store: Place,
    shelf: Place,
    at: datetime,
    said: dict[str, Any],
    spoilt: dict[str, Any],
) -> None:
    row = {**next_row(session, asset, store, shelf, at, **said), **spoilt}
    with pytest.raises(IntegrityError, match="does not continue its chain"):
        session.execute(insert(CustodyEntry).values(row))
