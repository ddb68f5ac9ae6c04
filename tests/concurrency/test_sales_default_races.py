"""Two schedulers propose one default, with real commits; the race is shown without its belt."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.sales.commands import overdue
from auction.sales.jobs import due_defaults, propose
from auction.sales.models import Sale, SaleEntry
from auction.sales.queries import visible_sales
from inventory.base.actor import SYSTEM, Actor
from service.database import Database
from service.scheduler import Lead
from tests.make.money import make_sold
from tests.make.organisation import make_people

SOLD_AT = datetime(2026, 9, 14, 3, tzinfo=UTC)


AFTER = SOLD_AT + timedelta(days=40)


@pytest.fixture
def sale(kept: Database) -> int:
    with kept.transaction(SYSTEM) as session:
        return make_sold(session, make_people(session, SOLD_AT), at=SOLD_AT).id


def look_together(kept: Database) -> None:
    """Two schedulers that both believe they lead: each looks, then does what it found."""
    begin = threading.Barrier(2)

    def one(_n: int) -> None:
        with kept.transaction(SYSTEM, read_only=True) as session:
            due = due_defaults(session, AFTER)
        begin.wait(10)
        for key in due:
            propose(partial(kept.transaction, SYSTEM), key, AFTER)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))


def proposals(kept: Database) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        kind = "default_proposed"
        return len(session.scalars(select(SaleEntry.id).where(SaleEntry.kind == kind)).all())


def test_two_schedulers_propose_a_default_once(kept: Database, sale: int) -> None:
    look_together(kept)
    assert proposals(kept) == 1
    with kept.transaction(SYSTEM, read_only=True) as session:
        assert due_defaults(session, AFTER) == []


def test_without_the_lock_of_the_sale_it_would_be_proposed_twice(
    kept: Database, sale: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)

    def unlocked(session: Session, actor: Actor, sale_id: int, *, ended: bool = False) -> Sale:
        found = session.scalars(visible_sales(actor).where(Sale.id == sale_id)).one()
        both.wait(10)
        return found

    monkeypatch.setattr(overdue, "lock_sale", unlocked)
    look_together(kept)
    assert proposals(kept) == 2


def test_of_two_schedulers_one_leads(kept: Database) -> None:
    first, second = Lead(kept), Lead(kept)
    try:
        assert (first.held(), second.held()) == (True, False)
    finally:
        first.give_up()
        second.give_up()
