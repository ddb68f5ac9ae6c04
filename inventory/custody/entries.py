"""Entries of the custody ledger and what they leave behind, as their tables keep them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from inventory.audit import ledger as audit
from inventory.base.actor import Actor
from inventory.base.together import Rows
from inventory.custody.rules import GENESIS, CustodyKind, Entry, entry_hash, home_of
from inventory.custody.schemas import TakeIn
from inventory.orders.ledger import Passage, use_row, with_number


def first_entry(
    actor: Actor,
    asset_id: int,
    office_id: int,
    place_name: str,
    new: TakeIn,
    *,
    passed: Passage | None,
    at: datetime,
) -> Entry:
    """The first link of a new asset that is taken in as it is registered."""
    return Entry(
        asset_id=asset_id,
        seq=1,
        kind=CustodyKind.TAKEN_IN,
        from_place_id=None,
        to_place_id=new.place_id,
        giver=new.giver,
        receiver=place_name,
        reason=new.reason,
        document=with_number(passed, new.document),
        at=at,
        staff_id=actor.staff_id,
        actor_name=actor.name,
        office_id=office_id,
    )


def row_of(entry: Entry, previous: bytes) -> dict[str, Any]:
    """An entry as its table keeps it, sealed with its hash."""
    return {
        **{name: getattr(entry, name) for name in Entry.__struct_fields__},
        "kind": entry.kind.value,
        "previous_hash": previous,
        "hash": entry_hash(entry, previous),
    }


def holding_of(entry: Entry, sealed: bytes, blocked: int = 0) -> dict[str, Any]:
    """The holding that an entry leaves behind; open impediments stay."""
    return {
        "asset_id": entry.asset_id,
        "office_id": entry.office_id,
        "place_id": entry.to_place_id,
        "receiver": entry.receiver,
        "since": entry.at,
        "seq": entry.seq,
        "hash": sealed,
        "kind": str(entry.kind),
        "home_place_id": home_of(entry),
        "blocked": blocked,
    }


def no_holding(asset_id: int, office_id: int, *, at: datetime) -> dict[str, Any]:
    """The holding of an asset that was never taken in."""
    return {
        "asset_id": asset_id,
        "office_id": office_id,
        "place_id": None,
        "receiver": "",
        "since": at,
        "seq": 0,
        "hash": GENESIS,
        "kind": "",
        "home_place_id": None,
        "blocked": 0,
    }


def counts_of(ways: Iterable[tuple[int, int | None, int | None]]) -> Rows:
    """By how much the number of things in each place changes; a way is an office, from, to."""
    changes: Counter[tuple[int, int]] = Counter()
    for office_id, come, go in ways:
        if come is not None:
            changes[office_id, come] -= 1
        if go is not None:
            changes[office_id, go] += 1
    return [
        {"office_id": office_id, "place_id": place_id, "n": n}
        for (office_id, place_id), n in changes.items()
        if n
    ]


def act_row(actor: Actor, entry: Entry, reference: str, *, at: datetime) -> dict[str, Any]:
    subject = audit.Subject("asset", entry.asset_id, reference, entry.office_id)
    data = {"from": entry.from_place_id, "to": entry.to_place_id, "seq": entry.seq}
    return audit.row_of(actor, f"custody.asset.{entry.kind.value}", subject, data, at=at)


def uses_of(
    passed: Sequence[Passage | None], entries: Sequence[Entry], *, at: datetime
) -> dict[str, Rows]:
    """What went through on which lines of orders, and what is left in them."""
    through = [(one, e) for one, e in zip(passed, entries, strict=True) if one is not None]
    balances = {(one.order_id, one.no): one.balance for one, _entry in through}
    return {
        "order_use": [
            use_row(one, entry.asset_id, entry.seq, entry.office_id, at=at)
            for one, entry in through
        ],
        "order_balance": list(balances.values()),
    }
