"""Departures on pages: the list, asking for one, deciding on one."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.departures import commands, queries
from auction.departures.schemas import Decision, DepartureOut, NewDeparture
from auction.holds.pages import HeldLot
from auction.legal_rules.queries import title_of
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class DeparturePages(Controller):
    """Where a rule was departed from."""

    path = "/departures"
    include_in_schema = False

    @get("/", permission="departures.read", sync_to_thread=False)
    def show_all(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
    ) -> Template:
        """All departures in sight, the newest first."""
        cursor = request.query_params.get("cursor", "")
        waiting = request.query_params.get("waiting", "") == "1"
        found = queries.list_departures(session, actor, waiting=waiting, cursor=cursor)
        return Template(
            "departures/departures.html",
            context={"page_of": found, "cursor": cursor, "waiting": waiting},
        )

    @get("/new", permission="departures.ask", sync_to_thread=False)
    def ask_form(self, request: AnyRequest, session: NamedDependency[Session]) -> Template:
        """The form for a departure; a refusal that leaves room links here."""
        names = {"rule": "rule_key", "kind": "subject_kind", "ref": "subject_ref"}
        asked = request.query_params
        typed = {field: asked.get(name, "") for name, field in names.items()}
        return _form(request, session, typed)

    @post("/new", permission="departures.ask", sync_to_thread=False)
    def ask(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Ask for a departure."""
        try:
            new = decode_form(NewDeparture, data)
            made = commands.ask_departure(session, actor, new, at=at)
        except DomainError as error:
            return _form(request, session, data, error)
        said = _("Asked for. The act goes through once a second person approves.")
        return onward(request, f"/departures/{made.id}", said)

    @get("/{departure_id:int}", permission="departures.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        departure_id: FromPath[RowId],
    ) -> Template:
        """One departure, who decides on it, and the form for the second person."""
        found = queries.get_departure(session, actor, departure_id)
        waits = found.decided_at is None
        may_decide = actor.may(queries.DECIDE) and found.asked_by_id != actor.staff_id
        office, today = found.office_id, local_day(at)
        who = queries.second_people(session, office, today, but=found.asked_by_id) if waits else ()
        return Template(
            "departures/departure.html",
            context={"row": found, "may_decide": may_decide and waits, "who": who},
        )

    @post("/{departure_id:int}/decision", permission="departures.decide", sync_to_thread=False)
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        departure_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Approve it or turn it down."""
        words = data.get("words") or None
        said = msgspec.convert(
            {"approved": data.get("approved") == "yes", "words": words}, Decision
        )
        commands.decide_departure(session, actor, departure_id, said, at=at)
        return onward(request, f"/departures/{departure_id}", _("The decision was recorded."))


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Departures that wait for this person's decision."""
    if not actor.may("departures.decide"):
        return []
    waiting = queries.count_waiting(session, actor)
    title, path = _("Departures to decide on"), "/departures?waiting=1"
    return [Card(title, waiting, path, tone="warn" if waiting else "good")] if waiting else []


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """Where a rule was departed from for an asset or a lot it was in, on its page, for ever."""
    if not actor.may("departures.read"):
        return []
    return _panel(queries.departures_of_assets(session, actor, [asset.reference]))


def lot_parts(session: Session, actor: Actor, lot: HeldLot, _at: datetime) -> list[Part]:
    """Where a rule was departed from for a lot, on its page, for ever."""
    if not actor.may("departures.read"):
        return []
    return _panel(queries.departures_of(session, actor, "lot", lot.reference))


def _panel(found: list[DepartureOut]) -> list[Part]:
    title = _("Departures from a rule")
    return [Panel(title, "departures/_panel.html", {"departures": found})] if found else []


def _form(
    request: AnyRequest, session: Session, typed: Form, error: DomainError | None = None
) -> Template:
    key = typed.get("rule_key", "")
    return Template(
        "departures/_new.html" if wants_part(request) else "departures/new.html",
        context={
            "title": title_of(session, key) if key else None,
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
