"""Lots as a list, the form for a new one, and the breaches of rules that the record shows."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import cite
from auction.lots import commands, queries
from auction.lots.rules import LotStep, breach_told
from auction.lots.schemas import LotOut, NewLot
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.desk import Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
Contribution = Callable[[Session, Actor, LotOut, datetime], list[Part]]
"""What a room above says of a lot on its page; it gives nothing to those without its permission."""

_contributions: list[Contribution] = []


def shown_with_lots(contributions: Sequence[Contribution]) -> None:
    """Let these rooms speak on a lot's page; called only where the program is put together."""
    _contributions[:] = contributions


def parts_of_lot(session: Session, actor: Actor, lot: LotOut, at: datetime) -> list[Part]:
    """What the rooms above say of a lot, in their order."""
    return [part for give in _contributions for part in give(session, actor, lot, at)]


class LotPages(Controller):
    """Lists of lots and breaches."""

    include_in_schema = False

    @get("/lots", permission="lots.read", sync_to_thread=False)
    def list_lots(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        awaits: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Lots, the newest first, or those that wait for a step, the longest waiting first."""
        step = LotStep(awaits) if awaits in set(LotStep) else None
        lots = queries.list_lots(session, actor, awaits=step, cursor=cursor)
        return Template(
            "lots/list.html",
            context={"lots": lots, "step": step, "steps": list(LotStep), "cursor": cursor or ""},
        )

    @get("/lots/new", permission="lots.form", sync_to_thread=False)
    def lot_form(self, request: AnyRequest, asset: FromQuery[str | None] = None) -> Template:
        """The form for a lot."""
        return _form(request, {"assets": asset or ""})

    @post("/lots/new", permission="lots.form", sync_to_thread=False)
    def form_lot(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Form a lot."""
        try:
            named = re.split(r"[\s,;]+", data.get("assets", "").strip())
            said = {**data, "assets": [name for name in named if name] or None}
            lot = commands.form_lot(session, actor, decode_form(NewLot, said), at=at)
        except DomainError as error:
            return _form(request, data, error)
        return onward(request, f"/lots/{lot.reference}", _("The lot was formed."))

    @get("/breaches", permission="breaches.read", sync_to_thread=False)
    def list_breaches(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Steps in the record that do not fit a rule."""
        breaches = queries.list_breaches(session, actor, cursor=cursor)
        return Template(
            "lots/breaches.html",
            context={
                "breaches": breaches,
                "cursor": cursor or "",
                "cite": cite,
                "told": breach_told,
            },
        )


def _form(request: AnyRequest, typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "lots/_new.html" if wants_part(request) else "lots/new.html",
        context={"typed": typed, "errors": faults_of(error) if error else {}},
        status_code=422 if error else 200,
    )
