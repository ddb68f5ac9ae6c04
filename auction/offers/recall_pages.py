"""Seizures that are to be recalled: their list, and the card of it on the desk."""

from datetime import datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import cite
from auction.offers import queries
from inventory.base.actor import Actor
from inventory.base.desk import Card, Part
from inventory.base.messages import _


class RecallPages(Controller):
    """Seizures that are to be recalled."""

    path = "/seizure-recalls"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def list_recalls(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Recalls that wait, the oldest first."""
        found = queries.list_recalls(session, actor, cursor=cursor)
        context = {"found": found, "cursor": cursor or "", "cite": cite}
        return Template("offers/recalls.html", context=context)


def desk_parts(session: Session, actor: Actor, _at: datetime) -> list[Part]:
    """Seizures to recall at once, for those who decide on it."""
    if not actor.may("seizures.recall"):
        return []
    waiting = queries.list_recalls(session, actor, size=20).items
    if not waiting:
        return []
    hint = _("the price sank to what the asset secures for another")
    return [Card(_("Seizures to recall at once"), len(waiting), "/seizure-recalls", hint, "bad")]
