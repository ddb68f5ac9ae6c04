"""What goes through a warehouse's door on an order: the only writer of uses and balances.

The rooms above lock an asset, or read where a new one is to go, in one statement of their own. They
join ``GATE`` into it, so that asking for the order costs no further round trip, and write what it
lets through in the statement that writes the custody entry.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.errors import NotFound
from inventory.base.law import ruling
from inventory.base.messages import _
from inventory.orders import queries
from inventory.orders.rules import (
    BY_ORDER_ONLY,
    HEAD_SIGNS,
    PAPERS_IN_ORDER,
    Direction,
    NotTheCounted,
    OrderForSomebodyElse,
    OrderForSomethingElse,
    OrderIsClosed,
    OrderNeeded,
    OrderNotSigned,
    OrderUsedUp,
    Purpose,
    WrongOrder,
    fits,
    line_ref,
    taken_by,
    unchecked,
)

_GATE = (
    " LEFT JOIN LATERAL (SELECT o.id, l.no, o.number, o.place_id, l.quantity, b.used,"
    " o.purpose, o.party_name,"
    " l.asset_id IS NOT NULL AS named,"
    " EXISTS (SELECT FROM order_step s WHERE s.order_id = o.id AND s.step = 'check') AS checked,"
    " (SELECT f.quantity FROM order_found f WHERE f.order_id = l.order_id AND f.no = l.no) AS found"
    " FROM warehouse_order o JOIN order_line l ON l.order_id = o.id"
    " JOIN order_balance b ON b.order_id = l.order_id AND b.no = l.no"
    " WHERE o.reference = {order} AND o.direction = %(direction)s::text"
    " AND o.office_id = a.office_id AND o.signed_at IS NOT NULL AND o.closed_at IS NULL"
    " AND (l.asset_id = a.id OR (l.asset_id IS NULL AND l.no = {line}))"
    " ORDER BY l.asset_id LIMIT 1 FOR UPDATE OF b FOR KEY SHARE OF o) g ON true"
)
GATE = _GATE.format(order="%(order)s::text", line="%(line)s::bigint")
"""Joins the line of a signed order that fits ``a`` (id, office_id); locks its balance, and keeps
the order from being closed meanwhile."""

GATE_OF_MANY = _GATE.format(order="w.named", line="w.line")
"""The same where each row ``w`` names its own order and line."""

GATE_COLUMNS = (
    "g.id, g.no, g.number, g.place_id, g.quantity, g.used, g.named, g.purpose, g.party_name,"
    " g.checked, g.found"
)
NO_GATE_COLUMNS = ", ".join(["NULL"] * len(GATE_COLUMNS.split(",")))
"""The same where no order is named."""


class Line(NamedTuple):
    """The line of a signed order that fits, as GATE_COLUMNS answer it; all None where none does."""

    order_id: int | None
    no: int | None
    number: str | None
    place_id: int | None
    quantity: Decimal | None
    used: Decimal | None
    named: bool | None
    purpose: str | None
    party: str | None
    checked: bool | None
    found: Decimal | None


class Passage(NamedTuple):
    """What a line lets through, and what is left behind in its balance."""

    order_id: int
    no: int
    number: str
    quantity: Decimal
    balance: dict[str, Any]


class Asked(NamedTuple):
    """On which order somebody wants to bring something through which warehouse's door.

    ``purposes`` are those under which the act may be done, any where none is said; ``takers`` are
    names of who takes the thing and of whom he comes for; the order has to name one of them.
    """

    order: str | None
    direction: Direction
    place_id: int | None
    on: date
    field: str = "order"
    purposes: frozenset[Purpose] = frozenset()
    takers: tuple[str, ...] = ()

    def said(self) -> Mapping[str, Any]:
        """The parameters of GATE."""
        return asked_of(self.order, self.direction)


def asked_of(order: str | None, direction: Direction) -> dict[str, Any]:
    """The parameters of GATE for an order, or for none."""
    named = line_ref(order) if order else None
    return {
        "order": named.order if named else None,
        "line": named.line if named else None,
        "direction": direction.value,
    }


def passage(
    session: Session,
    actor: Actor,
    asked: Asked,
    line: Line,
    thing: tuple[Decimal, int],
) -> Passage:
    """Let a thing, of a quantity and an office, through on the line found, or say why not.

    Raises OrderNeeded, NotFound, WrongOrder, OrderNotSigned, OrderIsClosed,
    OrderForSomethingElse, OrderForSomebodyElse, OutOfTurn, NotTheCounted, OrderUsedUp.
    """
    quantity, office_id = thing
    if line.order_id is None or line.no is None or line.quantity is None or line.used is None:
        _refuse(session, actor, asked)
    if line.place_id != asked.place_id:
        raise WrongOrder(_("That order is for another warehouse."), field=asked.field)
    _refuse_other_matter(session, asked, line)
    through = line.quantity if line.named else quantity
    if asked.direction is Direction.OUT:
        _refuse_unchecked(asked, line, through)
    if not fits(line.quantity - line.used, through):
        raise OrderUsedUp(
            _("Line %(no)s of the order is for %(quantity)s, and %(used)s went through already."),
            field=asked.field,
            **ruling(session, BY_ORDER_ONLY, asked.on).basis,
            no=line.no,
            quantity=line.quantity,
            used=line.used,
        )
    balance = {
        "order_id": line.order_id,
        "no": line.no,
        "office_id": office_id,
        "quantity": line.quantity,
        "used": line.used + through,
    }
    return Passage(line.order_id, line.no, line.number or "", through, balance)


def _refuse_other_matter(session: Session, asked: Asked, line: Line) -> None:
    """An order serves its purpose and whom it names, nothing and nobody else."""
    if asked.purposes and line.purpose not in asked.purposes:
        raise OrderForSomethingElse(
            _("Order %(number)s says: %(purpose)s. Here one is needed that says: %(lawful)s."),
            field=asked.field,
            **ruling(session, PAPERS_IN_ORDER, asked.on).basis,
            number=line.number or "",
            purpose=Purpose(line.purpose or ""),
            lawful=tuple(one for one in Purpose if one in asked.purposes),
        )
    if asked.takers and not any(taken_by(line.party or "", one) for one in asked.takers):
        raise OrderForSomebodyElse(
            _(
                "Order %(number)s names %(party)s as the taker: hand it to him, or to who comes for"
                " him, whose name follows his; to somebody else only on another order."
            ),
            field=asked.field,
            **ruling(session, PAPERS_IN_ORDER, asked.on).basis,
            number=line.number or "",
            party=line.party or "",
        )


def _refuse_unchecked(asked: Asked, line: Line, through: Decimal) -> None:
    """Nothing leaves before taker, state, seals and number were checked (C01/17 Art. 9(2))."""
    if not line.checked:
        raise unchecked()
    if line.found is not None and line.found < through:
        raise NotTheCounted(
            _("Line %(no)s: %(found)s were counted, the order says %(quantity)s."),
            field=asked.field,
            no=line.no or 0,
            found=line.found,
            quantity=through,
        )


def use_row(
    passed: Passage, asset_id: int, seq: int, office_id: int, *, at: datetime
) -> dict[str, Any]:
    """Which entry of a chain rests on which line, as its table keeps it."""
    return {
        "asset_id": asset_id,
        "seq": seq,
        "order_id": passed.order_id,
        "no": passed.no,
        "office_id": office_id,
        "quantity": passed.quantity,
        "at": at,
    }


def with_number(passed: Passage | None, document: str) -> str:
    """The papers of a custody entry: the order's number first, what else was said after it."""
    if passed is None:
        return document
    return f"{passed.number}; {document}" if document else passed.number


