"""The price of an asset: what is known, what is lawful next, and the forms of the acts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.firms.queries import eligible_firms
from auction.legal_rules.words import Word, cite, word
from auction.papers.queries import unsure_of
from auction.valuations import queries
from auction.valuations.commands.contract import longer_than
from auction.valuations.commands.record import record_valuation
from auction.valuations.forms import FORMS, SEATS, Choices, carry_out
from auction.valuations.pricing import concerned
from auction.valuations.pricing_file import (
    Pricing,
    list_expiring,
    list_reopened,
    list_untold,
    pricing_page_of,
)
from auction.valuations.rules import METHODS, Anew, Chooser, NextAct
from auction.valuations.schemas import NewValuation, ValuedAsset
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward, wants_part
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import Conflict, DomainError, NotFound, Unlawful
from inventory.base.listing import Page
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of
from inventory.papers.rules import PaperKind

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
REGIONS = ("region_1", "region_2", "region_3", "region_4")
ON_DESK = 5
SHOWN = ("untold", "expiring", "reopened")
"""The lists of prices that wait."""


class ValuationPages(Controller):
    """A value recorded without the acts that lead to it."""

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


class PricePages(Controller):
    """How an asset is priced, act by act."""

    path = "/assets/{reference:str}/price"
    include_in_schema = False

    @get("/", permission="valuations.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """All that is known of the price, and what is lawful next."""
        asset = queries.get_asset(session, actor, reference)
        pricing = pricing_page_of(session, actor, reference, local_day(at))
        newest = pricing.known.newest
        return Template(
            "valuations/price.html",
            context={
                "asset": asset,
                "pricing": pricing,
                "known": pricing.known,
                "longest": newest and longer_than(session, newest.valued_on, newest.valid_until),
                "may": [act for act in pricing.next if actor.may(_permission(act))],
                "cite": cite,
                "today": local_day(at),
            },
        )

    @get("/council", permission="price_councils.set_up", sync_to_thread=False)
    def council_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """The form for a council."""
        return _act(session, actor, NextAct.COUNCIL, reference, at=at)

    @post("/council", permission="price_councils.set_up", sync_to_thread=False)
    def set_up_council(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Set a council up."""
        return _do(request, session, actor, NextAct.COUNCIL, reference, typed=data, at=at)

    @get("/{act:str}", permission="valuations.record", sync_to_thread=False)
    def act_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        act: FromPath[str],
    ) -> Template:
        """The form of an act."""
        return _act(session, actor, _named(act), reference, at=at)

    @post("/{act:str}", permission="valuations.record", sync_to_thread=False)
    def do(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        act: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Do an act on the price."""
        return _do(request, session, actor, _named(act), reference, typed=data, at=at)


class PricesPages(Controller):
    """Prices that wait for somebody."""

    path = "/prices"
    include_in_schema = False

    @get("/", permission="valuations.record", sync_to_thread=False)
    def list_waiting(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        show: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Notices to send, certificates that run out, or re-valuations in progress."""
        today = local_day(at)
        wanted = show if show in SHOWN else "untold"
        data: dict[str, Any] = {"today": today}
        found: Page[Any]
        if wanted == "expiring":
            found = list_expiring(session, actor, today, cursor=cursor)
        elif wanted == "reopened":
            found = list_reopened(session, actor, cursor=cursor)
        else:
            found = list_untold(session, actor, cursor=cursor)
        data |= {name: found.items if name == wanted else None for name in SHOWN}
        return Template(
            "valuations/prices.html",
            context={
                "data": data,
                "show": wanted,
                "next_cursor": found.next_cursor,
                "cursor": cursor or "",
            },
        )


def asset_parts(session: Session, actor: Actor, asset: AssetOut, at: datetime) -> list[Part]:
    """The price of an asset on its page: what holds, what is lawful next and by when."""
    parts: list[Part] = []
    base = f"/assets/{asset.reference}"
    if actor.may("valuations.record"):
        parts.append(Act(_("Record a value"), f"{base}/valuations/new"))
    if actor.may("valuations.read"):
        today = local_day(at)
        pricing = pricing_page_of(session, actor, asset.reference, today)
        if pricing.known.valuations or pricing.next:
            data = {
                "pricing": pricing,
                "rows": pricing.known.valuations,
                "cite": cite,
                "today": today,
            }
            parts.append(Panel(_("Price"), "valuations/_panel.html", data, f"{base}/price"))
    return parts


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What waits on prices: notices to send, certificates that run out, re-valuations."""
    parts: list[Part] = []
    if actor.may("firms.register"):
        parts.append(Act(_("Valuation firms"), "/valuation-firms", own_page=True))
    if not actor.may("valuations.record"):
        return parts
    today = local_day(at)
    waiting: list[tuple[str, str, Sequence[Any]]] = [
        (
            "untold",
            _("Parties to be told of the price"),
            list_untold(session, actor, size=ON_DESK).items,
        ),
        (
            "expiring",
            _("Certificates that run out"),
            list_expiring(session, actor, today, size=ON_DESK).items,
        ),
        (
            "reopened",
            _("Re-valuations in progress"),
            list_reopened(session, actor, size=ON_DESK).items,
        ),
    ]
    for name, title, rows in waiting:
        if rows:
            data = {**dict.fromkeys(SHOWN), name: rows, "today": today}
            way = f"/prices?show={name}"
            parts.append(Panel(title, "valuations/_waiting.html", data, way))
    return parts


def _named(act: str) -> NextAct:
    if act not in set(NextAct) or act == NextAct.COUNCIL:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return NextAct(act)


def _permission(act: NextAct) -> str:
    return "price_councils.set_up" if act is NextAct.COUNCIL else "valuations.record"


def _do(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    act: NextAct,
    reference: str,
    *,
    typed: Form,
    at: datetime,
) -> Response[Any]:
    try:
        carry_out(session, actor, act, reference, typed, at=at)
    except DomainError as error:
        return _act(session, actor, act, reference, typed=typed, error=error, at=at)
    return onward(request, f"/assets/{reference}/price", _("The act was recorded."))


def _act(
    session: Session,
    actor: Actor,
    act: NextAct,
    reference: str,
    *,
    typed: Form | None = None,
    error: DomainError | None = None,
    at: datetime,
) -> Template:
    if error is not None and not error.fields and not isinstance(error, Unlawful | Conflict):
        raise error
    today = local_day(at)
    pricing = pricing_page_of(session, actor, reference, today)
    form = FORMS[act]
    council = pricing.known.open_council if act is NextAct.COUNCIL_DECISION else None
    return Template(
        "valuations/act.html",
        context={
            "asset": queries.get_asset(session, actor, reference),
            "act": act,
            "fields": form.fields,
            "choices": _choices(session, act, today),
            "pricing": pricing,
            "known": pricing.known,
            "unsure": unsure_of(session, PaperKind.VALUATION_NOTICE, today)
            if act is NextAct.NOTICE
            else (),
            "cite": cite,
            "seats": range(SEATS) if act is NextAct.COUNCIL else (),
            "members": council.members if council else [],
            "waiting": council.waiting if council else [],
            "typed": typed if typed is not None else _proposed(session, pricing, act, today),
            "errors": faults_of(error) if error and error.fields else {},
            "refusal": error if error and not error.fields else None,
        },
        status_code=error.status if error else 200,
    )


def _proposed(session: Session, pricing: Pricing, act: NextAct, today: date) -> dict[str, Any]:
    """What a form holds at first: today's date, who is concerned, and what was stated before."""
    first: dict[str, Any] = {FORMS[act].today: today.isoformat()}
    for name in {field.name for field in FORMS[act].fields} & {"told", "parties"}:
        names = concerned(session, pricing.known.asset, today, co_owners=name == "told")
        first[name] = "\n".join(names)
    if act is NextAct.CONTRACT:
        first["chosen_by"] = Chooser.OFFICER.value
    if act is NextAct.FACTS:
        said = msgspec.to_builtins(pricing.known.facts)
        first |= {name: value for name, value in said.items() if value is not None}
    return first


def _choices(session: Session, act: NextAct, today: date) -> dict[str, Choices]:
    """The choices that are no codes: firms that may be contracted, regions of the wage."""
    found: dict[str, Choices] = {}
    if act is NextAct.CONTRACT:
        firms = eligible_firms(session, today)
        found["firm_id"] = [(str(number), Word(name, name)) for number, name in firms]
    if act is NextAct.FACTS:
        found["wage_region"] = [(code, word("scopes", code)) for code in REGIONS]
    return found


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
            "anews": list(Anew),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )
