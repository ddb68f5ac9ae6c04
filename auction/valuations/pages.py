"""The valuations of an asset on its page, and the form for a new one."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.valuations import queries
from auction.valuations.commands.record import record_valuation
from auction.valuations.rules import METHODS
from auction.valuations.schemas import NewValuation, ValuedAsset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]


class ValuationPages(Controller):
    """Valuations of an asset."""

    path = "/assets/{reference:str}/valuations"
    include_in_schema = False

    @get("/new", permission="valuations.record", sync_to_thread=False)
    def valuation_form(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The form for a valuation."""
        return _form(request, queries.get_asset(session, actor, reference))

    @post("/new", permission="valuations.record", sync_to_thread=False)
    def record(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record a valuation."""
        asset = queries.get_asset(session, actor, reference)
        try:
            amount = typed_amount(data.get("amount", ""))
            new = decode_form(NewValuation, {**data, "amount": amount})
            record_valuation(session, actor, reference, new, at=at)
        except DomainError as error:
            return _form(request, asset, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The valuation was recorded."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The valuations of an asset on its page."""
    parts: list[Part] = []
    if actor.may("valuations.record"):
        parts.append(Act(_("Record a value"), f"/assets/{asset.reference}/valuations/new"))
    if actor.may("valuations.read"):
        valued = queries.get_asset(session, actor, asset.reference)
        rows = queries.list_valuations(session, actor, valued, local_day(at))
        if rows:
            parts.append(Panel(_("Valuations"), "valuations/_panel.html", {"rows": rows}))
    return parts


def _form(
    request: AnyRequest,
    asset: ValuedAsset,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "valuations/_new.html" if wants_part(request) else "valuations/new.html",
        context={
            "asset": asset,
            "methods": METHODS,
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
