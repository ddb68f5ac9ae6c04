"""Makes claims, sales and payouts through the commands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.bidding.commands import schedule_round
from auction.bidding.rules import Outcome
from auction.claims.commands import record_claim
from auction.claims.models import Claim
from auction.claims.rules import ClaimKind
from auction.claims.schemas import NewClaim
from auction.lots.commands import form_lot
from auction.lots.models import Lot
from auction.lots.schemas import NewLot
from auction.outcomes.rules import LotSold
from auction.payouts.commands.proposing import propose_payout
from auction.payouts.models import Payout
from auction.payouts.queries import get_payout
from auction.payouts.schemas import NewProposal
from auction.sales.commands.delivering import decide_delivery, deliver
from auction.sales.commands.opening import open_sale
from auction.sales.commands.paying import receive
from auction.sales.models import Sale, SaleEntry
from auction.sales.schemas import NewDecision, NewDelivery, NewReceipt
from inventory.base.actor import SYSTEM
from inventory.base.clock import local_day
from inventory.cases.models import EnforcementCase
from inventory.titles.commands import set_region
from inventory.titles.rules import Region
from inventory.titles.schemas import NewRegion
from tests.make.auction import (
    close_round,
    make_asset,
    make_formed_lot,
    make_lot,
    make_round,
    make_valued_asset,
    new_round,
)
from tests.make.organisation import People

GRANTED_ON = date(2026, 7, 6)
_RECEIPTS = count(1)
SMALL = 8_000_000
"""A price under every limit of small value."""


def new_claim(principal: int = 600_000_000, **said: Any) -> NewClaim:
    """What is said of a bank's claim."""
    facts = {
        "kind": ClaimKind.OTHER,
        "creditor": "Ngân hàng Thử",
        "principal": Decimal(principal),
        "granted_on": GRANTED_ON,
        "asked_on": GRANTED_ON,
    }
    return NewClaim(**{**facts, **said})


def make_claim(
    session: Session,
    people: People,
    case: EnforcementCase,
    principal: int = 600_000_000,
    *,
    at: datetime,
    **said: Any,
) -> Claim:
    """A claim of a case."""
    return record_claim(session, people.officer, case.id, new_claim(principal, **said), at=at)


def make_sold(
    session: Session,
    people: People,
    price: int = 1_000_000_000,
    *,
    worth: Sequence[int] = (),
    at: datetime,
    **said: Any,
) -> Sale:
    """A lot worth a billion that was sold in its first round an hour ago, through the commands.

    ``worth`` is what each of its assets is, where it has several.
    """
    lot = make_formed_lot(session, people, *worth, at=at, **said)
    opens = new_round(1_000_000_000, at - timedelta(hours=1), deposit=100_000_000)
    schedule_round(session, people.officer, lot.reference, opens, at=at)
    bought = {"sale_price": price, "buyer_name": "Bà Mua", "minutes": "BB-16"}
    close_round(session, people, lot, 1, Outcome.SOLD, at=at, **bought)
    return session.scalars(select(Sale).where(Sale.lot_id == lot.id)).one()


def make_small_lot(session: Session, people: People, *, at: datetime) -> Lot:
    """A lot of a movable of small value, which the law lets be sold without auction."""
    reference = make_valued_asset(session, people, SMALL, at=at)
    region = NewRegion(region=Region.I, from_on=date(2026, 1, 5))
    set_region(session, people.officer, reference, region, at=at)
    new = NewLot(assets=[reference], description="Xe đạp điện giá trị nhỏ")
    return form_lot(session, people.officer, new, at=at)


def make_old_sale(session: Session, people: People, *, at: datetime) -> Sale:
    """A lot that was sold under the law of 2008, before anybody used the program."""
    lot = make_lot(session, people.office, make_asset(session, people.office))
    held = make_round(session, lot, 1, local_day(at), Outcome.SOLD, Decimal(1_000_000_000))
    lot.closed_on = held.held_on
    event = LotSold(
        office_id=lot.office_id,
        lot_id=lot.id,
        round_id=held.id,
        sold_on=local_day(at),
        price=Decimal(1_000_000_000),
        buyer="Ông Mua",
        minutes=None,
        staff_id=None,
        at=at,
    )
    open_sale(session, event)
    return session.scalars(select(Sale).where(Sale.lot_id == lot.id)).one()


def pay(
    session: Session,
    people: People,
    sale: Sale,
    amount: int,
    on: date,
    *,
    at: datetime,
    **said: Any,
) -> SaleEntry:
    """A payment towards the price."""
    new = NewReceipt(
        **{"document": f"PT-{next(_RECEIPTS)}", **said}, amount=Decimal(amount), received_on=on
    )
    return receive(session, people.accountant, sale.id, new, at=at)


def make_paid(session: Session, people: People, *, at: datetime, **said: Any) -> Sale:
    """A sale whose price, deposit and rest, was paid at once."""
    sale = make_sold(session, people, at=at, **said)
    pay(session, people, sale, 100_000_000, sale.sold_on, at=at, is_deposit=True)
    pay(session, people, sale, 900_000_000, sale.sold_on, at=at)
    return sale


def make_delivered(session: Session, people: People, *, at: datetime, **said: Any) -> Sale:
    """A sale that was paid, decided and delivered on one day."""
    sale = make_paid(session, people, at=at, **said)
    on = local_day(at)
    decide_delivery(session, people.officer, sale.id, NewDecision(decided_on=on), at=at)
    deliver(session, people.officer, sale.id, NewDelivery(delivered_on=on), at=at)
    return sale


def propose(session: Session, people: People, sale: Sale, *, at: datetime, **said: Any) -> Payout:
    """A proposal of how the money of a sale is divided."""
    return propose_payout(session, people.officer, sale.id, NewProposal(**said), at=at)


def lines_of(session: Session, payout: Payout) -> list[tuple[str, str | None, int]]:
    """What each line of a payout is, to whom it goes, and how much."""
    lines = get_payout(session, SYSTEM, payout.id).lines
    return [(line.kind.value, line.payee, int(line.amount)) for line in lines]


def case_of(session: Session, sale: Sale) -> EnforcementCase:
    """The case of the lot that was sold."""
    case_id = session.scalars(select(Lot.case_id).where(Lot.id == sale.lot_id)).one()
    return session.get_one(EnforcementCase, case_id)
