"""Figures over REST."""

from datetime import date, datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from reports.statistics.queries import figures_of_period
from reports.statistics.schemas import CauseFigures


class CauseFigureApi(Controller):
    """Why nobody bought, by office and kind of asset."""

    path = "/api/v1/statistics/causes"
    tags = ("Statistics",)

    @get("/", permission="statistics.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        since: FromQuery[date | None] = None,
        until: FromQuery[date | None] = None,
    ) -> CauseFigures:
        """How often each cause was found; without a period, in the last year."""
        return figures_of_period(session, actor, since, until, today=local_day(at))
