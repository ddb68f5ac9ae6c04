"""The keeper and the warehouse orders of the demonstration office."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.keepers.commands import appoint_keeper
from inventory.keepers.schemas import NewKeeper
from inventory.orders.commands.finishing import check_release, write_minutes, write_slip
from inventory.orders.commands.requesting import request_order
from inventory.orders.commands.signing import sign_order
from inventory.orders.rules import Direction, Purpose
from inventory.orders.schemas import FoundLine, HandOver, NewLine, NewOrder

As = Callable[[str], Actor]
"""Become somebody by his role."""


def appoint(session: Session, become: As, place_id: int, keeper: str, *, at: datetime) -> None:
    """The head makes the keeper of a warehouse."""
    day = local_day(at)
    new = NewKeeper(
        staff=keeper, decision_number=f"{place_id}/QĐ-TK", decided_on=day, valid_from=day
    )
    appoint_keeper(session, become("head"), place_id, new, at=at)


def order_in(
    session: Session, become: As, said: dict[str, Any], place_id: int, *, at: datetime
) -> str:
    """An order for one thing still to be registered, asked for by the officer; its reference."""
    new = NewOrder(
        direction=Direction.IN,
        purpose=Purpose.TEMPORARY_HOLDING if "hold" in said else Purpose.SEIZED,
        place_id=place_id,
        reason="Nhập kho bảo quản tài sản của việc thi hành án",
        legal_basis=said.get("decision") or said.get("minutes") or said["case"],
        case_number=said["case"],
        party_name=said["giver"],
        lines=[
            NewLine(
                description=said["description"][:300],
                identification=said.get("identification"),
                quantity=Decimal(said.get("quantity", "1")),
                unit=said.get("unit"),
                state=said.get("condition"),
                seal_number=said.get("seal"),
            )
        ],
    )
    ref = request_order(session, become("enforcement_officer"), new, at=at).reference
    sign_order(session, become("head"), ref, at=at)
    return ref


def finish_in(
    session: Session, become: As, said: dict[str, Any], ref: str, *, at: datetime
) -> None:
    """Minutes and slip of such an order."""
    keeper = become("keeper")
    line = FoundLine(no=1, quantity=Decimal(said.get("quantity", "1")), state="Đúng như lệnh")
    write_minutes(session, keeper, ref, HandOver(lines=[line]), at=at)
    write_slip(session, keeper, ref, at=at)


def order_out(
    session: Session, become: As, said: dict[str, Any], assets: Mapping[str, str], *, at: datetime
) -> str:
    """A request to release something, which the head has still to sign unless it says so."""
    new = NewOrder(
        direction=Direction.OUT,
        purpose=Purpose(said["purpose"]),
        place_id=said["place_id"],
        reason=said["reason"],
        legal_basis=said["basis"],
        party_name=said["party"],
        party_identity=said.get("identity"),
        lines=[NewLine(asset=assets[said["asset"]])],
    )
    ref = request_order(session, become("enforcement_officer"), new, at=at).reference
    if said.get("signed"):
        sign_order(session, become("head"), ref, at=at)
    return ref


def check_out(
    session: Session, become: As, said: dict[str, Any], ref: str, *, at: datetime
) -> None:
    """The keeper checks who takes the thing, its state and its seal."""
    line = FoundLine(no=1, quantity=Decimal(said.get("quantity", "1")), state="Đúng như lệnh")
    shown = HandOver(identity=said["name"], authority=said["basis"], lines=[line])
    check_release(session, become("keeper"), ref, shown, at=at)
