"""The files of labels over REST."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from reports.labels.drawing import pdf_of
from reports.labels.queries import job_of_run


class LabelFileApi(Controller):
    """Labels to print."""

    path = "/api/v1/labels"
    tags = ("Labels",)

    @get(
        "/{run_id:int}/file",
        permission="labels.print",
        sync_to_thread=False,
        media_type="application/pdf",
    )
    def file(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        run_id: FromPath[int],
    ) -> Response[bytes]:
        """The labels of a print as a PDF at true millimetres, for an hour after it."""
        return Response(
            pdf_of(job_of_run(session, actor, run_id, at=at)), media_type="application/pdf"
        )
