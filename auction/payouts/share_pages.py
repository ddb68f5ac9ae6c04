"""Money that its payee did not fetch: the list, one share with the acts that may follow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Template
from sqlalchemy.orm import Session

from auction.payouts import uncollected
from auction.payouts.commands import forfeiting, keeping
from auction.payouts.rules import KEPT
from auction.payouts.schemas import (
    NewFetching,
    NewRefund,
    NewRefundRequest,
    NewShareDeposit,
    NewShareForfeiture,
    NewShareInterest,
    NewShareNotice,
    NewShareRemittance,
    ShareFile,
)
from auction.payouts.shares import ShareState
from inventory.base.actor import Actor
from inventory.base.answers import onward
from inventory.base.clock import local_day
from inventory.base.desk import Card, Panel, Part
from inventory.base.errors import DomainError, NotFound
from inventory.base.messages import _
from inventory.base.money import typed_amount
from inventory.base.said import RowId
from inventory.base.web import decode_form, faults_of
from inventory.cases.schemas import CaseOut
from inventory.titles.rules import Region

AnyRequest = Request[Any, Any, Any]
Form = dict[str, str]
WAY = "/shares"


class Doing(NamedTuple):
    """What a form of a share says, which act it does, and under which permission."""

    shape: type[msgspec.Struct]
    act: Callable[..., object]
    permission: str


ACTS = {
    "notice": Doing(NewShareNotice, keeping.tell_payee, "payouts.propose"),
    "deposit": Doing(NewShareDeposit, keeping.deposit_share, "payouts.pay"),
    "interest": Doing(NewShareInterest, keeping.add_interest, "payouts.pay"),
    "fetching": Doing(NewFetching, keeping.fetch_share, "payouts.pay"),
    "forfeiture": Doing(NewShareForfeiture, forfeiting.forfeit_share, "payouts.approve"),
    "remittance": Doing(NewShareRemittance, forfeiting.remit_share, "payouts.pay"),
    "refund-request": Doing(NewRefundRequest, forfeiting.ask_refund, "payouts.propose"),
    "refund": Doing(NewRefund, forfeiting.receive_refund, "payouts.pay"),
}
"""What may be done with money that was not fetched."""

_NEXT: dict[ShareState | None, tuple[str, ...]] = {
    None: ("notice",),
    ShareState.WAITED: (),
    ShareState.TO_DEPOSIT: ("deposit",),
    ShareState.KEPT: ("fetching", "interest"),
    ShareState.FALLEN: ("forfeiture", "fetching", "interest"),
    ShareState.FORFEITED: ("remittance",),
    ShareState.REMITTED: ("refund-request",),
    ShareState.REFUND_ASKED: ("refund",),
    ShareState.FETCHED: (),
}


class SharePages(Controller):
    """Money that was not fetched."""

    path = WAY
    include_in_schema = False

    @get("/", permission="payouts.read", sync_to_thread=False)
    def list_open(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        cursor: FromQuery[str | None] = None,
    ) -> Template:
        """Money whose payees were told and have not fetched it."""
        found = uncollected.list_shares(session, actor, local_day(at), cursor=cursor)
        context = {"found": found, "cursor": cursor or "", "today": local_day(at)}
        return Template("payouts/shares.html", context=context)

    @get("/{line_id:int}", permission="payouts.read", sync_to_thread=False)
    def show(
        self,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        line_id: FromPath[RowId],
    ) -> Template:
        """One of them."""
        return _show(session, actor, line_id, at=at)

    @post("/{line_id:int}/acts/{name:str}", permission="payouts.propose", sync_to_thread=False)
    def follow(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        line_id: FromPath[RowId],
        name: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Tell the payee, or ask the finance body."""
        named = name, "payouts.propose"
        return _do(request, session, actor, line_id, named, data=data, at=at)

    @post("/{line_id:int}/money/{name:str}", permission="payouts.pay", sync_to_thread=False)
    def handle_money(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        line_id: FromPath[RowId],
        name: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Deposit it, give it out, pay it in."""
        return _do(request, session, actor, line_id, (name, "payouts.pay"), data=data, at=at)

    @post("/{line_id:int}/decision/{name:str}", permission="payouts.approve", sync_to_thread=False)
    def decide(
        self,
        request: AnyRequest,
        session: NamedDependency[Session],
        actor: NamedDependency[Actor],
        at: NamedDependency[datetime],
        *,
        line_id: FromPath[RowId],
        name: FromPath[str],
        data: URLEncodedBody[Form],
    ) -> Response[Any]:
        """Decide that it is the State's."""
        named = name, "payouts.approve"
        return _do(request, session, actor, line_id, named, data=data, at=at)


def desk_parts(session: Session, actor: Actor, at: datetime) -> list[Part]:
    """What waits for the accountant and for the head, where something does."""
    pays, approves = actor.may("payouts.pay"), actor.may("payouts.approve")
    if actor.channel == "system" or not (pays or approves):
        return []
    counted = uncollected.count_shares(session, actor, local_day(at))
    wanted = [
        (pays, ShareState.TO_DEPOSIT, _("Money not fetched, to be deposited")),
        (approves, ShareState.FALLEN, _("Money not fetched, falls to the State")),
        (pays, ShareState.FORFEITED, _("Money of the State, to be paid in")),
    ]
    return [
        Card(title, counted[state], WAY, tone="warn")
        for mine, state, title in wanted
        if mine and counted[state]
    ]


def case_parts(session: Session, actor: Actor, case: CaseOut, at: datetime) -> list[Part]:
    """What was not fetched of the money of a case, on its page."""
    if not actor.may("payouts.read"):
        return []
    rows = uncollected.shares_of_case(session, actor, case.id, local_day(at))
    data = {"rows": rows, "today": local_day(at)}
    title = _("Money not fetched")
    return [Panel(title, "payouts/_shares.html", data, WAY)] if rows else []


def _do(
    request: AnyRequest,
    session: Session,
    actor: Actor,
    line_id: int,
    named: tuple[str, str],
    *,
    data: Form,
    at: datetime,
) -> Response[Any]:
    name, permission = named
    doing = ACTS.get(name)
    if doing is None or doing.permission != permission:
        raise NotFound(_("There is no such page."))
    plain = {key: typed_amount(text) if key == "amount" else text for key, text in data.items()}
    try:
        doing.act(session, actor, line_id, decode_form(doing.shape, plain), at=at)
    except DomainError as error:
        return _show(session, actor, line_id, at=at, name=name, typed=data, error=error)
    return onward(request, f"{WAY}/{line_id}", _("The step was recorded."))


def _show(
    session: Session,
    actor: Actor,
    line_id: int,
    *,
    at: datetime,
    name: str = "",
    typed: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    today = local_day(at)
    file = uncollected.get_share(session, actor, line_id, today)
    return Template(
        "payouts/share.html",
        context={
            "file": file,
            "acts": _acts(file, actor, name),
            "name": name,
            "roads": {key: doing.permission for key, doing in ACTS.items()},
            "methods": sorted(KEPT),
            "regions": list(Region),
            "typed": typed or {},
            "errors": faults_of(error) if error else {},
            "today": today,
        },
        status_code=422 if error else 200,
    )


def _acts(file: ShareFile, actor: Actor, refused: str) -> list[str]:
    """The forms that a share where it stands has for somebody, first what was refused."""
    first = (refused,) if refused else ()
    state, payable = file.share.state, file.share.payable
    follow = _NEXT[state] if state is not None or payable else ()
    found = dict.fromkeys((*first, *follow))
    return [one for one in found if actor.may(ACTS[one].permission)]
