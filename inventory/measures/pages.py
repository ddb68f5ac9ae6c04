"""Registering what is verified or measured, deciding, ending; and measures on an asset's page."""

from datetime import datetime
from typing import Any, NamedTuple

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.rules import AssetKind
from inventory.assets.schemas import AssetOut
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.measures import commands, queries
from inventory.measures.rules import DECISION_TIME, PROVISIONAL, MeasureKind
from inventory.measures.schemas import (
    MeasureEnd,
    NewMeasure,
    NewMeasuredAsset,
    NewMeasureDecision,
)

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
AMOUNT = "drawn_up.amount"


class MeasurePages(Controller):
    """Verifications and provisional measures."""

    include_in_schema = False

    @get("/assets/new/measure", permission="seizures.record", sync_to_thread=False)
    def register_form(
        self,
        session: NamedDependency[Session],
        at: NamedDependency[datetime],
        case: FromQuery[str | None] = None,
        measure: FromQuery[str | None] = None,
    ) -> Template:
        """The form for what becomes known by a verification or a provisional measure."""
        kinds = {kind.value for kind in MeasureKind}
        kind = measure if measure in kinds else MeasureKind.VERIFICATION.value
        typed = {"case_number": case or "", "quantity": "1", "measure": kind}
        return _register_form(session, at=at, typed=typed)

    @post("/assets/new/measure", permission="seizures.record", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Register what becomes known by a verification or a provisional measure."""
        try:
            new = decode_form(NewMeasuredAsset, _plain(data))
            made = commands.register_measured(session, actor, new, at=at)
        except DomainError as error:
            return _register_form(session, at=at, typed=data, error=error)
        return onward(request, f"/assets/{made.reference}", _("The asset was registered."))

    @get("/assets/{reference:str}/measures/new", permission="seizures.record", sync_to_thread=False)
    def measure_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for verifying an asset that is here, or for a measure on it."""
        return _form(
            _Who(request, session, actor, reference), "_new", {}, shown=_choices(session, at)
        )

    @post(
        "/assets/{reference:str}/measures/new", permission="seizures.record", sync_to_thread=False
    )
    def take(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Verify an asset that is here, or put it under a measure."""
        try:
            new = decode_form(NewMeasure, _plain(data))
            commands.take_measure(session, actor, reference, new, at=at)
        except DomainError as error:
            shown = _choices(session, at)
            return _form(_Who(request, session, actor, reference), "_new", data, error, shown=shown)
        return onward(request, f"/assets/{reference}", _("It was recorded."))

    @get(
        "/assets/{reference:str}/measures/decision",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def decision_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        measure: FromQuery[str | None] = None,
    ) -> Template:
        """The form for the decision on a measure taken by minutes."""
        typed = {"measure_id": measure or ""}
        return _form(_Who(request, session, actor, reference), "_decision", typed)

    @post(
        "/assets/{reference:str}/measures/decision",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the decision on a measure."""
        try:
            new = decode_form(NewMeasureDecision, _plain(data))
            commands.decide_measure(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(_Who(request, session, actor, reference), "_decision", data, error)
        return onward(request, f"/assets/{reference}", _("It was recorded."))

    @get("/assets/{reference:str}/measures/end", permission="seizures.record", sync_to_thread=False)
    def end_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        measure: FromQuery[str | None] = None,
    ) -> Template:
        """The form for ending a measure."""
        return _form(
            _Who(request, session, actor, reference), "_end", {"measure_id": measure or ""}
        )

    @post(
        "/assets/{reference:str}/measures/end", permission="seizures.record", sync_to_thread=False
    )
    def end(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """End a measure by decision."""
        try:
            new = decode_form(MeasureEnd, data)
            commands.end_measure(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(_Who(request, session, actor, reference), "_end", data, error)
        return onward(request, f"/assets/{reference}", _("It was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """What was done with an asset before its seizure, on its page."""
    rows = queries.list_measures(session, actor, asset.reference)
    title = _("Verification and provisional measures")
    parts: list[Part] = []
    records = actor.may("seizures.record")
    if records:
        href = f"/assets/{asset.reference}/measures/new"
        parts.append(Act(_("Verify, or take a measure"), href, panel=title))
    if rows:
        data = {"rows": rows, "reference": asset.reference, "records": records, "now": at}
        data["provisional"] = PROVISIONAL
        data["papers"] = queries.papers_of(session, actor, asset.reference)
        parts.append(Panel(title, "measures/_panel.html", data))
    return parts


def _plain(data: Form) -> Form:
    """What was typed, the amount that is frozen without the marks between groups of digits."""
    return {key: typed_amount(text) if key == AMOUNT else text for key, text in data.items()}


def _choices(session: Session, at: datetime) -> dict[str, Any]:
    try:
        hours = law.ruling(session, DECISION_TIME, local_day(at))
    except NotFound:
        return {"measures": list(MeasureKind), "hours": None}
    return {"measures": list(MeasureKind), "hours": hours}


class _Who(NamedTuple):
    """Who looks at a form about which asset."""

    request: AnyRequest
    session: Session
    actor: Actor
    reference: str


def _form(
    who: _Who,
    name: str,
    typed: Form,
    error: DomainError | None = None,
    *,
    shown: dict[str, Any] | None = None,
) -> Template:
    asset = get_asset(who.session, who.actor, who.reference)
    template = f"measures/{name}.html"
    return act_form(who.request, asset, template, typed, error, **(shown or {}))


def _register_form(
    session: Session, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    return Template(
        "measures/register.html",
        context={
            "kinds": list(AssetKind),
            "typed": typed,
            "errors": faults_of(error) if error else {},
            **_choices(session, at),
        },
        status_code=422 if error else 200,
    )
