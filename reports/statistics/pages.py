"""Figures in a browser."""

from datetime import date, datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.clock import local_day
from reports.statistics.queries import figures_of_period


class CauseFigurePages(Controller):
    """Why nobody bought, by office and kind of asset."""

    path = "/statistics/causes"
    include_in_schema = False

    @get("/", permission="statistics.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        since: FromQuery[date | None] = None,
        until: FromQuery[date | None] = None,
    ) -> Template:
        """How often each cause was found in the failed rounds of a period."""
        found = figures_of_period(session, actor, since, until, today=local_day(at))
        typed = {"since": found.since.isoformat(), "until": found.until.isoformat()}
        return Template("statistics/causes.html", context={"found": found, "typed": typed})
