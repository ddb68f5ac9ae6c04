"""Makes money that a judgment forfeited and that was paid into the budget, through the commands."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from inventory.base.clock import local_day
from inventory.disposals.commands.carry_out import carry_out
from inventory.disposals.commands.steps import decide, notify, remit
from inventory.disposals.rules import Thing, Way
from inventory.disposals.schemas import (
    CarriedOut,
    NewDisposal,
    NewNotice,
    NewRemittance,
    Receiver,
)
from inventory.orders.rules import Purpose
from inventory.papers.rules import Proof
from tests.make.inventory import make_asset, make_case, make_place
from tests.make.orders import order_out
from tests.make.organisation import People


def forfeited_money(session: Session, people: People, *, at: datetime) -> str:
    """Twelve million of a judgment, forfeited and paid in; the reference of the disposal."""
    today = local_day(at)
    store = make_place(session, people.keeper, at=at)
    case = make_case(session, people.officer, at=at)
    asset = make_asset(session, people.keeper, case, place=store, at=at).reference
    new = NewDisposal(
        way=Way.FORFEIT,
        assets=[asset],
        decision_number="88/QĐ-XLVC",
        decision_on=today,
        judgment="12/2026/HS-ST",
        thing=Thing.MONEY,
    )
    made = decide(session, people.officer, new, at=at).reference
    notify(session, people.officer, made, NewNotice(paper="5/TB", noticed_on=today), at=at)
    order = order_out(session, store, asset, purpose=Purpose.FORFEITED, party="Kho bạc")
    taker = Receiver(name="Kho bạc", post="Kế toán", proof=Proof.INTRODUCTION, proof_number="1/GT")
    carry_out(session, people.keeper, made, CarriedOut(order=order, receiver=taker), at=at)
    paid = NewRemittance(paper="77/GNT", remitted_on=today, amount=Decimal(12_000_000))
    remit(session, people.accountant, made, paid, at=at)
    return made
