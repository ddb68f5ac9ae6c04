"""Pages of the end of a stocktake: differences, lost devices, signatures, the minutes."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.web import decode_form, faults_of
from inventory.stocktakes.commands.abandon import abandon_stocktake
from inventory.stocktakes.commands.close_stocktake import close_stocktake, sign_stocktake
from inventory.stocktakes.commands.judge import (
    decide_difference,
    end_first_count,
    give_up_device,
    search_difference,
)
from inventory.stocktakes.pages.sessions import stocktake_page
from inventory.stocktakes.queries import results, stocktakes
from inventory.stocktakes.rules import Reason, Ruling, Search
from inventory.stocktakes.schemas.said import Abandon, DecisionSaid, GiveUp, SearchSaid

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
LIST = "/stocktakes"


class StocktakeEndPages(Controller):
    """The differences, the signatures and the end."""

    path = f"{LIST}/{{reference:str}}"
    include_in_schema = False

    @post("/first-count/end", permission="stocktakes.open", sync_to_thread=False)
    def end_first(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """End the first count."""
        end_first_count(session, actor, reference, at=at)
        return onward(request, f"{LIST}/{reference}", _("The first count has ended."))

    @get("/differences/{difference:int}", permission="stocktakes.read", sync_to_thread=False)
    def case_page(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
        difference: FromPath[int],
    ) -> Template:
        """One difference with what its reader may say of it."""
        return _case(session, actor, reference, difference, {})

    @post(
        "/differences/{difference:int}/search", permission="stocktakes.count", sync_to_thread=False
    )
    def search(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        difference: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Say what the second counter found."""
        try:
            said = decode_form(SearchSaid, data)
        except DomainError as error:
            return _case(session, actor, reference, difference, data, error=error)
        search_difference(session, actor, reference, difference, said, at=at)
        return onward(request, f"{LIST}/{reference}", _("The second count was recorded."))

    @post(
        "/differences/{difference:int}/decision",
        permission="stocktakes.approve",
        sync_to_thread=False,
    )
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        difference: FromPath[int],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Decide."""
        try:
            said = decode_form(DecisionSaid, data)
        except DomainError as error:
            return _case(session, actor, reference, difference, data, error=error)
        decide_difference(session, actor, reference, difference, said, at=at)
        return onward(request, f"{LIST}/{reference}", _("The decision was recorded."))

    @post("/devices/give-up", permission="stocktakes.approve", sync_to_thread=False)
    def give_up(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Wait no more for a device."""
        give_up_device(session, actor, reference, decode_form(GiveUp, data), at=at)
        return onward(request, f"{LIST}/{reference}", _("Nobody waits for that device any more."))

    @post("/signatures", permission="stocktakes.sign", sync_to_thread=False)
    def sign(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Sign as keeper or accountant."""
        sign_stocktake(session, actor, reference, at=at)
        return onward(request, f"{LIST}/{reference}", _("You have signed the result."))

    @post("/abandon", permission="stocktakes.approve", sync_to_thread=False)
    def abandon(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        *,
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """End without a result."""
        try:
            said = decode_form(Abandon, data)
        except DomainError as error:
            return stocktake_page(session, actor, reference, data, error=error)
        abandon_stocktake(session, actor, reference, said, at=at)
        return onward(request, f"{LIST}/{reference}", _("The stocktake was abandoned."))

    @post("/close", permission="stocktakes.approve", sync_to_thread=False)
    def close(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Response[Any]:
        """Close and issue the minutes."""
        close_stocktake(session, actor, reference, at=at)
        return onward(request, f"{LIST}/{reference}", _("The stocktake is closed."))


def _case(
    session: Session,
    actor: Actor,
    reference: str,
    difference: int,
    typed: Form,
    *,
    error: DomainError | None = None,
) -> Template:
    found = stocktakes.get_stocktake(session, actor, reference)
    case = results.get_difference(session, found.id, difference)
    mine = results.may_judge(actor, found.first_counter_ids) and found.closed_at is None
    waits = mine and case.closed_at is None
    return Template(
        "stocktakes/difference.html",
        context={
            "stocktake": found,
            "case": case,
            "searches": waits and actor.may("stocktakes.count") and case.searched_at is None,
            "decides": waits and actor.may("stocktakes.approve") and case.searched_at is not None,
            "choices": {"search": list(Search), "reason": list(Reason), "ruling": list(Ruling)},
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
