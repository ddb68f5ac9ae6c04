"""What is said of warehouse orders, and orders that went through the commands."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from inventory.orders.commands.requesting import request_order
from inventory.orders.commands.signing import sign_order
from inventory.orders.queries import get_order
from inventory.orders.rules import Direction, Purpose
from inventory.orders.schemas import FoundLine, HandOver, NewDelegation, NewLine, NewOrder
from inventory.warehouses.models import Place
from tests.make.organisation import People


def new_order(place: Place | int, *lines: NewLine, **said: Any) -> NewOrder:
    """A request to store in; by default two phones that are still to be registered."""
    facts = {
        "direction": Direction.IN,
        "purpose": Purpose.SEIZED,
        "place_id": place if isinstance(place, int) else place.id,
        "reason": "Bảo quản tài sản kê biên",
        "legal_basis": "34/QĐ-KB",
        "party_name": "Trần Văn Nợ",
        "party_identity": "CCCD 0123",
        "lines": list(lines) or [phones()],
    }
    return NewOrder(**{**facts, **said})


def new_release(place: Place | int, *assets: str, **said: Any) -> NewOrder:
    """A request to release some assets to their buyer."""
    facts = {
        "direction": Direction.OUT,
        "purpose": Purpose.SOLD,
        "reason": "Giao tài sản cho người mua",
        "party_name": "Nguyễn Thị Mua",
    }
    return new_order(place, *(NewLine(asset=ref) for ref in assets), **{**facts, **said})


def phones(n: int = 2, **said: Any) -> NewLine:
    facts = {"description": "Điện thoại di động", "unit": "chiếc", "quantity": Decimal(n)}
    return NewLine(**{**facts, **said})


def signed(session: Session, people: People, new: NewOrder, *, at: datetime) -> str:
    """The reference of an order that the keeper asked for and the head signed."""
    ref = request_order(session, people.keeper, new, at=at).reference
    sign_order(session, people.head, ref, at=at)
    return ref


def as_ordered(session: Session, people: People, ref: str, **said: Any) -> HandOver:
    """That all of an order was there as it says."""
    lines = get_order(session, people.keeper, ref).lines
    found = [FoundLine(no=line.no, quantity=line.quantity, state="Nguyên vẹn") for line in lines]
    return HandOver(**{"lines": found, **said})


def new_delegation(on: date, until: date, staff: str = "T-officer") -> NewDelegation:
    return NewDelegation(staff=staff, decision_number="5/QĐ-UQ", valid_from=on, valid_to=until)
