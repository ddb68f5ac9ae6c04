"""Pausing or stopping a round: the form, the act, and the same over REST."""

import re
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.queries import rules_in_use
from auction.legal_rules.words import cite, word
from auction.lots.queries import get_lot, last_round
from auction.lots.rules import LotStep
from auction.lots.schemas import LotOut
from auction.notices.commands.request_halt import RULES
from auction.notices.queries import halts_of_lot
from auction.notices.rules import Halt
from auction.notices.schemas import HaltOut, NewHalt
from auction.outcomes.commands.halt_round import halt_round
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
TO_THE_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
"""What a browser sends for a date and time."""


class HaltPages(Controller):
    """Pausing or stopping a round."""

    path = "/lots/{reference:str}/rounds/{number:int}/halt"
    include_in_schema = False

    @get("/", permission="rounds.halt", sync_to_thread=False)
    def form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """The form."""
        return _form(session, actor, reference, number, at=at)

    @post("/", permission="rounds.halt", sync_to_thread=False)
    def halt(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Request it."""
        kind, _colon, ground = data.get("ground", "").partition(":")
        typed = data.get("effective_at", "")
        effective = f"{typed}:00" if TO_THE_MINUTE.fullmatch(typed) else typed
        try:
            new = decode_form(
                NewHalt, {**data, "kind": kind, "ground": ground, "effective_at": effective}
            )
            halt_round(session, actor, reference, number, new, at=at)
        except DomainError as error:
            return _form(session, actor, reference, number, at=at, typed=data, error=error)
        return onward(request, f"/lots/{reference}", _("The request was issued."))


class HaltApi(Controller):
    """Pausing or stopping a round."""

    path = "/api/v1/lots/{reference:str}/rounds/{number:int}/halt"
    tags = ("Rounds",)

    @post("/", permission="rounds.halt", sync_to_thread=False)
    def halt(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        number: FromPath[int],
        data: JSONBody[NewHalt],
    ) -> Response[list[HaltOut]]:
        """Request a pause or a stop on a ground of the law, before the winner is named."""
        made = halt_round(session, actor, reference, number, data, at=at)
        return Response(halts_of_lot(session, actor, made.lot_id), status_code=201)


def lot_parts(session: Session, actor: Actor, lot: LotOut, _at: datetime) -> list[Part]:
    """The way to pause or stop the open round."""
    if lot.awaits != LotStep.OUTCOME or not actor.may("rounds.halt"):
        return []
    fixed = last_round(session, lot.id)
    if fixed is None:
        return []
    path = f"/lots/{lot.reference}/rounds/{fixed.number}/halt"
    return [Act(_("Pause or stop the auction"), path)]


def _form(
    session: Session,
    actor: Actor,
    reference: str,
    number: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    known = {
        kind: next((one for one in rules_in_use(session, key) if one.serves(today)), None)
        for kind, key in RULES.items()
    }
    grounds = [
        (kind, rule, [(f"{kind.value}:{code}", word("terms", code)) for code in rule.codes])
        for kind, rule in known.items()
        if rule is not None
    ]
    return Template(
        "outcomes/halt.html",
        context={
            "lot": get_lot(session, actor, reference),
            "number": number,
            "grounds": grounds,
            "kinds": list(Halt),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            "cite": cite,
        },
        status_code=422 if error else 200,
    )
