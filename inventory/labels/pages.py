"""Scanning on any page, choosing labels to print, and what was printed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.labels import commands, queries
from inventory.labels.rules import DRAWN_FOR, LabelKind, Reason, formats
from inventory.labels.schemas import Chosen, NewRun, Selection
from inventory.labels.web import provide_address, said_of_choice
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

SHOWN = 100
"""So many labels of a choice are listed before it is printed."""


class ScanPages(Controller):
    """One box for whatever is scanned or typed."""

    include_in_schema = False

    @get("/scan", permission="assets.read", sync_to_thread=False)
    def scan(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        q: FromQuery[str | None] = None,
    ) -> Response[Any]:
        """The page of what was scanned; words that are no code are searched for."""
        return _answer(session, actor, (q or "").strip())

    @get(
        ["/L/{mark:str}/{number:str}", "/l/{mark:str}/{number:str}"],
        permission="assets.read",
        sync_to_thread=False,
    )
    def opened_by_camera(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        mark: FromPath[str],
        number: FromPath[str],
    ) -> Response[Any]:
        """The address in a label, as a phone's own camera opens it."""
        return _answer(session, actor, f"L/{mark}/{number}")


class LabelPages(Controller):
    """Printing labels."""

    path = "/labels"
    include_in_schema = False
    dependencies = {"address": Provide(provide_address, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @get("/", permission="labels.read", sync_to_thread=False)
    def list_runs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """What was printed, the newest first."""
        runs = queries.list_runs(session, actor, cursor=cursor)
        return Template("labels/list.html", context={"runs": runs, "cursor": cursor or ""})

    @get("/new", permission="labels.print", sync_to_thread=False)
    def choose(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """Choose whose labels on which paper, and see them before they are printed."""
        typed = {name: str(value) for name, value in request.query_params.items()}
        return _choice(session, actor, typed, at=at)

    @post("/new", permission="labels.print", sync_to_thread=False)
    def print_labels(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        at: NamedDependency[datetime],
        address: NamedDependency[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the print; its file is on the next page."""
        try:
            new = decode_form(NewRun, said_of_choice(data))
            run = commands.print_labels(session, actor, new, address=address, at=at)
        except DomainError as error:
            return _choice(session, actor, data, at=at, error=error)
        return onward(request, f"/labels/{run.id}", _("The labels are ready to be printed."))

    @get("/{run_id:int}", permission="labels.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        run_id: FromPath[int],
    ) -> Template:
        """A print with its labels."""
        run = queries.get_run(session, actor, run_id)
        drawn = at <= run.printed_at + DRAWN_FOR and actor.may("labels.print")
        return Template(
            "labels/show.html",
            context={"run": run, "format": formats()[run.format], "drawn": drawn},
        )


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """Every label of an asset, on its page."""
    if not actor.may("labels.read"):
        return []
    printed = queries.list_labels_of(session, actor, asset.id)
    parts: list[Part] = []
    if printed:
        parts.append(Panel(_("Labels"), "labels/_panel.html", {"printed": printed}))
    if actor.may("labels.print") and asset.since is not None and asset.way:
        query = urlencode({"kind": LabelKind.ASSET.value, "numbers": asset.reference})
        parts.append(Act(_("Print the label"), f"/labels/new?{query}", own_page=True))
    return parts


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """What was taken in and bears no label yet, with the button that prints them all."""
    if not actor.may("labels.print") or actor.sees_all:
        return []
    waiting = queries.count_waiting(session, actor)
    hint, tone = _("taken in, without a label"), "warn" if waiting else "good"
    parts: list[Part] = [Card(_("To label"), waiting, "/labels/new?waiting=true", hint, tone)]
    if waiting:
        data = {"rows": queries.list_waiting(session, actor), "count": waiting, **_USUAL}
        parts.append(Panel(_("To label"), "labels/_waiting.html", data, "/labels/new?waiting=true"))
    return parts


def _answer(session: Session, actor: Actor, words: str) -> Response[Any]:
    if not words:
        return _scan_form("", {})
    try:
        found = queries.find_by_code(session, actor, words)
    except DomainError as error:
        return _scan_form(words, faults_of(error), error.status)
    if found is None:
        return Redirect(f"/assets?{urlencode({'q': words})}", status_code=303)
    return Redirect(found.path, status_code=303)


def _scan_form(words: str, errors: dict[str, Any], status: int = 200) -> Response[Any]:
    context = {"typed": {"q": words}, "errors": errors}
    return Template("labels/scan.html", context=context, status_code=status)


def _choice(
    session: Session,
    actor: Actor,
    typed: Form,
    *,
    at: datetime,
    error: DomainError | None = None,
) -> Template:
    selection: Selection | None = None
    errors = faults_of(error) if error else {}
    try:
        if not set(errors) & _OF_CHOICE and any(typed.get(name) for name in _SOURCES):
            said = said_of_choice(typed)
            known = {name: said[name] for name in Chosen.__struct_fields__ if name in said}
            selection = queries.select_labels(session, actor, decode_form(Chosen, known))
    except DomainError as refused:
        errors = faults_of(refused)
        error = refused
    typed = {**_USUAL, **typed}
    query = {name: typed[name] for name in _ASKED if typed.get(name)}
    return Template(
        "labels/new.html",
        context={
            "kinds": list(LabelKind),
            "places": list_choices(session, actor, actor.office_id, local_day(at)),
            "formats": list(formats().values()),
            "reasons": list(Reason),
            "typed": typed,
            "query": query,
            "selection": selection,
            "shown": SHOWN,
            "errors": errors,
        },
        status_code=error.status if error else 200,
    )


_USUAL = {"kind": LabelKind.ASSET.value, "start": "1", "format": "a4-24"}
_SOURCES = ("numbers", "order", "place_id", "waiting")
_OF_CHOICE = {"kind", *_SOURCES, "again", "q"}
_ASKED = ("kind", *_SOURCES, "again", "format", "start")
