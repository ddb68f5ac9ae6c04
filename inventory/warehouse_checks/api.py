"""Inspections of warehouses over REST."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.base.said import RowId
from inventory.warehouse_checks import commands, queries
from inventory.warehouse_checks.schemas import Asked, CheckRow, NewCheck


class WarehouseCheckApi(Controller):
    """Inspections."""

    path = "/api/v1"
    tags = ("Warehouse inspections",)

    @get("/warehouse-checks", permission="warehouse_checks.read", sync_to_thread=False)
    def list_all(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[CheckRow]:
        """Inspections in sight, the newest first."""
        return queries.list_checks(session, actor, cursor=cursor)

    @get(
        "/places/{place_id:int}/inspection",
        permission="warehouse_checks.record",
        sync_to_thread=False,
    )
    def ask(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[RowId],
    ) -> list[Asked]:
        """The checklist of a warehouse with what the program knows."""
        return queries.ask(session, queries.get_warehouse(session, actor, place_id), at=at)

    @post(
        "/places/{place_id:int}/inspections",
        permission="warehouse_checks.record",
        sync_to_thread=False,
    )
    def record(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        place_id: FromPath[RowId],
        data: JSONBody[NewCheck],
    ) -> CheckRow:
        """Record an inspection; its minutes are issued."""
        made = commands.record_check(session, actor, place_id, data, at=at)
        found = queries.list_checks(session, actor, cursor=None, size=200).items
        return next(row for row in found if row.id == made.id)
