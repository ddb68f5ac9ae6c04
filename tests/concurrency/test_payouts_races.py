"""Two approvals, one line paid twice, with real commits; each race is shown without its belts."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auction.payouts.commands import paying, proposing
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.models import Payout, PayoutLine, Voucher
from auction.payouts.rules import PaidAlready, PayoutNotOpen, VoucherWay
from auction.payouts.schemas import NewVoucher
from inventory.audit.models import AuditEntry
from inventory.base.actor import SYSTEM, Actor
from service.database import Database
from service.settings import Settings
from tests.concurrency.races import Act, count, drop, meeting, refusals, together
from tests.make.money import make_delivered, propose
from tests.make.organisation import People


@pytest.fixture
def payout(kept: Database, people: People, at: datetime) -> int:
    """A payout that waits for its approval."""
    with kept.transaction(SYSTEM) as session:
        sale = make_delivered(session, people, at=at)
        return propose(session, people, sale, at=at).id


@pytest.fixture
def line(kept: Database, people: People, payout: int, at: datetime) -> int:
    """The only line of an approved payout: all of it is the debtor's."""
    with kept.transaction(SYSTEM) as session:
        approve_payout(session, people.head, payout, at=at)
        return session.scalars(select(PayoutLine.id)).one()


def unlocked(session: Session, _actor: Actor, payout_id: int) -> Payout:
    return session.get_one(Payout, payout_id)


def approving(people: People, payout: int, at: datetime) -> Act:
    return lambda session: approve_payout(session, people.head, payout, at=at).paper


def approvals(kept: Database) -> int:
    with kept.transaction(SYSTEM, read_only=True) as session:
        found = select(AuditEntry).where(AuditEntry.code == "payouts.payout.approved")
        return len(session.scalars(found).all())


def test_two_approvals_at_once_make_one(
    kept: Database, people: People, payout: int, at: datetime
) -> None:
    answers = together(kept, people.head, *[approving(people, payout, at)] * 2)
    assert refusals(answers) == [PayoutNotOpen]
    assert approvals(kept) == 1


def test_without_the_lock_the_database_keeps_the_first_approval(
    kept: Database, people: People, payout: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "lock_payout", unlocked)
    monkeypatch.setattr(proposing, "refuse_stale", meeting(proposing.refuse_stale))
    other = at.replace(minute=at.minute + 1)
    acts = [approving(people, payout, at), approving(people, payout, other)]
    assert refusals(together(kept, people.head, *acts)) == [IntegrityError]
    assert approvals(kept) == 1


def test_without_lock_and_trigger_a_payout_would_be_approved_twice(
    apart: Settings,
    kept: Database,
    people: People,
    payout: int,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "DROP TRIGGER payout_frozen ON payout")
    monkeypatch.setattr(proposing, "lock_payout", unlocked)
    monkeypatch.setattr(proposing, "refuse_stale", meeting(proposing.refuse_stale))
    answers = together(kept, people.head, *[approving(people, payout, at)] * 2)
    assert refusals(answers) == []
    assert approvals(kept) == 2


def paying_once(people: People, line: int, number: str, at: datetime) -> Act:
    new = NewVoucher(number=number, way=VoucherWay.TRANSFER, paid_on=at.date())
    return lambda session: pay_line(session, people.accountant, line, new, at=at).id


def test_one_line_is_paid_once(kept: Database, people: People, line: int, at: datetime) -> None:
    acts = [paying_once(people, line, number, at) for number in ("PC-1", "PC-2")]
    assert refusals(together(kept, people.accountant, *acts)) == [PaidAlready]
    assert count(kept, Voucher) == 1


def without_lock(session: Session, _actor: Actor, line_id: int) -> tuple[PayoutLine, Payout]:
    line = session.get_one(PayoutLine, line_id)
    return line, session.get_one(Payout, line.payout_id)


def race(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "_locked", without_lock)
    monkeypatch.setattr(paying, "_check", meeting(paying._check))
    monkeypatch.setattr(paying, "_close", nothing)


def nothing(*_args: Any, **_named: Any) -> None:
    """The way of the asset is not the matter of this race."""


def test_without_the_lock_a_line_still_has_one_voucher(
    kept: Database, people: People, line: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    race(monkeypatch)
    acts = [paying_once(people, line, number, at) for number in ("PC-1", "PC-2")]
    assert refusals(together(kept, people.accountant, *acts)) == [IntegrityError]
    assert count(kept, Voucher) == 1


def test_without_lock_and_key_a_line_would_be_paid_twice(
    apart: Settings,
    kept: Database,
    people: People,
    line: int,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(apart, "DROP INDEX uq_voucher_once")
    race(monkeypatch)
    acts = [paying_once(people, line, number, at) for number in ("PC-1", "PC-2")]
    assert refusals(together(kept, people.accountant, *acts)) == []
    assert count(kept, Voucher) == 2
