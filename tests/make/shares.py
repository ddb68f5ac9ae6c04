"""Makes money that its payee does not fetch, through the commands."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auction.payouts.commands.forfeiting import forfeit_share, remit_share
from auction.payouts.commands.keeping import deposit_share, tell_payee
from auction.payouts.commands.paying import pay_line
from auction.payouts.commands.proposing import approve_payout
from auction.payouts.models import Payout, ShareEntry
from auction.payouts.queries import get_payout
from auction.payouts.rules import VoucherWay
from auction.payouts.schemas import (
    NewShareDeposit,
    NewShareForfeiture,
    NewShareNotice,
    NewShareRemittance,
    NewVoucher,
)
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.titles.rules import Region
from tests.make.organisation import People


def line_of(session: Session, payout: Payout, kind: str) -> int:
    """The line of a kind in a payout."""
    lines = get_payout(session, SYSTEM, payout.id).lines
    return next(line.id for line in lines if line.kind.value == kind)


def approve_and_pay(
    session: Session, people: People, payout: Payout, *kinds: str, at: datetime
) -> None:
    """The head approves, and the lines of some kinds are paid by transfer."""
    approve_payout(session, people.head, payout.id, at=at)
    for kind in kinds:
        line = line_of(session, payout, kind)
        paid = NewVoucher(number=f"UNC-{line}", way=VoucherWay.TRANSFER, paid_on=local_day(at))
        pay_line(session, people.accountant, line, paid, at=at)


def tell(session: Session, people: People, line: int, *, at: datetime) -> ShareEntry:
    """The payee is told to fetch his money."""
    new = NewShareNotice(told_on=local_day(at), document=f"TB-{line}")
    return tell_payee(session, people.officer, line, new, at=at)


def deposit(
    session: Session, people: People, line: int, *, at: datetime, **said: Any
) -> ShareEntry:
    """It is kept, by the limit of region I."""
    facts = {
        "number": f"GTK-{line}",
        "kept_as": VoucherWay.SAVINGS,
        "deposited_on": local_day(at),
        "region": Region.I,
        **said,
    }
    return deposit_share(session, people.accountant, line, NewShareDeposit(**facts), at=at)


def forfeit(session: Session, people: People, line: int, *, at: datetime) -> ShareEntry:
    """The head decides that it is the State's."""
    new = NewShareForfeiture(decided_on=local_day(at), document=f"QĐ-SQ-{line}")
    return forfeit_share(session, people.head, line, new, at=at)


def remit(
    session: Session, people: People, line: int, *, at: datetime, on: date | None = None
) -> ShareEntry:
    """It is paid into the budget."""
    new = NewShareRemittance(remitted_on=on or local_day(at), document=f"GNT-{line}")
    return remit_share(session, people.accountant, line, new, at=at)
