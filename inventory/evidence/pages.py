"""Registering evidence, holding what is here already as evidence, and ending that."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.rules import AssetKind
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError, Invalid
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.custody.rules import SealState
from inventory.evidence import commands, queries
from inventory.evidence.lists import COLUMNS, MOST_THINGS, things_in
from inventory.evidence.rules import Comparison, HoldKind
from inventory.evidence.schemas import (
    EvidenceIntake,
    EvidenceThing,
    HoldEnd,
    MismatchAnswer,
    NewEvidence,
    NewHold,
    NewReleaseHour,
)
from inventory.orders.queries import Passing, list_open_lines
from inventory.orders.rules import FIRST_STORED, Direction
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class EvidencePages(Controller):
    """Evidence and temporary holding."""

    include_in_schema = False

    @get("/assets/new/evidence", permission="evidence.register", sync_to_thread=False)
    def register_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for an asset that comes as evidence."""
        typed = {
            "hold": HoldKind.EVIDENCE.value,
            "received_on": local_day(at).isoformat(),
            "quantity": "1",
        }
        return _register_form(session, actor, at=at, typed=typed)

    @post("/assets/new/evidence", permission="evidence.register", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Register an asset that comes as evidence."""
        try:
            new = decode_form(NewEvidence, data)
            made = commands.register_evidence(session, actor, new, at=at)
        except DomainError as error:
            return _register_form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/assets/{made.reference}", _("The asset was registered."))

    @get("/assets/new/evidence/list", permission="evidence.register", sync_to_thread=False)
    def list_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for several things that come together, as a pasted list."""
        typed = {"hold": HoldKind.EVIDENCE.value, "received_on": local_day(at).isoformat()}
        return _list_form(session, actor, at=at, typed=typed)

    @post("/assets/new/evidence/list", permission="evidence.register", sync_to_thread=False)
    def receive_list(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Receive all things of a list, or show what is wrong with which line."""
        try:
            new = intake_of(data)
            made = commands.receive_evidence(session, actor, new, at=at)
        except DomainError as error:
            return _list_form(session, actor, at=at, typed=data, error=error)
        first = f"/assets/{made[0].reference}" if len(made) == 1 else "/assets"
        return onward(request, first, _("All things of the list were received."))

    @get("/assets/{reference:str}/holds/new", permission="evidence.register", sync_to_thread=False)
    def hold_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for holding an asset as evidence too."""
        asset = get_asset(session, actor, reference)
        typed = {"received_on": local_day(at).isoformat()}
        return _act_form(request, asset, "evidence/_hold.html", typed=typed)

    @post("/assets/{reference:str}/holds/new", permission="evidence.register", sync_to_thread=False)
    def hold(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Hold an asset as evidence too."""
        try:
            new = decode_form(NewHold, data)
            commands.hold_asset_as_evidence(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _act_form(request, asset, "evidence/_hold.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The ground was recorded."))

    @get(
        "/assets/{reference:str}/holds/answers",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def answer_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        hold: FromQuery[int | None] = None,
    ) -> Template:
        """The form for the agency's answer on a mismatch."""
        asset = get_asset(session, actor, reference)
        typed = {"hold_id": str(hold or "")}
        return _act_form(request, asset, "evidence/_answer.html", typed=typed)

    @post(
        "/assets/{reference:str}/holds/answers",
        permission="evidence.register",
        sync_to_thread=False,
    )
    def answer(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the agency's answer on a mismatch."""
        try:
            new = decode_form(MismatchAnswer, data)
            commands.answer_mismatch(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _act_form(request, asset, "evidence/_answer.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The answer was recorded."))

    @get(
        "/assets/{reference:str}/release-hours/new",
        permission="evidence.fix_release",
        sync_to_thread=False,
    )
    def hour_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The form for the hour of release."""
        asset = get_asset(session, actor, reference)
        return _act_form(request, asset, "evidence/_hour.html", typed={})

    @post(
        "/assets/{reference:str}/release-hours/new",
        permission="evidence.fix_release",
        sync_to_thread=False,
    )
    def fix_release(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Fix the hour of release."""
        try:
            new = decode_form(NewReleaseHour, data)
            commands.fix_release(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _act_form(request, asset, "evidence/_hour.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The day and hour were fixed."))

    @get("/assets/{reference:str}/holds/end", permission="evidence.register", sync_to_thread=False)
    def end_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        hold: FromQuery[int | None] = None,
    ) -> Template:
        """The form for ending a hold."""
        asset = get_asset(session, actor, reference)
        typed = {"hold_id": str(hold or "")}
        return _act_form(request, asset, "evidence/_end.html", typed=typed)

    @post("/assets/{reference:str}/holds/end", permission="evidence.register", sync_to_thread=False)
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
        """End a hold."""
        try:
            commands.end_hold(session, actor, reference, decode_form(HoldEnd, data), at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return _act_form(request, asset, "evidence/_end.html", typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The end was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """The holds of an asset on its page."""
    rows = queries.list_holds(session, actor, asset.reference)
    records = actor.may("evidence.register")
    parts: list[Part] = []
    if records:
        href, title = f"/assets/{asset.reference}/holds/new", _("Evidence and temporary holding")
        parts.append(Act(_("Hold as evidence"), href, panel=title))
    if actor.may("evidence.fix_release") and rows and asset.place_id:
        parts.append(
            Act(_("Fix the hour of release"), f"/assets/{asset.reference}/release-hours/new")
        )
    if rows:
        data = {"rows": rows, "reference": asset.reference, "records": records}
        parts.append(Panel(_("Evidence and temporary holding"), "evidence/_panel.html", data))
    return parts


def _register_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    return Template(
        "evidence/new.html",
        context={
            "kinds": list(AssetKind),
            "holds": list(HoldKind),
            "seal_states": list(SealState),
            "comparisons": list(Comparison),
            "places": list_choices(session, actor, actor.office_id, local_day(at)),
            "orders": list_open_lines(
                session, actor, actor.office_id, Direction.IN, Passing(purposes=FIRST_STORED)
            ),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def intake_of(form: Form) -> EvidenceIntake:
    """What a form with a pasted list says; each line is read by itself.

    Raises Invalid that names the faults of all lines.
    """
    rest = {name: value for name, value in form.items() if name not in ("things", "place_id")}
    faults, things = {}, []
    for n, said in enumerate(things_in(form.get("things", ""))):
        try:
            things.append(decode_form(EvidenceThing, {"place_id": form.get("place_id"), **said}))
        except Invalid as error:
            faults.update({f"things.{n}.{name}": fault for name, fault in error.fields.items()})
    try:
        new = decode_form(EvidenceIntake, {**rest, "things": things})
    except Invalid as error:
        faults = {**error.fields, **faults}
    if faults:
        if any(name.startswith("things.") for name in faults):
            faults.pop("things", None)
        raise Invalid.many(_("Some fields need another look."), faults)
    return new


def _list_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    return Template(
        "evidence/list.html",
        context={
            "holds": list(HoldKind),
            "kinds": list(AssetKind),
            "comparisons": list(Comparison),
            "columns": COLUMNS,
            "most": MOST_THINGS,
            "places": list_choices(session, actor, actor.office_id, local_day(at)),
            "orders": list_open_lines(
                session, actor, actor.office_id, Direction.IN, Passing(purposes=FIRST_STORED)
            ),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _act_form(
    request: AnyRequest,
    asset: AssetOut,
    template: str,
    *,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    lists = {
        "holds": list(HoldKind),
        "seal_states": list(SealState),
        "comparisons": list(Comparison),
    }
    return act_form(request, asset, template, typed, error, **lists)
