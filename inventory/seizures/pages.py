"""Registering what is seized, seizing again, releasing; and the seizures on an asset's page."""

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
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.orders.queries import Passing, list_open_lines
from inventory.orders.rules import FIRST_STORED, Direction
from inventory.organisation.powers import Power, ban_on
from inventory.seizures import commands, drawing, queries
from inventory.seizures.rules import SeizureWay
from inventory.seizures.schemas import (
    NewCustody,
    NewMinutes,
    NewSeizedAsset,
    NewSeizure,
    SeizureRelease,
)
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
AMOUNTS = frozenset({"estimated_value", "expected_costs"})


class SeizurePages(Controller):
    """Seizures."""

    include_in_schema = False

    @get("/assets/new", permission="assets.register", sync_to_thread=False)
    def register_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        case: FromQuery[str | None] = None,
        way: FromQuery[str | None] = None,
    ) -> Template:
        """The form for a seized asset, by how it comes under seizure."""
        ways = {one.value for one in SeizureWay}
        chosen = way if way in ways else SeizureWay.DECISION.value
        typed = {"case_number": case or "", "quantity": "1", "way": chosen}
        return _register_form(session, actor, at=at, typed=typed)

    @post("/assets/new", permission="assets.register", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Register a seized asset."""
        try:
            new = decode_form(NewSeizedAsset, _plain(data))
            made = commands.register_seized_asset(session, actor, new, at=at)
        except DomainError as error:
            if not (data.get("decision_number") or data.get("drawn_up.grounds")):
                error.fields.setdefault("decision_number", (_("This field is required."), {}))
            return _register_form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/assets/{made.reference}", _("The asset was registered."))

    @get("/assets/{reference:str}/seizures/new", permission="seizures.record", sync_to_thread=False)
    def seize_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a further seizure."""
        asset = get_asset(session, actor, reference)
        typed = {"way": SeizureWay.DECISION.value}
        return act_form(request, asset, "seizures/_seize.html", typed, **_choices(session, at))

    @post(
        "/assets/{reference:str}/seizures/new", permission="seizures.record", sync_to_thread=False
    )
    def seize(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Seize an asset that is here already."""
        try:
            new = decode_form(NewSeizure, _plain(data))
            commands.seize_again(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            shown = _choices(session, at)
            return act_form(request, asset, "seizures/_seize.html", data, error, **shown)
        return onward(request, f"/assets/{reference}", _("The seizure was recorded."))

    @get(
        "/assets/{reference:str}/seizures/release",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def release_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        case: FromQuery[str | None] = None,
    ) -> Template:
        """The form for releasing a seizure."""
        asset = get_asset(session, actor, reference)
        return act_form(request, asset, "seizures/_release.html", {"case_number": case or ""})

    @post(
        "/assets/{reference:str}/seizures/release",
        permission="seizures.record",
        sync_to_thread=False,
    )
    def release(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Release a seizure."""
        try:
            new = decode_form(SeizureRelease, data)
            commands.release_seizure(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return act_form(request, asset, "seizures/_release.html", data, error)
        return onward(request, f"/assets/{reference}", _("The release was recorded."))


class SeizurePaperPages(Controller):
    """The minutes that a seizure brings."""

    path = "/assets/{reference:str}/seizures"
    include_in_schema = False

    @get("/minutes", permission="seizures.record", sync_to_thread=False)
    def minutes_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        case: FromQuery[str | None] = None,
    ) -> Template:
        """The form for the minutes of a seizure, with what is known filled in."""
        asset = get_asset(session, actor, reference)
        typed = queries.known_of(session, asset, case)
        return act_form(request, asset, "seizures/_minutes.html", typed)

    @post("/minutes", permission="seizures.record", sync_to_thread=False)
    def draw_minutes(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Draw up the minutes of a seizure."""
        try:
            new = decode_form(NewMinutes, data)
            issued = drawing.draw_minutes(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return act_form(request, asset, "seizures/_minutes.html", data, error)
        return onward(request, f"/documents/{issued.reference}", _("The paper was issued."))

    @get("/custody", permission="seizures.record", sync_to_thread=False)
    def custody_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        case: FromQuery[str | None] = None,
    ) -> Template:
        """The form for the minutes of giving into custody."""
        asset = get_asset(session, actor, reference)
        typed = queries.known_of(session, asset, case)
        return act_form(request, asset, "seizures/_custody.html", typed)

    @post("/custody", permission="seizures.record", sync_to_thread=False)
    def assign_custody(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Give a seized thing into somebody's custody."""
        try:
            new = decode_form(NewCustody, data)
            issued = drawing.assign_custody(session, actor, reference, new, at=at)
        except DomainError as error:
            asset = get_asset(session, actor, reference)
            return act_form(request, asset, "seizures/_custody.html", data, error)
        return onward(request, f"/documents/{issued.reference}", _("The paper was issued."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The seizures of an asset on its page."""
    rows = queries.list_seizures(session, actor, asset.reference)
    records = actor.may("seizures.record")
    parts: list[Part] = []
    ban = ban_on(session, asset.office_id, local_day(at))
    if ban is not None:
        parts.append(Panel(_("Bailiff's office"), "seizures/_powers.html", {"ban": ban}))
    if records:
        text = _("Seize for another case") if rows else _("Seize")
        href = f"/assets/{asset.reference}/seizures/new"
        parts.append(Act(text, href, panel=_("Seizures")))
    if rows:
        data: dict[str, Any] = {"rows": rows, "reference": asset.reference, "records": records}
        data["forces"] = ban is None or Power.COERCION not in ban.codes
        data["papers"] = queries.papers_of(session, actor, asset.reference)
        data["replaced"] = queries.replaced_of(session, actor, asset.reference)
        parts.append(Panel(_("Seizures"), "seizures/_panel.html", data))
    return parts


def _choices(session: Session, at: datetime) -> dict[str, Any]:
    choice = queries.choice_article(session, local_day(at))
    return {"choice": choice, "seizure_ways": list(SeizureWay)}


def _plain(data: Form) -> Form:
    return {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}


def _register_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    ban = ban_on(session, actor.office_id, local_day(at))
    return Template(
        "seizures/new.html",
        context={
            "kinds": list(AssetKind),
            "places": list_choices(session, actor, actor.office_id, local_day(at)),
            "orders": list_open_lines(
                session, actor, actor.office_id, Direction.IN, Passing(purposes=FIRST_STORED)
            ),
            "typed": typed,
            "draws": actor.may("seizures.record") and ban is None,
            "ban": ban,
            "choice": queries.choice_article(session, local_day(at)),
            "by_judgment": queries.article_of(session, queries.BY_JUDGMENT, local_day(at)),
            "on_the_spot": queries.article_of(session, queries.ON_THE_SPOT, local_day(at)),
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
