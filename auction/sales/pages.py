"""The board of what is sold and not delivered, and one sale with the acts that may follow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.legal_rules.words import word
from auction.life.queries import standing_of
from auction.life.rules import State
from auction.lots.queries import open_lot_of
from auction.lots.schemas import LotOut
from auction.sales import queries
from auction.sales.commands import delivering, ending, interest, keeping, paying, registering
from auction.sales.rules import NOTES, AnnulmentGround, EntryKind, SaleState
from auction.sales.schemas import (
    NewAnnulment,
    NewDecision,
    NewDefault,
    NewDelivery,
    NewExtension,
    NewInterest,
    NewKeptDecision,
    NewNote,
    NewReceipt,
    NewReturn,
    NewReversal,
    NewSale,
    NewSettlement,
    NewTermDeposit,
    SaleFile,
)
from inventory.assets.schemas import AssetOut
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.organisation.powers import ban_on

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
FREE = frozenset({State.PRICED, State.PRIORITY_OFFERED})
"""Where an asset stands that may still be sold without auction."""
AMOUNTS = frozenset({"amount", "price", "set_off"})


class Doing(NamedTuple):
    """What a form of a sale says and which act it does."""

    shape: type[msgspec.Struct]
    act: Callable[..., object]


FOLLOWING = {
    "extension": Doing(NewExtension, paying.extend_payment),
    "default": Doing(NewDefault, paying.default_sale),
    "kept": Doing(NewKeptDecision, keeping.decide_kept),
    "decision": Doing(NewDecision, delivering.decide_delivery),
    "delivery": Doing(NewDelivery, delivering.deliver),
    "note": Doing(NewNote, delivering.note_after_sale),
    "annulment": Doing(NewAnnulment, ending.annul_result),
    "settlement": Doing(NewSettlement, ending.settle),
}
"""Acts of who follows a sale."""

RECEIVING = {
    "receipt": Doing(NewReceipt, paying.receive),
    "term-deposit": Doing(NewTermDeposit, delivering.put_on_deposit),
    "interest": Doing(NewInterest, interest.record_interest),
    "return": Doing(NewReturn, ending.return_money),
}
"""Acts of who handles its money."""


class SalePages(Controller):
    """Sales."""

    path = "/sales"
    include_in_schema = False

    @get("/", permission="sales.read", sync_to_thread=False)
    def board(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """What is sold and not delivered."""
        today = local_day(at)
        found = queries.list_undelivered(session, actor, today, cursor=cursor)
        context = {"found": found, "cursor": cursor or "", "today": today}
        return Template("sales/board.html", context=context)

    @get("/new", permission="sales.follow", sync_to_thread=False)
    def new_form(
        self,
        at: NamedDependency[datetime],
        lot: FromQuery[str | None] = None,
        asset: FromQuery[str | None] = None,
    ) -> Template:
        """The form for a lot, or an asset in none, that was taken or bought without auction."""
        today = local_day(at).isoformat()
        return _new({"lot": lot or "", "asset": asset or "", "sold_on": today})

    @post("/new", permission="sales.follow", sync_to_thread=False)
    def register(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record it."""
        try:
            new = decode_form(NewSale, _with_draw(_plain(data)))
            made = registering.register_sale(session, actor, new, at=at)
        except DomainError as error:
            return _new(data, error)
        return onward(request, f"/sales/{made.id}", _("The sale was recorded."))

    @get("/{sale_id:int}", permission="sales.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        sale_id: FromPath[RowId],
    ) -> Template:
        """One sale."""
        return _show(session, actor, sale_id, at=at)

    @post("/{sale_id:int}/acts/{name:str}", permission="sales.follow", sync_to_thread=False)
    def follow(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        name: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Do what follows a sale."""
        doing = FOLLOWING.get(name)
        return _do(request, session, actor, sale_id, (name, doing), data=data, at=at)

    @post("/{sale_id:int}/money/{name:str}", permission="sales.receive", sync_to_thread=False)
    def handle_money(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        name: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Record money of a sale."""
        doing = RECEIVING.get(name)
        return _do(request, session, actor, sale_id, (name, doing), data=data, at=at)

    @post(
        "/{sale_id:int}/entries/{entry_id:int}/reversal",
        permission="sales.receive",
        sync_to_thread=False,
    )
    def reverse(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        sale_id: FromPath[RowId],
        entry_id: FromPath[RowId],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Reverse an entry of money."""
        new = decode_form(NewReversal, data)
        paying.reverse_entry(session, actor, sale_id, entry_id, new, at=at)
        return onward(request, f"/sales/{sale_id}", _("The entry was reversed."))


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What is sold and not delivered: for those who lead, follow and inspect."""
    concerned = ("sales.follow", "sales.receive", "payouts.approve")
    if not (actor.sees_all or any(actor.may(one) for one in concerned)):
        return []
    waiting, late = queries.count_undelivered(session, actor, local_day(at))
    tone = "bad" if late else "plain" if waiting else "good"
    hint = _("some are late") if late else ""
    cards: list[Part] = [Card(_("Sold, not delivered"), waiting, "/sales", hint, tone)]
    unpaid = queries.count_proposed(session, actor) if actor.may("sales.follow") else 0
    if unpaid:
        hint = _("give time by agreement, or cancel")
        cards.append(Card(_("Buyers who did not pay in time"), unpaid, "/sales", hint, "bad"))
    return cards


def asset_parts(session: Session, actor: Actor, asset: AssetOut, _at: datetime) -> list[Part]:
    """That an asset in no lot may be sold without auction, on its page."""
    if not actor.may("sales.follow") or open_lot_of(session, actor, asset.id) is not None:
        return []
    found = standing_of(session, [asset.id]).get(asset.id)
    if found is None or found.state not in FREE:
        return []
    href = f"/sales/new?asset={asset.reference}"
    text, title = _("Taken or sold without auction"), _("Between rounds")
    return [Act(text, href, own_page=True, panel=title)]


def lot_parts(session: Session, actor: Actor, lot: LotOut, at: datetime) -> list[Part]:
    """The sales of a lot, on its page."""
    if not actor.may("sales.read"):
        return []
    parts: list[Part] = []
    rows = queries.sales_of_lot(session, actor, lot.id, local_day(at))
    if rows:
        parts.append(Panel(_("Sale"), "sales/_of_lot.html", {"rows": rows}))
    if actor.may("sales.follow") and lot.closed_on is None:
        href = f"/sales/new?lot={lot.reference}"
        parts.append(Act(_("Taken or sold without auction"), href, panel=_("Sale")))
    return parts


def _plain(data: Form) -> Form:
    return {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}


def _do(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    sale_id: int,
    named: tuple[str, Doing | None],
    *,
    data: Form,
    at: datetime,
) -> Response[Any]:
    name, doing = named
    if doing is None:
        raise NotFound(_("There is no such page."))
    try:
        doing.act(session, actor, sale_id, decode_form(doing.shape, _plain(data)), at=at)
    except DomainError as error:
        return _show(session, actor, sale_id, at=at, name=name, typed=data, error=error)
    return onward(request, f"/sales/{sale_id}", _("The step was recorded."))


def _with_draw(data: Form) -> dict[str, Any]:
    """The form with what is said of a draw as a part of its own; a name a line."""
    said: dict[str, Any] = {k: v for k, v in data.items() if not k.startswith("draw.")}
    names = ("order", "witnesses", "declined")
    lines = {name: data.get(f"draw.{name}", "").splitlines() for name in names}
    draw = {name: [one.strip() for one in found if one.strip()] for name, found in lines.items()}
    if any(draw.values()):
        said["draw"] = {**draw, "drawn_on": data.get("draw.drawn_on") or data.get("sold_on", "")}
    return said


def _new(typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "sales/new.html",
        context={
            "roads": registering.BY_HAND,
            "typed": typed,
            "errors": faults_of(error) if error else {},
        },
        status_code=422 if error else 200,
    )


def _show(
    session: Session,
    actor: Actor,
    sale_id: int,
    *,
    at: datetime,
    name: str = "",
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    file = queries.get_sale(session, actor, sale_id, today)
    return Template(
        "sales/show.html",
        context={
            "file": file,
            "acts": _acts(file, actor),
            "name": name,
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            "notes": NOTES,
            "grounds": list(AnnulmentGround),
            "said_grounds": {one.value: one for one in AnnulmentGround},
            "word": word,
            "today": today,
            "ban": ban_on(session, file.sale.office_id, today),
        },
        status_code=422 if error else 200,
    )


_UNPAID = ("receipt", "extension", "default", "note", "annulment", "settlement")
_PAID = ("decision", "term-deposit", "interest", "return", "note", "annulment", "settlement")
_NEXT: dict[SaleState, tuple[str, ...]] = {
    SaleState.UNPAID: _UNPAID,
    SaleState.OVERDUE: _UNPAID,
    SaleState.PAID: _PAID,
    SaleState.DECIDED: ("delivery", *_PAID[1:]),
    SaleState.DELIVERED: ("receipt", "note", "interest", "return", "annulment"),
    SaleState.CANCELLED: ("return", "interest"),
    SaleState.DEFAULTED: ("kept", "return"),
}


def _acts(file: SaleFile, actor: Actor) -> list[str]:
    """The forms that a sale where it stands has for somebody, what comes next first."""
    follows, receives = actor.may("sales.follow"), actor.may("sales.receive")
    found = [
        name for name in _NEXT[file.sale.state] if (follows if name in FOLLOWING else receives)
    ]
    owed = file.money.to_return > file.money.returned
    waits = {"return": owed, "kept": file.sale.pending_since is not None}
    waits["receipt"] = file.money.missing > 0
    waits["interest"] = file.sale.paid_on is not None
    laid = any(one.kind is EntryKind.TERM_DEPOSIT and not one.reversed for one in file.entries)
    fit = [name for name in found if waits.get(name, True)]
    return sorted(fit, key=lambda name: laid and name == "term-deposit")  # once is mostly enough
