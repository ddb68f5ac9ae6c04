"""The contracts of a lot: signed, appended, ended; what a lot's page and the desk say of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.auctioneers import queries
from auction.auctioneers.commands import changing, contracts
from auction.auctioneers.rules import EndKind, Way
from auction.auctioneers.schemas import ContractOut, NewAppendix, NewContract, NewEnd
from auction.auctioneers.terms import forms_on
from auction.auctioneers.told import WAITS
from auction.auctioneers.valued import hindrance
from auction.departures.queries import departures_of
from auction.departures.schemas import DepartureOut
from auction.legal_rules.words import cite
from auction.lots.carrying import offered_next
from auction.lots.queries import get_lot
from auction.lots.schemas import LotOut
from auction.valuations.certificates import VALID_AT_CONTRACT
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Act, Card, Panel, Part
from inventory.base.errors import DomainError
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.web import decode_form, faults_of

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
AMOUNTS = frozenset({"starting_price", "fee"})
OF_CONTRACTS = (WAITS, VALID_AT_CONTRACT, "auction_contract_due")
"""The rules from which a second person may let a contract depart."""
Doing = Callable[[Session, Actor, str, Form, datetime], object]


class ContractPages(Controller):
    """The contracts of a lot."""

    path = "/lots/{reference:str}/contracts"
    include_in_schema = False

    @get("/", permission="lots.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        reference: FromPath[str],
    ) -> Template:
        """Every contract of a lot with the forms for what comes next."""
        return _show(session, actor, reference, at=at)

    @post("/{act:str}", permission="contracts.sign", sync_to_thread=False)
    def act(
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
        """Sign, append or end a contract."""
        doing = ACTS.get(act)
        if doing is None:
            raise queries.no_such_call(act)
        plain = {n: typed_amount(text) if n in AMOUNTS else text for n, text in data.items()}
        try:
            doing(session, actor, reference, plain, at)
        except DomainError as error:
            return _show(session, actor, reference, at=at, act=act, typed=data, error=error)
        return onward(request, f"/lots/{reference}/contracts", _("It was recorded."))


def _sign(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    boxes = ("vat_included", "buyer_pays_vat", "pause_clause", "stop_clause")
    said = {**data, **{name: data.get(name, "false") for name in boxes}}
    new = decode_form(NewContract, {n: said.get(n) for n in NewContract.__struct_fields__})
    return contracts.sign_contract(session, actor, ref, new, at=at)


def _append(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    said = {**data, "vat_included": data.get("vat_included", "false")}
    return changing.append_contract(session, actor, ref, decode_form(NewAppendix, said), at=at)


def _end(session: Session, actor: Actor, ref: str, data: Form, at: datetime) -> object:
    return changing.end_contract(session, actor, ref, decode_form(NewEnd, data), at=at)


ACTS: dict[str, Doing] = {"signed": _sign, "appendices": _append, "end": _end}


def lot_parts(session: Session, actor: Actor, lot: LotOut, _at: datetime) -> list[Part]:
    """Who auctions a lot, under which contract, and the way to a call or a contract."""
    found = queries.contracts_of_lot(session, actor, lot.id)
    call = queries.call_of_lot(session, actor, lot.id)
    own, title = f"/lots/{lot.reference}/contracts", _("Auction organisation")
    parts: list[Part] = []
    in_force = any(one.ended_on is None for one in found)
    if lot.closed_on is None and not in_force:
        if actor.may("organisations.choose") and call is None:
            href = f"/lots/{lot.reference}/calls/new"
            parts.append(Act(_("Call auction organisations"), href, panel=title))
        if actor.may("contracts.sign"):
            parts.append(Act(_("Sign an auction contract"), own, panel=title))
    data = {"contracts": found, "call": call, "closed": lot.closed_on is not None, "cite": cite}
    parts.append(Panel(title, "auctioneers/_of_lot.html", data, own))
    return parts


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What waits: choices to publish, contracts due."""
    if not actor.may("organisations.choose"):
        return []
    today = local_day(at)
    waiting = queries.count_waiting(session, actor, today)
    late = waiting.results_late or waiting.contracts_late
    return [
        Card(
            _("Auction contracts due"),
            waiting.contracts,
            "/deadlines",
            _("some are late") if waiting.contracts_late else "",
            "bad" if waiting.contracts_late else "plain",
        ),
        Card(
            _("Calls to auction organisations"),
            waiting.calls,
            "/calls?show=open",
            _("results to publish") if waiting.results else "",
            "bad" if late and waiting.results_late else "plain",
        ),
    ]


def _show(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    at: datetime,
    act: str = "",
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    lot = get_lot(session, actor, reference)
    found = queries.contracts_of_lot(session, actor, lot.id)
    own = (one for one in found if one.lot_id == lot.id)
    in_force = next((one for one in own if one.ended_on is None), None)
    proposed = _proposed(session, actor, lot, in_force, at)
    signs = actor.may("contracts.sign") and lot.closed_on is None
    waits = hindrance(session, lot, local_day(at)) if signs and not in_force and not act else None
    return Template(
        "auctioneers/contracts.html",
        context={
            "lot": lot,
            "contracts": found,
            "in_force": in_force,
            "signs": signs,
            "waits": waits,
            "roads": list(Way),
            "forms": forms_on(session, local_day(at)),
            "ends": list(EndKind),
            "organisations": queries.list_organisations(session, size=200).items,
            "act": act,
            "typed": {**proposed, **(typed or {})} if not act else typed or {},
            "errors": faults_of(error) if error else {},
            "cite": cite,
            "departures": _departures(session, actor, reference),
        },
        status_code=422 if error else 200,
    )


def _departures(session: Session, actor: Actor, reference: str) -> list[DepartureOut]:
    """Where a contract of the lot departed from a rule, for ever."""
    if not actor.may("departures.read"):
        return []
    found = departures_of(session, actor, "lot", reference)
    return [one for one in found if one.rule_key in OF_CONTRACTS]


def _proposed(
    session: Session, actor: Actor, lot: LotOut, in_force: ContractOut | None, at: datetime
) -> Form:
    """What the forms begin with: today, and whom the call chose."""
    day = local_day(at).isoformat()
    typed = {"signed_on": day, "ended_on": day, "way": Way.CHOSEN.value}
    call = queries.call_of_lot(session, actor, lot.id) if in_force is None else None
    if call is not None:
        shown = queries.get_call(session, actor, call)
        chosen = next((one for one in shown.applicants if one.id == shown.chosen_id), None)
        typed["starting_price"] = f"{shown.starting_price.normalize():f}"
        typed["organisation"] = chosen.code if chosen else ""
    price = offered_next(session, lot.id, local_day(at))
    if price is not None:
        typed["starting_price"] = f"{price.normalize():f}"
    return typed
