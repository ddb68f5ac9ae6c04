"""Orders on pages: asking, signing, handing over; the desks of keeper and head."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError, Invalid, NotFound
from inventory.base.messages import _
from inventory.base.web import Fault, decode_form, faults_of
from inventory.orders import delegations, queries
from inventory.orders.commands import finishing, requesting, signing
from inventory.orders.rules import OBLIGATORY, PURPOSES, Direction, Step
from inventory.orders.schemas import (
    Closing,
    FoundLine,
    HandOver,
    NewDelegation,
    NewLine,
    NewOrder,
    OrderOut,
)
from inventory.organisation.queries import list_staff
from inventory.organisation.rules import Role
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

ROWS = 6
MOST_ROWS = 60
"""Lines of things still to be registered that the form shows, and shows at most."""


class OrderPages(Controller):
    """Warehouse orders."""

    path = "/orders"
    include_in_schema = False

    @get("/", permission="orders.read", sync_to_thread=False)
    def list_orders(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        awaits: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Orders, the newest first: all, or those that await something."""
        found = queries.list_orders(session, actor, awaits=awaits or "", cursor=cursor)
        return Template(
            "orders/list.html",
            context={"orders": found, "awaits": awaits or "", "cursor": cursor or ""},
        )

    @get("/new", permission="orders.request", sync_to_thread=False)
    def request_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        direction: FromQuery[str | None] = None,
        asset: FromQuery[str | None] = None,
        purpose: FromQuery[str | None] = None,
        rows: FromQuery[int | None] = None,
    ) -> Template:
        """The form for asking."""
        way = Direction.OUT if direction == Direction.OUT else Direction.IN
        typed = {"direction": way.value, "assets": asset or "", "rows": str(rows or ROWS)}
        typed["purpose"] = purpose or ""
        return _request_form(session, actor, at=at, typed=typed)

    @post("/new", permission="orders.request", sync_to_thread=False)
    def request(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Ask for an order."""
        try:
            new = _decode_order(data)
            made = requesting.request_order(session, actor, new, at=at)
        except DomainError as error:
            _name_boxes(data, error)
            return _request_form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/orders/{made.reference}", _("The order was asked for."))

    @get("/{reference:str}", permission="orders.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """One order: its lines, its papers, and the step whose turn it is."""
        return _order(session, actor, reference)

    @post("/{reference:str}/{act:str}", permission="orders.read", sync_to_thread=False)
    def act(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        act: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take a step; each asks for its own permission."""
        known = _ACTS.get(act)
        if known is None:
            raise NotFound(_("There is no such step."))
        notice, run = known
        try:
            run(session, actor, reference, data, at)
        except Invalid as error:
            return _order(session, actor, reference, typed=data, error=error)
        return onward(request, f"/orders/{reference}", notice)


class DelegationPages(Controller):
    """Who signs for the head."""

    path = "/delegations"
    include_in_schema = False

    @get("/", permission="orders.delegate", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """Delegations in force or to come, and the form for a new one."""
        return _delegations(session, actor, at=at, typed={})

    @post("/", permission="orders.delegate", sync_to_thread=False)
    def delegate(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Let somebody sign."""
        try:
            signing.delegate_signing(session, actor, decode_form(NewDelegation, data), at=at)
        except DomainError as error:
            return _delegations(session, actor, at=at, typed=data, error=error)
        return onward(request, "/delegations", _("The signing was delegated."))

    @post("/{delegation_id:int}/end", permission="orders.delegate", sync_to_thread=False)
    def end(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        delegation_id: FromPath[int],
    ) -> Response[Any]:
        """Take the signing back."""
        signing.end_delegation(session, actor, delegation_id, at=at)
        return onward(request, "/delegations", _("The delegation was ended."))


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """What waits for the head's signature, and what the keeper is to receive or to release."""
    if not actor.may("orders.read") or actor.sees_all:
        return []
    if Role.HEAD in actor.roles:
        return _awaiting(session, actor, "signature", _("Orders to sign"), tone="warn")
    if not actor.may("orders.hand_over"):
        return [Act(_("Ask for an order"), "/orders/new")] if actor.may("orders.request") else []
    return [
        Act(_("Ask for an order"), "/orders/new"),
        *_awaiting(session, actor, "receiving", _("To receive on an order")),
        *_awaiting(session, actor, "releasing", _("To release on an order")),
    ]


def _awaiting(
    session: Session, actor: Actor, awaits: str, title: str, *, tone: str = "info"
) -> list[Part]:
    n = queries.count_awaiting(session, actor, awaits)
    href = f"/orders?awaits={awaits}"
    card = Card(title, n, href, tone=tone if n else "good")
    if not n:
        return [card]
    rows = queries.list_orders(session, actor, awaits=awaits, size=8).items
    return [card, Panel(title, "orders/_list.html", {"rows": rows}, href)]


def _decode_order(data: Form) -> NewOrder:
    """An order from a form: numbers of assets, and rows of things still to be registered.

    Raises Invalid.
    """
    lines = [NewLine(asset=ref) for ref in (data.get("assets") or "").replace(",", " ").split()]
    names = [name for name in NewLine.__struct_fields__ if name != "asset"]
    for row in range(1, MOST_ROWS + 1):
        said = {name: data[f"new.{row}.{name}"] for name in names if data.get(f"new.{row}.{name}")}
        if said.get("description"):
            try:
                lines.append(decode_form(NewLine, said))
            except Invalid as error:
                named = {f"new.{row}.{name}": fault for name, fault in error.fields.items()}
                raise Invalid.many(_("Some fields need another look."), named) from error
    return decode_form(NewOrder, {**data, "lines": [msgspec.to_builtins(line) for line in lines]})


def _name_boxes(data: Form, error: DomainError) -> None:
    """Let the faults of lines stand at the boxes in which the lines were typed."""
    boxes = ["assets"] * len((data.get("assets") or "").replace(",", " ").split())
    rows = range(1, MOST_ROWS + 1)
    boxes += [f"new.{row}" for row in rows if data.get(f"new.{row}.description")]
    named: dict[str, Fault] = {}
    for name, fault in error.fields.items():
        first, _dot, rest = name.partition(".")
        number, _dot, part = rest.partition(".")
        known = first == "lines" and number.isdigit() and 0 < int(number) <= len(boxes)
        box = boxes[int(number) - 1] if known else ("assets" if first == "lines" else name)
        named[f"{box}.{part}" if known and box != "assets" else box] = fault
    error.fields = named


def _decode_found(data: Mapping[str, str]) -> HandOver:
    numbers = sorted(
        {int(part) for name in data for part in name.split(".")[1:2] if part.isdigit()}
    )
    lines: list[FoundLine] = []
    faults: dict[str, Fault] = {}
    for no in numbers:
        said = {n: data.get(f"lines.{no}.{n}", "") for n in FoundLine.__struct_fields__[1:]}
        try:
            lines.append(decode_form(FoundLine, {"no": str(no), **said}))
        except Invalid as error:
            faults |= {f"lines.{no}.{name}": fault for name, fault in error.fields.items()}
    if faults:
        raise Invalid.many(_("Some fields need another look."), faults)
    return HandOver(
        identity=data.get("identity") or None,
        authority=data.get("authority") or None,
        note=data.get("note") or None,
        lines=lines,
    )


def _request_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    way = Direction.OUT if typed.get("direction") == Direction.OUT else Direction.IN
    asked = typed.get("rows") or ""
    rows = min(int(asked), MOST_ROWS) if asked.isdigit() else ROWS
    choices = list_choices(session, actor, actor.office_id, local_day(at))
    return Template(
        "orders/new.html",
        context={
            "direction": way,
            "purposes": PURPOSES[way],
            "places": [place for place in choices if " / " not in place.way],
            "rows": rows,
            "more": min(rows + ROWS, MOST_ROWS),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _order(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    order = queries.get_order(session, actor, reference)
    done = {step.step: step for step in order.steps}
    return Template(
        "orders/show.html",
        context={
            "order": order,
            "done": done,
            "way": [rule.step for rule in OBLIGATORY[order.direction]],
            "follows": _follows(order),
            "typed": typed if typed is not None else _as_ordered(order),
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _follows(order: OrderOut) -> bool:
    """Whether card and register line are written: they follow from the slip."""
    return any(step.step is Step.SLIP for step in order.steps)


def _as_ordered(order: OrderOut) -> Form:
    typed: Form = {}
    for line in order.lines:
        through = line.used or line.quantity
        typed[f"lines.{line.no}.quantity"] = f"{through.normalize():f}"
        typed[f"lines.{line.no}.state"] = line.state or ""
        typed[f"lines.{line.no}.seal_number"] = line.seal_number or ""
    if order.party_identity:
        typed["identity"] = order.party_identity
    return typed


def _delegations(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    on = local_day(at)
    deputies = list_staff(session, Role.OFFICER, [actor.office_id], on)
    return Template(
        "orders/delegations.html",
        context={
            "rows": delegations.list_delegations(session, actor, on),
            "deputies": [(staff.code, staff.name) for staff in deputies],
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _sign(session: Session, actor: Actor, reference: str, _data: Form, at: datetime) -> None:
    signing.sign_order(session, actor, reference, at=at)


def _refuse(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> None:
    signing.refuse_order(session, actor, reference, decode_form(Closing, data), at=at)


def _withdraw(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> None:
    requesting.withdraw_order(session, actor, reference, decode_form(Closing, data), at=at)


def _check(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> None:
    finishing.check_release(session, actor, reference, _decode_found(data), at=at)


def _minutes(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> None:
    finishing.write_minutes(session, actor, reference, _decode_found(data), at=at)


def _slip(session: Session, actor: Actor, reference: str, _data: Form, at: datetime) -> None:
    finishing.write_slip(session, actor, reference, at=at)


_ACTS = {
    "signature": (_("The order was signed."), _sign),
    "refusal": (_("The order was refused."), _refuse),
    "withdrawal": (_("The request was taken back."), _withdraw),
    "check": (_("The check was recorded."), _check),
    "minutes": (_("The minutes were written."), _minutes),
    "slip": (_("The slip was written."), _slip),
}
"""The steps a page takes, by the end of their path, with what is said afterwards."""
