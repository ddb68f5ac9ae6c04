"""Disposals: what is due, a new decision, and one with the form of its next step."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.schemas import AssetOut
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Part
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.custody.care import sealed_things
from inventory.custody.pages import seals_in
from inventory.custody.rules import SealState
from inventory.disposals import queries
from inventory.disposals.commands import carry_out as going
from inventory.disposals.commands import refunding, steps
from inventory.disposals.commands.council import set_up_council
from inventory.disposals.rules import Thing, Way
from inventory.disposals.schemas import (
    CarriedOut,
    NewCouncil,
    NewDisposal,
    NewNotice,
    NewRefundAsked,
    NewRefunded,
    NewRefusal,
    NewRemittance,
)
from inventory.papers.queries import list_papers
from inventory.papers.rules import Proof

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
SEATS = 5
"""Members that the form of a council has room for."""

Doing = Callable[[Session, Actor, str, Form, datetime], object]


def _council(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    members = [
        {
            "name": data[f"name.{i}"].strip(),
            "post": data.get(f"post.{i}", "").strip() or "–",
            "body": data.get(f"body.{i}", "").strip(),
            "chairs": data.get("chair") == str(i),
        }
        for i in range(SEATS)
        if data.get(f"name.{i}", "").strip()
    ]
    new = decode_form(NewCouncil, {**data, "members": members or None})
    return set_up_council(session, actor, reference, new, at=at)


def _notice(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    return steps.notify(session, actor, reference, decode_form(NewNotice, data), at=at)


def _refusal(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    return steps.refuse_return(session, actor, reference, decode_form(NewRefusal, data), at=at)


def _unclaimed(session: Session, actor: Actor, reference: str, _data: Form, at: datetime) -> object:
    return steps.give_up_waiting(session, actor, reference, at=at)


def _carried(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    named = [key.removeprefix("go.") for key in data if key.startswith("go.")]
    said = {"assets": named or None, "seals": seals_in(data)}
    new = decode_form(CarriedOut, {**data, **said})
    return going.carry_out(session, actor, reference, new, at=at)


def _sale(session: Session, actor: Actor, reference: str, _data: Form, at: datetime) -> object:
    return going.put_up_for_sale(session, actor, reference, at=at)


def _remittance(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    return steps.remit(session, actor, reference, decode_form(NewRemittance, data), at=at)


def _refund_asked(
    session: Session, actor: Actor, reference: str, data: Form, at: datetime
) -> object:
    new = decode_form(NewRefundAsked, data)
    return refunding.ask_refund(session, actor, reference, new, at=at)


def _refunded(session: Session, actor: Actor, reference: str, data: Form, at: datetime) -> object:
    return refunding.receive_refund(
        session, actor, reference, decode_form(NewRefunded, data), at=at
    )


class DisposalPages(Controller):
    """What becomes of things by decision."""

    path = "/disposals"
    include_in_schema = False

    @get("/", permission="disposals.read", sync_to_thread=False)
    def list_disposals(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        show: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Disposals by due day, and what was put up for sale."""
        found = queries.list_disposals(session, actor, open_only=show != "all", cursor=cursor)
        return Template(
            "disposals/list.html",
            context={
                "found": found,
                "for_sale": queries.list_for_sale(session, actor),
                "show": show or "",
                "cursor": cursor or "",
                "today": local_day(at),
                "decides": actor.may("disposals.decide"),
                "forms_lots": actor.may("lots.form"),
            },
        )

    @get("/new", permission="disposals.decide", sync_to_thread=False)
    def decide_form(
        self, at: NamedDependency[datetime], assets: FromQuery[str | None] = None
    ) -> Template:
        """The form for a decision."""
        return _new({"assets": assets or "", "decision_on": local_day(at).isoformat()})

    @post("/new", permission="disposals.decide", sync_to_thread=False)
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a decision."""
        named = [word.upper() for word in re.split(r"[\s,;]+", data.get("assets", "")) if word]
        try:
            new = decode_form(NewDisposal, {**data, "assets": named or None})
            made = steps.decide(session, actor, new, at=at)
        except DomainError as error:
            return _new(data, error)
        return onward(request, f"/disposals/{made.reference}", _("The decision was recorded."))

    @get("/{reference:str}", permission="disposals.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """One disposal with the form of its next step."""
        return _show(session, actor, reference, at=at)

    @post(
        "/{reference:str}/council", permission="destruction_councils.set_up", sync_to_thread=False
    )
    def council(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Set a council up."""
        return _step(request, session, actor, reference, _council, data=data, at=at)

    @post("/{reference:str}/notice", permission="disposals.decide", sync_to_thread=False)
    def notice(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the notice."""
        return _step(request, session, actor, reference, _notice, data=data, at=at)

    @post("/{reference:str}/unwanted", permission="disposals.decide", sync_to_thread=False)
    def refusal(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record that the owner does not want things back."""
        return _step(request, session, actor, reference, _refusal, data=data, at=at)

    @post("/{reference:str}/unclaimed", permission="disposals.decide", sync_to_thread=False)
    def unclaimed(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Record that nobody collected."""
        return _step(request, session, actor, reference, _unclaimed, data={}, at=at)

    @post("/{reference:str}/carried-out", permission="custody.release", sync_to_thread=False)
    def carried_out(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Let things go."""
        return _step(request, session, actor, reference, _carried, data=data, at=at)

    @post("/{reference:str}/sale", permission="disposals.decide", sync_to_thread=False)
    def sale(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Hand things to the auction side."""
        return _step(request, session, actor, reference, _sale, data={}, at=at)

    @post("/{reference:str}/remittance", permission="disposals.remit", sync_to_thread=False)
    def remittance(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record that money was paid in."""
        return _step(request, session, actor, reference, _remittance, data=data, at=at)

    @post("/{reference:str}/refund-request", permission="disposals.decide", sync_to_thread=False)
    def refund_asked(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Ask the finance body for a refund."""
        return _step(request, session, actor, reference, _refund_asked, data=data, at=at)

    @post("/{reference:str}/refund", permission="disposals.remit", sync_to_thread=False)
    def refunded(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the refund."""
        return _step(request, session, actor, reference, _refunded, data=data, at=at)


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What is to be done with things by decision."""
    acts = ("disposals.decide", "custody.release", "destruction_councils.set_up")
    if not any(map(actor.may, acts)) or actor.sees_all:
        return []
    late = queries.count_open(session, actor, late_on=local_day(at))
    return [
        Card(
            _("Disposals to carry out"),
            queries.count_open(session, actor),
            "/disposals",
            _("some are late") if late else _("destroy, return, forfeit, sell"),
            "bad" if late else "plain",
        )
    ]


def asset_parts(_session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """What may be started from an asset's page."""
    if not actor.may("disposals.decide"):
        return []
    href = f"/disposals/new?assets={asset.reference}"
    return [Act(_("Dispose of it"), href, own_page=True, panel=_("Disposals"))]


def _step(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    act: Doing,
    *,
    data: Form,
    at: datetime,
) -> Response[Any]:
    plain = {key: typed_amount(text) if key == "amount" else text for key, text in data.items()}
    try:
        act(session, actor, reference, plain, at)
    except DomainError as error:
        return _show(session, actor, reference, at=at, typed=data, error=error)
    return onward(request, f"/disposals/{reference}", _("The step was recorded."))


def _new(typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "disposals/new.html",
        context={
            "roads": list(Way),
            "things": list(Thing),
            "typed": typed,
            "errors": faults_of(error) if error else {},
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
    disposal = queries.get_disposal(session, actor, reference)
    left = [line.asset for line in disposal.lines if not line.ending]
    today = local_day(at)
    day = today.isoformat()
    proposed = {"decided_on": day, "noticed_on": day, "refused_on": day, "remitted_on": day}
    proposed |= {"asked_on": day, "refunded_on": day}
    return Template(
        "disposals/show.html",
        context={
            "disposal": disposal,
            "papers": list_papers(session, actor, about=("disposal", disposal.reference)).items,
            "decides": actor.may("disposals.decide"),
            "releases": actor.may("custody.release"),
            "sets_up": actor.may("destruction_councils.set_up"),
            "sealed": sealed_things(session, left) if actor.may("custody.release") else {},
            "states": list(SealState),
            "remits": actor.may("disposals.remit"),
            "taken": {step.step.value for step in disposal.steps},
            "late": disposal.due_on is not None and disposal.due_on < today,
            "bodies": _bodies(session, at),
            "seats": range(SEATS),
            "proofs": list(Proof),
            "typed": typed or proposed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _bodies(session: Session, at: datetime) -> list[str]:
    """The bodies that must sit in a council today, and the expert body that may."""
    try:
        named = law.ruling(session, "destroy_council_members", local_day(at)).codes
    except NotFound:
        named = frozenset()
    return [*sorted(named), "expert_body"]