def _refuse(session: Session, actor: Actor, asked: Asked) -> NoReturn:
    """Say why no line fits; only asked after a refusal, so that letting through costs nothing."""
    if asked.order is None:
        raise OrderNeeded(
            _("Nothing enters or leaves a warehouse without a signed order. Name it."),
            field=asked.field,
            **ruling(session, BY_ORDER_ONLY, asked.on).basis,
        )
    named = line_ref(asked.order)
    order = queries.find_order(session, actor, named.order)
    if order is None:
        raise NotFound(
            _("There is no order %(reference)s."), field=asked.field, reference=named.order
        )
    if order.direction != asked.direction:
        raise WrongOrder(
            _("%(reference)s is no order for that direction."),
            field=asked.field,
            reference=named.order,
        )
    if order.closed_at is not None:
        raise OrderIsClosed(
            _("%(reference)s was refused, withdrawn or carried out."),
            field=asked.field,
            reference=named.order,
        )
    if order.signed_at is None:
        raise OrderNotSigned(
            _("%(reference)s is not signed yet."),
            field=asked.field,
            **ruling(session, HEAD_SIGNS, asked.on).basis,
            reference=named.order,
        )
    raise WrongOrder(
        _(
            "No line of %(reference)s fits; a line of things still to be registered is named after"
            " a slash, as in %(reference)s/1."
        ),
        field=asked.field,
        reference=named.order,
    )
