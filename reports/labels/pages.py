"""The files of labels in a browser: a print, a look at it before, and a page to measure."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.web import decode_form
from inventory.labels.schemas import Chosen
from inventory.labels.web import provide_address, said_of_choice
from reports.labels.drawing import pdf_of, picture_of
from reports.labels.queries import job_of_choice, job_of_run, measuring_job

AnyRequest = Request[Any, Any, Any]


class LabelFilePages(Controller):
    """Labels to print and to look at."""

    path = "/labels"
    include_in_schema = False
    dependencies = {"address": Provide(provide_address, sync_to_thread=False)}  # noqa: RUF012 - litestar's form

    @get("/{run_id:int}/labels.pdf", permission="labels.print", sync_to_thread=False)
    def file(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        run_id: FromPath[int],
    ) -> Response[bytes]:
        """The labels of a print, for an hour after it."""
        return pdf_answer(pdf_of(job_of_run(session, actor, run_id, at=at)), f"labels-{run_id}")

    @get("/preview.svg", permission="labels.print", sync_to_thread=False)
    def preview(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        address: NamedDependency[str],
    ) -> Response[str]:
        """The first page of a choice, as it would be printed."""
        typed = {name: str(value) for name, value in request.query_params.items()}
        fmt, start = typed.pop("format", ""), typed.pop("start", "1")
        chosen = decode_form(Chosen, said_of_choice(typed))
        begin = int(start) if start.isdecimal() else 1
        job = job_of_choice(session, actor, chosen, fmt, begin, address=address)
        return Response(picture_of(job), media_type="image/svg+xml")

    @get("/measure.pdf", permission="labels.print", sync_to_thread=False)
    def measure(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        address: NamedDependency[str],
        format: FromQuery[str],  # noqa: A002 - the name in the address
    ) -> Response[bytes]:
        """A page with the edges of all labels, to be laid over a sheet before it is used."""
        job = measuring_job(session, actor, format, address=address)
        return pdf_answer(pdf_of(job), f"measure-{job.format.code}")


def pdf_answer(content: bytes, name: str) -> Response[bytes]:
    """A PDF to be shown in the browser; labels are not kept, they are drawn from the record."""
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
