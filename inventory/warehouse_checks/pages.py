"""Inspections of warehouses in a browser."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.warehouse_checks import commands, queries
from inventory.warehouse_checks.rules import NEUTRAL, Answer, Figure, Question
from inventory.warehouse_checks.schemas import NewCheck

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class WarehouseCheckPages(Controller):
    """Inspections."""

    include_in_schema = False

    @get("/warehouse-checks", permission="warehouse_checks.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Inspections that were made, and the warehouses to inspect."""
        may = actor.may("warehouse_checks.record")
        return Template(
            "warehouse_checks/list.html",
            context={
                "checks": queries.list_checks(session, actor, cursor=cursor),
                "warehouses": queries.list_warehouses(session, actor) if may else [],
                "cursor": cursor or "",
            },
        )

    @get(
        "/places/{place_id:int}/inspection",
        permission="warehouse_checks.record",
        sync_to_thread=False,
    )
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[RowId],
    ) -> Template:
        """The checklist of a warehouse with what the program knows."""
        first = {"checked_on": local_day(at).isoformat(), "team": actor.name}
        return _form(session, actor, place_id, at=at, typed=first)

    @get(
        "/places/{place_id:int}/inspection/{figure:str}",
        permission="warehouse_checks.record",
        sync_to_thread=False,
    )
    def counted(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[RowId],
        figure: FromPath[str],
    ) -> Template:
        """What a figure counts, one by one."""
        if figure not in set(Figure):
            raise NotFound(_("There is no such figure."))
        place = queries.get_warehouse(session, actor, place_id)
        chosen = Figure(figure)
        rows = queries.list_counted(session, place, chosen, at=at)
        context = {"place": place, "figure": chosen, "rows": rows, "most": queries.MOST, "at": at}
        return Template("warehouse_checks/counted.html", context=context)

    @post(
        "/places/{place_id:int}/inspection",
        permission="warehouse_checks.record",
        sync_to_thread=False,
    )
    def save(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        place_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record the inspection."""
        try:
            new = decode_form(NewCheck, _gathered(data))
            commands.record_check(session, actor, place_id, new, at=at)
        except DomainError as error:
            return _form(session, actor, place_id, at=at, typed=data, error=error)
        return onward(request, "/warehouse-checks", _("The inspection was recorded."))


def _gathered(data: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the questions as a list of answers."""
    answers = []
    for question in Question:
        answer, note = data.get(question.value), data.get(f"{question}-note", "").strip()
        if answer:
            one = {"question": question.value, "answer": answer}
            answers.append({**one, "note": note} if note else one)
    rest = {name: data.get(name, "") for name in ("checked_on", "team", "note")}
    return {**rest, "answers": answers}


def _form(
    session: Session,
    actor: Actor,
    place_id: int,
    *,
    at: datetime,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    place = queries.get_warehouse(session, actor, place_id)
    return Template(
        "warehouse_checks/form.html",
        context={
            "place": place,
            "asked": queries.ask(session, place, at=at),
            "neutral": NEUTRAL,
            "at": at,
            "answers": list(Answer),
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
