"""Codes and labels over REST."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.listing import Page
from inventory.labels import commands, queries
from inventory.labels.rules import LabelKind, UnknownCode, formats
from inventory.labels.schemas import FormatOut, Found, NewRun, RunOut, RunRow
from inventory.labels.web import provide_address


class LabelApi(Controller):
    """What a code stands for, and printing labels."""

    path = "/api/v1/labels"
    tags = ("Labels",)
    dependencies = {"address": Provide(provide_address, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @get("/codes", permission="assets.read", sync_to_thread=False)
    def find(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        *,
        text: FromQuery[str],
        expected: FromQuery[LabelKind | None] = None,
    ) -> Found:
        """What a scanned or typed code stands for.

        A wrong check digit is answered with 422, the label of another installation and an unknown
        number with 404, and what is not what was expected with 409.
        """
        found = queries.find_by_code(session, actor, text, expected=expected)
        if found is None:
            raise UnknownCode(queries.NOTHING, field="text", code=text[:60])
        return found

    @get("/formats", permission="labels.read", sync_to_thread=False)
    def list_formats(self) -> list[FormatOut]:
        """The sizes of labels, in millimetres."""
        return [
            FormatOut(*(getattr(fmt, name) for name in FormatOut.__struct_fields__))
            for fmt in formats().values()
        ]

    @get("/", permission="labels.read", sync_to_thread=False)
    def list_runs(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Page[RunRow]:
        """What was printed, the newest first."""
        return queries.list_runs(session, actor, cursor=cursor)

    @get("/{run_id:int}", permission="labels.read", sync_to_thread=False)
    def get_run(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        run_id: FromPath[int],
    ) -> RunOut:
        """A print with its labels."""
        return queries.get_run(session, actor, run_id)

    @post("/", permission="labels.print", sync_to_thread=False)
    def print_labels(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        address: NamedDependency[str],
        data: JSONBody[NewRun],
    ) -> Response[RunOut]:
        """Print labels; the file is at ``Location`` with ``/file``, for an hour."""
        run = commands.print_labels(session, actor, data, address=address, at=at)
        shown = queries.get_run(session, actor, run.id)
        return Response(shown, status_code=201, headers={"Location": f"/api/v1/labels/{run.id}"})
