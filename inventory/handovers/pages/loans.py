"""Loans: what is out and until when, giving out, keeping after it, taking it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.queries import ids_of
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.custody.care import sealed_things
from inventory.custody.pages import seals_in
from inventory.custody.rules import SealState
from inventory.handovers.commands import loans as commands
from inventory.handovers.commands import returns
from inventory.handovers.pages.forms import Form, faults, of_lines, part_of, things_in
from inventory.handovers.queries import loans as queries
from inventory.handovers.queries.orders import list_orders_for
from inventory.handovers.rules import Purpose
from inventory.handovers.schemas import NewContact, NewExtension, NewLoan, NewReturns
from inventory.orders.rules import GIVEN_BACK, GIVEN_OUT, Direction
from inventory.papers.queries import list_papers
from inventory.papers.rules import Proof
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]


class LoanPages(Controller):
    """Giving out for a time."""

    path = "/loans"
    include_in_schema = False

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_loans(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        show: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Loans by due day: open ones, late ones or all."""
        today = local_day(at)
        found = queries.list_loans(
            session,
            actor,
            open_only=show != "all",
            overdue_on=today if show == "overdue" else None,
            cursor=cursor,
        )
        return Template(
            "handovers/loans.html",
            context={
                "found": found,
                "show": show or "",
                "cursor": cursor or "",
                "today": today,
                "lends": actor.may("loans.lend"),
            },
        )

    @get("/new", permission="loans.lend", sync_to_thread=False)
    def lend_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        assets: FromQuery[str | None] = None,
    ) -> Template:
        """The form for giving out."""
        typed = {"requested_on": local_day(at).isoformat(), "assets": assets or ""}
        return _lend_form(session, actor, typed)

    @post("/new", permission="loans.lend", sync_to_thread=False)
    def lend(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give out."""
        try:
            said = {"assets": things_in(data.get("assets")) or None, "seals": seals_in(data)}
            new = decode_form(NewLoan, {**data, **said})
            made = commands.lend(session, actor, new, at=at)
        except DomainError as error:
            return _lend_form(session, actor, data, error)
        return onward(request, f"/loans/{made.reference}", _("The things were given out."))

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """One loan, its things and its log."""
        return _show(session, actor, reference, at=at)

    @post("/{reference:str}/contacts", permission="loans.follow", sync_to_thread=False)
    def contact(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Note a contact."""

        def act() -> object:
            return commands.contact(session, actor, reference, decode_form(NewContact, data), at=at)

        done = _("The contact was noted.")
        return _done(request, session, actor, reference, at=at, data=data, act=act, notice=done)

    @post("/{reference:str}/extensions", permission="loans.follow", sync_to_thread=False)
    def extend(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Extend."""

        def act() -> object:
            return commands.extend(
                session, actor, reference, decode_form(NewExtension, data), at=at
            )

        done = _("The loan was extended.")
        return _done(request, session, actor, reference, at=at, data=data, act=act, notice=done)

    @post("/{reference:str}/returns", permission="loans.lend", sync_to_thread=False)
    def bring_back(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take back."""

        def act() -> object:
            return returns.bring_back(session, actor, reference, _returns(data), at=at)

        done = _("The return was recorded.")
        return _done(request, session, actor, reference, at=at, data=data, act=act, notice=done)


def _done(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    data: Form,
    act: Callable[[], object],
    notice: str,
) -> Response[Any]:
    try:
        act()
    except DomainError as error:
        return _show(session, actor, reference, at=at, typed=data, error=error)
    return onward(request, f"/loans/{reference}", notice)


def _returns(data: Form) -> NewReturns:
    conditions, places = of_lines(data, "condition"), of_lines(data, "place")
    said = [
        {
            "asset": asset,
            "condition": conditions.get(asset),
            "place_id": places.get(asset),
        }
        for key in data
        if key.startswith("back.")
        for asset in (key.removeprefix("back."),)
    ]
    form = {"returns": said or None, "brought_by": part_of(data, "brought_by")}
    found = {"order": data.get("order"), "seals": seals_in(data)}
    return decode_form(NewReturns, {**form, **found})


def _lend_form(
    session: Session, actor: Actor, typed: Form, error: DomainError | None = None
) -> Template:
    """The form with the signed orders that fit what is to be given out; the only one is chosen."""
    named = things_in(typed.get("assets"))
    things = ids_of(session, actor, named)
    fitting = list_orders_for(
        session, actor, actor.office_id, Direction.OUT, things, purposes=GIVEN_OUT
    )
    if things and len(fitting) == 1 and not typed.get("order"):
        typed = {**typed, "order": fitting[0].choice}
    return Template(
        "handovers/loan_new.html",
        context={
            "purposes": list(Purpose),
            "orders": fitting,
            "sealed": sealed_things(session, named),
            "states": list(SealState),
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
    loan = queries.get_loan(session, actor, reference)
    open_still = loan.closed_at is None
    today = local_day(at)
    lends = open_still and actor.may("loans.lend")
    out = [line.asset for line in loan.lines if line.returned_at is None]
    homes = [line.home_place_id for line in loan.lines] if lends else []
    things = ids_of(session, actor, out) if lends else []
    orders = (
        list_orders_for(session, actor, loan.office_id, Direction.IN, things, purposes=GIVEN_BACK)
        if things
        else []
    )
    if typed is None and len(orders) == 1:
        typed = {"order": orders[0].choice}
    return Template(
        "handovers/loan.html",
        context={
            "loan": loan,
            "papers": list_papers(session, actor, about=("loan", loan.reference)).items,
            "lends": lends,
            "follows": open_still and actor.may("loans.follow"),
            "late": open_still and loan.due_on < today,
            "days": (loan.due_on - today).days,
            "sealed": sealed_things(session, out) if lends else {},
            "states": list(SealState),
            "orders": orders,
            "out": out,
            "proofs": list(Proof),
            "places": list_choices(session, actor, loan.office_id, today, around=homes)
            if homes
            else [],
            "typed": typed or {},
            "errors": faults(error),
        },
        status_code=422 if error else 200,
    )
