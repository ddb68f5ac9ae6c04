"""The page of a round: list, deposits, session, rulings; lots offered otherwise; the session."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.bidding import calling, registering
from auction.bidding.course import BidKind, DepositPaid, Forfeit, Tie
from auction.bidding.rules import Meaning
from auction.bidding.schemas import NewBidder, NewDeposit, NewForfeit, NewRefund, NewSaid
from auction.legal_rules.words import cite, word
from auction.lots.queries import get_lot, last_round, links_of_lot
from auction.lots.relotting import relot
from auction.lots.schemas import LotOut, NewRelot
from auction.outcomes.commands.rule_round import give_ruling
from auction.outcomes.commands.stop_session import stop_session
from auction.outcomes.round_file import round_file
from auction.outcomes.schemas import NewRuling, NewStop
from auction.outcomes.sessions import sale_session
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Panel, Part
from inventory.base.errors import DomainError, Invalid
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
S = TypeVar("S", bound=msgspec.Struct)
AMOUNTS = frozenset({"amount", "owed"})
TO_THE_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
OF_BIDDER = "bidder"


class RoundFilePages(Controller):
    """One round of a lot."""

    path = "/lots/{reference:str}/rounds/{number:int}"
    include_in_schema = False

    @get("/", permission="bidders.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """A round with its list and its session."""
        return _page(session, actor, reference, number, at=at)

    @post("/bidders", permission="bidders.register", sync_to_thread=False)
    def register(
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
        """Enter somebody into the list."""
        act = partial(registering.register_bidder, session, actor, reference, number, at=at)
        done = _("The bidder was registered.")
        return _do(
            request, (NewBidder, act, done), data, _shown(session, actor, reference, number, at)
        )

    @post("/deposits", permission="bidders.register", sync_to_thread=False)
    def pay(
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
        """Note a deposit."""
        act = partial(registering.note_deposit, session, actor, reference, number, at=at)
        done = _("The deposit was noted.")
        return _do(
            request, (NewDeposit, act, done), data, _shown(session, actor, reference, number, at)
        )

    @post("/forfeits", permission="bidders.register", sync_to_thread=False)
    def forfeit(
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
        """A bidder loses his deposit."""
        act = partial(registering.forfeit_deposit, session, actor, reference, number, at=at)
        done = _("The deposit is forfeited.")
        return _do(
            request, (NewForfeit, act, done), data, _shown(session, actor, reference, number, at)
        )

    @post("/refunds", permission="bidders.register", sync_to_thread=False)
    def refund(
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
        """The others have their deposits back."""
        act = partial(registering.refund_deposits, session, actor, reference, number, at=at)
        done = _("The deposits were given back.")
        return _do(
            request, (NewRefund, act, done), data, _shown(session, actor, reference, number, at)
        )

    @post("/said", permission="bidders.register", sync_to_thread=False)
    def say(
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
        """Enter what was said in the session."""
        act = partial(calling.say, session, actor, reference, number, at=at)
        done = _("Entered.")
        return _do(
            request, (NewSaid, act, done), data, _shown(session, actor, reference, number, at)
        )

    @post("/rulings", permission="rounds.rule", sync_to_thread=False)
    def rule(
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
        """Rule what the round means."""
        act = partial(give_ruling, session, actor, reference, number, at=at)
        done = _("The ruling was recorded; counts, flags and the next price follow it.")
        return _do(
            request, (NewRuling, act, done), data, _shown(session, actor, reference, number, at)
        )


class RelotPages(Controller):
    """Lots offered otherwise, and the session of several lots."""

    path = "/lots/{reference:str}"
    include_in_schema = False

    @get("/relot", permission="lots.form", sync_to_thread=False)
    def relot_form(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The form that closes a lot and forms others of its assets."""
        lot = get_lot(session, actor, reference)
        groups = "\n".join(asset.reference for asset in lot.assets)
        return _relot_page(lot, {"groups": groups, "description": lot.description})

    @post("/relot", permission="lots.form", sync_to_thread=False)
    def relot(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Close lots and form others."""
        lot = get_lot(session, actor, reference)
        try:
            made = relot(session, actor, decode_form(NewRelot, _groups(reference, data)), at=at)
        except DomainError as error:
            return _relot_page(lot, data, error)
        if not made:
            return onward(request, f"/lots/{reference}", _("The lot was withdrawn."))
        return onward(request, f"/lots/{made[0].reference}", _("The lots were formed anew."))

    @get("/session", permission="lots.read", sync_to_thread=False)
    def show_session(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        reference: FromPath[str],
    ) -> Template:
        """The lots of a case that are offered on one day, in their order."""
        return _session_page(session, actor, reference, {})

    @post("/session/stop", permission="rounds.close", sync_to_thread=False)
    def stop(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        reference: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Stop the lots that wait, because enough was sold."""
        try:
            stop_session(session, actor, reference, decode_form(NewStop, _plain(data)), at=at)
        except DomainError as error:
            return _session_page(session, actor, reference, data, error)
        return onward(request, f"/lots/{reference}/session", _("The other lots were stopped."))


def lot_parts(session: Session, actor: Actor, lot: LotOut, _at: datetime) -> list[Part]:
    """The round's list and session, the session of the day, and where the lot came from."""
    parts: list[Part] = []
    last = last_round(session, lot.id)
    if last is not None and actor.may("bidders.read"):
        parts.append(Act(_("Bidders and session"), f"/lots/{lot.reference}/rounds/{last.number}"))
    if lot.closed_on is None and actor.may("lots.form"):
        href = f"/lots/{lot.reference}/relot"
        parts.append(Act(_("Offer the assets otherwise"), href, panel=_("Lots before and after")))
    now = sale_session(session, actor, lot.case_id, last.held_on if last else None)
    if now is not None:
        link = f"/lots/{lot.reference}/session"
        shown = {"now": now}
        parts.append(Panel(_("Session of the day"), "outcomes/_session.html", shown, link))
    links = links_of_lot(session, lot.id)
    if links:
        around = {"links": links}
        parts.append(Panel(_("Lots before and after"), "outcomes/_links.html", around))
    return parts


Shown = Callable[[Form, DomainError], Template]


def _shown(session: Session, actor: Actor, reference: str, number: int, at: datetime) -> Shown:
    return lambda typed, error: _page(
        session, actor, reference, number, at=at, typed=typed, error=error
    )


def _do(
    request: AnyRequest,
    said: tuple[type[S], Callable[..., object], str],
    data: Form,
    shown: Shown,
) -> Response[Any]:
    """Decode a form of the round's page, do its act, and come back to the page."""
    shape, act, done = said
    data = _plain(data)
    try:
        named: dict[str, int] = {}
        if shape in {NewDeposit, NewForfeit}:
            named[OF_BIDDER] = _number(data.pop(OF_BIDDER, ""))
        act(decode_form(shape, data), **named)
    except DomainError as error:
        return shown(data | {name: str(value) for name, value in named.items()}, error)
    return onward(request, request.url.path.rsplit("/", 1)[0], done)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Invalid(_("This field is required."), field=OF_BIDDER)
    return int(text)


def _plain(data: Form) -> Form:
    plain = {name: typed_amount(text) if name in AMOUNTS else text for name, text in data.items()}
    return {
        name: f"{text}:00" if TO_THE_MINUTE.fullmatch(text) else text
        for name, text in plain.items()
    }


def _groups(reference: str, data: Form) -> dict[str, Any]:
    """What was typed: the assets of each new lot, lots parted by an empty line."""
    blocks = re.split(r"\n\s*\n", data.get("groups", "").replace("\r", "").strip())
    parts = [re.split(r"[\s,;]+", block.strip()) for block in blocks if block.strip()]
    others = [ref for ref in re.split(r"[\s,;]+", data.get("others", "")) if ref]
    described = data.get("description", "")
    return {
        "lots": [reference, *others],
        "parts": [{"assets": part, "description": described} for part in parts],
        "reason": data.get("reason", ""),
        "document": data.get("document", ""),
    }


def _page(
    session: Session,
    actor: Actor,
    reference: str,
    number: int,
    *,
    at: datetime,
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    return Template(
        "outcomes/round.html",
        context={
            "file": round_file(session, actor, reference, number, at),
            "typed": typed or {},
            "errors": _faults(error),
            "ties": list(Tie),
            "payments": list(DepositPaid),
            "kinds": list(BidKind),
            "grounds": list(Forfeit),
            "meanings": list(Meaning),
            "cite": cite,
            "word": word,
        },
        status_code=422 if error else 200,
    )


def _relot_page(lot: LotOut, typed: Form, error: DomainError | None = None) -> Template:
    return Template(
        "outcomes/relot.html",
        context={"lot": lot, "typed": typed, "errors": _faults(error)},
        status_code=422 if error else 200,
    )


def _session_page(
    session: Session,
    actor: Actor,
    reference: str,
    typed: Form,
    error: DomainError | None = None,
) -> Template:
    lot = get_lot(session, actor, reference)
    last = last_round(session, lot.id)
    now = sale_session(session, actor, lot.case_id, last.held_on if last else None)
    return Template(
        "outcomes/session.html",
        context={
            "lot": lot,
            "now": now,
            "typed": typed,
            "errors": _faults(error),
            "cite": cite,
            "today": local_day(last.opens_at) if last and last.opens_at else None,
        },
        status_code=422 if error else 200,
    )


def _faults(error: DomainError | None) -> dict[str, Any]:
    if error is None:
        return {}
    if not error.fields:
        error.fields = {"round": (error.message_id, error.params)}
    return faults_of(error)
