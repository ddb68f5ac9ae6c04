"""Offers: what waits for whose answer, a new one, and answering item by item."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.queries import ids_of
from inventory.base import law
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form
from inventory.custody.care import sealed_things
from inventory.custody.pages import seals_in
from inventory.custody.rules import SealState
from inventory.handovers.commands import answers
from inventory.handovers.commands import offers as commands
from inventory.handovers.pages.forms import (
    Form,
    colleagues,
    faults,
    joined,
    of_lines,
    part_of,
    things_in,
)
from inventory.handovers.queries import offers as queries
from inventory.handovers.queries.orders import list_orders_for
from inventory.handovers.rules import ANSWER
from inventory.handovers.schemas import NewAnswers, NewOffer
from inventory.handovers.shown import OfferOut
from inventory.orders.rules import LET_GO, Direction
from inventory.papers.queries import list_papers
from inventory.papers.rules import Proof

AnyRequest = Request[Any, Any, Any]


class OfferPages(Controller):
    """Two-sided hand-over."""

    path = "/handovers"
    include_in_schema = False

    @get("/", permission="handovers.read", sync_to_thread=False)
    def list_offers(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Offers that wait for the reader, and all offers."""
        return Template(
            "handovers/offers.html",
            context={
                "waiting": queries.list_offers(session, actor, waiting_for_me=True, size=20).items,
                "found": queries.list_offers(session, actor, cursor=cursor),
                "cursor": cursor or "",
                "offers": actor.may("handovers.offer"),
            },
        )

    @get("/new", permission="handovers.offer", sync_to_thread=False)
    def offer_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        assets: FromQuery[str | None] = None,
    ) -> Template:
        """The form for a new offer."""
        until = law.due_on(session, ANSWER, local_day(at))
        typed = {"answer_by": until.isoformat(), "assets": joined(things_in(assets))}
        return _offer_form(session, actor, at=at, typed=typed)

    @post("/new", permission="handovers.offer", sync_to_thread=False)
    def offer(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Offer."""
        try:
            new = decode_form(NewOffer, {**data, "assets": things_in(data.get("assets")) or None})
            made = commands.offer(session, actor, new, at=at)
        except DomainError as error:
            return _offer_form(session, actor, at=at, typed=data, error=error)
        return onward(request, f"/handovers/{made.reference}", _("The things were offered."))

    @get("/{reference:str}", permission="handovers.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """One offer, with the form to answer it where the reader is to."""
        return _show(session, actor, reference, at=at)

    @post("/{reference:str}/answers", permission="handovers.answer", sync_to_thread=False)
    def answer(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Answer item by item."""
        try:
            answers.answer(session, actor, reference, _answers(data), at=at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, typed=data, error=error)
        return onward(request, f"/handovers/{reference}", _("The answer was recorded."))

    @post("/{reference:str}/withdrawal", permission="handovers.offer", sync_to_thread=False)
    def withdraw(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Take an offer back."""
        commands.withdraw(session, actor, reference, at=at)
        return onward(request, f"/handovers/{reference}", _("The offer was taken back."))


def _answers(data: Form) -> NewAnswers:
    reasons = of_lines(data, "reason")
    said = [
        {"asset": asset, "accepted": word == "yes", "reason": reasons.get(asset)}
        for asset, word in of_lines(data, "answer").items()
    ]
    form = {"answers": said or None, "signed": part_of(data, "signed")}
    return decode_form(NewAnswers, {**form, "seals": seals_in(data)})


def _offer_form(
    session: Session, actor: Actor, *, at: datetime, typed: Form, error: DomainError | None = None
) -> Template:
    things = ids_of(session, actor, things_in(typed.get("assets")))
    fitting = list_orders_for(
        session, actor, actor.office_id, Direction.OUT, things, purposes=LET_GO
    )
    return Template(
        "handovers/offer_new.html",
        context={
            "orders": fitting if things else [],
            "colleagues": colleagues(session, actor.office_id, local_day(at)),
            "typed": typed,
            "errors": faults(error),
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    offer = queries.get_offer(session, actor, reference)
    answers_it = _may_answer(actor, offer, at)
    waiting = [line.asset for line in offer.lines if line.answer is None]
    return Template(
        "handovers/offer.html",
        context={
            "offer": offer,
            "papers": list_papers(session, actor, about=("handover", offer.reference)).items,
            "answers": answers_it,
            "sealed": sealed_things(session, waiting) if answers_it else {},
            "states": list(SealState),
            "withdraws": offer.closed_at is None and offer.offered_by_id == actor.staff_id,
            "signs": None in (offer.giver_staff_id, offer.receiver_staff_id),
            "proofs": list(Proof),
            "typed": typed or {},
            "errors": faults(error),
        },
        status_code=422 if error else 200,
    )


def _may_answer(actor: Actor, offer: OfferOut, at: datetime) -> bool:
    if offer.receiver_staff_id is not None:
        who = offer.receiver_staff_id
    else:
        who = offer.giver_staff_id or 0
    open_still = offer.closed_at is None and offer.answer_by >= local_day(at)
    return open_still and who == actor.staff_id and actor.may("handovers.answer")
