"""Missing things on the page of an asset: the case, the write-off, its reversal."""

from datetime import datetime
from typing import Any, NamedTuple

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from inventory.assets.forms import act_form
from inventory.assets.queries import get_asset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.desk import Panel, Part
from inventory.base.errors import Conflict, DomainError, Invalid
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form
from inventory.losses import commands, queries
from inventory.losses.rules import Liability
from inventory.losses.schemas import NewReversal, NewWriteOff
from inventory.stocktakes.rules import Reason, Ruling, Search
from inventory.stocktakes.schemas.said import DecisionSaid, SearchSaid

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]

LISTS = {
    "liabilities": list(Liability),
    "findings": list(Search),
    "reasons": list(Reason),
    "rulings": list(Ruling),
}


class LossAct(NamedTuple):
    """The form of one act; ``fields`` names its macro, ``first`` where a refusal as such stands."""

    path: str
    fields: str
    first: str
    title: str
    question: str
    sure: str


SEARCH = LossAct(
    "missing-cases/search",
    "search",
    "search",
    _("Look into it"),
    _("Somebody other than who did not find it says what became of it."),
    _("Record"),
)
DECIDE = LossAct(
    "missing-cases/decision",
    "decision",
    "ruling",
    _("Decide"),
    _("What is confirmed missing is touched by no act until it is found or written off."),
    _("Decide"),
)
WRITE_OFF = LossAct(
    "write-offs",
    "write_off",
    "ground",
    _("Write off"),
    _(
        "It leaves the books by your decision, with its number. Nothing is done with it until the"
        " decision is taken back."
    ),
    _("Decide"),
)
REVERSE = LossAct(
    "write-offs/reversal",
    "reversal",
    "reason",
    _("Take the write-off back"),
    _(
        "Say where it was found, by whom, and how you know that it is the same thing. It is then"
        " taken in on an order again."
    ),
    _("Take back"),
)


class LossPages(Controller):
    """What is said of missing things."""

    path = "/assets/{reference:str}"
    include_in_schema = False

    @post("/missing-cases/search", permission="stocktakes.count", sync_to_thread=False)
    def search(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Say as a second person what became of it."""
        try:
            said = decode_form(SearchSaid, data)
            commands.search_case(session, actor, reference, said, at=at)
        except DomainError as error:
            return _again(request, session, actor, reference, SEARCH, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("What was found is recorded."))

    @post("/missing-cases/decision", permission="stocktakes.approve", sync_to_thread=False)
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Confirm that it is missing, or have it searched again."""
        try:
            said = decode_form(DecisionSaid, data)
            commands.decide_case(session, actor, reference, said, at=at)
        except DomainError as error:
            return _again(request, session, actor, reference, DECIDE, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The decision was recorded."))

    @post("/write-offs", permission="losses.write_off", sync_to_thread=False)
    def write_off(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Write off what is confirmed missing."""
        try:
            new = decode_form(NewWriteOff, {**data, "amount": typed_amount(data.get("amount", ""))})
            commands.write_off(session, actor, reference, new, at=at)
        except DomainError as error:
            return _again(request, session, actor, reference, WRITE_OFF, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("It was written off."))

    @post("/write-offs/reversal", permission="losses.write_off", sync_to_thread=False)
    def reverse(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Take a write-off back."""
        try:
            new = decode_form(NewReversal, data)
            commands.reverse_write_off(session, actor, reference, new, at=at)
        except DomainError as error:
            return _again(request, session, actor, reference, REVERSE, typed=data, error=error)
        return onward(request, f"/assets/{reference}", _("The write-off was taken back."))


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """Cases and write-offs of a thing, and what may be done next."""
    if not actor.may("stocktakes.read"):
        return []
    cases = queries.list_cases(session, actor, asset.reference)
    gone = queries.list_write_offs(session, actor, asset.reference)
    own = asset.office_id == actor.office_id
    heads = own and actor.may("losses.write_off")
    missing = queries.missed_by(session, asset.id)
    if not cases and not gone and not (heads and missing):
        return []
    data = {
        "reference": asset.reference,
        "cases": cases,
        "write_offs": gone,
        "searches": own and actor.may("stocktakes.count"),
        "approves": own and actor.may("stocktakes.approve"),
        "writes_off": heads and bool(missing),
        "reverses": heads and any(one.reversed_at is None for one in gone),
        **LISTS,
    }
    return [Panel(_("Missing things"), "losses/_panel.html", data)]


def _again(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    reference: str,
    act: LossAct,
    *,
    typed: Form,
    error: DomainError,
) -> Template:
    """The form with what was typed and why it was refused; who may not, is told by the program."""
    if not isinstance(error, Invalid | Conflict):
        raise error
    if not error.fields:
        error.fields = {act.first: (error.message_id, error.params)}
    asset = get_asset(session, actor, reference)
    return act_form(request, asset, "losses/_act.html", typed, error, act=act, lists=LISTS)
