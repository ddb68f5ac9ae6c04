"""The desk: the page after log-in, put together from what the rooms have to say to this reader."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.messages import _
from inventory.organisation.rules import Role

Contribution = Callable[[Session, Actor, datetime], list[Part]]
"""What a room adds to the desk; it gives nothing to those without its permission."""

DESKS: dict[Role, tuple[str, str]] = {
    Role.INSPECTOR: (_("Inspector's desk"), _("Flags raised by failed rounds, and their reviews.")),
    Role.OFFICER: (
        _("Enforcement officer's desk"),
        _("Your assets, prices, rounds and due dates."),
    ),
    Role.KEEPER: (_("Keeper's desk"), _("What is in your warehouses, and what is to move.")),
    Role.HEAD: (_("Head of office's desk"), _("The state of your office.")),
    Role.ACCOUNTANT: (_("Accountant's desk"), _("Amounts and papers of your office.")),
    Role.ADMINISTRATOR: (_("Administrator's desk"), _("Offices, staff and accounts.")),
}


def desk_page(contributions: list[Contribution]) -> Any:
    """The handler of the desk for the given contributions."""

    @get("/desk", permission="desk.read", include_in_schema=False, sync_to_thread=False)
    def desk(
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
    ) -> Template:
        title, lead = _desk_of(actor)
        parts = [part for give in contributions for part in give(session, actor, at)]
        return Template(
            "shell/desk.html",
            context={
                "title": title,
                "lead": lead,
                "at": at,
                "cards": [part for part in parts if isinstance(part, Card)],
                "panels": [part for part in parts if isinstance(part, Panel)],
                "acts": [part for part in parts if isinstance(part, Act)],
            },
        )

    return desk


@get("/", public=True, include_in_schema=False, sync_to_thread=False)
def start() -> Response[Any]:
    """The front door leads to the desk, and from there to the log-in if need be."""
    return Redirect("/desk", status_code=303)


def _desk_of(actor: Actor) -> tuple[str, str]:
    held = (desk for role, desk in DESKS.items() if role in actor.roles)
    return next(held, (_("Desk"), _("Nothing is assigned to you yet.")))
