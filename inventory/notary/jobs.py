"""The daily head: once a day all that is new is covered and signed, and carried outside."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.base.jobs import Job, Transactions
from inventory.notary import queries
from inventory.notary.commands import seal_head
from inventory.notary.models import NotaryHead
from inventory.notary.outside import export_heads
from inventory.notary.rules import Head
from inventory.notary.schemas import HeadOut
from inventory.notary.signing import Signer

BATCH = 200
SETTLING = 0.5
PATIENCE = 20
"""How often, at that distance, it is looked whether all acts up to a number are committed."""

_MARK = text("SELECT coalesce(max(id), 0) FROM audit_entry")
_NEXT = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
_OLDEST = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def daily(signer: Callable[[], Signer], outside: Sequence[Path]) -> Job:
    """The job for a key and the folders outside; the key is read when it is needed."""

    def act(transactions: Transactions, _key: str, at: datetime) -> None:
        seal(transactions, signer(), at=at)
        for folder in outside:
            export(transactions, folder)

    return Job("notary.head", due_heads, act)


def due_heads(session: Session, at: datetime) -> list[str]:
    """Today's head, where there is none yet."""
    today = local_day(at)
    last = session.scalar(select(NotaryHead.day_on).order_by(NotaryHead.number.desc()).limit(1))
    return [] if last is not None and last >= today else [today.isoformat()]


def seal(transactions: Transactions, signer: Signer, *, at: datetime) -> Head:
    """Make the next head, with the acts that can no longer change their order."""
    until = _settled(transactions)
    with transactions() as session:
        return seal_head(session, SYSTEM, signer, audit_until=until, at=at)


def export(transactions: Transactions, folder: Path) -> int:
    """Carry the heads that a folder lacks into it; answers how many they were.

    Raises OutsideDiffers.
    """
    with transactions() as session:

        def following(number: int) -> list[tuple[int, HeadOut]]:
            heads = queries.heads_after(session, max(number - 1, 0), n=BATCH)
            before, found = 0, []
            for one in heads:
                if one.head.number > number:
                    out = queries.head_out(session, one, before)
                    found.append((one.head.number, out))
                before = one.head.size
            return found

        return export_heads(folder, queries.list_keys(session), following)


def _settled(transactions: Transactions) -> int | None:
    """The last act before which none is still to be committed; None where some take too long."""
    with transactions() as session:
        mark = int(session.execute(_MARK).scalar_one())
    time.sleep(SETTLING)
    with transactions() as session:
        after = session.execute(_NEXT).scalar_one()
    for _turn in range(PATIENCE):
        with transactions() as session:
            if session.execute(_OLDEST).scalar_one() >= after:
                return mark
        time.sleep(SETTLING)
    return None
