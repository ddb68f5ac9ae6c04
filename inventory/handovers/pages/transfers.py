"""Transfers: what is on its way, a new one, and receiving item by item."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.custody.care import sealed_things
from inventory.custody.pages import seals_in
from inventory.custody.rules import SealState
from inventory.handovers.commands import arrivals
from inventory.handovers.commands import transfers as commands
from inventory.handovers.commands.transfers import RECEIVES
from inventory.handovers.pages.forms import Form, colleagues, faults, of_lines, things_in
from inventory.handovers.queries import transfers as queries
from inventory.handovers.queries.orders import list_orders_for
from inventory.handovers.rules import NOT_TAKEN, Arrival
from inventory.handovers.schemas import NewArrivals, NewComeback, NewStoring, NewTransfer
from inventory.handovers.shown import TransferOut
from inventory.orders.rules import COMES_BACK, MOVED_IN, Direction
from inventory.organisation.queries import list_offices
from inventory.papers.queries import list_papers
from inventory.papers.rules import Proof
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
MOST_DIGITS = 18
"""A longer number is none of a place."""


class TransferPages(Controller):
    """Transfers between warehouses."""

    path = "/transfers"
    include_in_schema = False

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_transfers(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """All transfers, those on their way marked."""
        return Template(
            "handovers/transfers.html",
            context={
                "found": queries.list_transfers(session, actor, cursor=cursor),
                "cursor": cursor or "",
                "today": local_day(at),
                "sends": actor.may("transfers.send"),
                "deadline": _deadline(session, at),
            },
        )

    @get("/new", permission="transfers.send", sync_to_thread=False)
    def send_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for a new transfer."""
        typed = {"expected_on": local_day(at).isoformat()}
        return _send_form(session, actor, at=at, typed=typed)

    @post("/new", permission="transfers.send", sync_to_thread=False)
    def send(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Send."""
        try:
            named = things_in(data.get("assets"))
            said = {"assets": named or None, "seals": seals_in(data)}
            new = decode_form(NewTransfer, {**data, **said})
            made = commands.send(session, actor, new, at=at)
        except DomainError as error:
            return _send_form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/transfers/{made.reference}", _("The transfer is on its way."))

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """One transfer, with the form of whoever is to act: receive, or take back."""
        return _show(session, actor, reference, at=at)

    @post("/{reference:str}/arrivals", permission="transfers.receive", sync_to_thread=False)
    def receive(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Receive item by item."""
        try:
            arrivals.receive(session, actor, reference, _arrivals(data), at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/transfers/{reference}", _("What arrived was recorded."))

    @post("/{reference:str}/order", permission="orders.request", sync_to_thread=False)
    def ask_for_order(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Ask for the order to store in what is on its way."""
        try:
            new = decode_form(NewStoring, data)
            made = arrivals.ask_for_order(session, actor, reference, new, at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/orders/{made.reference}", _("The order was asked for."))

    @post("/{reference:str}/comebacks", permission="transfers.receive", sync_to_thread=False)
    def take_back(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take back what was not taken over."""
        try:
            back = [key.removeprefix("back.") for key in data if key.startswith("back.")]
            said = {"assets": back or None, "seals": seals_in(data)}
            new = decode_form(NewComeback, {**data, **said})
            arrivals.take_back(session, actor, reference, new, at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/transfers/{reference}", _("The things are back."))

    @get("/{reference:str}/past", permission="handovers.read", sync_to_thread=False)
    def past(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        asset: FromQuery[str | None] = None,
    ) -> Template:
        """What the reader's office wrote of the things, also after they went to another one."""
        transfer = queries.get_transfer(session, actor, reference)
        return Template(
            "handovers/past.html",
            context={
                "transfer": transfer,
                "entries": queries.list_past(session, actor, reference, asset),
                "asset": asset or "",
            },
        )


def _deadline(session: Session, at: datetime) -> tuple[date, str] | None:
    """Before which day stores outside the premises go to another body, while that is so."""
    try:
        rule = law.ruling(session, "warehouse_transfer_deadline", local_day(at))
    except NotFound:
        return None
    return date.fromisoformat(str(rule.value)), rule.article


def _arrivals(data: Form) -> NewArrivals:
    notes, places = of_lines(data, "note"), of_lines(data, "place")
    said = [
        {
            "asset": asset,
            "arrival": word,
            "note": notes.get(asset),
            "place_id": places.get(asset),
        }
        for asset, word in of_lines(data, "arrival").items()
    ]
    form = {"arrivals": said or None, "order": data.get("order"), "place_id": data.get("place_id")}
    return decode_form(NewArrivals, {**form, "seals": seals_in(data)})


def _send_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    today = local_day(at)
    offices = [
        (office.code, office.name)
        for office in list_offices(session, today)
        if office.kind in RECEIVES and office.id != actor.office_id
    ]
    named = things_in(typed.get("assets")) or _all_within(session, actor, typed)
    return Template(
        "handovers/transfer_new.html",
        context={
            "sealed": sealed_things(session, named),
            "states": list(SealState),
            "places": list_choices(session, actor, actor.office_id, today),
            "offices": offices,
            "colleagues": colleagues(session, actor.office_id, today),
            "proofs": list(Proof),
            "typed": typed,
            "errors": faults(error),
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    transfer = queries.get_transfer(session, actor, reference)
    today = local_day(at)
    acts = _acts(actor, transfer)
    home = transfer.to_office_id if acts["receives"] else transfer.office_id
    acting = any(acts.values())
    known = queries.ids_on_the_way(session, actor, reference) if acting else []
    fits = MOVED_IN if acts["receives"] and not acts["takes_back"] else COMES_BACK
    orders = (
        list_orders_for(session, actor, home, Direction.IN, known, purposes=fits) if known else []
    )
    # the line of an order for things still to be registered is named after a slash
    acts["asks"] = acts["asks"] and all("/" in order.choice for order in orders)
    return Template(
        "handovers/transfer.html",
        context={
            "transfer": transfer,
            "crosses": transfer.office_id != transfer.to_office_id,
            "papers": list_papers(session, actor, about=("transfer", transfer.reference)).items,
            **acts,
            "late": transfer.closed_at is None and transfer.expected_on < today,
            "arrivals": list(Arrival),
            "sealed": _sealed(session, transfer) if acting else {},
            "states": list(SealState),
            "places": list_choices(session, actor, home, today) if acting else [],
            "orders": orders,
            "typed": typed or {},
            "errors": faults(error),
        },
        status_code=422 if error else 200,
    )


def _all_within(session: Session, actor: Actor, typed: Form) -> Sequence[str]:
    """What lies in the warehouse that was chosen as a whole."""
    place = typed.get("whole_place_id", "")
    if not place.isdecimal() or len(place) > MOST_DIGITS:
        return ()
    try:
        return queries.all_within(session, actor, int(place))
    except NotFound:
        return ()


def _sealed(session: Session, transfer: TransferOut) -> dict[str, list[str]]:
    """The seals of what is on its way: those it is under where it is in sight, else as sent."""
    away = [line for line in transfer.lines if not line.arrived]
    sent = {line.asset: sorted(line.seals) for line in away if line.seals and not line.here}
    return sealed_things(session, [line.asset for line in away]) | sent


def _acts(actor: Actor, transfer: TransferOut) -> dict[str, bool]:
    """Whether the reader receives, takes back, or asks for the order of the receiving office."""
    there = actor.sees(transfer.to_office_id)
    to_do = transfer.closed_at is None and transfer.carrier_staff_id != actor.staff_id
    handles = to_do and actor.may("transfers.receive")
    amiss = any(line.arrival in NOT_TAKEN and not line.arrived for line in transfer.lines)
    here = actor.sees(transfer.office_id) and (amiss or not there)
    return {
        "receives": handles and there,
        "takes_back": handles and here,
        "asks": to_do and there and actor.may("orders.request"),
    }
