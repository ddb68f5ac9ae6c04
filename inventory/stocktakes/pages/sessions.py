"""Pages of the plan and of stocktakes as they stand; the desk's part."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.stocktakes.commands.open_stocktake import open_stocktake
from inventory.stocktakes.commands.plan import plan_count, plan_year
from inventory.stocktakes.queries import results, stocktakes
from inventory.stocktakes.rules import Period, RiskClass
from inventory.stocktakes.schemas.said import NewPlan, NewPlannedCount, NewStocktake
from inventory.warehouses.queries import list_choices

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
LIST = "/stocktakes"
NEXT_MONTHS = timedelta(days=100)


class StocktakePages(Controller):
    """Planning, opening and running a stocktake."""

    path = LIST
    include_in_schema = False

    @get("/", permission="stocktakes.read", sync_to_thread=False)
    def list_page(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """What is being counted, what was, and what is to be counted by when."""
        today = local_day(at)
        return Template(
            "stocktakes/list.html",
            context={
                "found": stocktakes.list_stocktakes(session, actor, cursor=cursor),
                "cursor": cursor or "",
                "missed": stocktakes.list_missed(session, actor, today),
                "planned": stocktakes.list_planned(session, actor, since=today),
                "years": (today.year, today.year + 1),
            },
        )

    @post("/plan", permission="stocktakes.plan", sync_to_thread=False)
    def plan(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Plan what the law asks for in a year."""
        plan_year(session, actor, decode_form(NewPlan, data), at=at)
        return onward(request, LIST, _("The counts of the year are planned."))

    @get("/plan/new", permission="stocktakes.plan", sync_to_thread=False)
    def plan_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """The form for one more count."""
        return _form(session, actor, "stocktakes/plan.html", {"sample_pct": "100"}, at=at)

    @post("/plan/new", permission="stocktakes.plan", sync_to_thread=False)
    def plan_one(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Plan one more count."""
        try:
            plan_count(session, actor, decode_form(NewPlannedCount, _with_class(data)), at=at)
        except DomainError as error:
            return _form(session, actor, "stocktakes/plan.html", data, at=at, error=error)
        return onward(request, LIST, _("The count is planned."))

    @get("/new", permission="stocktakes.open", sync_to_thread=False)
    def open_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place: FromQuery[int | None] = None,
        planned: FromQuery[int | None] = None,
        period: FromQuery[Period] = Period.QUARTER,
    ) -> Template:
        """The form for opening, as the plan asks where one is named."""
        typed = {
            "place_id": str(place or ""),
            "planned_id": str(planned or ""),
            "period": period.value,
            "sample_pct": "100",
            "blind": "true",
        }
        if planned is not None:
            plan = stocktakes.get_planned(session, actor, planned)
            typed |= {"period": plan.period.value, "sample_pct": str(plan.sample_pct)}
            typed["classes"] = plan.classes[0].value if len(plan.classes) == 1 else ""
        return _form(session, actor, "stocktakes/new.html", typed, at=at)

    @post("/", permission="stocktakes.open", sync_to_thread=False)
    def open(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Open a stocktake."""
        try:
            said = {"blind": "false", **_with_class(data)}
            made = open_stocktake(session, actor, decode_form(NewStocktake, said), at=at)
        except DomainError as error:
            return _form(session, actor, "stocktakes/new.html", data, at=at, error=error)
        return onward(request, f"{LIST}/{made.reference}", _("The list is frozen; count now."))

    @get("/{reference:str}", permission="stocktakes.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """A stocktake as it stands, and what comes next."""
        return stocktake_page(session, actor, reference, cursor=cursor)

    @get("/{reference:str}/items", permission="stocktakes.read", sync_to_thread=False)
    def items_page(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """The list with what became of each line."""
        found = stocktakes.get_stocktake(session, actor, reference)
        results.check_sight(found)
        rows = results.list_items(session, found.id, cursor=cursor)
        context = {"stocktake": found, "found": rows, "cursor": cursor or ""}
        return Template("stocktakes/items.html", context=context)


def stocktake_page(
    session: Session,
    actor: Actor,
    reference: str,
    typed: Form | None = None,
    *,
    cursor: str | None = None,
    error: DomainError | None = None,
) -> Template:
    """A stocktake as it stands; with what was wrong in a form on it."""
    found = stocktakes.get_stocktake(session, actor, reference)
    return Template(
        "stocktakes/show.html",
        context={
            "stocktake": found,
            "progress": stocktakes.progress_of(session, found.id),
            "devices": stocktakes.list_devices(session, found.id),
            "cases": results.list_differences(session, found.id, cursor=cursor),
            "cursor": cursor or "",
            "signatures": results.standing_of(session, found.id).signed,
            "mine": results.may_judge(actor, found.first_counter_ids),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What is being counted and what was missed, for those who count, sign or approve.

    The head and the inspection see what is confirmed missing.
    """
    return _missing(session, actor) + _counts(session, actor, at)


def _missing(session: Session, actor: Actor) -> list[Part]:
    if not actor.may("warehouse_checks.record"):
        return []
    n = stocktakes.count_missing(session, actor)
    if not n:
        return []
    means = _("by a stocktake, and not found again")
    return [Card(_("Confirmed missing"), n, "/backlog?kind=confirmed_missing", means, "bad")]


def _counts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    wanted = ("stocktakes.count", "stocktakes.approve", "stocktakes.open")
    if actor.sees_all or not any(map(actor.may, wanted)):
        return []
    today = local_day(at)
    missed = stocktakes.list_missed(session, actor, today)
    soon = stocktakes.list_planned(session, actor, since=today, until=today + NEXT_MONTHS)
    running = stocktakes.list_stocktakes(session, actor, only_open=True, size=8).items
    parts: list[Part] = []
    if actor.may("stocktakes.count") and running:
        parts.append(Act(_("Count with this phone"), "/count"))
    if missed:
        parts.append(
            Card(_("Missed stocktakes"), len(missed), LIST, _("their day has passed"), "bad")
        )
    if running or soon:
        data = {"running": running, "soon": soon[:4]}
        parts.append(Panel(_("Stocktakes"), "stocktakes/_desk.html", data, LIST))
    return parts


def _with_class(data: Form) -> dict[str, Any]:
    """A form that names one class, or none for all."""
    chosen = data.get("classes", "")
    rest: dict[str, Any] = {name: value for name, value in data.items() if name != "classes"}
    return {**rest, "classes": [chosen]} if chosen else rest


def _form(
    session: Session,
    actor: Actor,
    template: str,
    typed: Form,
    *,
    at: datetime,
    error: DomainError | None = None,
) -> Template:
    return Template(
        template,
        context={
            "places": list_choices(session, actor, actor.office_id, local_day(at)),
            "periods": list(Period),
            "classes": list(RiskClass),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
