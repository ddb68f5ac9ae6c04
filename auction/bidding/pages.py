"""The rounds of an office by day."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.bidding import queries
from inventory.base.actor import Actor
from inventory.base.clock import local_day
from inventory.base.errors import Invalid
from inventory.base.messages import _
from inventory.base.web import Fault

AnyRequest = Request[Any, Any, Any]


class RoundPages(Controller):
    """Rounds."""

    include_in_schema = False

    @get("/rounds", permission="lots.read", sync_to_thread=False)
    def list_rounds(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        """Rounds by their day, the latest first, perhaps of some days only."""
        typed = {name: request.query_params.get(name, "") for name in ("since", "until")}
        cursor = request.query_params.get("cursor", "")
        days, errors = _days(typed)
        since, until = days.get("since"), days.get("until")
        rounds = queries.list_rounds(session, actor, since=since, until=until, cursor=cursor)
        return Template(
            "bidding/rounds.html",
            context={
                "rounds": rounds,
                "cursor": cursor,
                "typed": typed,
                "errors": errors,
                "query": {name: day.isoformat() for name, day in days.items()},
                "today": local_day(at),
            },
            status_code=422 if errors else 200,
        )


def _days(typed: dict[str, str]) -> tuple[dict[str, date], dict[str, Fault]]:
    days: dict[str, date] = {}
    errors: dict[str, Fault] = {}
    for name, text in typed.items():
        try:
            if text:
                days[name] = date.fromisoformat(text)
        except ValueError:
            errors |= Invalid(_("Give a date, such as 2026-08-01."), field=name).fields
    return days, errors
